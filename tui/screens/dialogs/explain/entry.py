"""The part of Explain that scrolls, and the line below it that asks for a number."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key
from textual.widgets import Static

from tui.screens.dialogs.dialog import Entry, plain


class Guess(Entry):
    """A line for a number; while it is empty the keys of the screen work as they do elsewhere."""

    _KEYS = frozenset("fypqjk<>")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return super().check_consume_key(key, character) and not self._passes_on(character)

    async def _on_key(self, event: Key) -> None:
        if self._passes_on(event.character):
            # What is not typed goes on to the bindings of the screen.
            event.prevent_default()

    def _passes_on(self, character: str | None) -> bool:
        return not self.value and character in self._KEYS


class Reading(VerticalScroll, inherit_bindings=False):
    """What scrolls; its keys are those of the screen, which work while a number is typed too."""


class Asking(Horizontal):
    """A question and a line for its answer; not there while nothing is asked."""

    DEFAULT_CSS = """
    Asking {
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
        """What stands in the line, without blanks around it."""
        return self.query_one(Guess).value.strip()

    def ask(self, question: str | None) -> None:
        """Ask for another number, or with None for nothing."""
        self.display = question is not None
        if question is None:
            return
        self.query_one("#question", Static).update(plain(question))
        guess = self.query_one(Guess)
        guess.value = ""
        guess.focus()
