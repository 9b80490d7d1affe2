"""Chooses one of the built-in networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine import examples
from engine.session.names import sizes_text
from tui.screens.dialogs.dialog import Hints, plain
from tui.screens.dialogs.lists import Choose


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
        #note {
            height: auto;
        }
        &.-narrow #detail {
            height: 40%;
        }
        &.-narrow #example-title {
            display: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+down", "scroll_note(1)", "More"),
        Binding("ctrl+up", "scroll_note(-1)", "Back", show=False),
    ]

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
        with VerticalScroll(can_focus=False):
            yield Static(id="note")

    def show_detail(self, item: str) -> None:
        example = self._examples[item]
        self.query_one("#example-title", Static).update(plain(example.title))
        self.query_one("#note", Static).update(plain(example.note))
        self.query_one(VerticalScroll).scroll_home(animate=False)
        # Only after the refresh is it known whether the note has to scroll.
        self.call_after_refresh(self.query_one(Hints).write)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "scroll_note":
            return any(scroll.max_scroll_y > 0 for scroll in self.query(VerticalScroll))
        return True

    def action_scroll_note(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _example(name: str) -> _Example:
    session = examples.load(name)
    return _Example(name, session.title or name, session.note or "", sizes_text(session.network))
