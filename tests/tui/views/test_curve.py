"""The Curve view: shape, dots, ticks, and when the axes change."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.edits.numbers import SetBias
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import activation
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.session import Session
from tests.tui.views.scenes import (
    PALETTE,
    classifier,
    colour_at,
    layer_with_sums,
    places_of,
    scene_of,
    texts,
)
from tui.views.curve.axes import curve_radius, jump_of, out_axis
from tui.views.curve.view import curve_title, draw_curve

CURVES = [name for name in ACTIVATIONS if not activation(name).row_wise]


def ticks_across(scene_texts: list[str]) -> list[str]:
    return scene_texts[-1].split()


def test_the_sigmoid_of_the_first_screen() -> None:
    scene = scene_of(classifier())
    assert curve_title(scene) == "o1: sigmoid, z into 0…1"
    strips = draw_curve(scene, 30, 8)
    assert ticks_across(texts(strips)) == ["-6", "-2.38", "0", "6"]
    assert [text[:4] for text in texts(strips) if text[0:3].strip()] == ["  1┤", "0.5┤", "  0┤"]
    [(column, row)] = places_of(strips, "●")
    # Four cells of labels and axis, then 26 cells from -6 to 6; six rows from 1.12 down to -0.12.
    assert column == 4 + math.floor((-2.38 + 6) / 12 * 26)
    assert row == math.floor((1.12 - 0.0847) / 1.24 * 6)
    assert colour_at(strips, column, row) == PALETTE.accent


@given(st.floats(-19.9, 19.9), st.integers(20, 100), st.integers(6, 30))
def test_the_dot_is_where_its_numbers_are(z: float, width: int, height: int) -> None:
    assume(abs(z) > 1e-3)
    strips = draw_curve(scene_of(layer_with_sums([z], "tanh")), width, height)
    radius = next(each for each in (4.0, 8.0, 12.0, 20.0) if abs(z) <= each)
    [(column, row)] = places_of(strips, "●")
    left = texts(strips)[0].index("│" if "│" in texts(strips)[0] else "┤") + 1
    canvas_width, canvas_height = width - left, height - 2
    x = (z + radius) / (2 * radius) * canvas_width
    y = (1.24 - math.tanh(z)) / 2.48 * canvas_height
    assert column - left <= x + 1e-9
    assert x - 1e-9 <= column - left + 1
    assert row <= y + 1e-9
    assert y - 1e-9 <= row + 1
    assert (column, height - 2) in places_of(strips, "┬")


@pytest.mark.parametrize(("z", "slope"), [(0.0, "0.25"), (-2.0, "0.105"), (19.0, "5.6e-9")])
def test_the_tangent_has_the_slope_of_the_curve(z: float, slope: str) -> None:
    """The slopes are those of sigmoid by hand: a·(1 - a)."""
    strips = draw_curve(scene_of(layer_with_sums([z], "sigmoid")), 60, 20)
    assert f"slope {slope}" in "\n".join(texts(strips))
    [(column, row)] = places_of(strips, "●")
    accents = [
        (x, y)
        for y, text in enumerate(texts(strips)[:18])
        for x, character in enumerate(text)
        if "⠀" < character <= "⣿" and colour_at(strips, x, y) == PALETTE.accent
    ]
    assert any(x < column and y >= row for x, y in accents)
    assert {y for _, y in accents} == {row} if z == 19 else len({y for _, y in accents}) > 3


def test_what_depends_on_the_whole_layer_has_no_tangent() -> None:
    strips = draw_curve(scene_of(layer_with_sums([1.0, 2.0], "softmax")), 60, 20)
    assert not any("slope" in text for text in texts(strips))


def test_relu_shows_its_flat_half_and_its_tick_at_zero() -> None:
    strips = draw_curve(scene_of(classifier(), 0, 1), 30, 8)
    assert ticks_across(texts(strips)) == ["-4", "0", "3.1", "4"]
    assert texts(strips)[0].startswith("4")
    flat_row = next(row for row, text in enumerate(texts(strips)) if text.startswith("0"))
    # h1 = 2.3 and h3 = -0.8 are circles, h3 on the flat half.
    assert {row for _, row in places_of(strips, "○")} >= {flat_row}
    assert len(places_of(strips, "○")) == 2
    assert colour_at(strips, 3, flat_row) == PALETTE.series[0]
    assert flat_row == math.floor(4 / (1.17 * 4) * 6)
    assert texts(strips)[0][2:20].strip() == "slope 1"


@pytest.mark.parametrize(
    ("name", "size", "radius"),
    [
        ("sigmoid", 0.0, 6),
        ("sigmoid", 6.0, 6),
        ("sigmoid", 6.01, 8),
        ("sigmoid", 11.0, 12),
        ("sigmoid", 13.0, 20),
        ("sigmoid", 1e300, 20),
        ("tanh", 3.9, 4),
        ("tanh", 4.5, 8),
        ("relu", 4.0, 4),
        ("relu", 4.1, 8),
        ("relu", 16.0, 16),
        ("relu", 17.0, 32),
        ("identity", 1000.0, 1024),
        ("relu6", 1.0, 8),
        ("gelu", 3.1, 6),
        ("thresholded_relu(9)", 0.0, 16),
        ("hard_sigmoid(0.05,0.5)", 0.0, 20),
    ],
)
def test_the_axis_steps_only_when_a_dot_would_leave(name: str, size: float, radius: float) -> None:
    for sign in (1, -1):
        assert curve_radius(activation(name), np.array([sign * size]), 0) == radius


def test_the_axes_stay_while_a_number_is_nudged() -> None:
    session = classifier()
    pictures = []
    for nudge in range(20):
        nudged = SetBias(1, 0, -0.2 + nudge / 10).apply(session)
        text = texts(draw_curve(scene_of(nudged), 46, 9))
        pictures.append([line[:4] for line in text])
        assert {"-6", "6"} <= set(ticks_across(text))
    assert all(picture == pictures[0] for picture in pictures)


def test_a_far_larger_neuron_does_not_hide_the_current_one() -> None:
    sums = [2.0, 1e6]
    assert curve_radius(activation("relu"), np.array(sums), 0) == 64
    assert curve_radius(activation("relu"), np.array(sums), 1) == 2**20
    strips = draw_curve(scene_of(layer_with_sums(sums, "relu")), 60, 12)
    assert len(places_of(strips, "▸")) == 1


@pytest.mark.parametrize(
    ("z", "arrow", "words"),
    [(37.25, "▸", "z 37.25"), (-1e300, "◂", "z -1e300"), (math.inf, "▸", "z inf")],
)
def test_what_lies_beyond_the_edge_says_so_with_its_value(z: float, arrow: str, words: str) -> None:
    session = layer_with_sums([z if math.isfinite(z) else 1e300], "sigmoid")
    if math.isinf(z):
        session = session.evolve(inputs=np.full((1, 1), 1e300))
    strips = draw_curve(scene_of(session), 46, 9)
    [(column, row)] = places_of(strips, arrow)
    assert column == (45 if z > 0 else 4)
    assert colour_at(strips, column, row) == PALETTE.accent
    assert any(words in text for text in texts(strips))
    assert not places_of(strips, "●")
    assert ticks_across(texts(strips)) == ["-20", "0", "20"]


def test_the_step_is_no_slope_and_shows_which_end_belongs_to_it() -> None:
    strips = draw_curve(scene_of(layer_with_sums([3.0], "step")), 45, 11)
    [(low_column, low_row)] = places_of(strips, "•")
    [(high_column, high_row)] = places_of(strips, "◦")
    assert low_column == high_column == 2 + 43 // 2
    assert texts(strips)[low_row].startswith("0")
    assert texts(strips)[high_row].startswith("1")
    between = texts(strips)[high_row + 1 : low_row]
    assert all(not text[2:].strip() for text in between if "o1" not in text)
    assert texts(strips)[high_row][2:high_column].strip() == "slope 0"
    assert not texts(strips)[low_row][low_column + 1 :].strip()


@pytest.mark.parametrize("name", ["step", "thresholded_relu(1.5)", "thresholded_relu(-1)"])
def test_a_jump_is_where_the_function_jumps(name: str) -> None:
    function = activation(name)
    jump = jump_of(function)
    assert jump is not None
    below, above = function.forward(np.array([jump, np.nextafter(jump, np.inf)]))
    assert abs(above - below) > 0.5


@pytest.mark.parametrize("name", CURVES)
def test_the_curve_lies_within_its_axis_and_is_drawn_where_the_function_is(name: str) -> None:
    function = activation(name)
    radius = curve_radius(function, np.zeros(1), 0)
    axis = out_axis(function, radius)
    z = np.linspace(-radius, radius, 301)
    outs = function.forward(z)
    assert (outs >= axis.low).all()
    assert (outs <= axis.high).all()
    assert outs.max() - outs.min() > 0.4 * (axis.high - axis.low)
    width, height = 61, 14
    strips = draw_curve(scene_of(layer_with_sums([0.0], name)), width, height)
    left = 1 + max(text.find(sign) for text in texts(strips)[:1] for sign in "│┤┼")
    canvas_width, canvas_height = width - left, height - 2
    for column in range(canvas_width):
        place = (column + 0.5) / canvas_width * 2 * radius - radius
        out = float(function.forward(np.array([place]))[0])
        row = (axis.high - out) / (axis.high - axis.low) * canvas_height
        drawn = [
            each
            for each in range(canvas_height)
            if "⠀" < texts(strips)[each][left + column] <= "⣿"
            or texts(strips)[each][left + column] in "●•◦"
        ]
        assert any(abs(each + 0.5 - row) <= 1.6 for each in drawn), (place, out)


@pytest.mark.parametrize(
    ("name", "ticks"),
    [
        ("sigmoid", {"0", "0.5", "1"}),
        ("tanh", {"-1", "0", "1"}),
        ("relu", {"0", "4"}),
        ("identity", {"-4", "0", "4"}),
        ("relu6", {"0", "3", "6"}),
        ("step", {"0", "1"}),
        ("elu", {"-1", "0", "4"}),
        ("log_sigmoid", {"-4", "0"}),
        ("silu", {"0", "4"}),
    ],
)
def test_the_ticks_of_the_outs(name: str, ticks: set[str]) -> None:
    strips = draw_curve(scene_of(layer_with_sums([0.0], name)), 60, 24)
    shown = {text[: text.index("┤")].strip() for text in texts(strips) if "┤" in text}
    assert ticks <= shown


def test_a_large_layer_has_one_dot_a_cell() -> None:
    sums = np.random.default_rng(0).normal(size=5000) * 2
    strips = draw_curve(scene_of(layer_with_sums(sums, "sigmoid"), neuron=77), 46, 9)
    others = places_of(strips, "○")
    assert 20 < len(others) < 3 * 42
    assert len(places_of(strips, "●")) == 1


def test_few_neurons_have_their_names_beside_their_dots() -> None:
    text = "\n".join(texts(draw_curve(scene_of(classifier(), 0, 1), 58, 14)))
    assert all(name in text for name in ("h1", "h2", "h3"))


def test_neurons_in_one_cell_share_a_dot_and_a_label() -> None:
    session = layer_with_sums([1.0, 1.0, -3.0], "sigmoid")
    strips = draw_curve(scene_of(session, neuron=1), 58, 14)
    assert len(places_of(strips, "●")) == 1
    assert len(places_of(strips, "○")) == 1
    assert any("o1 o2" in text for text in texts(strips))


def test_a_sum_that_is_not_a_number_has_no_dot() -> None:
    infinite = Layer([[1e300], [1e300]], [0.0, 0.0], "relu")
    mixed = Layer([[1.0, -1.0], [0.0, 1e-300]], [0.0, 0.0], "tanh")
    session = Session(Network([infinite, mixed]), np.full((1, 1), 1e300))
    assert np.isnan(session.trace.layers[1].pre_activations[0, 0])
    strips = draw_curve(scene_of(session), 46, 9)
    assert not places_of(strips, "●")
    assert any("z nan has no place on the curve" in text for text in texts(strips))


def test_a_tiny_drawing_is_a_line_of_text() -> None:
    assert texts(draw_curve(scene_of(classifier()), 40, 2)) == [
        "o1 0.0847: sigmoid of z -2.38".ljust(40),
        " " * 40,
    ]
    assert texts(draw_curve(scene_of(classifier()), 9, 1)) == ["o1 0.084…"]
