"""Where room is short, what matters most stays in sight."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import Bias, Layer, Network, Session, Weight
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from engine.nn.parameters import neuron_name
from engine.text import format_number
from tests.tui.player import Player, playing
from tests.tui.views.scenes import random_session
from tui.views.registry import view_named
from tui.widgets.cell_editor import CellEditor


def learnt(dataset: str, sizes: tuple[int, ...], activations: tuple[str, ...]) -> Session:
    """A network of long numbers with the samples of a data set, a fifth of them for the test."""
    samples = samples_of(load_dataset(dataset), test_percent=20, standardise=dataset == "digits")
    session = samples.apply(random_session(sizes, activations))
    layers = [
        replace(layer, weights=layer.weights * 0.4, bias=layer.bias * 0.4)
        for layer in session.network.layers
    ]
    return session.evolve(network=Network(layers))


def digits() -> Session:
    return learnt("digits", (64, 16, 10), ("relu", "softmax"))


def yes_or_no() -> Session:
    return learnt("moons", (2, 4, 1), ("tanh", "sigmoid"))


def texts_in(row: str) -> list[str]:
    return re.sub("[│▸›]", " ", row).split()


def layer_rows(player: Player, layer_index: int) -> list[list[str]]:
    """The words of the header and of each row of a layer."""
    rows = player.pane("#layers").splitlines()
    starts = [number for number, row in enumerate(rows) if "─ Layer " in row]
    rows = rows[starts[layer_index] + 1 :]
    end = next(number for number, row in enumerate(rows) if "╰" in row or "─ Layer " in row)
    return [texts_in(row[:-1]) for row in rows[:end]]


async def to_last_sample(player: Player) -> None:
    assert player.app.main_screen is not None
    workspace = player.workspace
    last = workspace.selection.of_sample(workspace.session.n_samples - 1)
    player.app.main_screen.change(workspace.selecting(last))
    await player.settle()


@pytest.mark.parametrize(
    ("size", "fewest", "of_picture"), [((120, 36), 10, 6), ((200, 60), 20, 12)]
)
async def test_many_inputs_leave_the_plots_their_room(
    size: tuple[int, int], fewest: int, of_picture: int
) -> None:
    async with playing(digits(), size=size) as player:
        await player.show("Picture")
        rows = player.pane("#view-left").splitlines()[1:-1]
        assert len(rows) >= fewest
        assert sum("▀▀▀▀▀▀▀▀" in row for row in rows) >= of_picture
        assert len(re.findall(r"r\dc\d ", player.pane("#inputs"))) >= 8


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 36), (200, 60)])
async def test_the_sample_and_its_target_are_always_in_sight(size: tuple[int, int]) -> None:
    async with playing(digits(), size=size) as player:
        targets = player.workspace.session.targets
        assert targets is not None
        for keys, sample, part in (
            ((), 1, "training"),
            (("end",), 1, "training"),
            ((">",), 2, "training"),
            ((), 1797, "test"),
        ):
            if sample == 1797:
                await to_last_sample(player)
            else:
                await player.press(*keys)
            text = player.pane("#inputs")
            assert re.search(rf"sample {sample}/1797\b", text)
            assert f"{part} · < >" in text
            assert f"target {np.argmax(targets[sample - 1])} " in text
        assert "r8c8" in text
        assert re.search(r"─ ▴ \d+–64( of |/)64 ─", text)


async def test_where_no_input_scrolls_the_border_tells_test_samples() -> None:
    async with playing(yes_or_no(), size=(80, 24)) as player:
        assert "─ train ─" in player.pane("#inputs")
        await to_last_sample(player)
        assert "─ test ─" in player.pane("#inputs")
    async with playing(size=(80, 24)) as player:
        assert "training" not in player.pane("#inputs")


async def test_answer_and_match_stay_below_outputs_that_scroll() -> None:
    async with playing(digits(), size=(80, 24)) as player:
        for keys in ((), ("tab", "tab", "tab", "end")):
            await player.press(*keys)
            text = player.pane("#outputs")
            assert re.search(r"─ (▴ )?\d+–\d+ of 10( ▾)? ─", text)
            assert "answer " in text
            assert "the target" in text


async def test_weights_of_a_trained_network_are_in_sight_at_80_columns() -> None:
    async with playing(yes_or_no(), size=(80, 24)) as player:
        header, *rows = layer_rows(player, 0)
        assert header == ["x1", "x2", "bias", "sum", "z", "out", "a"]
        assert all(len(row) == 6 for row in rows)
        header, row = layer_rows(player, 1)
        assert header[:5] == ["h1", "h2", "h3", "h4", "bias"]
        layer = player.workspace.session.network.layers[1]
        assert row[1:5] == [format_number(weight, 2) for weight in layer.weights[0]]
        assert "…" not in "".join(row)


async def test_weights_of_four_decimals_lose_some_too() -> None:
    weights = [[-0.1234, 0.5678, -0.9876]]
    layer = Layer(np.repeat(weights, 2, axis=0), [0.1357, 0.2468], "tanh")
    session = Session(Network([layer, Layer([[-0.1234, 0.25]], [0.1357], "sigmoid")]))
    async with playing(session, size=(80, 24)) as player:
        header, row, _ = layer_rows(player, 0)
        assert header[:4] == ["x1", "x2", "x3", "bias"]
        assert row[1:5] == ["≈-0.12", "≈0.57", "≈-0.99", "≈0.14"]
        assert layer_rows(player, 1)[1][1:4] == ["-0.1234", "0.25", "0.1357"]
    async with playing(session, size=(120, 36)) as player:
        assert layer_rows(player, 0)[1][1:5] == ["-0.1234", "0.5678", "-0.9876", "0.1357"]


@pytest.mark.parametrize("size", [(74, 24), (80, 24), (120, 36)])
async def test_outs_are_not_cut(size: tuple[int, int]) -> None:
    for session in (learnt("iris", (4, 8, 3), ("tanh", "softmax")), digits()):
        async with playing(session, size=size) as player:
            await player.press("tab")
            header, *rows = layer_rows(player, 0)
            assert "out" in header[-2:]
            outs = player.workspace.trace.layers[0].activations[0]
            assert rows
            for row, out in zip(rows, outs, strict=False):
                shown = row[-1] if row[-1] != "off" else row[-2]
                assert "…" not in shown
                assert float(shown.strip("<>")) == pytest.approx(out, abs=0.01)


@pytest.mark.parametrize("size", [(68, 24), (80, 24), (120, 36)])
async def test_the_arithmetic_keeps_the_selected_product_the_bias_and_the_sum(
    size: tuple[int, int],
) -> None:
    session = learnt("iris", (4, 8, 3), ("tanh", "softmax"))
    async with playing(session, size=size) as player:
        await player.press("tab")
        layer, trace = session.network.layers[0], player.workspace.trace
        for place in range(4):
            line = player.lines[-2]
            sum_text = line.partition("   ")[0]
            weights = {format_number(layer.weights[0, place], digits) for digits in (2, 3, 4)}
            assert any(f"{weight}·" in line or f"({weight})·" in line for weight in weights)
            bias = re.search(r" \+ \(?(-?[\d.]+)\)? ≈ (\S+)$", sum_text)
            assert bias is not None
            assert float(bias[1]) == pytest.approx(layer.bias[0], abs=0.005)
            assert bias[2] == format_number(trace.layers[0].pre_activations[0, 0])
            await player.press("right")


@pytest.mark.parametrize("right", [True, False])
async def test_whether_the_target_is_met_can_be_seen_on_the_smallest_screen(right: bool) -> None:
    words = "✓ as the target" if right else "✗ not the target"
    session = Session(
        Network([Layer([[1.0]], [0.0], "sigmoid")]),
        np.array([[2.0], [2.0]]),
        targets=np.array([[float(right)], [0.0]]),
    )
    async with playing(session, size=(40, 12)) as player:
        await player.press("tab", "tab")
        text = player.pane("#outputs")
        assert words in text
        assert "answer 1" in text
        assert "0.8808" in text


async def test_the_editor_hides_no_other_number_while_the_text_fits_in_its_cell() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("tab")
        pane = player.app.focused
        region = player.app.main_screen and player.app.main_screen.cursor.region
        assert region
        assert region.width == 6
        editor = player.app.screen.query_one(CellEditor)
        for typed in ("1", ".", "2", "3", "4"):
            await player.press(typed)
            assert editor.region == region
            assert "-0.5   1     0.1" in player.line_with("▸h1")
        await player.press("5", "6")
        assert editor.region.width == 12
        row = player.line_with("▸h1 1.23456")
        assert "-0.5" not in row
        assert "  1     0.1" in row
        await player.press("backspace", "backspace")
        assert editor.region == region
        await player.press("enter")
        assert player.app.focused is pane


async def test_the_editor_grows_to_the_left_at_the_edge() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("tab", "tab", "tab")
        await player.type("0.12345678901234")
        editor = player.app.screen.query_one(CellEditor)
        assert player.app.screen.region.contains_region(editor.region)
        assert "0.12345678901234" in player.text


@pytest.mark.parametrize("name", ["Curve", "Samples", "Map"])
async def test_the_help_begins_with_the_view_that_is_shown(name: str) -> None:
    view = view_named(name)
    async with playing("xor-step", size=(120, 36)) as player:
        await player.show(name)
        await player.press("shift+tab", "shift+tab")
        while player.focused_pane != "view-left":
            await player.press("shift+tab")
        await player.press("?")
        assert f"Help: {name} ─" in player.text
        words = " ".join(player.text.replace("│", " ").split())
        assert f"{view.question} {view.reading}" in words
        assert words.index(view.question) < words.index("Each view answers one question")
        assert "In biology" not in words.partition("In biology, its role")[0]
        await player.press("b")
        assert "The curve is the cell's response" in player.text


async def test_every_input_of_four_has_its_column_at_80_columns() -> None:
    for opened in ("tiny-net", learnt("iris", (4, 8, 3), ("tanh", "softmax"))):
        async with playing(opened, size=(80, 24)) as player:
            await player.press("right")
            header, *rows = layer_rows(player, 0)
            assert header[:5] == ["x1", "x2", "x3", "x4", "bias"]
            n_neurons = player.workspace.session.network.layers[0].n_neurons
            assert len(rows) == n_neurons
            for row in rows:
                assert all(float(text.removeprefix("≈")) for text in row[1:5])
            if n_neurons == 8:
                assert "setosa" in player.pane("#outputs")
                assert re.search(r"Layer 2 · softmax · outs( +[\d.]+){3}", player.pane("#layers"))


async def test_the_selected_number_and_its_heading_never_leave_the_view() -> None:
    session = random_session((2, 8, 8, 1), ("tanh", "tanh", "sigmoid"))
    async with playing(session, size=(80, 24)) as player:
        assert "Layer 1 " in player.pane("#layers")
        await player.press("right")
        for key in ("down", "end", *["down"] * 9, "home", *["right"] * 5, "end", *["down"] * 6):
            await player.press(key)
            cell = player.workspace.selection.cell
            assert isinstance(cell, Weight | Bias)
            screen = player.app.main_screen
            assert screen is not None
            region = screen.cursor.region
            assert region is not None
            assert screen.query_one("#layers").region.contains_region(region)
            rows = player.pane("#layers")
            assert f"▸{neuron_name(session.network, cell.layer_index, cell.neuron)}" in rows
            header = layer_rows(player, cell.layer_index)[0]
            heading = "bias"
            if isinstance(cell, Weight):
                heading = f"h{cell.layer_index}.{cell.input + 1}"
                heading = heading if cell.layer_index else f"x{cell.input + 1}"
            assert heading in header
            assert "Layer 3 · sigmoid" in rows
        await player.press(*["up"] * 20)
        assert "◂" not in player.pane("#layers")
        await player.press("down", "home", *["pagedown"] * 2, *["right"] * 5)
        assert re.search(r"inputs ◂ \d–\d of 8 ▸", player.pane("#layers"))
