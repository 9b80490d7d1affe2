"""Coloured fields with two pixels per cell, and characters laid over them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.drawing.axes import IntArray
from tui.drawing.cells import look
from tui.drawing.palette import RGB

PIXELS_DOWN = 2
"""The height of a cell in pixels; its width is one pixel."""

_UPPER_HALF = "▀"


class Mark(NamedTuple):
    """A character of one cell over the field; without a background the field is behind it."""

    character: str
    colour: RGB
    bold: bool = False
    background: RGB | None = None
    underline: bool = False


Marks = dict[tuple[int, int], Mark]
"""The marks by (column, row)."""


def half_block_strips(pixels: IntArray, colours: Sequence[RGB], marks: Marks) -> list[Strip]:
    """Return the field as strips of cells, with a mark in place of the pixels of its cell.

    pixels: indices into `colours`, (2·height, width). The background of a mark is the lower pixel.
    """
    columns = range(pixels.shape[1])
    strips = []
    for row, (upper, lower) in enumerate(
        zip(pixels[::PIXELS_DOWN].tolist(), pixels[1::PIXELS_DOWN].tolist(), strict=True)
    ):
        segments = []
        marked = [marks.get((column, row)) for column in columns]
        for (above, below, mark), same in groupby(zip(upper, lower, marked, strict=True)):
            if mark is None:
                character, style = _UPPER_HALF, look(colours[above], colours[below])
            else:
                character = mark.character
                style = _look_of(mark, mark.background or colours[below])
            segments.append(Segment(character * len(list(same)), style))
        strips.append(Strip(segments, len(columns)))
    return strips


@lru_cache(maxsize=512)
def _look_of(mark: Mark, background: RGB) -> Style:
    style = look(mark.colour, background, mark.bold)
    return style + Style(underline=True) if mark.underline else style
