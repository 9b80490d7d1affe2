"""The training loop: batch by batch forward, backward, and a step of the optimiser."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.training.batches import Samples
from engine.training.flat_parameters import FlatParameters, IntArray
from engine.training.objective import Objective
from engine.training.optimizers import optimizer_for
from engine.training.settings import TrainingSettings


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """Everything that the steps change; the arrays are read-only.

    Attributes
    ----------
    parameters
        (n_parameters,), in the order of `FlatParameters`.
    state
        (n_state_rows, n_parameters), that of the optimiser.
    n_steps
        How many steps the state has seen.
    """

    parameters: FloatArray
    state: FloatArray
    n_steps: int


class TrainingLoop:
    """The parameters of a network, moved step by step; the caller silences NumPy's warnings.

    Parameters
    ----------
    network
        Where it starts.
    train, test
        The training samples, and those of the test set or None.
    settings
        The optimiser, its rates, and the penalties.
    loss_name
        A key of `engine.nn.losses.LOSSES`.

    Raises
    ------
    ValueError
        As `engine.nn.losses.loss` does when the loss does not suit, and when no target of `train`
        counts for it.
    """

    def __init__(
        self,
        network: Network,
        train: Samples,
        test: Samples | None,
        settings: TrainingSettings,
        loss_name: str,
    ) -> None:
        self.parameters = FlatParameters(network)
        self.frozen: IntArray = np.empty(0, dtype=np.intp)
        self._is_weight = self.parameters.weights_as_ones()
        self._zeros = np.zeros_like(self.parameters.vector)
        self.optimizer = optimizer_for(settings, network.n_parameters)
        self._settings = settings
        activations = [layer.activation for layer in network.layers]
        self.objective = Objective(self.parameters, activations, loss_name, train, test)

    def run(self, order: IntArray | None, start: int, stop: int, batch_size: int) -> None:
        """Train on the samples at the places `start` up to `stop` of an order, in batches.

        Parameters
        ----------
        order
            (n_samples,), None for the given one.
        start, stop
            Places in it.
        batch_size
            Samples in a batch; the last one has what is left.
        """
        w, g = self.parameters.vector, self.parameters.gradient
        has_penalties = self._settings.l1 > 0 or self._settings.l2 > 0
        step = self._step_beside_frozen if self.frozen.size else self.optimizer.step
        for inputs, targets in self.objective.train.rows(start, stop, order).batches(batch_size):
            buffers = self.objective.buffers(inputs.shape[-1])
            for x, y in zip(inputs, targets, strict=True):
                buffers.forward(x)
                buffers.backward(y)
                if has_penalties:
                    self._add_penalties(w, g)
                step(w, g)

    def _add_penalties(self, w: FloatArray, g: FloatArray) -> None:
        """Add the derivative of l2/2·w² + l1·|w| to the gradient, for the weights only.

        Goodfellow, Bengio and Courville, "Deep Learning" (2016), 7.1.
        """
        if self._settings.l2:
            g += self._settings.l2 * self._is_weight * w
        if self._settings.l1:
            g += self._settings.l1 * self._is_weight * np.sign(w)

    def _step_beside_frozen(self, w: FloatArray, g: FloatArray) -> None:
        """Take a step of the optimiser that leaves frozen numbers as they are to the last bit."""
        optimizer, frozen = self.optimizer, self.frozen
        kept = w[frozen], optimizer.state[:, frozen]
        optimizer.step(w, g)
        w[frozen], optimizer.state[:, frozen] = kept

    def set_formulas(self, activations: Sequence[Activation], loss_name: str) -> None:
        """Switch to other activations and another loss.

        Parameters
        ----------
        activations
            One for each layer.
        loss_name
            A key of LOSSES.

        Raises
        ------
        ValueError
            When they do not suit each other or the samples; nothing has changed then.
        """
        now = self.objective
        if (activations, loss_name) != (now.activations, now.loss_name):
            self.objective = Objective(self.parameters, activations, loss_name, now.train, now.test)

    def set_samples(self, train: Samples, test: Samples | None) -> None:
        """Switch to other samples.

        Parameters
        ----------
        train
            Those that the steps follow.
        test
            Those that are only measured; None without any.

        Raises
        ------
        ValueError
            When the loss does not suit them; nothing has changed then.
        """
        now = self.objective
        self.objective = Objective(self.parameters, now.activations, now.loss_name, train, test)

    def set_settings(self, settings: TrainingSettings) -> None:
        """Switch to other settings; the optimiser keeps its state if its rule is the same.

        Parameters
        ----------
        settings
            How to train.
        """
        self.optimizer = optimizer_for(settings, len(self.parameters.vector), self.optimizer)
        self._settings = settings

    def numbers(self) -> Numbers:
        """Return a copy of the current numbers."""
        parameters, state = self.parameters.vector.copy(), self.optimizer.state.copy()
        parameters.setflags(write=False)
        state.setflags(write=False)
        return Numbers(parameters, state, self.optimizer.steps)

    def load(self, numbers: Numbers) -> None:
        """Restore such numbers.

        Parameters
        ----------
        numbers
            Such as `numbers` gave out.
        """
        self.parameters.vector[:] = numbers.parameters
        self.optimizer.state[:] = numbers.state
        self.optimizer.steps = numbers.n_steps

    def first_not_finite(self) -> tuple[int, int] | None:
        """Return layer and neuron of the first parameter that is, or whose state is, not finite."""
        for row in (self.parameters.vector, *self.optimizer.state):
            # 0 times a number is NaN unless the number is finite.
            if math.isnan(self._zeros.dot(row)):
                return self.parameters.neuron_at(int(np.argmin(np.isfinite(row))))
        return None
