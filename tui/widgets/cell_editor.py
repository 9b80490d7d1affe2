"""The line in which a number is typed, laid over its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input

_MAX_WIDTH = 30
"""Longer text scrolls, so that some of the other numbers stay visible."""
Then = Literal["stay", "next", "up", "down"]


class CellEditor(Input):
    """A line that always exists and is only moved, as mounting a new one would repaint everything.

    read: returns the number that a text stands for, or raises ValueError. take: called with the
    number typed, and where the cursor goes next. leave: called when typing is cancelled. Both are
    called at once rather than by message, so that keys typed ahead reach the right place.
    """

    DEFAULT_CSS = """
    CellEditor, CellEditor:focus {
        layer: above;
        position: absolute;
        height: 1;
        padding: 0;
        border: none;
        display: none;
        background: $accent;
        color: $background;
        background-tint: transparent;
        text-style: bold;
    }
    CellEditor.-open { display: block; }
    CellEditor.-wrong, CellEditor.-wrong:focus { background: $error; }
    CellEditor > .input--cursor { background: $background; color: $accent; text-style: none; }
    """

    @dataclass
    class Typed(Message):
        """The text changed: its value, or what is wrong with it."""

        text: str
        value: float | None
        reason: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept('stay')", "accept", tooltip="Take the number, stay on the cell"),
        Binding(
            "tab",
            "accept('next')",
            "accept, next",
            tooltip="Take the number, go right; at the end of a row to the next one",
        ),
        Binding("down", "accept('down')", "accept, down", tooltip="Take the number, go down"),
        Binding("up", "accept('up')", "accept, up", show=False, tooltip="Take it, go up"),
        Binding("escape,ctrl+g", "cancel", "leave as it was"),
    ]

    def __init__(
        self,
        read: Callable[[str], float],
        take: Callable[[float, Then], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__(compact=True, select_on_focus=False, restrict=r"[^\x00-\x1f\x7f-\x9f]*")
        self.can_focus = False
        self._read = read
        self._take = take
        self._leave = leave
        self._cell = Region()
        self._screen_width = 0

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def open(self, text: str) -> None:
        """Take the focus, with `text` and the cursor after it; `lay_over` sets the position."""
        self.add_class("-open")
        self.can_focus = True
        self.value = ""
        self.value = text
        self.cursor_position = len(text)
        self.screen.set_focus(self, scroll_visible=False)

    def lay_over(self, cell: Region, screen_width: int) -> None:
        """Cover `cell`, and the cells right of it only if the text is longer."""
        self._cell, self._screen_width = cell, screen_width
        self._fit()

    def _fit(self) -> None:
        cell = self._cell
        # The text cursor needs a cell after the last character.
        needed = min(cell_len(self.value) + 1, _MAX_WIDTH)
        # Whole cells, since a half-hidden number would read as another number.
        n_cells = max(1, -(-needed // max(1, cell.width)))
        width = min(n_cells * cell.width, self._screen_width)
        self.styles.width = width
        self.styles.offset = (max(0, min(cell.x, self._screen_width - width)), cell.y)

    def write(self, character: str) -> None:
        """Write a character at the cursor, replacing the selected text."""
        self.replace(character, *self.selection)

    def watch_value(self, value: str) -> None:
        """Post the value of the text, or what is wrong with it."""
        if not self.is_open:
            return
        self._fit()
        try:
            self.post_message(self.Typed(value, self._read(value), ""))
            wrong = False
        except ValueError as error:
            self.post_message(self.Typed(value, None, str(error)))
            wrong = value.strip() not in ("", "-", "+", ".", "-.")
        self.set_class(wrong, "-wrong")

    def action_accept(self, then: Then) -> None:
        if not self.value.strip():
            self.action_cancel()
            return
        try:
            value = self._read(self.value)
        except ValueError:
            self.add_class("-wrong")
            self.app.bell()
            return
        self._take(value, then)

    def action_cancel(self) -> None:
        self._leave()

    def on_blur(self) -> None:
        """Hide once the focus is elsewhere; hiding first would move the focus to any widget."""
        if self.screen.focused is self:
            return
        self.remove_class("-open", "-wrong")
        self.can_focus = False
