"""Gradients as values: the derivatives of a loss, or of one activation, by everything before it.

They come from the backward pass of `engine.nn.passes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray, floats
from engine.nn.losses import loss_derivative, output_derivative
from engine.nn.network import Network, Trace
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.nn.passes import backward
from engine.nn.values import Value


class LayerGradients(NamedTuple):
    """The derivatives of one quantity with respect to everything in a layer.

    Attributes
    ----------
    weights, bias
        (n_neurons, n_inputs) and (n_neurons,), summed over the samples.
    pre_activations, activations
        (n_samples, n_neurons) each.
    """

    weights: FloatArray
    bias: FloatArray
    pre_activations: FloatArray
    activations: FloatArray


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Gradients(Value):
    """The derivatives of one quantity with respect to everything in a forward pass.

    Attributes
    ----------
    layers
        One for each layer.
    inputs
        (n_samples, n_features).
    """

    layers: tuple[LayerGradients, ...]
    inputs: FloatArray

    def of(self, parameter: Parameter, sample: int = 0) -> float:
        """Return the derivative with respect to one number; an input is that of `sample`.

        Parameters
        ----------
        parameter
            A weight, a bias or an input.
        sample
            The sample, from 0, whose input it is.

        Returns
        -------
        float

        Raises
        ------
        TypeError, ValueError
            When it is no parameter, or none of this network.
        """
        check_type(parameter, Weight | Bias | Input, "parameter")
        if isinstance(parameter, Input):
            check_index(sample, len(self.inputs), "sample")
            check_index(parameter.feature, self.inputs.shape[1], "input")
            return float(self.inputs[sample, parameter.feature])
        check_index(parameter.layer_index, len(self.layers), "layer_index")
        layer = self.layers[parameter.layer_index]
        check_index(parameter.neuron, len(layer.bias), "neuron")
        if isinstance(parameter, Bias):
            return float(layer.bias[parameter.neuron])
        check_index(parameter.input, layer.weights.shape[1], "input")
        return float(layer.weights[parameter.neuron, parameter.input])


def loss_gradients(trace: Trace, targets: FloatArray, loss_name: str) -> Gradients:
    """Return the gradients of a loss.

    Parameters
    ----------
    trace
        Of the forward pass.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    loss_name
        A key of `engine.nn.losses.LOSSES`, or another spelling of it.

    Raises
    ------
    ValueError
        As `engine.nn.losses.loss` does.
    """
    check_type(trace, Trace, "trace")
    targets = floats(targets, "targets")
    z, a = trace.layers[-1]
    activation = trace.network.layers[-1].activation
    return backpropagate(
        trace,
        loss_derivative(loss_name, z, a, targets, activation),
        output_derivative(loss_name, z, a, targets, activation),
    )


def output_gradients(trace: Trace, output: int) -> Gradients:
    """Return the gradients of one output; raises ValueError for a trace of several samples.

    Parameters
    ----------
    trace
        A forward pass.
    output
        The neuron of the last layer, from 0.

    Returns
    -------
    Gradients
    """
    check_type(trace, Trace, "trace")
    check_index(output, trace.network.n_outputs, "output")
    return neuron_gradients(trace, len(trace.layers) - 1, output)


def neuron_gradients(trace: Trace, layer_index: int, neuron: int) -> Gradients:
    """Return the gradients of the activation of one neuron.

    Those of the layers after it are 0.

    Parameters
    ----------
    trace
        Of one sample.
    layer_index, neuron
        Counted from 0.

    Raises
    ------
    ValueError
        For a trace of several samples.
    """
    _check_one_sample(trace)
    z = trace.layers[layer_index].pre_activations
    by_activations = np.zeros_like(z)
    by_activations[0, neuron] = 1.0
    with np.errstate(all="ignore"):
        delta = trace.network.layers[layer_index].activation.backward(z, by_activations)
    return _backward(trace, layer_index, delta, by_activations)


def backpropagate(trace: Trace, last: FloatArray, outputs: FloatArray | None = None) -> Gradients:
    """Return the gradients of a quantity, given its derivatives at the last layer.

    Parameters
    ----------
    trace
        Of the forward pass.
    last
        (n_samples, n_outputs), its derivatives with respect to the sums z of that layer.
    outputs
        (n_samples, n_outputs), those with respect to its activations, which do not follow from
        `last`; NaN when left out.
    """
    known = np.full_like(last, np.nan) if outputs is None else outputs
    return _backward(trace, len(trace.layers) - 1, last, known)


def strongest(gradients: Gradients, sample: int = 0, most: int = 100) -> list[Parameter]:
    """Return the parameters and inputs with the largest derivatives of either sign, at most `most`.

    The largest comes first; equal ones are in reading order: the inputs, then layer by layer each
    neuron's weights and bias. NaN ranks last.

    Parameters
    ----------
    gradients
        Of any quantity.
    sample
        From 0, whose inputs are among them.
    most
        How many at most.
    """
    parts = [gradients.inputs[sample]]
    parts += [np.column_stack([layer.weights, layer.bias]).ravel() for layer in gradients.layers]
    values = np.concatenate(parts)
    sizes = np.abs(values)
    sizes[np.isnan(sizes)] = -1.0
    # Sorting only the candidates keeps this quick for large networks.
    least = np.partition(sizes, -most)[-most] if len(sizes) > most else -1.0
    places = np.flatnonzero(sizes >= least)
    order = places[np.argsort(-sizes[places], kind="stable")][:most]
    return [_parameter_at(gradients, int(place)) for place in order]


def _check_one_sample(trace: Trace) -> None:
    if len(trace.inputs) != 1:
        raise ValueError(
            f"the gradients of one activation need a trace of one sample, this one has "
            f"{len(trace.inputs)}; take one of them with trace.sample(index)"
        )


def _backward(
    trace: Trace, layer_index: int, delta: FloatArray, by_activations: FloatArray
) -> Gradients:
    """Backpropagate from one layer to the inputs.

    delta, by_activations: the derivatives with respect to the sums and the activations of that
    layer, (n_samples, n_neurons).
    """
    layers = trace.passes()[: layer_index + 1]
    layers[-1].set_delta(delta)
    with np.errstate(all="ignore"):
        backward(layers)
    by_a = [*(layer.by_x.T for layer in layers[1:]), by_activations]
    gradients = (
        LayerGradients(layer.gradient.T, layer.bias_gradient, layer.delta_rows, by_activations)
        for layer, by_activations in zip(layers, by_a, strict=True)
    )
    zeros = _zeros(trace.network, layer_index + 1, len(delta))
    return Gradients((*gradients, *zeros), layers[0].by_x.T)


def _zeros(network: Network, first: int, n_samples: int) -> list[LayerGradients]:
    """Gradients of 0 for the layers from `first` on, on which the quantity does not depend."""
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
    """The parameter at a place in reading order."""
    n_features = gradients.inputs.shape[1]
    if place < n_features:
        return Input(place)
    place -= n_features
    layer_index = 0
    while place >= (count := _n_parameters(gradients.layers[layer_index])):
        place -= count
        layer_index += 1
    n_inputs = gradients.layers[layer_index].weights.shape[1]
    neuron, column = divmod(place, n_inputs + 1)
    if column == n_inputs:
        return Bias(layer_index, neuron)
    return Weight(layer_index, neuron, column)


def _n_parameters(layer: LayerGradients) -> int:
    return layer.weights.size + layer.bias.size
