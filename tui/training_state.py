"""A run of training as the screen shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.activations import FloatArray

if TYPE_CHECKING:
    from engine.history import Entry
    from engine.training_settings import TrainingSettings


@dataclass(frozen=True, eq=False, slots=True)
class RunRecord:
    """What one run of training did so far.

    number: counts from 1. losses: over the training samples, before the first epoch and after
    each, (epochs + 1,). test_losses: the same over the test samples, None without any.
    stopped_because: in words; empty while it can go on. entry: that of the history which is undone
    to take the run back, and redone to make it again.
    """

    number: int
    settings: TrainingSettings
    data_name: str
    sizes: tuple[int, ...]
    epochs: int
    losses: FloatArray
    test_losses: FloatArray | None
    stopped_because: str = ""
    entry: Entry | None = None
