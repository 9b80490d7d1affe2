"""The keys that train the network, and the link from the training thread to the screen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer

from tui.panes.key_groups import TRAIN
from tui.screens.main.base import WorkspaceScreen
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


class TrainingActions(WorkspaceScreen):
    """Play, pause, steps and epochs; every frame shows the latest state of the run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space",
            "train",
            "train",
            group=TRAIN,
            tooltip="Train, and pause; edits made meanwhile count, and u takes them back",
        ),
        Binding("z", "train_step", "one step", group=TRAIN, show=False, tooltip="One batch"),
        Binding("Z", "train_epoch", "one epoch", group=TRAIN, show=False),
        Binding(
            "E",
            "run_start",
            "back to the start of the run",
            group=TRAIN,
            show=False,
            tooltip="The weights and biases from which it began",
        ),
        Binding(
            "F",
            "speed",
            "speed",
            group=TRAIN,
            show=False,
            tooltip="As fast as it goes, 10 epochs or 1 epoch a second",
        ),
        Binding("Y", "log_scale", "log scale of the loss", group=TRAIN, show=False),
    ]

    _trainer: Trainer | None = None
    _taken: Progress | None = None
    _frames: Timer | None = None

    def change(self, workspace: Workspace, status: str = "") -> None:
        """Make `workspace` the present one; a run in progress takes over what was edited."""
        workspace = self._synchronise(self.present, workspace)
        if self._trainer is not None:
            self._trainer.rest()
        super().change(workspace, status)

    def follow(self) -> None:
        """Draw the plots and texts; once they are painted the run may use the processor again."""
        super().follow()
        if self._trainer is not None:
            self.call_after_refresh(self._trainer.go_on)

    def on_unmount(self) -> None:
        self._close()

    def action_train(self) -> None:
        if self.present.is_training:
            self.change(pause_run(self.present), "paused; space goes on, z one step, Z one epoch")
            return
        try:
            trainer, workspace = self._with_trainer(self.present)
        except ValueError as error:
            self.refuse(str(error))
            return
        trainer.play(start_of(workspace), workspace.view.speed)
        self._continue_run(play_run(workspace), "training; space pauses")

    def action_train_step(self) -> None:
        self._once("step")

    def action_train_epoch(self) -> None:
        self._once("epoch")

    def action_run_start(self) -> None:
        self.attempt(lambda: (return_to_start(self.present), "back to the start of the run"))

    def action_speed(self) -> None:
        from tui.screens.main.trainer import SPEEDS

        speed = SPEEDS[(SPEEDS.index(self.present.view.speed) + 1) % len(SPEEDS)]
        if self._trainer is not None and self.present.is_training:
            self._trainer.use_speed(speed)
        status = (
            "training goes as fast as it can"
            if speed is None
            else f"{speed:g} epoch{'s' * (speed != 1)} a second"
        )
        self.change(self.present.viewing(speed=speed), status)

    def action_log_scale(self) -> None:
        log_scale = not self.present.view.log_scale
        status = f"the loss has a {'logarithmic' if log_scale else 'linear'} scale"
        self.change(self.present.viewing(log_scale=log_scale), status)

    def _once(self, what: Stretch) -> None:
        """Train for a step or an epoch; a short one is finished before the next key."""
        try:
            trainer, workspace = self._with_trainer(pause_run(self.present))
        except ValueError as error:
            self.refuse(str(error))
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
        super().change(end_stretch(workspace, what, progress), f"one {what}")
        if progress.failure is not None:
            self.refuse(progress.failure)

    def _with_trainer(self, workspace: Workspace) -> tuple[Trainer, Workspace]:
        """Return the trainer, and the workspace with its run, which begins if there was none.

        Raises ValueError when nothing can be trained.
        """
        from tui.screens.main.trainer import Trainer

        trainer = self._trainer
        if trainer is None or workspace.run is None:
            self._close()
            trainer = Trainer(workspace.session, settings_of(workspace))
            self._trainer = trainer
        if workspace.run is None:
            workspace = begin_run(workspace, trainer.latest)
        return trainer, workspace

    def _continue_run(self, workspace: Workspace, status: str) -> None:
        """Change to a workspace whose run continues in its thread."""
        super().change(replace(workspace, is_training=True), status)
        self._resume_frames()

    def _resume_frames(self) -> None:
        if self._frames is None:
            self._frames = self.set_interval(1 / _FRAMES_A_SECOND, self._show_frame)
        self._frames.resume()

    async def _show_frame(self) -> None:
        """Show the latest state of the run, unless an edit has overtaken it."""
        trainer = self._trainer
        if trainer is None or not self.present.is_training:
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
        with self.app.batch_update():
            super().change(advance_run(self.present, progress), self.status)
            self.follow()
            # Widgets report what to repaint when they next run.
            await asyncio.sleep(0)
        if progress.failure is not None:
            self.refuse(progress.failure)

    def _synchronise(self, before: Workspace, after: Workspace) -> Workspace:
        """Make the thread continue from `after`; a new start while training begins another run."""
        if after.is_training and after.run is None:
            try:
                trainer, after = self._with_trainer(after)
            except ValueError as error:
                self.refuse(str(error))
                return pause_run(after)
            trainer.play(start_of(after), after.view.speed)
            return play_run(after)
        if after.run is None:
            self._close()
        elif self._trainer is not None and after.is_training:
            if after.session is not before.session or after.run is not before.run:
                self._trainer.go_on_from(start_of(after))
        elif self._trainer is not None and before.is_training:
            self._trainer.pause()
        return after

    def _close(self) -> None:
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
