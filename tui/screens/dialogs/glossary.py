"""The words of the field: what each means, its role, and its equivalent in a nerve cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.lessons import glossary
from engine.lessons.glossary import Word
from tui.screens.dialogs.dialog import paragraphs, plain
from tui.screens.dialogs.lists import Choose


class Glossary(Choose[Word]):
    """All words of the glossary; the highlighted one is explained beside them.

    first: words to list before the others, such as those of the text that is being read.
    """

    DEFAULT_CSS = """
    Glossary {
        #meaning {
            height: auto;
        }
        Choices {
            width: 28;
        }
        &.-wide Choices {
            width: 34;
        }
        &.-narrow #detail {
            height: 60%;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Close", priority=True),
    ]

    def __init__(self, first: Sequence[Word] = ()) -> None:
        super().__init__("Glossary", "type to find a word")
        rest = [word for word in glossary.words() if word not in first]
        self._words = (*first, *rest)

    def matching(self, text: str) -> tuple[Sequence[Word], int, str]:
        wanted = text.casefold()
        found = [
            word
            for word in self._words
            if any(wanted in form.casefold() for form in (word.word, *word.forms))
        ]
        return found, 0, "" if found else "no such word"

    def label(self, item: Word) -> Content:
        return plain(item.word)

    def compose_detail(self) -> Iterable[Widget]:
        with VerticalScroll(can_focus=False):
            yield Static(id="meaning")

    def show_detail(self, item: Word) -> None:
        parts = [
            f"{item.word}\n{item.means}",
            f"Its role\n{item.role}" if item.role else "",
            f"In biology\n{item.nature}" if item.nature else "",
        ]
        self.query_one("#meaning", Static).update(paragraphs("\n\n".join(filter(None, parts))))
        self.query_one(VerticalScroll).scroll_home(animate=False)
