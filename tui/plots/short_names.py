"""Names cut to so many cells, and so that they can still be told from one another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from rich.cells import cell_len, set_cell_size

from tui.plots.cells import cut

_BETWEEN_WORDS = re.compile(r"[\s_.\-]+")
_UNIT = re.compile(r"\s*\([^()]*\)$")
_FEWEST_LETTERS = 2


@lru_cache(maxsize=64)
def told_apart(names: tuple[str, ...], width: int) -> tuple[str, ...] | None:
    """Return the names in at most `width` cells, different ones still different; None if none are.

    The longer ones lose their end ("petal le…"), or every word of them does ("pet len"), or they
    lose their middle ("feat…17"): the first of these that leaves no two alike.
    """
    if all(cell_len(name) <= width for name in names):
        return names
    n_different = len(set(names))
    for shortened in _ways(width):
        short = tuple(name if cell_len(name) <= width else shortened(name) for name in names)
        if len(set(short)) == n_different and all(0 < cell_len(name) <= width for name in short):
            return short
    return None


def _ways(width: int) -> Iterator[Callable[[str], str]]:
    yield lambda name: cut(name, width)
    yield lambda name: _words(name, width)
    for tail in range(1, width - 1):
        yield partial(_middle_left_out, width=width, tail=tail)


def _words(name: str, width: int) -> str:
    """The beginning of each word, without a unit in brackets behind them."""
    words = _BETWEEN_WORDS.split(_UNIT.sub("", name))
    share = (width - len(words) + 1) // len(words)
    if share < _FEWEST_LETTERS:
        return cut(name, width)
    return " ".join(
        word if cell_len(word) <= share else set_cell_size(word, share).rstrip() for word in words
    )


def _middle_left_out(name: str, width: int, tail: int) -> str:
    head = set_cell_size(name, width - tail - 1).rstrip()
    return f"{head}…{name[-tail:]}"
