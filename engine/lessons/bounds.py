"""Bounds: what a number has to be, and how a sentence says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.text import format_given, format_number

BoundKind = Literal["=", ">", ">=", "<", "<=", "to", "same", "changed", "higher", "lower"]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a number has to be.

    Parameters
    ----------
    kind
        "=" with its tolerance in `high`; ">", ">=", "<" or "<="; "to" for both ends; "same",
        "changed", "higher" or "lower" than at the start.
    low
        The number, or the lower end.
    high
        The upper end, or the tolerance.
    """

    kind: BoundKind
    low: float = 0.0
    high: float = 0.0

    @property
    def needs_start(self) -> bool:
        """Whether it compares with the start."""
        return self.kind in ("same", "changed", "higher", "lower")

    def holds(self, value: float, at_start: float | None = None) -> bool:
        """Return whether a number is as wanted; NaN never is.

        Parameters
        ----------
        value
            The number.
        at_start
            The number at the start, where it matters.
        """
        before = np.nan if at_start is None else at_start
        match self.kind:
            case "=":
                return abs(value - self.low) <= self.high + _rounding(self.low)
            case ">":
                return value > self.low
            case ">=":
                return value >= self.low - _rounding(self.low)
            case "<":
                return value < self.low
            case "<=":
                return value <= self.low + _rounding(self.low)
            case "to":
                return self.low <= value <= self.high
            case "same":
                return abs(value - before) <= self.high + _rounding(before)
            case "changed":
                return abs(value - before) > _rounding(before)
            case "higher":
                return value > before + _rounding(before)
            case "lower":
                return value < before - _rounding(before)

    def words(
        self, at_start: float | None = None, write: Callable[[float], str] = format_given
    ) -> str:
        """Return what is wanted: "0.5", "above 0.9", "from 0.4 to 0.6", "higher than 2".

        Parameters
        ----------
        at_start
            The number at the start, where it matters.
        write
            How a number is written.
        """
        low, high = write(self.low), write(self.high)
        before = "at the start" if at_start is None else format_number(at_start)
        match self.kind:
            case "=":
                return low
            case "to":
                return f"from {low} to {high}"
            case "same":
                return f"{before} as at the start"
            case "changed":
                return "another number"
            case "higher" | "lower":
                return f"{self.kind} than {before}"
        return f"{_COMPARISONS[self.kind]} {low}"


_COMPARISONS = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}


def _rounding(value: float) -> float:
    return 1e-12 * (1 + abs(value)) if np.isfinite(value) else 0.0
