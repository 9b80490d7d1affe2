"""The keys that train the network, and the way from the running thread to the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer

from tui.key_groups import TRAIN
from tui.running import advanced, back_at_start, begun, ended, paused, resumed, settings_of
from tui.screens.workspace_screen import WorkspaceScreen
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.trainer import Progress, Trainer

_FRAMES_A_SECOND = 30


class TrainingActions(WorkspaceScreen):
    """Play, pause, steps and epochs; every frame takes the latest state of the run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space",
            "train",
            "train",
            group=TRAIN,
            tooltip="Train, and pause; what is edited meanwhile counts, and u takes a run back",
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

    def change(self, workspace: Workspace, said: str = "") -> None:
        """Make `workspace` the present one; a run that goes on takes over what was edited."""
        workspace = self._kept_in_step(self.present, workspace)
        if self._trainer is not None:
            self._trainer.rest()
        super().change(workspace, said)

    def follow(self) -> None:
        """Draw what follows the numbers; once it is painted the run may have the processor."""
        super().follow()
        if self._trainer is not None:
            self.call_after_refresh(self._trainer.go_on)

    def on_unmount(self) -> None:
        self._close()

    def action_train(self) -> None:
        if self.present.is_training and self._trainer is not None:
            self._trainer.pause()
            super().change(paused(self.present), "paused; space goes on, z one step, Z one epoch")
        else:
            self._run_with(
                lambda trainer: trainer.play(self.present.view.speed), "training; space pauses"
            )

    def action_train_step(self) -> None:
        self._once("step")

    def action_train_epoch(self) -> None:
        self._once("epoch")

    def action_run_start(self) -> None:
        self.attempt(lambda: (back_at_start(self.present), "back to the start of the run"))

    def action_speed(self) -> None:
        from tui.trainer import SPEEDS

        speed = SPEEDS[(SPEEDS.index(self.present.view.speed) + 1) % len(SPEEDS)]
        if self._trainer is not None and self.present.is_training:
            self._trainer.play(speed)
        said = (
            "training goes as fast as it can"
            if speed is None
            else f"{speed:g} epoch{'s' * (speed != 1)} a second"
        )
        self.change(self.present.viewing(speed=speed), said)

    def action_log_scale(self) -> None:
        log_scale = not self.present.view.log_scale
        said = f"the loss has a {'logarithmic' if log_scale else 'linear'} scale"
        self.change(self.present.viewing(log_scale=log_scale), said)

    def _once(self, what: str) -> None:
        if self.present.is_training:
            self.action_train()
        if self._run_with(lambda trainer: getattr(trainer, what)(), f"one {what}"):
            super().change(paused(self.present), f"one {what}")

    def _run_with(self, start: Callable[[Trainer], None], said: str) -> bool:
        """Have the run go on, or begin one, and return whether it could be."""
        try:
            workspace = self._with_trainer(self.present)
        except ValueError as error:
            self.refuse(str(error))
            return False
        super().change(workspace, said)
        assert self._trainer is not None
        start(self._trainer)
        self._frames_go_on()
        return True

    def _with_trainer(self, workspace: Workspace) -> Workspace:
        from tui.trainer import Trainer

        if self._trainer is not None:
            return resumed(workspace)
        self._trainer = Trainer(workspace.session, settings_of(workspace))
        self._taken = first = self._trainer.latest
        return begun(workspace, first.losses, first.test_losses)

    def _frames_go_on(self) -> None:
        if self._frames is None:
            self._frames = self.set_interval(1 / _FRAMES_A_SECOND, self._show_frame)
        self._frames.resume()

    async def _show_frame(self) -> None:
        """Show the latest state of the run, unless an edit has overtaken it."""
        trainer = self._trainer
        if trainer is None:
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
        # Numbers and plots in one frame: apart they would be of different states, half the time.
        with self.app.batch_update():
            super().change(advanced(self.present, progress), self.said)
            self.follow()
            # Widgets tell the screen what to paint when they next come to work.
            await asyncio.sleep(0)
        # What was asked to be painted meanwhile was put off, also by a dialog in front.
        self.app.screen.check_idle()
        if progress.failure is not None:
            self.refuse(progress.failure)
        if not self.present.is_training and self._frames is not None:
            self._frames.pause()

    def _kept_in_step(self, before: Workspace, after: Workspace) -> Workspace:
        """Tell the run what was edited; it ends, or another begins, where it cannot go on."""
        trainer, old, new = self._trainer, before.session, after.session
        if old is new:
            return after
        if after.run is None or before.run is None or after.run.number != before.run.number:
            self._close()
            return after
        if _needs_another_run(before, after):
            self._close()
            after = ended(after)
            if not before.is_training:
                return after
            try:
                after = self._with_trainer(after)
            except ValueError as error:
                self.refuse(str(error))
                return after
            self._begin_again()
            return after
        if trainer is not None:
            trainer.go_on_from(new)
            if settings_of(before) != settings_of(after):
                trainer.use(settings_of(after))
            self._frames_go_on()
        return after

    def _begin_again(self) -> None:
        assert self._trainer is not None
        self._trainer.play(self.present.view.speed)
        self._frames_go_on()

    def _close(self) -> None:
        if self._trainer is not None:
            self._trainer.close()
        self._trainer = self._taken = None


def _needs_another_run(before: Workspace, after: Workspace) -> bool:
    """Whether the network got another shape, or other data."""
    old, new = before.session, after.session
    return (
        old.network.sizes != new.network.sizes
        or old.inputs.shape != new.inputs.shape
        or (old.targets is None) != (new.targets is None)
        or (old.n_test, old.data, old.task) != (new.n_test, new.data, new.task)
    )
