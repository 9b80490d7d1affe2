"""Lists to choose from, and their dialogs: arrows move in the list, typing narrows it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.screens.dialogs.dialog import Dialog, Entry, Hints, Result, is_laid_out, plain

Item = TypeVar("Item")


class Heading(str):
    """An item of a list that names those below it and cannot be chosen."""

    __slots__ = ()


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
        & > .option-list--option-disabled {
            color: $text-muted;
            text-style: italic;
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
        self.set_options(
            Option(label(item), disabled=isinstance(item, Heading)) for item in self._items
        )
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
        Binding("enter", "accept", "Choose", priority=True),
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


class DetailText(VerticalScroll, can_focus=False):
    """A text about the highlighted item; ctrl with an arrow scrolls it where it is long."""

    DEFAULT_CSS = """
    DetailText Static {
        height: auto;
    }
    """

    def compose(self) -> ComposeResult:
        yield Static()

    def show(self, text: Content, *, wrong: bool = False) -> None:
        """Show a text from its beginning; wrong: as an error."""
        self.query_one(Static).set_class(wrong, "wrong").update(text)
        self.scroll_home(animate=False)
        # Only after the refresh is it known whether the text has to scroll.
        self.call_after_refresh(self.screen.query_one(Hints).write)


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

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+down", "scroll_detail(1)", "More"),
        Binding("ctrl+up", "scroll_detail(-1)", "Back", show=False),
    ]

    def __init__(self, heading: str, placeholder: str, value: str = "") -> None:
        super().__init__(heading)
        self._placeholder = placeholder
        self._first_text = value
        self._narrowed = ""
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
        yield Entry(self._first_text, placeholder=self._placeholder)
        yield Static(id="complaint")
        with Container(id="halves"):
            yield Choices[Item]()
            with Vertical(id="detail"):
                yield from self.compose_detail()

    def on_mount(self) -> None:
        self.narrow(self._first_text.strip())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.narrow(event.value.strip())

    def narrow(self, text: str) -> None:
        """List what matches a text."""
        self._narrowed = text
        items, highlighted, complaint = self.matching(text)
        self.complain(complaint)
        self.query_one(Choices).show(items, self.label, highlighted)
        self._show_highlighted()

    def complain(self, complaint: str) -> None:
        """Say what is wrong, or nothing; with a complaint nothing can be chosen."""
        self._complaint = complaint
        line = self.query_one("#complaint", Static)
        line.update(plain(complaint))
        line.set_class(not complaint, "empty")

    @on(OptionList.OptionHighlighted)
    def _show_highlighted(self) -> None:
        item = self.query_one(Choices).item
        self.query_one("#detail").visible = item is not None
        if item is not None:
            self.show_detail(item)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "scroll_detail":
            return any(text.max_scroll_y > 0 for text in self.query(DetailText))
        return True

    def action_scroll_detail(self, lines: int) -> None:
        for text in self.query(DetailText):
            text.scroll_relative(y=lines, animate=False)

    def action_accept(self) -> None:
        text = self.query_one(Entry).value.strip()
        if text != self._narrowed:
            # What was pasted has not been listed yet.
            self.narrow(text)
        item = self.query_one(Choices).item
        if item is None or self._complaint:
            self.app.bell()
        else:
            self.dismiss(item)
