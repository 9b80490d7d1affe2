"""The linear map that a network equals, everywhere or near a sample, against the network."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine import (
    ACTIVATIONS,
    Layer,
    Network,
    Trace,
    collapse,
    examples,
    local_linear_map,
)
from engine.nn.arrays import FloatArray
from tests.engine.strategies import networks, vectors

STRAIGHT = tuple(name for name, kind in ACTIVATIONS.items() if kind.piecewise_linear)
CURVED = tuple(name for name in ACTIVATIONS if name not in STRAIGHT)

_STEP = 1e-4


def test_two_identity_layers_by_hand() -> None:
    network = Network(
        [Layer([[1, 2], [3, 4]], [1, -1], "identity"), Layer([[1, -1]], [0.5], "linear")]
    )
    found = collapse(network)
    assert found is not None
    assert_array_equal(found.weights, [[-2, -2]])
    assert_array_equal(found.bias, [2.5])
    assert not found.weights.flags.writeable
    assert not found.bias.flags.writeable


def test_one_identity_layer_is_its_own_map() -> None:
    found = collapse(Network([Layer([[1, 2], [3, 4]], [1, -1], "identity")]))
    assert found is not None
    assert_array_equal(found.weights, [[1, 2], [3, 4]])
    assert_array_equal(found.bias, [1, -1])


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "identity"])
def test_another_activation_is_no_linear_map(activation: str) -> None:
    layer = Layer([[1.0]], [0.0], "identity")
    assert collapse(Network([layer, Layer([[1.0]], [0.0], activation), layer])) is None


@given(networks(among=("identity",), most_layers=4), st.data())
def test_the_map_of_identity_layers_gives_the_same_outputs(
    network: Network, data: st.DataObject
) -> None:
    x = data.draw(vectors(network.n_features))
    found = collapse(network)
    assert found is not None
    # Rounding grows with the terms that are summed, which may cancel out.
    sizes = np.abs(x)
    for layer in network.layers:
        sizes = np.abs(layer.weights) @ sizes + np.abs(layer.bias)
    outputs = network.forward(x).outputs[0]
    assert np.all(np.abs(found.weights @ x + found.bias - outputs) <= 1e-12 * sizes)


def pieces(trace: Trace) -> list[tuple[list[float], list[float]]]:
    """The straight piece every neuron is on: its slope and, if flat, its height."""
    found = []
    for layer, computed in zip(trace.network.layers, trace.layers, strict=True):
        slopes = layer.activation.derivative(computed.pre_activations)
        heights = np.where(slopes == 0, computed.activations, 0)
        found.append((slopes[0].tolist(), heights[0].tolist()))
    return found


def bound(network: Network, x: FloatArray) -> FloatArray:
    """No term of an output's sum is larger: slopes are at most 3, and heights at most 6."""
    sizes = np.abs(x)
    for layer in network.layers:
        sizes = 3 * (np.abs(layer.weights) @ sizes + np.abs(layer.bias)) + 6
    return sizes


def beside(network: Network, x: FloatArray, feature: int, distance: float) -> Trace:
    moved = x.copy()
    moved[feature] += distance
    return network.forward(moved)


@given(networks(among=STRAIGHT, most_layers=4), st.data())
def test_the_local_map_is_what_moving_the_inputs_shows(
    network: Network, data: st.DataObject
) -> None:
    x = data.draw(vectors(network.n_features))
    here = network.forward(x)
    found = local_linear_map(here)
    assert found is not None
    rounding = 1e-14 * bound(network, x)
    assert np.all(np.abs(found.weights @ x + found.bias - here.outputs[0]) <= rounding)
    for feature in range(network.n_features):
        below, above = (beside(network, x, feature, side * _STEP) for side in (-1, 1))
        # Across a kink the two sides have different maps.
        assume(pieces(below) == pieces(here) == pieces(above))
        slope = (above.outputs[0] - below.outputs[0]) / (2 * _STEP)
        assert np.all(np.abs(found.weights[:, feature] - slope) <= rounding / _STEP)


@given(networks(among=("identity",), most_layers=3), st.data())
def test_of_identity_layers_the_local_map_is_the_whole_map(
    network: Network, data: st.DataObject
) -> None:
    everywhere = collapse(network)
    here = local_linear_map(network.forward(data.draw(vectors(network.n_features))))
    assert everywhere is not None
    assert here is not None
    assert_array_equal(here.weights, everywhere.weights)
    assert_array_equal(here.bias, everywhere.bias)


def test_the_local_map_of_relu_leaves_out_what_is_off() -> None:
    session = examples.load("binary-classifier")
    first, last = session.network.layers
    network = Network([first, last.replace(activation="identity")])
    trace = network.forward([1.0, 2.0, 3.0])
    on = trace.layers[0].pre_activations[0] > 0
    assert 0 < on.sum() < len(on)
    found = local_linear_map(trace)
    assert found is not None
    weights = last.weights[:, on] @ first.weights[on]
    bias = last.weights[:, on] @ first.bias[on] + last.bias
    assert_allclose(found.weights, weights, rtol=1e-15)
    assert_allclose(found.bias, bias, rtol=1e-15)


def test_steps_are_constant() -> None:
    session = examples.load("xor-step")
    for sample in range(session.n_samples):
        found = local_linear_map(session.sample_trace(sample))
        assert found is not None
        assert not found.weights.any()
        assert_array_equal(found.bias, session.trace.outputs[sample])


def test_what_is_cut_off_counts_with_its_height_even_when_its_sum_is_infinite() -> None:
    network = Network([Layer([[1e200]], [0], "identity"), Layer([[1e200]], [0], "relu6")])
    found = local_linear_map(network.forward([1.0]))
    assert found is not None
    assert_array_equal(found.bias, [6])


@pytest.mark.parametrize("activation", CURVED)
def test_a_curve_has_no_local_map(activation: str) -> None:
    network = Network([Layer([[1.0]], [0.0], "relu"), Layer([[1.0]], [0.0], activation)])
    assert local_linear_map(network.forward([1.0])) is None


def test_a_trace_of_several_samples_is_refused() -> None:
    network = Network([Layer([[1.0]], [0.0], "relu")])
    with pytest.raises(ValueError, match="the trace of one sample, got 2 samples"):
        local_linear_map(network.forward([[1.0], [2.0]]))
