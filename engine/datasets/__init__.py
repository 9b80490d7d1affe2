"""Data to learn from: generated, shipped with the package, or read from a CSV file."""

from __future__ import annotations

from engine.datasets.csv import parse_csv, read_csv
from engine.datasets.dataset import Dataset, split
from engine.datasets.features import (
    DerivedFeature,
    extend,
    parse_feature,
    suggested_features,
    with_derived,
)
from engine.datasets.generators import GENERATORS, Generator, generate
from engine.datasets.measured import REAL_DATA, RealData, read_real_data
from engine.datasets.preparation import FeatureColumn, Preparation
from engine.datasets.standardisation import Standardisation, why_hard_to_learn, why_standardise
from engine.nn.arguments import check_type
from engine.text import nearest

DATASETS: dict[str, Generator | RealData] = {**GENERATORS, **REAL_DATA}
"""All named data sets, each with title, description, task, classes and n_samples."""


def load_dataset(
    name: str, n_samples: int | None = None, noise: int = 0, seed: int = 0, low: int = 0
) -> Dataset:
    """Return the data set called `name`, generated or measured; see `generate` for the arguments.

    Measured data are always the same: `seed` and `low` have no effect on them.

    Parameters
    ----------
    name
        A key of DATASETS.
    n_samples
        How many samples.
    noise
        In percent, 0 to 50.
    seed
        From 0 up.
    low
        The lower class of two.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        For an unknown name, suggesting the nearest, and when measured data are to have noise or
        another number of samples.
    """
    check_type(name, str, "name")
    if name not in DATASETS:
        raise ValueError(f"there is no data set {name[:60]!r}; {nearest(name, DATASETS)}")
    if name in GENERATORS:
        return generate(name, n_samples, noise, seed, low)
    if noise or n_samples is not None:
        raise ValueError(
            f"{name} was measured, not generated: its noise and number of samples are fixed"
        )
    return read_real_data(name)


__all__ = [
    "DATASETS",
    "GENERATORS",
    "REAL_DATA",
    "Dataset",
    "DerivedFeature",
    "FeatureColumn",
    "Generator",
    "Preparation",
    "RealData",
    "Standardisation",
    "extend",
    "generate",
    "load_dataset",
    "parse_csv",
    "parse_feature",
    "read_csv",
    "read_real_data",
    "split",
    "suggested_features",
    "why_hard_to_learn",
    "why_standardise",
    "with_derived",
]
