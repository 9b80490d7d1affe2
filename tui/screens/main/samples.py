"""The commands that choose another sample, add one or remove one."""

from __future__ import annotations

from functools import partial

from engine import AddSample, RemoveSample
from engine.session.prediction import can_be_right, next_wrong_sample
from tui.screens.main.command import SAMPLES, Change, Command, edited
from tui.state.workspace import Workspace


def add_sample(workspace: Workspace) -> Change:
    """Add a copy of the selected sample after it."""
    sample = workspace.selection.sample
    session = workspace.session
    targets = None if session.targets is None else session.targets[sample]
    edit = AddSample(sample + 1, session.inputs[sample], targets)
    after = workspace.selection.of_sample(sample + 1)
    return edited(workspace, edit, after, "a sample added: a copy of the one before it")


def remove_sample(workspace: Workspace) -> Change:
    """Remove the selected sample."""
    return edited(workspace, RemoveSample(workspace.selection.sample))


def show_sample(workspace: Workspace, sample: int) -> Change:
    """Select a sample, or the nearest there is."""
    last = workspace.session.n_samples - 1
    selection = workspace.selection.of_sample(max(0, min(sample, last)))
    return Change(workspace.selecting(selection))


def step_sample(workspace: Workspace, by: int) -> Change:
    """Select the sample so many after the present one."""
    if workspace.session.n_samples == 1:
        raise ValueError("there is only one sample; i adds another")
    return show_sample(workspace, workspace.selection.sample + by)


def show_next_wrong(workspace: Workspace) -> Change:
    """Select the next sample whose answer is wrong."""
    session, sample = workspace.session, workspace.selection.sample
    if not can_be_right(session):
        raise ValueError("no answer is right or wrong: that needs targets that are classes")
    found = next_wrong_sample(session, sample)
    if found is None:
        raise ValueError("every answer is right")
    if found == sample:
        raise ValueError("no other answer is wrong")
    return show_sample(workspace, found)


COMMANDS = (
    Command(
        "less_than_sign",
        "previous-sample",
        "previous sample",
        SAMPLES,
        partial(step_sample, by=-1),
        shown_as="<",
    ),
    Command(
        "greater_than_sign",
        "next-sample",
        "next sample",
        SAMPLES,
        partial(step_sample, by=1),
        shown_as=">",
    ),
    Command(
        "slash",
        "next-wrong-sample",
        "next wrong sample",
        SAMPLES,
        show_next_wrong,
        help="The next sample whose answer is not its target",
        shown_as="/",
    ),
    Command(
        "i",
        "add-sample",
        "add a sample",
        SAMPLES,
        add_sample,
        help="A copy of the selected one, after it",
    ),
    Command("I", "remove-sample", "remove the sample", SAMPLES, remove_sample),
)
