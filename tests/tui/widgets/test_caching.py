"""What was drawn is let go again."""

from __future__ import annotations

import gc

import pytest
from textual.strip import Strip

from tests.tui.player import Player, playing


def n_strips() -> int:
    return sum(isinstance(one, Strip) for one in gc.get_objects())


async def nudge(player: Player, times: int) -> int:
    """Nudge up and down, and return how many drawn lines there are then."""
    for _ in range(times // 2):
        await player.press("]", "[")
    gc.collect()
    return n_strips()


async def test_lines_of_earlier_frames_do_not_pile_up() -> None:
    async with playing() as player:
        await player.press("tab", "tab", "right")
        before = await nudge(player, 40)
        assert await nudge(player, 80) < before + 200


@pytest.mark.parametrize("opens", ["question_mark", "ctrl+e", "C"])
async def test_what_was_drawn_of_a_closed_dialog_is_let_go(opens: str) -> None:
    async with playing() as player:

        async def opened(times: int) -> int:
            for _ in range(times):
                await player.press(opens, "escape")
            gc.collect()
            return n_strips()

        before = await opened(2)
        assert await opened(4) < before + 600


async def test_what_was_drawn_of_a_removed_layer_is_let_go() -> None:
    async with playing() as player:

        async def added_and_removed(times: int) -> int:
            for _ in range(times):
                await player.press("tab", "N", "tab", "u")
            gc.collect()
            return n_strips()

        before = await added_and_removed(4)
        assert await added_and_removed(12) < before + 100


async def test_notices_that_were_replaced_are_let_go() -> None:
    async with playing() as player:
        for _ in range(6):
            await player.press("u")
        assert "nothing to undo" in player.notice
        assert len(player.app.screen.query("ToastHolder")) == 1
