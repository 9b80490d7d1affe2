"""Commands as values: a key of the main screen, its name, its help, and what it does.

Bindings, help, palette, footer and the table of keys in README are all made from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from textual.binding import Binding

from engine import Edit
from tui.state.selection import Selection
from tui.state.workspace import Workspace

LESSON = Binding.Group("Lessons")
MOVE = Binding.Group("Move")
TYPE = Binding.Group("Change a number")
UNDO = Binding.Group("Take back")
COMPARE = Binding.Group("Compare, and what matters")
TRAIN = Binding.Group("Train")
SHAPE = Binding.Group("Change the network")
SAMPLES = Binding.Group("Samples")
LOOK = Binding.Group("Look")
MAP = Binding.Group("Map")
FILES = Binding.Group("Files")
HELP = Binding.Group("Help and leave")
VIEWS = Binding.Group("Views")

GROUPS = (LESSON, MOVE, TYPE, UNDO, COMPARE, TRAIN, SHAPE, SAMPLES, LOOK, MAP, FILES, HELP, VIEWS)
"""The groups in the order in which help and palette list them."""

Where = Literal["anywhere", "numbers", "views", "lesson"]
"""Where the focus has to be for a key to act: anywhere, in a pane of numbers, in a view, or in the
lesson panel, whose keys come before those that act anywhere."""


class Change(NamedTuple):
    """What a command makes of the workspace, and what the line above the keys says of it."""

    workspace: Workspace
    status: str = ""


def edited(
    workspace: Workspace, edit: Edit, after: Selection | None = None, status: str = ""
) -> Change:
    """Return the change that an edit makes; raises ValueError if it cannot be made."""
    return Change(workspace.edited(edit, after), status)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the main screen.

    keys: Textual's names of its keys, separated by commas; empty for one that only the palette
    offers. id: its name in a user's keymap, which never changes. run: a function from the workspace
    to a Change, which raises ValueError to refuse; or with `of` a method of what the screen holds.
    of: the class whose instance the screen passes to `run`; None for the workspace. shown_as: the
    keys as text, if Textual's own would be unclear.
    """

    keys: str
    id: str
    label: str
    group: Binding.Group
    run: Callable[[Any], Any]
    of: type | None = None
    help: str = ""
    shown_as: str | None = None
    where: Where = "anywhere"

    @property
    def binding(self) -> Binding:
        """The binding of its keys to the screen's one action."""
        return Binding(
            self.keys,
            f"run({self.id!r})",
            self.label,
            key_display=self.shown_as,
            tooltip=self.help,
            id=self.id,
            group=self.group,
        )


def bindings_of(commands: Iterable[Command]) -> list[Binding]:
    """Return the bindings of all commands that have keys."""
    return [command.binding for command in commands if command.keys]
