"""Which numbers of a layer training leaves as they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]


class FrozenLayer(NamedTuple):
    """Which numbers of a layer training leaves alone: True where frozen.

    weights: (n_neurons, n_inputs). bias: (n_neurons,).
    """

    weights: BoolArray
    bias: BoolArray

    @property
    def n_frozen(self) -> int:
        """How many numbers are frozen."""
        return int(np.count_nonzero(self.weights)) + int(np.count_nonzero(self.bias))


def everything_frozen(n_neurons: int, n_inputs: int) -> FrozenLayer:
    """Return the masks of a layer of which no number may move."""
    return FrozenLayer(np.ones((n_neurons, n_inputs), bool), np.ones(n_neurons, bool))


def neurons_frozen(n_neurons: int, n_inputs: int, neurons: list[int]) -> FrozenLayer:
    """Return the masks of a layer of which the given neurons, from 0, are frozen whole."""
    masks = FrozenLayer(np.zeros((n_neurons, n_inputs), bool), np.zeros(n_neurons, bool))
    masks.weights[neurons] = True
    masks.bias[neurons] = True
    return masks


def checked_masks(
    frozen: FrozenLayer, n_neurons: int, n_inputs: int, label: str
) -> FrozenLayer | None:
    """Return read-only copies of the masks, or None when nothing is frozen.

    Raises ValueError, beginning with `label`, when they are no truth values or do not have the
    shapes of the weights and the bias.
    """
    masks = []
    for name, mask, shape in (
        ("weights", frozen.weights, (n_neurons, n_inputs)),
        ("bias", frozen.bias, (n_neurons,)),
    ):
        given = np.asarray(mask)
        if given.dtype != np.bool_ or given.shape != shape:
            raise ValueError(
                f"{label}: what is frozen of the {name} has shape {given.shape} and type "
                f"{given.dtype}, expected truth values of shape {shape}"
            )
        # A mask that nobody can write to is shared, as the weights of a layer are.
        if given.flags.writeable or given.base is not None:
            given = given.copy()
            given.setflags(write=False)
        masks.append(given)
    return FrozenLayer(*masks) if any(mask.any() for mask in masks) else None
