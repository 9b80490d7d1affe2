"""Signals that end a command: the old file or the whole new one, and what was learned is kept."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from engine import examples, load
from engine.training import TrainingRun
from tests.tui.cli.command_line import POINT, Command, command
from tui.files.unsaved import Description, Keeper, unsaved_work

nn_play = pytest.fixture(command)

WRITING = {
    "train": ("train", "xor-step", "--epochs", "3", "--seconds", "9", "-o", "net.toml", "--force"),
    "export": ("export", "xor-step", "net.toml", "--force"),
    "new": ("new", "2-2-1", "-o", "net.toml", "--force"),
    "recover": ("recover", "ID", "-o", "net.toml"),
}


SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@pytest.fixture(autouse=True)
def acting() -> Iterator[None]:
    """Let the signals act, whatever those who run the tests have inherited."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(params=SIGNALS)
def number(request: pytest.FixtureRequest) -> signal.Signals:
    """A signal that asks the command to end."""
    return signal.Signals(request.param)


def send_during_epoch(
    monkeypatch: pytest.MonkeyPatch, epoch: int, *numbers: signal.Signals
) -> None:
    """Let the process get signals, one after the other, while it trains."""
    before = TrainingRun.run_epoch

    def run_epoch(run: TrainingRun) -> None:
        before(run)
        if run.epoch == epoch:
            for number in numbers:
                os.kill(os.getpid(), number)

    monkeypatch.setattr(TrainingRun, "run_epoch", run_epoch)


@pytest.mark.parametrize("moment", ["fsync", "replace"])
@pytest.mark.parametrize("name", WRITING)
def test_an_interrupt_while_saving(
    nn_play: Command,
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    name: str,
    moment: str,
) -> None:
    session = examples.load("xor-step")
    keeper = Keeper()
    keeper.keep(session, Description("title", "2→2→1"))
    keeper.close(drop=False)
    Path("net.toml").write_text("old")
    (work,) = unsaved_work()
    before = getattr(os, moment)

    def interrupted(*arguments: object) -> None:
        before(*arguments)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(os, moment, interrupted)
    said = nn_play(*(work.id if word == "ID" else word for word in WRITING[name]))
    assert (said.status, said.error) == (128 + number, "")
    if moment == "fsync":
        assert Path("net.toml").read_text() == "old"
    else:
        assert load("net.toml").network.sizes == session.network.sizes
    assert [path.name for path in Path().iterdir()] == ["net.toml"]
    assert unsaved_work() == [work]


def test_an_interrupt_ends_training_and_loses_nothing(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    send_during_epoch(monkeypatch, 4, number)
    result = nn_play("train", "-", "--epochs", "1000000", "--json", "-o", "net.toml", stdin=POINT)
    assert (result.status, result.error) == (128 + number, "")
    assert (result.json["epochs"], result.json["stopped_because"]) == (4, "interrupted")
    assert len(result.json["losses"]) == 5
    written = load("net.toml").network.layers[0]
    assert result.json["layers"][0]["weights"] == written.weights.tolist()
    assert signal.getsignal(number) is before


def test_the_second_interrupt_ends_training_at_once(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    send_during_epoch(monkeypatch, 4, number, number)
    result = nn_play("train", "-", "--epochs", "1000000", "-o", "net.toml", stdin=POINT)
    assert result == (128 + number, "", "")
    assert not Path("net.toml").exists()


def test_what_the_parent_process_ignores_is_ignored(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    signal.signal(number, signal.SIG_IGN)
    send_during_epoch(monkeypatch, 4, number)
    result = nn_play("train", "-", "--epochs", "6", "--json", stdin=POINT)
    assert (result.status, result.json["epochs"]) == (0, 6)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_training_is_kept_when_the_terminal_closes(tmp_path: Path) -> None:
    from tests.tui.real_terminal import in_terminal

    file = tmp_path / "net.toml"
    with in_terminal("train", "xor-step", "--seconds", "600", "-o", str(file)) as terminal:
        terminal.wait_for("training")
        terminal.hang_up()
    assert load(file).network != examples.load("xor-step").network


class Interrupted(ModuleType):
    """A module whose import was interrupted."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt


def test_an_interrupt_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tui.cli", Interrupted("tui.cli"))
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tui", run_name="__main__")
    assert ended.value.code == 130
