"""The base of all panes of numbers: their keys, and the messages with which they ask for changes.

Keys are bound to actions of the screen, which run before the next key is handled. A message to the
screen would arrive after keys typed in the meantime.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from tui.panes.help_texts import PaneHelp
from tui.panes.key_groups import MOVE, TYPE
from tui.state.navigation import Direction
from tui.state.selection import Cell, Selection
from tui.state.workspace import Workspace
from tui.widgets.grid_lines import GridWindow
from tui.widgets.grid_source import GridSource
from tui.widgets.number_grid import NumberGrid

_FIRST_CHARACTERS = {str(digit): str(digit) for digit in range(10)} | {
    "minus": "-",
    "full_stop": ".",
}

_MOVES: tuple[tuple[str, Direction, str, str | None], ...] = (
    ("left,h", "left", "left", "←"),
    ("right,l", "right", "right", "→"),
    ("up,k", "up", "up", "↑"),
    ("down,j", "down", "down", "↓"),
    ("pageup", "page_up", "ten rows up", None),
    ("pagedown", "page_down", "ten rows down", None),
    ("home", "home", "first in the row", None),
    ("end", "end", "last in the row", None),
)
"""For each move its keys, direction and description, and the arrow shown for its first key."""


@dataclass
class SelectRequested(Message):
    """The cursor should go to a cell, or the selection should be replaced."""

    cell: Cell


@dataclass
class PasteRequested(Message):
    """Text was pasted, passed on unchanged; it should become numbers at the cursor."""

    text: str


class NumberPane(NumberGrid):
    """A pane of numbers: shows the workspace, and asks the screen for every change.

    Subclasses define the content (`source`), the position of cells (`place_of`, `cell_of`) and the
    help (`HELP_TEXT`).
    """

    HELP_TEXT: ClassVar[PaneHelp]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "0",
            "screen.type('0')",
            "type",
            key_display="0-9",
            group=TYPE,
            tooltip="Type a new value over the number under the cursor",
        ),
        *(
            Binding(key, f"screen.type({text!r})", show=False, tooltip="Type a new value")
            for key, text in _FIRST_CHARACTERS.items()
            if key != "0"
        ),
        Binding(
            "equals_sign",
            "screen.type('')",
            "type a formula",
            show=False,
            key_display="=",
            group=TYPE,
            tooltip="Type a new value, such as pi or 1/3, into an empty cell",
        ),
        Binding(
            "enter",
            "screen.type",
            "edit",
            show=False,
            group=TYPE,
            tooltip="Edit the number under the cursor as it stands",
        ),
        *(
            Binding(
                keys,
                f"screen.move({direction!r})",
                label,
                show=False,
                group=MOVE,
                key_display=arrow and f"{arrow} {keys[-1]}",
            )
            for keys, direction, label, arrow in _MOVES
        ),
    ]

    workspace: Workspace | None = None
    _last_place: tuple[int, int] = (0, 0)
    _titles: tuple[str, str] = ("", "")
    _shown: tuple[object, ...] = ()

    @abstractmethod
    def source(self, workspace: Workspace) -> GridSource:
        """Return the numbers to show."""

    @abstractmethod
    def place_of(self, selection: Selection) -> tuple[int, int] | None:
        """Return the row and column of the selected cell, or None if it is in another pane."""

    @abstractmethod
    def cell_of(self, row: int, column: int) -> Cell:
        """Return the cell at a row and column."""

    def depends_on(self, workspace: Workspace) -> tuple[object, ...]:
        """Return everything that affects this pane except the cursor, to skip needless drawing."""
        return (workspace,)

    def take(self, workspace: Workspace) -> None:
        """Take a workspace to draw next; the cursor moves at once."""
        self.workspace = workspace
        place = self.place_of(workspace.selection)
        if place != self._cursor:
            self._last_place = place or self._last_place
            self.take_source(self.source(workspace), place)

    def draw(self) -> None:
        """Draw the workspace taken last, if this pane would show anything different."""
        workspace = self.workspace
        if workspace is None:
            return
        shown = (self._cursor, *self.depends_on(workspace))
        if not _all_the_same(shown, self._shown):
            self._shown = shown
            self.take_source(self.source(workspace), self._cursor)
            self.redraw()

    def on_resize(self) -> None:
        self.draw()
        super().on_resize()

    def view_changed(self, window: GridWindow) -> None:
        if self.workspace is None:
            return
        titles = self.titles(self.workspace, window)
        if titles != self._titles:
            self._titles = titles
            self.border_title, self.border_subtitle = (Content(title) for title in titles)

    def titles(self, workspace: Workspace, window: GridWindow) -> tuple[str, str]:
        """Return the titles in the upper and the lower border."""
        return "", ""

    def region_of_selection(self) -> Region | None:
        """Return the region of the selected cell, or None if it is not visible here."""
        self.draw()
        return None if self._cursor is None else self.cell_region(*self._cursor)

    def on_focus(self) -> None:
        super().on_focus()
        # A click on the border moves the cursor here. Keys move it before the focus follows, and
        # may have moved it elsewhere by now.
        workspace = self.workspace
        clicked = workspace is not None and self.place_of(workspace.selection) is None
        if clicked and self.screen.focused is self:
            self.post_message(SelectRequested(self.last_cell))

    @property
    def last_cell(self) -> Cell:
        """Where the cursor was when it was last here; the first cell before that."""
        return self.cell_of(*self._last_place)

    def on_number_grid_clicked(self, event: NumberGrid.Clicked) -> None:
        self.post_message(SelectRequested(self.cell_of(event.row, event.column)))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.post_message(PasteRequested(event.text))


def _all_the_same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    """Whether nothing changed; numbers and names are compared by value, the rest by identity."""
    return len(new) == len(old) and all(
        one is other or (isinstance(one, int | str | tuple) and one == other)
        for one, other in zip(new, old, strict=True)
    )
