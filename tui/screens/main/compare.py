"""The commands that compare with a remembered state, and go back to it."""

from __future__ import annotations

from tui.screens.main.command import COMPARE, Change, Command
from tui.state.workspace import Workspace


def remember(workspace: Workspace) -> Change:
    """Remember the session to compare with, or forget it if nothing has changed since."""
    if workspace.is_as_pinned:
        return Change(workspace.remembering(None), "nothing is remembered any more")
    return Change(
        workspace.remembering(workspace.session),
        "remembered: what differs from now on shows by how much. P returns, w swaps",
    )


def return_to_remembered(workspace: Workspace) -> Change:
    """Go back to the remembered session."""
    return Change(workspace.back_at_pinned(), "back to what was remembered; u takes that back")


def swap(workspace: Workspace) -> Change:
    """Go to the remembered session, and remember the present one instead."""
    there = workspace.back_at_pinned(swapped=True)
    return Change(there, "swapped with what was remembered; w swaps back")


COMMANDS = (
    Command(
        "p",
        "remember",
        "compare with now",
        COMPARE,
        remember,
        help="Remember everything as it is: from now on what differs shows by how much",
    ),
    Command(
        "P",
        "return",
        "back to what was remembered",
        COMPARE,
        return_to_remembered,
        help="One edit; u takes it back",
    ),
    Command(
        "w",
        "swap",
        "swap with what was remembered",
        COMPARE,
        swap,
        help="Go there, and remember what is here now instead: press it again to be back",
    ),
)
