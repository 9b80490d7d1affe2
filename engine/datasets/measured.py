"""Measured data that ship with the package."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

import numpy as np

from engine.datasets.dataset import Dataset
from engine.text import nearest

_CC_BY = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"


@dataclass(frozen=True, slots=True)
class RealData:
    """A data file of the package, with its description, source and licence.

    The file has a heading row; its last column is the number of the class, from 0.

    Attributes
    ----------
    title, description
        Texts to show.
    task
        "regression", "binary" or "multiclass".
    classes
        Their names, in order.
    n_samples
        How many rows it has.
    source, licence
        Where it is from, and what may be done with it.
    """

    title: str
    description: str
    task: str
    classes: tuple[str, ...]
    n_samples: int
    source: str
    licence: str


REAL_DATA: dict[str, RealData] = {
    "iris": RealData(
        "Iris",
        "Lengths and widths, in centimetres, of sepals and petals of 150 irises of three species.",
        "multiclass",
        ("setosa", "versicolor", "virginica"),
        150,
        "R. A. Fisher (1936), Iris, UCI Machine Learning Repository, "
        "https://archive.ics.uci.edu/dataset/53; two rows corrected to Fisher's own figures",
        _CC_BY,
    ),
    "digits": RealData(
        "Handwritten digits",
        "1797 digits as pictures of 8×8 pixels, each from 0, white, to 16.",
        "multiclass",
        ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        1797,
        "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits (the part for "
        "testing), UCI Machine Learning Repository, https://archive.ics.uci.edu/dataset/80",
        _CC_BY,
    ),
}
"""The files by name, in display order."""


def read_real_data(name: str) -> Dataset:
    """Return measured data of the package.

    Parameters
    ----------
    name
        A key of REAL_DATA.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        For an unknown name.
    """
    if name not in REAL_DATA:
        raise ValueError(f"there are no data {name[:60]!r}; {nearest(name, REAL_DATA)}")
    # Imported here, as it takes time and most runs of the program do not need it.
    from importlib import resources

    data = REAL_DATA[name]
    file = resources.files("engine.datasets").joinpath("data", f"{name}.csv.gz")
    heading, *rows = gzip.decompress(file.read_bytes()).decode().splitlines()
    table = np.loadtxt(rows, delimiter=",")
    return Dataset(
        name,
        table[:, :-1],
        np.eye(len(data.classes))[table[:, -1].astype(np.intp)],
        tuple(heading.split(",")[:-1]),
        data.classes,
        data.task,
        data.source,
        data.licence,
    )
