"""Edits that add or remove inputs, together with the features derived from them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.edits.base import Edit
from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray
from engine.nn.resize import Sources, inserted, removed, with_inputs
from engine.session.derived import base_names
from engine.session.names import feature_name
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature
    from engine.session.data_record import DataRecord


@dataclass(frozen=True, slots=True)
class AddFeature(Edit):
    """Insert an input, 0 in every sample.

    Derived features stay last: an index beyond the first of them inserts before it.

    Parameters
    ----------
    feature
        Before which the new one stands, from 0, or how many there are for the end.
    """

    feature: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_index(self.feature, session.network.n_features + 1, "place")
        n_base = session.n_base_features
        place = min(self.feature, n_base)
        names = base_names(session)
        if names is not None:
            names = with_new_name(names, place, "input")
        base = inserted(n_base, place)
        return with_features(session, base, renumbered_features(session, base), names)

    def describe(self, session: Session) -> str:
        return "an input added"


@dataclass(frozen=True, slots=True)
class RemoveFeature(Edit):
    """Remove an input, with its weights and the inputs derived from it.

    Parameters
    ----------
    feature
        The index of the input, from 0.
    """

    feature: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        n_base = session.n_base_features
        check_index(self.feature, session.network.n_features, "input")
        names = base_names(session)
        if self.feature >= n_base:
            place = self.feature - n_base
            derived = session.derived[:place] + session.derived[place + 1 :]
            return with_features(session, list(range(n_base)), derived, names)
        if n_base == 1:
            raise ValueError("a network needs at least one input; this is the only one")
        if names is not None:
            names = names[: self.feature] + names[self.feature + 1 :]
        base = removed(n_base, self.feature)
        return with_features(session, base, renumbered_features(session, base), names)

    def describe(self, session: Session) -> str:
        return f"input {feature_name(session, self.feature)} removed"


def with_features(
    session: Session,
    base: Sources,
    derived: tuple[DerivedFeature, ...],
    names: tuple[str, ...] | None,
) -> Session:
    """Return the session with other inputs; new ones have weights of 0.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    base
        For each given input its former index, None for a new one, which is 0 in every sample.
    derived
        The other inputs.
    names
        Of the given ones, or None for x1, x2 … A row of inputs that was made up still counts as
        made up.

    Returns
    -------
    Session
    """
    layer = with_inputs(session.network.layers[0], first_layer_sources(session, base, derived))
    inputs = np.zeros((session.n_samples, len(base)))
    for column, source in enumerate(base):
        if source is not None:
            inputs[:, column] = session.inputs[:, source]
    return session.evolve(
        network=session.network.replace_layers(0, 1, [layer]),
        inputs=inputs,
        features=names,
        derived=derived,
        data=_with_other_features(session.data, base),
        inputs_given=session.inputs_given,
    )


def first_layer_sources(
    session: Session, base: Sources, derived: tuple[DerivedFeature, ...]
) -> Sources:
    """Return, for each future input, the one whose weights it keeps; None for a new one.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    base, derived
        As for `with_features`.

    Returns
    -------
    Sources
    """
    columns = {
        feature: session.n_base_features + place
        for feature, place in _renumbered_with_places(session, base)
    }
    return [*base, *(columns.get(feature) for feature in derived)]


def renumbered_features(session: Session, base: Sources) -> tuple[DerivedFeature, ...]:
    """Return the derived features whose sources remain, with their new indices.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    base
        For each given input its former index; None for a new one.

    Returns
    -------
    tuple[DerivedFeature, ...]
    """
    return tuple(feature for feature, _ in _renumbered_with_places(session, base))


def with_new_name(names: tuple[str, ...], place: int, kind: str) -> tuple[str, ...]:
    """Return the names with a new, unique one such as "input 4" before `place`.

    Parameters
    ----------
    names
        Those that features have already.
    place
        Where the new one stands, from 0.
    kind
        What it is called, with a number.

    Returns
    -------
    tuple[str, ...]
    """
    number = len(names) + 1
    while f"{kind} {number}" in names:
        number += 1
    return (*names[:place], f"{kind} {number}", *names[place:])


def _renumbered_with_places(session: Session, base: Sources) -> list[tuple[DerivedFeature, int]]:
    """The derived features that remain, each with its former place among them."""
    place_of = {source: place for place, source in enumerate(base) if source is not None}
    return [
        (dataclasses.replace(feature, of=tuple(place_of[source] for source in feature.of)), place)
        for place, feature in enumerate(session.derived)
        if all(source in place_of for source in feature.of)
    ]


def _with_other_features(record: DataRecord | None, base: Sources) -> DataRecord | None:
    """The record with mean and scale of the inputs `base`; 0 and 1 for new ones.

    Other inputs are no longer those of the file's columns.
    """
    prepared = None if record is None else record.preparation
    if record is not None and prepared and list(base) != list(range(prepared.n_inputs)):
        record = dataclasses.replace(record, preparation=None)
    if record is None or record.standardisation is None:
        return record
    old = record.standardisation
    changed = dataclasses.replace(
        old, mean=_taken(old.mean, base, 0.0), scale=_taken(old.scale, base, 1.0)
    )
    return dataclasses.replace(record, standardisation=changed)


def _taken(values: FloatArray, base: Sources, new: float) -> FloatArray:
    return np.array([new if source is None else values[source] for source in base])


@dataclass(frozen=True, slots=True)
class SetDerived(Edit):
    """Choose which features are computed from the given ones; they become the last inputs.

    Those already there keep their weights, new ones have weights of 0.

    Parameters
    ----------
    derived
        All of them, in order.

    Raises
    ------
    ValueError
        For one made of something that is not given, and for duplicates.
    """

    derived: tuple[DerivedFeature, ...]

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        base = list(range(session.n_base_features))
        return with_features(session, base, tuple(self.derived), base_names(session))

    def describe(self, session: Session) -> str:
        texts = ", ".join(feature.text for feature in self.derived)
        return f"derived inputs: {texts}" if texts else "no derived inputs"
