"""A dialog with a list that what is typed narrows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Generic

from textual import on
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from tui.screens.choices import ChoiceDialog, Choices, Item
from tui.screens.dialog import Entry, plain


class Choose(ChoiceDialog[Item], Generic[Item]):
    """A line to type in on top, the list under it, and beside or below it the highlighted item."""

    DEFAULT_CSS = """
    Choose {
        & > #box {
            width: 106;
            height: 34;
        }
        &.-short #complaint.empty {
            display: none;
        }
        &.-high > #box {
            height: 90%;
        }
        #complaint {
            height: auto;
            min-height: 1;
            margin: 0 1;
            color: $text-error;
        }
        #halves {
            layout: horizontal;
            height: 1fr;
        }
        #detail {
            width: 1fr;
            padding: 0 0 0 2;
        }
        Choices {
            width: 36;
        }
        &.-wide Choices {
            width: 46;
        }
        &.-narrow {
            #halves {
                layout: vertical;
            }
            Choices {
                width: 1fr;
            }
            #detail {
                height: auto;
                padding: 0 1;
            }
        }
    }
    """

    def __init__(self, heading: str, placeholder: str) -> None:
        super().__init__(heading)
        self._placeholder = placeholder
        self._complaint = ""

    @abstractmethod
    def matching(self, text: str) -> tuple[Sequence[Item], int, str]:
        """Return the items for what is typed, which of them to highlight, and what is wrong."""

    def label(self, item: Item) -> Content:
        """Return the item as it stands in the list."""
        raise NotImplementedError

    def compose_detail(self) -> Iterable[Widget]:
        """Yield the widgets that speak of the highlighted item."""
        raise NotImplementedError

    def show_detail(self, item: Item) -> None:
        """Let them speak of `item`."""
        raise NotImplementedError

    def compose_body(self) -> Iterable[Widget]:
        yield Entry(placeholder=self._placeholder)
        yield Static(id="complaint")
        with Container(id="halves"):
            yield Choices[Item]()
            with Vertical(id="detail"):
                yield from self.compose_detail()

    def on_mount(self) -> None:
        self._narrow("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value.strip())

    def _narrow(self, text: str) -> None:
        items, highlighted, self._complaint = self.matching(text)
        complaint = self.query_one("#complaint", Static)
        complaint.update(plain(self._complaint))
        complaint.set_class(not self._complaint, "empty")
        self.query_one(Choices).show(items, self.label, highlighted)
        self._show_highlighted()

    @on(OptionList.OptionHighlighted)
    def _show_highlighted(self) -> None:
        item = self.query_one(Choices).item
        self.query_one("#detail").visible = item is not None
        if item is not None:
            self.show_detail(item)

    def action_accept(self) -> None:
        item = self.query_one(Choices).item
        if item is None or self._complaint:
            self.app.bell()
        else:
            self.dismiss(item)
