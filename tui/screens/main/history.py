"""The commands that take changes back: undo, redo, and back to the file."""

from __future__ import annotations

from engine import ReturnTo
from engine.nn.values import same_content
from tui.screens.main.command import UNDO, Change, Command, edited
from tui.state.workspace import Workspace


def undo(workspace: Workspace) -> Change:
    """Take the latest edit back."""
    there, entry = workspace.undo()
    return Change(there, f"undone: {entry.description}")


def redo(workspace: Workspace) -> Change:
    """Make the edit that was undone last again."""
    there, entry = workspace.redo()
    return Change(there, f"redone: {entry.description}")


def reset(workspace: Workspace) -> Change:
    """Restore everything as it was opened."""
    place = "the file" if workspace.source else "the beginning"
    if same_content(workspace.session, workspace.origin):
        raise ValueError(f"everything is as in {place}")
    edit = ReturnTo(workspace.origin, place)
    return edited(workspace, edit, status=f"back to {place}; u takes that back")


COMMANDS = (
    Command("u", "undo", "undo", UNDO, undo),
    Command("U,ctrl+r", "redo", "redo", UNDO, redo, shown_as="U"),
    Command(
        "r",
        "reset",
        "back to the file",
        UNDO,
        reset,
        help="Restore everything as it was opened; u takes that back",
    ),
)
