"""Names of what a lesson speaks of: h1, o1, W1[1,2], layer 2; each is resolved in a network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.nn.network import Network
from engine.nn.parameters import Parameter, has_output_layer, neuron_name, parse_parameter
from engine.text import nearest, quoted

PLACES = ("inputs", "layers", "outputs", "views", "title", "explanation")
"""Parts of the screen that a text may point at by name."""

_NEURON = re.compile(r"([ho])(\d{1,6})(?:\.(\d{1,6}))?", re.ASCII)
_LAYER = re.compile(r"layer\s*(\d{1,6})", re.ASCII)
_SAMPLE = re.compile(r"sample\s*(\d{1,6})", re.ASCII)
_PARAMETER = re.compile(r"([WwBb]\d+\[[\d\s,]+\]|[Xx]\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class LayerReference:
    """A whole layer, from 0."""

    layer_index: int


@dataclass(frozen=True, slots=True)
class NeuronReference:
    """A neuron; indices from 0."""

    layer_index: int
    neuron: int


@dataclass(frozen=True, slots=True)
class SampleReference:
    """A sample, from 0."""

    sample: int


@dataclass(frozen=True, slots=True)
class PlaceReference:
    """A part of the screen: one of PLACES."""

    name: str


Reference = Parameter | NeuronReference | LayerReference | SampleReference | PlaceReference


def reference_in(network: Network, text: str) -> Reference:
    """Return what a text points at.

    Parameters
    ----------
    network
        Where neurons, layers and parameters are looked up.
    text
        "W1[1,2]", "b2[1]", "x3", "h1", "o1", "layer 2", "sample 3" or one of PLACES.

    Returns
    -------
    Reference

    Raises
    ------
    ValueError
        When it is none of these, or not in the network.
    """
    text = text.strip()
    if _PARAMETER.fullmatch(text):
        return parse_parameter(text, network)
    if _NEURON.fullmatch(text):
        return neuron_in(network, text)
    if found := _LAYER.fullmatch(text):
        return LayerReference(layer_in(network, found[1]))
    if found := _SAMPLE.fullmatch(text):
        return SampleReference(max(int(found[1]), 1) - 1)
    if text in PLACES:
        return PlaceReference(text)
    known = ("h1", "o1", "W1[1,2]", "b1[1]", "x1", "layer 1", "sample 1", *PLACES)
    raise ValueError(f"{quoted(text)} is nothing to point at; {nearest(text, known)}")


def neuron_in(network: Network, name: str) -> NeuronReference:
    """Return the neuron that has a name such as h1, h2.1 or o1.

    Parameters
    ----------
    network
        Where it is looked up.
    name
        As the screen names it.

    Returns
    -------
    NeuronReference

    Raises
    ------
    ValueError
        When the network has none of that name.
    """
    found = _NEURON.fullmatch(name)
    if found is None:
        raise ValueError(f"{quoted(name)} is not a neuron; expected h1, h2.1 or o1")
    n_hidden = len(network.layers) - has_output_layer(network)
    first, second = int(found[2]), int(found[3] or 0)
    layer_index, neuron = n_hidden, first - 1
    if found[1] == "h":
        layer_index, neuron = (first - 1, second - 1) if found[3] else (0, first - 1)
    is_there = 0 <= layer_index < len(network.layers)
    if is_there and 0 <= neuron < network.layers[layer_index].n_neurons:
        reference = NeuronReference(layer_index, neuron)
        if neuron_name(network, layer_index, neuron) == name:
            return reference
    last = neuron_name(network, len(network.layers) - 1, network.n_outputs - 1)
    sizes = "→".join(map(str, network.sizes))
    raise ValueError(f"there is no neuron {name} in a network {sizes}; the last one is {last}")


def layer_in(network: Network, digits: str) -> int:
    """Return the index, from 0, of a layer numbered from 1.

    Parameters
    ----------
    network
        Where it is looked up.
    digits
        As they were written, from 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When there is none.
    """
    if not 1 <= int(digits) <= len(network.layers):
        raise ValueError(
            f"there is no layer {int(digits)}; they count from 1 to {len(network.layers)}"
        )
    return int(digits) - 1
