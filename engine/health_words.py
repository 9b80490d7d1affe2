"""The health of neurons in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.network import Network
from engine.numbers import format_number, format_within
from engine.parameters import has_output_layer, neuron_name

if TYPE_CHECKING:
    from engine.health import NeuronHealth


class RankedSentence(NamedTuple):
    """A sentence, and how grave it is: the lowest rank is the gravest."""

    rank: int
    sentence: str


def neuron_sentences(network: Network, neuron: NeuronHealth) -> list[RankedSentence]:
    """Return what there is to say of one neuron; nothing when all is well."""
    layer_index = neuron.layer_index
    name = neuron_name(network, layer_index, neuron.neuron)
    word = "off" if neuron.off_out == 0 else "flat"
    said = []
    if neuron.is_dead:
        said.append(RankedSentence(0, f"{name} is dead: {_dead(network, neuron, word)}"))
    if neuron.constant_out is not None:
        out = _out(network, layer_index, neuron.constant_out)
        samples = _samples(neuron.n_samples, neuron.n_samples)
        said.append(RankedSentence(1, f"{name} is constant: it gives {out}{samples}"))
    if neuron.double_of is not None:
        first = neuron_name(network, layer_index, neuron.double_of)
        said.append(RankedSentence(2, f"{name} is the double of {first}"))
    if neuron.n_off and not neuron.is_dead:
        samples = _samples(neuron.n_off, neuron.n_samples)
        said.append(RankedSentence(3, f"{name} is {word}{samples}"))
    if neuron.n_saturated:
        samples = _samples(neuron.n_saturated, neuron.n_samples)
        said.append(RankedSentence(4, f"{name} is saturated{samples}"))
    return said


def place_sentence(
    network: Network, layer_index: int, neuron: int, what: str, sample: int, value: float
) -> str:
    """Return "layer 2, h2.3, sum z of sample 4 is inf"; all indices count from 0."""
    name = neuron_name(network, layer_index, neuron)
    return (
        f"layer {layer_index + 1}, {name}, {what} of sample {sample + 1} is {format_number(value)}"
    )


def _dead(network: Network, neuron: NeuronHealth, word: str) -> str:
    samples = _samples(neuron.n_samples, neuron.n_samples)
    is_last = neuron.layer_index == len(network.layers) - 1
    if neuron.off_out == 0 and not (is_last and has_output_layer(network)):
        return f"{word}{samples}, so nothing it does reaches the outputs"
    out = _out(network, neuron.layer_index, neuron.off_out or 0.0)
    return f"{word}{samples}, it gives {out} whatever its inputs are"


def _samples(count: int, n_samples: int) -> str:
    """Such as " on 3 of 4 samples"; nothing to add where there is but one."""
    if n_samples == 1:
        return ""
    if count == n_samples:
        return " on both samples" if n_samples == 2 else f" on all {n_samples} samples"
    return f" on {count} of {n_samples} samples"


def _out(network: Network, layer_index: int, value: float) -> str:
    return format_within(value, network.layers[layer_index].activation.limits)
