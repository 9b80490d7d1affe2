"""Begins, advances and pauses a training run in the workspace, or returns to its start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Literal

from engine import History, Network, Session, SetParameters
from engine.training.settings import TrainingSettings
from tui.state.run_record import RunRecord, RunState
from tui.state.workspace import Memo, Workspace

if TYPE_CHECKING:
    from engine.training.checkpoint import Checkpoint
    from tui.state.run_record import Progress, Start

Stretch = Literal["step", "epoch"]
"""How far one key trains."""


def settings_of(workspace: Workspace) -> TrainingSettings:
    """Return the session's training settings, or the defaults."""
    return workspace.session.training or TrainingSettings()


def start_of(workspace: Workspace) -> Start:
    """Return where the run of a workspace resumes."""
    # Imported here because most sessions are never trained.
    from tui.state.run_record import Start

    assert workspace.run is not None
    assert workspace.run.state is not None
    return Start(workspace.session, settings_of(workspace), workspace.run.state.checkpoint)


def checkpoint_of(workspace: Workspace) -> Checkpoint | None:
    """Return what the run of a workspace remembers for its next step; None before the first."""
    state = None if workspace.run is None else workspace.run.state
    return None if state is None else state.checkpoint


def begin_run(workspace: Workspace, first: Progress) -> Workspace:
    """Return the workspace with a new run that has not made a step yet."""
    session = workspace.session
    record = RunRecord(
        number=1 + max((run.number for run in _runs_known(workspace)), default=0),
        settings=settings_of(workspace),
        data_name=session.data.name if session.data else "own samples",
        sizes=session.network.sizes,
        epochs=first.epoch,
        losses=first.losses,
        test_losses=first.test_losses,
        state=_state_at(session, session.network, first),
    )
    return workspace.with_run(record)


def play_run(workspace: Workspace) -> Workspace:
    """Return the workspace with its run playing until it is paused.

    Playing again straight after a pause continues the same edit of the history.
    """
    assert workspace.run is not None
    description = f"run {workspace.run.number} of training"
    history = workspace.history
    is_there = history.past and history.past[-1].description == description
    if history.future or not is_there:
        workspace = workspace.to_train(description)
    return replace(workspace, is_training=True)


def begin_stretch(workspace: Workspace, what: Stretch) -> Workspace:
    """Return the workspace with its run about to make a step or an epoch, as an edit of its own."""
    assert workspace.run is not None
    return workspace.to_train(f"one {what} of run {workspace.run.number}")


def end_stretch(workspace: Workspace, what: Stretch, progress: Progress) -> Workspace:
    """Return the workspace after a step or an epoch; if it failed at once, without an edit."""
    has_moved = _has_moved(workspace, progress)
    return advance_run(begin_stretch(workspace, what) if has_moved else workspace, progress)


def pause_run(workspace: Workspace) -> Workspace:
    """Return the workspace with its run paused."""
    return replace(workspace, is_training=False)


def advance_run(workspace: Workspace, progress: Progress) -> Workspace:
    """Return the workspace with the present parameters of the run."""
    run = workspace.run
    assert run is not None
    assert run.state is not None
    record = replace(run, stopped_because=progress.failure or "")
    is_training = workspace.is_training and progress.is_playing
    if not _has_moved(workspace, progress):
        # Without a step, keep the numbers on the screen: they may have been set by hand.
        return replace(workspace, run=record, is_training=is_training)
    session = workspace.session.evolve(network=progress.network)
    record = replace(
        record,
        settings=settings_of(workspace),
        epochs=progress.epoch,
        losses=progress.losses,
        test_losses=progress.test_losses,
        step_index=progress.step_index,
        state=_state_at(session, run.state.start, progress),
    )
    # Undone edits were made on other numbers, so they cannot be redone.
    history = History(workspace.history.past)
    return replace(
        workspace,
        session=session,
        history=history,
        run=record,
        is_training=is_training,
        moved_on=True,
    )


def _state_at(session: Session, start: Network, progress: Progress) -> RunState:
    return RunState(start, session.network, session.inputs, session.targets, progress.checkpoint)


def _has_moved(workspace: Workspace, progress: Progress) -> bool:
    """Whether the run has made steps that its record does not have yet."""
    run = workspace.run
    assert run is not None
    return (progress.epoch, progress.step_index) != (run.epochs, run.step_index)


def return_to_start(workspace: Workspace) -> Workspace:
    """Return the workspace with the parameters its run began with, as one edit.

    Raises ValueError if there is no run.
    """
    run = workspace.run
    if run is None or run.state is None:
        raise ValueError("nothing trained yet; space trains")
    edit = SetParameters(run.state.start, f"back to the start of run {run.number}")
    return pause_run(workspace.edited(edit).with_run(None))


def _runs_known(workspace: Workspace) -> Iterator[RunRecord]:
    """All runs that are shown or that undo can bring back."""
    past = (entry.memo for entry in workspace.history.past)
    before = (memo.run for memo in past if isinstance(memo, Memo))
    return (run for run in chain(workspace.runs, [workspace.run], before) if run is not None)
