"""Somebody at the keyboard of the playground, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from engine import Session, examples
from tests.tui.screen_text import screen_lines
from tui.app import PlaygroundApp
from tui.source import Source
from tui.workspace import Workspace


@dataclass
class Player:
    """Presses keys and reads the screen."""

    app: PlaygroundApp
    pilot: Pilot[None]

    async def press(self, *keys: str) -> None:
        """Press the keys one after the other and wait until everything is painted."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()
        await self.settle()

    async def type(self, text: str) -> None:
        """Press the key of each character."""
        await self.press(*text)

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()

    @property
    def workspace(self) -> Workspace:
        assert self.app.main_screen is not None
        return self.app.main_screen.present

    @property
    def lines(self) -> list[str]:
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line_with(self, words: str) -> str:
        """Return the first row of the screen in which `words` stand."""
        return next(line for line in self.lines if words in line)


@asynccontextmanager
async def playing(
    opened: str | Session = "binary-classifier",
    size: tuple[int, int] = (120, 36),
    source: Source | None = None,
) -> AsyncIterator[Player]:
    """Open an example, by id, or a session of its own in a terminal of `size`."""
    if isinstance(opened, str):
        source = Source(opened, None, opened)
        opened = examples.load(opened)
    session = opened
    app = PlaygroundApp(lambda: (session, source))
    async with app.run_test(size=size, notifications=True) as pilot:
        player = Player(app, pilot)
        while app.main_screen is None or app.main_screen.painted is None:
            await player.settle()
        await player.settle()
        yield player
