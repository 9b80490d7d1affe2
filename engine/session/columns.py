"""The columns of a session's inputs: those that are given, and those derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.nn.arrays import FloatArray

if TYPE_CHECKING:
    # Most sessions derive nothing: the start need not wait for the data sets.
    from engine.datasets.features import DerivedFeature


def plain_names(count: int) -> tuple[str, ...]:
    """Return x1, x2 … for so many inputs."""
    return tuple(f"x{number}" for number in range(1, count + 1))


def with_derived_columns(
    inputs: FloatArray, derived: Sequence[DerivedFeature], n_base: int
) -> FloatArray:
    """Return the inputs with the columns from `n_base` on computed from those before.

    inputs: (n_samples, n_base), or with the derived columns, which need not be true; where they
    are, the array itself is returned. Raises ValueError for a derived feature of something that is
    not among the first n_base.
    """
    # A column at a time is read: apart from each other they are computed alike wherever they stand.
    base = np.asfortranarray(inputs[:, :n_base])
    whole = np.empty((len(inputs), n_base + len(derived)))
    whole[:, :n_base] = base
    for column, feature in enumerate(derived, start=n_base):
        whole[:, column] = feature.values(base)
    if inputs.shape == whole.shape and _same_bits(inputs, whole):
        return inputs
    whole.setflags(write=False)
    return whole


def names_with_derived(
    features: tuple[str, ...] | None, derived: Sequence[DerivedFeature], n_base: int
) -> tuple[str, ...]:
    """Return a name for each input, those of the derived ones made of the names before.

    features: of the first n_base inputs, or of all; None for x1, x2 …
    """
    base = plain_names(n_base) if features is None else features[:n_base]
    names = (*base, *(feature.name(base) for feature in derived))
    return features if features == names else names


def _same_bits(one: FloatArray, other: FloatArray) -> bool:
    """Whether all numbers are the same, -0.0 distinguished from 0.0: undo brings back every bit."""
    return np.array_equal(one, other) and np.array_equal(np.signbit(one), np.signbit(other))
