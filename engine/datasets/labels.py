"""Labels: the texts or whole numbers by which the samples of a file name their classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.nn.arrays import FloatArray
from engine.nn.values import Value
from engine.text import FULL_DIGITS, format_number

MAX_CLASSES = 1_000

MAX_COUNTED = 20
"""More different numbers than these are hardly numbers of classes."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Labels(Value):
    """The label of every sample.

    Parameters
    ----------
    names
        Each label once.
    codes
        (n_samples,), the index in names of each sample's label.
    """

    names: tuple[str, ...]
    codes: NDArray[np.intp]


def number_labels(values: FloatArray) -> Labels:
    """Return labels named by numbers, in ascending order; values: (n_samples,).

    Parameters
    ----------
    values
        Of the samples; each different one is a class.

    Returns
    -------
    Labels
    """
    numbers, codes = np.unique(values, return_inverse=True)
    return Labels(tuple(map(_name, numbers.tolist())), codes)


def are_labels(values: FloatArray, network_task: str, known: Sequence[str] | None) -> bool:
    """Return whether the numbers of a target are class labels; values: (n_samples,).

    0 and 1 always are. For a network that answers with a class so are any two whole numbers, and
    the names by which its classes are `known`. For one with several outputs more whole numbers are
    labels too, if each occurs at least twice on average; otherwise they are more likely
    measurements.

    Parameters
    ----------
    values
        Of the column that may be a class.
    network_task
        That of the network, or None.
    known
        The names of the network's classes, None without any.

    Returns
    -------
    bool
    """
    numbers = np.unique(values)
    if np.array_equal(numbers, [0, 1]):
        return True
    if network_task == "regression" or not np.array_equal(numbers, np.rint(numbers)):
        return False
    known_numbers = as_numbers(known or ())
    if known_numbers and (len(numbers) <= 2 or set(numbers.tolist()) <= set(known_numbers)):
        return True
    most = min(MAX_CLASSES, len(values) // 2) if network_task == "multiclass" else 2
    return len(numbers) == 2 or 2 < len(numbers) <= most


def are_counted(values: FloatArray) -> bool:
    """Return whether a few numbers count from 0 or 1, each twice on average.

    Parameters
    ----------
    values
        (n_samples,).

    Returns
    -------
    bool
    """
    numbers = np.unique(values)
    is_few = 2 <= len(numbers) <= min(MAX_COUNTED, len(values) // 2)
    return is_few and numbers[0] in (0, 1) and bool((np.diff(numbers) == 1).all())


def fitted_task(network_task: str) -> str:
    """Return the task by which to judge numbers when the network may be adapted to them.

    Parameters
    ----------
    network_task
        That of the network, or None.

    Returns
    -------
    str
    """
    return "binary" if network_task == "regression" else network_task


def class_names(labels: Labels, known: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the classes: the `known` ones, in their order, if they cover the labels.

    Otherwise the labels themselves, in alphabetical order, or by size if all are numbers.

    Parameters
    ----------
    labels
        Whether whole numbers name classes; None to find out.
    known
        The names of the network's classes, None without any.

    Returns
    -------
    tuple[str, ...]
    """
    if known is not None and set(labels.names) <= set(_spelled(known)):
        return tuple(known)
    values = as_numbers(labels.names)
    if values is None:
        return tuple(sorted(labels.names))
    return tuple(name for _, name in sorted(zip(values, labels.names, strict=True)))


def class_targets(labels: Labels, classes: Sequence[str], one_hot: bool) -> FloatArray:
    """Return the targets, (n_samples, n_outputs).

    Two classes make one output of 0 and 1; more, or two with one_hot, make an output each.

    Parameters
    ----------
    labels
        Whether whole numbers name classes; None to find out.
    classes
        The names of the classes.
    one_hot
        Whether classes have a column each.

    Returns
    -------
    FloatArray
        (n_samples, n_outputs).
    """
    places = {name: place for place, name in enumerate(_spelled(classes))}
    answers = np.array([places[name] for name in labels.names], np.intp)[labels.codes]
    if len(classes) > 2 or one_hot:
        return np.eye(len(classes))[answers]
    return answers[:, np.newaxis].astype(np.float64)


def as_numbers(names: Sequence[str]) -> list[float] | None:
    """Return the names as numbers, or None if one of them is not a finite number.

    Parameters
    ----------
    names
        Of the classes.

    Returns
    -------
    list[float] | None
    """
    try:
        numbers = [float(name) for name in names]
    except ValueError:
        return None
    # Only Python reads 1_000 as a number.
    is_number = all(map(math.isfinite, numbers)) and not any("_" in name for name in names)
    return numbers if is_number else None


def _name(number: float) -> str:
    return format_number(number, FULL_DIGITS)


def _spelled(names: Sequence[str]) -> Sequence[str]:
    """The names in the spelling of labels: 1.0 becomes 1."""
    values = as_numbers(names)
    return names if values is None else tuple(map(_name, values))
