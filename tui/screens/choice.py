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


class Choice(Widget, can_focus=True):
    """Shows one of a few words; the arrows, the space bar or a first letter choose another.

    words: all of them. labels: how each is shown, where not as it is.
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
        self.offer(words, word, labels)

    def offer(self, words: Sequence[str], word: str, labels: Sequence[str] | None = None) -> None:
        """Show `word` of other words to choose from."""
        self._words = tuple(words)
        self._labels = tuple(words if labels is None else labels)
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
        self.word = self._words[(self._words.index(self.word) + by) % len(self._words)]

    def on_key(self, event: events.Key) -> None:
        """Go to the next word that begins with the letter."""
        if event.character is None or not event.character.isalnum():
            return
        here = self._words.index(self.word) + 1
        ahead = (*self._words[here:], *self._words[:here])
        letter = event.character.casefold()
        found = [word for word in ahead if word.casefold().startswith(letter)]
        if found:
            event.stop()
            self.word = found[0]

    def on_click(self) -> None:
        self.action_step(1)
