"""Runs of training with losses that are made up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from engine import Session
from engine.training import Checkpoint, TrainingRun
from engine.training.settings import TrainingSettings
from tests.tui.views.scenes import classifier
from tui.state.run_record import RunRecord, RunState


def run_of(
    losses: Sequence[float],
    test_losses: Sequence[float] | None = None,
    number: int = 1,
    settings: TrainingSettings | None = None,
    data_name: str = "circle",
    sizes: tuple[int, ...] = (3, 3, 1),
    stopped_because: str = "",
    session: Session | None = None,
    step_index: int = 0,
) -> RunRecord:
    """A run whose losses are these, before the first epoch and after each.

    session: what it led to, without one the classifier.
    """
    session = session or classifier()
    return RunRecord(
        number,
        settings or TrainingSettings(),
        data_name,
        sizes,
        len(losses) - 1,
        np.array(losses, dtype=np.float64),
        None if test_losses is None else np.array(test_losses, dtype=np.float64),
        step_index=step_index,
        stopped_because=stopped_because,
        state=RunState(
            session.network, session.network, session.inputs, session.targets, some_checkpoint()
        ),
    )


@cache
def some_checkpoint() -> Checkpoint:
    session = classifier()
    targets = np.zeros((session.n_samples, session.network.n_outputs))
    return TrainingRun(
        session.network, session.inputs, targets, TrainingSettings(), task=session.task
    ).checkpoint()
