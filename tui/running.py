"""A run of training in the workspace: begun, advanced, ended; one edit of the history."""

from __future__ import annotations

from dataclasses import replace

from engine import SetParameters
from engine.activations import FloatArray
from engine.training_settings import TrainingSettings
from tui.trainer import Progress
from tui.training_state import RunRecord
from tui.workspace import Workspace


def settings_of(workspace: Workspace) -> TrainingSettings:
    """Return the session's settings, or those to begin with."""
    return workspace.session.training or TrainingSettings()


def begun(workspace: Workspace, losses: FloatArray, tests: FloatArray | None) -> Workspace:
    """Return the workspace with a new run begun; losses, tests: those before its first epoch."""
    session = workspace.session
    record = RunRecord(
        number=len(workspace.runs) + 1,
        settings=settings_of(workspace),
        data_name=session.data.name if session.data else "own samples",
        sizes=session.network.sizes,
        epochs=0,
        losses=losses,
        test_losses=tests,
    )
    return _with_entry(replace(ended(workspace), run=record, is_training=True))


def resumed(workspace: Workspace) -> Workspace:
    """Return the workspace with its run going on."""
    return _with_entry(replace(workspace, is_training=True))


def paused(workspace: Workspace) -> Workspace:
    """Return the workspace with its run stopped for now."""
    return replace(workspace, is_training=False)


def advanced(workspace: Workspace, progress: Progress) -> Workspace:
    """Return the workspace with the numbers of the run as they are now."""
    assert workspace.run is not None
    record = replace(
        workspace.run,
        settings=settings_of(workspace),
        epochs=progress.epoch,
        losses=progress.losses,
        test_losses=progress.test_losses,
        stopped_because=progress.failure or "",
    )
    session = workspace.session.evolve(network=progress.network)
    return replace(
        _with_entry(workspace),
        session=session,
        run=record,
        is_training=workspace.is_training and progress.failure is None,
        moved_on=True,
    )


def ended(workspace: Workspace) -> Workspace:
    """Return the workspace without a present run; what it did is kept for comparison."""
    workspace = workspace.settled()
    run = workspace.run
    runs = workspace.runs if run is None or not run.epochs else (*workspace.runs, run)
    return replace(workspace, run=None, runs=runs, is_training=False, run_entry=None)


def back_at_start(workspace: Workspace) -> Workspace:
    """Return the workspace with the numbers that its run began with, as one edit.

    Raises ValueError when there is no run.
    """
    if workspace.run is None or workspace.run_entry is None:
        raise ValueError("nothing was trained yet; space trains")
    start = workspace.run_entry.inverse.apply(workspace.session).network
    number = workspace.run.number
    return ended(workspace).edited(SetParameters(start, f"back to the start of run {number}"))


def _with_entry(workspace: Workspace) -> Workspace:
    """The workspace whose history has an entry for the run that no file has yet."""
    past, entry = workspace.history.past, workspace.run_entry
    if entry is not None and entry in past and workspace.saved_at is not past[-1]:
        return workspace
    assert workspace.run is not None
    edit = SetParameters(workspace.session.network, f"run {workspace.run.number} of training")
    there = workspace.edited(edit)
    return replace(there, run_entry=there.history.past[-1])
