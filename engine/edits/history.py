"""Undo and redo: the edits made, and their inverses."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from engine.edits.base import Edit, difference
from engine.nn.arguments import described
from engine.nn.arrays import n_bytes_beyond
from engine.nn.values import Value
from engine.session.session import Session

_OLDEST = "the oldest edits, too large to be kept one by one"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Entry(Value):
    """One edit that was made.

    Parameters
    ----------
    edit
        As it was applied.
    inverse
        The edit that undoes it.
    description
        What it did.
    memo
        Anything the caller wants back with it, such as where the cursor was.
    n_bytes_before
        What the arrays of the entries before it take.
    """

    edit: Edit
    inverse: Edit
    description: str
    memo: object = None
    n_bytes_before: int = 0


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class History(Value):
    """The edits made, and those undone.

    It holds edits, never sessions, so that ten thousand nudges of a large layer stay small. Edits
    of all numbers do not: the oldest can be joined, so that no more than they did is kept.

    Parameters
    ----------
    past
        The edits made, the latest last.
    future
        Those undone, the next to redo last.
    """

    past: tuple[Entry, ...] = ()
    future: tuple[Entry, ...] = ()

    def record(self, session: Session, edit: Edit, memo: object = None) -> tuple[Session, History]:
        """Apply `edit` and remember it; what could have been redone is forgotten.

        Parameters
        ----------
        session
            The network with its samples, targets and names.
        edit
            Which is applied to `session`.
        memo
            Anything the caller wants back with it.

        Returns
        -------
        tuple[Session, History]

        Raises
        ------
        ValueError
            When the edit cannot be applied.
        """
        if not hasattr(edit, "apply"):
            raise TypeError(f"edit: expected an edit such as SetWeight, got {described(edit)}")
        changed = edit.apply(session)
        inverse, sentence = edit.inverse(session), edit.describe(session)
        entry = Entry(edit, inverse, sentence, memo, self._n_bytes)
        return changed, History((*self.past, entry))

    def __repr__(self) -> str:
        """Return how many edits can be undone and redone, in one line."""
        return f"History({len(self.past)} to undo, {len(self.future)} to redo)"

    @property
    def _n_bytes(self) -> int:
        """What the arrays of all entries take; those that two neighbours share count once."""
        if not self.past:
            return 0
        return self.past[-1].n_bytes_before + n_bytes_beyond(self.past[-1], self.past[-2:-1])

    def n_beyond(self, most_bytes: int) -> int:
        """Return how many of the oldest entries are too many; the latest one never is.

        Parameters
        ----------
        most_bytes
            The most bytes.

        Returns
        -------
        int
        """
        if not self.past:
            return 0
        least = self.past[-1].n_bytes_before - most_bytes
        return bisect_left(self.past, least, key=lambda entry: entry.n_bytes_before)

    def joined(self, count: int, opened: Session, memo: object) -> History:
        """Return the history with its oldest entries as one, made and taken back together.

        Parameters
        ----------
        count
            How many of the oldest entries.
        opened
            The session before all of them.
        memo
            Anything the caller wants back with it.

        Returns
        -------
        History
        """
        session = opened
        for entry in self.past[:count]:
            session = entry.edit.apply(session)
        there, back = difference(session, opened, _OLDEST), difference(opened, session, _OLDEST)
        return History((Entry(there, back, _OLDEST, memo), *self.past[count:]), self.future)

    def with_latest(self, edit: Edit, memo: object) -> History:
        """Return the history with `edit` in its latest entry, whose inverse stays.

        Parameters
        ----------
        edit
            Which does all that the latest entry's did, and more.
        memo
            Anything the caller wants back with it.

        Returns
        -------
        History
        """
        latest = replace(self.past[-1], edit=edit, memo=memo)
        return History((*self.past[:-1], latest), self.future)

    def undo(self, session: Session) -> tuple[Session, History]:
        """Undo the latest edit.

        Parameters
        ----------
        session
            The network with its samples, targets and names.

        Returns
        -------
        tuple[Session, History]

        Raises
        ------
        ValueError
            When there is none.
        """
        if not self.past:
            raise ValueError("there is nothing to undo")
        entry = self.past[-1]
        return entry.inverse.apply(session), History(self.past[:-1], (*self.future, entry))

    def redo(self, session: Session) -> tuple[Session, History]:
        """Redo the edit undone last.

        Parameters
        ----------
        session
            The network with its samples, targets and names.

        Returns
        -------
        tuple[Session, History]

        Raises
        ------
        ValueError
            When there is none.
        """
        if not self.future:
            raise ValueError("there is nothing to redo")
        entry = self.future[-1]
        return entry.edit.apply(session), History((*self.past, entry), self.future[:-1])
