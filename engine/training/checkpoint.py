"""A snapshot of a training run, from which it continues exactly as it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.nn.values import Value
from engine.training.flat_parameters import IntArray
from engine.training.loop import Numbers
from engine.training.settings import TrainingSettings


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Place(Value):
    """Where a run stands.

    Attributes
    ----------
    epoch
        How many epochs are complete.
    step_index, n_seen
        Steps and samples done in the current epoch.
    order
        (n_samples,), of the samples in the current epoch; None for the given one.
    drawn
        Whether the order has been decided.
    """

    epoch: int = 0
    step_index: int = 0
    n_seen: int = 0
    order: IntArray | None = None
    drawn: bool = False


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Moment(Value):
    """The numbers of a run, and where it stands.

    Attributes
    ----------
    numbers
        All that the steps change.
    place
        Which epoch and step it is.
    """

    numbers: Numbers
    place: Place


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Checkpoint(Value):
    """Everything that determines how a run continues.

    Attributes
    ----------
    moment
        The numbers, and where the run stands.
    random_state
        Of the shuffling generator.
    settings
        Those of that moment.
    like
        A network with the activations and names of that moment.
    frozen
        The places of the frozen parameters.
    losses
        Those so far, as in `LossTable`.
    """

    moment: Moment
    random_state: Mapping[str, Any]
    settings: TrainingSettings
    like: Network
    frozen: IntArray
    losses: FloatArray
