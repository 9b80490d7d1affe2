"""Batch normalisation among named tensors, folded into the dense layer beside it.

At prediction it is one scale and one shift for each number (Ioffe and Szegedy, 2015):
y = gamma · (x - mean) / sqrt(variance + epsilon) + beta.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from engine.formats.tensors.values import checked_finite
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.text import quoted

_STATISTIC = re.compile(
    r"(?P<prefix>.*?)(?P<separator>[._/]?)(?P<kind>running|moving)_(?P<what>mean|var|variance)"
)
_COUNTER = re.compile(r"(?:.*[._/])?num_batches_tracked")
_EPSILON = {"running": 1e-5, "moving": 1e-3}
"""The default of PyTorch and of Keras; a file of weights alone does not say it."""

_SCALES, _SHIFTS = ("weight", "gamma", "scale"), ("bias", "beta", "offset")


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The tensors of one batch normalisation.

    Parameters
    ----------
    module
        What its tensors' names begin with.
    mean, variance, scale, shift
        Their names; scale and shift may be missing.
    epsilon
        What is added to the variance.
    """

    module: str
    mean: str
    variance: str
    scale: str | None
    shift: str | None
    epsilon: float

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its tensors."""
        both = (self.mean, self.variance, self.scale, self.shift)
        return tuple(name for name in both if name is not None)

    def affine(self, array_of: Callable[[str], FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Return what x is multiplied with, and what is added then.

        Parameters
        ----------
        array_of
            Reads an array by name.

        Returns
        -------
        tuple[FloatArray, FloatArray]
            (n,) each.

        Raises
        ------
        ValueError
            When the lengths differ.
        """
        mean, variance = array_of(self.mean), array_of(self.variance)
        scale = np.ones_like(mean) if self.scale is None else array_of(self.scale)
        shift = np.zeros_like(mean) if self.shift is None else array_of(self.shift)
        if not mean.ndim == 1 or len({one.shape for one in (mean, variance, scale, shift)}) > 1:
            raise ValueError(f"{quoted(self.module)}: its rows of numbers have different lengths")
        with np.errstate(all="ignore"):
            factor = scale / np.sqrt(variance + self.epsilon)
            return factor, shift - mean * factor


def is_counter(name: str) -> bool:
    """Return whether a tensor counts the batches of training and nothing else.

    Parameters
    ----------
    name
        Of a tensor.

    Returns
    -------
    bool
    """
    return _COUNTER.fullmatch(name) is not None


def normalisations_in(names: Collection[str]) -> list[Normalisation]:
    """Return the batch normalisations among tensors of these names, in their order.

    Parameters
    ----------
    names
        Of all tensors.

    Returns
    -------
    list[Normalisation]

    Raises
    ------
    ValueError
        When one has a mean without a variance.
    """
    found = []
    for name in names:
        match = _STATISTIC.fullmatch(name)
        if match is None or match["what"] != "mean":
            continue
        start = match["prefix"] + match["separator"]
        others = {
            what: next((start + word for word in words if start + word in names), None)
            for what, words in (
                ("variance", (f"{match['kind']}_var", f"{match['kind']}_variance")),
                ("scale", _SCALES),
                ("shift", _SHIFTS),
            )
        }
        if others["variance"] is None:
            raise ValueError(f"tensor {quoted(name)} is of a normalisation without a variance")
        found.append(
            Normalisation(
                match["prefix"],
                name,
                others["variance"],
                others["scale"],
                others["shift"],
                _EPSILON[match["kind"]],
            )
        )
    return found


def fold(
    layers: Sequence[Layer],
    index: int,
    into_next: bool,
    affine: tuple[FloatArray, FloatArray],
    module: str,
) -> list[Layer]:
    """Return the layers with a normalisation folded into one of them.

    Parameters
    ----------
    layers
        All layers.
    index
        Of the layer that it follows, -1 for the inputs.
    into_next
        Whether it acts on what that layer gives, behind the activation, and so becomes part of the
        next one; else it acts on the sums.
    affine
        Scale and shift, (n,) each.
    module
        The name of the normalisation, for an error.

    Returns
    -------
    list[Layer]

    Raises
    ------
    ValueError
        When it does not fit, or there is no layer to take it.
    """
    scale, shift = affine
    place = index + 1 if into_next else index
    if not 0 <= place < len(layers):
        raise ValueError(f"{quoted(module)} has no dense layer beside it to take it")
    layer = layers[place]
    n_numbers = layer.n_inputs if into_next else layer.n_neurons
    if len(scale) != n_numbers:
        raise ValueError(
            f"{quoted(module)} normalises {len(scale)} numbers, its neighbour has {n_numbers}"
        )
    with np.errstate(all="ignore"):
        if into_next:
            weights, bias = layer.weights * scale, layer.bias + layer.weights @ shift
        else:
            weights, bias = layer.weights * scale[:, np.newaxis], layer.bias * scale + shift
    taken = layer.replace(
        weights=checked_finite(weights, module), bias=checked_finite(bias, module)
    )
    return [*layers[:place], taken, *layers[place + 1 :]]
