"""Keeps unsaved work in a file while there is any, off the screen's thread."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

from engine.session.names import sizes_text
from engine.session.session import Session
from tui.files.unsaved import Description
from tui.screens.main.base import WorkspaceScreen
from tui.state.workspace import Workspace
from tui.terminal import reason_of

_SECONDS_BETWEEN = 1.0
_SECONDS_AFTER_KEY = 0.1
"""The pause in which the screen draws, before the first change is written."""


class Autosave:
    """Writes the present session at most once a second, if it differs from what is saved."""

    def __init__(self, screen: WorkspaceScreen) -> None:
        self._screen = screen
        self._kept: Session | None = None
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

    def _start(self) -> None:
        self._screen.run_worker(self._catch_up())

    @property
    def _is_settled(self) -> bool:
        workspace = self._screen.present
        return self._kept is (workspace.session if workspace.is_unsaved else None)

    async def _catch_up(self) -> None:
        self._last = monotonic()
        workspace = self._screen.present
        complaint = ""
        if workspace.is_unsaved:
            try:
                await asyncio.to_thread(self.keep, workspace)
            except (OSError, ValueError) as error:
                complaint = reason_of(error) if isinstance(error, OSError) else str(error)
            self._kept = workspace.session
        else:
            await asyncio.to_thread(self._screen.keeper.drop)
            self._kept = None
        if complaint and complaint != self._complaint:
            self._screen.refuse(f"unsaved work cannot be kept: {complaint}; save it elsewhere")
        self._complaint = complaint
        self._is_waiting = False
        # What was changed while this was written comes next.
        self.look()

    def keep(self, workspace: Workspace) -> Path | None:
        """Write a workspace's session at once; return the file, or None after the end.

        Raises OSError or ValueError when it cannot be written.
        """
        return self._screen.keeper.keep(workspace.session, description_of(workspace))


def description_of(workspace: Workspace) -> Description:
    """Return what tells a workspace's unsaved work from others."""
    source, run = workspace.source, workspace.run
    return Description(
        title=workspace.session.title or ("" if source is None else source.name),
        sizes=sizes_text(workspace.session.network),
        epochs=0 if run is None else run.epochs,
        origin="" if source is None else str(source.path or source.example or ""),
    )
