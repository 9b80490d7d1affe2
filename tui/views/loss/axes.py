"""The axes of the Loss view, which rarely change, and losses thinned to what they show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.nn.arrays import FloatArray
from engine.text import FULL_DIGITS, format_number
from tui.drawing.axes import Axis, IntArray, Tick, axis_around, round_up
from tui.state.run_record import RunRecord

_FILLED = 0.7
"""The share of an axis that losses or epochs should fill, so that little of it stays empty."""
_ROUND_ENDS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_FINER_PARTS = 6
_MIN_TOP = 1e-9
_FAR_ABOVE = 10.0
_FEW_LOSSES = 3
_TOWERS_ABOVE = 3.0
"""A first loss that is so many times those after it would leave them a third of the height."""
_MIN_LOSS, _MAX_LOSS = 1e-307, 1e300
_ENDS_OF_POWERS = ((1,), (1, 2, 5), _ROUND_ENDS[:-1])
"""The multiples of a power of ten at which an axis may end: as few as fill it."""
_MAX_FIXED, _MIN_FIXED = 1e5, 1e-3
_MAX_POWERS_WITH_STEPS, _MAX_POWERS_WITH_DIGITS = 2, 0.5
_SAME_PLACE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Curves:
    """The losses of a run, with NaN for a loss that is not finite.

    train, test: as in RunRecord, every `stride` epochs; test is None without test samples.
    """

    train: FloatArray
    test: FloatArray | None
    stride: int


@lru_cache(maxsize=8)
def curves_of(run: RunRecord) -> Curves:
    """Return the losses of a run; cached, since earlier runs are drawn again and again."""
    test = None if run.test_losses is None else _finite(run.test_losses)
    return Curves(_finite(run.losses), test, run.stride)


def ghosts_of(run: RunRecord, runs: Sequence[RunRecord], most: int) -> list[RunRecord]:
    """Return the latest earlier runs whose losses are comparable with those of `run`.

    These have data of the same name and the same loss.
    """
    alike = [
        other
        for other in runs
        if other.data_name == run.data_name and other.settings.loss == run.settings.loss
    ]
    return sorted(alike, key=lambda other: other.number)[-most:]


def epoch_axis(n_epochs: int) -> Axis:
    """Return the axis of the epochs; its end is a round number not far above them."""
    end = round(round_up(max(n_epochs, 1), _ROUND_ENDS))
    middle = end // 2 if end % 2 == 0 else end // 5 * 2
    ticks = (
        Tick(end, f"{end:,} epoch{'s' * (end > 1)}"),
        Tick(0, "0"),
        Tick(middle, f"{middle:,}"),
    )
    return Axis(0, end, ticks)


def loss_axis(own: Sequence[FloatArray], others: Sequence[FloatArray]) -> Axis:
    """Return the axis from 0 to a round number above the losses.

    own: losses of the present run; the first of each may exceed the axis if it is far larger than
    all that follow. others: the losses of earlier runs, of which the same is true.
    """
    top = max(_largest(own), _MIN_TOP)
    later = _largest([losses[1:] for losses in own])
    if top > _TOWERS_ABOVE * later > 0 and all(len(losses) > _FEW_LOSSES for losses in own):
        top = max(later, _MIN_TOP)
    reached = _largest(others)
    if top < reached <= _FAR_ABOVE * top:
        top = reached
    axis = axis_around(0.0, top)
    return axis if top >= _FILLED * axis.high else axis_around(0.0, top, _FINER_PARTS)


def power_axis(losses: Sequence[FloatArray]) -> Axis:
    """Return the axis of the base-10 logarithms.

    It ends at powers of ten, or if much would stay empty at two or five times one, and failing that
    at any round number times one.
    """
    lowest = min((float(some.min()) for some in map(_positive, losses) if some.size), default=1.0)
    highest = max((float(some.max()) for some in map(_positive, losses) if some.size), default=1.0)
    least, largest = (
        math.log10(min(max(loss, _MIN_LOSS), _MAX_LOSS)) for loss in (lowest, highest)
    )
    for ends in _ENDS_OF_POWERS:
        low, high = _ends_of_powers(least, largest, ends)
        if largest - least >= _FILLED * (high - low):
            break
    span = high - low
    steps: tuple[int, ...] = ()
    if span <= _MAX_POWERS_WITH_DIGITS:
        steps = (5, 2, 3, 4, 6, 7, 8, 9)
    elif span <= _MAX_POWERS_WITH_STEPS:
        steps = (2, 5)
    powers = range(math.floor(low), math.ceil(high) + 1)
    between = [power + math.log10(digit) for digit in (1, *steps) for power in powers]
    inside = [place for place in between if low + _SAME_PLACE < place < high - _SAME_PLACE]
    ticks = (
        Tick(place, format_number(_power(place), FULL_DIGITS)) for place in (low, high, *inside)
    )
    return Axis(low, high, tuple(ticks))


def to_powers(losses: FloatArray, axis: Axis) -> FloatArray:
    """Return the base-10 logarithms; a loss of 0 is put at the lower end of the axis."""
    with np.errstate(all="ignore"):
        powers: FloatArray = np.log10(losses)
    return np.where(losses <= 0, axis.low, powers)


def thinned(
    losses: FloatArray, n_epochs: float, columns: int, stride: int = 1
) -> tuple[FloatArray, FloatArray]:
    """Return the epochs and losses of a line that looks the same with fewer points.

    The line keeps the least and the largest loss in each of `columns` parts of 0 … n_epochs, so
    that no peak is lost; a line of few points stays as it is. stride: how many epochs lie between
    two losses.
    """
    n_parts = n_epochs / stride
    shown = losses[: math.floor(n_parts) + 1]
    if len(shown) <= 2 * columns:
        return stride * np.arange(len(shown), dtype=np.float64), shown
    edges: IntArray = np.ceil(np.arange(columns) * n_parts / columns).astype(np.intp)
    edges = edges[edges < len(shown)]
    with np.errstate(all="ignore"):
        least, largest = np.fmin.reduceat(shown, edges), np.fmax.reduceat(shown, edges)
    ends = np.append(edges[1:], len(shown)) - 1
    rises = shown[ends] > shown[edges]
    x = np.stack([edges, (edges + ends) / 2], axis=1).ravel()
    y = np.stack([np.where(rises, least, largest), np.where(rises, largest, least)], axis=1).ravel()
    # The line must end at the present loss, where its mark is.
    return stride * np.append(x, len(shown) - 1.0), np.append(y, shown[-1])


def loss_text(loss: float, digits: int) -> str:
    """Return a loss with trailing zeros, so that the text does not jitter as the loss falls."""
    if digits < FULL_DIGITS and _MIN_FIXED <= abs(loss) < _MAX_FIXED:
        return f"{loss:.{digits}f}"
    return format_number(loss, digits)


def _ends_of_powers(least: float, largest: float, ends: Sequence[float]) -> tuple[float, float]:
    """The nearest logarithms around the two losses, of one of `ends` times a power of ten."""
    powers = range(math.floor(least) - 1, math.ceil(largest) + 2)
    places = sorted(power + math.log10(end) for power in powers for end in ends)
    low = max(place for place in places if place <= least + _SAME_PLACE)
    high = min(place for place in places if place >= largest - _SAME_PLACE and place > low)
    return low, high


def _power(place: float) -> float:
    """Ten to the power of `place`, rounded to the round number it stands for."""
    power = math.floor(place + _SAME_PLACE)
    return float(f"{10 ** (place - power):.1f}e{power}")


def _finite(losses: FloatArray) -> FloatArray:
    """The losses, with NaN for those that are not finite."""
    finite = np.isfinite(losses)
    return losses if finite.all() else np.where(finite, losses, np.nan)


def _positive(losses: FloatArray) -> FloatArray:
    # This drops NaN too.
    return losses[losses > 0]


def _largest(losses: Sequence[FloatArray]) -> float:
    # Unlike max, fmax skips NaN, and does so without a copy.
    found = [float(np.fmax.reduce(some)) for some in losses if some.size]
    return max((value for value in found if not math.isnan(value)), default=0.0)
