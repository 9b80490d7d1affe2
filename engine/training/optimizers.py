"""The optimisers: how a gradient moves the parameters.

With g the gradient, they are those of PyTorch: torch.optim.SGD (dampening 0, no Nesterov), RMSprop
and Adam. The constants are its defaults.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from engine.nn.arrays import FloatArray
from engine.training.settings import TrainingSettings


class Optimizer(ABC):
    """The base of all optimisers.

    Attributes
    ----------
    name
        A key of OPTIMIZERS.
    state
        (n_state_rows, n_parameters), what it remembers of earlier steps; 0 at first.
    steps
        How many steps a state has seen whose rule depends on it, else 0.
    """

    n_state_rows = 0

    def __init__(self, settings: TrainingSettings, n_parameters: int) -> None:
        self.name = settings.optimizer
        self.state: FloatArray = np.zeros((self.n_state_rows, n_parameters))
        self.steps = 0
        # NumPy multiplies faster by a zero-dimensional array than by a Python number.
        self.rate: FloatArray = np.array(settings.learning_rate, dtype=np.float64)
        self.momentum = float(settings.momentum)

    @abstractmethod
    def step(self, parameters: FloatArray, g: FloatArray) -> None:
        """Move the parameters and update the state, in place.

        Parameters
        ----------
        parameters
            (n_parameters,), changed in place.
        g
            (n_parameters,), the gradient with its penalties.
        """


class Sgd(Optimizer):
    """Stochastic gradient descent: a step against the gradient.

    Robbins and Monro, "A stochastic approximation method" (1951).
    """

    def step(self, parameters: FloatArray, g: FloatArray) -> None:
        parameters -= self.rate * g


class Momentum(Optimizer):
    """A velocity that every gradient pushes.

    Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).
    """

    n_state_rows = 1

    def step(self, parameters: FloatArray, g: FloatArray) -> None:
        (velocity,) = self.state
        velocity[:] = self.momentum * velocity + g
        parameters -= self.rate * velocity


class RmsProp(Optimizer):
    """Each step is divided by the root of a running mean of the gradient's squares.

    Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5 (2012).
    """

    n_state_rows = 1

    def step(self, parameters: FloatArray, g: FloatArray) -> None:
        alpha, epsilon = TrainingSettings.RMSPROP_ALPHA, TrainingSettings.EPSILON
        (v,) = self.state
        v[:] = alpha * v + (1 - alpha) * g**2
        parameters -= self.rate * g / (np.sqrt(v) + epsilon)


class Adam(Optimizer):
    """Running means m and v of the gradient and its squares, both corrected for their start at 0.

    Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
    """

    n_state_rows = 2

    def step(self, parameters: FloatArray, g: FloatArray) -> None:
        beta_1, beta_2 = TrainingSettings.ADAM_BETA_1, TrainingSettings.ADAM_BETA_2
        m, v = self.state
        self.steps += 1
        m[:] = beta_1 * m + (1 - beta_1) * g
        v[:] = beta_2 * v + (1 - beta_2) * g**2
        m_hat = m / (1 - beta_1**self.steps)
        v_hat = v / (1 - beta_2**self.steps)
        parameters -= self.rate * m_hat / (np.sqrt(v_hat) + TrainingSettings.EPSILON)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "rmsprop": RmsProp,
    "adam": Adam,
}


def optimizer_for(
    settings: TrainingSettings, n_parameters: int, before: Optimizer | None = None
) -> Optimizer:
    """Return the optimiser of the settings, with the state of `before` if the rule is the same.

    Parameters
    ----------
    settings
        How to train.
    n_parameters
        How many numbers it moves.
    before
        The optimiser so far; None for a new run.

    Returns
    -------
    Optimizer
    """
    optimizer = OPTIMIZERS[settings.optimizer](settings, n_parameters)
    if before is not None and before.name == optimizer.name:
        optimizer.state, optimizer.steps = before.state, before.steps
    return optimizer
