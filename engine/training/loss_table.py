"""The losses of a run as an array that grows with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.activations import FloatArray

_FEWEST_ROWS = 256


class LossTable:
    """Takes over losses as they come; what it gave out stays as it is."""

    def __init__(self) -> None:
        self._table: FloatArray = np.empty((0, 2))
        self._count = 0

    def rows(self, losses: Sequence[tuple[float, float | None]]) -> FloatArray:
        """Return all losses, (n_losses, 2), read-only: training, test (NaN without any).

        losses: those of the call before, and what came since; only that is copied.
        """
        count = len(losses)
        if count > len(self._table):
            table = np.empty((max(_FEWEST_ROWS, 2 * count), 2))
            table[: self._count] = self._table[: self._count]
            self._table = table
        for row in range(self._count, count):
            train, test = losses[row]
            self._table[row] = train, math.nan if test is None else test
        self._count = count
        view = self._table[:count]
        view.setflags(write=False)
        return view
