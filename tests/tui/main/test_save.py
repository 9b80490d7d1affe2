"""Saving through the keyboard, and what is asked before anything could be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Session, examples, load, new_network
from tests.engine.strategies import assert_identical
from tests.tui.documents import ODD, a_file, answer, asks, complaint, own_folder
from tests.tui.player import playing
from tui.files.source import Source
from tui.screens.dialogs.dialog import Entry

UNSAVED = "There are unsaved changes."

folder = pytest.fixture(autouse=True)(own_folder)


async def test_save_writes_the_file_that_was_opened_to_the_last_bit() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("right")
        await player.type("1/3")
        await player.press("enter")
        assert "•" in player.lines[0]
        await player.press("ctrl+s")
        assert "saved to net.toml" in player.text
        assert "•" not in player.lines[0]
        saved = load("net.toml")
        assert saved.network.layers[0].weights[0, 0] == 1 / 3
        assert saved.inputs[1, 1] == ODD
        assert_identical(saved, player.workspace.session)
        await player.press("ctrl+o")
        await answer(player, "net.toml")
        assert_identical(player.workspace.session, saved)


async def test_an_example_asks_for_a_path() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+s")
        assert asks(player, "Save as")
        assert "binary-classifier.toml" in player.text
        await player.press("enter")
        assert "saved to binary-classifier.toml" in player.text
        assert_identical(load("binary-classifier.toml"), examples.load("binary-classifier"))
        await player.press("K", "ctrl+s")
        assert not asks(player)
        assert load("binary-classifier.toml").inputs[0, 0] == 1.1


async def test_another_file_is_overwritten_only_when_asked_for() -> None:
    a_file("there.toml")
    before = Path("there.toml").read_bytes()
    async with playing(size=(80, 24)) as player:
        for keys in (["enter"], ["escape"], ["o", "c", "enter"]):
            await player.press("S")
            await answer(player, "there.toml")
            assert asks(player, "there.toml exists. Overwrite it?")
            await player.press(*keys)
            assert Path("there.toml").read_bytes() == before
        await player.press("S")
        await answer(player, "there.toml")
        await player.press("down", "enter")
        assert "saved to there.toml" in player.text
        assert_identical(load("there.toml"), player.workspace.session)
        await player.press("S", "enter")
        assert not asks(player)


UNWRITABLE = [
    ("none/net.toml", "no such folder; nothing was written"),
    ("~no-such-user/net.toml", "no such folder"),
    ("n" * 300 + ".toml", "file name too long"),
    ("folder.toml", "is a folder, not a file"),
]


async def test_where_nothing_can_be_written_says_why() -> None:
    Path("folder.toml").mkdir()
    async with playing(size=(80, 24)) as player:
        await player.press("K")
        for path, reason in UNWRITABLE:
            player.app.clear_notifications()
            await player.press("S")
            player.app.screen.query_one(Entry).value = path
            await player.press("enter")
            if path == "folder.toml":
                await player.press("down", "enter")
            assert reason in complaint(player)
            assert player.app.screen.query_one(Entry).value == path
            await player.press("escape")
            assert player.workspace.is_unsaved
            assert player.workspace.source == Source("binary-classifier", None, "binary-classifier")
        assert [path.name for path in Path().iterdir()] == ["folder.toml"]


async def test_unsaved_changes_ask_first_and_saved_ones_do_not() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        for key in ("ctrl+o", "ctrl+n", "ctrl+e"):
            await player.press("K", key)
            assert asks(player, UNSAVED)
            await player.press(*"sdcq")
            assert asks(player, UNSAVED)
            await player.press("enter")
            assert not asks(player)
            assert player.workspace.is_unsaved
            await player.press("u", key)
            assert asks(player)
            assert not asks(player, UNSAVED)
            await player.press("escape", "K", key, "down", "enter")
            assert load("net.toml").inputs[0, 0] == player.workspace.session.inputs[0, 0] > 0
            assert asks(player)
            await player.press("escape", key)
            assert not asks(player, UNSAVED)
            await player.press("escape")


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quitting_asks_only_when_something_is_unsaved(key: str) -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", key)
        assert asks(player, UNSAVED)
        await player.burst(*"quit and discard")
        assert player.app.return_code is None
        assert asks(player, UNSAVED)
        await player.press("enter")
        assert player.app.return_code is None
        await player.press("u", key)
        assert player.app.return_code == 0


async def test_leaving_with_changes_saves_them_or_not() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", "q", "down", "enter")
        assert player.app.return_code == 0
    assert load("net.toml").inputs[0, 0] == pytest.approx(0.1)
    async with playing(session, source=source) as player:
        await player.press("K", "K", "q", "down", "down", "enter")
        assert player.app.return_code == 0
    assert load("net.toml").inputs[0, 0] == pytest.approx(0.1)
    fresh = Session(new_network((2, 1), ["relu"], "zeros"))
    async with playing(fresh) as player:
        await player.press("K", "q", "down", "enter")
        assert asks(player, "Save as")
        await player.press("escape")
        assert player.app.return_code is None
        await player.press("q", "down", "enter")
        await answer(player, "none/fresh.toml")
        assert player.app.return_code is None
        await player.press("q", "down", "enter")
        await answer(player, "fresh.toml")
        assert player.app.return_code == 0
    assert load("fresh.toml").inputs[0, 0] == 0.1


async def test_back_at_the_saved_state_nothing_is_unsaved() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", "ctrl+s", "K", "u")
        assert "•" not in player.lines[0]
        await player.press("u")
        assert "•" in player.lines[0]
        await player.press("U")
        assert "•" not in player.lines[0]
        await player.press("q")
        assert player.app.return_code == 0


async def test_back_at_the_file_nothing_is_unsaved() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", "r")
        assert "back to the file" in player.text
        assert "•" not in player.lines[0]
        await player.press("r")
        assert "everything is as in the file" in player.notice
        await player.press("u")
        assert "•" in player.lines[0]
        await player.press("J")
        assert "•" not in player.lines[0]
        await player.press("q")
        assert player.app.return_code == 0
