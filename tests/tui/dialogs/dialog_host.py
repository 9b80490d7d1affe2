"""A small app around one dialog, and the text on its screen."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.tui.player import Keyboard, Messages
from tests.tui.screen_text import screen_lines
from tui.app import KEY_NAMES

HOSTILE = ("[/]", "[@click=app.quit]x[/]", "[bold]b", "[red", "\\[", "]")
"""Titles and names that would be markup, or half of it, if they were parsed."""


class DialogHost(App[None]):
    """Opens one dialog and keeps what it returns."""

    def __init__(self, dialog: ModalScreen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.results: list[Any] = []
        self.messages = Messages()

    def compose(self) -> ComposeResult:
        yield Static("the screen underneath")

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.results.append)

    def get_key_display(self, binding: Binding) -> str:
        return binding.key_display or KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def run_test(  # type: ignore[override]  # its options are handed on, and one is taken
        self, **options: Any
    ) -> AbstractAsyncContextManager[Pilot[None]]:
        """Run without a terminal, and count the messages."""
        return super().run_test(message_hook=self.messages, **options)

    @property
    def lines(self) -> list[str]:
        """The rows of the screen as text."""
        return screen_lines(self)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def keyboard(pilot: Pilot[None]) -> Keyboard:
    host = pilot.app
    assert isinstance(host, DialogHost)
    return Keyboard(host, pilot, host.messages)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press the keys, each once everything before it has settled."""
    await settle(pilot)
    await keyboard(pilot).press(*keys)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Press the key of each character."""
    await press(pilot, *text)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until everything is answered and painted."""
    await keyboard(pilot).settle()
