"""What is painted line by line is what painting everything would give."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.filter import Monochrome
from textual.strip import Strip

from tests.tui.player import Player, playing
from tui.widgets.strip_lines import StripLines

KEYS = ("]", "]", "tab", "right", "[", "5", ".", "2", "enter", "b", "tab", "v", "u", "v", "d")


def cells(strips: list[Strip]) -> list[list[tuple[str, Style | None]]]:
    return [
        [(character, segment.style) for segment in strip for character in segment.text]
        for strip in strips
    ]


def kept_and_fresh(player: Player) -> list[tuple[str | None, list[Strip], list[Strip]]]:
    """What every visible widget of lines has kept, and what it is rendered to from nothing."""
    found = []
    for widget in player.app.screen.query(StripLines):
        if widget._rendered is None or not widget.is_on_screen:
            continue
        crop, kept = widget._rendered
        widget._styles_cache.clear()
        found.append((widget.id, kept, widget._styles_cache.render_widget(widget, crop)))
    return found


@pytest.mark.parametrize("example", ["binary-classifier", "tiny-net", "batch"])
@pytest.mark.parametrize("filtered", [False, True])
async def test_changed_lines_are_put_among_the_others_as_textual_would(
    example: str, filtered: bool
) -> None:
    async with playing(example, size=(100, 30)) as player:
        if filtered:
            player.app._filters.append(Monochrome())
            player.app.refresh_css()
            await player.settle()
        for key in KEYS:
            await player.press(key)
            compared = kept_and_fresh(player)
            assert len(compared) > 4, key
            for name, kept, fresh in compared:
                assert cells(kept) == cells(fresh), (key, name)
