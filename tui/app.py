"""The app: its first frame, the main screen, and what happens when something goes wrong."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widget import Widget

from tui import textual_workarounds
from tui.files.settings import Settings, load_settings, save_settings
from tui.screens.opening import OpeningScreen
from tui.terminal import is_closed
from tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.command import Provider

    from engine.session.session import Session
    from tui.files.source import Source
    from tui.screens.main.screen import MainScreen

_MAX_NEW_OBJECTS = 10_000
"""More than an edit leaves behind; Python itself looks for garbage after 700."""

_QUIET_TURNS = 10
"""So many turns of the event loop without a message to anyone, and all is answered: between two
messages of a dialog that opens or closes there are 2 at most."""

_MOST_TURNS = 1000
"""Twenty times what a dialog needs to open; a widget may be waiting for something itself."""

_ONE_THREAD = ("OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""The variables that the libraries behind NumPy's products read, once, when NumPy is imported."""

_SECONDS_BETWEEN_LOOKS = 1.0

_DONE_BY_OUR_KEYS = ("Keys", "Maximize", "Minimize")
"""Commands of Textual's in the palette; ours are those of `?` and `m`."""

_STOPPED = 128
"""What a shell adds to the number of the signal that ended a program."""


def _commands() -> type[Provider]:
    """The commands of the palette; imported when it is opened."""
    from tui.screens.main.palette import BindingCommands

    return BindingCommands


class PlaygroundApp(App[None]):
    """The playground with one session open.

    load: reads the session; it is called, and NumPy imported, once the first frame is painted.
    main_screen: None until then. failure: what `load` raised, which ends the app.
    """

    TITLE = "nn-play"
    CSS_PATH = "screens/main/screen.tcss"
    COMMANDS = App.COMMANDS | {_commands}

    def __init__(self, load: Callable[[], tuple[Session, Source | None]]) -> None:
        super().__init__()
        textual_workarounds.apply()
        self.load = load
        self.main_screen: MainScreen | None = None
        self.failure: Exception | None = None
        self.settings = load_settings()
        self._typed_ahead: deque[events.Key | events.Paste] = deque()
        self._usual_thresholds = gc.get_threshold()
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        known = self.settings.theme in self.available_themes
        self.theme = self.settings.theme if known else DARK.name

    def get_default_screen(self) -> OpeningScreen:
        return OpeningScreen()

    def on_mount(self) -> None:
        """Open the session next, and leave in good order when the system asks for it."""
        self.call_after_refresh(self._open)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, partial(self.exit, return_code=_STOPPED + number))
        keyboard = sys.__stdin__
        if not self.is_headless and keyboard is not None and keyboard.isatty():
            look = partial(self._leave_when_closed, keyboard.fileno())
            self.set_interval(_SECONDS_BETWEEN_LOOKS, look)

    def _leave_when_closed(self, keyboard: int) -> None:
        """Leave when the terminal is gone; below another program, as make, no signal says so."""
        if is_closed(keyboard):
            self.exit(return_code=_STOPPED + getattr(signal, "SIGHUP", signal.SIGTERM))

    def panic(self, *renderables: RenderableType) -> None:
        """End by an error also where it is Textual's reader of the keyboard that fails."""
        if self.return_code is None:
            self.exit(return_code=1)
        super().panic(*renderables)

    async def _open(self) -> None:
        try:
            session, source = self.load()
        except Exception as error:
            if not self._ask_about(error):
                self._fail(error)
        else:
            await self._show(session, source)

    def _fail(self, error: Exception) -> None:
        self.failure = error
        self.exit()

    def _ask_about(self, failure: Exception) -> bool:
        """Ask for what the source does not say itself; return whether there is such a thing."""
        from tui.files.source import SourceError

        error = failure.__cause__
        if not isinstance(error, SourceError):
            return False
        from tui.screens.dialogs.open_source import ask_about

        return ask_about(
            self,
            error,
            done=lambda session, source: self.call_later(self._show, session, source),
            # Whoever called for it understands errors of the kind that `load` raised.
            failed=lambda error: self._fail(type(failure)(str(error))),
            cancelled=lambda: self._fail(failure),
        )

    async def _show(self, session: Session, source: Source | None) -> None:
        from tui.screens.main.screen import MainScreen
        from tui.state.view_settings import ViewSettings
        from tui.state.workspace import Workspace
        from tui.views.registry import known_pair

        view = ViewSettings(tips_shown=self.settings.tips_shown)
        if (views := known_pair(self.settings.views)) is not None:
            view = replace(view, views=views)
        self.main_screen = MainScreen(Workspace.open(session, source, view))
        await self.push_screen(self.main_screen)
        self.main_screen.tell_notes()
        # What is there now stays to the end: looking through it for garbage delays a key. So does
        # looking for any before the numbers are painted; the screen does it after the plots.
        gc.set_threshold(_MAX_NEW_OBJECTS)
        self.call_after_refresh(gc.freeze)

    def on_unmount(self) -> None:
        """Leave the collector as it was, so that all is taken down in order."""
        gc.unfreeze()
        gc.set_threshold(*self._usual_thresholds)

    async def on_event(self, event: events.Event) -> None:
        """Answer a key or paste of the main screen at once, one of a dialog before the next.

        Its way to the pane and up through all containers takes as long as an edit; and a key that
        was typed ahead would be sent to the pane, or the dialog, that this one is about to leave.
        """
        if isinstance(event, events.InputEvent | events.Paste) and not self._is_there_for(event):
            return
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._is_on_main_screen and not self._typed_ahead:
            await self._answer(event)
        else:
            self._typed_ahead.append(event)
            if len(self._typed_ahead) == 1:
                self.run_worker(self._answer_in_turn())

    def _is_there_for(self, event: events.Event) -> bool:
        """Whether there is something to answer: not when the app is left, or a click hits nothing.

        Nobody can have clicked at what is not painted yet, or any more.
        """
        if self._is_left:
            return False
        if not isinstance(event, events.MouseEvent) or event.is_forwarded:
            return True
        if not self.screen.is_mounted:
            return False
        try:
            widget, _ = self.get_widget_at(event.x, event.y)
        except NoWidget:
            return True
        return widget.is_attached

    @property
    def _is_on_main_screen(self) -> bool:
        screen = self.main_screen
        return screen is not None and screen.is_active and screen.is_mounted

    async def _answer_in_turn(self) -> None:
        while self._typed_ahead:
            # A screen that is not complete does not have what its keys speak of.
            while not self._is_left and not self.screen.is_mounted:
                await asyncio.sleep(0)
            await self._until(lambda: self._is_on_main_screen or self._listens)
            if self._is_left:
                return
            await self._answer(self._typed_ahead[0])
            if len(self._typed_ahead) > 1:
                # No frame in between; it takes longer than all the rest.
                with self.batch_update():
                    await self._until(lambda: False)
                if self.screen_stack:
                    self.screen.check_idle()
            self._typed_ahead.popleft()

    @property
    def _listens(self) -> bool:
        """Whether there is a widget for keys; no more when the app has been left meanwhile."""
        return self._is_left or self.focused is not None

    @property
    def _is_left(self) -> bool:
        return self.return_code is not None or not self.screen_stack

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Let all others answer their messages until the condition holds, or all are answered."""
        quiet = 0
        for _ in range(_MOST_TURNS):
            if condition() or quiet == _QUIET_TURNS:
                return
            await asyncio.sleep(0)
            quiet = 0 if self._has_messages else quiet + 1

    @property
    def _has_messages(self) -> bool:
        """Whether somebody has not taken up yet what was sent to him."""
        if self.message_queue_size or not self.screen_stack:
            return self.message_queue_size > 0
        widgets = self.screen.walk_children(with_self=True)
        return any(widget.message_queue_size for widget in widgets)

    async def _answer(self, key: events.Key | events.Paste) -> None:
        screen = self.main_screen
        if screen is None or not screen.is_active or isinstance(key, events.Paste):
            await super().on_event(key)
        # Keys that go before all others are none that write a character.
        elif (
            key.is_printable or not await self._check_bindings(key.key, priority=True)
        ) and not screen.write(key):
            await self._check_bindings(key.key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What Textual puts into the palette; not what a key of our own does better.

        Its panel of keys would stay beside the panes, and be made anew at every move of the focus.
        """
        return [
            command
            for command in super().get_system_commands(screen)
            if command.title not in _DONE_BY_OUR_KEYS
        ]

    def pop_screen(self) -> AwaitComplete:
        """Close the screen in front, and let go what was drawn of it.

        Textual keeps the last thousand widgets' lines for good: the frames of every closed dialog
        would pile up to a hundred megabytes.
        """
        closed = self.screen
        result = super().pop_screen()
        for widget in closed.walk_children(Widget, with_self=True):
            widget.refresh()
        return result

    def action_command_palette(self) -> None:
        from tui.screens.main.palette import open_palette

        if not isinstance(self.screen, OpeningScreen):
            open_palette(self)

    def search_themes(self) -> None:
        from textual.theme import ThemeProvider

        from tui.screens.main.palette import open_palette

        open_palette(self, {ThemeProvider}, "Search for themes…")

    async def action_quit(self) -> None:
        if self.main_screen is None:
            self.exit()
        else:
            self.main_screen.action_leave()


def play(load: Callable[[], tuple[Session, Source | None]]) -> int:
    """Open the playground on what `load` returns; return the exit status.

    What `load` raises is raised again, once the terminal is as it was. When the app ends by an
    error or is asked to stop, a session with unsaved changes is written to a recovery file whose
    place is printed.
    """
    # Textual writes to the terminal from a thread of its own: with Python's usual 5 ms a painted
    # number would wait there while the plots are being drawn.
    sys.setswitchinterval(0.0005)
    # The products of a playground take less time than waking more threads does, and those then
    # keep a processor busy that the terminal needs to show the numbers.
    for variable in _ONE_THREAD:
        os.environ.setdefault(variable, "1")
    app = PlaygroundApp(load)
    try:
        app.run()
    except BaseException:
        # Such as the error that is told to a terminal which is gone.
        _keep(app)
        raise
    if app.failure is not None:
        raise app.failure
    if app.main_screen is not None:
        view = app.main_screen.present.view
        save_settings(Settings(app.theme, view.tips_shown, view.views))
    if app.return_code != 0:
        _keep(app)
    return 1 if app.return_code is None else app.return_code


def _keep(app: PlaygroundApp) -> None:
    """Write a session with unsaved changes to a recovery file, and say where it is."""
    if app.main_screen is not None and app.main_screen.present.is_unsaved:
        from tui.files.recovery import recover

        message = recover(app.main_screen.present.session)
        # Where the terminal was closed there is nobody to tell.
        with suppress(OSError):
            print(message, file=sys.stderr)
