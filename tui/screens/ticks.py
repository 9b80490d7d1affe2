"""A row of things to switch on and off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tui.screens.dialog import plain

_ITEM = "nn_play_tick"


class Ticks(Widget, can_focus=True):
    """Labels with a box before each; left and right move, space switches."""

    DEFAULT_CSS = """
    Ticks {
        width: 1fr;
        height: auto;
        padding: 0 1;
        &:focus {
            background: $primary 25%;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "move(-1)", "Previous", show=False),
        Binding("right,down", "move(1)", "Next", show=False),
        Binding("space", "switch", "Switch", show=False),
    ]

    class Switched(Message):
        """The thing with that place in the row, from 0, is to be switched on or off."""

        def __init__(self, place: int, is_on: bool) -> None:
            super().__init__()
            self.place = place
            self.is_on = is_on

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._items: tuple[str, ...] = ()
        self._on: frozenset[int] = frozenset()
        self._here = 0

    def show(self, items: Sequence[str], on: frozenset[int]) -> None:
        """Show these labels, those at the places `on` with a tick."""
        if (tuple(items), on) == (self._items, self._on):
            return
        self._items, self._on = tuple(items), on
        self._here = min(self._here, max(0, len(self._items) - 1))
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content("\n").join(self._folded(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._folded(width))

    def _folded(self, width: int) -> list[Content]:
        """The row in as many lines as it takes, no label apart from its box."""
        lines: list[Content] = []
        for place, item in enumerate(self._items):
            label = plain(f"{'[x]' if place in self._on else '[ ]'} {item}")
            if place == self._here and self.has_focus:
                label = label.stylize("bold underline")
            label = label.stylize(Style.from_meta({_ITEM: place}))
            longer = Content("  ").join([lines[-1], label]) if lines else label
            if lines and longer.cell_length <= width:
                lines[-1] = longer
            else:
                lines.append(label)
        return lines

    def action_move(self, by: int) -> None:
        if self._items:
            self._here = (self._here + by) % len(self._items)
            self.refresh()

    def action_switch(self) -> None:
        if self._items:
            self.post_message(self.Switched(self._here, self._here not in self._on))

    def on_click(self, event: Click) -> None:
        place = event.style.meta.get(_ITEM)
        if place is not None:
            self._here = place
            self.action_switch()
