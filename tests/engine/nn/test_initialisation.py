"""Random numbers: how they are distributed, that a seed repeats them, what is refused."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from engine import INITIALISATIONS, Layer, Network, RandomStart, Session, new_network
from engine.nn.arguments import MAX_PARAMETERS
from engine.nn.initialisation import draw_layer
from tests.engine.strategies import FloatArray


def drawn(initialisation: str) -> tuple[FloatArray, FloatArray]:
    return draw_layer(np.random.default_rng(5), 200, 300, initialisation)


def kurtosis(values: FloatArray) -> float:
    """3 for a normal distribution, 1.8 for a uniform one."""
    standard = (values - values.mean()) / values.std()
    return float(np.mean(standard**4))


@pytest.mark.parametrize(
    ("initialisation", "limit"),
    [
        ("uniform", 1.0),
        ("uniform(0.5)", 0.5),
        (" uniform ( 2 ) ", 2.0),
        ("xavier", math.sqrt(6 / 500)),
        ("xavier(2)", 2 * math.sqrt(6 / 500)),
    ],
)
def test_uniform_weights_fill_their_range_evenly(initialisation: str, limit: float) -> None:
    weights, _ = drawn(initialisation)
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() > 0.99 * limit
    assert abs(weights.mean()) < 0.01 * limit
    assert kurtosis(weights) == pytest.approx(1.8, abs=0.05)


@pytest.mark.parametrize(
    ("initialisation", "deviation"),
    [
        ("normal", 1.0),
        ("normal(0.1)", 0.1),
        ("he", math.sqrt(2 / 300)),
        ("he(0.5)", 0.5 * math.sqrt(2 / 300)),
    ],
)
def test_normal_weights_have_their_deviation(initialisation: str, deviation: float) -> None:
    weights, _ = drawn(initialisation)
    assert weights.std() == pytest.approx(deviation, rel=0.01)
    assert abs(weights.mean()) < 0.02 * deviation
    assert kurtosis(weights) == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(
    ("initialisation", "zero"),
    [("uniform", False), ("normal", False), ("xavier", True), ("he", True), ("zeros", True)],
)
def test_the_bias_is_drawn_or_zero(initialisation: str, zero: bool) -> None:
    weights, bias = drawn(initialisation)
    assert (weights.shape, bias.shape) == ((200, 300), (200,))
    assert bool((bias == 0).all()) is zero
    assert bool((weights == 0).all()) is (initialisation == "zeros")


@pytest.mark.parametrize("initialisation", [*INITIALISATIONS])
def test_the_same_seed_gives_the_same_numbers(initialisation: str) -> None:
    session = Session(new_network([3, 4, 2], ["relu", "softmax"]))
    one, same, other = (
        RandomStart(initialisation, seed).apply(session).network for seed in (7, 7, 8)
    )
    again = new_network([3, 4, 2], ["relu", "softmax"], initialisation, seed=7)
    for layers in (same.layers, again.layers):
        for mine, its in zip(one.layers, layers, strict=True):
            np.testing.assert_array_equal(mine.weights, its.weights)
            np.testing.assert_array_equal(mine.bias, its.bias)
    alike = np.array_equal(one.layers[0].weights, other.layers[0].weights)
    assert alike is (initialisation == "zeros")


def test_the_layers_of_one_network_are_not_drawn_alike() -> None:
    first, second = new_network([3, 3, 3], ["relu", "relu"]).layers
    assert not np.array_equal(first.weights, second.weights)


def test_large_weights_are_not_copied() -> None:
    weights, bias = drawn("uniform")
    layer = Layer(weights, bias, "relu")
    assert layer.weights is weights
    assert layer.bias is bias


@pytest.mark.parametrize(
    ("initialisation", "message"),
    [
        ("hee", "random start 'hee' is unknown; did you mean 'he'"),
        ("", "random start '' is unknown"),
        ("he(", r"random start 'he\(' is unknown; did you mean 'he'"),
        ("he_uniform", "random start 'he_uniform' is unknown; the nearest is he: a bell curve"),
        ("uniform(0)", "the scale must be a positive number"),
        ("uniform(-1)", "the scale must be a positive number"),
        ("uniform(x)", "the scale must be a positive number"),
        ("uniform()", "the scale must be a positive number"),
        ("normal(inf)", "the scale must be a positive number"),
        ("normal(nan)", "the scale must be a positive number"),
    ],
)
def test_an_unknown_start_is_refused(initialisation: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        drawn(initialisation)


@pytest.mark.parametrize(
    ("sizes", "activations", "message"),
    [
        ([3], [], "at least one input and one layer, such as 3-1"),
        ([], [], "at least one input and one layer"),
        ([3, 0, 1], ["relu", "relu"], "at least one input and one layer"),
        ([3, 1], ["relu", "relu"], "2 activations for 1 layer; give one for each layer"),
        ([3, 2, 1], ["relu"], "1 activation for 2 layers; give one for each layer"),
        ([3, 1], ["rellu"], "did you mean 'relu'"),
        ([10_000, 10_000], ["relu"], "100,010,000 weights and biases are too many; at most 20,000"),
    ],
)
def test_sizes_that_make_no_network_are_refused(
    sizes: Sequence[int], activations: Sequence[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        new_network(sizes, activations)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed -3 is negative; expected a whole number from 0 up"):
        new_network([1, 1], ["relu"], seed=-3)


def test_the_largest_network_is_still_a_network() -> None:
    n_inputs = MAX_PARAMETERS // 2 - 1
    assert new_network([n_inputs, 2], ["relu"], "zeros").n_parameters == MAX_PARAMETERS
    with pytest.raises(ValueError, match="too many"):
        new_network([n_inputs + 1, 2], ["relu"], "zeros")


def test_a_start_keeps_names_and_activations() -> None:
    named = Session(
        Network(
            [Layer([[1, 2]], [3], "tanh", "only")],
        ),
        title="t",
    )
    started = RandomStart("zeros", 0).apply(named)
    assert started.network.layers[0].name == "only"
    assert started.network.layers[0].activation.name == "tanh"
    assert started.title == "t"
    assert not started.network.layers[0].weights.any()
