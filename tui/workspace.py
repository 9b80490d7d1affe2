"""All that the main screen knows, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine import Edit, Parameter, Session, Trace
from engine.history import Entry, History
from tui.selection import Selection, first_selection
from tui.source import Source

DIGITS = (4, 2, 6, 17)
"""How many decimals are shown, one after the other; 17 is every digit there is."""


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How things are shown.

    digits: decimals of computed numbers. step: how far a nudge goes. views: the names of the
    views, left and right. tip: which tip is shown, from 0. column_parameter: the second one of the
    Table, or None for the one that suits.
    """

    digits: int = DIGITS[0]
    step: float = 0.1
    views: tuple[str, str] = ("Curve", "What if")
    tips_shown: bool = True
    tip: int = 0
    column_parameter: Parameter | None = None


@dataclass(frozen=True, eq=False)
class Workspace:
    """The session, its history, and the view of it.

    origin: the session as it was opened, for the way back to the file. source: where it came from
    and where it is saved, None for a fresh one. saved_at: the latest edit when it was last saved.
    """

    session: Session
    origin: Session
    selection: Selection
    source: Source | None = None
    history: History = field(default_factory=History)
    view: ViewSettings = ViewSettings()
    saved_at: Entry | None = None

    @classmethod
    def open(cls, session: Session, source: Source | None, view: ViewSettings) -> Workspace:
        """Return a workspace for a session just opened."""
        view = replace(view, tip=0, column_parameter=None)
        return cls(session, session, first_selection(session), source, view=view)

    @cached_property
    def trace(self) -> Trace:
        """The forward pass of the selected sample, one row in each array."""
        return self.session.sample_trace(self.selection.sample)

    @property
    def is_unsaved(self) -> bool:
        """Whether there is a change that no file has: also an undone one that was saved."""
        return self._latest is not self.saved_at

    @property
    def _latest(self) -> Entry | None:
        return self.history.past[-1] if self.history.past else None

    def edited(self, edit: Edit, after: Selection | None = None) -> Workspace:
        """Return the workspace with `edit` made; raises ValueError when it cannot be.

        after: where the cursor goes, if not where it is.
        """
        session, history = self.history.record(self.session, edit, memo=self.selection)
        selection = (after or self.selection).within(session)
        view = self.view
        if session.network.sizes != self.session.network.sizes:
            view = replace(view, column_parameter=None)
        if not self.history.past or selection.cell != self.selection.cell:
            view = replace(view, tip=0)
        return replace(self, session=session, history=history, selection=selection, view=view)

    def undone(self) -> tuple[Workspace, Entry]:
        """Return the workspace before the latest edit, the cursor where it was, and that edit."""
        session, history = self.history.undo(self.session)
        entry = history.future[-1]
        return self._back_at(session, history, entry), entry

    def redone(self) -> tuple[Workspace, Entry]:
        """Return the workspace with the edit undone last made again, and that edit."""
        session, history = self.history.redo(self.session)
        entry = history.past[-1]
        return self._back_at(session, history, entry), entry

    def saved_to(self, source: Source) -> Workspace:
        """Return the workspace as it is once its session stands in `source`."""
        return replace(self, source=source, saved_at=self._latest)

    def selecting(self, selection: Selection) -> Workspace:
        """Return the workspace with the cursor elsewhere."""
        moved = selection.cell != self.selection.cell
        view = replace(self.view, tip=0) if moved else self.view
        return replace(self, selection=selection.within(self.session), view=view)

    def viewing(self, **changes: Any) -> Workspace:
        """Return the workspace with the given view settings changed."""
        return replace(self, view=replace(self.view, **changes))

    def _back_at(self, session: Session, history: History, entry: Entry) -> Workspace:
        place = entry.memo if isinstance(entry.memo, Selection) else self.selection
        view = self.view
        if session.network.sizes != self.session.network.sizes:
            view = replace(view, column_parameter=None)
        return replace(
            self, session=session, history=history, selection=place.within(session), view=view
        )
