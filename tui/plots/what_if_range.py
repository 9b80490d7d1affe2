"""What the What if view shows: which outputs, over which range of the selected number."""

from __future__ import annotations

import numpy as np

from engine.activations import FloatArray
from engine.prediction import THRESHOLD
from engine.sweeps import sweep
from tui.plots.axes import IntArray, doubled
from tui.plots.scene import Scene

_FIRST_RADIUS = 2.0
_ROOM_AROUND_A_VALUE = 1.25
_WIDER = (2, 4)
# Sixteenths of the radius: close together within it, a quarter of it apart beyond.
_PLACES = np.array([*range(-64, -16, 4), *range(-16, 17), *range(20, 65, 4)]) / 16


def shown_outputs(scene: Scene) -> range:
    """Return the outputs that get a line: as many as there are colours, with the one spoken of."""
    n_outputs = scene.session.network.n_outputs
    most = len(scene.palette.series)
    start = max(0, min(scene.output - most // 2, n_outputs - most))
    return range(start, min(start + most, n_outputs))


def what_if_radius(scene: Scene, value: float) -> float:
    """Return up to which number, to both sides of 0, the lines are drawn.

    It is the least of 2, 4, 8 … with room around the present `value`. Where the answer does not
    turn in there, but does so up to four times as far, it is the least that shows that. It does
    not depend on `value` otherwise, so the picture stands still as the value is nudged.
    """
    radius = doubled(_FIRST_RADIUS, _ROOM_AROUND_A_VALUE * abs(value))
    if scene.session.task not in ("binary", "multiclass"):
        return radius
    outputs = sweep(scene.session, scene.parameter, radius * _PLACES, scene.sample).outputs
    turns = _turns(scene, outputs)
    if not turns.size:
        return radius
    reached = np.maximum(np.abs(_PLACES[turns]), np.abs(_PLACES[turns + 1])).min()
    return radius * next((wider for wider in _WIDER if 1 < reached <= wider), 1)


def _turns(scene: Scene, outputs: FloatArray) -> IntArray:
    """The points after which the answer changes to that of the next one, (n_turns,).

    outputs: (n_points, n_outputs).
    """
    # The largest of numbers of which one is NaN is NaN.
    largest: FloatArray = outputs.max(axis=1)
    numbers = ~np.isnan(largest)
    if scene.session.task == "multiclass":
        chosen = outputs.argmax(axis=1)[:, np.newaxis]
    else:
        chosen = (outputs[:, shown_outputs(scene)] >= THRESHOLD).astype(np.intp)
    changes = np.diff(chosen, axis=0).any(axis=1)
    return np.flatnonzero(changes & numbers[1:] & numbers[:-1])
