"""Lists to choose from, and their dialogs: arrows move in the list, typing narrows it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import Click
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from tui.screens.dialogs.dialog import Dialog, Entry, Result, is_laid_out, plain

Item = TypeVar("Item")


class Choices(OptionList, Generic[Item], can_focus=False):
    """A list of items, one of them highlighted; the focus stays in the line of text.

    A click highlights, another click on the same item accepts it; with quick_click one is enough.
    """

    DEFAULT_CSS = """
    Choices, Choices:focus {
        height: 1fr;
        padding: 0;
        border: none;
        background: transparent;
        & > .option-list--option {
            padding: 0 1;
        }
        & > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: none;
        }
    }
    Choices:nocolor > .option-list--option-highlighted {
        text-style: reverse;
    }
    """

    def __init__(self, *, quick_click: bool = False) -> None:
        super().__init__(markup=False)
        self._quick_click = quick_click
        self._items: tuple[Item, ...] = ()

    @property
    def item(self) -> Item | None:
        """The highlighted item, or None when the list is empty."""
        return None if self.highlighted is None else self._items[self.highlighted]

    @property
    def items(self) -> tuple[Item, ...]:
        return self._items

    def show(
        self, items: Sequence[Item], label: Callable[[Item], Content], highlighted: int = 0
    ) -> None:
        """List `items`, each as its `label`, with one of them highlighted."""
        self._items = tuple(items)
        self.set_options(label(item) for item in self._items)
        self.highlighted = highlighted if self._items else None

    def on_resize(self) -> None:
        self.call_after_refresh(self.scroll_to_highlight)

    def on_click(self, event: Click) -> None:
        event.prevent_default()
        clicked = event.style.meta.get("option")
        if clicked is None:
            return
        again = clicked == self.highlighted
        self.highlighted = clicked
        if again or self._quick_click:
            self.action_select()


class ChoiceDialog(Dialog[Result]):
    """A dialog with one list of choices, which the arrows move wherever the focus is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
        Binding("ctrl+home", "move('first')", "First", show=False),
        Binding("ctrl+end", "move('last')", "Last", show=False),
        Binding("enter", "accept", "Choose", priority=True, key_display="enter"),
    ]

    def action_move(self, movement: str) -> None:
        choices = self.query_one(Choices)
        if is_laid_out(choices):
            getattr(choices, f"action_{movement}")()

    @abstractmethod
    def action_accept(self) -> None:
        """Return the highlighted choice."""

    @on(OptionList.OptionSelected)
    def _accept_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_accept()


class Choose(ChoiceDialog[Item], Generic[Item]):
    """A line of text that narrows the list below it, and a detail of the highlighted item."""

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
        """Yield the widgets that describe the highlighted item."""
        raise NotImplementedError

    def show_detail(self, item: Item) -> None:
        """Make them describe `item`."""
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
