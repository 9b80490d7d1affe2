"""Training: a network's weights and biases are moved so that a loss falls."""

from engine.nn.layer import FrozenLayer
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
    "FrozenLayer",
    "Outcome",
    "StopConditions",
    "TrainingDiverged",
    "TrainingRun",
    "TrainingSettings",
    "train",
]
