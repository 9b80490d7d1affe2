"""Features computed from others: squares, products, sines."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.datasets.dataset import Dataset
from engine.nn.arrays import FloatArray

_MAX_PAIRED = 12
"""With more features, products of two are not suggested: there would be too many."""

_FUNCTIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "sin": np.sin,
    "cos": np.cos,
    "abs": np.abs,
}

KINDS = ("square", "product", *_FUNCTIONS)

_SQUARE = re.compile(r"\s*x(\d{1,9})\s*(?:\^\s*2|²)\s*", re.ASCII)
_PRODUCT = re.compile(r"\s*x(\d{1,9})\s*[*·]\s*x(\d{1,9})\s*", re.ASCII)
_FUNCTION = re.compile(rf"\s*({'|'.join(_FUNCTIONS)})\s*\(\s*x(\d{{1,9}})\s*\)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class DerivedFeature:
    """A feature computed from others.

    Parameters
    ----------
    kind
        One of KINDS.
    of
        The features it is made of, from 0: two different ones, sorted, for a product, else one.

    Raises
    ------
    ValueError
        For anything else.
    """

    kind: str
    of: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"derived feature {self.kind!r}; expected one of {', '.join(KINDS)}")
        object.__setattr__(self, "of", tuple(sorted(self.of)))
        size = 2 if self.kind == "product" else 1
        if len(set(self.of)) != size or len(self.of) != size or self.of[0] < 0:
            wanted = "two different features" if size == 2 else "one feature"
            raise ValueError(f"a derived feature of kind {self.kind} is made of {wanted}, from 0")

    @property
    def text(self) -> str:
        """The feature as written in a file, numbered from 1: "x1^2", "x1*x2", "sin(x1)"."""
        first = f"x{self.of[0] + 1}"
        if self.kind == "square":
            return f"{first}^2"
        if self.kind == "product":
            return f"{first}*x{self.of[1] + 1}"
        return f"{self.kind}({first})"

    def name(self, features: Sequence[str]) -> str:
        """Return its name on the screen, given those of all features: "x1²", "x1·x2", "sin x1".

        Parameters
        ----------
        features
            A name for each input.

        Returns
        -------
        str
        """
        names = [_term(features[feature]) for feature in self.of]
        if self.kind == "square":
            return f"{names[0]}²"
        if self.kind == "product":
            return "·".join(names)
        return f"{self.kind} {names[0]}"

    def values(self, inputs: FloatArray) -> FloatArray:
        """Return its value for each sample, (n_samples,); inputs: (n_samples, n_features).

        Parameters
        ----------
        inputs
            (n_samples, n_features).

        Returns
        -------
        FloatArray

        Raises
        ------
        ValueError
            When a feature it is made of does not exist.
        """
        if self.of[-1] >= inputs.shape[1]:
            raise ValueError(
                f"derived feature {self.text}: there is no x{self.of[-1] + 1}, "
                f"the features are x1 to x{inputs.shape[1]}"
            )
        first = inputs[:, self.of[0]]
        with np.errstate(all="ignore"):
            if self.kind == "square":
                return first * first
            if self.kind == "product":
                return first * inputs[:, self.of[1]]
            return _FUNCTIONS[self.kind](first)

    def derivative(self, inputs: FloatArray, feature: int) -> FloatArray:
        """Return the derivative with respect to a feature, from 0, for each sample, (n_samples,).

        It is 0 for a feature that this one is not made of.

        Parameters
        ----------
        inputs
            (n_samples, n_features).
        feature
            The index of the input, from 0.

        Returns
        -------
        FloatArray
            (n_samples,).
        """
        if feature not in self.of:
            return np.zeros(len(inputs))
        with np.errstate(all="ignore"):
            if self.kind == "product":
                other = self.of[1] if feature == self.of[0] else self.of[0]
                return inputs[:, other].copy()
            return _derivatives(self.kind, inputs[:, feature])


def _derivatives(kind: str, x: FloatArray) -> FloatArray:
    """The derivative of a feature made of x alone, (n_samples,); for abs it is 0 at the kink."""
    if kind == "square":
        return 2.0 * x
    if kind == "sin":
        return np.cos(x)
    if kind == "cos":
        return -np.sin(x)
    return np.sign(x)


def parse_feature(text: str) -> DerivedFeature:
    """Return the derived feature in "x1^2", "x1*x2" or "sin(x1)", features by number from 1.

    The notation of the screen, "x1²" and "x1·x2", is accepted too.

    Parameters
    ----------
    text
        What was typed or read.

    Returns
    -------
    DerivedFeature

    Raises
    ------
    ValueError
        For anything else.
    """
    if match := _SQUARE.fullmatch(text):
        kind, numbers = "square", [match[1]]
    elif match := _PRODUCT.fullmatch(text):
        kind, numbers = "product", [match[1], match[2]]
    elif match := _FUNCTION.fullmatch(text):
        kind, numbers = match[1], [match[2]]
    else:
        raise ValueError(f"{text[:60]!r} is no derived feature; expected {_EXPECTED}")
    if "0" in {number.lstrip("0") or "0" for number in numbers}:
        raise ValueError(f"derived feature {text.strip()!r}: features count from x1")
    if len(numbers) == 2 and int(numbers[0]) == int(numbers[1]):
        raise ValueError(f"derived feature {text.strip()!r}: write x{int(numbers[0])}^2")
    return DerivedFeature(kind, tuple(int(number) - 1 for number in numbers))


def suggested_features(n_features: int) -> tuple[DerivedFeature, ...]:
    """Return the derived features to offer: squares, then products of two, then sines.

    For two inputs these are x1², x2², x1·x2, sin x1 and sin x2, as in TensorFlow Playground. With
    more than 12 features there are no products, as there would be too many.

    Parameters
    ----------
    n_features
        How many inputs the data have.

    Returns
    -------
    tuple[DerivedFeature, ...]
    """
    pairs = combinations(range(n_features), 2) if n_features <= _MAX_PAIRED else ()
    return (
        *(DerivedFeature("square", (feature,)) for feature in range(n_features)),
        *(DerivedFeature("product", pair) for pair in pairs),
        *(DerivedFeature("sin", (feature,)) for feature in range(n_features)),
    )


def with_derived(inputs: FloatArray, derived: Iterable[DerivedFeature]) -> FloatArray:
    """Return the inputs, (n_samples, n_features), with another column for each derived feature.

    Parameters
    ----------
    inputs
        (n_samples, n_features).
    derived
        Features computed from others.

    Returns
    -------
    FloatArray
    """
    return np.column_stack([inputs, *(feature.values(inputs) for feature in derived)])


def extend(dataset: Dataset, derived: Sequence[DerivedFeature]) -> Dataset:
    """Return the data set with the derived features after its own, under their names.

    Parameters
    ----------
    dataset
        The data set.
    derived
        Features computed from others.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        When a feature that one is made of does not exist, and for squares and products that
        overflow.
    """
    return dataclasses.replace(
        dataset,
        inputs=with_derived(dataset.inputs, derived),
        features=(*dataset.features, *(feature.name(dataset.features) for feature in derived)),
    )


def _term(name: str) -> str:
    """A name as part of a formula: in brackets if it is more than one word."""
    return name if re.fullmatch(r"[\w.]+", name) else f"({name})"


_EXPECTED = "something like x1^2, x1*x2, " + ", ".join(f"{name}(x1)" for name in _FUNCTIONS)
