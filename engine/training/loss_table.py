"""The losses of a run as an array that grows with it."""

from __future__ import annotations

import math

import numpy as np

from engine.activations import FloatArray

_FEWEST_ROWS = 256


class LossTable:
    """The losses before the first epoch and after each; what it gave out stays as it is.

    rows: those to begin with, (n_losses, 2), training and test; they are copied.
    """

    def __init__(self, rows: FloatArray | None = None) -> None:
        self._count = 0 if rows is None else len(rows)
        self._table: FloatArray = np.empty((max(_FEWEST_ROWS, 2 * self._count), 2))
        if rows is not None:
            self._table[: self._count] = rows

    def append(self, training: float, test: float | None) -> None:
        """Take over the losses after one more epoch; test is None without a test set."""
        if self._count == len(self._table):
            # What was given out is a view of the old array, which nobody writes to any more.
            self._table = np.concatenate([self._table, np.empty_like(self._table)])
        self._table[self._count] = training, math.nan if test is None else test
        self._count += 1

    def rows(self) -> FloatArray:
        """Return all losses, (n_losses, 2), read-only: training, test (NaN without any)."""
        view = self._table[: self._count]
        view.setflags(write=False)
        return view
