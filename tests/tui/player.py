"""Somebody at the keyboard of the playground, for tests."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.events import Callback, Key
from textual.geometry import Region
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.message import Message
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from engine import Session, examples
from tests.tui.screen_text import screen_lines
from tui.app import PlaygroundApp
from tui.files.source import Source
from tui.state.workspace import Workspace

_QUIET_ROUNDS = 2
"""What a handler sends at its end may reach its widget a round later."""
_MAX_ROUNDS = 20
"""An app that trains is hardly ever quiet."""


@dataclass
class Messages:
    """Counts what the widgets answer, apart from the pilot's asking whether they have."""

    n_answered: int = 0

    def __call__(self, message: Message) -> None:
        self.n_answered += not isinstance(message, Callback)


@dataclass
class Keyboard:
    """Presses keys in an app.

    Where nobody counts its messages, it takes the most rounds until everything is surely painted.
    """

    app: App[Any]
    pilot: Pilot[None]
    messages: Messages | None = None

    async def press(self, *keys: str) -> None:
        """Press keys, by name or as characters, each once everything before it is painted.

        The pilot's own way waits until the processor is idle, which takes a tenth of a second.
        """
        for key in keys:
            self._send(key)
            await self.settle()

    async def burst(self, *keys: str) -> None:
        """Press keys all at once, as they come from a paste of the terminal or over a slow line."""
        for key in keys:
            self._send(key)
        await self.settle()

    def _send(self, key: str) -> None:
        if len(key) == 1:
            self.app.post_message(Key(name_of_key(key), key))
        else:
            self.app.post_message(Key(key, key_to_character(key)))

    async def type(self, text: str) -> None:
        """Press the key of each character."""
        await self.press(*text)

    async def settle(self) -> None:
        """Wait until every message is answered and everything is painted."""
        quiet = 0
        for _ in range(_MAX_ROUNDS):
            before = self.messages and self.messages.n_answered
            # All widgets answer what was sent to them, and what changed is painted.
            await self.pilot.pause(0)
            # Keys for a dialog are answered there; the palette cancels a search that is overtaken.
            with suppress(WorkerCancelled):
                await self.app.workers.wait_for_complete()
            await self.pilot.wait_for_animation()
            is_quiet = self.messages is not None and self.messages.n_answered == before
            quiet = quiet + 1 if is_quiet else 0
            if quiet == _QUIET_ROUNDS:
                return


@dataclass
class Player(Keyboard):
    """Plays with the playground and reads its screen."""

    app: PlaygroundApp

    async def show(self, view: str) -> None:
        """Put the view at the left, where v would come to it after a while."""
        assert self.app.main_screen is not None
        self.app.main_screen.views.show(0, view)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    @property
    def workspace(self) -> Workspace:
        assert self.app.main_screen is not None
        return self.app.main_screen.present

    @property
    def focused_pane(self) -> str:
        """The id of the pane with the focus."""
        assert self.app.main_screen is not None
        return self.app.main_screen.cursor.pane_id

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line_with(self, words: str) -> str:
        """Return the first row of the screen in which `words` stand."""
        return next(line for line in self.lines if words in line)

    def pane(self, selector: str) -> str:
        """Return the rows of one pane, its border included; empty where it is not shown."""
        assert self.app.main_screen is not None
        pane = self.app.main_screen.query_one(selector)
        region = pane.region if pane.is_on_screen else Region()
        rows = self.lines[region.y : region.bottom]
        return "\n".join(row[region.x : region.right] for row in rows)

    def prose(self, selector: str) -> str:
        """Return what stands in a pane as one line of words."""
        rows = self.pane(selector).splitlines()[1:-1]
        return " ".join(" ".join(row.strip("│ ") for row in rows).split())

    @property
    def notice(self) -> str:
        """What the notifications on the screen say."""
        parts = [line.rpartition("▌")[2] for line in self.lines if "▌" in line]
        return " ".join(" ".join(part.rstrip(" │╯─") for part in parts).split())


def name_of_key(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


@asynccontextmanager
async def playing(
    opened: str | Session = "binary-classifier",
    size: tuple[int, int] = (120, 36),
    source: Source | None = None,
    *,
    offers_course: bool = False,
) -> AsyncIterator[Player]:
    """Open an example, by id, or a session of its own in a terminal of `size`."""
    if isinstance(opened, str):
        source = Source(opened, None, opened)
        opened = examples.load(opened)
    session = opened
    app = PlaygroundApp(lambda: (session, source), offers_course=offers_course)
    messages = Messages()
    async with app.run_test(size=size, notifications=True, message_hook=messages) as pilot:
        player = Player(app, pilot, messages)
        while app.main_screen is None or app.main_screen.painted is None:
            await player.settle()
        yield player
