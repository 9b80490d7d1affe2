"""Asks what to open: unsaved work, a recent file, one of the present folder, or what is typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from engine.formats import FORMATS
from tui.files.present_folder import FileHere
from tui.files.recent import RecentFile
from tui.files.source import STANDARD_INPUT
from tui.files.unsaved import UnsavedWork
from tui.screens.dialogs.dialog import Entry, plain
from tui.screens.dialogs.lists import Choices, Choose, DetailText, Heading
from tui.screens.dialogs.prompt import complete_path

_MAX_CANDIDATES = 40
_HINT = (
    f"a network ({', '.join(FORMATS)}), data (.csv, .npz), or the id of an example. "
    "Tab completes a path."
)
_NOTHING = Heading("no files here yet")
_ASKED = "type the path of a file"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the line of text: a path, or the id of an example."""

    text: str


Opened = Typed | UnsavedWork | RecentFile | FileHere | Heading


class OpenFile(Choose[Opened]):
    """Unsaved work, recent files and those here below a line for a path; typing narrows them.

    value: what stands in the line at first, and wrong: what was wrong with it.
    """

    DEFAULT_CSS = """
    OpenFile.-narrow #detail {
        height: 50%;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete")]

    def __init__(
        self,
        unsaved: Sequence[UnsavedWork],
        recent: Sequence[RecentFile],
        here: Sequence[FileHere],
        *,
        value: str = "",
        wrong: str = "",
    ) -> None:
        super().__init__("Open a file", _ASKED, value)
        listed = {one.path for one in recent}
        self._groups: tuple[tuple[Heading, Sequence[UnsavedWork | RecentFile | FileHere]], ...] = (
            (Heading("Unsaved work"), unsaved),
            (Heading("Recent files"), recent),
            (Heading("In this folder"), [one for one in here if one.path not in listed]),
        )
        self._value = value
        self._wrong = wrong
        self._completion = _HINT

    def matching(self, text: str) -> tuple[Sequence[Opened], int, str]:
        items: list[Opened] = [Typed(text)] if text else []
        for heading, group in self._groups:
            found = [one for one in group if text.casefold() in _searched(one)]
            items += [heading, *found] if found else []
        wrong = ""
        if text == STANDARD_INPUT:
            wrong = f"standard input is the keyboard here; {_ASKED}"
        if not items:
            return [_NOTHING], 0, ""
        return items, 0 if text else 1, wrong

    def label(self, item: Opened) -> Content:
        match item:
            case Typed(text):
                return plain(text).stylize("bold")
            case UnsavedWork():
                return _two_lines(
                    item.description.title or "without a title",
                    f"{item.when}  {item.description.sizes}",
                )
            case RecentFile():
                return _two_lines(item.name, item.folder)
            case FileHere():
                return plain(item.name).stylize("bold")
            case Heading():
                return plain(item)

    def compose_detail(self) -> Iterable[Widget]:
        yield DetailText()

    def show_detail(self, item: Opened) -> None:
        wrong = self._wrong if item == Typed(self._value.strip()) else ""
        text = wrong or "\n".join(self._detail(item))
        self.query_one(DetailText).show(plain(text), wrong=bool(wrong))

    def _detail(self, item: Opened) -> list[str]:
        match item:
            case UnsavedWork():
                about = item.description
                epochs = f"trained for {about.epochs:,} epochs" if about.epochs else ""
                origin = f"from {about.origin}" if about.origin else ""
                return [
                    f"Unsaved work of {item.when}",
                    "",
                    *filter(None, (about.title, about.sizes, epochs, origin)),
                    "",
                    "Its numbers are as they were; the history for undo is not kept.",
                    "It stays here until it is saved, or opened and left without saving.",
                ]
            case RecentFile():
                return [item.title, "", item.path, f"last open {item.time:%Y-%m-%d %H:%M}"]
            case FileHere():
                changed = f"last changed {item.time:%Y-%m-%d %H:%M}" if item.time else ""
                return [item.path, changed]
        return [self._completion]

    def action_accept(self) -> None:
        if self.query_one(Choices).item is _NOTHING:
            self.complain(_ASKED)
        super().action_accept()

    def action_complete(self) -> None:
        entry = self.query_one(Entry)
        completed, candidates = complete_path(entry.value)
        with self.prevent(Input.Changed):
            entry.value = completed
        entry.cursor_position = len(completed)
        more = len(candidates) - _MAX_CANDIDATES
        names = candidates[:_MAX_CANDIDATES] + [f"… and {more} more"] * (more > 0)
        self._completion = "  ".join(names) or "no file or folder begins like this"
        self.narrow(completed.strip())
        self._completion = _HINT


def _searched(item: UnsavedWork | RecentFile | FileHere) -> str:
    match item:
        case UnsavedWork():
            return f"{item.description.title} {item.when} {item.description.sizes}".casefold()
        case RecentFile():
            return f"{item.path} {item.title}".casefold()
        case FileHere():
            return item.name.casefold()


def _two_lines(first: str, second: str) -> Content:
    return Content.assemble(plain(first).stylize("bold"), "\n", plain(second).stylize("dim"))
