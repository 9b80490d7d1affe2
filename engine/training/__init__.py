"""Learning: a network's weights and biases moved so that a loss falls."""

from engine.frozen import FrozenLayer
from engine.training.checkpoint import Checkpoint
from engine.training.failure import TrainingDiverged
from engine.training.of_session import run_of
from engine.training.optimizers import OPTIMIZERS
from engine.training.run import TrainingRun
from engine.training.stopping import Outcome, StopConditions, train
from engine.training_settings import OPTIMIZER_NAMES, TrainingSettings

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
    "run_of",
    "train",
]
