"""Moving the cursor, with the focus following it."""

from __future__ import annotations

from functools import partial

from textual.geometry import Region
from textual.widget import Widget

from tui.panes.base import NumberPane
from tui.panes.inputs import InputsPane
from tui.panes.layers import LayersPane
from tui.panes.layout import ALL_PANES, LESSON_PANE, NUMBER_PANES, VIEW_PANES
from tui.panes.lesson import LessonPane
from tui.panes.outputs import OutputsPane
from tui.panes.view import ViewPane
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import MOVE, Change, Command
from tui.state.navigation import Direction, move
from tui.state.selection import Cell, Selection
from tui.state.workspace import Workspace

_LAYERS = "layers"


class Cursor:
    """The cursor on the screen: the pane it is in, and the focus that follows it.

    The focus changes at once, not by a message as `Widget.focus` does: the next key is meant for
    the pane that this one leads to, however fast it comes.
    """

    def __init__(self, screen: WorkspaceScreen) -> None:
        self._screen = screen

    @property
    def pane_id(self) -> str:
        """The id of the pane that has the focus; the editor counts as the pane it is laid over."""
        focused = self._screen.focused
        for widget in [] if focused is None else focused.ancestors_with_self:
            if isinstance(widget, Widget) and widget.id in ALL_PANES:
                return widget.id
        return _pane_of(self._screen.present.selection)

    @property
    def region(self) -> Region | None:
        """Where the selected cell is on the screen, or None when it is out of sight."""
        return self._pane_of_selection().region_of_selection()

    def focus(self) -> None:
        """Put the focus on the pane that the cursor is in."""
        screen = self._screen
        screen.query_one("#numbers").display = True
        screen.query_one(f"#{_pane_of(screen.present.selection)}").display = True
        screen.set_focus(self._pane_of_selection(), scroll_visible=False)

    def look_at(self, pane_id: str) -> None:
        """Put the focus on a view or the lesson, also where the terminal has no room for it."""
        pane = self._screen.query_one(f"#{pane_id}")
        pane.display = True
        self._screen.query_one("#plots").display = True
        self._screen.set_focus(pane, scroll_visible=False)

    def follow(self, before: Selection) -> None:
        """Put the focus where the cursor has gone, unless the user is in a view or lesson."""
        moved = before.cell != self._screen.present.selection.cell
        if moved and not isinstance(self._screen.focused, ViewPane | LessonPane):
            self.focus()

    def select(self, cell: Cell) -> None:
        """Put the cursor on a cell."""
        workspace = self._screen.present
        selection = workspace.selection.at(cell, workspace.session)
        self._screen.change(workspace.selecting(selection))

    def step_pane(self, by: int) -> None:
        """Go to the next pane, also to one that is not shown because the terminal is small.

        Only the third view is passed over there.
        """
        screen = self._screen
        n_layers = len(screen.present.session.network.layers)
        third = VIEW_PANES[2:] if screen.query_one(f"#{VIEW_PANES[2]}").display else ()
        stops: list[str | int] = ["inputs", *range(n_layers), "outputs", *VIEW_PANES[:2], *third]
        lesson = screen.present.lesson
        if lesson is not None:
            numbers = [
                stop
                for stop in ("inputs", *range(n_layers), "outputs")
                if lesson.uses_pane(stop if isinstance(stop, str) else _LAYERS)
            ]
            stops = [*numbers, *VIEW_PANES[: lesson.n_views], LESSON_PANE]
        here: str | int = self.pane_id
        if here == _LAYERS:
            here = screen.present.selection.layer_index
        # A pane that a lesson does not need can be reached by the arrows.
        place = stops.index(here) if here in stops else -1 if by > 0 else 0
        stop = stops[(place + by) % len(stops)]
        if stop in (*VIEW_PANES, LESSON_PANE):
            self.look_at(str(stop))
            return
        self.select(self._pane_at(stop).last_cell)
        self.focus()

    def _pane_of_selection(self) -> NumberPane:
        selection = self._screen.present.selection
        pane_id = _pane_of(selection)
        return self._pane_at(selection.layer_index if pane_id == _LAYERS else pane_id)

    def _pane_at(self, stop: str | int) -> NumberPane:
        """The pane of numbers of that id, or of the layer with that index."""
        if isinstance(stop, int):
            return self._screen.query_one(LayersPane).pane_at(stop)
        return self._screen.query_one(f"#{stop}", InputsPane if stop == "inputs" else OutputsPane)


def _pane_of(selection: Selection) -> str:
    inputs, layers, outputs = NUMBER_PANES
    if selection.target is not None:
        return outputs
    return layers if hasattr(selection.parameter, "layer_index") else inputs


def moved(workspace: Workspace, direction: Direction) -> Change:
    """Move the cursor; it crosses the edges of panes."""
    selection = move(workspace.session, workspace.selection, direction)
    return Change(workspace.selecting(selection))


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
"""For each move its keys, direction and label, and the arrow shown for its first key."""

COMMANDS = (
    *(
        Command(
            keys,
            f"move-{direction.replace('_', '-')}",
            label,
            MOVE,
            partial(moved, direction=direction),
            shown_as=arrow and f"{arrow} {keys[-1]}",
            where="numbers",
        )
        for keys, direction, label, arrow in _MOVES
    ),
    Command(
        "tab",
        "next-pane",
        "pane",
        MOVE,
        partial(Cursor.step_pane, by=1),
        Cursor,
        help="Go to the next one",
    ),
    Command(
        "shift+tab",
        "previous-pane",
        "previous pane",
        MOVE,
        partial(Cursor.step_pane, by=-1),
        Cursor,
    ),
)
