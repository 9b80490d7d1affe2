"""The app: themes, the main screen, and what happens when something goes wrong."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from contextlib import suppress

from textual.app import App

from engine import Session
from tui.commands_palette import BindingCommands
from tui.recovery import recover
from tui.screens.main import MainScreen
from tui.settings import Settings, load_settings, save_settings
from tui.source import Source
from tui.theme import DARK, LIGHT
from tui.workspace import ViewSettings, Workspace

_STOPPED = 128
"""What a shell adds to the number of the signal that ended a program."""


class PlaygroundApp(App[None]):
    """The playground with one session open."""

    TITLE = "nn-play"
    CSS_PATH = "screens/main.tcss"
    COMMANDS = App.COMMANDS | {BindingCommands}

    def __init__(self, session: Session, source: Source | None = None) -> None:
        super().__init__()
        settings = load_settings()
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else DARK.name
        view = ViewSettings(tips_shown=settings.tips_shown, views=settings.views)
        self.main_screen = MainScreen(Workspace.open(session, source, view))

    def get_default_screen(self) -> MainScreen:
        return self.main_screen

    def on_mount(self) -> None:
        """Leave in good order when the terminal is closed or the system asks for it."""
        self.call_after_refresh(self._settle)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(
                    number, lambda number=number: self.exit(return_code=_STOPPED + number)
                )

    def _settle(self) -> None:
        """Spare the collector what stays to the end: looking through it again delays a key."""
        gc.freeze()

    async def action_quit(self) -> None:
        self.main_screen.action_leave()


def play(session: Session, source: Source | None) -> int:
    """Open the playground; return the exit status.

    When it ends by an error or is told to stop, a session with unsaved changes is written to a
    recovery file whose place is printed.
    """
    app = PlaygroundApp(session, source)
    app.run()
    workspace = app.main_screen.present
    save_settings(Settings(app.theme, workspace.view.tips_shown, workspace.view.views))
    if app.return_code and workspace.is_unsaved:
        print(recover(workspace.session), file=sys.stderr)
    return app.return_code or 0
