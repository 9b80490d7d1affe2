"""Layers made wider and narrower, what is frozen of them included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer

Sources = Sequence[int | None]
"""For each place of the new layer the one it comes from, None where it is new."""


def with_inputs(layer: Layer, sources: Sources, fresh: FloatArray | None = None) -> Layer:
    """Return the layer with input k being what was input `sources[k]`.

    fresh: (n_neurons, len(sources)), where the weights of the new inputs stand; 0 without it. What
    is new is not frozen.
    """
    new, old = _places(sources)
    shape = (layer.n_neurons, len(sources))
    weights = np.zeros(shape) if fresh is None else np.array(fresh)
    weights[:, new] = layer.weights[:, old]
    weights.setflags(write=False)
    frozen = layer.frozen
    if frozen is not None:
        mask = np.zeros(shape, bool)
        mask[:, new] = frozen.weights[:, old]
        frozen = frozen._replace(weights=mask)
    return Layer(weights, layer.bias, layer.activation, layer.name, frozen)


def with_neurons(
    layer: Layer, sources: Sources, fresh: tuple[FloatArray, FloatArray] | None = None
) -> Layer:
    """Return the layer with neuron k being what was neuron `sources[k]`.

    fresh: (len(sources), n_inputs) and (len(sources),), where the weights and the bias of the new
    neurons stand; 0 without it. What is new is not frozen.
    """
    new, old = _places(sources)
    shape = (len(sources), layer.n_inputs)
    weights, bias = (
        (np.zeros(shape), np.zeros(len(sources)))
        if fresh is None
        else (np.array(fresh[0]), np.array(fresh[1]))
    )
    weights[new] = layer.weights[old]
    bias[new] = layer.bias[old]
    weights.setflags(write=False)
    bias.setflags(write=False)
    frozen = layer.frozen
    if frozen is not None:
        weight_mask, bias_mask = np.zeros(shape, bool), np.zeros(len(sources), bool)
        weight_mask[new] = frozen.weights[old]
        bias_mask[new] = frozen.bias[old]
        frozen = frozen._replace(weights=weight_mask, bias=bias_mask)
    return Layer(weights, bias, layer.activation, layer.name, frozen)


def inserted(count: int, place: int) -> Sources:
    """Return the sources of `count` places with a new one put before `place`."""
    return [*range(place), None, *range(place, count)]


def removed(count: int, *places: int) -> Sources:
    """Return the sources of `count` places without the given ones."""
    return [source for source in range(count) if source not in places]


def leading(count: int, wanted: int) -> Sources:
    """Return the sources of `wanted` places: the first of `count`, and new ones beyond them."""
    return [source if source < count else None for source in range(wanted)]


def _places(sources: Sources) -> tuple[list[int], list[int]]:
    """The places of the new layer that are not new, and where each comes from."""
    kept = [(new, old) for new, old in enumerate(sources) if old is not None]
    return [new for new, _ in kept], [old for _, old in kept]
