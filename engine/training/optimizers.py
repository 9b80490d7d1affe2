"""The update rules: how a gradient moves the parameters, in place.

They are those of PyTorch: torch.optim.SGD (dampening 0, no Nesterov), RMSprop and Adam. Each keeps
its state in rows as long as the vector of parameters.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np

from engine.nn.arrays import FloatArray
from engine.training.passes import Call
from engine.training.settings import TrainingSettings


class Optimizer(ABC):
    """The base of all rules, whose calls move `parameters` by `gradient`.

    parameters, gradient: (n_parameters,). state: (n_state_rows, n_parameters), zeros at first.
    steps: how many steps the state has seen. gradient_factor: what the gradient has been
    multiplied by before the calls.
    """

    n_state_rows = 0

    def __init__(
        self, settings: TrainingSettings, parameters: FloatArray, gradient: FloatArray
    ) -> None:
        self.name = settings.optimizer
        self.state: FloatArray = np.zeros((self.n_state_rows, len(parameters)))
        self.steps = 0
        self.gradient_factor = 1.0
        self.parameters = parameters
        self.gradient = gradient
        self.scratch: FloatArray = np.empty_like(parameters)
        self.rate: FloatArray = np.array(settings.learning_rate, dtype=np.float64)
        self.calls = self._rule(settings)

    @abstractmethod
    def _rule(self, settings: TrainingSettings) -> list[Call]:
        """The calls of one step."""

    def _move_by(self, direction: FloatArray) -> list[Call]:
        """parameters -= rate · direction."""
        return [
            (np.multiply, (direction, self.rate, self.scratch)),
            (np.subtract, (self.parameters, self.scratch, self.parameters)),
        ]

    def _mean_of_squares(self, mean: FloatArray, decay: float) -> list[Call]:
        """mean = decay · mean + (1 - decay) · gradient²."""
        return [
            (np.multiply, (mean, np.array(decay), mean)),
            (np.square, (self.gradient, self.scratch)),
            (np.multiply, (self.scratch, np.array(1.0 - decay), self.scratch)),
            (np.add, (mean, self.scratch, mean)),
        ]


class Sgd(Optimizer):
    """parameters -= rate · gradient."""

    def _rule(self, settings: TrainingSettings) -> list[Call]:
        # The gradient comes multiplied by the rate, which saves a call in the most common step.
        self.gradient_factor = float(settings.learning_rate)
        return [(np.subtract, (self.parameters, self.gradient, self.parameters))]


class Momentum(Optimizer):
    """velocity = momentum · velocity + gradient; parameters -= rate · velocity."""

    n_state_rows = 1

    def _rule(self, settings: TrainingSettings) -> list[Call]:
        (velocity,) = self.state
        momentum = np.array(settings.momentum, dtype=np.float64)
        return [
            (np.multiply, (velocity, momentum, velocity)),
            (np.add, (velocity, self.gradient, velocity)),
            *self._move_by(velocity),
        ]


class RmsProp(Optimizer):
    """squares = α · squares + (1 - α) · gradient²; parameters -= rate · gradient / (√squares + ε).

    Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5 (2012).
    """

    n_state_rows = 1

    def _rule(self, settings: TrainingSettings) -> list[Call]:
        (squares,) = self.state
        return [
            *self._mean_of_squares(squares, settings.RMSPROP_ALPHA),
            (np.sqrt, (squares, self.scratch)),
            (np.add, (self.scratch, np.array(settings.EPSILON), self.scratch)),
            (np.divide, (self.gradient, self.scratch, self.scratch)),
            *self._move_by(self.scratch),
        ]


class Adam(Optimizer):
    """Running means of gradient and gradient², corrected for their start at 0; after t steps:

    parameters -= rate · (mean / (1 - β₁ᵗ)) / (√(squares / (1 - β₂ᵗ)) + ε).
    Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
    """

    n_state_rows = 2

    def _rule(self, settings: TrainingSettings) -> list[Call]:
        mean, squares = self.state
        self._learning_rate = float(settings.learning_rate)
        self._betas = settings.ADAM_BETA_1, settings.ADAM_BETA_2
        self._squares_root: FloatArray = np.array(1.0)
        return [
            (self._correct, ()),
            (np.subtract, (self.gradient, mean, self.scratch)),
            (np.multiply, (self.scratch, np.array(1.0 - settings.ADAM_BETA_1), self.scratch)),
            (np.add, (mean, self.scratch, mean)),
            *self._mean_of_squares(squares, settings.ADAM_BETA_2),
            (np.sqrt, (squares, self.scratch)),
            (np.divide, (self.scratch, self._squares_root, self.scratch)),
            (np.add, (self.scratch, np.array(settings.EPSILON), self.scratch)),
            (np.divide, (mean, self.scratch, self.scratch)),
            *self._move_by(self.scratch),
        ]

    def _correct(self) -> None:
        self.steps += 1
        beta_1, beta_2 = self._betas
        self.rate[()] = self._learning_rate / (1.0 - beta_1**self.steps)
        self._squares_root[()] = math.sqrt(1.0 - beta_2**self.steps)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "rmsprop": RmsProp,
    "adam": Adam,
}


def optimizer_for(
    settings: TrainingSettings,
    parameters: FloatArray,
    gradient: FloatArray,
    before: Optimizer | None = None,
) -> Optimizer:
    """Return the optimiser of the settings, with the state of `before` if the rule is the same."""
    optimizer = OPTIMIZERS[settings.optimizer](settings, parameters, gradient)
    if before is not None and before.name == optimizer.name:
        optimizer.state[...] = before.state
        optimizer.steps = before.steps
    return optimizer
