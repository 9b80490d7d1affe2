"""Tips about the current neuron: off, saturated, without weights, a duplicate of another."""

from __future__ import annotations

import itertools
import math

import numpy as np

from engine import Bias, Input, Layer, Parameter, SetActivation, Weight
from engine.nn.activation_table import ACTIVATIONS
from tui.tips.context import TipContext, given, shown, summed

_MAX_NEURONS = 100
_FLAT = 0.01
_MAX_RATIO = 1e6
_ANOTHER = {
    "identity": "relu",
    "relu": "sigmoid",
    "sigmoid": "tanh",
    "softmax": "sigmoid",
    "step": "sigmoid",
}


def all_zero(context: TipContext) -> str | None:
    """Say what to do with a network that has no numbers yet."""
    layers = context.session.network.layers
    if any(layer.weights.any() or layer.bias.any() for layer in layers):
        return None
    return (
        "All weights and biases are still 0, so the inputs do not matter and all neurons of a "
        "layer do the same. Go to a weight and type a number, or press R for a random start."
    )


def switch_this_on(context: TipContext) -> str | None:
    """Say where the neuron under the cursor switches on, if it is off."""
    on_input = isinstance(context.parameter, Input)
    if on_input or not _is_off(context, context.layer_index, context.neuron):
        return None
    return _switching_on(context, context.layer_index, context.neuron)


def switch_another_on(context: TipContext) -> str | None:
    """Say where the first neuron that is off switches on, of those the cursor's number reaches."""
    if switch_this_on(context) is not None:
        return None
    layers = context.session.network.layers
    for layer_index in range(context.first_changed, len(layers)):
        for neuron in range(min(_MAX_NEURONS, layers[layer_index].n_neurons)):
            if _is_off(context, layer_index, neuron):
                return _switching_on(context, layer_index, neuron)
    return None


def _switching_on(context: TipContext, layer_index: int, neuron: int) -> str:
    layer = context.session.network.layers[layer_index]
    threshold = _threshold(layer) or 0.0
    z = context.sum_z(layer_index, neuron)
    parameter, value, way = _way_on(context, layer_index, neuron, threshold - z)
    state = "gives 0" if layer.activation.name == "step" else "is off"
    return (
        f"{context.name(layer_index, neuron)} {state}: its sum, {shown(z)}, is not above "
        f"{given(threshold)}. It switches on as {context.parameter_label(parameter)} {way} past "
        f"{shown(value)}."
    )


def saturated(context: TipContext) -> str | None:
    """Explain that the neuron is where its curve is flat."""
    activation = context.layer.activation
    z = context.sum_z(context.layer_index, context.neuron)
    off = _is_off(context, context.layer_index, context.neuron)
    bounded = all(map(math.isfinite, activation.limits))
    if off or not bounded or not activation.saturates:
        return None
    with np.errstate(all="ignore"):
        below, here, above = activation.forward(np.array([z - 1, z, z + 1]))
    most = max(abs(above - here), abs(below - here))
    if most >= _FLAT:
        return None
    bound = 10.0 ** max(-15, math.floor(math.log10(most or 1e-300)) + 1)
    return (
        f"{context.name(context.layer_index, context.neuron)} is saturated: at a sum of "
        f"{shown(z)} its "
        f"curve is nearly flat. Even a change of 1 in the sum changes its out by less than "
        f"{given(bound)}."
    )


def insensitive(context: TipContext) -> str | None:
    """Explain what a neuron does whose weights are all 0."""
    if context.layer.weights[context.neuron].any():
        return None
    name = context.name(context.layer_index, context.neuron)
    bias = given(float(context.layer.bias[context.neuron]))
    return (
        f"All weights of {name} are 0, so whatever it reads, its sum is its bias, {bias}. "
        f"Give it a weight, and it begins to listen."
    )


def twins(context: TipContext) -> str | None:
    """Name a hidden layer whose neurons stay alike however long it trains."""
    layers = context.session.network.layers
    if all_zero(context) is not None:
        return None
    for layer_index, (layer, following) in enumerate(itertools.pairwise(layers), start=1):
        if (
            layer.n_neurons > 1
            and (layer.bias == layer.bias[0]).all()
            and (layer.weights == layer.weights[0]).all()
            and (following.weights == following.weights[:, :1]).all()
        ):
            return (
                f"The {layer.n_neurons} neurons of layer {layer_index} are twins: the same weights "
                "in and out and the same bias. Training moves them all alike, so they count as "
                "one. Hence a random start: R."
            )
    return None


def doubles(context: TipContext) -> str | None:
    """Name a neuron that does the same as the current one."""
    if twins(context) is not None:
        return None
    layer, neuron = context.layer, context.neuron
    if not 1 < layer.n_neurons <= _MAX_NEURONS or not layer.weights[neuron].any():
        return None
    same = (layer.weights == layer.weights[neuron]).all(axis=1) & (layer.bias == layer.bias[neuron])
    same[neuron] = False
    if not same.any():
        return None
    other = context.name(context.layer_index, int(np.argmax(same)))
    name = context.name(context.layer_index, neuron)
    return (
        f"{name} and {other} have the same weights and the same bias, so for every sample they "
        f"give the same out. Change one number to make them differ."
    )


def another_activation(context: TipContext) -> str | None:
    """Say what the output would be with another activation in the current layer."""
    name = _ANOTHER.get(context.layer.activation.name, "relu")
    trace = context.after(SetActivation(context.layer_index, name))
    output = float(trace.outputs[0, context.output])
    before = context.out_text(context.last, float(context.outputs[context.output]))
    after = context.out_text(context.last, output)
    if before == after or not math.isfinite(output):
        return None
    return (
        f"Press a and choose {name} instead of {context.layer.activation.text} for layer "
        f"{context.layer_index + 1}: {context.name(context.last, context.output)} goes from "
        f"{before} to "
        f"{after}."
    )


def _threshold(layer: Layer) -> float | None:
    """The sum that a neuron has to exceed to be on; None where it cannot be off."""
    activation = layer.activation
    return ACTIVATIONS[activation.name].off_up_to(*activation.parameters)


def _is_off(context: TipContext, layer_index: int, neuron: int) -> bool:
    threshold = _threshold(context.session.network.layers[layer_index])
    return threshold is not None and context.computed_z(layer_index, neuron) <= threshold


def _way_on(
    context: TipContext, layer_index: int, neuron: int, missing: float
) -> tuple[Parameter, float, str]:
    """The number to move so that the neuron's sum grows by `missing`, to where, and which way.

    It is the one under the cursor if the sum depends on it directly, otherwise the bias.
    """
    match context.parameter:
        case Input(feature) if layer_index == 0:
            share = float(context.session.network.layers[0].weights[neuron, feature])
        case Weight(place, which, input) if (place, which) == (layer_index, neuron):
            share = float(context.trace.inputs_of(layer_index)[0, input])
        case _:
            share = 0.0
    layer = context.session.network.layers[layer_index]
    terms = layer.weights[neuron] * context.trace.inputs_of(layer_index)[0]
    # A share too small beside what is added up would be lost in its rounding.
    size = max(abs(missing), abs(layer.bias[neuron]), np.abs(terms).max())
    if abs(share) > size / _MAX_RATIO:
        way = "rises" if share > 0 else "falls"
        return context.parameter, summed(context.value, missing / share), way
    bias = float(layer.bias[neuron])
    return Bias(layer_index, neuron), summed(bias, missing), "rises"
