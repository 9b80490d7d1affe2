"""Taking back a change of many parts, and returning to a session as it was."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from engine.edits import Edit
from engine.layer import Layer
from engine.session import Session

_PARTS = tuple(
    part.name
    for part in dataclasses.fields(Session)
    if part.init and part.name not in ("network", "known")
)


@dataclass(frozen=True, eq=False, slots=True)
class Restore:
    """Put back the parts of a session that another edit replaced, and nothing else.

    layers: what stands in the place of the layers from `start` up to `stop`. parts: the other
    fields that differ, by name.
    """

    start: int
    stop: int
    layers: tuple[Layer, ...]
    parts: dict[str, object]
    sentence: str

    def apply(self, session: Session) -> Session:
        network = session.network.replace_layers(self.start, self.stop, self.layers)
        return session.evolve(network=network, **self.parts)

    def inverse(self, session: Session) -> Restore:
        return difference(session, self.apply(session), self.sentence)

    def describe(self, session: Session) -> str:
        return self.sentence


@dataclass(frozen=True, eq=False, slots=True)
class ReturnTo:
    """Make everything as it is in another session; `place` says which, such as "the file"."""

    session: Session
    place: str

    def apply(self, session: Session) -> Session:
        return self.session

    def inverse(self, session: Session) -> Restore:
        return restoring(session, self)

    def describe(self, session: Session) -> str:
        return f"everything back as in {self.place}"


def restoring(session: Session, edit: Edit) -> Restore:
    """Return the edit that takes `edit` back, from the session before it."""
    return difference(session, edit.apply(session), f"not: {edit.describe(session)}")


def difference(before: Session, after: Session, sentence: str) -> Restore:
    """Return the edit that turns `after` into `before`, holding only the parts that differ."""
    old, new = before.network.layers, after.network.layers
    start = 0
    while start < min(len(old), len(new)) and old[start] is new[start]:
        start += 1
    same_at_end = 0
    while (
        same_at_end < min(len(old), len(new)) - start
        and old[len(old) - 1 - same_at_end] is new[len(new) - 1 - same_at_end]
    ):
        same_at_end += 1
    parts = {
        part: getattr(before, part)
        for part in _PARTS
        if getattr(before, part) is not getattr(after, part)
    }
    if "inputs" in parts:
        parts["inputs_given"] = before.inputs_given
    return Restore(
        start, len(new) - same_at_end, old[start : len(old) - same_at_end], parts, sentence
    )
