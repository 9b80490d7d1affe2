"""Layers that vanish under the cursor, and panes that a small terminal does not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Bias, Input, Weight
from tests.tui.player import playing
from tui.panes.layers import FOLDED, layer_heights
from tui.state.selection import Target


@pytest.mark.parametrize(
    "keys",
    [
        ("tab", "tab", "D"),
        ("tab", "tab", "N", "r"),
        ("tab", "tab", "D", "N", "D", "u", "u", "u"),
        ("tab", "N", "N", "D", "D", "N", "u", "U"),
    ],
)
async def test_the_cursor_stays_on_a_layer_that_there_is(keys: tuple[str, ...]) -> None:
    async with playing() as player:
        await player.press(*keys)
        cell = player.workspace.selection.cell
        assert isinstance(cell, Weight | Bias)
        n_layers = len(player.workspace.session.network.layers)
        assert cell.layer_index < n_layers
        assert f"Layer {n_layers} ·" in player.text
        assert f"Layer {n_layers + 1} ·" not in player.text
        await player.press("K", "u")
        assert player.workspace.selection.cell == cell


async def test_a_smaller_network_opened_from_the_last_layer() -> None:
    async with playing("tiny-net") as player:
        await player.press("tab", "tab", "ctrl+e")
        await player.type("zero-know")
        await player.press("enter")
        assert player.workspace.session.network.sizes == (2, 1)
        assert "Layer 2" not in player.text
        await player.press("right", "K")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.5


async def test_a_layer_is_not_removed_from_the_inputs() -> None:
    async with playing() as player:
        await player.press("D")
        assert player.workspace.session.network.sizes == (3, 3, 1)
        assert "the cursor is on an input" in player.text


@pytest.mark.parametrize(
    ("n_neurons", "favoured", "heights"),
    [
        ((5, 1), 0, [8, 4]),
        ((8, 8, 1), 0, [10, 1, 1]),
        ((8, 8, 1), 1, [1, 10, 1]),
        ((8, 8, 1), 2, [3, 5, 4]),
        ((8, 3), 0, [10, 1]),
        ((6, 10), 0, [8, 4]),
        ((6, 10), 1, [3, 9]),
        ((20, 10), 0, [8, 4]),
        ((8, 8, 8, 8, 8, 8, 1), 3, [1, 1, 1, 6, 1, 1, 1]),
    ],
)
def test_layers_share_twelve_lines(
    n_neurons: tuple[int, ...], favoured: int, heights: list[int]
) -> None:
    assert layer_heights([n + 3 for n in n_neurons], 12, favoured) == heights


@given(st.lists(st.integers(4, 40), min_size=1, max_size=9), st.integers(8, 60), st.data())
def test_the_layer_with_the_cursor_is_never_pushed_out(
    natural: list[int], available: int, data: st.DataObject
) -> None:
    favoured = data.draw(st.integers(0, len(natural) - 1))
    heights = layer_heights(natural, available, favoured)
    assert all(FOLDED <= height <= most for height, most in zip(heights, natural, strict=True))
    assert min(natural[favoured] - 1, 5) <= heights[favoured] <= available
    if len(natural) + 4 <= available:
        assert sum(heights) <= available


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24)])
async def test_tab_reaches_every_pane_at_every_size(size: tuple[int, int]) -> None:
    async with playing(size=size) as player:
        seen = []
        for _ in range(6):
            seen.append((player.focused_pane, player.workspace.selection.cell))
            await player.press("tab")
        panes = [pane for pane, _ in seen]
        assert panes == ["inputs", "layers", "layers", "outputs", "view-left", "view-right"]
        cells = [cell for _, cell in seen[:4]]
        assert cells == [Input(0), Weight(0, 0, 0), Weight(1, 0, 0), Target(0)]
        assert player.workspace.selection.cell == Input(0)
        await player.press("shift+tab")
        assert player.focused_pane == "view-right"


async def test_the_arithmetic_never_ends_within_a_figure() -> None:
    async with playing(size=(40, 12)) as player:
        await player.press("tab", "tab")
        assert any(line.rstrip().endswith("≈ 0.0847") for line in player.lines)
