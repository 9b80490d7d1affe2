"""A small app around one dialog, and what stands on its screen."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.tui.screen_text import screen_lines

HOSTILE = ("[/]", "[@click=app.quit]x[/]", "[bold]b", "[red", "\\[", "]")
"""Titles and names that are markup, or half of it, to whoever reads them so."""


class DialogHost(App[None]):
    """Opens one dialog and keeps what it returns."""

    def __init__(self, dialog: ModalScreen[Any]) -> None:
        super().__init__()
        self.dialog = dialog
        self.results: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Static("the screen underneath")

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.results.append)

    @property
    def lines(self) -> list[str]:
        """The rows of the screen as text."""
        return screen_lines(self)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press the keys and wait until everything has settled."""
    await pilot.press(*keys)
    await pilot.pause()


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Press the key of each character."""
    await press(pilot, *text)
