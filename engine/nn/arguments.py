"""Arguments of the wrong kind, answered in one sentence.

TypeError: the argument is not the kind of thing the function takes. ValueError: it is, but this one
does not fit; indices that are out of range belong here, too.
"""

from __future__ import annotations

import dataclasses
import math
from types import UnionType
from typing import Any

import numpy as np

MAX_PARAMETERS = 20_000_000
"""More weights and biases than a playground needs: 160 MB."""


def check_n_parameters(count: int) -> None:
    """Raise ValueError when weights and biases are more than MAX_PARAMETERS.

    Parameters
    ----------
    count
        How many there would be.

    Raises
    ------
    ValueError
        Naming both numbers.
    """
    if count > MAX_PARAMETERS:
        raise ValueError(f"{count:,} weights and biases are too many; at most {MAX_PARAMETERS:,}")


def check_type(value: object, kinds: type | UnionType, what: str, hint: str = "") -> None:
    """Raise TypeError when a value is none of the kinds.

    Parameters
    ----------
    value
        An argument.
    kinds
        The class it should be of, or several.
    what
        What the argument is called.
    hint
        What to do instead, as the sentence ends.

    Raises
    ------
    TypeError
        Naming the argument, what was expected and what was given.
    """
    if not isinstance(value, kinds):
        named = kinds.__name__ if isinstance(kinds, type) else str(kinds)
        wanted = " or ".join(name.rpartition(".")[2] for name in named.split(" | "))
        raise TypeError(f"{what}: expected {wanted}, got {described(value)}{hint}")


def check_index(index: int, count: int, what: str) -> None:
    """Raise an error unless an index, from 0, is one of `count`.

    Parameters
    ----------
    index
        From 0. Negative ones do not count from the end.
    count
        How many indices there are.
    what
        What the index is called.

    Raises
    ------
    TypeError
        When it is not a whole number.
    ValueError
        When it is out of range.
    """
    check_whole(index, what)
    if not 0 <= index < count:
        raise ValueError(
            f"{what} {described(index)} does not exist; they count from 0 to {count - 1}"
        )


def check_whole(value: int, what: str) -> None:
    """Raise TypeError unless a value is a whole number of Python or NumPy.

    Parameters
    ----------
    value
        An argument.
    what
        What it is called.

    Raises
    ------
    TypeError
        For anything else, True and False, too.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool):
        raise TypeError(f"{what}: expected a whole number, got {described(value)}")


def check_number(value: float, what: str) -> None:
    """Raise an error unless a value is a finite number.

    Parameters
    ----------
    value
        A number of Python or NumPy.
    what
        What it is called.

    Raises
    ------
    TypeError
        When it is not a number.
    ValueError
        When it is NaN or infinite.
    """
    if not isinstance(value, float | int | np.floating | np.integer) or isinstance(value, bool):
        raise TypeError(f"{what}: expected a number, got {described(value)}")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise ValueError(f"{what}: {described(value)} is not a finite number")


def with_plain_numbers(value: Any) -> None:
    """Turn the NumPy scalars among the fields of a new frozen dataclass into Python's numbers.

    Parameters
    ----------
    value
        The dataclass, in its `__post_init__`.
    """
    for field in dataclasses.fields(value):
        given = getattr(value, field.name)
        if isinstance(given, np.generic):
            object.__setattr__(value, field.name, given.item())


def described(value: object) -> str:
    """Return an argument as a message shows it: short, in one line.

    Parameters
    ----------
    value
        Of any kind and size.

    Returns
    -------
    str
        Its `repr` if that is short, else the name of its class.
    """
    if isinstance(value, str):
        value = value[: _MAX_LENGTH // 2]
    elif isinstance(value, int) and abs(value) >= 10**_MAX_LENGTH:
        return "a number too large"
    text = str(value) if isinstance(value, np.number) else repr(value)
    if len(text) <= _MAX_LENGTH and text.isprintable():
        return text
    return f"a value of class {type(value).__name__}"


_MAX_LENGTH = 60
