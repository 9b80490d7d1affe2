"""Checks the values of a TOML file: strings, numbers and rows of them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Collection
from itertools import chain
from typing import Any, TypeGuard

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.targets import UNSET, UNSET_TEXT
from engine.text import nearest, printable

MAX_TITLE_LENGTH = 200
MAX_NOTE_LENGTH = 10_000
MAX_NAME_LENGTH = 80
MAX_QUOTE_LENGTH = 60


def checked_text(value: object, place: str, most: int, keep: str = "") -> str:
    """Return a string without control characters, except for those in `keep`.

    Parameters
    ----------
    value
        As the file has it, of any kind.
    place
        How a message names where it is.
    most
        How many characters at most.
    keep
        Characters that stay.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        Naming the place, if it is not a string or has more than `most` characters.
    """
    if not isinstance(value, str):
        raise ValueError(f"{place}: expected a text in quotes, got {kind_of(value)}")
    text = printable(value, keep)
    if len(text) > most:
        raise ValueError(f"{place}: {len(text):,} characters, at most {most:,} are allowed")
    return text


def is_plain(name: str) -> bool:
    """Return whether a name from another file can be kept in TOML to the letter.

    Parameters
    ----------
    name
        Such as that of a tensor.

    Returns
    -------
    bool
    """
    return len(name) <= MAX_TITLE_LENGTH and printable(name) == name


def texts(value: object, place: str, most: int) -> tuple[str, ...]:
    """Return a list of strings, each checked by `checked_text`.

    Parameters
    ----------
    value
        As the file has it, of any kind.
    place
        How a message names where it is.
    most
        How many characters at most in each.

    Returns
    -------
    tuple[str, ...]

    Raises
    ------
    ValueError
        Otherwise.
    """
    if type(value) is not list:
        raise ValueError(f"{place}: expected texts in brackets, got {kind_of(value)}")
    return tuple(checked_text(text, f"{place}[{k}]", most) for k, text in enumerate(value, 1))


def check_keys(table: dict[str, Any], known: Collection[str], place: str) -> None:
    """Raise ValueError, with the nearest known key, for an unknown one.

    Parameters
    ----------
    table
        A table of the file.
    known
        The keys that the table may have.
    place
        How a message names where it is.
    """
    for key in table:
        if key not in known:
            quoted = repr(printable(key)[:MAX_QUOTE_LENGTH])
            raise ValueError(f"{place}unknown key {quoted}; {nearest(key, known)}")


def matrix(value: object, place: str) -> FloatArray:
    """Return rows of finite numbers, all of the same length, as (n_rows, n_columns).

    An array is returned unchanged.

    Parameters
    ----------
    value
        As the file has it, of any kind.
    place
        How a message names where it is.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        Naming the place.
    """
    if isinstance(value, np.ndarray):
        return value
    if type(value) is not list:
        raise ValueError(f"{place}: expected rows of numbers, got {kind_of(value)}")
    if not value:
        raise ValueError(f"{place}: expected at least one row of numbers")
    if set(map(type, value)) != {list}:
        row = next(k for k, row in enumerate(value) if type(row) is not list)
        raise ValueError(
            f"{place}[{row + 1}]: expected a row of numbers such as [1.0, 2.0], "
            f"got {kind_of(value[row])}"
        )
    n_columns = len(value[0])
    if not n_columns:
        raise ValueError(f"{place}[1]: expected at least one number")
    if set(map(len, value)) != {n_columns}:
        row = next(k for k, row in enumerate(value) if len(row) != n_columns)
        raise ValueError(
            f"{place}[{row + 1}]: {counted(len(value[row]))}, "
            f"expected {n_columns} as in the row before"
        )
    flat = _numbers(
        list(chain.from_iterable(value)),
        lambda k: f"{place}[{k // n_columns + 1}][{k % n_columns + 1}]",
    )
    return flat.reshape(len(value), n_columns)


def targets_matrix(value: object, place: str, n_outputs: int) -> FloatArray:
    """Return rows of targets as `matrix` does, with NaN for unset ones.

    A row [] means that none of the sample's targets is set, the string "-" a single unset one.

    Parameters
    ----------
    value
        As the file has it, of any kind.
    place
        How a message names where it is.
    n_outputs
        How many outputs.

    Returns
    -------
    FloatArray
    """
    if type(value) is not list or any(type(row) is not list for row in value):
        return matrix(value, place)
    if all(row and UNSET_TEXT not in row for row in value):
        return matrix(value, place)
    width = next((len(row) for row in value if row), n_outputs)
    rows = [row or [UNSET_TEXT] * width for row in value]
    filled = [[0.0 if number == UNSET_TEXT else number for number in row] for row in rows]
    targets = matrix(filled, place).copy()
    targets[[[number == UNSET_TEXT for number in row] for row in rows]] = UNSET
    return targets


def vector(value: object, place: str) -> FloatArray:
    """Return finite numbers as (n,), as `matrix` does.

    Parameters
    ----------
    value
        As the file has it, of any kind.
    place
        How a message names where it is.

    Returns
    -------
    FloatArray
    """
    if isinstance(value, np.ndarray):
        return value
    if type(value) is not list:
        raise ValueError(f"{place}: expected numbers in brackets, got {kind_of(value)}")
    return _numbers(value, lambda k: f"{place}[{k + 1}]")


def _numbers(values: list[Any], place_of: Callable[[int], str]) -> FloatArray:
    """The values as finite float64, checked in bulk; one by one only to locate an error."""
    # NumPy would accept booleans and strings of digits as numbers.
    if set(map(type, values)) <= {int, float}:
        with contextlib.suppress(OverflowError):
            array = np.array(values, dtype=np.float64)
            if np.isfinite(array).all():
                return array
    index = next(k for k, value in enumerate(values) if not is_number(value))
    raise not_a_number(values[index], place_of(index))


def is_number(value: object) -> TypeGuard[float]:
    """Return whether it is a finite number that a float64 can hold, and not a boolean.

    Parameters
    ----------
    value
        As the file has it, of any kind.

    Returns
    -------
    bool
    """
    try:
        return isinstance(value, int | float) and type(value) is not bool and math.isfinite(value)
    except OverflowError:
        return False


def not_a_number(value: object, place: str) -> ValueError:
    """Return the error for a value that is not such a number.

    Parameters
    ----------
    value
        As the file has it, of any kind.
    place
        How a message names where it is.

    Returns
    -------
    ValueError
    """
    if type(value) in (int, float):
        return ValueError(f"{place}: expected a finite number that a float64 can hold")
    return ValueError(f"{place}: expected a number, got {kind_of(value)}")


def counted(count: int) -> str:
    """Return "1 number", "2 numbers" …

    Parameters
    ----------
    count
        How many there are.

    Returns
    -------
    str
    """
    return f"{count} number{'s' * (count != 1)}"


def kind_of(value: object) -> str:
    """Describe the kind of the value, such as "a date or time".

    Parameters
    ----------
    value
        As the file has it, of any kind.

    Returns
    -------
    str
    """
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case dict():
            return "a table"
        case _:
            return "a date or time"
