"""Runs of training with losses that are made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.training_settings import TrainingSettings
from tui.training_state import RunRecord


def run_of(
    losses: Sequence[float],
    test_losses: Sequence[float] | None = None,
    number: int = 1,
    settings: TrainingSettings | None = None,
    data_name: str = "circle",
    sizes: tuple[int, ...] = (3, 3, 1),
    stopped_because: str = "",
) -> RunRecord:
    """A run whose losses are these, before the first epoch and after each."""
    return RunRecord(
        number,
        settings or TrainingSettings(),
        data_name,
        sizes,
        len(losses) - 1,
        np.array(losses, dtype=np.float64),
        None if test_losses is None else np.array(test_losses, dtype=np.float64),
        stopped_because,
    )
