"""Named lines to type in, and what the dialogs with several of them read."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from engine.random_start import INITIALISATIONS, draw_layer, initialisation_named
from tui.screens.dialog import Entry

_SEED_DIGITS = 18


class Field(Horizontal):
    """A label and beside it what holds its value, mostly a line to type in."""

    DEFAULT_CSS = """
    Field {
        height: 1;
        & > Static {
            width: auto;
            min-width: 15;
            padding: 0 2 0 1;
        }
        & > Entry {
            width: 1fr;
        }
    }
    """

    def __init__(self, label: str, entry: Widget, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label
        self._entry = entry

    def compose(self) -> ComposeResult:
        yield Static(self._label, markup=False)
        yield self._entry


class Fields(VerticalScroll, can_focus=False):
    """Fields under each other, of which the one with the focus stays in sight."""

    def on_resize(self) -> None:
        # Words below that take another line would leave it outside.
        self.call_after_refresh(self._show_focused)

    def _show_focused(self) -> None:
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            focused.scroll_visible(animate=False)


class SeedEntry(Entry):
    """A line for the seed of a random start."""

    def __init__(self, seed: int) -> None:
        super().__init__(str(seed), placeholder="0", max_length=_SEED_DIGITS, id="seed")

    @property
    def seed(self) -> int:
        """The seed; raises ValueError when what is typed is none."""
        text = self.value.strip() or self.placeholder
        if not (text.isascii() and text.isdecimal()):
            raise ValueError("the seed must be a whole number from 0 up")
        return int(text)


def explanation(initialisation: str) -> str:
    """Return what a random start such as "uniform(0.5)" does; raise ValueError for a wrong one."""
    draw_layer(np.random.default_rng(0), 1, 1, initialisation)
    return INITIALISATIONS[initialisation_named(initialisation).partition("(")[0]][1]
