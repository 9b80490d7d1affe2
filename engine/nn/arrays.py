"""Arrays of float64, and the checked, read-only copies that frozen values hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SHAPE_TEXTS = {1: "one number each", 2: "rows of equal length"}

_COLUMN_OR_ROW = "; reshape(-1, 1) makes one column of it, reshape(1, -1) one row"

FloatArray = NDArray[np.float64]


def read_only(values: ArrayLike, name: str, dimensions: int) -> FloatArray:
    """Return `values` as a read-only float64 array that nobody else can write to.

    An array that is already read-only and owns its memory is returned as it is, so that a changed
    session shares what did not change.

    Parameters
    ----------
    values
        Numbers, in an array or in lists.
    name
        What errors call them.
    dimensions
        1 or 2.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        Naming `name`, when the values are not numbers or do not have `dimensions` dimensions.
    """
    if (
        type(values) is np.ndarray
        and values.dtype == np.float64
        and not values.flags.writeable
        and values.base is None
        and values.ndim == dimensions
    ):
        return values
    try:
        array = np.array(floats(values, name), order="C")
    except ValueError:
        raise ValueError(f"{name}: expected {_SHAPE_TEXTS[dimensions]}, of numbers only") from None
    if array.ndim != dimensions:
        raise ValueError(
            f"{name}: expected {dimensions} dimension{'s' * (dimensions > 1)} "
            f"({_SHAPE_TEXTS[dimensions]}), got {array.ndim}"
            + (_COLUMN_OR_ROW if (array.ndim, dimensions) == (1, 2) else "")
        )
    array.setflags(write=False)
    return array


def floats(values: ArrayLike, name: str) -> FloatArray:
    """Return `values` as float64: the array itself if it is one already.

    Parameters
    ----------
    values
        Numbers in any shape.
    name
        What they are, as the error says it.

    Returns
    -------
    FloatArray
        Of the same shape.

    Raises
    ------
    ValueError
        When some are not numbers, or rows differ in length.
    """
    if type(values) is np.ndarray and values.dtype == np.float64:
        return values
    try:
        given = np.asarray(values)
        if not _holds_numbers(given):
            raise TypeError(given.dtype)
        return given.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name}: expected numbers, in rows of equal length") from error


def sample_rows(values: ArrayLike, n_columns: int) -> FloatArray:
    """Return what a layer or a network reads as float64, one row a sample.

    Parameters
    ----------
    values
        (n_samples, n_columns), or (n_columns,) for one sample.
    n_columns
        How many numbers each sample has.

    Returns
    -------
    FloatArray
        (n_samples, n_columns): the array itself if it is one already.

    Raises
    ------
    ValueError
        For another shape, and for what is not a number.
    """
    rows = floats(values, "inputs")
    if rows.ndim == 1:
        rows = rows[np.newaxis]
    if rows.ndim != 2 or rows.shape[1] != n_columns:
        raise ValueError(f"inputs have shape {rows.shape}, expected (n_samples, {n_columns})")
    return rows


def changed_at(
    array: FloatArray, index: int | tuple[int, int], values: float | FloatArray
) -> FloatArray:
    """Return a read-only copy of `array` with `values` put at `index`.

    Parameters
    ----------
    array
        Of one dimension or two.
    index
        Which number or row, from 0; (row, column) for one number of two dimensions.
    values
        What takes that place.

    Returns
    -------
    FloatArray
    """
    changed = array.copy()
    changed[index] = values
    changed.setflags(write=False)
    return changed


def first_not_finite(array: FloatArray) -> tuple[int, ...] | None:
    """Return the index of the first NaN or infinity in `array`, or None when all are finite.

    Parameters
    ----------
    array
        Of any shape.

    Returns
    -------
    tuple[int, ...] | None
    """
    with np.errstate(all="ignore"):
        # A sum of squares is finite only if all numbers are, and it needs no second array.
        flat = array.reshape(-1)
        if np.isfinite(flat @ flat):
            return None
    finite = np.isfinite(array)
    if finite.all():
        return None
    return tuple(int(index) for index in np.argwhere(~finite)[0])


def n_bytes_beyond(value: object, known: object) -> int:
    """Return what the arrays in `value` take that are not in `known` as well.

    Both may be dataclasses, tuples and dictionaries of others; of a part of an array the whole is
    counted, since that stays.

    Parameters
    ----------
    value
        What is held in memory.
    known
        What is held anyway.

    Returns
    -------
    int
    """
    seen: set[int] = set()
    _n_bytes(known, seen)
    return _n_bytes(value, seen)


_WITHOUT_ARRAYS = frozenset((type(None), bool, int, float, str))
"""What most of an edit consists of."""


def _n_bytes(value: object, seen: set[int]) -> int:
    """What the arrays in a value take; seen: the ids of what was passed already."""
    if type(value) in _WITHOUT_ARRAYS or id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        return value.nbytes if value.base is None else _n_bytes(value.base, seen)
    if isinstance(value, tuple):
        return sum([_n_bytes(part, seen) for part in value])
    if isinstance(value, dict):
        return sum([_n_bytes(part, seen) for part in value.values()])
    names = getattr(type(value), "__dataclass_fields__", ())
    return sum([_n_bytes(getattr(value, name), seen) for name in names])


def _holds_numbers(array: np.ndarray[tuple[int, ...], np.dtype[Any]]) -> bool:
    """Whether all values are numbers: NumPy would convert text, booleans and None."""
    if array.dtype == object:  # integers beyond 64 bits
        return all(type(number) in (int, float) for number in array.flat)
    return array.dtype.kind in "iuf" or not array.size
