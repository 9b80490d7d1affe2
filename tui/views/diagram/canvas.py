"""A canvas of cells, one character and one style each, that turns into strips."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.drawing.braille import DOTS_ACROSS, DOTS_DOWN, BoolArray, braille_rows

_NO_DOTS = "\u2800"


class Canvas:
    """`height` rows of `width` cells, all blank at first."""

    def __init__(self, width: int, height: int, blank: Style) -> None:
        self.width = width
        self.height = height
        self._texts = [[" "] * width for _ in range(height)]
        self._styles = [[blank] * width for _ in range(height)]

    @classmethod
    def of_dots(
        cls, dots: BoolArray, looks: npt.NDArray[np.intp], styles: Sequence[Style]
    ) -> Canvas:
        """Return a braille canvas of the dots, (4·height, 2·width).

        looks: (height, width), the index into `styles` for each cell.
        """
        height, width = dots.shape[0] // DOTS_DOWN, dots.shape[1] // DOTS_ACROSS
        canvas = cls(width, height, styles[0])
        canvas._texts = [list(row.replace(_NO_DOTS, " ")) for row in braille_rows(dots)]
        canvas._styles = [[styles[index] for index in row] for row in looks.tolist()]
        return canvas

    def put(self, column: int, row: int, text: str, style: Style) -> None:
        """Write text starting at a cell, leaving out what lies outside the canvas."""
        if not 0 <= row < self.height:
            return
        size = len(text) if text.isascii() else cell_len(text)
        if column < 0 or column + size > self.width:
            return
        # Text with characters that are not one cell wide is kept together in its first cell.
        cells = list(text) if len(text) == size else [text, *[""] * (size - 1)]
        self._texts[row][column : column + size] = cells
        self._styles[row][column : column + size] = [style] * size

    def put_strip(self, column: int, row: int, strip: Strip) -> None:
        """Write a strip starting at a cell."""
        for part in strip:
            self.put(column, row, part.text, part.style or Style.null())
            column += part.cell_length

    def strips(self) -> list[Strip]:
        """Return the rows as strips, merging neighbouring cells of one style."""
        return [
            Strip(_segments(texts, styles), self.width)
            for texts, styles in zip(self._texts, self._styles, strict=True)
        ]


def _segments(texts: Sequence[str], styles: Sequence[Style]) -> list[Segment]:
    segments = []
    start, present = 0, styles[0]
    for place, style in enumerate(styles):
        if style is not present:
            segments.append(Segment("".join(texts[start:place]), present))
            start, present = place, style
    segments.append(Segment("".join(texts[start:]), present))
    return segments
