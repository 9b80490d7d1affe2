"""What all edits share: the protocol, checks of indices, and how to undo a large change.

Indices count from 0, in the messages, too. One that is out of range, or a number that is not
finite, raises ValueError; one that is no whole number raises TypeError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.nn.arguments import check_index, check_type
from engine.nn.layer import Layer
from engine.nn.values import Value
from engine.session.session import Session
from engine.text import FULL_DIGITS, format_number


class Edit(Protocol):
    """One change to a session."""

    __slots__ = ()

    def apply(self, session: Session) -> Session:
        """Return the changed session.

        Parameters
        ----------
        session
            The network with its samples, targets and names.

        Returns
        -------
        Session

        Raises
        ------
        ValueError
            When the edit is impossible.
        """
        ...

    def inverse(self, session: Session) -> Edit:
        """Return the edit that undoes this one; `session` is the one before it.

        An edit without one of its own restores the parts in which the two sessions differ.

        Parameters
        ----------
        session
            The network with its samples, targets and names.

        Returns
        -------
        Edit
        """
        return difference(session, self.apply(session), f"not: {self.describe(session)}")

    def describe(self, session: Session) -> str:
        """Return what the edit does, in a few words; `session` is the one before it.

        Parameters
        ----------
        session
            The network with its samples, targets and names.

        Returns
        -------
        str
        """
        ...


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Restore(Value):
    """Restore the parts of a session that another edit replaced, and nothing else.

    Parameters
    ----------
    start
        The first, from 0.
    stop
        The one after the last.
    layers
        Replace those from `start` up to `stop`.
    parts
        The other fields that differ, by name.
    sentence
        What it does.
    """

    start: int
    stop: int
    layers: tuple[Layer, ...]
    parts: dict[str, object]
    sentence: str

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        network = session.network.replace_layers(self.start, self.stop, self.layers)
        return session.evolve(network=network, **self.parts)

    def inverse(self, session: Session) -> Restore:
        return difference(session, self.apply(session), self.sentence)

    def describe(self, session: Session) -> str:
        return self.sentence


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class ReturnTo(Value, Edit):
    """Return to another session as a whole.

    Parameters
    ----------
    session
        To which one returns.
    place
        What it is called, such as "the file".
    """

    session: Session
    place: str

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_type(self.session, Session, "the session to return to")
        return self.session

    def describe(self, session: Session) -> str:
        return f"everything back as in {self.place}"


def difference(before: Session, after: Session, sentence: str) -> Restore:
    """Return the edit that turns `after` into `before`, holding only the parts that differ.

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    sentence
        What it does, in a few words.

    Returns
    -------
    Restore
    """
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
    others = after.parts
    parts = {
        name: part
        for name, part in before.parts.items()
        if name != "network" and part is not others[name]
    }
    if "inputs" in parts:
        parts["inputs_given"] = before.inputs_given
    return Restore(
        start, len(new) - same_at_end, old[start : len(old) - same_at_end], parts, sentence
    )


def with_layer(session: Session, layer_index: int, layer: Layer) -> Session:
    """Return the session with one layer replaced by one of the same shape.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.
    layer
        The one that takes its place.

    Returns
    -------
    Session
    """
    network = session.network.replace_layers(layer_index, layer_index + 1, [layer])
    return session.evolve(network=network)


def value_text(value: float) -> str:
    """Return the number in full, for a description.

    Parameters
    ----------
    value
        As it was typed or computed.

    Returns
    -------
    str
    """
    return format_number(value, FULL_DIGITS)


def layer_at(session: Session, layer_index: int) -> Layer:
    """Return the layer at an index.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    Layer

    Raises
    ------
    ValueError
        When there is none.
    """
    check_index(layer_index, len(session.network.layers), "layer_index")
    return session.network.layers[layer_index]
