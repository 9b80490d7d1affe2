"""The app: its first frame, the main screen, and what happens when something goes wrong."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.errors import NoWidget
from textual.geometry import Size
from textual.widget import Widget
from textual.worker import Worker

from tui import textual_workarounds
from tui.files.settings import Settings, load_settings, save_settings, settings_path
from tui.screens.opening import OpeningScreen
from tui.terminal import escaped, is_closed, stop_job
from tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.binding import Binding
    from textual.command import Provider
    from textual.screen import Screen

    from engine.session.session import Session
    from tui.files.lesson_source import Course
    from tui.files.source import Source
    from tui.screens.main.screen import MainScreen

_QUIET_TURNS = 10
"""After so many turns of the event loop without a message to anyone everything is answered: while a
dialog opens or closes there are at most 2 between two messages."""

_MAX_TURNS = 1000
"""Twenty times what a dialog needs to open; a widget may be waiting for something itself."""

_MIN_HELD = 10
"""More of one key than anybody types while a dialog opens: what a third of a second brings."""

_TERMINAL_CHECK_SECONDS = 1.0

KEY_NAMES = {
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "enter": "Enter",
    "escape": "Esc",
    "delete": "Delete",
    "backspace": "Backspace",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
"""Keys as texts write them."""

_OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""What is drawn for a dozen keys."""

_SIGNAL_OFFSET = 128
"""What a shell adds to the number of the signal that ended a program."""


def _commands() -> type[Provider]:
    """The commands of the palette; imported when it is opened."""
    from tui.screens.main.command_palette import MainCommands

    return MainCommands


class PlaygroundApp(App[None]):
    """The playground with one session open.

    load: reads the session; it is called, and NumPy imported, once the first frame is painted.
    course: what of the course opens with it, or None. offers_course: whether a line tells of it.
    main_screen: None until the session is read. failure: what `load` raised, which ends the app.
    """

    TITLE = "nn-play"
    CSS_PATH = "screens/main/screen.tcss"
    COMMANDS: ClassVar = {_commands}

    def __init__(
        self,
        load: Callable[[], tuple[Session, Source | None]],
        course: Course | None = None,
        *,
        offers_course: bool = False,
    ) -> None:
        super().__init__()
        textual_workarounds.apply()
        self.load = load
        self.course = course
        self.offers_course = offers_course
        self.main_screen: MainScreen | None = None
        self.failure: Exception | None = None
        self.settings = load_settings()
        self._typed_ahead: deque[events.Key | events.Paste] = deque()
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        known = self.settings.theme in self.available_themes
        self.theme = self.settings.theme if known else DARK.name

    def get_default_screen(self) -> OpeningScreen:
        return OpeningScreen()

    def get_key_display(self, binding: Binding) -> str:
        """Return the name of a key as texts write it."""
        return binding.key_display or KEY_NAMES.get(binding.key) or super().get_key_display(binding)

    def on_mount(self) -> None:
        """Open the session after the first frame, and exit in good order on a signal."""
        self.call_after_refresh(self._open)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(
                    number, partial(self.exit, return_code=_SIGNAL_OFFSET + number)
                )
        if not self.is_headless and sys.platform != "win32":
            self._listen()
        keyboard = sys.__stdin__
        if not self.is_headless and keyboard is not None and keyboard.isatty():
            look = partial(self._leave_when_closed, keyboard.fileno())
            self.set_interval(_TERMINAL_CHECK_SECONDS, look)

    def _stop(self) -> None:
        """Give the terminal back and stop; take it again when continued."""
        if not self._is_exiting and sys.platform != "win32":
            # It would take the terminal twice, and forget keys that were typed meanwhile.
            asyncio.get_running_loop().remove_signal_handler(signal.SIGCONT)
            with self.suspend():
                stop_job()
            self._listen()

    def _continue(self) -> None:
        """Take the terminal again where the process was stopped without being told."""
        if not self._is_exiting:
            with self.suspend():
                pass
            self._listen()

    def _listen(self) -> None:
        """Set the handlers of signals that are lost while the app is suspended.

        Textual's own may interrupt it in the middle of writing to the terminal.
        """
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTSTP, self._stop)
            loop.add_signal_handler(signal.SIGCONT, self._continue)
            loop.add_signal_handler(signal.SIGWINCH, self._fit_terminal)

    def _fit_terminal(self) -> None:
        """Take on the size of the terminal.

        Textual's own handler may be interrupted by the next, and then sends the older size last.
        """
        size = Size(*shutil.get_terminal_size())
        self.post_message(events.Resize(size, size))

    def _leave_when_closed(self, keyboard: int) -> None:
        """Exit when the terminal is gone; under a program such as make no signal says so."""
        if is_closed(keyboard):
            self.exit(return_code=_SIGNAL_OFFSET + getattr(signal, "SIGHUP", signal.SIGTERM))

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Exit; no Ctrl+C ends it sooner, before work and settings are kept.

        As soon as the terminal is given back, the key is a signal.
        """
        if not self.is_headless:
            if sys.platform != "win32":
                # The loop would set Python's own handler when it closes.
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        super().exit(result, return_code, message)

    def panic(self, *renderables: RenderableType) -> None:
        """Exit with an error, also when it is Textual's keyboard reader that fails."""
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
        """Ask for what the source leaves open; return whether there was anything to ask."""
        from tui.files.source import SourceError

        error = failure.__cause__
        if not isinstance(error, SourceError):
            return False
        if error.holds_data:
            self.call_later(self._show_data, failure, error.source)
            return True
        from tui.screens.dialogs.open_source import ask_about

        return ask_about(
            self,
            error,
            done=lambda session, source: self.call_later(self._show, session, source),
            # The caller handles errors of the type that `load` raised.
            failed=lambda error: self._fail(type(failure)(str(error))),
            cancelled=lambda: self._fail(failure),
        )

    async def _show_data(self, failure: Exception, source: Source) -> None:
        """Open a new network to learn from the data in a file, and ask how to take them."""
        from tui.files.new_network import session_for_data
        from tui.screens.dialogs.data.sources import open_data
        from tui.screens.main.learning import choose_data

        assert source.path is not None
        session = session_for_data(source.path.stem)
        try:
            file = open_data(source.path, session.task)
        except ValueError as reason:
            self._fail(type(failure)(f"{source.name}: {reason}"))
            return
        await self._show(session, None)
        assert self.main_screen is not None
        choose_data(self.main_screen, file)

    async def _show(self, session: Session, source: Source | None) -> None:
        from tui.screens.main.files import offer_unsaved, opened, show_notes
        from tui.screens.main.screen import MainScreen
        from tui.state.view_settings import ViewSettings
        from tui.views.registry import known_views

        view = ViewSettings(tips_shown=self.settings.tips_shown)
        view = replace(view, views=known_views(self.settings.views or (), view.views))
        self.main_screen = MainScreen(opened(session, source, view))
        await self.push_screen(self.main_screen)
        show_notes(self.main_screen)
        if self.course is not None:
            self.main_screen.lessons.open_course(self.course)
        elif self.offers_course:
            self.main_screen.status = "New here? F4: learn it in small steps"
        offer_unsaved(self.main_screen)

    def on_app_focus(self) -> None:
        """Look whether another program has changed the file while it had the terminal."""
        from tui.screens.main.save import notice_change

        if self.main_screen is not None:
            notice_change(self.main_screen)

    def watch_app_focus(self, focus: bool) -> None:
        """Give the focus to a dialog that was opened while the terminal was in the background.

        Textual does so only for what had it before; keys would be lost, and Enter accept a name
        that nobody typed.
        """
        is_in_dialog = bool(self.screen_stack) and self.screen is not self.main_screen
        if focus and is_in_dialog and self.screen.focused is None:
            self.screen.focus_next()

    async def on_event(self, event: events.Event) -> None:
        """Answer a key or paste of the main screen at once, one of a dialog before the next.

        Textual's route, to the pane and through all containers, takes 0.6 ms longer and would send
        a key typed ahead to the pane or dialog that this one is about to leave.
        """
        if isinstance(event, events.InputEvent | events.Paste) and not self._is_answerable(event):
            return
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        # Whoever types has the terminal, also where its own report of that is missing.
        self.app_focus = True
        if not self._is_on_main_screen or self._typed_ahead:
            self._typed_ahead.append(event)
            if len(self._typed_ahead) == 1:
                _: Worker[None] = self.run_worker(self._answer_in_turn)
            return
        before = self._front
        await self._answer(event)
        if not self._is_exiting and self._front != before:
            self._typed_ahead.append(event)
            _ = self.run_worker(partial(self._answer_in_turn, before))

    def _is_answerable(self, event: events.Event) -> bool:
        """Whether the event can be answered: not once the app is exiting, nor a click on nothing.

        Nobody can have clicked on what is not painted yet, or no longer.
        """
        if self._is_exiting:
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

    async def _answer_in_turn(self, before: tuple[Screen[object], str] | None = None) -> None:
        """Answer the keys that wait, each once all that the one before it brought about is there.

        before: what was in front of the first key, where that one is answered already.
        """
        while self._typed_ahead:
            if before is None:
                # A screen that is not complete lacks the widgets its keys act on.
                while not self._is_exiting and not self.screen.is_mounted:
                    await asyncio.sleep(0)
                await self._until(lambda: self._is_on_main_screen or self._takes_keys)
                if self._is_exiting:
                    return
                before = self._front
                await self._answer(self._typed_ahead[0])
            await self._until(lambda: len(self._typed_ahead) > 1)
            if len(self._typed_ahead) > 1:
                # No frame in between: it would take longer than everything else.
                with self.batch_update():
                    await self._until(lambda: False)
            if self._is_exiting:
                return
            answered = self._typed_ahead.popleft()
            if self._front != before:
                self._drop_repeats(answered)
            before = None

    def _drop_repeats(self, answered: events.Key | events.Paste) -> None:
        """Drop what waits of a held key, which was not meant for what it has opened or closed.

        To open and close that for each repeat takes 60 to 100 ms.
        """
        keys = [event.key if isinstance(event, events.Key) else "" for event in self._typed_ahead]
        if isinstance(answered, events.Key) and keys[:_MIN_HELD] == [answered.key] * _MIN_HELD:
            while self._typed_ahead and keys.pop(0) == answered.key:
                self._typed_ahead.popleft()

    @property
    def _front(self) -> tuple[Screen[object], str]:
        """The screen in front, and the theme it is drawn in."""
        return self.screen, self.theme

    @property
    def _takes_keys(self) -> bool:
        """Whether a widget takes keys, or the app is exiting and none needs to."""
        return self._is_exiting or self.focused is not None

    @property
    def _is_exiting(self) -> bool:
        return self.return_code is not None or not self.screen_stack

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Let other tasks run until the condition holds, or all messages are answered."""
        quiet = 0
        for _ in range(_MAX_TURNS):
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
        elif not screen.editing.write(key) and not screen.run_key(key.key):
            bound = screen.active_bindings.get(key.key)
            if bound is None:
                screen.say_why_not(key.key)
            elif not await self.run_action(bound.binding.action, bound.node):
                # An action that leaves the key to another, as copying does without a selection.
                await super().on_event(key)

    @contextmanager
    def batch_update(self) -> Generator[None, None, None]:
        """Paint nothing until the end, and then the screen in front.

        Textual leaves a screen that was asked to paint meanwhile until it gets another message.
        """
        with super().batch_update():
            yield
        if self.screen_stack:
            self.screen.call_later(lambda: None)

    def pop_screen(self) -> AwaitComplete:
        """Close the screen in front and release its cached lines.

        Textual keeps the lines of the last thousand widgets for good: closed dialogs would pile up
        to a hundred megabytes.
        """
        closed = self.screen
        result = super().pop_screen()
        for widget in closed.walk_children(Widget, with_self=True):
            widget.refresh()
        return result

    def action_command_palette(self) -> None:
        from tui.screens.main.command_palette import open_palette

        if self.screen is self.main_screen:
            open_palette(self)

    def search_themes(self) -> None:
        from textual.theme import ThemeProvider

        from tui.screens.main.command_palette import open_palette

        open_palette(self, {ThemeProvider}, "Search for themes…")

    async def action_quit(self) -> None:
        if self.main_screen is None:
            self.exit()
        else:
            from tui.screens.main.leave import leave

            leave(self.main_screen)


def play(load: Callable[[], tuple[Session, Source | None]], course: Course | None = None) -> int:
    """Open the playground on what `load` returns; return the exit status.

    What `load` raises is raised again once the terminal is restored. When the app ends with an
    error or is asked to stop, a session with unsaved changes stays as unsaved work.
    """
    # Textual writes to the terminal from a thread of its own: at Python's default of 5 ms a painted
    # number would wait there while the plots are drawn. It brings 8 ms of the 99th percentile.
    sys.setswitchinterval(0.0005)
    # What is drawn for a key would make Python look for garbage more than once, which takes 0.7 ms,
    # and every hundredth time 90 ms.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    app = PlaygroundApp(load, course, offers_course=not os.path.exists(settings_path()))
    try:
        app.run()
    except BaseException:
        # For example an error of writing to a terminal that is gone.
        _keep_unsaved(app)
        raise
    if app.failure is not None:
        raise app.failure
    if app.main_screen is not None:
        from tui.screens.main.place import remember_place

        remember_place(app.main_screen.present.own)
        view = app.main_screen.present.own.view
        save_settings(Settings(app.theme, view.tips_shown, view.views))
    if app.return_code != 0:
        _keep_unsaved(app)
    elif app.main_screen is not None:
        app.main_screen.autosave.end(by_choice=True)
    return 1 if app.return_code is None else app.return_code


def _keep_unsaved(app: PlaygroundApp) -> None:
    """Write unsaved work to its file, and say how it comes back."""
    if app.main_screen is None:
        return
    from tui.files.unsaved import comes_back

    paths, failure = app.main_screen.autosave.end(by_choice=False)
    messages = [comes_back(path) for path in paths]
    if failure:
        messages.insert(0, f"nn-play: your last changes could not be kept: {escaped(failure)}")
    # A closed terminal cannot show it.
    with suppress(OSError):
        for message in messages:
            print(message, file=sys.stderr)
