"""Why a key did nothing is said above the arithmetic and the keys, until something else is done."""

from __future__ import annotations

import pytest

from tests.tui.player import playing


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_a_refusal_covers_no_arithmetic_and_ends_with_the_next_key(
    size: tuple[int, int],
) -> None:
    async with playing(size=size) as player:
        below = player.lines[-2:]
        for key in ("right", "?", "]"):
            await player.press("u")
            assert "nothing to undo" in player.notice
            if key == "right":
                assert player.lines[-2:] == below
            await player.press(key)
            assert player.notice == ""
            await player.press(*["escape"] * (key == "?"))
