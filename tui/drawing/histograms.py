"""Histograms in block characters, and sparklines of one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.nn.arrays import FloatArray
from tui.drawing.axes import Axis, IntArray, axis_around
from tui.drawing.cells import Looks, Part, fitted

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_MIN_BARS = 8
_BARS_FOR_A_VALUE = 3.0


@dataclass(frozen=True, eq=False)
class Histogram:
    """The number of values in each bar along an axis; a bar is `thick` cells wide."""

    axis: Axis
    counts: IntArray
    thick: int

    @classmethod
    def of(cls, values: FloatArray, axis: Axis, columns: int) -> Histogram:
        """Return the histogram of the finite `values` in at most `columns` columns.

        The number of bars follows Rice's rule (twice the cube root of the number of values), half
        as many again, but at least eight if there is room.
        """
        finite = values[np.isfinite(values)]
        wanted = max(_MIN_BARS, round(_BARS_FOR_A_VALUE * finite.size ** (1 / 3)))
        thick = max(1, columns // wanted)
        return cls(axis, counted(finite, axis, max(1, columns // thick)), thick)

    @property
    def columns(self) -> int:
        """The width in cells."""
        return len(self.counts) * self.thick

    @property
    def highest_share(self) -> float:
        """The share of the values in the highest bar; 0 without values."""
        total = int(self.counts.sum())
        return int(self.counts.max()) / total if total else 0.0

    def rows(self, height: int, style: Looks) -> list[list[Part]]:
        """Return the bars in `height` rows, with one colour below 0 and another above."""
        texts = block_rows(self.counts, height, self.thick)
        below = sum(edge < 0 for edge in self._middles()) * self.thick
        return [[(text[:below], style.negative), (text[below:], style.positive)] for text in texts]

    def labels(self) -> str:
        """Return the row of axis labels, as wide as the bars."""
        columns = self.columns
        cells = [" "] * columns
        for tick in self.axis.readable_across(columns).ticks:
            size = len(tick.label)
            middle = self.axis.cell(tick.position, columns)
            start = max(0, min(middle - (size - 1) // 2, columns - size))
            if size <= columns:
                cells[start : start + size] = tick.label
        return "".join(cells)

    def _middles(self) -> list[float]:
        """The value in the middle of each bar."""
        count = len(self.counts)
        low, high = self.axis.low, self.axis.high
        shares = [(place + 0.5) / count for place in range(count)]
        return [low * (1 - share) + high * share for share in shares]


def axis_of(values: FloatArray, limits: tuple[float, float]) -> Axis:
    """Return the axis over `limits` if both are finite, else one that holds all finite `values`."""
    if all(np.isfinite(limits)):
        return axis_around(*limits)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return axis_around(0.0, 0.0)
    return axis_around(float(finite.min()), float(finite.max()))


def counted(values: FloatArray, axis: Axis, count: int) -> IntArray:
    """Return the number of finite `values` in each of `count` equal parts of the axis."""
    return np.bincount(axis.cells(values[np.isfinite(values)], count), minlength=count)


def block_rows(counts: IntArray, height: int, thick: int = 1) -> list[str]:
    """Return bars for the counts in `height` rows; the largest fills them all.

    Only a count of 0 is invisible.
    """
    most = max(int(counts.max(initial=0)), 1)
    eighths = np.maximum(np.rint(counts / most * height * 8).astype(int), counts > 0)
    rows = []
    for row in range(height - 1, -1, -1):
        parts: Sequence[int] = np.clip(eighths - 8 * row, 0, 8).tolist()
        rows.append("".join(_EIGHTHS[part] * thick for part in parts))
    return rows


def sparkline(values: FloatArray, axis: Axis, width: int) -> str:
    """Return a histogram of one row of exactly `width` cells."""
    return fitted(block_rows(counted(values, axis, width), 1)[0], width) if width > 0 else ""
