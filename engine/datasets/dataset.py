"""Samples to learn from, and how they are split into a training set and a test set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.preparation import Preparation
from engine.nn.arrays import FloatArray, read_only
from engine.nn.losses import TASKS
from engine.nn.values import Value
from engine.text import format_number

IndexArray = NDArray[np.intp]

MAX_TEST_PERCENT = 90

MAX_NUMBERS = 20_000_000
"""In one file: 160 MB in memory."""

_MAX_CLASSES_SHOWN = 10
_MAX_NAME_SHOWN = 20


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Dataset(Value):
    """Inputs with the targets that belong to them.

    Parameters
    ----------
    name
        What the data are called, such as "circle" or the name of a file.
    inputs
        (n_samples, n_features).
    targets
        (n_samples, n_outputs): for two classes one output, 0 or 1 (or -1 and 1 for a tanh); for
        more classes one output each, one-hot; for regression the numbers; NaN where one is not set.
    features
        One name per input.
    classes
        The names of 0 and 1, or one per output; None without names.
    task
        "regression", "binary" or "multiclass".
    source, licence
        Of measured data.
    notes
        What the user has to know about a file that was read.
    target
        The name of the file's column that holds the targets.
    preparation
        How the columns of a file were read, where that does not go without saying.

    Raises
    ------
    ValueError
        When shapes do not fit or a number is not finite.
    """

    name: str
    inputs: FloatArray
    targets: FloatArray
    features: tuple[str, ...]
    classes: tuple[str, ...] | None
    task: str
    source: str | None = None
    licence: str | None = None
    notes: tuple[str, ...] = ()
    target: str | None = None
    preparation: Preparation | None = None

    def __post_init__(self) -> None:
        for name in ("inputs", "targets"):
            array = read_only(getattr(self, name), name, 2)
            object.__setattr__(self, name, array)
            allowed = np.isfinite(array) if name == "inputs" else ~np.isinf(array)
            if not allowed.all():
                row, column = (int(index) for index in np.argwhere(~allowed)[0])
                raise ValueError(f"{name}[{row + 1}][{column + 1}] is not a finite number")
        if not self.n_samples:
            raise ValueError("a data set needs at least one sample")
        if len(self.targets) != self.n_samples:
            raise ValueError(f"{len(self.targets)} rows of targets for {self.n_samples} samples")
        if len(self.features) != self.inputs.shape[1]:
            raise ValueError(
                f"{len(self.features)} names of features, expected {self.inputs.shape[1]}"
            )
        if self.task not in TASKS:
            raise ValueError(f"task {self.task!r} is unknown; expected one of {', '.join(TASKS)}")
        if self.classes is not None and len(self.classes) != self.n_classes:
            raise ValueError(f"{len(self.classes)} names of classes, expected {self.n_classes}")

    @property
    def n_samples(self) -> int:
        """How many samples there are."""
        return int(self.inputs.shape[0])

    @property
    def n_classes(self) -> int | None:
        """How many classes there are: two for one output, else one each; None for regression."""
        if self.task == "regression":
            return None
        return max(2, int(self.targets.shape[1]))

    def describe_target(self) -> str:
        """Return how the targets were understood: "target y: two classes, 1 and 2"."""
        if np.isnan(self.targets).all():
            return "no targets"
        label = " ".join(filter(None, ("target", self.target)))
        if self.task == "binary" and self.targets.shape[1] > 1:
            return f"{label}: a yes or no for each column"
        if self.n_classes is None:
            low, high = (format_number(float(end(self.targets))) for end in (np.nanmin, np.nanmax))
            return f"{label}: numbers from {low} to {high}"
        names = self.classes or tuple(map(str, range(self.n_classes)))
        shown = [name[:_MAX_NAME_SHOWN] for name in names[:_MAX_CLASSES_SHOWN]]
        listed = (
            f"{', '.join(shown)} …"
            if len(shown) < len(names)
            else f"{', '.join(shown[:-1])} and {shown[-1]}"
        )
        count = "two" if len(names) == 2 else f"{len(names):,}"
        return f"{label}: {count} classes, {listed}"


def split(dataset: Dataset, test_percent: int, seed: int) -> tuple[IndexArray, IndexArray]:
    """Return the training rows and the test rows, both in an order drawn from `seed`.

    The order is drawn because many files are sorted by class. With 0 percent there are no test
    rows; otherwise each set has at least one row.

    Parameters
    ----------
    dataset
        The data set.
    test_percent
        The share of the test set, 0 to 90.
    seed
        From 0 up.

    Returns
    -------
    tuple[IndexArray, IndexArray]

    Raises
    ------
    ValueError
        For a percentage that is not 0 to 90, and for a single sample, which cannot be split.
    """
    if not 0 <= test_percent <= MAX_TEST_PERCENT:
        raise ValueError(
            f"{test_percent} percent for testing; expected 0 to {MAX_TEST_PERCENT}, "
            f"so that some samples are left to train on"
        )
    n_samples = dataset.n_samples
    order = np.random.default_rng(seed).permutation(n_samples)
    if test_percent == 0:
        return order, order[:0]
    if n_samples == 1:
        raise ValueError("a single sample cannot be split; test with 0 percent")
    n_training = n_samples * (100 - test_percent) // 100
    n_training = min(max(n_training, 1), n_samples - 1)
    return order[:n_training], order[n_training:]
