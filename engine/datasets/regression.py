"""Points in the plane with a number each, as formulas.

Plane and multi-gauss have the shapes, ranges and noise of TensorFlow Playground (its
`dataset.ts`). Each takes `n_samples`, `noise` from 0 to 0.5 and a generator of random numbers,
and returns the points (n_samples, 2), within ±6, and the number of each, (n_samples,). Noise moves
a point by up to ±6·noise before it is asked for its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.activations import FloatArray
from engine.datasets.classification import moved_points

if TYPE_CHECKING:
    from numpy.random import Generator as Random

_RADIUS = 6.0
_HILLS = np.array([[-4.0, 2.5], [0.0, 2.5], [4.0, 2.5], [-4.0, -2.5], [0.0, -2.5], [4.0, -2.5]])
_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
_HILL_RADIUS = 2.0


def plane(n_samples: int, noise: float, random: Random) -> tuple[FloatArray, FloatArray]:
    """The number is (x1 + x2) / 10."""
    points = random.uniform(-_RADIUS, _RADIUS, (n_samples, 2))
    return points, moved_points(points, _RADIUS, noise, random).sum(axis=1) / 10


def multi_gauss(n_samples: int, noise: float, random: Random) -> tuple[FloatArray, FloatArray]:
    """Six hills, up and down by turns: 1 or -1 at the top, 0 from a distance of 2 on.

    A point between two hills belongs to the one that is stronger there.
    """
    points = random.uniform(-_RADIUS, _RADIUS, (n_samples, 2))
    moved = moved_points(points, _RADIUS, noise, random)
    away = moved[:, np.newaxis, :] - _HILLS
    heights = np.clip(1 - np.hypot(away[..., 0], away[..., 1]) / _HILL_RADIUS, 0, 1)
    strongest = np.argmax(heights, axis=1)
    return points, _SIGNS[strongest] * heights[np.arange(n_samples), strongest]
