"""What training minimises: the loss of the parameters over the samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.losses import n_counted
from engine.nn.targets import has_unset
from engine.training.batches import Samples
from engine.training.buffers import Buffers
from engine.training.flat_parameters import FlatParameters

NO_TARGETS = "training needs targets: the outputs that the samples should have"

_MAX_NUMBERS = 50_000
"""Sums computed at a time, roughly: as many as stay in the processor's cache."""


class Chunk(NamedTuple):
    """Some of the samples whose loss is measured.

    Attributes
    ----------
    x
        (n_features + 1, n_samples).
    y
        (n_outputs, n_samples).
    weight
        Over how many samples, or targets, the loss takes its mean.
    buffers
        Those of so many samples.
    """

    x: FloatArray
    y: FloatArray
    weight: int
    buffers: Buffers


class Objective:
    """The loss of the current parameters, and the passes that compute it.

    Parameters
    ----------
    parameters
        Mutable; they are read whenever something is computed.
    activations
        One for each layer.
    loss_name
        A key of `engine.nn.losses.LOSSES`.
    train, test
        The training samples, and those of the test set or None.

    Raises
    ------
    ValueError
        As `engine.nn.losses.loss` does when the loss does not suit, and when no target of `train`
        counts for it.
    """

    def __init__(
        self,
        parameters: FlatParameters,
        activations: Sequence[Activation],
        loss_name: str,
        train: Samples,
        test: Samples | None,
    ) -> None:
        if not n_counted(loss_name, train.targets):
            raise ValueError(NO_TARGETS)
        self.activations = activations
        self.loss_name = loss_name
        self.train = train
        self.test = test
        self._parameters = parameters
        self._is_whole = not has_unset(train.targets)
        self._buffers: dict[int, Buffers] = {}
        size = max(1, _MAX_NUMBERS // sum(block.shape[1] for block in parameters.blocks))
        self._train_chunks = self._chunks(train, size)
        self._test_chunks = self._chunks(test, size) if test is not None else []
        self.has_test_loss = bool(self._test_chunks)
        self.losses()  # raises the errors above

    def buffers(self, n_samples: int) -> Buffers:
        """Return the buffers of so many samples at once; they are made once.

        Parameters
        ----------
        n_samples
            How many samples pass at once.

        Returns
        -------
        Buffers
        """
        if n_samples not in self._buffers:
            self._buffers[n_samples] = Buffers(
                self._parameters, self.activations, self.loss_name, n_samples, self._is_whole
            )
        return self._buffers[n_samples]

    def losses(self) -> tuple[float, float | None]:
        """Return the loss over the training samples, and over the test samples if those count."""
        test = self._mean_loss(self._test_chunks) if self.has_test_loss else None
        return self._mean_loss(self._train_chunks), test

    def _chunks(self, samples: Samples, size: int) -> list[Chunk]:
        """The samples, so many at a time; only chunks in which targets count."""
        return [
            Chunk(x, y, weight, self.buffers(x.shape[1]))
            for inputs, targets in samples.batches(size)
            for x, y in zip(inputs, targets, strict=True)
            if (weight := n_counted(self.loss_name, y.T))
        ]

    def _mean_loss(self, chunks: Sequence[Chunk]) -> float:
        """The loss over the samples, some at a time."""
        total = total_weight = 0.0
        for x, y, weight, buffers in chunks:
            buffers.forward(x)
            total += weight * buffers.loss(y)
            total_weight += weight
        return total / total_weight
