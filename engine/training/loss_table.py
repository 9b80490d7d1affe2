"""The losses of a run as an array that grows with it."""

from __future__ import annotations

import math

import numpy as np

from engine.nn.arrays import FloatArray

_MIN_ROWS = 256


def stride_of(n_losses: int, n_epochs: int) -> int:
    """Return how many epochs lie between two of the losses kept of a run, but before the last.

    Parameters
    ----------
    n_losses
        How many losses are kept.
    n_epochs
        How many epochs there were then.

    Returns
    -------
    int
    """
    stride = 1
    while math.ceil(n_epochs / stride) + 1 > n_losses:
        stride *= 2
    return stride


class LossTable:
    """The losses before the first epoch and after each; what it gave out stays as it is.

    Parameters
    ----------
    rows
        (n_losses, 2), those to begin with, training and test; they are copied.
    n_epochs
        After how many epochs the last of them is.
    most
        An even number of rows; beyond so many only every second one stays, again and again, and
        the last. None keeps all.
    """

    def __init__(
        self, rows: FloatArray | None = None, n_epochs: int = -1, most: int | None = None
    ) -> None:
        self._most = most
        self._n_epochs = n_epochs
        self._stride = 1 if rows is None else stride_of(len(rows), n_epochs)
        self._last: FloatArray | None = None
        if rows is not None and n_epochs % self._stride:
            rows, self._last = rows[:-1], rows[-1:]
        self._count = 0 if rows is None else len(rows)
        self._table: FloatArray = np.empty((max(_MIN_ROWS, 2 * self._count), 2))
        if rows is not None:
            self._table[: self._count] = rows

    def append(self, training: float, test: float | None) -> None:
        """Take over the losses after one more epoch; test is None without a test set.

        Parameters
        ----------
        training
            The loss over the training samples.
        test
            That over the test samples, None without any.
        """
        self._n_epochs += 1
        if self._count == self._most:
            self._table = self._table[: self._count : 2].copy()
            self._count = len(self._table)
            self._stride *= 2
        row = np.array([[training, math.nan if test is None else test]])
        if self._n_epochs % self._stride:
            self._last = row
            return
        self._last = None
        if self._count == len(self._table):
            # What was given out is a view of the old array, which nobody writes to any more.
            self._table = np.concatenate([self._table, np.empty_like(self._table)])
        self._table[self._count] = row
        self._count += 1

    def rows(self) -> FloatArray:
        """Return all losses, (n_losses, 2), read-only: training, test (NaN without any)."""
        view = self._table[: self._count]
        if self._last is not None:
            view = np.concatenate([view, self._last])
        view.setflags(write=False)
        return view

    def back_at(self, rows: FloatArray, n_epochs: int) -> LossTable:
        """Return the table as it was when it gave out `rows`, itself where it still is so.

        Parameters
        ----------
        rows
            Such as the table gave out.
        n_epochs
            How many epochs there were then.

        Returns
        -------
        LossTable
        """
        if n_epochs == self._n_epochs and rows.base is self._table and len(rows) == self._count:
            return self
        return LossTable(rows, n_epochs, self._most)
