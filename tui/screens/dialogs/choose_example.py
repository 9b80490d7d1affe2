"""Chooses one of the built-in networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine import examples
from engine.session.names import sizes_text
from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.lists import Choose, DetailText


class _Example(NamedTuple):
    id: str
    title: str
    note: str
    sizes: str

    @property
    def searched_text(self) -> str:
        return f"{self.id} {self.title} {self.sizes} {self.note}".casefold()


class ChooseExample(Choose[str]):
    """The examples with their titles and sizes; the note of the highlighted one in full.

    current: the id of the one that is open, which is highlighted at first.
    """

    DEFAULT_CSS = """
    ChooseExample {
        #example-title {
            height: auto;
            text-style: bold;
            margin: 0 0 1 0;
        }
        &.-narrow #detail {
            height: 40%;
        }
        &.-narrow #example-title {
            display: none;
        }
    }
    """

    def __init__(self, current: str | None = None) -> None:
        super().__init__("Examples", "type to find one")
        self._current = current
        self._examples = {name: _example(name) for name in examples.ids()}

    def matching(self, text: str) -> tuple[Sequence[str], int, str]:
        if not text and self._current in self._examples:
            return list(self._examples), list(self._examples).index(self._current), ""
        wanted = text.casefold().split()
        found = [
            name
            for name, example in self._examples.items()
            if all(word in example.searched_text for word in wanted)
        ]
        found.sort(key=lambda name: not name.startswith(text.casefold()))
        return found, 0, "" if found else "no example matches"

    def label(self, item: str) -> Content:
        example = self._examples[item]
        return Content.assemble(
            plain(example.title).stylize("bold"),
            "\n",
            plain(f"{example.id}  {example.sizes}").stylize("dim"),
        )

    def compose_detail(self) -> Iterable[Widget]:
        yield Static(id="example-title")
        yield DetailText()

    def show_detail(self, item: str) -> None:
        example = self._examples[item]
        self.query_one("#example-title", Static).update(plain(example.title))
        self.query_one(DetailText).show(plain(example.note))


def _example(name: str) -> _Example:
    session = examples.load(name)
    return _Example(name, session.title or name, session.note or "", sizes_text(session.network))
