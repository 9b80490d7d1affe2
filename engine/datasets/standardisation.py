"""Standardised features: mean 0 and standard deviation 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.datasets.dataset import Dataset
from engine.nn.arrays import FloatArray, read_only
from engine.nn.values import Value
from engine.text import format_number

_MAX_SIZE = 10.0
"""Sums of inputs beyond this put a sigmoid or tanh where it is flat, and make steps too long."""

_MAX_TARGET = 1_000.0
"""With targets beyond this the first steps drive every hidden neuron to where it is flat."""

_MAX_SHOWN = 30


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Standardisation(Value):
    """What is subtracted from each feature, and what it is then divided by.

    Parameters
    ----------
    mean, scale
        (n_features,).

    Raises
    ------
    ValueError
        When they differ in length, or a number is not finite, or a scale not above 0.
    """

    mean: FloatArray
    scale: FloatArray

    def __post_init__(self) -> None:
        for name in ("mean", "scale"):
            object.__setattr__(self, name, read_only(getattr(self, name), name, 1))
        if self.mean.shape != self.scale.shape:
            raise ValueError(
                f"standardisation: {len(self.mean)} means and {len(self.scale)} scales, "
                f"expected one of each for every feature"
            )
        wrong = ~(np.isfinite(self.mean) & np.isfinite(self.scale) & (self.scale > 0))
        if wrong.any():
            feature = int(np.argmax(wrong))
            raise ValueError(
                f"standardisation of feature {feature + 1}: mean {self.mean[feature]} and scale "
                f"{self.scale[feature]}; expected finite numbers, the scale above 0"
            )

    @classmethod
    def fit(cls, inputs: FloatArray) -> Standardisation:
        """Return the mean and standard deviation of each feature of (n_samples, n_features).

        The variance is divided by n_samples, not n_samples - 1. A constant feature has its own
        value as mean and the scale 1, and becomes 0.

        Parameters
        ----------
        inputs
            (n_samples, n_features).

        Returns
        -------
        Standardisation

        Raises
        ------
        ValueError
            Without samples, and for numbers too large to square.
        """
        if not len(inputs):
            raise ValueError("standardisation needs at least one sample")
        with np.errstate(all="ignore"):
            mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
        constant = np.all(inputs == inputs[0], axis=0)
        # A rounded mean would differ from the value, by a difference then divided by almost 0.
        mean = np.where(constant, inputs[0], mean)
        return cls(mean, np.where(constant | (scale == 0), 1.0, scale))

    def apply(self, inputs: FloatArray) -> FloatArray:
        """Return (inputs - mean) / scale of (n_samples, n_features).

        Parameters
        ----------
        inputs
            (n_samples, n_features).

        Returns
        -------
        FloatArray
        """
        return (inputs - self.mean) / self.scale

    def undo(self, inputs: FloatArray) -> FloatArray:
        """Return inputs · scale + mean: the inverse of `apply`, up to rounding.

        Parameters
        ----------
        inputs
            (n_samples, n_features).

        Returns
        -------
        FloatArray
        """
        return inputs * self.scale + self.mean


def why_standardise(inputs: FloatArray, features: Sequence[str]) -> str | None:
    """Return why a network would learn much better from standardised inputs, if it would.

    So it is when the sizes of two features, by their root mean square, differ by more than ten
    times, or a feature is far from 0: larger than ten, or than ten times its own spread. Features
    of 0 and 1 are fine as they are.

    Parameters
    ----------
    inputs
        (n_samples, n_features).
    features
        A name for each feature.

    Returns
    -------
    str or None
        Such as "steps is about 13,000 times as large as area".
    """
    with np.errstate(all="ignore"):
        sizes = np.sqrt((inputs * inputs).mean(axis=0))
        spread = inputs.std(axis=0)
        # Constant features, and those of 0 and 1, say nothing about scale.
        judged = np.isfinite(sizes) & (spread > 0) & ~np.isin(inputs, (0, 1)).all(axis=0)
        places = np.flatnonzero(judged)
        if not len(places):
            return None
        small, large = places[np.argmin(sizes[places])], places[np.argmax(sizes[places])]
        ratio = float(sizes[large] / sizes[small])
        far = places[np.argmax(np.abs(inputs.mean(axis=0))[places] / spread[places])]
    if ratio > _MAX_SIZE:
        name, other = features[large][:_MAX_SHOWN], features[small][:_MAX_SHOWN]
        return f"{name} is about {float(f'{ratio:.2g}'):,.0f} times as large as {other}"
    if sizes[large] <= _MAX_SIZE:
        large = far
        if abs(inputs[:, far].mean()) <= _MAX_SIZE * spread[far]:
            return None
    usual = format_number(float(f"{inputs[:, large].mean():.3g}"))
    return f"{features[large][:_MAX_SHOWN]} is far from 0, at about {usual}"


def why_hard_to_learn(dataset: Dataset) -> list[str]:
    """Return why a network will hardly learn the numbers to predict, if so, and what helps.

    Parameters
    ----------
    dataset
        Any; classes are never hard in this way.

    Returns
    -------
    list of str
        At most one line.
    """
    if dataset.task != "regression" or np.isnan(dataset.targets).all():
        return []
    size = float(np.nanmax(np.abs(dataset.targets)))
    if size <= _MAX_TARGET:
        return []
    unit = 10.0 ** math.floor(math.log10(size))
    name = " ".join(filter(None, ("target", dataset.target)))
    return [
        f"{name} goes up to {float(f'{size:.2g}'):,.0f}, which learns badly: divide it by "
        f"{unit:,.0f} in the file"
    ]
