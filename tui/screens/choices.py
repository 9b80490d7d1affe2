"""A list to choose from, and the dialog around it in which arrows move the list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.widgets import OptionList

from tui.screens.dialog import Dialog, Result, is_laid_out

Item = TypeVar("Item")


class Choices(OptionList, Generic[Item], can_focus=False):
    """A list of items, one of them highlighted; the focus stays where a person types.

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
