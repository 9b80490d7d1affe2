"""Data sets generated from a formula and a seed.

Circle, xor, gauss, spiral, plane and multi-gauss have the shapes, ranges and noise of TensorFlow
Playground (its `dataset.ts`); moons and rings are made in the same spirit.

Each formula takes `n_samples`, `noise` from 0 to 0.5 and a random number generator, and returns the
points, (n_samples, 2), with the class of each, from 0, or its number: (n_samples,). Positions are
drawn before the noise, so that the same seed gives the same points whatever the noise is. In the
regression problems noise moves a point by up to ±6·noise before its number is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import Dataset
from engine.nn.arguments import described
from engine.nn.arrays import FloatArray
from engine.text import nearest

if TYPE_CHECKING:
    # NumPy imports numpy.random on first use, which takes a while.
    from numpy.random import Generator as Random

Points = tuple[FloatArray, NDArray[np.intp]]

_CIRCLE_RADIUS = 5.0
_XOR_GAP = 0.3
_GAUSS_CENTRE = 2.0
_SPIRAL_TURNS = 1.75
_MOON_RADIUS = 3.0
_RING_RADII = ((0.0, 1.2), (2.0, 3.2), (4.0, 5.0))
_RING_LIMITS = (1.6, 3.6)

_PLANE_RADIUS = 6.0
_HILLS = np.array([[-4.0, 2.5], [0.0, 2.5], [4.0, 2.5], [-4.0, -2.5], [0.0, -2.5], [4.0, -2.5]])
_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
_HILL_RADIUS = 2.0

MAX_NOISE = 50
"""In percent."""

MIN_SAMPLES = 10
MAX_SAMPLES = 1_000_000

_CLASSIFICATION_SAMPLES = 500
_REGRESSION_SAMPLES = 1200


def circle(n_samples: int, noise: float, random: Random) -> Points:
    """Class 1 within half the radius of 5, class 0 from 0.7 of it to all of it.

    Noise moves a point by up to ±5·noise before its class is determined.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    Points
    """
    inner, outer = halves(n_samples)
    distances = np.concatenate(
        [
            random.uniform(0, 0.5 * _CIRCLE_RADIUS, inner),
            random.uniform(0.7 * _CIRCLE_RADIUS, _CIRCLE_RADIUS, outer),
        ]
    )
    points = _on_circles(distances, random)
    moved = moved_points(points, _CIRCLE_RADIUS, noise, random)
    return points, (np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * _CIRCLE_RADIUS).astype(np.intp)


def xor(n_samples: int, noise: float, random: Random) -> Points:
    """Class 1 where x1 and x2 have the same sign, in ±5 with a gap of 0.3 along both axes.

    Noise moves a point by up to ±5·noise before its class is determined.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    Points
    """
    points = random.uniform(-_CIRCLE_RADIUS, _CIRCLE_RADIUS, (n_samples, 2))
    points += np.where(points > 0, _XOR_GAP, -_XOR_GAP)
    moved = moved_points(points, _CIRCLE_RADIUS, noise, random)
    return points, (moved[:, 0] * moved[:, 1] >= 0).astype(np.intp)


def gauss(n_samples: int, noise: float, random: Random) -> Points:
    """Class 1 normally distributed around (2, 2), class 0 around (-2, -2).

    The variance grows linearly from 0.5 without noise to 4 with a noise of 0.5.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    Points
    """
    upper, lower = halves(n_samples)
    centres = np.repeat([_GAUSS_CENTRE, -_GAUSS_CENTRE], [upper, lower])
    points = centres[:, np.newaxis] + np.sqrt(0.5 + 7 * noise) * random.standard_normal(
        (n_samples, 2)
    )
    return points, (centres > 0).astype(np.intp)


def spiral(n_samples: int, noise: float, random: Random) -> Points:
    """Two arms of 1.75 turns out to the radius 5, evenly spaced; class 1 starts upwards.

    Noise moves every point by up to ±noise.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    Points
    """
    arms = []
    for size, start in zip(halves(n_samples), (0.0, np.pi), strict=True):
        part = np.arange(size) / size
        angle = _SPIRAL_TURNS * part * 2 * np.pi + start
        arms.append(
            _CIRCLE_RADIUS * part[:, np.newaxis] * np.column_stack([np.sin(angle), np.cos(angle)])
        )
    first, second = halves(n_samples)
    points = moved_points(np.concatenate(arms), 1.0, noise, random)
    return points, np.repeat([1, 0], [first, second])


def moons(n_samples: int, noise: float, random: Random) -> Points:
    """Two interlocking half circles of radius 3; class 1 is the upper one.

    Noise moves every point by up to ±3·noise.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    Points
    """
    upper, lower = halves(n_samples)
    angle = random.uniform(0, np.pi, n_samples)
    arc = np.column_stack([np.cos(angle), np.sin(angle)])
    arc[upper:] = [1.0, 0.5] - arc[upper:]
    points = _MOON_RADIUS * (arc - [0.5, 0.25])
    points = moved_points(points, _MOON_RADIUS, noise, random)
    return points, np.repeat([1, 0], [upper, lower])


def rings(n_samples: int, noise: float, random: Random) -> Points:
    """A disc and two rings around it, out to the radius 5: classes 0, 1 and 2 from the centre.

    Noise moves a point by up to ±5·noise before its class is determined.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    Points
    """
    sizes = [len(part) for part in np.array_split(np.arange(n_samples), len(_RING_RADII))]
    distances = np.concatenate(
        [
            random.uniform(low, high, size)
            for (low, high), size in zip(_RING_RADII, sizes, strict=True)
        ]
    )
    points = _on_circles(distances, random)
    moved = moved_points(points, _CIRCLE_RADIUS, noise, random)
    return points, np.digitize(np.hypot(moved[:, 0], moved[:, 1]), _RING_LIMITS)


def halves(n_samples: int) -> tuple[int, int]:
    """Return two sizes that add up to `n_samples`; the first is the larger one.

    Parameters
    ----------
    n_samples
        How many samples.

    Returns
    -------
    tuple[int, int]
    """
    return n_samples - n_samples // 2, n_samples // 2


def moved_points(points: FloatArray, size: float, noise: float, random: Random) -> FloatArray:
    """Return `points` moved along both axes, uniformly by up to ±size·noise.

    Parameters
    ----------
    points
        (n_samples, 2).
    size
        How many.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    FloatArray
    """
    return points + random.uniform(-size, size, points.shape) * noise


def _on_circles(distances: FloatArray, random: Random) -> FloatArray:
    """Points at these distances from the origin, at any angle."""
    angle = random.uniform(0, 2 * np.pi, len(distances))
    return np.column_stack([distances * np.sin(angle), distances * np.cos(angle)])


def plane(n_samples: int, noise: float, random: Random) -> tuple[FloatArray, FloatArray]:
    """The number is (x1 + x2) / 10.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    tuple[FloatArray, FloatArray]
    """
    points = random.uniform(-_PLANE_RADIUS, _PLANE_RADIUS, (n_samples, 2))
    return points, moved_points(points, _PLANE_RADIUS, noise, random).sum(axis=1) / 10


def multi_gauss(n_samples: int, noise: float, random: Random) -> tuple[FloatArray, FloatArray]:
    """Six hills, alternately up and down: 1 or -1 at the top, 0 from a distance of 2 on.

    A point between two hills belongs to the one that is stronger there.

    Parameters
    ----------
    n_samples
        How many samples.
    noise
        From 0 to 0.5.
    random
        What draws the numbers.

    Returns
    -------
    tuple[FloatArray, FloatArray]
    """
    points = random.uniform(-_PLANE_RADIUS, _PLANE_RADIUS, (n_samples, 2))
    moved = moved_points(points, _PLANE_RADIUS, noise, random)
    away = moved[:, np.newaxis, :] - _HILLS
    heights = np.clip(1 - np.hypot(away[..., 0], away[..., 1]) / _HILL_RADIUS, 0, 1)
    strongest = np.argmax(heights, axis=1)
    return points, _SIGNS[strongest] * heights[np.arange(n_samples), strongest]


@dataclass(frozen=True, slots=True)
class Generator:
    """A kind of data that can be generated: its title, its description, its formula.

    Parameters
    ----------
    title
        What the screen calls it, such as "Circle".
    description
        What it does.
    task
        "regression", "binary" or "multiclass".
    classes
        Their names from 0, or None for regression.
    n_samples
        How many by default.
    make
        Makes the value.
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
        "A disc within a ring: no straight line separates them, but three neurons can.",
        "binary",
        ("outside", "inside"),
        _CLASSIFICATION_SAMPLES,
        circle,
    ),
    "xor": Generator(
        "Exclusive or",
        "Four squares, where the class is whether x1 and x2 have the same sign.",
        "binary",
        ("mixed signs", "same sign"),
        _CLASSIFICATION_SAMPLES,
        xor,
    ),
    "gauss": Generator(
        "Two clouds",
        "Two round clouds, which a single neuron can separate.",
        "binary",
        ("lower left", "upper right"),
        _CLASSIFICATION_SAMPLES,
        gauss,
    ),
    "spiral": Generator(
        "Two spirals",
        "Two arms wound around each other: the hardest of these, for many neurons or features.",
        "binary",
        ("second arm", "first arm"),
        _CLASSIFICATION_SAMPLES,
        spiral,
    ),
    "moons": Generator(
        "Two moons",
        "Two interlocking half circles: a line does well, a curve does better.",
        "binary",
        ("lower", "upper"),
        _CLASSIFICATION_SAMPLES,
        moons,
    ),
    "rings": Generator(
        "Three rings",
        "A disc and two rings around it: three classes, with an output each.",
        "multiclass",
        ("inner", "middle", "outer"),
        _CLASSIFICATION_SAMPLES,
        rings,
    ),
    "plane": Generator(
        "Plane",
        "A number that grows evenly from the lower left to the upper right.",
        "regression",
        None,
        _REGRESSION_SAMPLES,
        plane,
    ),
    "multi_gauss": Generator(
        "Six hills",
        "A landscape of three hills and three hollows, flat between them.",
        "regression",
        None,
        _REGRESSION_SAMPLES,
        multi_gauss,
    ),
}
"""The kinds by name, in display order."""


def generate(
    name: str, n_samples: int | None = None, noise: int = 0, seed: int = 0, low: int = 0
) -> Dataset:
    """Return generated data; the same arguments give the same numbers.

    Parameters
    ----------
    name
        A key of GENERATORS.
    n_samples
        10 to 1,000,000, or None for 500 (classification) or 1200 (regression).
    noise
        0 to 50 percent.
    seed
        An integer from 0 up.
    low
        The target of class 0 of two, 0 for a sigmoid or -1 for a tanh, as in TensorFlow Playground.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        For anything else, and for an unknown name, suggesting the nearest.
    """
    if name not in GENERATORS:
        raise ValueError(f"there is no generator {name[:60]!r}; {nearest(name, GENERATORS)}")
    generator = GENERATORS[name]
    n_samples = generator.n_samples if n_samples is None else n_samples
    _check_integer("samples", n_samples, MIN_SAMPLES, MAX_SAMPLES)
    _check_integer("percent of noise", noise, 0, MAX_NOISE)
    if type(seed) is not int or seed < 0:
        raise ValueError(f"seed {described(seed)}: expected an integer from 0 up")
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
        raise ValueError(
            f"{described(value)} {what}; expected an integer from {lowest} to {highest:,}"
        )
