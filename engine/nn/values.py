"""What frozen values share: `same_as` compares their content, and `repr` is one line."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

MAX_TEXT_LENGTH = 60


class Value:
    """A frozen value that holds arrays: `==` is identity, `same_as` compares what it holds.

    A dataclass made of it says `eq=False, repr=False`.
    """

    __slots__ = ()

    def same_as(self, other: object) -> bool:
        """Return whether both are of one class and hold the same numbers and names.

        Parameters
        ----------
        other
            What it is compared with.

        Returns
        -------
        bool
            NaN is the same as NaN. What is only kept to save work does not count.
        """
        return same_content(self, other)

    def __repr__(self) -> str:
        """Return the class and the fields that differ from their defaults; no array is dumped."""
        return one_line(self)


def same_content(one: object, other: object) -> bool:
    """Return whether two sessions, networks, layers, arrays … hold the same numbers and names.

    Parameters
    ----------
    one, other
        Anything. Fields that a dataclass does not compare are ignored.

    Returns
    -------
    bool
        NaN is the same as NaN, and 0 the same as -0.
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(same_content, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_content(one[key], other[key]) for key in one)
    if dataclasses.is_dataclass(one):
        return all(
            same_content(getattr(one, field.name), getattr(other, field.name))
            for field in dataclasses.fields(one)
            if field.compare
        )
    return one == other


def one_line(value: Any) -> str:
    """Return a dataclass as one line: its name, and the fields that differ from their defaults.

    Parameters
    ----------
    value
        An instance of a dataclass.

    Returns
    -------
    str
        Such as "SetMatrix(layer_index=0, weights=array of 2×3)".
    """
    shown = [
        f"{field.name}={_shown(getattr(value, field.name))}"
        for field in dataclasses.fields(value)
        if field.repr and not _is_default(getattr(value, field.name), field)
    ]
    return f"{type(value).__name__}({', '.join(shown)})"


def _is_default(value: object, field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING and same_content(value, field.default)


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array of {'×'.join(map(str, value.shape))}"
    if isinstance(value, dict):
        return f"{{{', '.join(map(str, value))}}}"
    if type(value) in (tuple, list) and len(repr(value)) > MAX_TEXT_LENGTH:
        return f"{len(value)} of them"
    if isinstance(value, str) and len(value) > MAX_TEXT_LENGTH:
        value = value[:MAX_TEXT_LENGTH] + "…"
    text = repr(value)
    return text if "\n" not in text else f"{type(value).__name__}(…)"
