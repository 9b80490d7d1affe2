"""Layers made wider or narrower, with their frozen masks, and matrices of samples likewise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.nn.arguments import check_n_parameters
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer

Sources = Sequence[int | None]
"""For each place in the new layer, the place it comes from, or None if it is new."""


def with_inputs(layer: Layer, sources: Sources, initial: FloatArray | None = None) -> Layer:
    """Return the layer whose input k is the former input `sources[k]`.

    Parameters
    ----------
    layer
        With the inputs so far.
    sources
        For each place the one it comes from; None for a new one.
    initial
        (n_neurons, len(sources)), holding the weights of the new inputs; 0 without it. New weights
        are not frozen.

    Returns
    -------
    Layer

    Raises
    ------
    ValueError
        When it grows to more weights than a network may have.
    """
    new, old = _places(sources)
    shape = (layer.n_neurons, len(sources))
    _check_growth(layer, shape)
    weights = np.zeros(shape) if initial is None else np.array(initial)
    weights[:, new] = layer.weights[:, old]
    weights.setflags(write=False)
    frozen = layer.frozen
    if frozen is not None:
        mask = np.zeros(shape, bool)
        mask[:, new] = frozen.weights[:, old]
        frozen = frozen._replace(weights=mask)
    return Layer(weights, layer.bias, layer.activation, layer.name, frozen, layer.tensors)


def with_neurons(
    layer: Layer, sources: Sources, initial: tuple[FloatArray, FloatArray] | None = None
) -> Layer:
    """Return the layer whose neuron k is the former neuron `sources[k]`.

    Parameters
    ----------
    layer
        With the neurons so far.
    sources
        For each place the one it comes from; None for a new one.
    initial
        (len(sources), n_inputs) and (len(sources),), holding the weights and biases of the new
        neurons; 0 without it. New neurons are not frozen.

    Returns
    -------
    Layer

    Raises
    ------
    ValueError
        When it grows to more weights than a network may have.
    """
    new, old = _places(sources)
    shape = (len(sources), layer.n_inputs)
    _check_growth(layer, shape)
    weights, bias = (
        (np.zeros(shape), np.zeros(len(sources)))
        if initial is None
        else (np.array(initial[0]), np.array(initial[1]))
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
    return Layer(weights, bias, layer.activation, layer.name, frozen, layer.tensors)


def with_columns(matrix: FloatArray, sources: Sources, filling: float = 0.0) -> FloatArray:
    """Return the matrix whose column k is the former column `sources[k]`.

    Parameters
    ----------
    matrix
        (n_rows, n_columns).
    sources
        For each place the one it comes from; None for a new one.
    filling
        What new columns hold.

    Returns
    -------
    FloatArray
        (n_rows, len(sources)).
    """
    new, old = _places(sources)
    result = np.full((len(matrix), len(sources)), filling)
    result[:, new] = matrix[:, old]
    return result


def inserted(count: int, place: int) -> Sources:
    """Return the sources of `count` places with a new one inserted before `place`.

    Parameters
    ----------
    count
        How many places there are now.
    place
        Where the new one stands, from 0.

    Returns
    -------
    Sources
    """
    return [*range(place), None, *range(place, count)]


def removed(count: int, *places: int) -> Sources:
    """Return the sources of `count` places without the given ones.

    Parameters
    ----------
    count
        How many places there are now.
    *places
        Those left out, from 0.

    Returns
    -------
    Sources
    """
    return [source for source in range(count) if source not in places]


def leading(count: int, wanted: int) -> Sources:
    """Return the sources of `wanted` places: the first of `count`, then new ones.

    Parameters
    ----------
    count
        How many places there are now.
    wanted
        How many there shall be.

    Returns
    -------
    Sources
    """
    return [source if source < count else None for source in range(wanted)]


def _check_growth(layer: Layer, shape: tuple[int, int]) -> None:
    n_neurons, n_inputs = shape
    if n_neurons * n_inputs > layer.weights.size:
        check_n_parameters(n_neurons * (n_inputs + 1))


def _places(sources: Sources) -> tuple[list[int], list[int]]:
    """The places in the new layer that are not new, and the place each comes from."""
    kept = [(new, old) for new, old in enumerate(sources) if old is not None]
    return [new for new, _ in kept], [old for _, old in kept]
