"""How a network is to be trained, as a frozen value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.nn.arguments import described, with_plain_numbers
from engine.nn.losses import LOSS_SPELLINGS
from engine.nn.spelling import Spellings
from engine.nn.values import Value

ALL: Literal["all"] = "all"
"""The batch size that is the number of all samples."""

BatchSize = int | Literal["all"]

OPTIMIZER_NAMES = ("sgd", "momentum", "rmsprop", "adam")

OPTIMIZER_SPELLINGS = Spellings(
    "optimizer",
    OPTIMIZER_NAMES,
    {"momentum": ("SGDM",)},
    {
        "adamw": "the nearest is adam with l2: its decay is part of the gradient",
        **dict.fromkeys(("nesterov", "nag"), "the nearest is momentum: it does not look ahead"),
        "traingd": "sgd with a batch of all samples is the same",
        **dict.fromkeys(
            (
                *("adamax", "nadam", "radam", "amsgrad", "sparse_adam", "adagrad", "adadelta"),
                *("adafactor", "rprop", "asgd", "lbfgs", "ftrl", "lion", "traingdm", "traingdx"),
                *("trainlm", "trainscg", "trainrp"),
            ),
            "",
        ),
    },
)
"""Spellings only: the constants of each are those of PyTorch, see TrainingSettings."""


@dataclass(frozen=True, slots=True, repr=False)
class TrainingSettings(Value):
    """The optimiser, its rates, the batches and the loss.

    Parameters
    ----------
    optimizer
        One of OPTIMIZER_NAMES, or another spelling of it, which becomes ours.
    learning_rate
        How far a step goes: the factor of the gradient.
    momentum
        How much of the velocity a step keeps, from 0 to below 1; for the optimiser of that name.
    batch_size
        Samples in a step, or "all".
    loss
        A name in LOSSES, or another spelling of it; None for the usual one of the task.
    l1, l2
        Rates of the penalties l1·abs(w) and l2/2·w², on weights only; they act on the gradient, not
        on the reported loss.
    shuffle
        Whether every epoch sees the samples in an order of its own.
    seed
        Of the shuffling.

    Raises
    ------
    ValueError
        Naming the setting.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.03
    momentum: float = 0.9
    batch_size: BatchSize = 10
    loss: str | None = None
    l1: float = 0.0
    l2: float = 0.0
    shuffle: bool = True
    seed: int = 0

    # The defaults of PyTorch.
    RMSPROP_ALPHA: ClassVar[float] = 0.99
    ADAM_BETA_1: ClassVar[float] = 0.9
    ADAM_BETA_2: ClassVar[float] = 0.999
    EPSILON: ClassVar[float] = 1e-8

    def __post_init__(self) -> None:
        with_plain_numbers(self)
        object.__setattr__(
            self, "optimizer", _named(OPTIMIZER_SPELLINGS, "optimizer", self.optimizer)
        )
        if self.loss is not None:
            object.__setattr__(self, "loss", _named(LOSS_SPELLINGS, "loss", self.loss))
        for name in ("learning_rate", "l1", "l2"):
            _check_number(name, getattr(self, name), math.inf, "a number from 0 up")
        _check_number("momentum", self.momentum, 1.0, "a number from 0 to below 1")
        if not isinstance(self.batch_size, str) or self.batch_size != ALL:
            _check_count("batch_size", self.batch_size, 1, f', or "{ALL}"')
        _check_count("seed", self.seed, 0)
        if not isinstance(self.shuffle, bool):
            raise ValueError(f"shuffle is {described(self.shuffle)}, expected True or False")

    def batch_size_of(self, n_samples: int) -> int:
        """Return how many of `n_samples` are in a batch.

        Parameters
        ----------
        n_samples
            How many samples an epoch has.

        Returns
        -------
        int
        """
        return n_samples if self.batch_size == "all" else min(self.batch_size, n_samples)


def _named(names: Spellings, what: str, name: object) -> str:
    if not isinstance(name, str):
        raise ValueError(f"{what} is {described(name)}, expected one of {', '.join(names.ours)}")
    return names.named(name)


def _check_number(what: str, value: object, below: float, expected: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < below:
        raise ValueError(f"{what} is {described(value)}, expected {expected}")


def _check_count(what: str, value: object, least: int, alternative: str = "") -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(
            f"{what} is {described(value)}, expected a whole number from {least} up{alternative}"
        )
