"""What was drawn is let go again."""

from __future__ import annotations

import gc

import pytest
from textual.strip import Strip

from tests.tui.player import playing


def drawn(word: str) -> dict[int, Strip]:
    """The drawn lines that are kept and say `word`; whoever holds this, holds them."""
    gc.collect()
    lines = [one for one in gc.get_objects() if isinstance(one, Strip) and word in one.text]
    return {id(line): line for line in lines}


def n_lines(word: str) -> int:
    return len(drawn(word))


async def test_lines_of_earlier_frames_do_not_pile_up() -> None:
    async with playing() as player:
        await player.press("tab", "tab", "right", *["]", "["] * 20)
        before = n_lines("o1")
        await player.press(*["]", "["] * 40)
        assert n_lines("o1") <= before


@pytest.mark.parametrize("opens", ["question_mark", "ctrl+e", "C"])
async def test_what_was_drawn_of_a_closed_dialog_is_let_go(opens: str) -> None:
    async with playing() as player:
        # Lines of earlier tests may be let go meanwhile.
        before = drawn("Esc")
        for _ in range(3):
            await player.press(opens)
            assert drawn("Esc").keys() - before
            await player.press("escape")
            assert not drawn("Esc").keys() - before


async def test_what_was_drawn_of_a_removed_layer_is_let_go() -> None:
    async with playing() as player:
        before = n_lines("Layer 3")
        for _ in range(6):
            await player.press("tab", "N")
            assert n_lines("Layer 3") > before
            await player.press("tab", "u")
        assert n_lines("Layer 3") <= before


async def test_notices_that_were_replaced_are_let_go() -> None:
    async with playing() as player:
        for _ in range(6):
            await player.press("u")
        assert "nothing to undo" in player.notice
        assert len(player.app.screen.query("ToastHolder")) == 1
