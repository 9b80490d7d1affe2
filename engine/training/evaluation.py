"""The loss over a whole set of samples, computed in preallocated arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.activations import Activation, FloatArray
from engine.losses import loss, n_counted
from engine.targets import has_unset
from engine.training.flat_parameters import FlatParameters
from engine.training.in_place import run_calls
from engine.training.passes import DIFFERENCES, ForwardPass

_MOST_NUMBERS = 50_000
"""About so many sums are computed at a time: as many as stay in the processor's cache."""


class MeanLoss:
    """The loss of the present parameters over `table`, in chunks of bounded size.

    table: (n_samples, n_features + 1 + n_outputs), the inputs, a 1, the targets, NaN where one is
    not set; some have to count for the loss.
    """

    def __init__(
        self,
        parameters: FlatParameters,
        activations: Sequence[Activation],
        loss_name: str,
        table: FloatArray,
    ) -> None:
        self._table = table
        self._loss_name = loss_name
        self._last_activation = activations[-1]
        n_neurons = sum(len(block) for block in parameters.blocks)
        n_outputs = len(parameters.blocks[-1])
        self._targets = table[:, -n_outputs:]
        self._is_whole = not has_unset(self._targets)
        self._chunk = min(len(table), max(1, _MOST_NUMBERS // n_neurons))
        rest = len(table) % self._chunk
        self._passes = {
            n_samples: ForwardPass(parameters, activations, n_samples)
            for n_samples in (self._chunk, rest)
            if n_samples
        }
        if self._chunk == len(table):
            np.copyto(self._passes[len(table)].samples, table)

    def value(self) -> float:
        """Return the loss; it may be inf or NaN. Raises ValueError as `engine.losses.loss` does."""
        n_samples = len(self._table)
        if self._chunk == n_samples:
            return self._loss_of(self._passes[n_samples])
        total, total_count = 0.0, 0
        for start in range(0, n_samples, self._chunk):
            chunk = self._table[start : start + self._chunk]
            count = len(chunk)
            if not self._is_whole:
                count = n_counted(self._loss_name, self._targets[start : start + self._chunk])
            if count:
                np.copyto(self._passes[len(chunk)].samples, chunk)
                total += self._loss_of(self._passes[len(chunk)]) * count
                total_count += count
        return total / total_count

    def _loss_of(self, forward: ForwardPass) -> float:
        run_calls(forward.calls)
        last = forward.layers[-1]
        if self._is_whole and self._loss_name in DIFFERENCES:
            # The same as below, without its checks, which would double the time of small sets.
            difference = last.outs - forward.targets.T
            count = (
                2 * len(forward.samples) if self._loss_name == "squared_error" else last.outs.size
            )
            return float(np.vdot(difference, difference)) / count
        return loss(self._loss_name, last.z.T, last.outs.T, forward.targets, self._last_activation)
