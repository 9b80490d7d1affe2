"""Training in a background thread that takes edits from a queue."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable

from engine import Session
from engine.session.loss import has_targets
from engine.session.training import run_of
from engine.training import TrainingDiverged, TrainingRun
from engine.training.settings import TrainingSettings
from tui.state.run_record import Progress, Start

SPEEDS: tuple[float | None, ...] = (None, 10.0, 1.0)
"""Epochs a second; None is as fast as it goes."""

_SLICE = 0.002
"""Seconds of training between two checks of the queue."""
_WORK_OF_A_SLICE = 2_000_000
"""An epoch of less work is never interrupted, so that only whole epochs are shown."""
_OVERHEAD_OF_A_STEP = 20_000
"""The overhead of a step, as an equivalent number of multiplications."""
_MAX_LOSSES = 2**16
"""More than a view has columns, and drawn in a millisecond."""
_MAX_NAP = 0.02
"""Longest sleep in seconds while waiting for the next epoch."""
_MAX_REST = 0.1
"""Longest rest in seconds; after it training resumes by itself."""

_Change = Callable[[TrainingRun], None]


def work_of(n_samples: int, n_steps: int, n_parameters: int) -> int:
    """Return roughly how many multiplications one training pass over `n_samples` takes."""
    return n_samples * n_parameters + n_steps * _OVERHEAD_OF_A_STEP


class Trainer:
    """A training run in its own thread; all methods are for the thread of the screen.

    Every request goes through a queue and says where to start from, so that nothing depends on how
    far the thread has come. The result is left in one slot, `latest`, which is out of date while
    its version is below that of the trainer. error: the unexpected exception that ended the thread,
    None while it works. Raises ValueError where the session cannot be trained: without targets, or
    with targets that do not suit the loss.
    """

    def __init__(self, session: Session, settings: TrainingSettings) -> None:
        if not has_targets(session):
            raise ValueError("training needs targets; type one beside an output, C chooses data")
        self._run = run_of(session, settings, _MAX_LOSSES)
        self._samples = session.inputs, session.targets
        self.version = 0
        self._is_playing = False
        self._speed: float | None = None
        self._last_epoch = math.inf
        self._wanted: queue.SimpleQueue[tuple[_Change | None, int]] = queue.SimpleQueue()
        self._asked = threading.Event()
        self._may_work = threading.Event()
        self._may_work.set()
        self._failure: str | None = None
        self._answered = threading.Condition()
        self.error: Exception | None = None
        self.latest = self._progress(0)
        self._thread = threading.Thread(target=self._work, name="training", daemon=True)
        self._thread.start()

    def play(self, start: Start, speed: float | None, n_epochs: float = math.inf) -> None:
        """Train for `n_epochs`, or until paused.

        speed: epochs a second, None for as fast as it goes.
        """

        def begin(run: TrainingRun) -> None:
            self._set_to(run, start)
            self._speed = speed
            self._last_epoch = run.epoch + n_epochs
            self._is_playing = True

        self._enqueue(begin)

    def pause(self) -> None:
        """Stop after the present step."""

        def stop(_: TrainingRun) -> None:
            self._is_playing = False

        self._enqueue(stop)

    def step(self, start: Start) -> None:
        """Train on one batch."""
        self._once(start, TrainingRun.step)

    def epoch(self, start: Start) -> None:
        """Train to the end of the present epoch."""
        self._once(start, TrainingRun.run_epoch)

    def go_on_from(self, start: Start) -> None:
        """Continue from `start`, training or paused as before."""
        self._enqueue(lambda run: self._set_to(run, start))

    def use_speed(self, speed: float | None) -> None:
        """Continue at another speed, as for `play`."""

        def use(_: TrainingRun) -> None:
            self._speed = speed

        self._enqueue(use)

    def result(self) -> Progress:
        """Wait for the latest request and return its result.

        Raises the exception that ended the thread, if one did.
        """
        self.go_on()
        with self._answered:
            self._answered.wait_for(lambda: self.error or self.latest.version >= self.version)
        if self.error is not None:
            raise self.error
        return self.latest

    def ask(self) -> None:
        """Request the state of the run, to be put into `latest` soon."""
        self._asked.set()

    def rest(self) -> None:
        """Leave the processor to the screen until `go_on`: one thread at a time runs Python."""
        self._may_work.clear()

    def go_on(self) -> None:
        """Resume training after a rest."""
        self._may_work.set()

    def close(self) -> None:
        """End the thread and wait for it."""
        self._may_work.set()
        self._wanted.put((None, self.version))
        self._thread.join()

    def _once(self, start: Start, train: _Change) -> None:
        def make(run: TrainingRun) -> None:
            self._is_playing = False
            self._set_to(run, start)
            train(run)

        self._enqueue(make)

    def _enqueue(self, change: _Change) -> None:
        self.version += 1
        self._wanted.put((change, self.version))

    # From here on: the training thread.

    def _work(self) -> None:
        try:
            self._take_turns()
        except Exception as error:
            with self._answered:
                self.error = error
                self._answered.notify()

    def _take_turns(self) -> None:
        version = 0
        next_epoch = time.monotonic()
        while True:
            while not (self._is_playing and self._wanted.empty()):
                change, version = self._wanted.get()
                if change is None:
                    return
                self._attempt(change)
                self._answer(version)
                next_epoch = time.monotonic()
            self._may_work.wait(_MAX_REST)
            if self._speed is None:
                self._attempt(self._train_for_a_slice)
            elif (wait := next_epoch - time.monotonic()) > 0:
                # Until then there is nothing new to report.
                time.sleep(min(wait, _MAX_NAP))
                continue
            else:
                self._attempt(TrainingRun.run_epoch)
                next_epoch += 1 / self._speed
                self._asked.set()
            if self._run.epoch >= self._last_epoch:
                self._is_playing = False
            if self._asked.is_set() or not self._is_playing:
                self._asked.clear()
                self._answer(version)

    def _set_to(self, run: TrainingRun, start: Start) -> None:
        """Set the run to `start`; raises ValueError where the loss does not suit the samples."""
        session, here = start.session, start.checkpoint
        run.restore(here)
        if start.settings != here.settings:
            run.replace_settings(start.settings)
        run.replace_network(session.network)
        run.replace_frozen([layer.frozen for layer in session.network.layers])
        inputs, targets = self._samples
        if session.training_targets is not None and not (
            session.inputs is inputs and session.targets is targets
        ):
            run.replace_samples(
                session.training_inputs,
                session.training_targets,
                session.test_inputs,
                session.test_targets,
            )
            self._samples = session.inputs, session.targets

    def _attempt(self, change: _Change) -> None:
        try:
            change(self._run)
        except (TrainingDiverged, ValueError, MemoryError) as error:
            self._failure = str(error)
            self._is_playing = False
        else:
            self._failure = None

    def _train_for_a_slice(self, run: TrainingRun) -> None:
        """Train for a few milliseconds."""
        end = time.monotonic() + _SLICE
        work = work_of(run.n_samples, run.n_steps, run.n_parameters)
        n_steps = run.n_steps if work <= _WORK_OF_A_SLICE else 1
        while run.epoch < self._last_epoch:
            before = time.monotonic()
            run.run_steps(n_steps)
            now = time.monotonic()
            if now >= end:
                return
            if now - before < _SLICE / 8:
                n_steps *= 2

    def _answer(self, version: int) -> None:
        with self._answered:
            self.latest = self._progress(version)
            self._answered.notify()

    def _progress(self, version: int) -> Progress:
        run = self._run
        losses = run.loss_table()
        return Progress(
            version,
            run.network,
            run.epoch,
            run.step_index,
            losses[:, 0],
            losses[:, 1] if run.test_loss is not None else None,
            run.checkpoint(),
            self._is_playing,
            self._failure,
        )
