"""Form fields: text lines, lines with suggested values, and choices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from engine.nn.initialisation import INITIALISATIONS, draw_layer, initialisation_named
from engine.training.settings import ALL
from tui.screens.dialogs.dialog import Entry, plain
from tui.state.typed_numbers import evaluate

_ARROWS = "↑↓ "
_PAUSE = 1.0
"""Seconds after which a letter starts a new search instead of extending the last one."""

_SEED_DIGITS = 18

_ARROW_KEYS: list[BindingType] = [
    Binding("up", "step(1)", "More", show=False),
    Binding("down", "step(-1)", "Less", show=False),
]


class Choice(Widget, can_focus=True):
    """Shows one of a few words; the arrows, the space bar or its first letters choose another.

    Letters typed in quick succession go to the word that begins with all of them; after a pause, or
    where no word does, a letter starts a new search. words: all of them. labels: how each is shown,
    if not as it is.
    """

    DEFAULT_CSS = """
    Choice {
        width: 1fr;
        height: 1;
        padding: 0 1;
        background: $foreground 10%;
        &:focus {
            background: $primary 25%;
        }
        &:disabled {
            color: $text-muted;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left", "step(-1)", "Previous", show=False),
        Binding("down,right,space", "step(1)", "Next", show=False),
    ]

    class Changed(Message):
        """Another word was chosen."""

    word: reactive[str] = reactive("", init=False)

    def __init__(
        self,
        words: Sequence[str],
        word: str,
        *,
        id: str,
        labels: Sequence[str] | None = None,
    ) -> None:
        super().__init__(id=id)
        self._typed, self._typed_at = "", 0.0
        self.offer(words, word, labels)

    def offer(self, words: Sequence[str], word: str, labels: Sequence[str] | None = None) -> None:
        """Replace the words to choose from, and show `word`."""
        self._words = tuple(words)
        self._labels = tuple(words if labels is None else labels)
        self._typed = ""
        self.set_reactive(Choice.word, word)
        self.refresh()

    def render(self) -> Content:
        room = max(0, self.content_size.width - len(_ARROWS))
        label = plain(self._labels[self._words.index(self.word)]).truncate(room, ellipsis=True)
        if not self.has_focus or len(self._words) < 2:
            return label
        return Content.assemble(label, " " * (room - label.cell_length), (f" {_ARROWS}", "dim"))

    def watch_word(self) -> None:
        self.post_message(self.Changed())

    def action_step(self, by: int) -> None:
        self._typed = ""
        self.word = self._words[(self._words.index(self.word) + by) % len(self._words)]

    def on_blur(self) -> None:
        self._typed = ""

    def on_key(self, event: events.Key) -> None:
        """Go to the word that begins with the letters typed, or the next one with this letter."""
        letter = event.character
        if letter is None or not letter.isprintable() or letter.isspace():
            return
        typed = self._typed if event.time - self._typed_at <= _PAUSE else ""
        here = self._words.index(self.word)
        # The present word may match several letters; a single letter leads to another word.
        found = self._beginning_with(typed + letter, here) if typed else None
        if found is None:
            typed, found = "", self._beginning_with(letter, here + 1)
        if found is not None:
            event.stop()
            self._typed, self._typed_at = typed + letter, event.time
            self.word = found

    def _beginning_with(self, text: str, first: int) -> str | None:
        """The first word that begins with `text`, searching from `first` and wrapping around."""
        ahead = (*self._words[first:], *self._words[:first])
        return next((word for word in ahead if word.casefold().startswith(text.casefold())), None)

    def on_click(self) -> None:
        self.action_step(1)


class Field(Horizontal):
    """A label and, beside it, the widget that holds its value."""

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
    """A column of fields that keeps the focused one in sight."""

    def on_resize(self) -> None:
        # A message below that takes another line could push it out of sight.
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
        """The seed; raises ValueError when the text is not one."""
        text = self.value.strip() or self.placeholder
        if not (text.isascii() and text.isdecimal()):
            raise ValueError("the seed must be a whole number from 0 up")
        return int(text)


def explanation(initialisation: str) -> str:
    """Return what a random start such as "uniform(0.5)" does; raise ValueError for a wrong one."""
    draw_layer(np.random.default_rng(0), 1, 1, initialisation)
    return INITIALISATIONS[initialisation_named(initialisation).partition("(")[0]][1]


class SteppedEntry(Entry):
    """A line for a number; up and down go to the next larger and smaller suggested one.

    suggestions: texts of numbers in order; the last may be "all".
    """

    BINDINGS: ClassVar[list[BindingType]] = _ARROW_KEYS

    def __init__(self, value: str, suggestions: Sequence[str], *, id: str) -> None:
        super().__init__(value, id=id)
        self.suggestions = suggestions

    def action_step(self, by: int) -> None:
        self.value = self._next(by)
        self.select_all()

    def _next(self, by: int) -> str:
        try:
            present = _number(self.value)
        except ValueError:
            return self.suggestions[0]
        beyond = [one for one in self.suggestions if (_number(one) - present) * by > 0]
        if not beyond:
            return self.suggestions[-1] if by > 0 else self.suggestions[0]
        return beyond[0] if by > 0 else beyond[-1]


class SteppedSeed(SeedEntry):
    """A line for a seed; up and down go to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = _ARROW_KEYS

    def action_step(self, by: int) -> None:
        try:
            self.value = str(max(0, self.seed + by))
        except ValueError:
            self.value = "0"
        self.select_all()


def _number(text: str) -> float:
    return math.inf if text.strip() == ALL else evaluate(text)
