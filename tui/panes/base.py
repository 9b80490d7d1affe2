"""The base of all panes of numbers, and the messages with which they ask for changes."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from engine.lessons.references import PlaceReference, Reference
from tui.panes.help_texts import PaneHelp
from tui.state.pointing import pointed_at
from tui.state.selection import Cell, Selection
from tui.state.workspace import Workspace
from tui.widgets.grid_lines import GridWindow
from tui.widgets.grid_source import GridSource
from tui.widgets.number_grid import NumberGrid

ROWS = "▴", "▾"
"""The signs for more rows before and after those shown."""

BESIDE_A_TITLE = 4
"""The cells of a border beside its title: a dash and a blank on either side."""


def part_shown(shown: range, count: int, ways: tuple[str, str] = ROWS) -> str:
    """Return which of `count` rows or columns are shown, and which way there are more.

    ways: the signs for more before and after them. Empty if all are shown.
    """
    if len(shown) >= count:
        return ""
    before, after = ways
    which = f"{shown.start + 1}–{shown.stop}" if len(shown) > 1 else f"{shown.stop}"
    lead = f"{before} " if shown.start else ""
    return f"{lead}{which} of {count}{f' {after}' if shown.stop < count else ''}"


def fitting_border(width: int, *choices: list[str]) -> str:
    """Return the first of the choices that fits into a border of `width`, else the last of them."""
    for parts in choices:
        text = " · ".join(parts)
        if cell_len(text) <= width - BESIDE_A_TITLE:
            break
    return text


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

    workspace: Workspace | None = None
    _last_place: tuple[int, int] = (0, 0)
    _titles: tuple[str, str] = ("", "")

    @abstractmethod
    def source(self, workspace: Workspace) -> GridSource:
        """Return the numbers to show."""

    @abstractmethod
    def place_of(self, selection: Selection) -> tuple[int, int] | None:
        """Return the row and column of the selected cell, or None if it is in another pane."""

    @abstractmethod
    def cell_of(self, row: int, column: int) -> Cell:
        """Return the cell at a row and column."""

    def references(self) -> frozenset[Reference]:
        """Return what a lesson calls this pane."""
        return frozenset({PlaceReference(str(self.id))})

    def take(self, workspace: Workspace) -> None:
        """Take a workspace to draw next; the cursor moves at once."""
        if self.workspace is None or workspace.origin is not self.workspace.origin:
            self._last_place = (0, 0)
        self.workspace = workspace
        self.set_class(not self.references().isdisjoint(pointed_at(workspace)), "-pointed")
        place = self.place_of(workspace.selection)
        if place != self._cursor:
            self._last_place = place or self._last_place
            self.take_source(self.source(workspace), place)

    def draw(self) -> None:
        """Draw the workspace taken last; only the lines that differ are painted."""
        if self.workspace is None:
            return
        self.take_source(self.source(self.workspace), self._cursor)
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
