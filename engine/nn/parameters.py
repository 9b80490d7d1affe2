"""Addresses of single numbers: one weight, one bias, one input."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.nn.arguments import check_index, check_type
from engine.nn.network import Network


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of one input of one neuron.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    input
        Of what the neuron reads, from 0.
    """

    layer_index: int
    neuron: int
    input: int


@dataclass(frozen=True, slots=True)
class Bias:
    """The bias of one neuron.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    """

    layer_index: int
    neuron: int


@dataclass(frozen=True, slots=True)
class Input:
    """One feature of a sample.

    Parameters
    ----------
    feature
        The index of the input, from 0.
    """

    feature: int


Parameter = Weight | Bias | Input


@dataclass(frozen=True, slots=True)
class WeightRow:
    """All weights of one neuron, which a sweep varies together.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    """

    layer_index: int
    neuron: int


Axis = Parameter | WeightRow
"""What a sweep can vary."""

OUTPUT_LAYER_NAMES = frozenset(("output", "out", "last", "final", "head", "classifier", "logits"))
"""Usual names of an output layer, in lower case."""

_CODE = re.compile(r"\s*([WwBbXx])(\d+)(?:\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\])?\s*", re.ASCII)

_MAX_DIGITS = 9


def has_output_layer(network: Network) -> bool:
    """Whether the last layer is an output layer; a single layer named "hidden" is not.

    Parameters
    ----------
    network
        Whose last layer it is.

    Returns
    -------
    bool
    """
    return len(network.layers) > 1 or network.layers[0].name != "hidden"


def neuron_name(network: Network, layer_index: int, neuron: int) -> str:
    """Return the name of a neuron.

    o1 … in the output layer, h1 … in a single hidden layer, h1.1 (layer, neuron) in several.

    Parameters
    ----------
    network
        Which has the neuron.
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.

    Returns
    -------
    str
    """
    n_hidden = len(network.layers) - has_output_layer(network)
    if layer_index >= n_hidden:
        return f"o{neuron + 1}"
    return f"h{neuron + 1}" if n_hidden == 1 else f"h{layer_index + 1}.{neuron + 1}"


def parameter_code(parameter: Axis) -> str:
    """Return the name to type: W1[1,2], b2[1], x3, or W1[1] for a row, counted from 1.

    Parameters
    ----------
    parameter
        A Weight, Bias, Input or WeightRow, of any network.

    Returns
    -------
    str
    """
    match parameter:
        case Weight(layer_index, neuron, input):
            return f"W{layer_index + 1}[{neuron + 1},{input + 1}]"
        case Bias(layer_index, neuron):
            return f"b{layer_index + 1}[{neuron + 1}]"
        case WeightRow(layer_index, neuron):
            return f"W{layer_index + 1}[{neuron + 1}]"
        case Input(feature):
            return f"x{feature + 1}"


def parameter_in(network: Network, parameter: Parameter | str) -> Parameter:
    """Return a parameter that `network` has.

    Parameters
    ----------
    network
        Which should have it.
    parameter
        A Weight, Bias or Input, or its name: W1[1,2], b2[1] or x3, counted from 1.

    Returns
    -------
    Parameter
        Its address.

    Raises
    ------
    TypeError
        When it is neither a parameter nor a text.
    ValueError
        When the network does not have it.
    """
    if isinstance(parameter, str):
        return parse_parameter(parameter, network)
    check_type(parameter, Weight | Bias | Input, "parameter", ", as Weight(0, 1, 2) or 'W1[2,3]'")
    if isinstance(parameter, Input):
        check_index(parameter.feature, network.n_features, "input")
        return parameter
    check_index(parameter.layer_index, len(network.layers), "layer_index")
    layer, place = network.layers[parameter.layer_index], f"layer_index {parameter.layer_index}"
    check_index(parameter.neuron, layer.n_neurons, f"{place}: neuron")
    if isinstance(parameter, Weight):
        check_index(parameter.input, layer.n_inputs, f"{place}: input")
    return parameter


def parse_parameter(text: str, network: Network) -> Parameter:
    """Return the parameter that W1[1,2], b2[1] or x3 names in `network`.

    Parameters
    ----------
    text
        What was typed or read.
    network
        Which should have it.

    Returns
    -------
    Parameter

    Raises
    ------
    ValueError
        For any other form, and for a place that the network does not have.
    """
    found = _CODE.fullmatch(text)
    letter, number, neuron, input = found.groups() if found else ("", "", None, None)
    match letter.lower(), neuron, input:
        case "x", None, None:
            return Input(_index(number, network.n_features, "input"))
        case "b", str(), None:
            layer_index = _index(number, len(network.layers), "layer")
            return Bias(layer_index, _neuron_index(neuron, network, layer_index))
        case "w", str(), str():
            layer_index = _index(number, len(network.layers), "layer")
            n_inputs = network.layers[layer_index].n_inputs
            return Weight(
                layer_index,
                _neuron_index(neuron, network, layer_index),
                _index(input, n_inputs, "input", f" in layer {layer_index + 1}"),
            )
    raise ValueError(f"{text[:60]!r} is not a parameter; expected W1[1,2], b2[1] or x3")


def parse_axis(text: str, network: Network) -> Axis:
    """Return the parameter that `text` names in `network`, or with W1[1] a row of weights.

    Parameters
    ----------
    text
        What was typed or read.
    network
        The network.

    Returns
    -------
    Axis

    Raises
    ------
    ValueError
        As `parse_parameter` does.
    """
    found = _CODE.fullmatch(text)
    if found is None or found[1] not in "Ww" or found[3] is None or found[4] is not None:
        return parse_parameter(text, network)
    layer_index = _index(found[2], len(network.layers), "layer")
    return WeightRow(layer_index, _neuron_index(found[3], network, layer_index))


def axis_in(network: Network, axis: Axis | str) -> Axis:
    """Return a parameter or row of weights that `network` has.

    Parameters
    ----------
    network
        The network.
    axis
        A Weight, Bias, Input or WeightRow, or its name: W1[1,2], b2[1], x3 or W1[1], from 1.

    Returns
    -------
    Axis

    Raises
    ------
    TypeError
        When it is none of these.
    ValueError
        When the network does not have it.
    """
    if isinstance(axis, str):
        return parse_axis(axis, network)
    if isinstance(axis, WeightRow):
        parameter_in(network, Bias(axis.layer_index, axis.neuron))
        return axis
    return parameter_in(network, axis)


def parameters_of(network: Network, axis: Axis) -> tuple[Parameter, ...]:
    """Return the parameters that an axis varies: itself, or every weight of a row.

    Parameters
    ----------
    network
        The network.
    axis
        The parameter or row of weights.

    Returns
    -------
    tuple[Parameter, ...]
    """
    if not isinstance(axis, WeightRow):
        return (axis,)
    n_inputs = network.layers[axis.layer_index].n_inputs
    return tuple(Weight(axis.layer_index, axis.neuron, input) for input in range(n_inputs))


def _neuron_index(digits: str, network: Network, layer_index: int) -> int:
    n_neurons = network.layers[layer_index].n_neurons
    return _index(digits, n_neurons, "neuron", f" in layer {layer_index + 1}")


def _index(digits: str, count: int, what: str, place: str = "") -> int:
    """The number in `digits`, less 1; raises ValueError when it is not from 1 to `count`."""
    if len(digits) > _MAX_DIGITS or not 1 <= int(digits) <= count:
        number = digits if len(digits) <= _MAX_DIGITS else f"{digits[:_MAX_DIGITS]}…"
        raise ValueError(f"there is no {what} {number}{place}; they count from 1 to {count}")
    return int(digits) - 1
