"""The Sum view: bars as long as their numbers, and rows that add up to z."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer, Network, Session
from engine.nn.parameters import Bias, Input, Weight
from tests.tui.views.scenes import PALETTE, classifier, colour_at, random_session, scene_of, texts
from tui.drawing.cells import leftward_bar, rightward_bar
from tui.views.sum import BarRoom, draw_sum, terms_of

EIGHTHS = " ▏▎▍▌▋▊▉█"


def length_of(bar: str) -> float:
    """How many cells a bar is long, read off its characters."""
    return sum({"▐": 0.5, "▕": 0.125}.get(cell, EIGHTHS.find(cell) / 8) for cell in bar)


def test_the_sum_of_the_first_hidden_neuron() -> None:
    lines = texts(draw_sum(scene_of(classifier(), 0, 0), 58, 9))
    assert [line.split()[:3] for line in lines[:4]] == [
        ["x1", "0.2·1", "+0.2"],
        ["x2", "-0.5·2", "-1"],
        ["x3", "1·3", "+3"],
        ["bias", "+0.1", lines[3].split()[2]],
    ]
    assert lines[4].strip() == "─" * len(lines[4].strip())
    assert lines[5].split()[:3] == ["sum", "z", "2.3"]
    assert lines[5].rstrip().endswith("relu → 2.3")


def test_bars_stand_on_both_sides_of_one_axis() -> None:
    lines = texts(draw_sum(scene_of(classifier(), 0, 0), 58, 9))
    axis = lines[0].index("▕")
    assert lines[2][axis] == "▕"
    assert lines[2][axis + 1] == "█"
    assert lines[1][axis] == "█"
    assert lines[1][axis + 1] == "▏"
    assert lines[5][axis] == "▕"


def test_bars_are_as_long_as_their_numbers() -> None:
    strips = draw_sum(scene_of(classifier(), 0, 0), 90, 9)
    lines = texts(strips)
    axis = lines[0].index("▕")
    plus = {row: length_of(lines[row][axis + 1 :].split(" ")[0]) for row in (0, 2, 3, 5)}
    minus = length_of(lines[1][: axis + 1].split(" ")[-1])
    unit = 3 / plus[2]
    for row, value in ((0, 0.2), (3, 0.1), (5, 2.3)):
        assert plus[row] == pytest.approx(value / unit, abs=0.13)
    assert minus == pytest.approx(1 / unit, abs=0.26)
    assert colour_at(strips, axis + 1, 2) == PALETTE.positive
    assert colour_at(strips, axis, 1) == PALETTE.negative


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12),
    st.integers(4, 80),
    st.integers(0, 2),
)
def test_every_bar_has_room_and_its_length(values: list[float], width: int, text: int) -> None:
    total = math.fsum(values)
    room = BarRoom.for_values([*values, total], total, width, text)
    assert room.left + room.right == width
    assert min(room.left, room.right) >= 1
    for value in [*values, total]:
        left, right = room.bar(value)
        assert len(left) == room.left
        assert len(right) <= room.right
        bar = left.strip() if value < 0 else right
        assert length_of(bar) == pytest.approx(abs(value) / room.unit, abs=0.26)
    if total > 0:
        assert len(room.bar(total)[1]) + text <= room.right


def test_the_bars_keep_their_scale_while_a_number_is_nudged() -> None:
    rooms = {BarRoom.for_values([2.0 + nudge / 100, -1.0], 1.0, 40, 0) for nudge in range(8)}
    assert len(rooms) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.0, 1e-320])
def test_numbers_without_a_length_are_no_obstacle(value: float) -> None:
    room = BarRoom.for_values([value, 1.0], value, 20, 5)
    left, right = room.bar(value)
    assert len(left) == room.left
    assert len(right) <= room.right


@given(st.floats(0, 50))
def test_a_bar_is_never_invisible_nor_far_off(length: float) -> None:
    assert length_of(rightward_bar(length)) == pytest.approx(length, abs=0.125)
    assert length_of(leftward_bar(length)) == pytest.approx(length, abs=0.2501)
    assert bool(rightward_bar(length)) is bool(leftward_bar(length)) is (length > 0)


@pytest.mark.parametrize("rows", [2, 3, 5, 20, 400, 1000])
def test_the_rows_add_up_to_z_however_few_they_are(rows: int) -> None:
    session = random_session((784, 6), ("relu",))
    scene = scene_of(session, 0, 4, Weight(0, 4, 17))
    terms = terms_of(scene, rows)
    assert len(terms) <= rows
    z = session.trace.layers[0].pre_activations[0, 4]
    assert math.fsum(term.value for term in terms) == pytest.approx(z, abs=1e-12)
    assert terms[-1].formula == "bias"


@pytest.mark.parametrize("width", [32, 40, 44, 58])
def test_a_formula_never_touches_its_value(width: int) -> None:
    weights, bias = [[-0.8712, 1.9073, -123456.5]], [0.25]
    session = Session(
        Network([Layer(weights, bias, "identity")]), np.array([[25.1734, -0.9202, -0.001]])
    )
    lines = texts(draw_sum(scene_of(session), width, 8))
    for line, value in zip(lines, ("-21.93", "-1.755", "+123.4"), strict=False):
        assert line[: line.rindex(value)].endswith(" "), line


def test_the_largest_products_and_the_selected_one_are_kept() -> None:
    session = random_session((50, 1), ("identity",))
    products = session.network.layers[0].weights[0] * session.inputs[0]
    smallest = int(np.abs(products).argmin())
    terms = terms_of(scene_of(session, parameter=Weight(0, 0, smallest)), 8)
    largest = set(np.argsort(-np.abs(products))[:5].tolist())
    assert {term.source for term in terms[:6]} == {
        f"x{place + 1}" for place in largest | {smallest}
    }
    assert [term.source for term in terms if term.selected] == [f"x{smallest + 1}"]
    assert terms[6].formula == "… 44 smaller"


def test_the_selected_number_is_accented_in_its_row() -> None:
    for parameter, row in ((Input(1), 1), (Weight(0, 0, 2), 2), (Bias(0, 0), 3)):
        strips = draw_sum(scene_of(classifier(), 0, 0, parameter), 58, 9)
        accented = [row for row in range(4) if colour_at(strips, 1, row) == PALETTE.accent]
        assert accented == [row]
    strips = draw_sum(scene_of(classifier(), 0, 0, Weight(0, 1, 2)), 58, 9)
    assert all(colour_at(strips, 1, row) != PALETTE.accent for row in range(4))


def test_what_does_not_fit_beside_the_sum_stands_below_it() -> None:
    lines = texts(draw_sum(scene_of(classifier()), 30, 8))
    assert lines[6].strip() == "sigmoid → 0.0847"
    assert lines[5].split()[:3] == ["sum", "z", "-2.38"]


def test_a_negative_factor_is_in_brackets() -> None:
    session = random_session((2, 1), ("identity",)).evolve(
        inputs=np.array([[-2.0, 0.5]]), targets=None
    )
    lines = texts(draw_sum(scene_of(session), 90, 9))
    assert "·(-2)" in lines[0]
    assert "·0.5" in lines[1]


def test_a_tiny_drawing_is_a_line_of_text() -> None:
    assert texts(draw_sum(scene_of(classifier()), 40, 1)) == [
        "o1 z -2.38  sigmoid → 0.0847".ljust(40)
    ]
