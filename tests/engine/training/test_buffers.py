"""The passes in arrays that are used again, against the engine's general formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import ACTIVATIONS, Activation, Layer, Network, new_network
from engine.nn.backprop import loss_gradients
from engine.nn.losses import loss
from engine.training.batches import checked_samples
from engine.training.buffers import Buffers
from engine.training.flat_parameters import FlatParameters
from engine.training.objective import Objective
from tests.engine.strategies import FloatArray, networks
from tests.engine.training.scenes import samples

EXTREME = [0.0, -0.0, 1e-300, 30.0, -30.0, 700.0, -700.0, 800.0, -800.0, 0.5, -0.5, 1.0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives_are_those_of_the_general_formula(name: str) -> None:
    z = np.concatenate([EXTREME, np.linspace(-40, 40, 1188)])[:, np.newaxis]
    activation = Activation(name)
    network = Network([Layer([[1.0], [-0.5]], [0.0, 0.25], name)])
    buffers = Buffers(FlatParameters(network), [activation], "mse", len(z), True)
    y = np.full((2, len(z)), 0.3)
    (layer,) = buffers.layers
    with np.errstate(all="ignore"):
        buffers.forward(np.hstack([z, np.ones_like(z)]).T)
        buffers.backward(y)
        a = activation.forward(layer.z.T)
        delta = activation.backward(layer.z.T, 2 * (a - y.T) / a.size)
    np.testing.assert_allclose(layer.a, a.T, rtol=0, atol=1e-15)
    np.testing.assert_allclose(layer.delta, delta.T, rtol=1e-13, atol=1e-15)


@given(networks(), st.sampled_from(["squared_error", "mse"]), st.integers(1, 6))
def test_gradients_are_those_of_the_general_pass(
    network: Network, loss_name: str, n_samples: int
) -> None:
    inputs, targets = samples(n_samples, network.n_features, network.n_outputs)
    compare_gradients(network, inputs, targets, loss_name)


@pytest.mark.parametrize("hidden", [*ACTIVATIONS])
@pytest.mark.parametrize(
    ("loss_name", "last"),
    [
        ("bce", "sigmoid"),
        ("bce", "softmax"),
        ("cross_entropy", "softmax"),
        ("cross_entropy", "log_softmax"),
        ("cross_entropy", "sigmoid"),
        ("mse", "softmax"),
        ("squared_error", "sigmoid"),
        ("mse", "gelu"),
    ],
)
def test_gradients_of_every_activation_and_loss(hidden: str, loss_name: str, last: str) -> None:
    random = np.random.default_rng(3)
    network = Network(
        Layer(random.normal(size=(n_out, n_in)), random.normal(size=n_out), activation)
        for n_in, n_out, activation in ((3, 4, hidden), (4, 4, hidden), (4, 3, last))
    )
    inputs, _ = samples(5, 3, 1)
    compare_gradients(network, inputs, np.eye(3)[[0, 2, 1, 1, 0]], loss_name)


def compare_gradients(
    network: Network, inputs: FloatArray, targets: FloatArray, loss_name: str
) -> None:
    """Assert equality up to rounding, relative to the largest number that is added up."""
    parameters = FlatParameters(network)
    activations = [layer.activation for layer in network.layers]
    train = checked_samples(network, inputs, targets)
    expected = loss_gradients(network.forward(inputs), targets, loss_name)
    last = network.forward(inputs).layers[-1]
    with np.errstate(all="ignore"):
        objective = Objective(parameters, activations, loss_name, train, None)
        # Twice, as nothing may remain from the first time.
        for _ in range(2):
            buffers = objective.buffers(len(inputs))
            buffers.forward(train.inputs.T)
            buffers.backward(train.targets.T)
        loss_value, _ = objective.losses()
    for block, layer in zip(parameters.gradient_blocks, expected.layers, strict=True):
        largest = max(
            1.0, *(float(np.abs(part).max()) for layer in expected.layers for part in layer)
        )
        np.testing.assert_allclose(block[:-1].T, layer.weights, rtol=0, atol=1e-14 * largest)
        np.testing.assert_allclose(block[-1], layer.bias, rtol=0, atol=1e-14 * largest)
    reference = loss(loss_name, *last, targets, activations[-1])
    np.testing.assert_allclose(loss_value, reference, rtol=1e-14, atol=1e-15)


def test_a_loss_in_chunks_is_the_loss_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    network = new_network((3, 4, 2), ["tanh", "identity"], "xavier", 0)
    inputs, targets = samples(29, 3, 2)
    parameters = FlatParameters(network)
    activations = [layer.activation for layer in network.layers]
    train = checked_samples(network, inputs, targets)
    monkeypatch.setattr("engine.training.objective._MAX_NUMBERS", 6 * 8)
    chunked = Objective(parameters, activations, "mse", train, None)
    last = network.forward(inputs).layers[-1]
    for _ in range(2):
        expected = loss("mse", *last, targets, activations[-1])
        assert chunked.losses()[0] == pytest.approx(expected, 1e-14)
