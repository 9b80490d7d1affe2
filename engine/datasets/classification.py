"""Points in the plane that belong to classes, as formulas.

Circle, xor, gauss and spiral have the shapes, ranges and noise of TensorFlow Playground
(its `dataset.ts`); moons and rings are made in the same spirit. Every function draws the places
first and the noise after, so that with one seed the same points stay when the noise changes.

Each takes `n_samples`, `noise` from 0 to 0.5 and a generator of random numbers, and returns the
points (n_samples, 2) and the class of each, from 0, (n_samples,).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray

if TYPE_CHECKING:
    # NumPy loads its random numbers when they are first asked for, which takes a while.
    from numpy.random import Generator as Random

Points = tuple[FloatArray, NDArray[np.intp]]

_RADIUS = 5.0
_XOR_GAP = 0.3
_GAUSS_CENTRE = 2.0
_SPIRAL_TURNS = 1.75
_MOON_RADIUS = 3.0
_RING_RADII = ((0.0, 1.2), (2.0, 3.2), (4.0, 5.0))
_RING_LIMITS = (1.6, 3.6)


def circle(n_samples: int, noise: float, random: Random) -> Points:
    """Class 1 within half the radius of 5, class 0 between 0.7 of it and the whole.

    Noise moves a point by up to ±5·noise before it is asked for its class.
    """
    inner, outer = halves(n_samples)
    distances = np.concatenate(
        [random.uniform(0, 0.5 * _RADIUS, inner), random.uniform(0.7 * _RADIUS, _RADIUS, outer)]
    )
    points = _on_circles(distances, random)
    moved = moved_points(points, _RADIUS, noise, random)
    return points, (np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * _RADIUS).astype(np.intp)


def xor(n_samples: int, noise: float, random: Random) -> Points:
    """Class 1 where x1 and x2 have the same sign, in ±5 with a gap of 0.3 along both axes.

    Noise moves a point by up to ±5·noise before it is asked for its class.
    """
    points = random.uniform(-_RADIUS, _RADIUS, (n_samples, 2))
    points += np.where(points > 0, _XOR_GAP, -_XOR_GAP)
    moved = moved_points(points, _RADIUS, noise, random)
    return points, (moved[:, 0] * moved[:, 1] >= 0).astype(np.intp)


def gauss(n_samples: int, noise: float, random: Random) -> Points:
    """Class 1 normally distributed around (2, 2), class 0 around (-2, -2).

    The variance is 0.5 without noise and 4 with a noise of 0.5, evenly between.
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
    """
    arms = []
    for size, start in zip(halves(n_samples), (0.0, np.pi), strict=True):
        part = np.arange(size) / size
        angle = _SPIRAL_TURNS * part * 2 * np.pi + start
        arms.append(_RADIUS * part[:, np.newaxis] * np.column_stack([np.sin(angle), np.cos(angle)]))
    first, second = halves(n_samples)
    points = moved_points(np.concatenate(arms), 1.0, noise, random)
    return points, np.repeat([1, 0], [first, second])


def moons(n_samples: int, noise: float, random: Random) -> Points:
    """Two half circles of radius 3, each reaching into the other; class 1 is the upper one.

    Noise moves every point by up to ±3·noise.
    """
    upper, lower = halves(n_samples)
    angle = random.uniform(0, np.pi, n_samples)
    arc = np.column_stack([np.cos(angle), np.sin(angle)])
    arc[upper:] = [1.0, 0.5] - arc[upper:]
    points = _MOON_RADIUS * (arc - [0.5, 0.25])
    points = moved_points(points, _MOON_RADIUS, noise, random)
    return points, np.repeat([1, 0], [upper, lower])


def rings(n_samples: int, noise: float, random: Random) -> Points:
    """A disc and two rings around it, out to the radius 5: classes 0, 1 and 2 from within.

    Noise moves a point by up to ±5·noise before it is asked for its class.
    """
    sizes = [len(part) for part in np.array_split(np.arange(n_samples), len(_RING_RADII))]
    distances = np.concatenate(
        [
            random.uniform(low, high, size)
            for (low, high), size in zip(_RING_RADII, sizes, strict=True)
        ]
    )
    points = _on_circles(distances, random)
    moved = moved_points(points, _RADIUS, noise, random)
    return points, np.digitize(np.hypot(moved[:, 0], moved[:, 1]), _RING_LIMITS)


def halves(n_samples: int) -> tuple[int, int]:
    """Return two sizes that add up to `n_samples`; the first takes the odd one."""
    return n_samples - n_samples // 2, n_samples // 2


def moved_points(points: FloatArray, size: float, noise: float, random: Random) -> FloatArray:
    """Return `points` moved in both directions, evenly by up to ±size·noise."""
    return points + random.uniform(-size, size, points.shape) * noise


def _on_circles(distances: FloatArray, random: Random) -> FloatArray:
    """Points at these distances from the origin, at any angle."""
    angle = random.uniform(0, 2 * np.pi, len(distances))
    return np.column_stack([distances * np.sin(angle), distances * np.cos(angle)])
