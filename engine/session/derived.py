"""Derived inputs of a session: their names, and which follow from which."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from engine.session.columns import plain_names

if TYPE_CHECKING:
    # Most sessions derive nothing, and need not wait for this import.
    from engine.datasets.features import DerivedFeature
    from engine.session.session import Session


def base_names(session: Session) -> tuple[str, ...] | None:
    """Return the names of the given inputs; None for the default x1, x2 …

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    tuple[str, ...] | None
    """
    if session.features is None or not session.derived:
        return session.features
    names = session.features[: session.n_base_features]
    return None if names == plain_names(len(names)) else names


def running_derived_features(
    session: Session, running: Collection[int]
) -> Iterator[tuple[int, DerivedFeature]]:
    """Yield each input, from 0, that is derived from one of `running`, and its derived feature.

    An input that is itself in `running` is left out.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    running
        Inputs from 0.

    Returns
    -------
    Iterator[tuple[int, DerivedFeature]]
    """
    for column, feature in enumerate(session.derived, start=session.n_base_features):
        if column not in running and any(source in running for source in feature.of):
            yield column, feature


def check_base_feature(session: Session, feature: int, what: str = "") -> None:
    """Raise ValueError when the input, from 0, is derived; the message names its sources.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    feature
        The index of the input, from 0.
    what
        What of the input cannot be changed, such as "the name of ".
    """
    if feature < session.n_base_features or session.features is None:
        return
    derived = session.derived[feature - session.n_base_features]
    sources = " and ".join(session.features[source] for source in derived.of)
    it = "it" if len(derived.of) == 1 else "them"
    raise ValueError(
        f"{what}{session.features[feature]} follows from {sources}; change {it} instead"
    )
