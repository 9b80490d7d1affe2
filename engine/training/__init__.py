"""Training: a network's weights and biases are moved so that a loss falls.

The names below are imported when first used: every session has training settings, few are trained,
and the loop takes long to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.training.checkpoint import Checkpoint
    from engine.training.divergence import TrainingDiverged
    from engine.training.optimizers import OPTIMIZERS
    from engine.training.run import TrainingRun
    from engine.training.settings import OPTIMIZER_NAMES, TrainingSettings
    from engine.training.stopping import Outcome, StopConditions, train

__all__ = [
    "OPTIMIZERS",
    "OPTIMIZER_NAMES",
    "Checkpoint",
    "Outcome",
    "StopConditions",
    "TrainingDiverged",
    "TrainingRun",
    "TrainingSettings",
    "train",
]

_MODULES = {
    "OPTIMIZERS": "optimizers",
    "OPTIMIZER_NAMES": "settings",
    "Checkpoint": "checkpoint",
    "Outcome": "stopping",
    "StopConditions": "stopping",
    "TrainingDiverged": "divergence",
    "TrainingRun": "run",
    "TrainingSettings": "settings",
    "train": "stopping",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
