"""Numbers and names in columns, for reading."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from engine.network import Network
from tui.terminal import shortened

_GAP = "  "
_LONGEST_HEADING = 16


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return "1 weight" or "12 weights"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def sizes_text(network: Network) -> str:
    """Return the sizes as "3→3→1"."""
    return "→".join(map(str, network.sizes))


def summary(network: Network) -> str:
    """Return "3→3→1 · 12 weights + 4 biases"."""
    weights = counted(network.n_weights, "weight")
    return f"{sizes_text(network)} · {weights} + {counted(network.n_biases, 'bias', 'biases')}"


def listed(texts: Sequence[str], count: int, available: int) -> str:
    """Return the texts with commas between, no more of them than fit in `available` columns.

    texts: the first ones of `count`, which may be many more than could fit.
    """
    line = texts[0]
    for place, text in enumerate(texts[1:], start=1):
        rest = count - place
        after = f", {_more(rest - 1)}" if rest > 1 else ""
        if display_width(line) + len(", ") + display_width(text) + len(after) > available:
            return f"{line}, {_more(rest)}"
        line += f", {text}"
    return line


def columns(
    headings: Sequence[str], texts_of: Callable[[int], Iterable[str]], available: int
) -> list[str]:
    """Return lines of equal columns, the headings first, decimal points below each other.

    texts_of: gives the texts of the column at a place, from 0; asked only for those that are
    shown. Columns that `available` has no room for are left out; the first line says how many.
    """
    shown: list[list[str]] = []
    room = available
    for place, heading in enumerate(headings):
        column = _column(shortened(heading, _LONGEST_HEADING), texts_of(place))
        room -= display_width(column[0]) + len(_GAP)
        rest = len(headings) - place - 1
        if shown and room < (len(_more(rest)) if rest else 0):
            break
        shown.append(column)
    lines = [_GAP.join(cells) for cells in zip(*shown, strict=True)]
    left_out = len(headings) - len(shown)
    if left_out:
        lines[0] += _GAP + _more(left_out)
    return [line.rstrip() for line in lines]


def _more(count: int) -> str:
    return f"… {count} more"


def _column(heading: str, texts: Iterable[str]) -> list[str]:
    """The heading and the numbers, all as wide as the widest, aligned at the decimal point."""
    halves = [_halves(text) for text in texts]
    before = max((len(whole) for whole, _ in halves), default=0)
    after = max((len(rest) for _, rest in halves), default=0)
    cells = [f"{whole:>{before}}{rest:<{after}}" for whole, rest in halves]
    width = max(before + after, display_width(heading))
    # A heading stands above the whole numbers, at the right, as numbers do.
    return [_right(heading, width), *(_right(cell, width) for cell in cells)]


def _halves(text: str) -> tuple[str, str]:
    if "e" in text:
        return text, ""
    whole, point, rest = text.partition(".")
    return whole, point + rest


def _right(text: str, width: int) -> str:
    return " " * (width - display_width(text)) + text


def display_width(text: str) -> int:
    """How many columns `text` takes on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
        if not unicodedata.combining(character)
    )
