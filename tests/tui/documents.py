"""Files in an empty folder, and the dialogs that ask for them, for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Session, examples, save
from tests.tui.player import Player
from tui.files.source import Source, read_source
from tui.screens.dialogs.dialog import Dialog, Entry

ODD = 0.1 + 0.2
"""A number that no short decimal stands for."""


def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to an empty folder, so that paths are typed as a person would: a fixture."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_file(name: str = "net.toml") -> tuple[Session, Source]:
    """Write a file of odd numbers and return it as the playground opens it."""
    example = examples.load("xor-step")
    save(example.evolve(inputs=example.inputs * ODD, title="Odd numbers"), name)
    return read_source(name)


async def answer(player: Player, text: str) -> None:
    """Put `text` into the open dialog in the place of what stands there, and accept."""
    entry = player.app.screen.query_one(Entry)
    entry.select_all()
    await player.press("backspace", *text, "enter")


def asks(player: Player, words: str = "") -> bool:
    """Return whether a dialog is open in which `words` stand."""
    return isinstance(player.app.screen, Dialog) and words in player.text


def complaint(player: Player) -> str:
    """What the open dialog says is wrong with its line, as one line of words."""
    message = player.app.screen.query_one(".wrong")
    rows = player.lines[message.region.y : message.region.bottom]
    return " ".join(" ".join(row[message.region.x : message.region.right] for row in rows).split())
