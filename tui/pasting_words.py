"""What can be done with a paste: edits with the words and keys that offer them."""

from __future__ import annotations

from dataclasses import dataclass

from engine import Edit, Session


@dataclass(frozen=True, eq=False, slots=True)
class Offer:
    """One thing that can be done: its key, its words, and the edit."""

    key: str
    label: str
    edit: Edit


@dataclass(frozen=True, eq=False, slots=True)
class Placement:
    """What can be done with pasted numbers; question: None when the only offer is simply made."""

    question: str | None
    offers: tuple[Offer, ...]


def settled(session: Session, edit: Edit) -> Placement:
    """Return the placement of which nothing has to be asked."""
    return Placement(None, (Offer("", edit.describe(session), edit),))
