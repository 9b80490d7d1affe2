"""The settings kept between starts, and that nothing in their file can do harm."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.tui.player import playing
from tests.tui.real_terminal import in_terminal
from tui.files.settings import Settings, load_settings, save_settings, settings_path

CHOSEN = Settings("nn-play-light", False, ("Sum", "Table"))


def test_choices_are_read_as_they_were_written() -> None:
    assert load_settings() == Settings()
    save_settings(CHOSEN)
    assert load_settings() == CHOSEN
    save_settings(Settings())
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"[1, 2]",
        b"null",
        b"{",
        b"[" * 100_000,
        b'{"theme": 5, "tips_shown": "no", "views": "Sum"}',
        b'{"views": ["Sum"]}',
        b'{"views": {"a": 1}}',
        b'{"theme": null, "tips_shown": null, "views": null}',
        b'{"x": "' + b"y" * 200_000 + b'"}',
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_makes_no_sense_is_as_at_first(content: bytes) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_bytes(content)
    assert load_settings() == Settings()


def test_where_nothing_can_be_remembered_nothing_happens(own_home: Path) -> None:
    settings_path().parent.parent.mkdir(parents=True)
    settings_path().parent.write_text("a file where the folder should be")
    save_settings(CHOSEN)
    assert load_settings() == Settings()


async def test_the_playground_opens_as_it_was_left() -> None:
    save_settings(CHOSEN)
    async with playing(size=(120, 36)) as player:
        assert player.app.theme == "nn-play-light"
        assert "Try this" not in player.text
        assert "sum z adds up" in player.pane("#view-left")
        assert "input x1 ↓" in player.pane("#view-right")


@pytest.mark.parametrize(
    "unknown",
    [
        {"theme": "no-such-theme", "views": ["No such view", "Sum"]},
        {"theme": "[/]", "views": ["Sum", "Sum"]},
        {"theme": "\x1b[2J", "views": [[], {}]},
    ],
)
async def test_unknown_names_are_as_at_first(unknown: dict[str, object]) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(json.dumps(unknown))
    async with playing(size=(80, 24)) as player:
        assert player.app.theme == "nn-play-dark"
        assert player.workspace.view.views == ("Curve", "What if", "Diagram")
        assert "Try this" in player.text


async def test_views_that_have_nothing_to_show_are_not_opened() -> None:
    save_settings(Settings("", True, ("Loss", "Runs")))
    async with playing(size=(80, 24)) as player:
        assert player.workspace.view.views == ("What if", "Sum", "Curve")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_leaving_writes_what_is_remembered() -> None:
    with in_terminal() as terminal:
        terminal.wait_for("Try this")
        terminal.press("T", "v")
        terminal.wait_for("How o1's sum z adds up")
        terminal.press("q")
        assert terminal.wait_until_gone() == 0
    assert load_settings() == Settings("nn-play-dark", False, ("Sum", "What if", "Diagram"))
