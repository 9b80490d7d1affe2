"""Every size from 40×12 up can be used, and resizing loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine import explain_neuron
from engine.session.names import parameter_value
from engine.text import format_given, format_number, format_within
from tests.tui.player import Player, playing
from tui.panes.base import NumberPane
from tui.panes.layout import (
    ALL_PANES,
    LESSON_PANE,
    NUMBER_PANES,
    TIPS_PANES,
    VIEW_PANES,
    LessonNeeds,
    Needs,
    Span,
    layout_of,
)
from tui.panes.view import ViewPane
from tui.state.selection import Target

SIZES = [(40, 12), (60, 20), (80, 24), (120, 36), (200, 60)]
LINES_OF_TEXT = 3
# To the inputs, the weights and biases of both layers, an edit, the target, and back.
WALK = [
    ["home"],
    ["down", "down"],
    ["right", "right"],
    ["end"],
    ["down", "left"],
    ["home"],
    ["K", "K"],
    ["tab"],
    ["shift+tab", "shift+tab", "shift+tab"],
    ["tab", "tab", "tab"],
]


def assert_widths(player: Player) -> list[str]:
    """No row is wider than the terminal; return the rows."""
    width, height = player.app.size
    lines = player.lines
    assert len(lines) == height
    assert all(cell_len(line) <= width for line in lines)
    return lines


def assert_fits(player: Player) -> None:
    """The first and the last line are there, and nothing is too wide."""
    lines = assert_widths(player)
    assert lines[0].startswith(" nn-play ")
    assert "q quit" in lines[-1]


def assert_selection_is_seen(player: Player) -> None:
    """The selected number, and the sum and out of the current neuron, are on the screen."""
    workspace, lines = player.workspace, player.lines
    selection, session = workspace.selection, workspace.session
    pane = player.app.focused
    assert isinstance(pane, NumberPane)
    region = pane.region_of_selection()
    assert region is not None
    assert player.app.screen.region.contains_region(region)
    shown = lines[region.y][region.x : region.right].strip()
    if isinstance(selection.cell, Target):
        assert shown == "–"
    else:
        value = parameter_value(session, selection.parameter, selection.sample)
        assert shown == format_given(value)
    explained = explain_neuron(session, selection.layer_index, selection.neuron)
    digits = workspace.view.digits
    out = format_within(explained.out, explained.activation.limits, digits)
    explanation = lines[-2].rstrip()
    assert explanation.startswith(f" {explained.name}: ")
    assert format_number(explained.pre_activation, digits) in explanation
    assert explanation.endswith(f" {out}")
    last = session.network.layers[-1].activation
    output = format_within(float(workspace.trace.outputs[0, 0]), last.limits, digits)
    assert any(output in line for line in lines[:-2])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_everything_can_be_reached_and_seen(size: tuple[int, int]) -> None:
    async with playing("binary-classifier", size=size) as player:
        for keys in WALK:
            await player.press(*keys)
            assert_fits(player)
            assert_selection_is_seen(player)
        for _ in range(3):
            await player.press("tab")
            assert_fits(player)
            assert player.app.focused is not None
            assert player.app.focused.is_on_screen


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_number_is_typed_where_it_stands(size: tuple[int, int]) -> None:
    async with playing("binary-classifier", size=size) as player:
        for key in ("right", "end", "right"):
            await player.press(key)
            focused = player.app.focused
            await player.type("1/4")
            lines = assert_widths(player)
            assert any("1/4" in line for line in lines[1:-2])
            assert "0.25" in lines[-2]
            await player.press("enter")
            assert player.app.focused is focused
            if not isinstance(player.workspace.selection.cell, Target):
                assert_selection_is_seen(player)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_view_and_dialog_fits(size: tuple[int, int]) -> None:
    async with playing("three-classes", size=size) as player:
        await player.press("right", "tab", "tab", "tab")
        for number in "12345":
            await player.press(number)
            assert_fits(player)
            assert isinstance(player.app.focused, ViewPane)
            assert player.app.focused.region.height >= 6
        await player.press("shift+tab")
        for key in ("?", "a", "R", "s", "f2", "ctrl+n", "ctrl+e", "ctrl+o", "S", "ctrl+p"):
            await player.press(key)
            assert len(player.app.screen_stack) == 3, key
            assert_widths(player)
            await player.press("escape")
            assert len(player.app.screen_stack) == 2, key


async def test_resizing_keeps_the_selection_and_shows_the_right_panes() -> None:
    async with playing("binary-classifier", size=(120, 36)) as player:
        await player.press("right", "down", "end")
        selection = player.workspace.selection
        for width, height in [(40, 12), (200, 60), (67, 15), (68, 19), (80, 24), (40, 40)]:
            await player.resize(width, height)
            assert player.workspace.selection == selection
            assert_fits(player)
            assert_selection_is_seen(player)
            shown = {pane for pane in ALL_PANES if player.app.screen.query_one(f"#{pane}").display}
            assert "layers" in shown
            assert ({"inputs", "outputs"} <= shown) == (width >= 68)
            assert bool(shown & set(VIEW_PANES)) == (height - LINES_OF_TEXT >= 16)
            assert (set(VIEW_PANES[:2]) <= shown) == (width >= 120)
            assert ({VIEW_PANES[2], TIPS_PANES[1]} <= shown) == (width >= 160)


async def test_smaller_than_the_smallest_nothing_breaks() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        for width, height in [(20, 6), (5, 3), (1, 1), (2, 40), (300, 2), (80, 24)]:
            await player.resize(width, height)
            await player.press("right", "K", "tab", "u", "v", "m", "m")
            assert_widths(player)
        assert_fits(player)


@given(
    st.integers(1, 400),
    st.integers(1, 200),
    st.sampled_from(ALL_PANES),
    st.booleans(),
    st.booleans(),
    st.builds(
        Needs,
        st.integers(1, 1000),
        st.builds(Span, st.integers(9, 13), st.integers(13, 24)),
        st.lists(st.integers(30, 500), min_size=1, max_size=4).map(tuple),
        st.builds(Span, st.integers(16, 20), st.integers(20, 36)),
    ),
    st.none()
    | st.builds(
        LessonNeeds,
        st.frozensets(st.sampled_from(NUMBER_PANES), min_size=1),
        st.integers(0, 2),
        st.integers(4, 40),
        st.integers(5, 2000).map(lambda n_cells: lambda width: n_cells // width + 3),
    ),
)
def test_a_layout_is_never_empty_and_its_heights_fit(
    width: int,
    height: int,
    chosen: str,
    large: bool,
    tips_shown: bool,
    needs: Needs,
    lesson: LessonNeeds | None,
) -> None:
    assume(lesson is not None or chosen != LESSON_PANE)
    layout = layout_of(
        width,
        height,
        chosen,
        large=large,
        tips_shown=tips_shown,
        needs=needs,
        lesson=lesson,
    )
    assert layout.visible
    assert layout.visible <= set(ALL_PANES)
    if large:
        assert layout.visible == {chosen}
    if chosen not in TIPS_PANES:
        assert chosen in layout.visible
        assert large or tips_shown or not layout.visible & set(TIPS_PANES)
    if layout.inputs_width is not None and layout.outputs_width is not None:
        assert needs.inputs.least <= layout.inputs_width <= needs.inputs.natural
        assert needs.outputs.least <= layout.outputs_width <= needs.outputs.natural
        left = width - layout.inputs_width - layout.outputs_width
        for wanted in needs.layers:
            fits = wanted <= width - needs.inputs.least - needs.outputs.least
            assert left >= wanted or not fits
    if layout.numbers_height is None:
        numbers, others = layout.visible & set(NUMBER_PANES), layout.visible - set(NUMBER_PANES)
        assert not (numbers and others)
    else:
        assert layout.visible & set(NUMBER_PANES)
        assert layout.visible & {*VIEW_PANES, LESSON_PANE}
        left = height - LINES_OF_TEXT - layout.numbers_height
        assert layout.numbers_height >= 7
        assert left >= 9


async def test_a_large_terminal_shows_more_decimals_and_a_third_view() -> None:
    async with playing(size=(200, 60)) as player:
        workspace = player.workspace
        out = format_number(float(workspace.trace.outputs[0, 0]), 6)
        assert out in player.pane("#layers")
        assert out in player.pane("#outputs")
        assert out in player.lines[-2]
        assert "Try this" in player.pane("#tips-beside")
        assert player.focused_pane == "inputs"
        await player.press(*["tab"] * 6)
        assert player.focused_pane == "view-third"
        await player.press("v")
        assert "─ Map ─" in player.pane("#view-third")
        await player.press("tab", "f")
        assert player.focused_pane == "inputs"
        assert player.workspace.view.digits == 17
        await player.resize(120, 36)
        assert player.workspace.view.digits == 17
        await player.press("f")
        await player.resize(80, 24)
        assert player.workspace.view.digits == 4
        assert player.workspace.view.views[2] == "Map"
