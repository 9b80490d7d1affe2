"""Data sets that are made from a formula and a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray
from engine.datasets import classification, regression
from engine.datasets.dataset import Dataset
from engine.parsing import nearest

MOST_NOISE = 50
"""In percent."""

FEWEST_SAMPLES = 10
MOST_SAMPLES = 1_000_000

_CLASSIFICATION_SAMPLES = 500
_REGRESSION_SAMPLES = 1200


@dataclass(frozen=True, slots=True)
class Generator:
    """A kind of data that can be made: what it is called, what it shows, how it is made.

    classes: their names from 0, or None for regression. n_samples: how many unless told.
    """

    title: str
    description: str
    task: str
    classes: tuple[str, ...] | None
    n_samples: int
    make: Callable[
        [int, float, np.random.Generator], tuple[FloatArray, FloatArray | NDArray[np.intp]]
    ]


GENERATORS: dict[str, Generator] = {
    "circle": Generator(
        "Circle",
        "A disc within a ring: no straight line parts them, but three neurons can.",
        "binary",
        ("outside", "inside"),
        _CLASSIFICATION_SAMPLES,
        classification.circle,
    ),
    "xor": Generator(
        "Exclusive or",
        "Four squares, where the class is whether x1 and x2 have the same sign.",
        "binary",
        ("mixed signs", "same sign"),
        _CLASSIFICATION_SAMPLES,
        classification.xor,
    ),
    "gauss": Generator(
        "Two clouds",
        "Two round clouds, which a single neuron can part.",
        "binary",
        ("lower left", "upper right"),
        _CLASSIFICATION_SAMPLES,
        classification.gauss,
    ),
    "spiral": Generator(
        "Two spirals",
        "Two arms wound around each other: the hardest of these, for many neurons or features.",
        "binary",
        ("second arm", "first arm"),
        _CLASSIFICATION_SAMPLES,
        classification.spiral,
    ),
    "moons": Generator(
        "Two moons",
        "Two half circles, each reaching into the other: a line does well, a curve does better.",
        "binary",
        ("lower", "upper"),
        _CLASSIFICATION_SAMPLES,
        classification.moons,
    ),
    "rings": Generator(
        "Three rings",
        "A disc and two rings around it, three classes for an output each.",
        "multiclass",
        ("inner", "middle", "outer"),
        _CLASSIFICATION_SAMPLES,
        classification.rings,
    ),
    "plane": Generator(
        "Plane",
        "A number that grows evenly from the lower left to the upper right.",
        "regression",
        None,
        _REGRESSION_SAMPLES,
        regression.plane,
    ),
    "multi_gauss": Generator(
        "Six hills",
        "A landscape of three hills and three hollows, flat between them.",
        "regression",
        None,
        _REGRESSION_SAMPLES,
        regression.multi_gauss,
    ),
}
"""The kinds by name, in the order in which to show them."""


def generate(
    name: str, n_samples: int | None = None, noise: int = 0, seed: int = 0, low: int = 0
) -> Dataset:
    """Return made data; the same arguments give the same numbers.

    n_samples: 10 to 1,000,000, or None for 500 (classification) or 1200 (regression). noise: 0 to
    50 percent. seed: an integer from 0 up. low: the target of class 0 of two, 0 for a sigmoid, or
    -1 for a tanh, as TensorFlow Playground has it. Raises ValueError for anything else, and for an
    unknown name with the nearest.
    """
    if name not in GENERATORS:
        raise ValueError(f"there is no generator {name[:60]!r}; {nearest(name, GENERATORS)}")
    generator = GENERATORS[name]
    n_samples = generator.n_samples if n_samples is None else n_samples
    _check_integer("samples", n_samples, FEWEST_SAMPLES, MOST_SAMPLES)
    _check_integer("percent of noise", noise, 0, MOST_NOISE)
    if type(seed) is not int or seed < 0:
        raise ValueError(f"seed {seed!r}: expected an integer from 0 up")
    if low not in (0, -1):
        raise ValueError(f"the target of class 0 is {low!r}; expected 0 or -1")
    points, answers = generator.make(n_samples, noise / 100, np.random.default_rng(seed))
    if generator.task == "multiclass" and generator.classes is not None:
        targets = np.eye(len(generator.classes))[answers]
    else:
        targets = answers.astype(np.float64)[:, np.newaxis]
    if generator.task == "binary":
        targets[targets == 0] = low
    return Dataset(name, points, targets, ("x1", "x2"), generator.classes, generator.task)


def _check_integer(what: str, value: int, lowest: int, highest: int) -> None:
    if type(value) is not int or not lowest <= value <= highest:
        raise ValueError(f"{value!r} {what}; expected an integer from {lowest} to {highest:,}")
