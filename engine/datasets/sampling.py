"""From a data set to the samples of a session."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data_record import DataRecord
from engine.datasets.dataset import Dataset, split
from engine.datasets.features import DerivedFeature
from engine.datasets.standardisation import Standardisation
from engine.samples_edit import SetSamples

_LONGEST_NAME = 80
"""As much as a file of the project holds; the name of a CSV file may be longer."""


def samples_of(
    dataset: Dataset,
    *,
    noise: int = 0,
    seed: int = 0,
    test_percent: int = 0,
    standardise: bool = False,
    derived: Sequence[DerivedFeature] = (),
) -> SetSamples:
    """Return the edit that puts the data set under a network, with a record of how it was made.

    noise, seed: with which it was made, for the record; the seed also draws the test set. The
    training samples come first. Without a test set nothing is drawn: the samples stand as they do
    in the data set. standardise: bring the features to mean 0 and standard deviation 1, measured
    on the training samples alone; derived features are computed from what comes of it. Raises
    ValueError as `split` and `Standardisation.fit` do.
    """
    inputs, targets, n_test = dataset.inputs, dataset.targets, 0
    if test_percent:
        training_rows, test_rows = split(dataset, test_percent, seed)
        rows = [*training_rows, *test_rows]
        inputs, targets, n_test = inputs[rows], targets[rows], len(test_rows)
    standardisation = None
    if standardise:
        standardisation = Standardisation.fit(inputs[: len(inputs) - n_test])
        inputs = standardisation.apply(inputs)
    name = dataset.name[:_LONGEST_NAME] or "data"
    return SetSamples(
        inputs,
        targets,
        n_test,
        dataset.features,
        dataset.classes,
        dataset.task,
        DataRecord(name, noise, seed, test_percent, standardisation),
        tuple(derived),
    )
