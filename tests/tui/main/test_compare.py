"""Compare with now: what differs from a remembered state, and the ways back to it."""

from __future__ import annotations

import pytest

from tests.tui.player import playing

NUMBERS = ("#inputs", "#layers", "#outputs")


def line_below(pane: str, words: str) -> list[str]:
    """The text below the row of a pane that contains `words`."""
    rows = pane.replace("│", " ").splitlines()
    return rows[next(place for place, row in enumerate(rows) if words in row) + 1].split()


async def test_every_number_that_differs_shows_by_how_much() -> None:
    async with playing("tiny-net") as player:
        await player.press("tab", "down", "p")
        assert "remembered" in player.text
        await player.press("]", "]", "]")
        trace = player.workspace.trace
        assert player.workspace.ghost is not None
        risen = trace.outputs[0, 0] - player.workspace.ghost.trace.outputs[0, 0]
        assert risen == pytest.approx(0.0144, abs=1e-4)
        assert line_below(player.pane("#layers"), "▸h2") == ["+0.3", "+0.18", "+0.18"]
        assert line_below(player.pane("#layers"), " h1 ") == []
        assert "+ − since p" in player.pane("#layers")


async def test_undo_brings_every_difference_and_ghost_to_nothing() -> None:
    async with playing() as player:
        await player.press("tab", "shift+tab")
        numbers = [player.pane(pane) for pane in NUMBERS]
        await player.press("p", "tab", "}")
        assert line_below(player.pane("#layers"), "▸h1") == ["+1", "+1", "+1"]
        assert line_below(player.pane("#outputs"), "%") == ["+0.0366"]
        assert "◌" in player.pane("#view-left")
        assert "◌" in player.pane("#view-right")
        await player.press("u")
        assert line_below(player.pane("#layers"), "▸h1") == []
        assert "◌" not in player.text
        await player.press("shift+tab", "p")
        assert player.workspace.pinned is None
        assert [player.pane(pane) for pane in NUMBERS] == numbers


async def test_the_ways_back() -> None:
    async with playing() as player:
        await player.press("P")
        assert "nothing is remembered yet" in player.notice
        await player.press("tab", "p")
        there = player.workspace.session
        await player.press("P")
        assert "everything is as it was remembered" in player.notice
        await player.press("5", "enter")
        here = player.workspace.session
        await player.press("w")
        assert player.workspace.session is there
        assert player.workspace.pinned is here
        assert line_below(player.pane("#layers"), "h1 ")[0] == "-4.8"
        await player.press("w")
        assert player.workspace.session is here
        await player.press("P")
        assert player.workspace.session is there
        await player.press("u", "u", "u")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 5


async def test_another_shape_has_no_differences() -> None:
    async with playing() as player:
        await player.press("tab", "p", "n")
        assert player.workspace.comparison is not None
        assert player.workspace.ghost is None
        assert "since p" not in player.pane("#layers")
        await player.press("P")
        assert player.workspace.session is player.workspace.pinned


async def test_without_a_remembered_state_it_is_the_one_before_the_last_edit() -> None:
    async with playing() as player:
        assert player.workspace.comparison is None
        await player.press("]", "]")
        comparison = player.workspace.comparison
        assert comparison is not None
        assert comparison.session.inputs[0, 0] == 1.1
        assert player.workspace.ghost is None
