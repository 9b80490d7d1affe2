"""An interrupt of a command that writes: the old file or the whole new one, and nothing beside."""

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
from tests.tui.cli.command_line import Command, command
from tui.files.unsaved import Description, Keeper, unsaved_work

nn_play = pytest.fixture(command)

WRITING = {
    "train": ("train", "xor-step", "--epochs", "3", "--seconds", "9", "-o", "net.toml", "--force"),
    "export": ("export", "xor-step", "net.toml", "--force"),
    "new": ("new", "2-2-1", "-o", "net.toml", "--force"),
    "recover": ("recover", "ID", "-o", "net.toml"),
}


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    """Interrupts act, whatever those who run the tests have inherited."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("moment", ["fsync", "replace"])
@pytest.mark.parametrize("name", WRITING)
def test_an_interrupt_while_saving(
    nn_play: Command, monkeypatch: pytest.MonkeyPatch, name: str, moment: str
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
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(os, moment, interrupted)
    said = nn_play(*(work.id if word == "ID" else word for word in WRITING[name]))
    assert (said.status, said.error) == (130, "")
    if moment == "fsync":
        assert Path("net.toml").read_text() == "old"
    else:
        assert load("net.toml").network.sizes == session.network.sizes
    assert [path.name for path in Path().iterdir()] == ["net.toml"]
    assert unsaved_work() == [work]


class Interrupted(ModuleType):
    """A module whose import was interrupted."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt


def test_an_interrupt_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tui.cli", Interrupted("tui.cli"))
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tui", run_name="__main__")
    assert ended.value.code == 130
