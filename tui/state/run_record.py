"""A run of training as the screen shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.edits.base import Edit, ReturnTo
from engine.edits.dataset import SetSamples
from engine.edits.initialisation import RandomInputs, RandomStart
from engine.edits.numbers import SetInputs, SetTargets
from engine.edits.paste import PasteNetwork, ReplaceInputs
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.nn.targets import samples_with_target
from engine.nn.values import same_content
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.training import Checkpoint
    from engine.training.settings import TrainingSettings


@dataclass(frozen=True, eq=False, slots=True)
class RunState:
    """Where a run stands.

    start: the network that it began with. network, inputs, targets: what it led to, and the samples
    that it was trained and tested on. checkpoint: from which it goes on.
    """

    start: Network
    network: Network
    inputs: FloatArray
    targets: FloatArray | None
    checkpoint: Checkpoint


@dataclass(frozen=True, eq=False, slots=True)
class RunRecord:
    """What one training run has done so far.

    number: counts from 1. losses: over the training samples, before the first epoch and after
    each, (epochs + 1,), in a long run after every second, fourth … epoch and the last. test_losses:
    the same over the test samples, None without any. step_index: the number of steps since the last
    whole epoch. stopped_because: why it stopped, empty while it can go on. state: None for a run
    that is only shown beside the present one.
    """

    number: int
    settings: TrainingSettings
    data_name: str
    sizes: tuple[int, ...]
    epochs: int
    losses: FloatArray
    test_losses: FloatArray | None
    step_index: int = 0
    stopped_because: str = ""
    state: RunState | None = None

    @property
    def has_begun(self) -> bool:
        """Whether it has made a step."""
        return self.epochs > 0 or self.step_index > 0

    @property
    def last_losses(self) -> tuple[float, float | None]:
        """The training and test loss after the last whole epoch."""
        test = self.test_losses
        return float(self.losses[-1]), None if test is None else float(test[-1])

    @property
    def stride(self) -> int:
        """How many epochs lie between two of its losses."""
        # Imported here, as most sessions are not trained.
        from engine.training.loss_table import stride_of

        return stride_of(len(self.losses), self.epochs)

    def led_to(self, session: Session) -> bool:
        """Whether a session has the parameters and samples that the run has now."""
        state = self.state
        return (
            state is not None
            and same_content(state.inputs, session.inputs)
            and same_content(state.targets, session.targets)
            and same_content(_numbers(state.network), _numbers(session.network))
        )

    def losses_are_of(self, session: Session) -> bool:
        """Whether the losses after its last whole epoch are those of a session."""
        return self.step_index == 0 and self.led_to(session)


def since(run: RunRecord, session: Session) -> str:
    """Return how far a session is past the last whole epoch of a run: "3 steps on", or "now"."""
    steps = run.step_index if run.led_to(session) else 0
    return f"{steps:,} step{'s' * (steps != 1)} on" if steps else "now"


def is_new_start(edit: Edit, before: Session, after: Session) -> bool:
    """Return whether the next training after an edit is a new run.

    It is after another network, a random start, a return to earlier parameters, other data or
    another loss. After a number, a row or a layer set by hand the run simply goes on.
    """
    return isinstance(edit, _NEW_STARTS) or (
        before.network.sizes != after.network.sizes
        or before.inputs.shape != after.inputs.shape
        or _has_target(before) != _has_target(after)
        or before.n_test != after.n_test
        or not same_content(before.data, after.data)
        or (before.task, before.loss_name) != (after.task, after.loss_name)
    )


_NEW_STARTS = (
    RandomStart,
    RandomInputs,
    ReturnTo,
    PasteNetwork,
    SetSamples,
    SetInputs,
    ReplaceInputs,
    SetTargets,
)


def _has_target(session: Session) -> bytes:
    """Which samples have a target to learn from, as one hashable value."""
    return samples_with_target(session.targets_or_unset).tobytes()


def _numbers(network: Network) -> tuple[object, ...]:
    return tuple((layer.activation, layer.weights, layer.bias) for layer in network.layers)


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """Where training resumes.

    session: the parameters, and as many samples as the run began with. settings: those of the run.
    checkpoint: the epoch, the losses and the optimiser's state.
    """

    session: Session
    settings: TrainingSettings
    checkpoint: Checkpoint


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """How far a run is.

    version: how many requests it has handled. step_index: the number of steps in the present epoch.
    losses, test_losses: as in RunRecord. checkpoint: resuming from it gives the very same run.
    is_playing: whether the run is going on. failure: why it cannot go on, None if it can.
    """

    version: int
    network: Network
    epoch: int
    step_index: int
    losses: FloatArray
    test_losses: FloatArray | None
    checkpoint: Checkpoint
    is_playing: bool
    failure: str | None
