"""The part of Explain that scrolls, and the line below it that asks for a number."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key
from textual.widgets import Static

from tui.screens.dialogs.dialog import Entry, plain


class Guess(Entry):
    """A line for a number; while it is empty the letter keys of the dialog still work."""

    _KEYS = frozenset("fypqjk<>")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return super().check_consume_key(key, character) and not self._passes_on(character)

    def on_key(self, event: Key) -> None:
        if self._passes_on(event.character):
            # A key that is not typed goes on to the screen's bindings.
            event.prevent_default()

    def _passes_on(self, character: str | None) -> bool:
        return not self.value and character in self._KEYS


class ScrollArea(VerticalScroll, inherit_bindings=False):
    """The part that scrolls, by keys of the screen, which also work while a number is typed."""


class QuestionLine(Horizontal):
    """A question and a line for its answer; hidden while nothing is asked."""

    DEFAULT_CSS = """
    QuestionLine {
        height: 1;
        margin: 0 1;
        display: none;
        #question {
            width: auto;
            margin: 0 1 0 0;
            text-style: bold;
        }
        Guess {
            width: 1fr;
        }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="question")
        yield Guess(placeholder="Enter alone shows it")

    @property
    def typed(self) -> str:
        """The text in the line, without blanks around it."""
        return self.query_one(Guess).value.strip()

    def ask(self, question: str | None) -> None:
        """Ask another question, or none."""
        self.display = question is not None
        if question is None:
            return
        self.query_one("#question", Static).update(plain(question))
        guess = self.query_one(Guess)
        guess.value = ""
        guess.focus()
