"""Decodes the bytes of a tensor to float64."""

from __future__ import annotations

import math

import numpy as np

from engine.nn.arrays import FloatArray, first_not_finite
from engine.text import quoted

_KINDS = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
DTYPE_NAMES = {"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"}
"""The dtypes that are read, and their usual names."""


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as "3 × 4".

    Parameters
    ----------
    shape
        Of any number of dimensions.

    Returns
    -------
    str
    """
    return " × ".join(map(str, shape)) or "one number"


def float64_of(data: memoryview | bytes, kind: str, shape: tuple[int, ...]) -> FloatArray:
    """Return the numbers as float64 in `shape`; kind: a key of DTYPE_NAMES.

    A bfloat16 is the upper half of a float32.

    Parameters
    ----------
    data
        The bytes of the file.
    kind
        A key of DTYPE_NAMES.
    shape
        Which the numbers get.

    Returns
    -------
    FloatArray
    """
    raw = np.frombuffer(data, dtype=_KINDS[kind], count=math.prod(shape))
    if kind == "BF16":
        raw = np.left_shift(raw, 16, dtype=np.uint32).view(np.float32)
    with np.errstate(invalid="ignore"):
        # A signalling NaN would warn here; it is refused right after, with its place.
        return raw.reshape(shape).astype(np.float64)


def checked_finite(values: FloatArray, name: str) -> FloatArray:
    """Return the values, now read-only.

    Parameters
    ----------
    values
        Numbers of any shape.
    name
        Of the tensor, as errors call it.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        At the first NaN or infinity.
    """
    place = first_not_finite(values)
    if place is not None:
        indices = "".join(f"[{index + 1}]" for index in place)
        raise ValueError(f"{quoted(name)}{indices} is {values[place]}, not a finite number")
    values.setflags(write=False)
    return values
