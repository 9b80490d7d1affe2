"""The columns of a session's inputs: given ones, and those derived from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.nn.arrays import FloatArray

if TYPE_CHECKING:
    # Most sessions derive nothing, and need not wait for this import.
    from engine.datasets.features import DerivedFeature


def plain_names(count: int) -> tuple[str, ...]:
    """Return the default names of `count` inputs: x1, x2 …

    Parameters
    ----------
    count
        How many inputs.

    Returns
    -------
    tuple[str, ...]
    """
    return tuple(f"x{number}" for number in range(1, count + 1))


def with_derived_columns(
    inputs: FloatArray, derived: Sequence[DerivedFeature], n_base: int
) -> FloatArray:
    """Return the inputs with the columns from `n_base` on computed from those before.

    Parameters
    ----------
    inputs
        (n_samples, n_base), or more with derived columns, which may be out of date; if they are
        not, the array itself is returned.
    derived
        Features computed from others.
    n_base
        How many features are given.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        When a derived feature is made of a column that is not among the first n_base.
    """
    # With contiguous columns the results do not depend on where a column stands.
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
    """Return a name for each input; those of derived ones are made of the names before.

    Parameters
    ----------
    features
        Of the first n_base inputs, or of all; None for x1, x2 …
    derived
        Features computed from others.
    n_base
        How many features are given.

    Returns
    -------
    tuple[str, ...]
    """
    base = plain_names(n_base) if features is None else features[:n_base]
    names = (*base, *(feature.name(base) for feature in derived))
    return features if features == names else names


def _same_bits(one: FloatArray, other: FloatArray) -> bool:
    """Whether all numbers are the same, with -0.0 unlike 0.0: undo restores every bit."""
    return np.array_equal(one, other) and np.array_equal(np.signbit(one), np.signbit(other))
