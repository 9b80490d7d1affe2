"""When training ends: after some epochs or seconds, at a loss, or without improvement."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, fields

from engine.nn.arguments import check_type, described, with_plain_numbers
from engine.training.divergence import TrainingDiverged
from engine.training.run import TrainingRun

_STEPS_AT_A_TIME = 64
"""Steps between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class StopConditions:
    """Training ends when the first condition is met; None is never met.

    The loss is that of the test samples, or without any that of the training samples.

    Parameters
    ----------
    epochs
        Completed in this call.
    target_loss
        Reached when the loss is at most this.
    no_improvement
        Epochs in a row without a new lowest loss.
    seconds
        Since the call.

    Raises
    ------
    ValueError
        When no condition is given, and for numbers out of range.
    """

    epochs: int | None = None
    target_loss: float | None = None
    no_improvement: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        with_plain_numbers(self)
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        if all(value is None for value in given.values()):
            raise ValueError(f"training needs an end: give one of {', '.join(given)}")
        for name, least in (("epochs", 0), ("no_improvement", 1)):
            value = given[name]
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int) or value < least
            ):
                raise ValueError(
                    f"{name} is {described(value)}, expected a whole number from {least}"
                )
        for name in ("target_loss", "seconds"):
            value = given[name]
            if value is not None and (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not 0 <= value < math.inf
            ):
                raise ValueError(f"{name} is {described(value)}, expected a number from 0 up")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How training ended.

    Attributes
    ----------
    stopped_because
        The reason, in words.
    epochs
        Completed in this call.
    seconds
        How long it took.
    failure
        The error, or None.
    """

    stopped_because: str
    epochs: int
    seconds: float
    failure: TrainingDiverged | None = None


def train(
    run: TrainingRun,
    conditions: StopConditions,
    on_epoch: Callable[[TrainingRun], object] | None = None,
) -> Outcome:
    """Train until a condition, checked after every epoch, is met.

    The time is also checked within an epoch: the run may then end in the middle of one. A run that
    diverges ends too, with the failure in the outcome.

    Parameters
    ----------
    run
        Which goes on from where it is.
    conditions
        When to stop.
    on_epoch
        Called after every epoch.
    """
    check_type(run, TrainingRun, "run")
    hint = "; StopConditions(epochs=300) ends after 300 epochs"
    check_type(conditions, StopConditions, "conditions", hint)
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch: expected a function of the run, got {described(on_epoch)}")
    started = time.monotonic()
    first_epoch = run.epoch
    lowest = _watched_loss(run)
    lowest_epoch = run.epoch
    failure = None
    while True:
        reason = _reason(run, conditions, run.epoch - first_epoch, run.epoch - lowest_epoch)
        if reason is None:
            try:
                reason = _train_epoch(run, conditions.seconds, started)
            except TrainingDiverged as error:
                failure, reason = error, str(error)
        if reason is not None:
            seconds = time.monotonic() - started
            return Outcome(reason, run.epoch - first_epoch, seconds, failure)
        if _watched_loss(run) < lowest:
            lowest, lowest_epoch = _watched_loss(run), run.epoch
        if on_epoch is not None:
            on_epoch(run)


def _reason(
    run: TrainingRun, conditions: StopConditions, n_epochs: int, n_unimproved: int
) -> str | None:
    """Why training ends between two epochs, or None."""
    target, patience = conditions.target_loss, conditions.no_improvement
    if target is not None and _watched_loss(run) <= target:
        which = "loss" if run.test_loss is None else "test loss"
        return f"the {which} reached {target:g}"
    if conditions.epochs is not None and n_epochs >= conditions.epochs:
        return f"{_counted(n_epochs)} done"
    if patience is not None and n_unimproved >= patience:
        return f"no improvement in {_counted(patience)}"
    return None


def _train_epoch(run: TrainingRun, seconds: float | None, started: float) -> str | None:
    """Train to the end of the epoch; return why it ended before that, or None."""
    if seconds is None:
        run.run_epoch()
        return None
    epoch = run.epoch
    while run.epoch == epoch:
        if time.monotonic() - started >= seconds:
            return f"{seconds:g} seconds have passed"
        run.run_steps(_STEPS_AT_A_TIME)
    return None


def _watched_loss(run: TrainingRun) -> float:
    return run.loss if run.test_loss is None else run.test_loss


def _counted(n_epochs: int) -> str:
    return f"{n_epochs} epoch{'s' * (n_epochs != 1)}"
