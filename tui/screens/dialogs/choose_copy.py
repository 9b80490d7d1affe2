"""Chooses what to copy, with the first lines of each beside the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.lists import Choices, Choose
from tui.state.copying import Copyable

_MAX_LINES, _MAX_LINE_WIDTH = 40, 200
"""How much of a text is previewed; half a terminal has no room for more."""


class ChooseCopy(Choose[Copyable]):
    """A list of what can be copied, narrowed by typing; the result has its text ready."""

    DEFAULT_CSS = """
    ChooseCopy {
        & > #box { height: 24; }
        Choices { width: 32; }
        &.-wide Choices { width: 36; }
        #size {
            height: auto;
            margin: 0 0 1 0;
        }
        #size.wrong {
            color: $text-error;
        }
        #preview {
            height: 1fr;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        &.-narrow {
            Choices { width: 1fr; }
            #size { margin: 0; }
            #preview { height: 3; }
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "accept", "Copy", priority=True)]

    def __init__(self, copyables: Sequence[Copyable]) -> None:
        super().__init__("Copy", "type to find: row, layer, keras …")
        self._copyables = tuple(copyables)
        self._written: dict[Copyable, str | ValueError] = {}

    def matching(self, text: str) -> tuple[Sequence[Copyable], int, str]:
        words = text.lower().split()
        found = [one for one in self._copyables if all(word in one.title.lower() for word in words)]
        return found, 0, "" if found else "nothing here is called so"

    def label(self, item: Copyable) -> Content:
        return plain(item.title)

    def compose_detail(self) -> Iterable[Widget]:
        yield Static(id="size", classes="muted")
        yield Static(id="preview")

    def show_detail(self, item: Copyable) -> None:
        written = self._text(item)
        size, preview = self.query_one("#size", Static), self.query_one("#preview", Static)
        is_wrong = isinstance(written, ValueError)
        size.set_class(is_wrong, "wrong").set_class(not is_wrong, "muted")
        if isinstance(written, ValueError):
            size.update(plain(str(written)))
            preview.update("")
            return
        lines = written.splitlines()
        n_lines = "1 line" if len(lines) == 1 else f"{len(lines):,} lines"
        size.update(f"{n_lines}, {len(written):,} characters")
        shown = [line[:_MAX_LINE_WIDTH] for line in lines[:_MAX_LINES]]
        preview.update(plain("\n".join(shown)))

    def action_accept(self) -> None:
        item: Copyable | None = self.query_one(Choices).item
        if item is None or isinstance(text := self._text(item), ValueError):
            self.app.bell()
        else:
            self.dismiss(Copyable(item.title, lambda: text))

    def _text(self, item: Copyable) -> str | ValueError:
        """The text of the item, made only once, or the error that says why there is none."""
        if item not in self._written:
            try:
                self._written[item] = item.write()
            except ValueError as error:
                self._written[item] = error
        return self._written[item]
