"""What the activation functions compute: against mpmath, by hand, and at infinity."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import activation
from tests.engine.nn.activation_references import (
    MIN_NORMAL,
    reference,
    reference_log_softmax,
    reference_softmax,
    sums,
    ulps,
)

INF = math.inf
NAN = math.nan

# Units in the last place by which a normal result may be off.
BARS = {
    "identity": 0,
    "step": 0,
    "sigmoid": 2,
    "tanh": 2,
    "relu": 0,
    "relu6": 0,
    "leaky_relu": 0.5,
    "leaky_relu(-0.3)": 0.5,
    "elu": 2,
    "elu(0.3)": 2,
    "elu(-1.5)": 2,
    "selu": 2,
    "celu": 2,
    "celu(0.3)": 3,
    "celu(-0.7)": 700,  # e^(z / alpha) grows: an error in its exponent grows with it
    "gelu": 4,
    "silu": 3,
    "mish": 5,
    "softplus": 2,
    "softsign": 2,
    "hard_swish": 2,
    "thresholded_relu": 0,
    "thresholded_relu(-2)": 0,
    "hardtanh": 0,
    "hardtanh(-2,0.3)": 0,
    "sin": 1,
    "gaussian": 2,
    "log_sigmoid": 2,
}


@pytest.fixture(autouse=True)
def silent_numpy() -> Iterator[None]:
    """As in a forward pass of a network, which enters this once."""
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize(("text", "bar"), BARS.items())
def test_activations_are_within_the_bar(text: str, bar: float) -> None:
    function = activation(text)
    z = sums(seed=1, count=400)
    exact = [reference(function.name, value, function.parameters) for value in z.tolist()]
    off = ulps(function.forward(z), exact)
    worst = int(np.argmax(off))
    assert off[worst] <= bar, f"{text}({z[worst]!r}) is {off[worst]} units off"


@pytest.mark.parametrize("text", ["sigmoid", "tanh", "softplus", "elu", "silu", "gelu"])
def test_the_promised_bars_hold_where_the_curve_bends(text: str) -> None:
    function = activation(text)
    z = np.random.default_rng(2).normal(scale=2, size=3000)
    exact = [reference(text, value, function.parameters) for value in z.tolist()]
    assert ulps(function.forward(z), exact).max() <= BARS[text]


def test_sigmoid_compensates_for_rounding_in_its_denominator() -> None:
    # A plain 1 / (1 + e^-z) is off by 2.4 units at each of these.
    z = [-36.740798046, -36.755643773, -36.738501487, -36.753544047, -36.773163169]
    exact = [reference("sigmoid", value) for value in z]
    assert ulps(activation("sigmoid").forward(np.array(z)), exact).max() <= 2


def test_gelu_keeps_its_digits_to_the_end_of_the_normal_numbers() -> None:
    z = np.random.default_rng(3).uniform(-37.6, -5, 1500)
    exact = [reference("gelu", value) for value in z.tolist()]
    assert min(map(abs, exact)) < 1e-300
    assert ulps(activation("gelu").forward(z), exact).max() <= 4


def test_gelu_tanh_is_off_by_the_rounding_of_its_exponent() -> None:
    z = sums(seed=4, count=400)
    exponent = np.where(z < 0, np.abs(1.6 * z + 0.0714 * z**3), 0.0)
    exact = [reference("gelu_tanh", value) for value in z.tolist()]
    off = ulps(activation("gelu_tanh").forward(z), exact)
    assert (off <= 4 + 2.5 * exponent).all()


def test_hard_sigmoid_is_off_by_the_rounding_of_its_line() -> None:
    z = sums(seed=5, count=400)
    for text in ("hard_sigmoid", "hard_sigmoid(0.2,0.5)", "hard_sigmoid(-0.5,1.25)"):
        function = activation(text)
        exact = [reference("hard_sigmoid", value, function.parameters) for value in z.tolist()]
        off = np.abs(function.forward(z) - np.array([float(value) for value in exact]))
        assert off.max() <= 4.5e-16


@pytest.mark.parametrize("width", [1, 2, 3, 10, 40])
def test_softmax_is_within_its_bar(width: int) -> None:
    random = np.random.default_rng(width)
    for scale in (1, 30, 300):
        z = random.normal(scale=scale, size=(6, width))
        for row, activations in zip(z.tolist(), activation("softmax").forward(z), strict=True):
            assert ulps(activations, reference_softmax(row)).max() <= 4
        for row, activations in zip(z.tolist(), activation("log_softmax").forward(z), strict=True):
            assert ulps(activations, reference_log_softmax(row)).max() <= 4


def test_softmax_compensates_for_rounding_in_the_shift() -> None:
    z = [700.1, 0.3]
    exact = reference_softmax(z)
    assert MIN_NORMAL < exact[1] < 1e-300
    assert ulps(activation("softmax").forward(np.array([z]))[0], exact).max() <= 4


def test_log_softmax_keeps_the_digits_of_a_near_certainty() -> None:
    z = [50.0, 1.0, -3.0]
    exact = reference_log_softmax(z)
    assert -1e-20 < exact[0] < 0
    assert ulps(activation("log_softmax").forward(np.array([z]))[0], exact).max() <= 4


@pytest.mark.parametrize(
    ("text", "z", "a"),
    [
        ("step", [-1, 0, 1e-300], [0, 0, 1]),
        ("relu", [-0.8, 0, 2.3], [0, 0, 2.3]),
        ("relu6", [-1, 6, 7], [0, 6, 6]),
        ("leaky_relu", [-2, 2], [-0.02, 2]),
        ("leaky_relu(0.5)", [-2, 2], [-1, 2]),
        ("elu(2)", [0, 3], [0, 3]),
        ("hard_sigmoid", [-3, 0, 3], [0, 0.5, 1]),
        ("hard_sigmoid(0.2,0.5)", [-2.5, 1, 2.5], [0, 0.7, 1]),
        ("hard_swish", [-3, -1.5, 3, 4], [0, -0.375, 3, 4]),
        ("thresholded_relu", [1, 1.5], [0, 1.5]),
        ("hardtanh", [-3, -0.5, 1, 2], [-1, -0.5, 1, 1]),
        ("hardtanh(0.5,2)", [0, 1, 3], [0.5, 1, 2]),
        ("sin", [0], [0]),
        ("gaussian", [0, 40, -1e200], [1, 0, 0]),
        ("softsign", [-3, 1], [-0.75, 0.5]),
        ("softmax", [0, 0], [0.5, 0.5]),
        ("sigmoid", [0], [0.5]),
    ],
)
def test_activations_worked_by_hand(text: str, z: list[float], a: list[float]) -> None:
    activations = activation(text).forward(np.array([z], dtype=np.float64))
    assert activations.tolist() == [a]


@pytest.mark.parametrize(
    ("text", "at_minus_infinity", "at_infinity"),
    [
        ("identity", -INF, INF),
        ("step", 0, 1),
        ("sigmoid", 0, 1),
        ("tanh", -1, 1),
        ("relu", 0, INF),
        ("relu6", 0, 6),
        ("leaky_relu", -INF, INF),
        ("elu(2)", -2, INF),
        ("selu", -1.7580993408473768, INF),
        ("celu(2)", -2, INF),
        ("celu(-2)", -INF, INF),
        ("gelu", 0, INF),
        ("gelu_tanh", 0, INF),
        ("silu", 0, INF),
        ("mish", 0, INF),
        ("softplus", 0, INF),
        ("softsign", -1, 1),
        ("hard_sigmoid", 0, 1),
        ("hard_swish", 0, INF),
        ("thresholded_relu", 0, INF),
        ("hardtanh(-2,3)", -2, 3),
        ("gaussian", 0, 0),
        ("log_sigmoid", -INF, 0),
    ],
)
def test_activations_at_infinity_are_the_limits(
    text: str, at_minus_infinity: float, at_infinity: float
) -> None:
    activations = activation(text).forward(np.array([-INF, INF, -1e308, 1e308]))
    assert activations[:2].tolist() == [at_minus_infinity, at_infinity]
    bounded = np.isfinite(activations[:2])
    assert activations[2:][bounded].tolist() == pytest.approx(
        activations[:2][bounded].tolist(), rel=1e-15
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan_and_stays_in_its_row(name: str) -> None:
    activations = activation(name).forward(np.array([[NAN, 1.0], [2.0, 3.0]]))
    assert np.isnan(activations[0, 0])
    assert np.isfinite(activations[1]).all()


def test_softmax_of_infinite_sums() -> None:
    activations = activation("softmax").forward(np.array([[-INF, 0.0, 0.0], [INF, 0.0, 0.0]]))
    assert activations[0].tolist() == [0, 0.5, 0.5]
    assert np.isnan(activations[1]).all()
    logs = activation("log_softmax").forward(np.array([[-INF, 0.0], [1e308, -1e308]]))
    assert logs.tolist() == [[-INF, 0], [0, -INF]]
