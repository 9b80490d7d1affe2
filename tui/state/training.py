"""A run of training in the workspace: begun, advanced, paused, taken back to its start."""

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
    from tui.state.run_record import Progress, Start

Stretch = Literal["step", "epoch"]
"""What is trained by hand, at one key."""


def settings_of(workspace: Workspace) -> TrainingSettings:
    """Return the session's settings, or those to begin with."""
    return workspace.session.training or TrainingSettings()


def start_of(workspace: Workspace) -> Start:
    """Return where the run of a workspace goes on from."""
    # Imported here, as most sessions are not trained.
    from tui.state.run_record import Start

    assert workspace.run is not None
    assert workspace.run.state is not None
    return Start(workspace.session, settings_of(workspace), workspace.run.state.checkpoint)


def begin_run(workspace: Workspace, first: Progress) -> Workspace:
    """Return the workspace with a new run, which has made no step yet."""
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
    """Return the workspace in which its run goes on until it is paused.

    Runs by play that follow on each other are one edit of the history.
    """
    assert workspace.run is not None
    description = f"run {workspace.run.number} of training"
    history = workspace.history
    is_there = history.past and history.past[-1].description == description
    if history.future or not is_there:
        workspace = workspace.to_train(description)
    return replace(workspace, is_training=True)


def begin_stretch(workspace: Workspace, what: Stretch) -> Workspace:
    """Return the workspace in which its run makes a step or an epoch, an edit of its own."""
    assert workspace.run is not None
    return workspace.to_train(f"one {what} of run {workspace.run.number}")


def end_stretch(workspace: Workspace, what: Stretch, progress: Progress) -> Workspace:
    """Return the workspace after a step or an epoch; one that failed at once is no edit."""
    has_moved = _has_moved(workspace, progress)
    return advance_run(begin_stretch(workspace, what) if has_moved else workspace, progress)


def pause_run(workspace: Workspace) -> Workspace:
    """Return the workspace with its run stopped for now."""
    return replace(workspace, is_training=False)


def advance_run(workspace: Workspace, progress: Progress) -> Workspace:
    """Return the workspace with the numbers of the run as they are now."""
    run = workspace.run
    assert run is not None
    assert run.state is not None
    record = replace(run, stopped_because=progress.failure or "")
    is_training = workspace.is_training and progress.is_playing
    if not _has_moved(workspace, progress):
        # Without a step the numbers are those on the screen, which may have been set by hand.
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
    # What was undone has come about on other numbers.
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
    """Whether steps were made beyond those that the run is known to have made."""
    run = workspace.run
    assert run is not None
    return (progress.epoch, progress.step_index) != (run.epochs, run.step_index)


def return_to_start(workspace: Workspace) -> Workspace:
    """Return the workspace with the numbers that its run began with, as one edit.

    Raises ValueError when there is no run.
    """
    run = workspace.run
    if run is None or run.state is None:
        raise ValueError("nothing was trained yet; space trains")
    edit = SetParameters(run.state.start, f"back to the start of run {run.number}")
    return pause_run(workspace.edited(edit).with_run(None))


def _runs_known(workspace: Workspace) -> Iterator[RunRecord]:
    """All runs that are shown, or that undo leads back to."""
    past = (entry.memo for entry in workspace.history.past)
    before = (memo.run for memo in past if isinstance(memo, Memo))
    return (run for run in chain(workspace.runs, [workspace.run], before) if run is not None)
