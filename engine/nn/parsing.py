"""Short texts that a person types: sizes, activations, rows of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from engine.nn.activations import Activation, activation
from engine.nn.arguments import check_type

# Looking on to the end of the text would take time that grows with the square of its length; the
# parameters of an activation are shorter than this.
_COMMA_OUTSIDE_BRACKETS = re.compile(r",(?![^()]{0,100}\))")


def parse_sizes(text: str) -> tuple[int, ...]:
    """Return the sizes in "3-3-1": the number of inputs, then of neurons of each layer.

    Parameters
    ----------
    text
        What was typed or read.

    Returns
    -------
    tuple[int, ...]

    Raises
    ------
    ValueError
        For anything else.
    """
    if not re.fullmatch(r"\d{1,9}(-\d{1,9})+", text, re.ASCII):
        raise ValueError(f"{text[:60]!r} is not a list of sizes; expected something like 3-3-1")
    return tuple(int(size) for size in text.split("-"))


def parse_activations(text: str) -> list[Activation]:
    """Return the activations in "relu,leaky_relu(0.2),softmax".

    Parameters
    ----------
    text
        What was typed or read.

    Returns
    -------
    list[Activation]

    Raises
    ------
    ValueError
        Naming the part that is not an activation.
    """
    return [activation(part) for part in _COMMA_OUTSIDE_BRACKETS.split(text)]


def activations_of(given: str | Sequence[Activation | str]) -> list[Activation]:
    """Return a list of activations.

    Parameters
    ----------
    given
        One for each layer: a list of activations or names, or a text such as "relu,sigmoid".

    Returns
    -------
    list of Activation
        In the same order.

    Raises
    ------
    TypeError
        When it is neither a list nor a text.
    ValueError
        When one is not an activation.
    """
    if isinstance(given, str):
        return parse_activations(given)
    check_type(given, list | tuple, "activations", "; a text such as 'relu,sigmoid' will do, too")
    return [activation(each) for each in given]


def parse_row(text: str, what: str) -> list[float]:
    """Return the numbers in "1,2,-0.5"; `what` is named in the ValueError for anything else.

    Parameters
    ----------
    text
        What was typed or read.
    what
        How a message names it.

    Returns
    -------
    list[float]
    """
    row = []
    for place, cell in enumerate(text.split(","), start=1):
        try:
            number = float(cell)
        except ValueError:
            raise ValueError(
                f"{what}: number {place}, {cell.strip()[:40]!r}, is not a number"
            ) from None
        if not math.isfinite(number):
            raise ValueError(f"{what}: number {place}, {cell.strip()[:40]!r}, is not finite")
        row.append(number)
    return row
