"""The plot area: which views are shown, that they show the engine's figures, and follow edits."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Bias, Input, Weight, examples, grid_sweep
from engine.text import format_number
from tests.tui.player import Player, playing
from tests.tui.trained import circle
from tui.views.registry import VIEWS

NAMES = [view.name for view in VIEWS]
TITLES = {
    "Curve": "sigmoid, z into 0…1",
    "What if": "What if weight h2→o1 changed?",
    "Sum": "How o1's sum z adds up",
    "Samples": "1 sample",
    "Table": "Table of o1",
    "What changed": "What changed: nothing yet",
    "Which number matters": "Which number matters for o1?",
    "Diagram": "o1 gives 0.0847",
    "Map": "The answer over x1 and x2",
    "Distribution": "How layer 2 spreads",
    "Loss": "Nothing to learn yet",
    "Confusion": "Right or wrong needs targets",
    "Runs": "No training run yet",
    "Picture": "A picture needs pixels",
}
LEFT, RIGHT = "#view-left", "#view-right"
WHAT_TO_DO = {
    "What changed": "edit a number, or press p",
    "Distribution": "i adds one, C chooses data",
    "Loss": "C chooses data, or type a target",
    "Confusion": "choose data with C",
    "Runs": "space trains",
    "Picture": "The data set digits has them (C)",
}
"""What the views say that have nothing to show of a network without targets."""

FILLED = [name for name in NAMES if name not in WHAT_TO_DO]


async def at_weight_of_output(player: Player) -> None:
    """Go to the weight h2→o1."""
    await player.press("tab", "tab", "right")
    assert player.workspace.selection.cell == Weight(1, 0, 1)


async def test_v_goes_through_all_views_that_have_something_to_show_and_back() -> None:
    async with playing(size=(80, 24)) as player:
        await at_weight_of_output(player)
        assert player.pane(RIGHT) == ""
        for name, words in WHAT_TO_DO.items():
            await player.show(name)
            assert TITLES[name][:30] in player.pane(LEFT)
            assert words in player.prose(LEFT)
        await player.show("Curve")
        for key, names in (("v", [*FILLED[1:], FILLED[0]]), ("V", reversed(FILLED))):
            for name in names:
                await player.press(key)
                assert player.workspace.view.views[0] == name
                assert TITLES[name][:30] in player.pane(LEFT)


@pytest.mark.parametrize("width", [120, 100, 80])
async def test_no_title_and_no_name_loses_its_end(width: int) -> None:
    async with playing(circle(), size=(width, 30)) as player:
        await player.press(*["tab"] * 2, "right")
        for focus in ((), ("tab",) * 2):
            await player.press(*focus)
            for _ in NAMES:
                await player.press("v")
                above, *_, below = player.pane(LEFT).splitlines()
                assert above.strip("╭╮─ ")
                assert not above.strip("╭╮─ ").endswith("…")
                assert below.strip("╰╯─ ").endswith(player.workspace.view.views[0])


async def test_two_views_side_by_side_never_the_same_twice() -> None:
    async with playing(size=(120, 36)) as player:
        await at_weight_of_output(player)
        assert TITLES["Curve"][:30] in player.pane(LEFT)
        assert TITLES["What if"][:30] in player.pane(RIGHT)
        for name in (*FILLED[2:], "Curve"):
            await player.press("v")
            assert player.workspace.view.views[:2] == (name, "What if")
            assert TITLES[name][:30] in player.pane(LEFT)
        await player.resize(80, 24)
        assert TITLES["Curve"][:30] in player.pane(LEFT)
        assert player.pane(RIGHT) == ""
        await player.resize(120, 36)
        assert TITLES["What if"][:30] in player.pane(RIGHT)


async def test_another_network_opens_without_a_view_that_has_nothing_to_show() -> None:
    async with playing(circle(), size=(120, 36)) as player:
        await player.show("Loss")
        assert player.workspace.view.views[:2] == ("Loss", "What if")
        await player.press("ctrl+e", *"xor", "enter")
        assert player.workspace.session.title == "XOR by hand with step neurons"
        assert player.workspace.view.views[:2] == ("Curve", "What if")


async def test_a_digit_chooses_the_view_of_the_place_with_the_focus() -> None:
    async with playing(size=(120, 36)) as player:
        await player.press(*["tab"] * 4)
        assert player.app.focused is player.app.screen.query_one(LEFT)
        for place, selector in enumerate((LEFT, RIGHT)):
            for number, name in enumerate(NAMES[:10], start=1):
                await player.press(str(number % 10))
                assert player.workspace.view.views[place] == name
                assert player.workspace.view.views[1 - place] != name
            await player.press("tab")
            assert player.app.focused is not player.app.screen.query_one(selector)
        assert player.workspace.session is player.workspace.origin


async def test_curve_and_what_if_stand_at_the_engines_figures_and_follow_an_edit() -> None:
    async with playing(size=(120, 36)) as player:
        await at_weight_of_output(player)
        for weight, z in (("-1", "-2.38"), ("-0.9", "-2.07"), ("-0.8", "-1.76")):
            trace = player.workspace.session.trace
            assert format_number(trace.layers[1].pre_activations[0, 0]) == z
            axis = player.pane(LEFT).splitlines()[-2]
            assert z in axis
            assert player.pane(LEFT).count("●") == 1
            assert weight in player.pane(RIGHT).splitlines()[-2]
            assert "0.5┼┈┈" in player.pane(RIGHT)
            await player.press("]")
        height = [dot_row(player.pane(RIGHT))]
        await player.type("1")
        await player.press("enter")
        height.append(dot_row(player.pane(RIGHT)))
        assert height[1] < height[0]
        assert dot_row(player.pane(LEFT)) < 8
        await player.press("left")
        assert "What if weight h1→o1 changed?" in player.pane(RIGHT)


def dot_row(pane: str) -> int:
    return next(row for row, line in enumerate(pane.splitlines()) if "●" in line)


async def test_the_sum_shows_every_product() -> None:
    async with playing(size=(120, 36)) as player:
        await at_weight_of_output(player)
        await player.press("v")
        pane = player.pane(LEFT)
        assert TITLES["Sum"][:30] in pane
        session = player.workspace.session
        outs = session.trace.layers[0].activations[0]
        for weight, out in zip(session.network.layers[1].weights[0], outs, strict=True):
            (row,) = (line for line in pane.splitlines() if f"{weight:g}·{out:g}" in line)
            product = f"{weight * out:+g}" if out else "0"
            assert f" {product} " in row
        assert "-2.38" in pane
        assert "sigmoid → 0.0847" in pane
        await player.press("]")
        pane = player.pane(LEFT)
        assert "-0.9·3.1" in pane
        assert "-2.79" in pane
        assert "sigmoid → 0.112" in pane


async def test_samples_shows_every_row_with_its_outputs_and_verdict() -> None:
    async with playing("xor-step", size=(120, 36)) as player:
        await player.show("Samples")
        pane = player.pane(LEFT)
        assert "4 of 4 right, a row a sample" in pane
        assert pane.count("✓") == 4
        assert "▶1" in pane
        await player.press(">", ">")
        assert "▶3" in player.pane(LEFT)
        await player.press("tab", "tab", "end", "K", "K", "K", "K", "K", "K")
        pane = player.pane(LEFT)
        outputs = player.workspace.session.trace.outputs[:, 0]
        targets = player.workspace.session.targets
        assert targets is not None
        right = int((outputs == targets[:, 0]).sum())
        assert right < 4
        assert f"{right} of 4 right" in pane
        assert pane.count("✗") == 4 - right


@pytest.mark.parametrize("name", ["binary-classifier", "three-classes"])
async def test_every_number_of_the_table_is_the_engines(name: str) -> None:
    async with playing(name, size=(200, 60)) as player:
        await player.press("tab", "tab")
        parameter = player.workspace.selection.parameter
        assert parameter == Weight(1, 0, 0)
        await player.show("Table")
        for _ in range(2):
            session = player.workspace.session
            down, across, cells = read_table(player.pane(LEFT))
            outs = grid_sweep(session, (parameter, down), (Bias(1, 0), across))[:, :, 0]
            assert np.abs(cells - outs).max() < 0.00011
            middle = len(down) // 2, len(across) // 2
            assert abs(cells[middle] - session.trace.outputs[0, 0]) < 0.00006
            await player.press("}")


def read_table(pane: str) -> tuple[list[float], list[float], np.ndarray]:
    """The values down and across, and the outputs, as they can be read off the screen."""
    lines = [line.strip("│╭╰─╮╯ ") for line in pane.splitlines()]
    (head,) = (place for place, line in enumerate(lines) if "▼" in line)
    across = [float(text) for text in lines[head].replace("▼", "").split()]
    rows = [
        [float(text.strip("<>")) for text in line.replace("▶", "").split()]
        for line in lines[head + 1 : -1]
        if line
    ]
    return [row[0] for row in rows], across, np.array([row[1:] for row in rows])


async def test_c_chooses_what_runs_along_the_columns_of_the_table() -> None:
    async with playing(size=(120, 36)) as player:
        await player.press("c")
        assert "the columns of Table run over this number" in player.text
        assert player.workspace.view.table.columns == Input(0)
        await player.press("right", "down")
        await player.show("Table")
        assert "Table of o1" in player.pane(LEFT)
        assert "weight x1→h2 ↓  input x1 →" in player.pane(LEFT)
        assert player.workspace.view.table.columns == Input(0)


async def test_the_table_takes_rows_of_weights_and_own_values() -> None:
    async with playing("adjustable-neuron", size=(80, 24)) as player:
        await player.press(*["tab"] * 3, "5", "enter")
        await player.press(*"W1[1]", "tab", "enter")
        assert "W1[1]: list its rows" in player.text
        await player.press(*"0.1, 0.2; 1, -1; -0.5, 2", "tab", *"b1[1]", "tab", *"0, 1, -2")
        assert "weights of o1 (3 values) by bias of o1 (3 values)" in player.text
        await player.press("enter")
        rows = [line.strip("│ ").split() for line in player.pane(LEFT).splitlines()[1:6]]
        assert rows == [
            ["weights", "of", "o1", "↓", "bias", "of", "o1", "→"],
            ["0", "1", "▼-2"],
            ["▶0.1,", "0.2", "0.69", "0.8581", "0.2315"],
            ["1,", "-1", "0.2689", "0.5", "0.0474"],
            ["-0.5,", "2", "0.9933", "0.9975", "0.9526"],
        ]
        await player.press("enter")
        assert "0.1, 0.2; 1, -1; -0.5, 2" in player.text


async def test_digits_shown() -> None:
    async with playing(size=(120, 36)) as player:
        exact = float(examples.load("binary-classifier").trace.outputs[0, 0])
        for decimals in ("2 decimals", "6 decimals", "all digits", "4 decimals"):
            await player.press("f")
            assert decimals in player.text
            shown = format_number(exact, player.workspace.view.digits)
            assert shown in player.pane("#outputs")
            assert shown in player.pane("#layers")
        assert shown == "0.0847"


async def test_m_gives_a_pane_all_the_room() -> None:
    async with playing(size=(80, 24)) as player:
        for pane_id in ("#inputs", "#layers", "#layers", "#outputs", LEFT):
            await player.press("m")
            large = player.app.screen.query_one(pane_id).region
            assert large.width == 80
            assert large.height >= 20
            assert "Try this" not in player.text
            await player.press("m")
            assert "Try this" in player.text
            await player.press("tab")


async def test_a_small_view_says_how_it_gets_the_whole_screen_and_how_it_gives_it_back() -> None:
    async with playing(circle(), size=(80, 24)) as player:
        await player.show("Map")
        assert "m larger" not in player.pane(LEFT)
        await player.press("shift+tab", "shift+tab")
        assert "m larger · Map" in player.pane(LEFT)
        small = len(player.pane(LEFT).splitlines())
        await player.press("m")
        assert "m back · Map" in player.pane(LEFT)
        assert len(player.pane(LEFT).splitlines()) > 2 * small
        assert player.lines[-2].startswith(" o1: ")
        await player.press("m")
        assert len(player.pane(LEFT).splitlines()) == small
