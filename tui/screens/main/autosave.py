"""Keeps unsaved work in a file while there is any, off the screen's thread."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from textual.worker import Worker

from engine.session.names import sizes_text
from engine.session.session import Session
from tui.files.unsaved import Description, Keeper
from tui.screens.main.base import WorkspaceScreen
from tui.state.workspace import Workspace
from tui.terminal import reason_of

_SECONDS_BETWEEN = 1.0
_SECONDS_AFTER_KEY = 0.1
"""The pause in which the screen draws, before the first change is written."""

Work = tuple[Session, Description] | None


class Autosave:
    """Writes the user's session, and the one of a lesson, at most once a second if unsaved."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self._screen = screen
        self._of_lesson = Keeper()
        self._kept: list[Session | None] = [None, None]
        self._is_waiting = False
        self._last = -_SECONDS_BETWEEN
        self._complaint = ""

    def look(self) -> None:
        """See to it that what is on the screen will be kept, if nothing else keeps it."""
        works = works_in(self._screen.present)
        if self._is_waiting or all(map(operator.is_, _sessions(works), self._kept)):
            return
        self._is_waiting = True
        due = self._last + _SECONDS_BETWEEN - monotonic()
        self._screen.set_timer(max(_SECONDS_AFTER_KEY, due), self._start)

    def _start(self) -> None:
        # A coroutine would complain that nobody awaits it if the app exits first.
        _: Worker[None] = self._screen.run_worker(self._catch_up)

    async def _catch_up(self) -> None:
        self._last = monotonic()
        works = works_in(self._screen.present)
        failure = await asyncio.to_thread(_write, self._keepers, works, self._kept)
        complaint = "" if failure is None else _reason(failure)
        if complaint != self._complaint:
            self._complaint = complaint
            if complaint:
                self._screen.refuse(f"unsaved work cannot be kept: {complaint}; save it elsewhere")
            else:
                self._screen.status = "unsaved work is kept again"
        # A disk may have room again; what no file can hold is not tried twice.
        if not isinstance(failure, OSError):
            self._kept = _sessions(works)
        self._is_waiting = False
        # What was changed while this was written comes next.
        self.look()

    @property
    def _keepers(self) -> tuple[Keeper, Keeper]:
        return self._screen.keeper, self._of_lesson

    def end(self, *, by_choice: bool) -> tuple[list[Path], str]:
        """Write nothing from now on; return the files left behind, and why one is not up to date.

        by_choice: the user has left and wants nothing kept; else all unsaved work is written once
        more.
        """
        failure = None
        if not by_choice:
            failure = _write(self._keepers, works_in(self._screen.present), [None, None])
        paths = [keeper.close(drop=by_choice) for keeper in self._keepers]
        return [path for path in paths if path is not None], _reason(failure) if failure else ""


def _write(
    keepers: Sequence[Keeper], works: Sequence[Work], kept: Sequence[Session | None]
) -> Exception | None:
    """Bring the files up to date; return the first error, which keeps no other from being written.

    kept: the sessions that they hold.
    """
    failure: Exception | None = None
    for keeper, work, session in zip(keepers, works, kept, strict=True):
        try:
            if work is None:
                keeper.drop()
            elif work[0] is not session:
                keeper.keep(*work)
        except (OSError, ValueError, MemoryError) as error:
            failure = failure or error
    return failure


def _reason(error: Exception) -> str:
    return reason_of(error) if isinstance(error, OSError) else str(error) or "not enough memory"


def _sessions(works: Sequence[Work]) -> list[Session | None]:
    return [None if work is None else work[0] for work in works]


def works_in(workspace: Workspace) -> tuple[Work, Work]:
    """Return the user's own unsaved work, and what was done in a step of a lesson."""
    own, lesson = workspace.own, workspace.lesson
    of_lesson: Work = None
    if lesson is not None and workspace.history.past:
        title = f"Lesson: {lesson.lesson.title}"
        of_lesson = workspace.session, _description(workspace, title)
    if not workspace.is_unsaved:
        return None, of_lesson
    source = own.source
    title = own.session.title or ("" if source is None else source.name)
    return (own.session, _description(own, title)), of_lesson


def _description(workspace: Workspace, title: str) -> Description:
    source, run = workspace.source, workspace.run
    return Description(
        title=title,
        sizes=sizes_text(workspace.session.network),
        epochs=0 if run is None else run.epochs,
        origin="" if source is None else str(source.path or source.example or ""),
    )
