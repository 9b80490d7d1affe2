"""Derived inputs of a session: which follow from which, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from engine.session.columns import plain_names

if TYPE_CHECKING:
    # Most sessions derive nothing: the start need not wait for the data sets.
    from engine.datasets.features import DerivedFeature
    from engine.session.session import Session


def base_names(session: Session) -> tuple[str, ...] | None:
    """Return the names of the inputs that follow from none; None for x1, x2 … of derived ones."""
    if session.features is None or not session.derived:
        return session.features
    names = session.features[: session.n_base_features]
    return None if names == plain_names(len(names)) else names


def running_derived_features(
    session: Session, running: Collection[int]
) -> Iterator[tuple[int, DerivedFeature]]:
    """Yield each input, from 0, that follows from one of `running`, and how.

    One that is itself among `running` follows nobody.
    """
    for column, feature in enumerate(session.derived, start=session.n_base_features):
        if column not in running and any(source in running for source in feature.of):
            yield column, feature


def check_base_feature(session: Session, feature: int, what: str = "") -> None:
    """Raise ValueError, naming what it follows from, when the input, from 0, is a derived one.

    what: of the input cannot be changed, such as "the name of ".
    """
    if feature < session.n_base_features or session.features is None:
        return
    derived = session.derived[feature - session.n_base_features]
    sources = " and ".join(session.features[source] for source in derived.of)
    it = "it" if len(derived.of) == 1 else "them"
    raise ValueError(
        f"{what}{session.features[feature]} follows from {sources}; change {it} instead"
    )
