"""What the columns of a CSV file have become: inputs and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.datasets.preparation import FeatureColumn
from engine.datasets.targets import Targets
from engine.nn.arrays import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """What the columns of a file have become.

    Parameters
    ----------
    inputs
        (n_samples, n_inputs).
    targets
        (n_samples, n_targets), or the classes of one column.
    features
        Each column that was read, with its place in the file, from 0.
    notes
        What the user has to know.
    missing, decimal, empty
        As in a preparation.
    """

    inputs: FloatArray
    targets: Targets
    features: tuple[tuple[int, FeatureColumn], ...]
    notes: tuple[str, ...] = ()
    missing: str | None = None
    decimal: str | None = None
    empty: tuple[str, ...] = ()

    def without(self, left_out: Mapping[int, str]) -> Table:
        """Return the table without some columns.

        Parameters
        ----------
        left_out
            Their places in the file, each with a note for the user.

        Returns
        -------
        Table
        """
        kept = [feature for feature in self.features if feature[0] not in left_out]
        mask = np.concatenate(
            [np.full(feature.n_inputs, place not in left_out) for place, feature in self.features]
        )
        return replace(
            self,
            inputs=self.inputs[:, mask],
            features=tuple(kept),
            notes=(*self.notes, *dict.fromkeys(left_out.values())),
        )

    @property
    def places(self) -> tuple[int, ...]:
        """The columns of the features, from 0."""
        return tuple(place for place, _ in self.features)

    def truths(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield each column of true and false, with its place in the file."""
        start = 0
        for place, feature in self.features:
            if are_truths(feature.values or ()):
                yield place, self.inputs[:, start]
            start += feature.n_inputs

    def numbers(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield each column of numbers, with its place in the file."""
        start = 0
        for place, feature in self.features:
            if feature.values is None:
                yield place, self.inputs[:, start]
            start += feature.n_inputs


def are_truths(texts: Sequence[str]) -> bool:
    """Return whether the texts are true and false.

    Parameters
    ----------
    texts
        All of a column, each once.

    Returns
    -------
    bool
    """
    return sorted(text.lower() for text in texts) == ["false", "true"]
