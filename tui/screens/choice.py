"""One of a few words, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.screens.dialog import plain

_ARROWS = "↑↓ "
_PAUSE = 1.0
"""Seconds after which a letter is no longer taken together with the one before."""


class Choice(Widget, can_focus=True):
    """Shows one of a few words; the arrows, the space bar or its first letters choose another.

    Letters typed one after the other go to the word that begins with all of them; after a pause,
    or where no word does, a letter begins anew. words: all of them. labels: how each is shown,
    where not as it is.
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
        """Show `word` of other words to choose from."""
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
        """Go to the word that begins with what was typed, or the next that does with the letter."""
        letter = event.character
        if letter is None or not letter.isprintable() or letter.isspace():
            return
        typed = self._typed if event.time - self._typed_at <= _PAUSE else ""
        here = self._words.index(self.word)
        # The present word may begin with all of it; a letter by itself leads to another word.
        found = self._beginning_with(typed + letter, here) if typed else None
        if found is None:
            typed, found = "", self._beginning_with(letter, here + 1)
        if found is not None:
            event.stop()
            self._typed, self._typed_at = typed + letter, event.time
            self.word = found

    def _beginning_with(self, text: str, first: int) -> str | None:
        """The first word that begins with `text`, from the one at `first` on and all around."""
        ahead = (*self._words[first:], *self._words[:first])
        return next((word for word in ahead if word.casefold().startswith(text.casefold())), None)

    def on_click(self) -> None:
        self.action_step(1)
