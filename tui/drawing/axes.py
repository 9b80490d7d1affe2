"""Axes whose limits stay put while numbers change, with ticks that do not collide."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.nn.arrays import FloatArray
from engine.text import format_number
from tui.drawing.palette import RGB

IntArray = npt.NDArray[np.intp]

_MAX_FLOAT = sys.float_info.max / 4
_FLAT = 1e-9
_MIN_SPAN = 1e-12
_ROWS_WITH_GAPS = 5
_GAP_BETWEEN_LABELS = 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled position on an axis, with a colour if it marks something special."""

    position: float
    label: str
    color: RGB | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """The range of one axis; if the labels of two ticks collide, the earlier one stays."""

    low: float
    high: float
    ticks: tuple[Tick, ...] = ()

    def unit(self, values: FloatArray) -> FloatArray:
        """Return the positions of the values: 0 at the lower limit, 1 at the upper one."""
        with np.errstate(all="ignore"):
            half = values / 2 - self.low / 2
            place: FloatArray = half / (self.high / 2 - self.low / 2)
        return place

    def cell(self, value: float, count: int, down: bool = False) -> int:
        """Return which of `count` cells contains the value, or is nearest to it.

        The limits are the outer edges of the outer cells. `down` counts from the upper limit, as
        rows do. Raises ValueError for NaN.
        """
        place = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        place = min(max(1 - place if down else place, 0.0), 1.0)
        return min(math.floor(place * count), count - 1)

    def cells(self, values: FloatArray, count: int, down: bool = False) -> IntArray:
        """Return `cell` for many values; NaN counts as cell 0."""
        places = self.unit(values)
        places = np.nan_to_num(np.clip(1 - places if down else places, 0, 1))
        return np.minimum(np.floor(places * count).astype(np.intp), count - 1)

    def holds(self, value: float) -> bool:
        """Whether the value lies within the limits."""
        return self.low <= value <= self.high

    def readable_down(self, rows: int) -> Axis:
        """Return the vertical axis without ticks that share one of `rows` cells.

        If there is enough room, ticks in adjacent cells count as too close as well.
        """
        gap = 2 if rows > _ROWS_WITH_GAPS else 1
        return self._without_overlaps(
            [(self.cell(tick.position, rows, down=True),) * 2 for tick in self.ticks], gap
        )

    def readable_across(self, columns: int) -> Axis:
        """Return the horizontal axis without labels that would touch within `columns` cells.

        A label is centred below its tick, but kept within the ends of the axis.
        """
        spans = []
        for tick in self.ticks:
            size = len(tick.label)
            middle = self.cell(tick.position, columns)
            start = max(0, min(middle - (size - 1) // 2, columns - size))
            spans.append((start, start + size - 1))
        return self._without_overlaps(spans, _GAP_BETWEEN_LABELS)

    def _without_overlaps(self, spans: Sequence[tuple[int, int]], gap: int) -> Axis:
        """The axis with only those ticks that are `gap` or more cells apart."""
        kept: list[int] = []
        for place, (start, end) in enumerate(spans):
            if all(
                start - spans[other][1] >= gap or spans[other][0] - end >= gap for other in kept
            ):
                kept.append(place)
        return replace(self, ticks=tuple(self.ticks[place] for place in kept))


def doubled(first: float, size: float) -> float:
    """Return the least of first, 2·first, 4·first … that is not below `size`."""
    if not size > first:
        return first
    steps = math.ceil(math.log2(min(size, _MAX_FLOAT)) - math.log2(first))
    return min(math.ldexp(first, steps), _MAX_FLOAT)


def round_up(size: float, steps: Sequence[float] = (1, 2, 5, 10)) -> float:
    """Return the least of `steps`, times a power of ten, that is not below `size` > 0.

    The last of the steps is 10.
    """
    power = 10.0 ** math.floor(math.log10(min(size, _MAX_FLOAT)))
    wanted = size * (1 - _FLAT)
    return next((power * step for step in steps if power * step >= wanted), power * steps[-1])


def symmetrical_axis(radius: float, present: Tick | None = None) -> Axis:
    """Return the axis from -radius to radius with ticks at both ends and 0.

    The tick of a present value takes precedence over them, unless it lies beyond the axis.
    """
    text = format_number(radius)
    ends = (Tick(-radius, f"-{text}"), Tick(radius, text), Tick(0.0, "0"))
    if present is None or not -radius <= present.position <= radius:
        return Axis(-radius, radius, ends)
    return Axis(-radius, radius, (present, *ends))


def axis_around(low: float, high: float, parts: int = 4) -> Axis:
    """Return an axis between round numbers that contains `low` and `high`.

    The round numbers are at least a `parts`-th of the span apart, and the axis changes only when a
    value crosses one. If `low` is nearly `high`, it shows enough around them for a flat line to
    look flat.
    """
    low, high = (max(-_MAX_FLOAT, min(limit, _MAX_FLOAT)) for limit in (low, high))
    size = max(abs(low), abs(high))
    if high - low <= max(_FLAT * size, _MIN_SPAN):
        margin = max(size, 1.0) / 2
        low, high = low - margin, high + margin
    step = round_up((high - low) / parts)
    first, last = math.floor(low / step + _FLAT), math.ceil(high / step - _FLAT)
    decimals = -math.floor(math.log10(step))
    # Large ticks have an exponent, and all but one of the digits before it are decimals.
    largest = max(abs(first), abs(last)) * step
    digits = max(4, decimals, math.floor(math.log10(largest)) + decimals + 1)
    multiples = range(first, last + 1)
    by_rank = sorted(multiples, key=lambda multiple: (multiple != 0, multiple not in (first, last)))
    ticks = (Tick(multiple * step, format_number(multiple * step, digits)) for multiple in by_rank)
    return Axis(first * step, last * step, tuple(ticks))
