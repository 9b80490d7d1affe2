"""Opening through the keyboard: a new network, examples, files, and what is wrong with them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from textual.widgets import Static

from engine import Input, examples
from tests.engine.strategies import assert_identical
from tests.tui.documents import a_file, answer, asks, complaint, own_folder
from tests.tui.player import Player, playing
from tui.files.present_folder import FileHere, files_here
from tui.files.source import Source
from tui.screens.dialogs.dialog import Entry
from tui.screens.dialogs.lists import Choices

folder = pytest.fixture(autouse=True)(own_folder)


async def test_a_new_network() -> None:
    async with playing() as player:
        await player.press("ctrl+n")
        assert asks(player, "New network")
        await answer(player, "2-4-3")
        assert player.workspace.session.network.sizes == (2, 4, 3)
        assert "2→4→3 · 27 parameters: 20 weights + 7 biases" in player.text
        assert "New 2-4-3 network: uniform, seed 0" in player.lines[0]
        assert "Layer 2 · softmax" in player.text
        assert player.workspace.selection.cell == Input(0)
        assert not player.workspace.is_unsaved
        await player.press("u")
        assert "there is nothing to undo" in player.text
        await player.press("ctrl+n", "escape")
        assert player.workspace.session.network.sizes == (2, 4, 3)


async def test_examples_are_seen_with_title_and_note_and_one_is_opened() -> None:
    async with playing(size=(120, 36)) as player:
        await player.press("ctrl+e")
        first = examples.load(examples.ids()[0])
        assert first.title is not None
        assert first.note is not None
        assert first.title in player.text
        assert examples.ids()[0] in player.text
        present = player.workspace.session
        assert present.note is not None
        assert " ".join(present.note.split()[:3]) in player.text
        await player.type("tone")
        assert examples.ids()[0] not in player.text
        await player.press("backspace", "backspace", "backspace", "backspace")
        await player.type("xor-step")
        wanted = examples.load("xor-step")
        assert wanted.note is not None
        assert " ".join(wanted.note.split()[:3]) in player.text
        await player.press("enter")
        assert_identical(player.workspace.session, wanted)
        assert player.workspace.source == Source("xor-step", None, "xor-step")
        assert "XOR by hand" in player.lines[0]
        assert "About this network: h1 is on" in player.text


async def test_a_file_is_opened_and_the_cursor_is_on_x1() -> None:
    session, _ = a_file()
    async with playing() as player:
        await player.press("right", "f", "ctrl+o")
        await answer(player, "net.toml")
        assert_identical(player.workspace.session, session)
        assert "Odd numbers" in player.lines[0]
        assert player.workspace.selection.cell == Input(0)
        assert player.workspace.view.digits == 2
        await player.press("ctrl+o")
        await answer(player, "three-classes")
        assert player.workspace.source == Source("three-classes", None, "three-classes")


def listed(player: Player) -> list[object]:
    """The names in the list, and its headings."""
    return [getattr(item, "name", item) for item in player.app.screen.query_one(Choices).items]


async def test_the_files_of_the_folder_are_offered(folder: Path) -> None:
    session, _ = a_file()
    (folder / "Table.CSV").write_text("a,b\n1,2\n")
    (folder / "model.json").write_text('{"fc1.weight": [[1, 2]], "fc1.bias": [0]}')
    for name, content in (
        ("pyproject.toml", 'layers = ["tui", "engine"]'),
        ("package.json", '{"name": "weather"}'),
        (".hidden.toml", "[[layers]]"),
        ("odd\x1b[2J.csv", "1,2"),
        ("text.txt", "1,2"),
    ):
        (folder / name).write_text(content)
    (folder / "folder.npz").mkdir()
    (folder / "gone.toml").symlink_to(folder / "nowhere.toml")
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+o")
        tables = ["In this folder", "model.json", "net.toml", "Table.CSV"]
        assert listed(player) == tables
        assert asks(player, "last changed")
        await player.type("net")
        assert listed(player)[1:] == ["In this folder", "net.toml"]
        await player.press("down", "enter")
        assert_identical(player.workspace.session, session)
        assert player.workspace.source is not None
        assert player.workspace.source.name == "net.toml"
        await player.press("ctrl+o")
        tables.remove("net.toml")
        assert listed(player) == ["Recent files", "net.toml", *tables]


def test_a_file_without_a_date_is_offered_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dates(datetime):
        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: tzinfo | None = None) -> Dates:
            raise ValueError(f"year of {timestamp} is out of range")

    a_file()
    monkeypatch.setattr("tui.files.present_folder.datetime", Dates)
    assert files_here() == [FileHere("net.toml", None)]


async def test_where_there_is_nothing_to_open_it_says_what_can_be_typed(folder: Path) -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+o")
        assert asks(player, "no files here yet")
        assert asks(player, "a network (.toml,")
        await player.press("enter")
        assert str(player.app.screen.query_one("#complaint", Static).content) == (
            "type the path of a file"
        )
        await player.type("xor-step")
        await player.press("enter")
        assert player.workspace.source == Source("xor-step", None, "xor-step")


BAD = [
    ("bad.toml", b'tilte = "x"', "unknown key 'tilte'"),
    ("junk.toml", b"\xff\x00\x1b[2J", "not UTF-8"),
    ("net.docx", b"", "the suffix '.docx' is unknown"),
    ("none.toml", None, "no such file or directory"),
    ("xor-stpe", None, "did you mean xor-step?"),
    ("~no-such-user/net.toml", None, "no such file or directory"),
    ("n" * 300 + ".toml", None, "file name too long"),
]


async def test_a_bad_file_says_why_and_nothing_is_lost(folder: Path) -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("right", "K")
        before = player.workspace
        for name, content, reason in BAD:
            if content is not None:
                (folder / name).write_bytes(content)
            player.app.clear_notifications()
            await player.press("ctrl+o", "down", "down", "enter")
            player.app.screen.query_one(Entry).value = name
            await player.press("enter")
            assert reason in complaint(player)
            assert player.app.screen.query_one(Entry).value == name
            await player.press("escape")
            assert player.workspace.session is before.session
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.3
        assert player.workspace.is_unsaved
        assert player.workspace.source == before.source


async def test_what_cannot_be_a_file_is_refused_while_it_is_typed() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+o", "-", "enter")
        assert asks(player, "standard input is the keyboard here")
        await player.press("escape", "S")
        await answer(player, "net.docx")
        assert asks(player, "the name must end in .toml")
        await answer(player, "")
        assert asks(player, "type the path of a file")
        await player.press("escape")
        assert not list(Path().iterdir())
