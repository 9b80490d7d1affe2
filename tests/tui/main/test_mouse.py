"""The mouse: a click selects, the wheel scrolls, and nothing else happens by accident."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from engine import Bias, Input, Session, Weight, new_network
from tests.tui.player import Player, playing
from tui.panes.layer import LayerPane
from tui.panes.view import ViewPane
from tui.state.selection import Cell, Target


async def click(player: Player, words: str, text: str) -> None:
    """Click on `text` in the first row of the screen that contains `words`."""
    row = next(y for y, line in enumerate(player.lines) if words in line)
    await player.pilot.click(offset=(player.lines[row].index(text), row))
    await player.settle()


async def wheel(player: Player, widget: Widget, times: int) -> None:
    """Turn the wheel over the middle of a widget; up where `times` is negative."""
    event = MouseScrollDown if times > 0 else MouseScrollUp
    x, y = widget.region.center
    for _ in range(abs(times)):
        widget.post_message(
            event(widget, int(x), int(y), 0, 1, 0, False, False, False, int(x), int(y))
        )
        await player.settle()


async def test_a_click_on_a_number_selects_it() -> None:
    async with playing(size=(120, 36)) as player:
        clicks: list[tuple[str, str, Cell]] = [
            ("h2 ", "-1.5", Weight(0, 1, 0)),
            ("h2 ", "0.3", Weight(0, 1, 2)),
            ("h1 ", "0.1", Bias(0, 0)),
            ("0.6  -0.2", "0.6", Weight(1, 0, 2)),
            ("│x3 ", "3", Input(2)),
            ("│o1 ", "–", Target(0)),
        ]
        for words, text, cell in clicks:
            await click(player, words, text)
            assert player.workspace.selection.cell == cell
            focused = player.app.focused
            assert focused is not None
            await player.press("K", "u")
            assert player.workspace.selection.cell == cell
            assert player.app.focused is focused
        assert not player.workspace.is_unsaved


async def test_a_click_on_a_computed_number_selects_its_neuron() -> None:
    async with playing(size=(120, 36)) as player:
        await click(player, " h3 ", "-0.8")
        assert (player.workspace.selection.layer_index, player.workspace.selection.neuron) == (0, 2)
        assert "h3: 0.7·1" in player.lines[-2]
        before = player.workspace.selection
        await click(player, "sum z", "sum z")
        await click(player, "nn-play", "nn-play")
        await click(player, "q quit", "q quit")
        assert player.workspace.selection == before
        assert player.app.return_code is None


async def test_a_click_elsewhere_gives_up_what_was_being_typed() -> None:
    async with playing(size=(120, 36)) as player:
        await player.press("right", "7")
        assert "Enter takes it" in player.text
        await click(player, " h2 ", "-1.5")
        assert player.workspace.selection.cell == Weight(0, 1, 0)
        assert "Enter takes it" not in player.text
        assert player.workspace.session is player.workspace.origin
        await player.press("K")
        assert player.workspace.session.network.layers[0].weights[1, 0] == -1.4


async def test_a_click_on_a_row_of_samples_selects_the_sample() -> None:
    async with playing("xor-step", size=(120, 36)) as player:
        await player.show("Samples")
        for sample in (2, 0, 3):
            pane = player.app.screen.query_one("#view-left", ViewPane)
            await player.pilot.click(pane, offset=(6, 2 + sample))
            await player.settle()
            assert player.workspace.selection.sample == sample
            assert f"▶{sample + 1}" in player.pane("#view-left")
            assert player.app.focused is pane
        await player.pilot.click(pane, offset=(6, 12))
        await player.pilot.click(pane, offset=(6, 1))
        await player.settle()
        assert player.workspace.selection.sample == 3


async def test_a_click_on_a_plot_gives_it_the_keys() -> None:
    async with playing(size=(120, 36)) as player:
        await player.pilot.click("#view-right", offset=(5, 5))
        await player.settle()
        await player.press("3")
        assert player.workspace.view.views[:2] == ("Curve", "Sum")
        assert player.workspace.selection.cell == Input(0)


async def test_the_wheel_scrolls_a_grid_and_leaves_the_selection() -> None:
    session = Session(new_network((40, 30, 2), ("relu", "softmax"), "uniform", seed=2))
    async with playing(session, size=(80, 24)) as player:
        selection = player.workspace.selection
        inputs = player.app.screen.query_one("#inputs")
        layer = player.app.screen.query(LayerPane).first()
        for pane, selector, first, later in (
            (inputs, "#inputs", "│x1 ", "│x8 "),
            (layer, "#layers", "│ h1 ", "│ h7 "),
        ):
            assert first in player.pane(selector)
            await wheel(player, pane, 2)
            assert first not in player.pane(selector)
            assert later in player.pane(selector)
            await wheel(player, pane, 12)
            await wheel(player, pane, -14)
            assert first in player.pane(selector)
        assert player.workspace.selection == selection
        await wheel(player, inputs, 12)
        assert "x40" in player.pane("#inputs")
        await player.press("down")
        assert "x2 " in player.pane("#inputs")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_wheel_scrolls_the_layers_where_a_layer_is_whole(size: tuple[int, int]) -> None:
    session = Session(new_network((2, *[3] * 15, 1), ["tanh"] * 16, "uniform", seed=2))
    async with playing(session, size=size) as player:
        await player.press("right")
        assert "Layer 1 " in player.text
        assert "Layer 16 " not in player.text
        for _ in range(12):
            layers = player.app.screen.query(LayerPane)
            visible = [pane for pane in layers if pane.is_on_screen and pane.region.height]
            await wheel(player, visible[-1], 3)
        assert "Layer 16 " in player.pane("#layers")
        assert player.workspace.selection.cell == Weight(0, 0, 0)
