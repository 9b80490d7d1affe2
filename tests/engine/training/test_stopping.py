"""When training ends, and the reason it gives."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from engine.training import StopConditions, TrainingRun, train
from tests.engine.training.scenes import bits, small_run


def test_after_a_number_of_epochs_of_this_call() -> None:
    run = small_run()
    seen: list[int] = []
    outcome = train(run, StopConditions(epochs=3), lambda run: seen.append(run.epoch))
    assert (outcome.stopped_because, outcome.epochs, outcome.failure) == ("3 epochs done", 3, None)
    assert train(run, StopConditions(epochs=1)).stopped_because == "1 epoch done"
    assert seen == [1, 2, 3]
    assert run.epoch == 4


def test_no_epochs_change_nothing() -> None:
    run = small_run()
    assert train(run, StopConditions(epochs=0)).epochs == 0
    assert bits(run) == bits(small_run())


@pytest.mark.parametrize("with_test", [True, False])
def test_at_a_loss(with_test: bool) -> None:
    free = small_run(with_test=with_test)
    train(free, StopConditions(epochs=60))
    watched = free.test_losses or free.losses
    target = watched[25]
    expected = next(epoch for epoch, loss in enumerate(watched) if loss <= target)
    run = small_run(with_test=with_test)
    outcome = train(run, StopConditions(epochs=60, target_loss=target))
    assert outcome.epochs == expected > 0
    name = "test loss" if with_test else "loss"
    assert outcome.stopped_because == f"the {name} reached {target:g}"
    # It is there already.
    assert train(run, StopConditions(epochs=60, target_loss=target)).epochs == 0


def test_without_improvement() -> None:
    # A rate of 0 moves nothing.
    run = small_run(learning_rate=0.0)
    outcome = train(run, StopConditions(epochs=50, no_improvement=4))
    assert (outcome.stopped_because, outcome.epochs) == ("no improvement in 4 epochs", 4)
    run = small_run(learning_rate=0.4, seed=2)
    outcome = train(run, StopConditions(epochs=500, no_improvement=3))
    losses = run.test_losses
    assert losses is not None
    lowest = list(itertools.accumulate(losses, min))
    assert lowest[-1] == lowest[-4] == losses[-4]
    assert not any(lowest[epoch] == lowest[epoch - 3] for epoch in range(3, len(lowest) - 1))


def test_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr("engine.training.stopping.time.monotonic", lambda: float(next(clock)))
    run = small_run()
    # Read once at the start and once before every batch of steps: once per epoch here.
    outcome = train(run, StopConditions(seconds=4))
    assert outcome.stopped_because == "4 seconds have passed"
    assert outcome.epochs == run.epoch == 3


def test_the_clock_is_looked_at_within_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr("engine.training.stopping.time.monotonic", lambda: float(next(clock)))
    run = small_run(n_samples=1000, batch_size=1)
    outcome = train(run, StopConditions(seconds=3))
    assert (outcome.epochs, run.step_index) == (0, 128)


def test_time_alone_does_not_change_the_numbers() -> None:
    one, other = small_run(batch_size=1), small_run(batch_size=1)
    train(one, StopConditions(epochs=3))
    train(other, StopConditions(epochs=3, seconds=1e9))
    assert bits(one) == bits(other)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({}, "needs an end"),
        ({"epochs": -1}, "epochs is -1"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"epochs": True}, "epochs is True"),
        ({"no_improvement": 0}, "no_improvement is 0"),
        ({"seconds": math.inf}, "seconds is inf"),
        ({"seconds": "1"}, "seconds is '1'"),
        ({"target_loss": math.nan}, "target_loss is nan"),
        ({"target_loss": -0.1}, "target_loss is -0.1"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(
    conditions: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        StopConditions(**conditions)
    assert "\n" not in str(caught.value)


def test_the_epoch_callback_sees_the_losses_of_the_epoch() -> None:
    run = small_run()
    losses: list[float] = []

    def note(given: TrainingRun) -> None:
        losses.append(given.loss)

    train(run, StopConditions(epochs=4), note)
    assert tuple(losses) == run.losses[1:]
