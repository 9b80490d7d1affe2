"""Silent neurons: off, saturated, dead, constant or duplicate over the samples.

Each kind is found from the activations of all samples and described in plain words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray, first_not_finite
from engine.nn.layer import Layer, LayerTrace
from engine.nn.network import Network, Trace
from engine.nn.parameters import has_output_layer, neuron_name
from engine.nn.values import Value
from engine.session.session import Session
from engine.text import format_number, format_within

SATURATED_BELOW = 1e-3
"""A derivative below this, but not 0, passes hardly any gradient on."""

_MIN_SAMPLES = 2
"""One sample cannot show what a neuron always does."""


class RankedSentence(NamedTuple):
    """A sentence and how serious it is.

    Attributes
    ----------
    rank
        How serious it is; the lowest is the most serious.
    sentence
        In plain words.
    """

    rank: int
    sentence: str


def neuron_sentences(network: Network, neuron: NeuronHealth) -> list[RankedSentence]:
    """Return what there is to say about one neuron; empty when all is well.

    Parameters
    ----------
    network
        Which has the neuron.
    neuron
        The index of the neuron, from 0.

    Returns
    -------
    list[RankedSentence]
    """
    layer_index = neuron.layer_index
    name = neuron_name(network, layer_index, neuron.neuron)
    word = "off" if neuron.off_out == 0 else "flat"
    sentences = []
    if neuron.is_dead:
        sentences.append(RankedSentence(0, f"{name} is dead: {_dead(network, neuron, word)}"))
    if neuron.constant_out is not None:
        out = _out(network, layer_index, neuron.constant_out)
        samples = _samples(neuron.n_samples, neuron.n_samples)
        sentences.append(RankedSentence(1, f"{name} is constant: it gives {out}{samples}"))
    if neuron.duplicate_of is not None:
        first = neuron_name(network, layer_index, neuron.duplicate_of)
        sentences.append(RankedSentence(2, f"{name} is a duplicate of {first}"))
    if neuron.n_off and not neuron.is_dead:
        samples = _samples(neuron.n_off, neuron.n_samples)
        sentences.append(RankedSentence(3, f"{name} is {word}{samples}"))
    if neuron.n_saturated:
        samples = _samples(neuron.n_saturated, neuron.n_samples)
        sentences.append(RankedSentence(4, f"{name} is saturated{samples}"))
    return sentences


def place_sentence(
    network: Network, layer_index: int, neuron: int, what: str, sample: int, value: float
) -> str:
    """Return "layer 2, h2.3, sum z of sample 4 is inf"; all indices count from 0.

    Parameters
    ----------
    network
        Which has the neuron.
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    what
        How a message names it.
    sample
        The index of the sample, from 0.
    value
        Infinite or NaN, as found there.

    Returns
    -------
    str
    """
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
    """Return " on 3 of 4 samples", or "" when there is only one sample."""
    if n_samples == 1:
        return ""
    if count == n_samples:
        return " on both samples" if n_samples == 2 else f" on all {n_samples} samples"
    return f" on {count} of {n_samples} samples"


def _out(network: Network, layer_index: int, value: float) -> str:
    return format_within(value, network.layers[layer_index].activation.limits)


@dataclass(frozen=True, slots=True)
class NeuronHealth:
    """The health of one neuron over all samples; layer_index and neuron count from 0.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    n_samples
        How many samples.
    n_off
        On how many samples its derivative da/dz is exactly 0.
    n_saturated
        On how many it is below SATURATED_BELOW, but not 0. Both are 0 for a neuron whose activation
        cannot saturate: step is flat by design, sin comes back, and a row-wise one has no
        derivative of its own.
    off_out
        The single value it gives wherever it is off; None when it is never off or gives several.
        is_dead: off with one and the same value on all samples, of which there are at least two.
    constant_out
        Its value when it is the same on all of at least two samples and the neuron is not dead.
    duplicate_of
        The first neuron of the layer with the same weights and bias, and so the same activations.
    """

    layer_index: int
    neuron: int
    n_samples: int
    n_off: int
    n_saturated: int
    off_out: float | None
    constant_out: float | None
    duplicate_of: int | None

    @property
    def off_share(self) -> float:
        """The share of samples on which it is off, 0 to 1."""
        return self.n_off / self.n_samples

    @property
    def saturated_share(self) -> float:
        """The share of samples on which it is saturated, 0 to 1."""
        return self.n_saturated / self.n_samples

    @property
    def is_dead(self) -> bool:
        """Whether it is off with one and the same value on all of several samples."""
        off_on_all = self.n_off == self.n_samples >= _MIN_SAMPLES
        return off_on_all and self.off_out is not None

    @property
    def is_constant(self) -> bool:
        """Whether it gives the same value on all of several samples."""
        return self.constant_out is not None


@dataclass(frozen=True, eq=False, repr=False)
class Health(Value):
    """The health of every neuron, layer by layer.

    Parameters
    ----------
    network
        Which is judged.
    neurons
        The indices of the neurons, from 0.
    first_not_finite
        Where the first sum or activation is infinite or NaN, such as "layer 2, h2.3, sum z of
        sample 4 is inf"; None when all are finite.
    """

    network: Network
    neurons: tuple[tuple[NeuronHealth, ...], ...]
    first_not_finite: str | None

    @cached_property
    def sentences(self) -> list[str]:
        """What there is to say in plain words, the most serious first; empty when all is well."""
        sentences = [
            ranked
            for layer in self.neurons
            for neuron in layer
            for ranked in neuron_sentences(self.network, neuron)
        ]
        sentences.sort(key=lambda ranked: ranked.rank)
        first = [] if self.first_not_finite is None else [self.first_not_finite]
        return first + [ranked.sentence for ranked in sentences]


def health(session: Session) -> Health:
    """Return the health of every neuron of the session's network over all its samples.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    Health
    """
    check_type(session, Session, "session")
    trace = session.trace
    neurons = tuple(
        _layer_health(layer_index, layer, layer_trace)
        for layer_index, (layer, layer_trace) in enumerate(
            zip(session.network.layers, trace.layers, strict=True)
        )
    )
    return Health(session.network, neurons, _first_not_finite(trace))


def _layer_health(layer_index: int, layer: Layer, trace: LayerTrace) -> tuple[NeuronHealth, ...]:
    activations = trace.activations
    n_samples = len(activations)
    derivatives = _derivatives(layer.activation, trace.pre_activations)
    off = derivatives == 0.0
    n_off = off.sum(axis=0)
    n_saturated = (~off & (np.abs(derivatives) < SATURATED_BELOW)).sum(axis=0)
    first_off = activations[off.argmax(axis=0), np.arange(layer.n_neurons)]
    one_off_out = (n_off > 0) & (~off | (activations == first_off)).all(axis=0)
    is_constant = (activations == activations[0]).all(axis=0) & (n_samples >= _MIN_SAMPLES)
    is_constant &= ~(one_off_out & (n_off == n_samples))
    duplicates = _duplicates(layer)
    return tuple(
        NeuronHealth(
            layer_index,
            neuron,
            n_samples,
            int(n_off[neuron]),
            int(n_saturated[neuron]),
            float(first_off[neuron]) if one_off_out[neuron] else None,
            float(activations[0, neuron]) if is_constant[neuron] else None,
            duplicates[neuron],
        )
        for neuron in range(layer.n_neurons)
    )


def _derivatives(activation: Activation, z: FloatArray) -> FloatArray:
    """da/dz at each z; NaN, neither off nor saturated, where it says nothing about one neuron."""
    if not activation.saturates:
        return np.full_like(z, np.nan)
    with np.errstate(all="ignore"):
        return activation.derivative(z)


def _duplicates(layer: Layer) -> list[int | None]:
    """For each neuron the first one with the same weights and bias; None when it is the first."""
    first_with: dict[bytes, int] = {}
    duplicates: list[int | None] = []
    # Adding 0 turns -0 into 0, which has different bytes.
    for neuron, numbers in enumerate(np.column_stack([layer.weights, layer.bias]) + 0.0):
        first = first_with.setdefault(numbers.tobytes(), neuron)
        duplicates.append(None if first == neuron else first)
    return duplicates


def _first_not_finite(trace: Trace) -> str | None:
    for layer_index, layer in enumerate(trace.layers):
        for what, array in (("sum z", layer.pre_activations), ("out a", layer.activations)):
            place = first_not_finite(array)
            if place is not None:
                sample, neuron = place
                value = float(array[sample, neuron])
                return place_sentence(trace.network, layer_index, neuron, what, sample, value)
    return None
