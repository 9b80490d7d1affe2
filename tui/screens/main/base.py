"""The screen's state and the only ways to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.reactive import var
from textual.screen import Screen

from engine import Edit
from tui.files.source import Stamp
from tui.files.unsaved import Keeper
from tui.state.selection import Selection
from tui.state.workspace import Workspace

_SECONDS_TO_SHOW = 0.001
"""How long the terminal has to show the numbers before the rest is drawn. Drawing at once would
keep the processor from it, and from the thread that writes to it, for up to 4 ms. It brings 8 ms of
the 90th percentile on a busy machine."""


class WorkspaceScreen(Screen[None]):
    """Holds the workspace; every change of it passes through `change`.

    present: the workspace as it is now. Panes of numbers are passed it by a call, since binding
    them to it takes as long as drawing them. painted: the workspace whose numbers are on the
    screen. Plots and texts are bound to it, so that they never keep the numbers waiting, and what a
    newer edit overtakes is never drawn. keeper: of the unsaved work. noticed: the change of the
    open file by another program that was shown last.
    """

    painted: var[Workspace | None] = var(None)
    status: var[str] = var("")

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.present = workspace
        self.keeper = Keeper()
        self.noticed: Stamp | None = None
        self._draws_later = False
        self._follows_later = False
        self._refusal = ""
        self._refusal_is_shown = False

    def change(self, workspace: Workspace, status: str = "") -> None:
        """Make `workspace` the present one; a run in progress takes over what was edited."""
        self._forget_refusal()
        self.show(self.prepared(workspace), status)

    def prepared(self, workspace: Workspace) -> Workspace:
        """Return what a changed workspace becomes before it is shown."""
        return workspace

    def show(self, workspace: Workspace, status: str = "") -> None:
        """Make `workspace` the present one as it is; `status` is shown until the next change.

        While more keys are waiting nothing is drawn; the last of them shows the result of all.
        """
        if not workspace.is_training:
            self._forget_refusal()
        before, self.present = self.present, workspace
        self.take_numbers(before)
        if not self.app.message_queue_size:
            self.draw_numbers()
        elif not self._draws_later:
            self._draws_later = True
            self.call_later(self.draw_numbers)
        self.status = status
        if not self._follows_later:
            self._follows_later = True
            self.call_after_refresh(self._follow_when_shown)

    def on_screen_suspend(self) -> None:
        self._forget_refusal()

    def on_screen_resume(self) -> None:
        # A callback waiting for the next frame is lost when a dialog closes before it.
        if self._follows_later:
            self.call_after_refresh(self._follow_when_shown)

    def take_numbers(self, before: Workspace) -> None:
        """Update what the next key depends on; `before` is the previous workspace."""

    def preview(self, workspace: Workspace | None, lit: frozenset[str]) -> int:
        """Show the numbers of another workspace and light up some panes; None for the present one.

        Returns how many rows are free below the numbers. The present workspace stays as it is.
        """
        return 0

    def draw_numbers(self) -> None:
        """Draw the numbers of the present workspace."""
        self._draws_later = False

    async def _follow_when_shown(self) -> None:
        await asyncio.sleep(_SECONDS_TO_SHOW)
        # When the edit changes the layout, that frame is still to come.
        self.call_after_refresh(self.follow)

    def follow(self) -> None:
        """Pass the latest workspace to the plots and texts, which are drawn after the numbers."""
        self._follows_later = False
        if self._draws_later:
            self.draw_numbers()
        self.painted = self.present
        self.followed()

    def followed(self) -> None:
        """Do what has to wait until plots and texts are drawn."""

    def attempt(self, step: Callable[[], tuple[Workspace, str]]) -> bool:
        """Change to the workspace and status that `step` returns; show a ValueError it raises."""
        try:
            workspace, status = step()
        except ValueError as error:
            self.refuse(str(error))
            return False
        self.change(workspace, status)
        return True

    def edit(self, edit: Edit, after: Selection | None = None, status: str = "") -> bool:
        """Make an edit, put the cursor at `after`, and return whether it could be made."""
        return self.attempt(lambda: (self.present.edited(edit, after), status))

    def refuse(self, reason: str) -> None:
        """Notify the user why something was not done, replacing earlier notices.

        Of several waiting keys only the last reason is shown: a notification triggers a new layout.
        """
        if not self._refusal:
            self.call_later(self._show_refusal)
        self._refusal = reason

    def _show_refusal(self) -> None:
        reason = self._refusal
        if reason:
            self.clear_notices()
            self.notify(reason, severity="warning", timeout=6, markup=False)
            self._refusal_is_shown = True

    def _forget_refusal(self) -> None:
        """Remove the notice of a refusal, once something else has been done."""
        if self._refusal_is_shown:
            self.clear_notices()

    def clear_notices(self) -> None:
        """Remove all notifications; Textual alone would leave the widgets around them."""
        self._refusal, self._refusal_is_shown = "", False
        self.app.screen.query("ToastHolder").remove()
        self.app.clear_notifications()
