"""The derivatives of the activation functions: against mpmath, by differences, and at the kinks."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from tests.engine.nn.activation_references import reference_derivative, reference_softmax, sums

INF = math.inf

ELEMENTWISE = [name for name, kind in ACTIVATIONS.items() if not kind.row_wise]
ROW_WISE = ["softmax", "log_softmax"]
TEXTS = [
    *ELEMENTWISE,
    "leaky_relu(-0.3)",
    "elu(0.3)",
    "celu(0.3)",
    "celu(-2)",
    "hard_sigmoid(0.2,0.5)",
    "hard_sigmoid(-0.5,1.25)",
    "thresholded_relu(-2)",
    "hardtanh(-2,0.3)",
]
# Where the derivative jumps: no reference has one there.
KINKS = {
    "step": [0.0],
    "relu": [0.0],
    "relu6": [0.0, 6.0],
    "leaky_relu": [0.0],
    "elu": [0.0],
    "selu": [0.0],
    "celu": [0.0],
    "hard_sigmoid": [-3.0, 3.0, -2.5, 2.5, 0.5],
    "hard_swish": [-3.0, 3.0],
    "thresholded_relu": [1.0, -2.0],
    "hardtanh": [-1.0, 1.0, -2.0, 0.3],
}


@pytest.fixture(autouse=True)
def silent_numpy() -> Iterator[None]:
    """As in a forward pass of a network, which enters this once."""
    with np.errstate(all="ignore"):
        yield


def away_from_kinks(text: str, z: FloatArray, distance: float) -> FloatArray:
    for kink in KINKS.get(activation(text).name, []):
        z = z[np.abs(z - kink) > distance]
    return z


@pytest.mark.parametrize("text", TEXTS)
def test_derivatives_match_those_of_the_formulas(text: str) -> None:
    function = activation(text)
    z = sums(seed=6, count=60)
    # Farther out the derivatives are those of the asymptotes, which have their own test.
    z = away_from_kinks(text, z[np.abs(z) < 700], 1e-10)
    exact = [
        float(reference_derivative(function.name, at, function.parameters)) for at in z.tolist()
    ]
    # Where the exponent is not z itself, its rounding counts more farther out. A derivative that
    # crosses 0 is a difference of numbers near 1.
    relative = {"gelu_tanh": 3e-13, "celu(-2)": 1e-13, "celu(0.3)": 1e-13}.get(text, 2e-15)
    crossing = np.abs(z) < 3
    result = function.derivative(z)
    assert result[crossing] == pytest.approx(np.array(exact)[crossing], rel=relative, abs=1e-15)
    assert result[~crossing] == pytest.approx(np.array(exact)[~crossing], rel=relative, abs=1e-290)


@pytest.mark.parametrize("text", TEXTS)
def test_derivatives_match_central_differences(text: str) -> None:
    function = activation(text)
    h = 1e-5
    z = away_from_kinks(text, np.random.default_rng(7).normal(scale=3, size=200), 2 * h)
    rise = (function.forward(z + h) - function.forward(z - h)) / (2 * h)
    assert function.derivative(z) == pytest.approx(rise, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "z", "derivatives"),
    [
        ("step", [0], [0]),
        ("relu", [0, 5e-324], [0, 1]),
        ("relu6", [0, 3, 6], [0, 1, 0]),
        ("leaky_relu(0.25)", [0, 5e-324], [0.25, 1]),
        ("elu(0.5)", [0, 5e-324], [0.5, 1]),
        ("celu(0.5)", [0], [1]),
        ("selu", [0, 5e-324], [1.7580993408473768, 1.0507009873554805]),
        ("hard_sigmoid", [-3, 0, 3], [0, 1 / 6, 0]),
        ("hard_sigmoid(0.2,0.5)", [-2.5, 0, 2.5], [0, 0.2, 0]),
        ("hard_swish", [-3, 0, 3], [0, 0.5, 1]),
        ("thresholded_relu", [1, 1.0000000000000002], [0, 1]),
        ("hardtanh", [-1, 0, 1], [0, 1, 0]),
        ("hardtanh(0,1)", [0, 5e-324, 1], [0, 1, 0]),
    ],
)
def test_derivatives_at_the_kinks_are_those_of_a_neuron_that_is_off(
    text: str, z: list[float], derivatives: list[float]
) -> None:
    assert activation(text).derivative(np.array([z], dtype=np.float64)).tolist() == [derivatives]


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "sin"])
def test_derivatives_far_out_are_those_of_the_asymptotes(name: str) -> None:
    derivatives = activation(name).derivative(np.array([-INF, -1e308, 1e308, INF])).tolist()
    below = {"identity": 1, "leaky_relu": 0.01, "log_sigmoid": 1}.get(name, 0)
    flat = ("step", "sigmoid", "tanh", "relu6", "softsign", "hard_sigmoid", "log_sigmoid")
    above = (
        0
        if name in (*flat, "hardtanh", "gaussian")
        else 1.0507009873554805
        if name == "selu"
        else 1
    )
    assert derivatives == [below, below, above, above]


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in ("identity", "step")])
def test_the_derivative_at_nan_is_nan(name: str) -> None:
    assert np.isnan(activation(name).derivative(np.array([math.nan]))).all()


def test_gelu_derivatives_keep_their_digits_in_the_tail() -> None:
    z = np.random.default_rng(8).uniform(-37, -2, 300)
    exact = [float(reference_derivative("gelu", at)) for at in z.tolist()]
    assert activation("gelu").derivative(z) == pytest.approx(exact, rel=5e-15, abs=0)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_backward_is_the_gradient_times_the_derivative(name: str) -> None:
    random = np.random.default_rng(9)
    z, gradient = random.normal(size=(2, 4, 3))
    function = activation(name)
    expected = gradient * function.derivative(z)
    assert function.backward(z, gradient).tolist() == expected.tolist()


@pytest.mark.parametrize("name", ROW_WISE)
def test_row_wise_functions_have_no_elementwise_derivative(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} has no elementwise derivative"):
        activation(name).derivative(np.zeros((1, 2)))


def test_softmax_backward_is_the_jacobian_times_the_gradient() -> None:
    random = np.random.default_rng(10)
    z, gradient = random.normal(scale=2, size=(2, 5, 4))
    for name in ROW_WISE:
        got = activation(name).backward(z, gradient)
        for row, row_gradient, out in zip(z.tolist(), gradient, got, strict=True):
            a = np.array([float(value) for value in reference_softmax(row)])
            jacobian = np.diag(a) - np.outer(a, a) if name == "softmax" else np.eye(4) - a
            assert out == pytest.approx(row_gradient @ jacobian, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("name", ROW_WISE)
def test_row_wise_backward_matches_central_differences(name: str) -> None:
    random = np.random.default_rng(11)
    z, gradient = random.normal(size=(2, 3, 4))
    function = activation(name)
    h = 1e-5
    got = function.backward(z, gradient)
    for place in np.ndindex(z.shape):
        nudge = np.zeros_like(z)
        nudge[place] = h
        rise = (function.forward(z + nudge) - function.forward(z - nudge)) / (2 * h)
        assert got[place] == pytest.approx(float(np.sum(gradient * rise)), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", ROW_WISE)
def test_the_columns_of_a_row_wise_jacobian_add_up_as_the_activations_do(name: str) -> None:
    """Raising all sums alike changes no activation, so the gradient of each row adds up to 0."""
    random = np.random.default_rng(12)
    z, gradient = random.normal(size=(2, 6, 5))
    assert activation(name).backward(z, gradient).sum(axis=1) == pytest.approx(0, abs=1e-14)


def test_off_is_an_activation_of_0_that_no_small_change_moves() -> None:
    z = np.array([-1.0, 0.0, 1.0])
    for name, expected in (
        ("relu", [True, True, False]),
        ("tanh", [False, False, False]),
        ("step", [False, False, False]),
        ("softmax", [False, False, False]),
    ):
        which = activation(name)
        assert which.is_off(z, which.forward(z[np.newaxis])[0]).tolist() == expected, name
    largest = np.array([-np.finfo(np.float64).max])
    assert activation("gelu_tanh").is_off(largest, np.zeros(1)).tolist() == [True]


def test_the_crest_of_a_wave_is_not_off_and_the_end_of_a_hardtanh_at_0_is() -> None:
    z = np.array([-1.0, 0.0, 1.0])
    cut = activation("hardtanh(0,6)")
    assert cut.is_off(z, cut.forward(z)).tolist() == [True, True, False]
    assert not activation("sin").saturates
    assert activation("gaussian").saturates
