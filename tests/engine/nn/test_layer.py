"""One layer: its shapes, its formula, its read-only arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer
from tests.engine.strategies import FloatArray, matrices, plain_number, vectors


def test_a_layer_says_its_shape() -> None:
    layer = Layer([[1, 2, 3], [4, 5, 6]], [0, 1], "relu", "hidden")
    assert (layer.n_neurons, layer.n_inputs, layer.n_parameters) == (2, 3, 8)
    assert layer.name == "hidden"
    assert layer.activation.name == "relu"


@given(st.data(), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_the_sum_is_products_plus_bias(
    data: st.DataObject, n_neurons: int, n_inputs: int, n_samples: int
) -> None:
    weights = data.draw(matrices(n_neurons, n_inputs, plain_number))
    bias = data.draw(vectors(n_neurons, plain_number))
    inputs = data.draw(matrices(n_samples, n_inputs, plain_number))
    trace = Layer(weights, bias, "tanh").forward(inputs)
    for sample in range(n_samples):
        for neuron in range(n_neurons):
            z = sum(w * x for w, x in zip(weights[neuron], inputs[sample], strict=True))
            assert trace.pre_activations[sample, neuron] == pytest.approx(z + bias[neuron], 1e-12)
    np.testing.assert_array_equal(trace.activations, np.tanh(trace.pre_activations))


def test_the_weights_given_are_copied_and_read_only() -> None:
    weights, bias = np.ones((2, 2)), np.ones(2)
    layer = Layer(weights, bias, "relu")
    weights[0, 0] = bias[0] = 5
    assert layer.weights[0, 0] == layer.bias[0] == 1
    for array in (layer.weights, layer.bias, *layer.forward(np.ones((1, 2)))):
        assert array.dtype == np.float64
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_view_of_somebody_elses_array_is_copied_though_it_is_read_only() -> None:
    owner = np.ones((2, 2))
    view = owner[:]
    view.setflags(write=False)
    layer = Layer(view, [0, 0], "relu")
    owner[0, 0] = 5
    assert layer.weights[0, 0] == 1


def test_a_changed_layer_shares_what_stays() -> None:
    layer = Layer([[1.0, 2.0]], [3.0], "relu", "hidden")
    changed = layer.replace(bias=[4.0])
    assert changed.weights is layer.weights
    assert (changed.bias[0], changed.activation, changed.name) == (4, layer.activation, "hidden")
    assert layer.replace(activation="tanh").activation.name == "tanh"
    assert layer.renamed(None).name is None
    assert layer.renamed("x").bias is layer.bias


@pytest.mark.parametrize(
    ("weights", "bias", "message"),
    [
        ([[1, 2], [3]], [0, 0], "layer 'first': weights: expected rows of equal length"),
        ([1, 2], [0], r"layer 'first': weights: expected 2 dimensions .*, got 1"),
        ([[1, 2]], [[0]], r"layer 'first': bias: expected 1 dimension .*, got 2"),
        ([[1, 2]], [0, 1], "layer 'first': bias has 2 numbers, expected 1, one for each row"),
        ([[]], [0], "layer 'first': needs at least one neuron and one input"),
        (np.empty((0, 2)), [], "layer 'first': needs at least one neuron and one input"),
        ([["1", "2"]], [0], "layer 'first': weights: expected rows of equal length, of numbers"),
        ([[True, False]], [0], "of numbers only"),
        ([[None, 1.0]], [0], "of numbers only"),
        ([[10**400, 1]], [0], "of numbers only"),
        ([[1j, 1]], [0], "of numbers only"),
    ],
)
def test_an_invalid_layer_is_refused(weights: object, bias: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Layer(weights, bias, "relu", "first")  # type: ignore[arg-type]  # the point of the test


def test_integers_beyond_64_bits_are_numbers() -> None:
    assert Layer([[2**70, 1]], [0], "relu").weights[0, 0] == 2.0**70


@pytest.mark.parametrize(
    ("weights", "bias", "place"),
    [
        ([[1, 2], [3, np.nan]], [0, 0], "weights[2][2]"),
        ([[1, 2], [3, 4]], [0, np.inf], "bias[2]"),
        ([[1, 2], [3, 4]], [0, 0], None),
    ],
)
def test_a_layer_finds_its_first_number_that_is_not_finite(
    weights: FloatArray, bias: FloatArray, place: str | None
) -> None:
    assert Layer(weights, bias, "relu").not_finite == place


@given(
    matrices(3, 4),
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 3), st.floats() | st.sampled_from([0.0, -9.0, 9.0])
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_the_largest_weight_stays_right_as_weights_change_one_by_one(
    weights: FloatArray, changes: list[tuple[int, int, float]]
) -> None:
    layer = Layer(weights, [0, 0, 0], "relu")
    expected = np.array(weights, dtype=float)
    for neuron, feature, value in changes:
        assert np.isfinite(layer.largest_weight) == (layer.not_finite is None)
        layer = layer.with_weight(neuron, feature, value)
        expected[neuron, feature] = value
        np.testing.assert_array_equal(layer.weights, expected)
        np.testing.assert_equal(layer.largest_weight, np.abs(expected).max())
        assert layer.not_finite == Layer(expected, [0, 0, 0], "relu").not_finite
