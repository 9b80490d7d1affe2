"""Asks a question with a few answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Static

from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.lists import ChoiceDialog, Choices

Choice = tuple[str, str, str]
"""The key that chooses, the label, and the value that is returned."""

NO_KEY = ""
"""The key of every choice where one of them cannot be undone: no letter answers the question."""

_NO_LETTERS = "Letters choose nothing here: ↑ ↓ and Enter do."


class Ask(ChoiceDialog[str]):
    """A question; each of `choices` has its key, and arrows, Enter and the mouse work too.

    Escape and q return None, unless q is the key of a choice. Where the choices have no keys, no
    letter that was typed ahead does anything, and the first choice is the one that loses nothing.
    """

    DEFAULT_CSS = """
    Ask {
        & > #box {
            width: 60;
        }
        #question, #no-letters {
            height: auto;
            margin: 0 1;
        }
        #no-letters {
            display: none;
        }
        Choices {
            height: auto;
            margin: 1 0 0 0;
        }
        &.-short Choices {
            margin: 0;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "move('cursor_up')", "Up", show=False),
        Binding("j", "move('cursor_down')", "Down", show=False),
        Binding("q", "cancel", "Cancel", show=False),
    ]

    def __init__(self, question: str, choices: Sequence[Choice], title: str = "") -> None:
        super().__init__(title)
        self._question = question
        self._choices = tuple(choices)
        self._has_keys = any(key != NO_KEY for key, _, _ in choices)

    def compose_body(self) -> Iterable[Widget]:
        yield Static(plain(self._question), id="question")
        yield Choices[Choice](quick_click=True)
        yield Static(plain(_NO_LETTERS), id="no-letters", classes="muted")

    def on_mount(self) -> None:
        self.query_one(Choices).show(self._choices, _label)

    def on_key(self, event: Key) -> None:
        if event.character is None or not event.is_printable:
            return
        if not self._has_keys:
            event.stop()
            event.prevent_default()
            self.query_one("#no-letters").display = True
            self.app.bell()
            return
        for key, _, value in self._choices:
            if event.character == key:
                event.stop()
                self.dismiss(value)
                return

    def action_accept(self) -> None:
        choice: Choice | None = self.query_one(Choices).item
        if choice is not None:
            self.dismiss(choice[2])


def _label(choice: Choice) -> Content:
    key, label, _ = choice
    return Content.assemble(plain(key).stylize("bold"), "  " if key else "", plain(label))
