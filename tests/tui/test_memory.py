"""What was drawn is let go again."""

from __future__ import annotations

import gc

from textual.strip import Strip

from tests.tui.player import Player, playing


def n_strips() -> int:
    return sum(isinstance(one, Strip) for one in gc.get_objects())


async def nudge(player: Player, times: int) -> int:
    """Nudge up and down, and return how many drawn lines there are then."""
    for _ in range(times // 2):
        await player.press("]", "[")
    return n_strips()


async def test_lines_of_earlier_frames_do_not_pile_up() -> None:
    async with playing() as player:
        await player.press("tab", "tab", "right")
        before = await nudge(player, 40)
        assert await nudge(player, 80) < before + 200
