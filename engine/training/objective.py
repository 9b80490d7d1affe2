"""What training minimises: the loss of the parameters over the samples."""

from __future__ import annotations

from collections.abc import Sequence

from engine.nn.activations import Activation
from engine.nn.losses import n_counted
from engine.nn.targets import has_unset
from engine.training.batches import Samples
from engine.training.parameters import FlatParameters
from engine.training.passes import Passes

NO_TARGETS = "training needs targets: the outputs that the samples should have"

_MAX_NUMBERS = 50_000
"""Sums computed at a time, roughly: as many as stay in the processor's cache."""


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
        self.has_test_loss = test is not None and n_counted(loss_name, test.targets) > 0
        self._parameters = parameters
        self._is_whole = not has_unset(train.targets)
        self._chunk = max(1, _MAX_NUMBERS // sum(block.shape[1] for block in parameters.blocks))
        self._passes: dict[int, Passes] = {}
        self.losses()

    def passes(self, n_samples: int) -> Passes:
        """Return the passes of so many samples at once; they are made once.

        Parameters
        ----------
        n_samples
            How many samples pass at once.

        Returns
        -------
        Passes
        """
        if n_samples not in self._passes:
            self._passes[n_samples] = Passes(
                self._parameters, self.activations, self.loss_name, n_samples, self._is_whole
            )
        return self._passes[n_samples]

    def losses(self) -> tuple[float, float | None]:
        """Return the loss over the training samples, and over the test samples if those count."""
        test = self._mean_loss(self.test) if self.test is not None and self.has_test_loss else None
        return self._mean_loss(self.train), test

    def _mean_loss(self, samples: Samples) -> float:
        """The loss over the samples, some at a time."""
        total, total_count = 0.0, 0
        for inputs, targets in samples.batches(self._chunk):
            passes = self.passes(inputs.shape[-1])
            for x, y in zip(inputs, targets, strict=True):
                if count := n_counted(self.loss_name, y.T):
                    passes.forward(x)
                    total += passes.loss(y) * count
                    total_count += count
        return total / total_count
