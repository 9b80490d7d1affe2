"""Targets, some of which may not be set: those are NaN, so that no sum takes them for numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray, read_only
from engine.text import format_given

BoolArray = NDArray[np.bool_]

UNSET = math.nan

UNSET_TEXT = "-"
"""How a target that is not set is written in files, beside others, and on the command line."""

UNSET_SIGN = "–"
"""How a target that is not set is shown on the screen."""


def checked_targets(targets: FloatArray) -> FloatArray | None:
    """Return the targets as a session holds them, read-only; None if none is set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    FloatArray | None

    Raises
    ------
    ValueError
        Naming the place, for an infinite number.
    """
    infinite = np.isinf(targets)
    if infinite.any():
        row, column = (int(index) for index in np.argwhere(infinite)[0])
        raise ValueError(f"targets[{row + 1}][{column + 1}] is not a finite number")
    if some_set(targets) is None:
        return None
    unset = np.isnan(targets)
    # A computed NaN may have other bits; with a single kind of it equal sessions compare equal.
    if np.signbit(targets[unset]).any():
        return read_only(np.where(unset, UNSET, targets), "targets", 2)
    return targets


def target_text(target: float, digits: int = 4, width: int = 7) -> str:
    """Return a target as `engine.text.format_given` writes it, or – when it is not set.

    Parameters
    ----------
    target
        NaN where it is not set.
    digits
        The most decimals.
    width
        The most characters.

    Returns
    -------
    str
    """
    return UNSET_SIGN if math.isnan(target) else format_given(target, digits, width)


def some_set(targets: FloatArray) -> FloatArray | None:
    """Return the targets, or None if none is set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    FloatArray | None
    """
    return None if np.isnan(targets).all() else targets


def has_unset(targets: FloatArray) -> bool:
    """Return whether some target is not set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    bool
    """
    return bool(np.isnan(targets).any())


def samples_with_target(targets: FloatArray) -> BoolArray:
    """Return for each sample whether at least one of its targets is set, (n_samples,).

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    BoolArray
        (n_samples,).
    """
    unset: BoolArray = np.isnan(targets)
    is_set: BoolArray = np.logical_not(unset.all(axis=1))
    return is_set


def n_set_samples(targets: FloatArray) -> int:
    """Return how many samples have a target that is set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    int
    """
    return int(np.count_nonzero(samples_with_target(targets)))


def n_set_numbers(targets: FloatArray) -> int:
    """Return how many targets are set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    int
    """
    return targets.size - int(np.count_nonzero(np.isnan(targets)))


def class_targets(targets: FloatArray) -> FloatArray:
    """Return the targets for classification, where each sample has one class.

    In a row with a 1, targets that are not set become 0. A row without a 1 in which some are not
    set does not say the class: all of it becomes not set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    FloatArray
    """
    unset = np.isnan(targets)
    if not unset.any():
        return targets
    is_part = unset.any(axis=1, keepdims=True)
    has_one = (targets == 1).any(axis=1, keepdims=True)
    return np.where(is_part & ~has_one, UNSET, np.where(unset, 0.0, targets))
