"""However many keys are waiting, only their result is drawn, not the steps in between."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Input
from tests.tui.player import Player, playing
from tui.panes.layer import LayerPane
from tui.panes.view import ViewPane
from tui.widgets.strip_lines import StripLines

N_KEYS = 300
FEW = 30


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[StripLines]:
    """The panes that were drawn, one entry per drawing."""
    found: list[StripLines] = []
    for kind in (LayerPane, ViewPane):

        def redraw(pane: StripLines, original: Any = kind.redraw) -> None:
            found.append(pane)
            original(pane)

        monkeypatch.setattr(kind, "redraw", redraw)
    return found


def weight(player: Player) -> float:
    return float(player.workspace.session.network.layers[1].weights[0, 1])


async def test_nudges_in_one_go_are_all_made_and_drawn_a_few_times(
    drawn: list[StripLines],
) -> None:
    async with playing() as player:
        await player.press("tab", "tab", "right")
        assert weight(player) == -1
        drawn.clear()
        await player.burst(*["]"] * N_KEYS)
        assert weight(player) == 29
        assert "29" in player.line_with("▸o1")
        assert 0 < len(drawn) < FEW
        drawn.clear()
        await player.burst(*["u"] * N_KEYS)
        assert weight(player) == -1
        assert 0 < len(drawn) < FEW
        assert "0.0847" in player.pane("#outputs")


async def test_moves_in_one_go_are_drawn_a_few_times(drawn: list[StripLines]) -> None:
    async with playing() as player:
        drawn.clear()
        await player.burst(*["down", "up"] * (N_KEYS // 2), "down")
        assert player.workspace.selection.cell == Input(1)
        assert 0 < len(drawn) < FEW


async def test_refusals_in_one_go_show_the_last_one_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons: list[str] = []
    async with playing() as player:
        assert player.app.main_screen is not None
        notify = player.app.main_screen.notify

        def count(reason: str, **options: Any) -> None:
            reasons.append(reason)
            notify(reason, **options)

        monkeypatch.setattr(player.app.main_screen, "notify", count)
        await player.burst(*["u"] * N_KEYS)
        assert "nothing to undo" in player.notice
        assert 0 < len(reasons) < FEW


async def test_plots_follow_where_a_dialog_closed_before_the_next_frame() -> None:
    async with playing() as player:
        await player.burst("]", "s", "escape")
        assert player.app.main_screen is not None
        assert player.app.main_screen.painted is player.workspace
        assert "1.1" in player.line_with("x1")


async def test_the_last_state_is_painted_even_when_the_last_key_does_nothing() -> None:
    async with playing() as player:
        await player.burst("s", "escape", "]", "ctrl+b", "ctrl+b")
        assert "1.1" in player.line_with("x1")
        await player.burst("s", *"25", "ctrl+b", "ctrl+b")
        assert any(" 25 " in line for line in player.lines)
