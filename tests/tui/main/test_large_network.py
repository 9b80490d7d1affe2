"""Networks larger than the screen: both directions scroll, headings stay, the layer is whole."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine import Bias, Session, Weight, new_network
from engine.text import format_given, format_number
from tests.tui.player import Player, playing
from tui.panes.layer import LayerPane
from tui.state.selection import Cell, Target


def digits_network(n_samples: int = 1) -> Session:
    """784-128-10, as for handwritten digits."""
    network = new_network((784, 128, 10), ("relu", "softmax"), "xavier", seed=1)
    return Session(network, np.random.default_rng(2).random((n_samples, 784)))


def deep_network() -> Session:
    """Six layers of four neurons."""
    sizes = (4, 4, 4, 4, 4, 4, 2)
    network = new_network(sizes, ["tanh"] * 6, "uniform", seed=3)
    return Session(network, np.array([[1.0, -2.0, 3.0, 0.5]]))


def cell_of(player: Player) -> Cell:
    return player.workspace.selection.cell


def layer_pane(player: Player, layer_index: int) -> LayerPane:
    panes = player.app.screen.query(LayerPane)
    return next(pane for pane in panes if pane.layer_index == layer_index)


def rows_of(player: Player, layer_index: int) -> list[str]:
    """What the pane of a layer shows, without its border."""
    region = layer_pane(player, layer_index).content_region
    return [line[region.x : region.right] for line in player.lines[region.y : region.bottom]]


def assert_shown(player: Player, weight: Weight) -> None:
    """A weight stands in the row of its neuron and under the name of its input."""
    header, *rows = rows_of(player, weight.layer_index)
    pane = layer_pane(player, weight.layer_index)
    name = "x" if weight.layer_index == 0 else "h"
    column = header.index(f" {name}{weight.input + 1} ")
    (row,) = (row for row in rows if f"h{weight.neuron + 1} " in row[:7])
    weights = player.workspace.session.network.layers[weight.layer_index].weights
    expected = float(weights[weight.neuron, weight.input])
    text = row[column:].split()[0]
    if pane.room.width >= 60:
        assert text == format_given(expected)
    else:
        assert float(text.removeprefix("≈")) == pytest.approx(expected, abs=0.005)
    assert "bias" in header
    assert "sum" in header
    assert "out" in header


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_cursor_reaches_the_last_weight_and_headings_stay(size: tuple[int, int]) -> None:
    async with playing(digits_network(), size=size) as player:
        assert "784→128→10" in player.text
        await player.press("right")
        assert_shown(player, Weight(0, 0, 0))
        await player.press("end")
        assert cell_of(player) == Bias(0, 0)
        await player.press("left")
        assert cell_of(player) == Weight(0, 0, 783)
        assert_shown(player, Weight(0, 0, 783))
        for _ in range(13):
            await player.press("pagedown")
        assert cell_of(player) == Weight(0, 127, 783)
        assert_shown(player, Weight(0, 127, 783))
        assert re.search("( of |/)784", player.text)
        assert re.search("–128( of |/)128", player.text)
        await player.press("home")
        assert_shown(player, Weight(0, 127, 0))


async def test_an_edit_of_a_large_layer_reaches_the_outputs() -> None:
    async with playing(digits_network(), size=(120, 36)) as player:
        await player.press("right", "down", "down", "end", "left")
        outputs = player.workspace.session.trace.outputs[0]
        assert format_number(outputs[0]) in player.pane("#outputs")
        assert "784 " not in player.pane("#outputs")
        await player.type("40")
        await player.press("enter")
        session = player.workspace.session
        assert session.network.layers[0].weights[2, 783] == 40
        changed = session.trace.outputs[0]
        assert np.abs(changed - outputs).max() > 0.01
        for output in changed[:3]:
            assert format_number(output) in player.pane("#outputs")
        z = session.trace.layers[0].pre_activations[0, 2]
        assert format_number(z) in player.pane("#layers")
        assert f"≈ {format_number(z)}" in player.lines[-2]
        await player.press("u")
        assert format_number(outputs[0]) in player.pane("#outputs")


async def test_long_lists_of_inputs_and_outputs_scroll() -> None:
    session = Session(new_network((50, 2, 30), ("relu", "softmax"), "uniform", seed=5))
    async with playing(session, size=(80, 24)) as player:
        assert "─ 1–" in player.pane("#inputs")
        await player.press("end")
        assert "x50" in player.pane("#inputs")
        assert "x1 " not in player.pane("#inputs")
        await player.type("7.5")
        await player.press("enter")
        assert "7.5" in player.pane("#inputs")
        await player.press("tab", "tab", "tab", "end")
        assert player.workspace.selection.cell == Target(29)
        assert "o30" in player.pane("#outputs")
        assert " of 30" in player.pane("#outputs")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 12)])
async def test_the_selected_layer_of_many_is_whole(size: tuple[int, int]) -> None:
    async with playing(deep_network(), size=size) as player:
        await player.press("right")
        for layer_index in range(6):
            pane = layer_pane(player, layer_index)
            assert player.app.focused is pane
            layers = player.app.screen.query_one("#layers").region
            assert layers.contains_region(pane.region)
            n_neurons = 2 if layer_index == 5 else 4
            visible = [row for row in rows_of(player, layer_index)[1:] if row.strip()]
            assert len(visible) == n_neurons
            assert f"Layer {layer_index + 1}" in player.pane("#layers")
            selection = player.workspace.selection
            assert (selection.layer_index, selection.neuron) == (layer_index, 0)
            await player.press("tab")
        await player.press("shift+tab", *["up"] * 8)
        assert player.workspace.selection.layer_index == 3
        pane = layer_pane(player, 3)
        assert player.app.screen.query_one("#layers").region.contains_region(pane.region)


async def test_a_layer_higher_than_the_screen_has_its_cursor_in_sight() -> None:
    session = Session(new_network((3, 60, 2), ("relu", "softmax"), "uniform", seed=5))
    async with playing(session, size=(80, 24)) as player:
        await player.press("right")
        for row in range(0, 60, 7):
            region = layer_pane(player, 0).region_of_selection()
            assert region is not None
            assert player.app.screen.query_one("#layers").region.contains_region(region)
            line = player.lines[region.y]
            assert f"▸h{row + 1} " in line
            await player.press(*["down"] * 7)


async def test_many_samples_are_as_easy_to_go_through() -> None:
    async with playing(digits_network(300), size=(120, 36)) as player:
        await player.show("Samples")
        assert "300 samples" in player.text
        await player.press(*["tab"] * 4, *["down"] * 40)
        assert player.workspace.selection.sample == 40
        assert "▶41" in player.text
        expected = player.workspace.session.network.forward(player.workspace.session.inputs[40])
        assert format_number(expected.outputs[0, 0]) in player.pane("#outputs")
