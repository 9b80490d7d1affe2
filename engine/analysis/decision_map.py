"""A network over a plane: its activations on a grid of two inputs, and where sums are zero."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.grid import activations_over_grid, check_feature, first_sums
from engine.nn.arrays import FloatArray
from engine.nn.values import Value
from engine.session.session import Session

_ROOM = 1.1
"""A tenth beyond the largest sample."""

_ROUND = (1, 2, 3, 4, 6, 8, 10)
"""The leading digits that a limit may have."""

_ROUND_STEPS = (1, 2, 5, 10, 20, 50, 100)
_STEPS_ACROSS = 5
"""How many round steps the samples may lie across, so that both ends are round."""

_MIN_SPAN, _MIN_COORDINATE = 1e-9, 1e-290
"""Samples closer together, or to 0, than this leave no float64 for round limits around them."""

_MAX_COORDINATE = 4e307
"""Twice this, the width of the widest range, is still a float64."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class DecisionMap(Value):
    """The network's values at every point of a grid of two inputs.

    Attributes
    ----------
    across, up
        The values of the first of `features`, (n_across,), and of the second, (n_up,).
    features
        The two inputs, from 0.
    outputs
        (n_up, n_across, n_outputs).
    layers
        For each layer its activations, (n_up, n_across, n_neurons), or (0, 0, n_neurons) when
        not asked for.
    """

    across: FloatArray
    up: FloatArray
    features: tuple[int, int]
    outputs: FloatArray
    layers: tuple[FloatArray, ...]


class ZeroLine(NamedTuple):
    """Where the sum z of a neuron of the first layer is 0, a straight line.

    Attributes
    ----------
    neuron
        Of the first layer, from 0.
    start, end
        (x, y) each.
    """

    neuron: int
    start: tuple[float, float]
    end: tuple[float, float]


def decision_map(
    session: Session,
    features: tuple[int, int],
    across: ArrayLike,
    up: ArrayLike,
    sample: int = 0,
    layer_index: int | None = None,
    every_layer: bool = False,
) -> DecisionMap:
    """Return the outputs as the first of `features` runs `across` and the second runs `up`.

    NaN and infinities are passed on.

    Parameters
    ----------
    session
        With the network, and the samples.
    features
        Two inputs, from 0; those derived from them are recomputed.
    across, up
        Their values, (n_across,) and (n_up,), in any order.
    sample
        From 0; the other inputs are those of this one.
    layer_index, every_layer
        Of which layer, from 0, the activations are kept too; or whether those of all are.

    Raises
    ------
    ValueError
        For a feature, sample or layer that does not exist, and when both features are the same.
    """
    x = np.array(across, dtype=np.float64).reshape(-1)
    y = np.array(up, dtype=np.float64).reshape(-1)
    layers = session.network.layers
    if layer_index is not None and not 0 <= layer_index < len(layers):
        raise ValueError(
            f"layer {layer_index + 1} does not exist; they count from 1 to {len(layers)}"
        )
    last = len(layers) - 1
    kept = [place for place in range(len(layers)) if every_layer or place in (layer_index, last)]
    with np.errstate(all="ignore"):
        first = first_sums(session, features, sample)
        grids = activations_over_grid(layers, first, x, y, kept)
    activations = {place: _points_first(array) for place, array in grids.items()}
    asked_for = (
        activations[place]
        if every_layer or place == layer_index
        else _points_first(np.empty((layer.n_neurons, 0, 0)))
        for place, layer in enumerate(layers)
    )
    return DecisionMap(_read_only(x), _read_only(y), features, activations[last], tuple(asked_for))


def zero_lines(
    session: Session,
    features: tuple[int, int],
    across_range: tuple[float, float],
    up_range: tuple[float, float],
    sample: int = 0,
) -> list[ZeroLine]:
    """Return, for the neurons of the first layer, the line on which z is 0 within the two ranges.

    The ranges are (low, high) of the first and the second of `features`; the other inputs are those
    of `sample`. A neuron has no line if it misses the ranges or only touches a corner, if the
    neuron reads neither feature, or if it reads a derived input that is nonlinear in them, as its
    zeros are then not a straight line.

    Parameters
    ----------
    session
        The network with its samples and names.
    features
        The two inputs that vary, from 0: across, then up.
    across_range
        (low, high) of the first.
    up_range
        (low, high) of the second.
    sample
        The sample, from 0, whose other inputs are kept.

    Returns
    -------
    list[ZeroLine]

    Raises
    ------
    ValueError
        As `decision_map` does, and for a range whose ends are not finite and in order.
    """
    for low, high in (across_range, up_range):
        if not (isfinite(low) and isfinite(high) and low < high):
            raise ValueError(f"a range from {low} to {high}: expected two numbers, the lower first")
    with np.errstate(all="ignore"):
        first = first_sums(session, features, sample)
    lines = []
    is_nonlinear = first.has_nonlinear_term
    for neuron, ((w_x, w_y), c) in enumerate(
        zip(first.weights.tolist(), first.fixed.tolist(), strict=True)
    ):
        if is_nonlinear[neuron]:
            continue
        # Solved for the coordinate of the larger weight, which keeps the slope within ±1.
        if abs(w_x) >= abs(w_y):
            ends = [(x, y) for y, x in _clipped(w_x, w_y, c, across_range, up_range)]
        else:
            ends = _clipped(w_y, w_x, c, up_range, across_range)
        if ends:
            lines.append(ZeroLine(neuron, *ends))
    return lines


def feature_range(session: Session, feature: int) -> tuple[float, float]:
    """Return the round limits, low and high, between which a map shows `feature`.

    Each is the smallest of ±1, ±2, ±3, ±4, ±6, ±8, ±10 … that leaves a tenth of room beyond the
    samples, on both sides of 0. Samples farther from 0 than from each other, as data have them that
    are not standardised, get round limits of their own around them. The limits depend on the
    samples alone, so the axes stay still while an input moves below such a limit. Numbers beyond
    4e307, whose range would be too wide for a float64, are left outside.

    Parameters
    ----------
    session
        The network with its samples and names.
    feature
        The input, from 0.

    Returns
    -------
    tuple[float, float]

    Raises
    ------
    ValueError
        For a feature that does not exist.
    """
    check_feature(session, feature)
    values = session.inputs[:, feature]
    least, largest = float(values.min()), float(values.max())
    away = max(least, -largest)
    if _MIN_COORDINATE < away < _MAX_COORDINATE and _MIN_SPAN * away < largest - least < away:
        return _limits_around(least, largest)
    return -_round_limit(-least), _round_limit(largest)


def _clipped(
    w_s: float,
    w_t: float,
    c: float,
    s_range: tuple[float, float],
    t_range: tuple[float, float],
) -> list[tuple[float, float]]:
    """Both ends, (t, s) each, of w_s·s + w_t·t + c = 0 within the ranges; None if it misses them.

    |w_s| must not be less than |w_t|.
    """
    if w_s == 0:
        return []
    (low, high), at_zero, slope = s_range, -c / w_s, -w_t / w_s
    if not (isfinite(at_zero) and (slope or low <= at_zero <= high)):
        return []
    # Rounding may push s out of range by its last digit.
    start, end = ((t, min(max(at_zero + slope * t, low), high)) for t in t_range)
    if slope:
        first, last = sorted(((s - at_zero) / slope, s) for s in s_range)
        start, end = max(start, first), min(end, last)
    return [start, end] if start[0] < end[0] else []


def _limits_around(least: float, largest: float) -> tuple[float, float]:
    """The nearest multiples of a round step that leave room beyond both."""
    span = largest - least
    exponent = floor(log10(span))
    step = next(
        step
        for digit in _ROUND_STEPS
        if (step := float(f"{digit}e{exponent - 1}")) >= span / _STEPS_ACROSS
    )
    room = span * (_ROOM - 1)
    decimals = max(0, 1 - exponent)
    low = round(step * floor((least - room) / step), decimals)
    high = round(step * ceil((largest + room) / step), decimals)
    return low, high


def _round_limit(largest: float) -> float:
    """The smallest of 1, 2, 3, 4, 6, 8, 10 … that leaves room beyond `largest`."""
    wanted = min(max(1.0, _ROOM * largest), _MAX_COORDINATE)
    exponent = floor(log10(wanted))
    # Parsed from text, as a computed power of ten is not always the nearest float64.
    limits = (float(f"{digit}e{exponent}") for digit in _ROUND)
    return next(limit for limit in limits if limit >= wanted)


def _points_first(neurons_first: FloatArray) -> FloatArray:
    """The array (n_neurons, n_up, n_across) as a read-only (n_up, n_across, n_neurons)."""
    return _read_only(neurons_first.transpose(1, 2, 0))


def _read_only(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array
