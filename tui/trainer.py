"""Training in a thread of its own: asked for states, told of edits, never waited for."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine import Network, Session
from engine.activations import FloatArray
from engine.training import TrainingDiverged, TrainingRun, run_of
from engine.training_settings import TrainingSettings

SPEEDS: tuple[float | None, ...] = (None, 10.0, 1.0)
"""Epochs a second; None is as fast as it goes."""

_SLICE = 0.002
"""Seconds of training between two looks at what was asked for."""
_LONGEST_NAP = 0.02
"""Seconds between two looks while the next epoch is awaited."""
_LONGEST_REST = 0.1
"""Seconds after which training goes on although nobody said so."""

_Change = Callable[[TrainingRun], None]


@dataclass(frozen=True, eq=False, slots=True)
class Progress:
    """Where a run is.

    version: how many requests it had met. step_index: steps of the present epoch.
    losses, test_losses: as in RunRecord. failure: why it cannot go on, None while it can.
    """

    version: int
    network: Network
    epoch: int
    step_index: int
    losses: FloatArray
    test_losses: FloatArray | None
    failure: str | None


class Trainer:
    """A training run in its own thread; all methods are for the thread of the screen.

    What is asked for goes through a queue, and what became of it is left in one slot, `latest`,
    which is out of date while its version is below that of the trainer. error: what ended the
    thread and should never have come up, None while it works.
    Raises ValueError where the session cannot be trained: without targets, or with ones that the
    loss is not made for.
    """

    def __init__(self, session: Session, settings: TrainingSettings) -> None:
        if session.training_targets is None:
            raise ValueError("training needs targets; C chooses data, or set the targets")
        self._run = run_of(session, settings)
        self.version = 0
        self.is_playing = False
        self._speed: float | None = None
        self._wanted: queue.SimpleQueue[tuple[_Change | None, int]] = queue.SimpleQueue()
        self._asked = threading.Event()
        self._may_work = threading.Event()
        self._may_work.set()
        self._failure: str | None = None
        self.error: Exception | None = None
        self.latest = self._progress(0)
        self._thread = threading.Thread(target=self._work, name="training", daemon=True)
        self._thread.start()

    def play(self, speed: float | None) -> None:
        """Train until paused, `speed` epochs a second, or as fast as it goes with None."""

        def start(_: TrainingRun) -> None:
            self._speed = speed
            self.is_playing = True

        self._tell(start)

    def pause(self) -> None:
        """Stop after the present step."""

        def stop(_: TrainingRun) -> None:
            self.is_playing = False

        self._tell(stop)

    def step(self) -> None:
        """Train on one batch."""
        self._tell(TrainingRun.step)

    def epoch(self) -> None:
        """Train to the end of the present epoch."""
        self._tell(TrainingRun.run_epoch)

    def go_on_from(self, session: Session) -> None:
        """Train on from other numbers of the network and the samples, as many as before."""

        def take(run: TrainingRun) -> None:
            run.replace_network(session.network)
            run.replace_frozen([layer.frozen for layer in session.network.layers])
            if session.training_targets is not None:
                run.replace_samples(
                    session.training_inputs,
                    session.training_targets,
                    session.test_inputs,
                    session.test_targets,
                )

        self._tell(take)

    def use(self, settings: TrainingSettings) -> None:
        """Train on with other settings."""
        self._tell(lambda run: run.replace_settings(settings))

    def ask(self) -> None:
        """Have the state of the run put into `latest` soon."""
        self._asked.set()

    def rest(self) -> None:
        """Leave the processor to the screen until `go_on`: two threads take turns at Python."""
        self._may_work.clear()

    def go_on(self) -> None:
        """Train on after a rest."""
        self._may_work.set()

    def close(self) -> None:
        """End the thread and wait for it."""
        self._may_work.set()
        self._wanted.put((None, self.version))
        self._thread.join()

    def _tell(self, change: _Change) -> None:
        self.version += 1
        self._wanted.put((change, self.version))

    # From here on: the thread of the run.

    def _work(self) -> None:
        try:
            self._take_turns()
        except Exception as error:
            self.error = error

    def _take_turns(self) -> None:
        version = 0
        next_epoch = time.monotonic()
        while True:
            while not (self.is_playing and self._wanted.empty()):
                change, version = self._wanted.get()
                if change is None:
                    return
                self._attempt(change)
                self.latest = self._progress(version)
                next_epoch = time.monotonic()
            self._may_work.wait(_LONGEST_REST)
            if self._speed is None:
                self._attempt(_train_for_a_slice)
            elif (wait := next_epoch - time.monotonic()) > 0:
                # Nothing is new until then, whoever asks.
                time.sleep(min(wait, _LONGEST_NAP))
                continue
            else:
                self._attempt(TrainingRun.run_epoch)
                next_epoch += 1 / self._speed
                self._asked.set()
            if self._asked.is_set() or not self.is_playing:
                self._asked.clear()
                self.latest = self._progress(version)

    def _attempt(self, change: _Change) -> None:
        try:
            change(self._run)
        except (TrainingDiverged, ValueError) as error:
            self._failure = str(error)
            self.is_playing = False
        else:
            self._failure = None

    def _progress(self, version: int) -> Progress:
        run = self._run
        losses = run.loss_table()
        return Progress(
            version,
            run.network(),
            run.epoch,
            run.step_index,
            losses[:, 0],
            losses[:, 1] if run.test_loss is not None else None,
            self._failure,
        )


def _train_for_a_slice(run: TrainingRun) -> None:
    """Train for a few milliseconds."""
    end = time.monotonic() + _SLICE
    n_steps = 1
    while True:
        before = time.monotonic()
        run.run_steps(n_steps)
        now = time.monotonic()
        if now >= end:
            return
        if now - before < _SLICE / 8:
            n_steps *= 2
