"""`nn-play train` watched from a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from tests.tui.cli.command_line import Command, command
from tui.cli import main

nn_play = pytest.fixture(command)

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
