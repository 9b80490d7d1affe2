"""What is painted line by line is what painting everything would give."""

from __future__ import annotations

import pytest

from tests.tui.player import Player, playing
from tui.widgets.strip_lines import StripLines

KEYS = ("]", "]", "tab", "right", "[", "5", ".", "2", "enter", "b", "tab", "v", "u", "v", "d")


def painted(player: Player) -> list[list[tuple[str, object]]]:
    """Every cell of every visible widget of lines, with its style."""
    return [
        [(sign, part.style) for strip in strips for part in strip for sign in part.text]
        for widget in player.app.screen.query(StripLines)
        if widget.is_on_screen
        for strips in [widget.render_lines(widget.outer_size.region)]
    ]


@pytest.mark.parametrize("example", ["binary-classifier", "tiny-net", "batch"])
async def test_changed_lines_are_put_among_the_others(example: str) -> None:
    async with playing(example, size=(100, 30)) as player:
        for key in KEYS:
            await player.press(key)
            before = painted(player)
            assert len(before) > 4, key
            for widget in player.app.screen.query(StripLines):
                widget.refresh()
            await player.settle()
            assert painted(player) == before, key


async def test_blank_lines_have_the_colours_of_a_new_theme() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        before = player.app.screen.query(StripLines).first().look.blank
        assert any(style == before for cells in painted(player) for _, style in cells)
        player.app.theme = "nn-play-light"
        await player.settle()
        assert not any(style == before for cells in painted(player) for _, style in cells)
