"""Whether two values have the same content."""

from __future__ import annotations

import dataclasses

import numpy as np


def same_content(one: object, other: object) -> bool:
    """Return whether two sessions, networks, layers, arrays … hold the same numbers and names.

    Fields that a dataclass does not compare are ignored; NaN is the same as NaN.
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same_content, one, other))
    if dataclasses.is_dataclass(one):
        return all(
            same_content(getattr(one, field.name), getattr(other, field.name))
            for field in dataclasses.fields(one)
            if field.compare
        )
    return one == other
