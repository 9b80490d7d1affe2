"""Undo and redo: the edits that were made and those that take them back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.edits.base import Edit
from engine.session.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """One edit that was made.

    inverse: the edit that takes it back. description: what it did, in words. memo: whatever the
    caller wants back with it, such as where the cursor was.
    """

    edit: Edit
    inverse: Edit
    description: str
    memo: object = None


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """The edits made, the latest last, and those taken back, the next to redo last.

    It holds edits, never sessions, so that ten thousand nudges of a large layer stay small.
    """

    past: tuple[Entry, ...] = ()
    future: tuple[Entry, ...] = ()

    def record(self, session: Session, edit: Edit, memo: object = None) -> tuple[Session, History]:
        """Apply `edit` and remember it; what could be redone is forgotten.

        Raises ValueError when the edit cannot be applied.
        """
        changed = edit.apply(session)
        entry = Entry(edit, edit.inverse(session), edit.describe(session), memo)
        return changed, History((*self.past, entry))

    def with_latest(self, edit: Edit, memo: object) -> History:
        """Return the history whose latest entry makes `edit`; it is taken back as before."""
        latest = replace(self.past[-1], edit=edit, memo=memo)
        return History((*self.past[:-1], latest), self.future)

    def undo(self, session: Session) -> tuple[Session, History]:
        """Take the latest edit back; raises ValueError when there is none."""
        if not self.past:
            raise ValueError("there is nothing to undo")
        entry = self.past[-1]
        return entry.inverse.apply(session), History(self.past[:-1], (*self.future, entry))

    def redo(self, session: Session) -> tuple[Session, History]:
        """Make the latest undone edit again; raises ValueError when there is none."""
        if not self.future:
            raise ValueError("there is nothing to redo")
        entry = self.future[-1]
        return entry.edit.apply(session), History((*self.past, entry), self.future[:-1])
