"""Layers in sequence: shapes, counts, the forward pass, what a trace shares."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Activation, Layer, Network, Trace
from tests.engine.strategies import FloatArray, matrices, networks

BY_HAND: dict[str, Callable[[float], float]] = {
    "identity": lambda z: z,
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "softsign": lambda z: z / (1 + abs(z)),
}

CLASSIFIER = Network(
    [
        Layer([[0.2, -0.5, 1], [-1.5, 2, 0.3], [0.7, 0.8, -1.2]], [0.1, -0.3, 0.5], "relu"),
        Layer([[0.4, -1, 0.6]], [-0.2], "sigmoid"),
    ]
)
X = np.array([[1.0, 2.0, 3.0]])


def test_the_worked_figures_of_a_hidden_layer_and_an_output() -> None:
    trace = CLASSIFIER.forward([1, 2, 3])
    hidden, output = trace.layers
    np.testing.assert_allclose(hidden.pre_activations, [[2.3, 3.1, -0.8]], rtol=1e-15)
    np.testing.assert_allclose(hidden.activations, [[2.3, 3.1, 0]], rtol=1e-15)
    np.testing.assert_allclose(output.pre_activations, [[-2.38]], rtol=1e-15)
    np.testing.assert_allclose(trace.outputs, [[1 / (1 + math.exp(2.38))]], rtol=1e-15)


@given(st.data(), networks(among=tuple(BY_HAND)))
def test_every_layer_reads_the_activations_before_it(data: st.DataObject, net: Network) -> None:
    inputs = data.draw(matrices(data.draw(st.integers(1, 3)), net.n_features))
    trace = net.forward(inputs)
    for sample, row in enumerate(inputs):
        a = [float(x) for x in row]
        for layer, computed in zip(net.layers, trace.layers, strict=True):
            z = [
                sum(w * x for w, x in zip(weights, a, strict=True)) + b
                for weights, b in zip(layer.weights.tolist(), layer.bias.tolist(), strict=True)
            ]
            a = [BY_HAND[layer.activation.name](value) for value in z]
            np.testing.assert_allclose(computed.pre_activations[sample], z, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(computed.activations[sample], a, rtol=1e-9, atol=1e-9)


@given(st.data(), networks())
def test_a_sample_alone_gives_what_it_gives_in_a_batch(data: st.DataObject, net: Network) -> None:
    inputs = data.draw(matrices(3, net.n_features))
    trace = net.forward(inputs)
    alone = net.forward(inputs[1])
    for mine, its in zip(trace.sample(1).layers, alone.layers, strict=True):
        assert mine.activations.shape == its.activations.shape
        np.testing.assert_allclose(
            mine.pre_activations, its.pre_activations, rtol=1e-10, atol=1e-10
        )


def test_counts() -> None:
    net = Network(
        [
            Layer(np.ones((8, 4)), np.ones(8), "relu"),
            Layer(np.ones((8, 8)), np.ones(8), "relu"),
            Layer(np.ones((3, 8)), np.ones(3), "softmax"),
        ]
    )
    assert net.sizes == (4, 8, 8, 3)
    assert (net.n_features, net.n_outputs) == (4, 3)
    assert (net.n_weights, net.n_biases, net.n_parameters) == (120, 19, 139)


def test_a_network_needs_a_layer() -> None:
    with pytest.raises(ValueError, match="a network needs at least one layer"):
        Network([])


def test_layers_that_do_not_fit_are_refused_by_their_place() -> None:
    layers = [Layer(np.ones((2, 3)), [0, 0], "relu"), Layer(np.ones((1, 3)), [0], "relu")]
    with pytest.raises(
        ValueError,
        match="layer 2: each neuron has 3 weights, expected 2, one for each neuron of layer 1",
    ):
        Network(layers)


@pytest.mark.parametrize(
    "inputs",
    [np.ones(2), np.ones((1, 4)), np.ones((1, 1, 3)), np.array(5.0), np.ones((3, 1))],
    ids=lambda inputs: str(inputs.shape),
)
def test_inputs_of_another_shape_are_refused(inputs: FloatArray) -> None:
    with pytest.raises(ValueError, match=r"inputs have shape .*, expected \(n_samples, 3\)"):
        CLASSIFIER.forward(inputs)


def test_one_sample_may_be_a_plain_row_and_none_at_all_is_a_batch_of_none() -> None:
    assert CLASSIFIER.forward([1, 2, 3]).outputs.shape == (1, 1)
    assert CLASSIFIER.forward(np.empty((0, 3))).outputs.shape == (0, 1)


def test_nan_and_infinity_propagate_without_a_warning() -> None:
    outputs = CLASSIFIER.forward([[np.nan, 0, 0], [np.inf, 0, 0], [1e308, 1e308, -1e308]]).outputs
    assert np.isnan(outputs[0, 0])
    assert np.isnan(outputs[1, 0]) or outputs[1, 0] in (0, 1)
    assert Network([Layer([[1e308]], [0], "identity")]).forward([1e308]).outputs[0, 0] == np.inf


def test_a_trace_knows_what_each_layer_read() -> None:
    trace = CLASSIFIER.forward(X)
    assert trace.inputs_of(0) is trace.inputs
    assert trace.inputs_of(1) is trace.layers[0].activations
    assert trace.network is CLASSIFIER


def replaced(layer_index: int, activation: str) -> Network:
    layer = CLASSIFIER.layers[layer_index].replace(activation=activation)
    return CLASSIFIER.replace_layers(layer_index, layer_index + 1, [layer])


def read_only(inputs: FloatArray) -> FloatArray:
    copy = inputs.copy()
    copy.setflags(write=False)
    return copy


def test_the_layers_before_the_first_changed_one_are_reused() -> None:
    known = CLASSIFIER.forward(read_only(X))
    later = replaced(1, "tanh").forward(known.inputs, known)
    assert later.layers[0] is known.layers[0]
    assert later.outputs[0, 0] == pytest.approx(math.tanh(-2.38), 1e-15)
    earlier = replaced(0, "identity").forward(known.inputs, known)
    assert all(mine is not its for mine, its in zip(earlier.layers, known.layers, strict=True))
    assert earlier.layers[0].activations[0, 2] == pytest.approx(-0.8, 1e-15)


def known_of_other_inputs() -> tuple[FloatArray, Trace]:
    return read_only(X + 1), CLASSIFIER.forward(read_only(X))


def known_of_writable_inputs() -> tuple[FloatArray, Trace]:
    inputs = X.copy()
    known = CLASSIFIER.forward(inputs)
    inputs[0, 0] = 7
    return inputs, known


@pytest.mark.parametrize("make", [known_of_other_inputs, known_of_writable_inputs])
def test_a_trace_of_other_inputs_is_not_reused(
    make: Callable[[], tuple[FloatArray, Trace]],
) -> None:
    inputs, known = make()
    trace = CLASSIFIER.forward(inputs, known)
    np.testing.assert_array_equal(trace.outputs, CLASSIFIER.forward(inputs.copy()).outputs)
    assert trace.outputs[0, 0] != known.outputs[0, 0]


def test_a_network_of_fewer_or_more_layers_reuses_what_it_shares() -> None:
    known = CLASSIFIER.forward(read_only(X))
    shorter = Network(CLASSIFIER.layers[:1]).forward(known.inputs, known)
    assert shorter.layers == known.layers[:1]
    longer = Network([*CLASSIFIER.layers, Layer([[2]], [1], Activation("identity"))])
    trace = longer.forward(known.inputs, known)
    assert trace.layers[:2] == known.layers
    assert trace.outputs[0, 0] == pytest.approx(2 * known.outputs[0, 0] + 1)
