"""A run of training as the screen shows it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.edits.base import Edit, ReturnTo
from engine.edits.dataset import SetSamples
from engine.edits.initialisation import RandomStart
from engine.edits.numbers import SetInputs, SetTargets
from engine.edits.paste import PasteNetwork, ReplaceInputs
from engine.nn.arrays import FloatArray
from engine.nn.network import Network
from engine.nn.targets import samples_with_target
from engine.session.equality import same_content
from engine.session.loss import loss_name
from engine.session.session import Session
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
    """What one run of training did so far.

    number: counts from 1. losses: over the training samples, before the first epoch and after
    each, (epochs + 1,), in a long run after every second, fourth … and the last. test_losses: the
    same over the test samples, None without any. step_index: how many steps it went beyond the last
    whole epoch. stopped_because: in words; empty while it
    can go on. state: None for one that is only shown beside the present one.
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
        """Whether it made a step."""
        return self.epochs > 0 or self.step_index > 0

    @property
    def last_losses(self) -> tuple[float, float | None]:
        """The loss over the training samples after the last whole epoch, and over the test ones."""
        test = self.test_losses
        return float(self.losses[-1]), None if test is None else float(test[-1])

    @property
    def stride(self) -> int:
        """How many epochs lie between two of its losses."""
        # Imported here, as most sessions are not trained.
        from engine.training.loss_table import stride_of

        return stride_of(len(self.losses), self.epochs)

    def led_to(self, session: Session) -> bool:
        """Whether the numbers and samples of a session are those that the run stands at."""
        state = self.state
        return (
            state is not None
            and same_content(state.inputs, session.inputs)
            and same_content(state.targets, session.targets)
            and same_content(_numbers(state.network), _numbers(session.network))
        )

    def losses_are_of(self, session: Session) -> bool:
        """Whether its last losses, those of a whole epoch, are those of a session."""
        return self.step_index == 0 and self.led_to(session)


def since(run: RunRecord, session: Session) -> str:
    """Return how a session came from the last whole epoch of a run: "3 steps on", or "now"."""
    steps = run.step_index if run.led_to(session) else 0
    return f"{steps:,} step{'s' * (steps != 1)} on" if steps else "now"


def is_new_start(edit: Edit, before: Session, after: Session) -> bool:
    """Return whether an edit leaves a run nothing to go on with.

    That is another network, numbers that are all drawn or brought back, other data, or another
    loss. A single number, a row or a layer set by hand is none: the run goes on from there.
    """
    return isinstance(edit, _NEW_STARTS) or (
        before.network.sizes != after.network.sizes
        or before.inputs.shape != after.inputs.shape
        or _has_target(before) != _has_target(after)
        or before.n_test != after.n_test
        or not same_content(before.data, after.data)
        or (before.task, loss_name(before)) != (after.task, loss_name(after))
    )


_NEW_STARTS = (
    RandomStart,
    ReturnTo,
    PasteNetwork,
    SetSamples,
    SetInputs,
    ReplaceInputs,
    SetTargets,
)


def _has_target(session: Session) -> bytes:
    """Which samples have a target to learn from, as one value."""
    return samples_with_target(session.targets_or_unset).tobytes()


def _numbers(network: Network) -> tuple[object, ...]:
    return tuple((layer.activation, layer.weights, layer.bias) for layer in network.layers)


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """Where training goes on from.

    session: the numbers and the samples, as many as the run began with. settings: how. checkpoint:
    the epoch, the losses and the optimiser's state.
    """

    session: Session
    settings: TrainingSettings
    checkpoint: Checkpoint


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """Where a run is.

    version: how many requests it had met. step_index: steps of the present epoch.
    losses, test_losses: as in RunRecord. checkpoint: from which it goes on just as it does.
    is_playing: whether it goes on. failure: why it cannot, None while it can.
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
