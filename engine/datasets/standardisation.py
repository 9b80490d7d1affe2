"""Standardised features: mean 0 and standard deviation 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.nn.arrays import FloatArray, read_only
from engine.nn.values import Value


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
