"""Targets of which some are not set: such a number is NaN, so that no sum takes it for one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray, read_only
from engine.text import format_given

BoolArray = NDArray[np.bool_]

UNSET = math.nan

UNSET_TEXT = "-"
"""What stands for it in a file, beside others that are set, and on the command line."""

UNSET_SIGN = "–"
"""What stands on the screen for a target that is not set."""


def checked_targets(targets: FloatArray) -> FloatArray | None:
    """Return the targets as a session holds them, read-only; None where no number is set.

    Raises ValueError, naming the place, for an infinite number.
    """
    infinite = np.isinf(targets)
    if infinite.any():
        row, column = (int(index) for index in np.argwhere(infinite)[0])
        raise ValueError(f"targets[{row + 1}][{column + 1}] is not a finite number")
    if some_set(targets) is None:
        return None
    unset = np.isnan(targets)
    # A NaN that was computed may have other bits; with one kind of it equal sessions are equal.
    if np.signbit(targets[unset]).any():
        return read_only(np.where(unset, UNSET, targets), "targets", 2)
    return targets


def target_text(target: float, digits: int = 4, width: int = 7) -> str:
    """Return a target as `engine.text.format_given` writes it, – where it is not set."""
    return UNSET_SIGN if math.isnan(target) else format_given(target, digits, width)


def some_set(targets: FloatArray) -> FloatArray | None:
    """Return the targets, or None where no number is set."""
    return None if np.isnan(targets).all() else targets


def has_unset(targets: FloatArray) -> bool:
    """Return whether a number is not set."""
    return bool(np.isnan(targets).any())


def samples_with_target(targets: FloatArray) -> BoolArray:
    """Return for each sample whether at least one of its targets is set, (n_samples,)."""
    unset: BoolArray = np.isnan(targets)
    is_set: BoolArray = np.logical_not(unset.all(axis=1))
    return is_set


def class_targets(targets: FloatArray) -> FloatArray:
    """Return the targets as those of classes, of which each sample has one.

    Beside a 1 the numbers that are not set are 0. A row without a 1, in which some are not set,
    does not say the class: none of it is set.
    """
    unset = np.isnan(targets)
    if not unset.any():
        return targets
    is_part = unset.any(axis=1, keepdims=True)
    has_one = (targets == 1).any(axis=1, keepdims=True)
    return np.where(is_part & ~has_one, UNSET, np.where(unset, 0.0, targets))
