"""The plane of the Map: two inputs, each over a fixed range."""

from __future__ import annotations

import numpy as np

from engine.analysis.decision_map import feature_range
from engine.nn.arrays import FloatArray
from tui.drawing.axes import Axis
from tui.views.scene import Scene


def has_plane(scene: Scene) -> bool:
    """Whether there are two inputs that span a plane."""
    across, up = scene.view.map.features
    return across != up and max(across, up) < scene.session.network.n_features


def axes_of(scene: Scene) -> tuple[Axis, Axis]:
    """Return the ranges of the two inputs."""
    across, up = (
        Axis(*feature_range(scene.session, feature)) for feature in scene.view.map.features
    )
    return across, up


def centres(axis: Axis, count: int) -> FloatArray:
    """Return the value in the middle of each of `count` cells, in ascending order."""
    places = (np.arange(count) + 0.5) / count
    values: FloatArray = axis.low * (1 - places) + axis.high * places
    return values
