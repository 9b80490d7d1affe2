"""The axes of an activation's curve: they show its shape, and grow only when a dot would leave."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.text import format_number
from tui.drawing.axes import Axis, Tick, doubled

_FURTHER_RADII = (8.0, 12.0, 20.0)
_ROOM_AT_A_CORNER = 1.25
_MAX_OTHER_RATIO = 16
_ROOM_AT_A_LIMIT = 0.12
_ROOM_BELOW_ZERO = 0.17
_NEAR_THE_EDGE = 0.8
_POINTS_TO_SCAN = 129


def curve_radius(activation: Activation, sums: FloatArray, neuron: int) -> float:
    """Return the radius r such that the curve, drawn for z from -r to r, contains the dots.

    sums: z of every neuron of the layer, (n_neurons,). A curve that levels off on both sides is
    drawn up to 20 at most, with dots farther out at its edge; the radius of any other is doubled.
    A neuron whose sum is far larger than that of `neuron` must not shrink the picture beyond
    recognition.
    """
    kind = ACTIVATIONS[activation.name]
    first = kind.radius
    corners = kind.corners(*activation.parameters)
    corner = max(map(abs, corners), default=0.0) * _ROOM_AT_A_CORNER
    sizes = np.nan_to_num(np.abs(sums), nan=0.0, posinf=math.inf)
    if levels_off(activation):
        wanted = max(corner, float(sizes.max()))
        radii = (first, *(radius for radius in _FURTHER_RADII if radius > first))
        return next((radius for radius in radii if radius >= wanted), radii[-1])
    largest = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    present = float(sizes[neuron]) if math.isfinite(sizes[neuron]) else 0.0
    own = doubled(first, max(corner, present))
    return doubled(first, max(own, min(largest, own * _MAX_OTHER_RATIO)))


def levels_off(activation: Activation) -> bool:
    """Whether the activation is bounded on both sides."""
    return all(map(math.isfinite, activation.limits))


def jump_of(activation: Activation) -> float | None:
    """Return the z of a jump, or None; at z itself the curve still has its lower value."""
    return ACTIVATIONS[activation.name].jump(*activation.parameters)


def out_axis(activation: Activation, radius: float) -> Axis:
    """Return the axis of the activations for z from -radius to radius."""
    low, high = activation.limits
    if levels_off(activation) and low < high:
        room = _ROOM_AT_A_LIMIT * (high - low)
        places = [low, high] if jump_of(activation) is not None else [low, high, (low + high) / 2]
        return Axis(low - room, high + room, _ticks(places))
    with np.errstate(all="ignore"):
        activations = activation.forward(np.linspace(-radius, radius, _POINTS_TO_SCAN))
    finite = activations[np.isfinite(activations)]
    least = float(finite.min()) if finite.size else 0.0
    most = float(finite.max()) if finite.size else 0.0
    size = max(abs(least), abs(most)) or radius
    if math.isfinite(low):
        least = min(least, low * (1 + _ROOM_AT_A_LIMIT))
    places = [0.0]
    if most >= _NEAR_THE_EDGE * radius:
        most = max(most, radius)
        places.append(radius)
    if least <= -_NEAR_THE_EDGE * radius:
        least = min(least, -radius)
        places.append(-radius)
    places += [limit for limit in (low, high) if limit and math.isfinite(limit)]
    top, bottom = max(most, _ROOM_BELOW_ZERO * size), min(least, -_ROOM_BELOW_ZERO * size)
    return Axis(bottom, top, _ticks(place for place in places if bottom <= place <= top))


def _ticks(places: Iterable[float]) -> tuple[Tick, ...]:
    return tuple(Tick(place, format_number(place, 2)) for place in places)
