"""Gradients by backpropagation: how fast a loss or an out rises with every number of a pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.losses import loss_derivative, output_derivative
from engine.nn.network import Network, Trace
from engine.nn.parameters import Bias, Input, Parameter, Weight


class LayerGradients(NamedTuple):
    """The derivatives of one quantity by everything in a layer.

    weights: (n_neurons, n_inputs) and bias: (n_neurons,), summed over the samples, which share
    them. pre_activations, activations: (n_samples, n_neurons).
    """

    weights: FloatArray
    bias: FloatArray
    pre_activations: FloatArray
    activations: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Gradients:
    """The derivatives of one quantity by every parameter, input, sum and out of a pass.

    inputs: (n_samples, n_features).
    """

    layers: tuple[LayerGradients, ...]
    inputs: FloatArray

    def of(self, parameter: Parameter, sample: int = 0) -> float:
        """Return the derivative by the number at the address; an input is that of `sample`."""
        match parameter:
            case Weight(layer_index, neuron, input):
                return float(self.layers[layer_index].weights[neuron, input])
            case Bias(layer_index, neuron):
                return float(self.layers[layer_index].bias[neuron])
            case Input(feature):
                return float(self.inputs[sample, feature])


def loss_gradients(trace: Trace, targets: FloatArray, loss_name: str) -> Gradients:
    """Return the gradients of a loss; targets: (n_samples, n_outputs).

    Raises ValueError as `engine.nn.losses.loss` does.
    """
    z, a = trace.layers[-1]
    activation = trace.network.layers[-1].activation
    return backpropagate(
        trace,
        loss_derivative(loss_name, z, a, targets, activation),
        output_derivative(loss_name, z, a, targets, activation),
    )


def output_gradients(trace: Trace, output: int) -> Gradients:
    """Return the gradients of one output, of a trace of one sample; raises ValueError for more."""
    return neuron_gradients(trace, len(trace.layers) - 1, output)


def neuron_gradients(trace: Trace, layer_index: int, neuron: int) -> Gradients:
    """Return the gradients of the out of one neuron, of a trace of one sample.

    Those in the layers after it are 0. Raises ValueError when the trace has more samples.
    """
    check_one_sample(trace)
    z = trace.layers[layer_index].pre_activations
    own = np.zeros_like(z)
    own[0, neuron] = 1.0
    with np.errstate(all="ignore"):
        delta = trace.network.layers[layer_index].activation.backward(z, own)
    return _backward(trace, layer_index, delta, own)


def backpropagate(trace: Trace, last: FloatArray, outputs: FloatArray | None = None) -> Gradients:
    """Return the gradients of a quantity from its derivatives by the last layer, in one pass.

    last: its derivatives by the sums z of the last layer, (n_samples, n_outputs). outputs: those
    by the activations of that layer, which do not follow from `last`: left out, they are NaN.
    """
    known = np.full_like(last, np.nan) if outputs is None else outputs
    return _backward(trace, len(trace.layers) - 1, last, known)


def strongest(gradients: Gradients, sample: int = 0, most: int = 100) -> list[Parameter]:
    """Return the parameters and inputs with the largest derivatives of either sign, at most `most`.

    The largest comes first; equal ones stand in reading order: the inputs, then layer by layer
    each neuron's weights and bias. An input is that of `sample`. NaN counts as the smallest.
    """
    parts = [gradients.inputs[sample]]
    parts += [np.column_stack([layer.weights, layer.bias]).ravel() for layer in gradients.layers]
    values = np.concatenate(parts)
    sizes = np.abs(values)
    sizes[np.isnan(sizes)] = -1.0
    # Sorting only what can be among the first keeps a large network quick.
    least = np.partition(sizes, -most)[-most] if len(sizes) > most else -1.0
    places = np.flatnonzero(sizes >= least)
    order = places[np.argsort(-sizes[places], kind="stable")][:most]
    return [_parameter_at(gradients, int(place)) for place in order]


def check_one_sample(trace: Trace) -> None:
    """Raise ValueError when the trace has more samples, or fewer, than one."""
    if len(trace.inputs) != 1:
        raise ValueError(
            f"the derivatives of an out are those of one sample; the trace has {len(trace.inputs)},"
            f" take one of them with trace.sample(index)"
        )


def _backward(
    trace: Trace, layer_index: int, delta: FloatArray, by_activations: FloatArray
) -> Gradients:
    """The gradients from the layer on backwards.

    delta, by_activations: the derivatives by the sums and by the activations of that layer.
    """
    network = trace.network
    layers = _zeros(network, layer_index + 1, len(delta))
    with np.errstate(all="ignore"):
        for index in range(layer_index, -1, -1):
            weights = delta.T @ trace.inputs_of(index)
            bias = np.sum(delta, axis=0)
            layers.insert(0, LayerGradients(weights, bias, delta, by_activations))
            by_activations = delta @ network.layers[index].weights
            if index:
                before = trace.layers[index - 1]
                delta = network.layers[index - 1].activation.backward(
                    before.pre_activations, by_activations
                )
    return Gradients(tuple(layers), by_activations)


def _zeros(network: Network, first: int, n_samples: int) -> list[LayerGradients]:
    """The gradients of the layers from `first` on, which the quantity does not depend on."""
    return [
        LayerGradients(
            np.zeros_like(layer.weights),
            np.zeros_like(layer.bias),
            np.zeros((n_samples, layer.n_neurons)),
            np.zeros((n_samples, layer.n_neurons)),
        )
        for layer in network.layers[first:]
    ]


def _parameter_at(gradients: Gradients, place: int) -> Parameter:
    """The address at a place of the reading order."""
    n_features = gradients.inputs.shape[1]
    if place < n_features:
        return Input(place)
    place -= n_features
    layer_index = 0
    while place >= (count := _count(gradients.layers[layer_index])):
        place -= count
        layer_index += 1
    n_inputs = gradients.layers[layer_index].weights.shape[1]
    neuron, column = divmod(place, n_inputs + 1)
    if column == n_inputs:
        return Bias(layer_index, neuron)
    return Weight(layer_index, neuron, column)


def _count(layer: LayerGradients) -> int:
    return layer.weights.size + layer.bias.size
