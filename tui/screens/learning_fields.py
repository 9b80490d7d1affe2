"""What the learning settings are called, what they mean, and how they are read from a text."""

from __future__ import annotations

import math

import numpy as np

from engine.activations import FloatArray
from engine.losses import LOSSES, default_loss, loss
from engine.numbers import FULL_DIGITS, format_number
from engine.session import Session
from tui.arithmetic import evaluate
from tui.screens.stepped import ALL

LEARNING_RATES = (
    "0.00001",
    "0.0001",
    "0.001",
    "0.003",
    "0.01",
    "0.03",
    "0.1",
    "0.3",
    "1",
    "3",
    "10",
)
"""Those of TensorFlow Playground."""

REGULARISATION_RATES = ("0", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
MOMENTA = ("0", "0.5", "0.8", "0.9", "0.95", "0.99")
_BATCH_SIZES = (1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000)

OPTIMIZER_WORDS = {
    "sgd": "plain steps downhill, longer where it is steeper",
    "momentum": "steps that keep most of the speed of the ones before",
    "rmsprop": "every number steps about as far, however steep its slope is",
    "adam": "speed as in momentum, and about as far for every number",
}

LOSS_WORDS = {
    "squared_error": "half the squared difference, summed over the outputs",
    "mse": "the squared difference, mean over samples and outputs",
    "bce": "-ln of the chance that the network gave to the right answer, yes or no",
    "cross_entropy": "-ln of the chance that the network gave to the right class",
}

WORDS = {
    "learning-rate": "how far a step goes: too short is slow, too long overshoots",
    "momentum": "how much of its speed a step keeps, from 0 to below 1",
    "l1": "pulls every weight towards 0 alike, so that useless ones become 0",
    "l2": "pulls weights towards 0, large ones the most",
    "shuffle": "whether every epoch takes the samples in another order",
    "seed": "of the shuffling: with the same one a run comes out the same",
}
"""What each setting means, by the id of its field."""


def number_text(value: float) -> str:
    """Return the number as it is typed."""
    if value and (value < 1e-5 or value >= 1e16):
        return repr(value)
    return np.format_float_positional(value, trim="-")


def read_number(text: str, name: str, below: float = math.inf) -> float:
    """Return the number from 0 to below `below`; raise ValueError, beginning with the name."""
    try:
        value = evaluate(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if not 0 <= value < below:
        upper = "up" if below == math.inf else f"to below {below:g}"
        raise ValueError(
            f"{name}: {format_number(value, FULL_DIGITS)} does not do; a number from 0 {upper}"
        )
    return value


def read_batch_size(text: str) -> int | None:
    """Return the samples of a step, None for all of them; raise ValueError for anything else."""
    text = text.strip().lower()
    if text == ALL:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise ValueError(f"batch size: a whole number from 1 up, or {ALL}")
    return int(text)


def likely_batch_sizes(n_samples: int) -> list[str]:
    """Return sizes below the number of training samples, and all."""
    return [*(str(size) for size in _BATCH_SIZES if size < n_samples), ALL]


def steps_in_words(batch_size: int | None, n_samples: int) -> str:
    """Return how many steps an epoch has."""
    if batch_size is None or batch_size >= n_samples:
        return f"one step with all {n_samples} samples is an epoch"
    n_steps, rest = divmod(n_samples, batch_size)
    samples = "1 sample" if batch_size == 1 else f"{batch_size} samples"
    last = f" and one of {rest}" if rest else ""
    return f"{n_steps} step{'s' * (n_steps > 1)} of {samples}{last} make an epoch"


def what_speaks_against(session: Session, name: str | None) -> str:
    """Return why the loss cannot be that of the session, in one line; empty where it can.

    name: of the loss, None for the usual one of the task.
    """
    activation = session.network.layers[-1].activation
    targets = _targets_or_some(session)
    likely = np.full(targets.shape, 0.5)
    try:
        loss(name or default_loss(session.task), likely, likely, targets, activation)
    except ValueError as error:
        return str(error)
    return ""


def suitable_losses(session: Session) -> list[str]:
    """Return the losses that can be that of the session."""
    return [name for name in LOSSES if not what_speaks_against(session, name)]


def _targets_or_some(session: Session) -> FloatArray:
    """The targets of the session, or where it has none some that suit every loss."""
    if session.targets is not None:
        return session.targets
    return np.eye(1, session.network.n_outputs)
