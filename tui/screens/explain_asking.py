"""The line at the bottom of Explain that asks for a number."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.screens.dialog import plain
from tui.screens.explain_parts import Guess


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
