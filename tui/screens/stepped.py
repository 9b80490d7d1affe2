"""Lines to type in whose likely values the arrows go through."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.arithmetic import evaluate
from tui.screens.dialog import Entry
from tui.screens.fields import SeedEntry

ALL = "all"
"""What stands in such a line for a number larger than any other."""

_ARROWS: list[BindingType] = [
    Binding("up", "step(1)", "More", show=False),
    Binding("down", "step(-1)", "Less", show=False),
]


class SteppedEntry(Entry):
    """A line for a number; up and down go to the next larger and smaller likely one.

    likely: texts of numbers in order; the last may be ALL.
    """

    BINDINGS: ClassVar[list[BindingType]] = _ARROWS

    def __init__(self, value: str, likely: Sequence[str], *, id: str) -> None:
        super().__init__(value, id=id)
        self.likely = likely

    def action_step(self, by: int) -> None:
        self.value = self._next(by)
        self.select_all()

    def _next(self, by: int) -> str:
        try:
            present = _number(self.value)
        except ValueError:
            return self.likely[0]
        beyond = [one for one in self.likely if (_number(one) - present) * by > 0]
        if not beyond:
            return self.likely[-1] if by > 0 else self.likely[0]
        return beyond[0] if by > 0 else beyond[-1]


class SteppedSeed(SeedEntry):
    """A line for a seed; up and down go to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = _ARROWS

    def action_step(self, by: int) -> None:
        try:
            self.value = str(max(0, self.seed + by))
        except ValueError:
            self.value = "0"
        self.select_all()


def _number(text: str) -> float:
    return math.inf if text.strip() == ALL else evaluate(text)
