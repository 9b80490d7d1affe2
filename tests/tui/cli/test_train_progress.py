"""`nn-play train` watched, and ended early, from a terminal."""

from __future__ import annotations

import io
import os
import signal
import sys

import pytest

from engine import load
from engine.training import TrainingRun
from tests.tui.cli.command_line import Command, command
from tui.cli import main

nn_play = pytest.fixture(command)

POINT = b"""
inputs = [[1, 2]]
targets = [[3]]
[[layers]]
activation = "identity"
weights = [[0.5, -1]]
bias = [0.25]
"""
NEURON = ("train", "zero-knowledge-neuron", "--dataset", "gauss")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_it_is(nn_play: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    arguments = [*NEURON, "--json", "--epochs"]
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stderr)
        patched.setenv("TERM", "xterm")
        assert main([*arguments, "3"]) == 0
        shown = stderr.getvalue()
        assert main([*arguments, "0"]) == 0
    assert "training" in shown
    assert "100%" in shown
    assert "loss " in shown
    assert stderr.getvalue() == shown


def test_without_a_number_of_epochs_the_bar_has_no_end(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    assert main([*NEURON, "--learning-rate", "0", "--no-improvement", "2"]) == 0
    assert "training" in stderr.getvalue()
    assert "%" not in stderr.getvalue()


def test_an_interrupt_ends_training_and_loses_nothing(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = TrainingRun.run_epoch
    before = signal.getsignal(signal.SIGINT)

    def run_epoch(run: TrainingRun) -> None:
        after(run)
        if run.epoch == 4:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(TrainingRun, "run_epoch", run_epoch)
    result = nn_play("train", "-", "--epochs", "1000000", "--json", "-o", "net.toml", stdin=POINT)
    assert (result.status, result.error) == (130, "")
    assert (result.json["epochs"], result.json["stopped_because"]) == (4, "interrupted")
    assert len(result.json["losses"]) == 5
    written = load("net.toml").network.layers[0]
    assert result.json["layers"][0]["weights"] == written.weights.tolist()
    assert signal.getsignal(signal.SIGINT) is before
