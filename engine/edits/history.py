"""Undo and redo: the edits made, and their inverses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.edits.base import Edit
from engine.session.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One edit that was made.

    inverse: the edit that undoes it. description: what it did. memo: anything the caller wants back
    with it, such as where the cursor was.
    """

    edit: Edit
    inverse: Edit
    description: str
    memo: object = None


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """The edits made, latest last, and those undone, next to redo last.

    It holds edits, never sessions, so that ten thousand nudges of a large layer stay small.
    """

    past: tuple[Entry, ...] = ()
    future: tuple[Entry, ...] = ()

    def record(self, session: Session, edit: Edit, memo: object = None) -> tuple[Session, History]:
        """Apply `edit` and remember it; what could have been redone is forgotten.

        Raises ValueError when the edit cannot be applied.
        """
        changed = edit.apply(session)
        entry = Entry(edit, edit.inverse(session), edit.describe(session), memo)
        return changed, History((*self.past, entry))

    def with_latest(self, edit: Edit, memo: object) -> History:
        """Return the history with `edit` in its latest entry, whose inverse stays."""
        latest = replace(self.past[-1], edit=edit, memo=memo)
        return History((*self.past[:-1], latest), self.future)

    def undo(self, session: Session) -> tuple[Session, History]:
        """Undo the latest edit; raises ValueError when there is none."""
        if not self.past:
            raise ValueError("there is nothing to undo")
        entry = self.past[-1]
        return entry.inverse.apply(session), History(self.past[:-1], (*self.future, entry))

    def redo(self, session: Session) -> tuple[Session, History]:
        """Redo the edit undone last; raises ValueError when there is none."""
        if not self.future:
            raise ValueError("there is nothing to redo")
        entry = self.future[-1]
        return entry.edit.apply(session), History((*self.past, entry), self.future[:-1])
