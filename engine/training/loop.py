"""The mutable core of training: steps over batches, in preallocated arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.losses import n_counted
from engine.nn.network import Network
from engine.nn.targets import has_unset
from engine.training.optimizers import optimizer_for
from engine.training.parameters import FlatParameters, IntArray
from engine.training.passes import Call, MeanLoss, TrainingPass
from engine.training.settings import TrainingSettings

NO_TARGETS = "training needs targets: the outputs that the samples should have"


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """Everything that the steps change.

    parameters: (n_parameters,), layer by layer each neuron's weights and bias. state:
    (n_state_rows, n_parameters), that of the optimiser after n_steps steps. Both are read-only.
    """

    parameters: FloatArray
    state: FloatArray
    n_steps: int


class TrainingLoop:
    """The parameters of a network, updated step by step.

    train: (n_samples, n_features + 1 + n_outputs), the inputs, a 1, the targets, NaN where one is
    not set; test: the same for the test set, or None. Raises ValueError, as `engine.nn.losses.loss`
    does, when the loss does not suit, and when no target of `train` counts for it. The caller
    silences NumPy's warnings of overflow.
    """

    def __init__(
        self,
        network: Network,
        train: FloatArray,
        test: FloatArray | None,
        settings: TrainingSettings,
        loss_name: str,
    ) -> None:
        self.parameters = FlatParameters(network)
        vector, gradient = self.parameters.vector, self.parameters.gradient
        self.optimizer = optimizer_for(settings, vector, gradient)
        self.train = train
        self.test = test
        self._settings = settings
        self.frozen: IntArray = np.empty(0, dtype=np.intp)
        self._batches: dict[int, tuple[FloatArray, list[Call]]] = {}
        self._activations: Sequence[Activation] = ()
        self._loss_name = loss_name
        self._is_whole = True
        self._zeros = np.zeros_like(vector)
        self.set_formulas([layer.activation for layer in network.layers], loss_name)

    def set_formulas(self, activations: Sequence[Activation], loss_name: str) -> None:
        """Switch to other activations and another loss; nothing changes if they do not suit."""
        if (activations, loss_name) != (self._activations, self._loss_name):
            self._prepare(activations, loss_name, self.train, self.test)

    def set_samples(self, train: FloatArray, test: FloatArray | None) -> None:
        """Switch to other samples; nothing changes if the loss does not suit them."""
        self._prepare(self._activations, self._loss_name, train, test)

    def _prepare(
        self,
        activations: Sequence[Activation],
        loss_name: str,
        train: FloatArray,
        test: FloatArray | None,
    ) -> None:
        n_outputs = len(self.parameters.blocks[-1])
        if not n_counted(loss_name, train[:, -n_outputs:]):
            raise ValueError(NO_TARGETS)
        losses = [
            MeanLoss(self.parameters, activations, loss_name, table)
            if table is not None and n_counted(loss_name, table[:, -n_outputs:])
            else None
            for table in (train, test)
        ]
        for loss in losses:
            if loss is not None:
                loss.value()
        self.train, self.test = train, test
        train_loss, self._test_loss = losses
        assert train_loss is not None
        self._train_loss = train_loss
        self._activations = activations
        self._loss_name = loss_name
        self._is_whole = not has_unset(train[:, -n_outputs:])
        self._batches.clear()

    def set_settings(self, settings: TrainingSettings) -> None:
        """Switch to other settings; the optimiser keeps its state if its rule is the same."""
        vector, gradient = self.parameters.vector, self.parameters.gradient
        self.optimizer = optimizer_for(settings, vector, gradient, self.optimizer)
        self._settings = settings
        self._batches.clear()

    def freeze(self, places: IntArray) -> None:
        """Freeze the parameters at these places, and their optimiser state."""
        self.frozen = places
        self._batches.clear()

    def run(self, order: IntArray | None, start: int, stop: int, batch_size: int) -> None:
        """Run the steps over the samples from place `start` up to `stop` of the order.

        order: (n_samples,), None for the given order. Batches have batch_size samples, the last one
        what is left.
        """
        take = self.train.take
        while start < stop:
            n_samples = min(batch_size, stop - start)
            whole = stop - (stop - start) % n_samples
            samples, calls = self._batch(n_samples)
            for first in range(start, whole, n_samples):
                if order is None:
                    np.copyto(samples, self.train[first : first + n_samples])
                else:
                    # "clip" avoids the buffering of the result that "raise" needs.
                    take(order[first : first + n_samples], 0, samples, "clip")
                # Inlined, as another Python call would cost as much as a NumPy call.
                for function, arguments in calls:
                    function(*arguments)
            start = whole

    @property
    def has_test_loss(self) -> bool:
        """Whether there are test samples with targets that count."""
        return self._test_loss is not None

    def numbers(self) -> Numbers:
        """Return a copy of the current numbers."""
        parameters, state = self.parameters.vector.copy(), self.optimizer.state.copy()
        parameters.setflags(write=False)
        state.setflags(write=False)
        return Numbers(parameters, state, self.optimizer.steps)

    def load(self, numbers: Numbers) -> None:
        """Restore such numbers."""
        np.copyto(self.parameters.vector, numbers.parameters)
        np.copyto(self.optimizer.state, numbers.state)
        self.optimizer.steps = numbers.n_steps

    def losses(self) -> tuple[float, float | None]:
        """Return the current loss over the training samples and over the test samples."""
        test = None if self._test_loss is None else self._test_loss.value()
        return self._train_loss.value(), test

    def first_not_finite(self) -> tuple[int, int] | None:
        """Return layer and neuron of the first parameter that is, or whose state is, not finite."""
        for row in (self.parameters.vector, *self.optimizer.state):
            # 0 times a number is NaN unless the number is finite.
            if math.isnan(self._zeros.dot(row)):
                return self.parameters.neuron_at(int(np.argmin(np.isfinite(row))))
        return None

    def _batch(self, n_samples: int) -> tuple[FloatArray, list[Call]]:
        """The array for the samples of a batch, and all calls of its step."""
        if n_samples not in self._batches:
            batch = TrainingPass(
                self.parameters,
                self._activations,
                n_samples,
                self._loss_name,
                self.optimizer.gradient_factor,
                is_whole=self._is_whole,
            )
            step = [*batch.calls, *self._penalty_calls(), *self.optimizer.calls]
            self._batches[n_samples] = batch.samples, self._restoring_frozen(step)
        return self._batches[n_samples]

    def _penalty_calls(self) -> list[Call]:
        """gradient += factor · (l2 · w + l1 · sign(w)), for the weights only."""
        vector, gradient = self.parameters.vector, self.parameters.gradient
        weights = self.optimizer.gradient_factor * self.parameters.weights_as_ones()
        scratch = np.empty_like(vector)
        calls: list[Call] = []
        if self._settings.l2:
            calls += [
                (np.multiply, (vector, self._settings.l2 * weights, scratch)),
                (np.add, (gradient, scratch, gradient)),
            ]
        if self._settings.l1:
            calls += [
                (np.sign, (vector, scratch)),
                (np.multiply, (scratch, self._settings.l1 * weights, scratch)),
                (np.add, (gradient, scratch, gradient)),
            ]
        return calls

    def _restoring_frozen(self, step: list[Call]) -> list[Call]:
        """The step, enclosed in saving the frozen numbers and restoring them to the last bit."""
        places = self.frozen
        if not len(places):
            return step
        before: list[Call] = []
        after: list[Call] = []
        for row in (self.parameters.vector, *self.optimizer.state):
            saved: FloatArray = np.empty(len(places))
            before.append((row.take, (places, 0, saved, "clip")))
            after.append((row.put, (places, saved)))
        return before + step + after
