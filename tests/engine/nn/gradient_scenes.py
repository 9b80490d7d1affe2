"""Networks of every activation with samples, and targets for every loss that suits it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine import ACTIVATIONS, Bias, Gradients, Input, Layer, Network, Parameter, Session, Weight
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from tests.engine.nn.complex_step import ComplexPass, Quantity

TEXTS = [
    *ACTIVATIONS,
    "leaky_relu(-0.3)",
    "elu(0.3)",
    "celu(0.3)",
    "hard_sigmoid(0.2,0.4)",
    "thresholded_relu(-0.5)",
]
_PROBABILITIES = ("sigmoid", "softmax", "hard_sigmoid", "hard_sigmoid(0.2,0.4)")
CASES = [
    *itertools.product(TEXTS, ("squared_error", "mse", "mae", "huber")),
    *itertools.product(_PROBABILITIES, ("bce", "cross_entropy")),
    ("log_softmax", "cross_entropy"),
]
"""Every activation with every loss it suits; step has its own test, as its bce is 0 or inf."""


def network(text: str, output: str | None = None, seed: int = 3) -> Network:
    """Return a network 3→4→2→3 of one activation, the last layer of another where it is given."""
    random = np.random.default_rng(seed)
    names = [text, text, output or text]
    return Network(
        Layer(random.normal(scale=0.8, size=(after, before)), random.normal(size=after), name)
        for (before, after), name in zip(itertools.pairwise((3, 4, 2, 3)), names, strict=True)
    )


def samples(count: int = 5, seed: int = 4) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(count, 3))


def targets_for(loss_name: str, count: int = 5, seed: int = 5) -> FloatArray:
    """Return targets (count, 3): one-hot, between 0 and 1 with both ends, or anything."""
    random = np.random.default_rng(seed)
    if loss_name == "cross_entropy":
        return np.eye(3)[random.integers(0, 3, count)]
    if loss_name == "bce":
        return random.choice([0.0, 1.0, 0.3], size=(count, 3))
    return random.normal(size=(count, 3))


def every_parameter(session: Session) -> list[Parameter]:
    """Return all inputs, then layer by layer each neuron's weights and bias."""
    found: list[Parameter] = [Input(feature) for feature in range(session.network.n_features)]
    for layer_index, layer in enumerate(session.network.layers):
        for neuron in range(layer.n_neurons):
            found += [Weight(layer_index, neuron, input) for input in range(layer.n_inputs)]
            found.append(Bias(layer_index, neuron))
    return found


def assert_gradients(
    gradients: Gradients, moved: ComplexPass, quantity: Quantity, rel: float = 1e-12
) -> None:
    """Assert that every array of the gradients agrees with the complex step."""
    arrays = {"x": gradients.inputs}
    for index, layer in enumerate(gradients.layers):
        arrays |= {f"w{index}": layer.weights, f"b{index}": layer.bias}
        arrays |= {f"z{index}": layer.pre_activations, f"a{index}": layer.activations}
    assert arrays.keys() == moved.arrays.keys()
    for name, array in arrays.items():
        expected = moved.derivatives(name, quantity)
        assert array.shape == expected.shape, name
        assert array == pytest.approx(expected, rel=rel, abs=rel), name


def address(parameter: Parameter) -> tuple[str, tuple[int, ...]]:
    """Return the place in a ComplexPass of a parameter, or of an input of the first sample."""
    match parameter:
        case Weight(layer_index, neuron, input):
            return f"w{layer_index}", (neuron, input)
        case Bias(layer_index, neuron):
            return f"b{layer_index}", (neuron,)
        case Input(feature):
            return "x", (0, feature)


def distance_to_kinks(text: str, z: FloatArray) -> float:
    """Return how near a sum comes to a jump of the derivative; inf without one."""
    function = activation(text)
    bends = {
        "relu6": [0.0, 6.0],
        "hard_swish": [-3.0, 3.0],
        "thresholded_relu": list(function.parameters),
    }
    if function.name == "hard_sigmoid":
        slope, shift = function.parameters
        bends["hard_sigmoid"] = [-shift / slope, (1 - shift) / slope]
    for name in ("step", "relu", "leaky_relu", "elu", "selu", "celu"):
        bends[name] = [0.0]
    places = bends.get(function.name, [])
    return min((float(np.min(np.abs(z - place))) for place in places), default=np.inf)
