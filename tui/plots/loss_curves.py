"""What the Loss view draws: losses thinned to what can be seen, on axes that stand still."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.activations import FloatArray
from engine.numbers import FULL_DIGITS, format_number
from tui.plots.axes import Axis, IntArray, Tick, axis_around, round_up
from tui.training_state import RunRecord

_FEWEST_EPOCHS = 10
_SMALLEST_TOP = 1e-9
_FAR_ABOVE = 10.0
_LOWEST_POWER, _HIGHEST_POWER = -307, 300
_LARGEST_FIXED, _SMALLEST_FIXED = 1e5, 1e-3
_MOST_POWERS_WITH_STEPS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Curves:
    """The losses of a run, NaN where one is not finite.

    train, test: (n_epochs + 1,); test is None without test samples.
    """

    train: FloatArray
    test: FloatArray | None


@lru_cache(maxsize=8)
def curves_of(run: RunRecord) -> Curves:
    """Return the losses of a run as arrays; kept, since earlier runs are drawn again and again."""
    test = None if run.test_losses is None else _finite(run.test_losses)
    return Curves(_finite(run.losses), test)


def ghosts_of(run: RunRecord, runs: Sequence[RunRecord], most: int) -> list[RunRecord]:
    """Return the latest of the earlier runs whose losses can be compared with those of `run`.

    Those are runs on data of the same name with the same loss.
    """
    alike = [
        other
        for other in runs
        if other.data_name == run.data_name and other.settings.loss == run.settings.loss
    ]
    return sorted(alike, key=lambda other: other.number)[-most:]


def epoch_axis(n_epochs: int) -> Axis:
    """Return the axis of the epochs; its end is 10, 20, 50, 100 …, so that it seldom moves."""
    end = round(round_up(max(n_epochs, _FEWEST_EPOCHS)))
    ticks = (Tick(end, f"{end:,} epochs"), Tick(0, "0"), Tick(end // 2, f"{end // 2:,}"))
    return Axis(0, end, ticks)


def loss_axis(own: Sequence[FloatArray], others: Sequence[FloatArray]) -> Axis:
    """Return the axis from 0 to a round number above the losses.

    others: those of earlier runs, which may stand out of it where they are far larger.
    """
    top = max(_largest(own), _SMALLEST_TOP)
    reached = _largest(others)
    return axis_around(0.0, reached if top < reached <= _FAR_ABOVE * top else top)


def power_axis(losses: Sequence[FloatArray]) -> Axis:
    """Return the axis of the logarithms to base 10, from one power of ten to another."""
    lowest = min((float(some.min()) for some in map(_positive, losses) if some.size), default=1.0)
    highest = max((float(some.max()) for some in map(_positive, losses) if some.size), default=1.0)
    low = min(max(math.floor(math.log10(lowest)), _LOWEST_POWER), _HIGHEST_POWER - 1)
    high = max(min(math.ceil(math.log10(highest)), _HIGHEST_POWER), low + 1)
    powers = [low, high, *range(low + 1, high)]
    ticks = [Tick(power, format_number(10.0**power)) for power in powers]
    if high - low <= _MOST_POWERS_WITH_STEPS:
        between = [digit * 10.0**power for power in range(low, high) for digit in (2, 5)]
        ticks += [Tick(math.log10(value), format_number(value)) for value in between]
    return Axis(low, high, tuple(ticks))


def to_powers(losses: FloatArray, axis: Axis) -> FloatArray:
    """Return the logarithms to base 10; a loss of 0 lies at the lower end of the axis."""
    with np.errstate(all="ignore"):
        powers: FloatArray = np.log10(losses)
    return np.where(losses <= 0, axis.low, powers)


def thinned(losses: FloatArray, n_epochs: float, columns: int) -> tuple[FloatArray, FloatArray]:
    """Return the epochs and the losses of a line that looks like that of all of them.

    Of each of `columns` parts of 0 … n_epochs it keeps the least and the largest loss, so that no
    peak is lost; a line of few points is kept as it is.
    """
    shown = losses[: math.floor(n_epochs) + 1]
    if len(shown) <= 2 * columns:
        return np.arange(len(shown), dtype=np.float64), shown
    edges: IntArray = np.ceil(np.arange(columns) * n_epochs / columns).astype(np.intp)
    edges = edges[edges < len(shown)]
    with np.errstate(all="ignore"):
        least, largest = np.fmin.reduceat(shown, edges), np.fmax.reduceat(shown, edges)
    ends = np.append(edges[1:], len(shown)) - 1
    rises = shown[ends] > shown[edges]
    x = np.stack([edges, (edges + ends) / 2], axis=1).ravel()
    y = np.stack([np.where(rises, least, largest), np.where(rises, largest, least)], axis=1).ravel()
    # The line ends at the present loss, where its mark is.
    return np.append(x, len(shown) - 1.0), np.append(y, shown[-1])


def loss_text(loss: float, digits: int) -> str:
    """Return a loss with all its decimals, so that a row of them does not dance as it falls."""
    if digits < FULL_DIGITS and _SMALLEST_FIXED <= abs(loss) < _LARGEST_FIXED:
        return f"{loss:.{digits}f}"
    return format_number(loss, digits)


def _finite(losses: FloatArray) -> FloatArray:
    """The losses, NaN where one is not finite."""
    finite = np.isfinite(losses)
    return losses if finite.all() else np.where(finite, losses, np.nan)


def _positive(losses: FloatArray) -> FloatArray:
    # NaN is not above 0 either.
    return losses[losses > 0]


def _largest(losses: Sequence[FloatArray]) -> float:
    # Unlike max, fmax passes over what is not a number, and does so without a copy.
    found = [float(np.fmax.reduce(some)) for some in losses if some.size]
    return max((value for value in found if not math.isnan(value)), default=0.0)
