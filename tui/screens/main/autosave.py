"""Keeps unsaved work in a file while there is any, off the screen's thread."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

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
        self._keepers = (screen.keeper, Keeper())
        self._kept: list[Session | None] = [None, None]
        self._is_waiting = False
        self._last = -_SECONDS_BETWEEN
        self._complaint = ""

    def look(self) -> None:
        """See to it that what is on the screen will be kept, if nothing else keeps it."""
        if self._is_waiting or self._is_settled:
            return
        self._is_waiting = True
        due = self._last + _SECONDS_BETWEEN - monotonic()
        self._screen.set_timer(max(_SECONDS_AFTER_KEY, due), self._start)

    @property
    def _is_settled(self) -> bool:
        sessions = [None if work is None else work[0] for work in works_in(self._screen.present)]
        return all(map(lambda one, other: one is other, sessions, self._kept))

    def _start(self) -> None:
        self._screen.run_worker(self._catch_up())

    async def _catch_up(self) -> None:
        self._last = monotonic()
        works = works_in(self._screen.present)
        try:
            await asyncio.to_thread(self._write, works)
        except (OSError, ValueError) as error:
            complaint = reason_of(error) if isinstance(error, OSError) else str(error)
            if complaint != self._complaint:
                self._screen.refuse(f"unsaved work cannot be kept: {complaint}; save it elsewhere")
            self._complaint = complaint
        else:
            self._complaint = ""
        self._kept = [None if work is None else work[0] for work in works]
        self._is_waiting = False
        # What was changed while this was written comes next.
        self.look()

    def _write(self, works: tuple[Work, Work]) -> list[Path | None]:
        paths: list[Path | None] = []
        for keeper, work, kept in zip(self._keepers, works, self._kept, strict=True):
            if work is None:
                keeper.drop()
            elif work[0] is not kept:
                paths.append(keeper.keep(*work))
        return paths

    def end(self, *, by_choice: bool) -> list[Path]:
        """Write nothing from now on; return the files that were left behind.

        by_choice: the user has left and wants nothing kept; else all unsaved work is written once
        more. Raises OSError or ValueError when that is impossible.
        """
        try:
            if by_choice:
                return []
            self._kept = [None, None]
            paths = self._write(works_in(self._screen.present))
            return [path for path in paths if path is not None]
        finally:
            for keeper in self._keepers:
                keeper.close(drop=by_choice)


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
