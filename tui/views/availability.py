"""Which views have something to show in a workspace."""

from __future__ import annotations

from tui.state.workspace import Workspace
from tui.views.answers import has_answered
from tui.views.distribution.rows import MIN_SAMPLES
from tui.views.picture.grid import grid_of


def has_comparison(workspace: Workspace) -> bool:
    """Return whether there is an earlier state to compare with."""
    return workspace.comparison is not None


def has_two_inputs(workspace: Workspace) -> bool:
    """Return whether two inputs span a plane."""
    return workspace.session.network.n_features > 1


def has_many_samples(workspace: Workspace) -> bool:
    """Return whether there are enough samples for histograms."""
    return workspace.session.n_samples >= MIN_SAMPLES


def has_run(workspace: Workspace) -> bool:
    """Return whether the network is being trained, or was."""
    return workspace.run is not None


def has_runs(workspace: Workspace) -> bool:
    """Return whether there is a training run, the present one or an earlier one."""
    return has_run(workspace) or bool(workspace.runs)


def has_targets(workspace: Workspace) -> bool:
    """Return whether there is a target to compare an answer with."""
    return has_answered(workspace.session)


def has_picture(workspace: Workspace) -> bool:
    """Return whether the inputs are the pixels of a picture."""
    return grid_of(workspace.session) is not None
