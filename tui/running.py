"""A run of training in the workspace: begun, advanced, ended; one edit of the history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine import SetParameters
from engine.activations import FloatArray
from engine.history import Entry
from engine.training_settings import TrainingSettings
from tui.training_state import RunRecord
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.trainer import Progress


def settings_of(workspace: Workspace) -> TrainingSettings:
    """Return the session's settings, or those to begin with."""
    return workspace.session.training or TrainingSettings()


def begun(workspace: Workspace, losses: FloatArray, tests: FloatArray | None) -> Workspace:
    """Return the workspace with a new run begun; losses, tests: those before its first epoch."""
    workspace = ended(workspace)
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
    return _with_entry(replace(workspace, run=record, is_training=True))


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
    runs = _in_order(*_all_runs(workspace))
    return replace(workspace, run=None, runs=runs, is_training=False)


def undone(workspace: Workspace) -> tuple[Workspace, Entry]:
    """Return the workspace before the latest edit, and that edit; a run taken back has ended.

    Raises ValueError when there is nothing to undo.
    """
    workspace = workspace.settled()
    past = workspace.history.past
    there, entry = workspace.undone()
    # Made again it is another entry than the one that was undone.
    runs = [replace(run, entry=entry) if run.entry is past[-1] else run for run in there.runs]
    there, present = replace(there, runs=tuple(runs)), there.run
    if present is not None and present.entry is past[-1]:
        there = ended(replace(there, run=replace(present, entry=entry)))
    return _at_the_end_of_a_run(there), entry


def redone(workspace: Workspace) -> tuple[Workspace, Entry]:
    """Return the workspace with the edit undone last made again, and that edit.

    Raises ValueError when there is nothing to redo.
    """
    there, entry = workspace.redone()
    return _at_the_end_of_a_run(there), entry


def _at_the_end_of_a_run(workspace: Workspace) -> Workspace:
    """The workspace whose present run is the one that led to just what is here, if one did.

    It has its epochs and losses again; a further run begins where it goes on from there.
    """
    past = workspace.history.past
    found = [run for run in workspace.runs if past and run.entry is past[-1]]
    if not found:
        return workspace
    others = [run for run in _all_runs(workspace) if run not in found]
    return replace(workspace, run=found[0], runs=_in_order(*others), is_training=False)


def _all_runs(workspace: Workspace) -> list[RunRecord]:
    """All runs that did an epoch, the present one the last."""
    run = workspace.run
    return [*workspace.runs, *([run] if run is not None and run.epochs else [])]


def back_at_start(workspace: Workspace) -> Workspace:
    """Return the workspace with the numbers that its run began with, as one edit.

    Raises ValueError when there is no run.
    """
    run = workspace.run
    if run is None or run.entry is None:
        raise ValueError("nothing was trained yet; space trains")
    start = run.entry.inverse.apply(workspace.session).network
    return ended(workspace).edited(SetParameters(start, f"back to the start of run {run.number}"))


def _with_entry(workspace: Workspace) -> Workspace:
    """The workspace whose history has an entry for the run that no file has yet."""
    past, run = workspace.history.past, workspace.run
    assert run is not None
    if run.entry is not None and run.entry in past and workspace.saved_at is not past[-1]:
        return workspace
    edit = SetParameters(workspace.session.network, f"run {run.number} of training")
    there = workspace.edited(edit)
    return replace(there, run=replace(run, entry=there.history.past[-1]))


def _in_order(*runs: RunRecord) -> tuple[RunRecord, ...]:
    return tuple(sorted(runs, key=lambda run: run.number))
