"""The commands that train the network, and the link from the training thread to the screen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import TRAIN, Change, Command
from tui.state.training import (
    Stretch,
    advance_run,
    begin_run,
    begin_stretch,
    end_stretch,
    pause_run,
    play_run,
    return_to_start,
    settings_of,
    start_of,
)
from tui.state.workspace import Workspace

if TYPE_CHECKING:
    from tui.screens.main.trainer import Trainer
    from tui.state.run_record import Progress

_FRAMES_A_SECOND = 30
_MAX_WORK_AT_ONCE = 50_000_000
"""A step or an epoch of no more multiplications is waited for: up to a tenth of a second."""


class Training:
    """Play, pause, steps and epochs; every frame shows the latest state of the run."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self._screen = screen
        self._trainer: Trainer | None = None
        self._taken: Progress | None = None
        self._frames: Timer | None = None

    def rest(self) -> None:
        """Leave the processor to the screen until `go_on`."""
        if self._trainer is not None:
            self._trainer.rest()

    def go_on(self) -> None:
        """Use the processor again, once plots and texts are painted."""
        if self._trainer is not None:
            self._screen.call_after_refresh(self._trainer.go_on)

    def toggle(self) -> None:
        """Train, or pause."""
        if self._screen.present.is_training:
            self._screen.change(
                pause_run(self._screen.present), "paused; space goes on, z one step, Z one epoch"
            )
            return
        try:
            trainer, workspace = self._with_trainer(self._screen.present)
        except ValueError as error:
            self._screen.refuse(str(error))
            return
        trainer.play(start_of(workspace), workspace.view.speed)
        self._continue_run(play_run(workspace), "training; space pauses")

    def use_next_speed(self) -> None:
        """Train at another speed."""
        from tui.screens.main.trainer import SPEEDS

        workspace = self._screen.present
        speed = SPEEDS[(SPEEDS.index(workspace.view.speed) + 1) % len(SPEEDS)]
        if self._trainer is not None and workspace.is_training:
            self._trainer.use_speed(speed)
        status = (
            "training goes as fast as it can"
            if speed is None
            else f"{speed:g} epoch{'s' * (speed != 1)} a second"
        )
        self._screen.change(workspace.viewing(speed=speed), status)

    def once(self, what: Stretch) -> None:
        """Train for a step or an epoch; a short one is finished before the next key."""
        try:
            trainer, workspace = self._with_trainer(pause_run(self._screen.present))
        except ValueError as error:
            self._screen.refuse(str(error))
            return
        start, is_quick = start_of(workspace), _is_quick(workspace, what)
        if what == "step":
            trainer.step(start)
        elif is_quick:
            trainer.epoch(start)
        else:
            # It is shown as it progresses, and can be paused.
            trainer.play(start, None, n_epochs=1)
        if not is_quick:
            self._continue_run(begin_stretch(workspace, what), f"one {what}")
            return
        self._taken = progress = trainer.result()
        self._screen.show(end_stretch(workspace, what, progress), f"one {what}")
        if progress.failure is not None:
            self._screen.refuse(progress.failure)

    def walk(self) -> None:
        """Walk through the next step, stage by stage, and make it at the end."""
        # Imported here to keep start-up quick.
        from tui.screens.dialogs.walk.dialog import Walk
        from tui.screens.dialogs.walk.stages import StepWalk

        if self._screen.present.is_training:
            self._screen.change(pause_run(self._screen.present), "paused")
        try:
            self._with_trainer(self._screen.present)
        except ValueError as error:
            self._screen.refuse(str(error))
            return

        def take(makes_step: bool | None) -> None:
            if makes_step:
                self.once("step")

        walk = StepWalk(self._screen.present)
        self._screen.app.push_screen(Walk(walk, self._screen.preview), take)

    def _with_trainer(self, workspace: Workspace) -> tuple[Trainer, Workspace]:
        """Return the trainer, and the workspace with its run, which begins if there was none.

        Raises ValueError when nothing can be trained.
        """
        from tui.screens.main.trainer import Trainer

        trainer = self._trainer
        if trainer is None or workspace.run is None:
            self.close()
            trainer = Trainer(workspace.session, settings_of(workspace))
            self._trainer = trainer
        if workspace.run is None:
            workspace = begin_run(workspace, trainer.latest)
        return trainer, workspace

    def _continue_run(self, workspace: Workspace, status: str) -> None:
        """Change to a workspace whose run continues in its thread."""
        self._screen.show(replace(workspace, is_training=True), status)
        self._resume_frames()

    def _resume_frames(self) -> None:
        if self._frames is None:
            self._frames = self._screen.set_interval(1 / _FRAMES_A_SECOND, self._show_frame)
        self._frames.resume()

    async def _show_frame(self) -> None:
        """Show the latest state of the run, unless an edit has overtaken it."""
        trainer = self._trainer
        if trainer is None or not self._screen.present.is_training:
            if self._frames is not None:
                self._frames.pause()
            return
        if trainer.error is not None:
            raise trainer.error
        progress = trainer.latest
        trainer.ask()
        if progress.version < trainer.version or progress is self._taken:
            return
        self._taken = progress
        trainer.rest()
        # Numbers and plots in one frame: in two they would show different states half the time.
        with self._screen.app.batch_update():
            self._screen.show(advance_run(self._screen.present, progress), self._screen.status)
            self._screen.follow()
            # Widgets report what to repaint when they next run.
            await asyncio.sleep(0)
        if progress.failure is not None:
            self._screen.refuse(progress.failure)

    def taking_over(self, before: Workspace, after: Workspace) -> Workspace:
        """Make the thread continue from `after`; a new start while training begins another run."""
        if after.put_aside is not before.put_aside:
            self.close()
        if after.is_training and after.run is None:
            try:
                trainer, after = self._with_trainer(after)
            except ValueError as error:
                self._screen.refuse(str(error))
                return pause_run(after)
            trainer.play(start_of(after), after.view.speed)
            return play_run(after)
        if after.run is None:
            self.close()
        elif self._trainer is not None and after.is_training:
            if after.session is not before.session or after.run is not before.run:
                self._trainer.go_on_from(start_of(after))
        elif self._trainer is not None and before.is_training:
            self._trainer.pause()
        return after

    def close(self) -> None:
        """End the thread."""
        if self._trainer is not None:
            self._trainer.close()
        self._trainer = self._taken = None


def _is_quick(workspace: Workspace, what: Stretch) -> bool:
    from tui.screens.main.trainer import work_of

    session = workspace.session
    batch_size = settings_of(workspace).batch_size_of(session.n_train)
    n_samples = batch_size if what == "step" else session.n_train
    n_steps = -(-n_samples // batch_size)
    return work_of(n_samples, n_steps, session.network.n_parameters) <= _MAX_WORK_AT_ONCE


def to_start(workspace: Workspace) -> Change:
    """Go back to the weights and biases from which the run began."""
    return Change(return_to_start(workspace), "back to the start of the run")


COMMANDS = (
    Command(
        "space",
        "train",
        "train",
        TRAIN,
        Training.toggle,
        Training,
        help="Train, and pause; edits made meanwhile count, and u takes them back",
    ),
    Command(
        "z",
        "train-step",
        "one step",
        TRAIN,
        partial(Training.once, what="step"),
        Training,
        "One batch",
    ),
    Command(
        "colon",
        "walk-step",
        "walk a step",
        TRAIN,
        Training.walk,
        Training,
        "Forward, loss, backward and update, one stage a key; Escape leaves all as it was",
        shown_as=":",
    ),
    Command("Z", "train-epoch", "one epoch", TRAIN, partial(Training.once, what="epoch"), Training),
    Command(
        "E",
        "run-start",
        "back to the start of the run",
        TRAIN,
        to_start,
        help="The weights and biases from which it began",
    ),
    Command(
        "F",
        "speed",
        "speed",
        TRAIN,
        Training.use_next_speed,
        Training,
        help="As fast as it goes, 10 epochs or 1 epoch a second",
    ),
)
