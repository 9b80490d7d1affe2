"""What plotext is given, and where it draws it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.views.scenes import PALETTE, colour_at, places_of, texts
from tui.drawing.axes import Axis, Tick, axis_around, doubled, round_up, symmetrical_axis
from tui.drawing.figure import Frame, Line, Mark, Note, draw_figure, visible_runs

any_number = st.floats(allow_nan=True, allow_infinity=True, width=64)


def frame_of(width: int = 40, height: int = 10) -> Frame:
    y = Axis(0.0, 1.0, (Tick(0.0, "0"), Tick(1.0, "1")))
    return Frame.around(symmetrical_axis(4.0), y, width, height)


@given(st.lists(any_number, min_size=1, max_size=40))
def test_plotext_only_ever_sees_places_on_the_canvas(numbers: list[float]) -> None:
    for x, y in visible_runs(np.linspace(0, 1, len(numbers)), np.array(numbers)):
        assert len(x) == len(y) > 0
        assert all(0 <= place <= 1 for place in [*x, *y])
        assert x == sorted(x)


def test_a_line_breaks_where_it_is_not_a_number() -> None:
    x = np.linspace(0, 1, 7)
    y = np.array([0.1, 0.2, math.nan, 0.4, math.inf, 0.6, 0.7])
    assert [run[1] for run in visible_runs(x, y)] == [[0.1, 0.2], [0.4], [0.6, 0.7]]


def test_a_line_ends_where_it_leaves_the_canvas() -> None:
    [(x, y)] = visible_runs(np.array([0.0, 1.0]), np.array([-1.0, 3.0]))
    assert x == pytest.approx([0.25, 0.5])
    assert y == pytest.approx([0.0, 1.0])


def test_a_line_that_comes_back_is_two() -> None:
    runs = visible_runs(np.array([0.0, 0.5, 1.0]), np.array([0.5, 1.5, 0.5]))
    assert [run[0] for run in runs] == [pytest.approx([0.0, 0.25]), pytest.approx([0.75, 1.0])]
    assert not visible_runs(np.array([0.0, 1.0]), np.array([2.0, 3.0]))


@settings(max_examples=60)
@given(
    numbers=st.lists(any_number, min_size=2, max_size=60),
    width=st.integers(16, 90),
    height=st.integers(4, 20),
)
def test_no_line_ends_the_process(numbers: list[float], width: int, height: int) -> None:
    x = np.linspace(-4, 4, len(numbers))
    strips = draw_figure(frame_of(width, height), PALETTE, [Line(x, np.array(numbers), (1, 2, 3))])
    assert [strip.cell_length for strip in strips] == [width] * height


@given(st.integers(0, 200), st.integers(0, 30), st.integers(20, 90), st.integers(4, 30))
def test_a_mark_stands_in_its_cell(column: int, row: int, width: int, height: int) -> None:
    frame = frame_of(width, height)
    column %= frame.canvas_width
    row %= frame.canvas_height
    strips = draw_figure(frame, PALETTE, [], [Mark(column, row, "●", (9, 8, 7))])
    assert places_of(strips, "●") == [(frame.left + column, row)]
    assert colour_at(strips, frame.left + column, row) == (9, 8, 7)


def test_later_marks_lie_on_earlier_ones_and_both_on_lines() -> None:
    frame = frame_of()
    line = Line(np.array([-4.0, 4.0]), np.array([0.5, 0.5]), (1, 2, 3))
    marks = [frame.mark(0, 0.5, "○", (4, 4, 4)), frame.mark(0, 0.5, "●", (5, 5, 5))]
    strips = draw_figure(frame, PALETTE, [line], marks)
    [(column, row)] = places_of(strips, "●")
    assert not places_of(strips, "○")
    assert colour_at(strips, column, row) == (5, 5, 5)
    assert colour_at(strips, column - 2, row) == (1, 2, 3)


def test_what_lies_beyond_the_edge_is_an_arrow() -> None:
    frame = frame_of()
    assert frame.mark(4.0, 0.5, "●", (0, 0, 0)).glyph == "●"
    assert frame.mark(4.1, 0.5, "●", (0, 0, 0)).glyph == "▸"
    assert frame.mark(-math.inf, 0.5, "●", (0, 0, 0)).glyph == "◂"
    assert frame.mark(-math.inf, 0.5, "●", (0, 0, 0)).column == 0


def test_a_note_is_written_where_it_is_put() -> None:
    frame = frame_of()
    strips = draw_figure(frame, PALETTE, [], notes=[Note(3, 2, "here", (7, 7, 7))])
    assert texts(strips)[2][frame.left + 3 :].startswith("here")


def test_the_level_is_a_line_across() -> None:
    frame = frame_of()
    [row] = {row for _, row in places_of(draw_figure(frame, PALETTE, [], level=0.5), "┈")}
    assert row == frame.row(0.5)


@given(st.floats(-4, 4), st.integers(20, 90))
def test_the_tick_of_a_value_is_below_its_column(value: float, width: int) -> None:
    y = Axis(0.0, 1.0, (Tick(0.0, "0"),))
    frame = Frame.around(symmetrical_axis(4.0, Tick(value, "x")), y, width, 8)
    strips = draw_figure(frame, PALETTE, [], [frame.mark(value, 0.5, "●", (1, 1, 1))])
    [(column, _)] = places_of(strips, "●")
    assert places_of(strips, "x") == [(column, 7)]
    assert (column, 6) in places_of(strips, "┬")
    expected = frame.left + (value + 4) / 8 * frame.canvas_width
    assert expected - 1.0001 <= column <= expected


@given(st.floats(-4, 4), st.integers(1, 9), st.integers(20, 120))
def test_labels_keep_apart_and_the_present_value_stays(value: float, size: int, width: int) -> None:
    label = "9" * size
    y = Axis(0.0, 1.0, (Tick(0.0, "0"),))
    frame = Frame.around(symmetrical_axis(4.0, Tick(value, label)), y, width, 8)
    shown = texts(draw_figure(frame, PALETTE, []))[-1].split()
    assert label in shown
    assert set(shown) <= {label, "-4", "0", "4"}


@given(st.floats(1e-300, 1e307))
def test_a_size_is_rounded_up_a_little(size: float) -> None:
    step = round_up(size)
    assert size * (1 - 1e-8) <= step <= size * 2.5000001
    assert f"{step:.0e}"[0] in "125"


@given(st.floats(0, 1e300))
def test_a_radius_doubles_no_more_than_it_must(size: float) -> None:
    radius = doubled(4.0, size)
    assert radius >= size or radius == 4.0
    assert radius == 4.0 or radius / 2 < size
    assert math.frexp(radius)[0] == 0.5


@given(st.floats(-1e200, 1e200), st.floats(0, 1e200))
def test_an_axis_is_round_and_holds_what_it_is_around(low: float, span: float) -> None:
    axis = axis_around(low, low + span)
    assert axis.low <= low + 1e-6 * span
    assert axis.high >= low + span - 1e-6 * span
    assert 2 <= len(axis.ticks) <= 7
    assert len({tick.label for tick in axis.ticks}) == len(axis.ticks)


def test_an_axis_stays_while_numbers_move_within_it() -> None:
    assert axis_around(0.31, 3.4) == axis_around(0.02, 3.9)
    assert [tick.label for tick in axis_around(-0.2, 0.83).ticks] == ["0", "-0.5", "1", "0.5"]


def test_a_flat_line_has_room_around_it() -> None:
    axis = axis_around(2.3, 2.3)
    assert axis.low < 2.0
    assert axis.high > 2.6


@pytest.mark.parametrize(
    ("low", "high"), [(1.7e308, 1.7e308), (-1.7e308, 1.7e308), (1e-320, 2e-320)]
)
def test_an_axis_of_extremes_has_finite_limits_the_right_way_round(low: float, high: float) -> None:
    axis = axis_around(low, high)
    assert -math.inf < axis.low < axis.high < math.inf
