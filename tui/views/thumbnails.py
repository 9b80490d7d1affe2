"""Small pictures for the dialogs: an activation function, or a data set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine.datasets.dataset import Dataset
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.targets import class_targets
from engine.session.metrics import THRESHOLD
from tui.drawing.axes import Axis, IntArray
from tui.drawing.braille import DOTS_ACROSS, DOTS_DOWN, BoolArray, braille_rows
from tui.drawing.cells import filled, look
from tui.drawing.half_blocks import PIXELS_DOWN, half_block_strips
from tui.drawing.palette import RGB, Palette, blended
from tui.views.curve.axes import curve_radius, jump_of, out_axis

_SUMS_OF_A_ROW = np.array([[1.5, 0.5, -0.5, -1.5]])
_DOTS_BETWEEN_BARS = 2

_MAX_POINTS = 2000
_SHAPES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0, 0),),
    ((0, 0), (0, 1), (1, 0), (1, 1)),
    ((0, 0), (1, 0)),
)
"""The dots, (down, across), by which a point of a class is drawn: no class by its colour alone."""

_SIGNS = ("⠂", "⠶", "⠆")
"""Each of the shapes as a character."""

_SHADES = 16


def mini_curve(activation: Activation, width: int, height: int) -> list[str]:
    """Return the curve in `height` rows of `width` braille characters.

    A row-wise activation has no curve and is drawn as bars, its activations for four sums.
    """
    if width < 1 or height < 1:
        return [""] * max(height, 0)
    dots = np.zeros((height * DOTS_DOWN, width * DOTS_ACROSS), dtype=np.bool_)
    if activation.row_wise:
        _draw_bars(activation, dots)
    else:
        _draw_line(activation, dots)
    return braille_rows(dots)


def _draw_line(activation: Activation, dots: BoolArray) -> None:
    """Set the dots of the curve, without gaps where it is steep, but with one where it jumps."""
    high, wide = dots.shape
    radius = curve_radius(activation, np.zeros(1), 0)
    z = (np.arange(wide) + 0.5) / wide * 2 * radius - radius
    with np.errstate(all="ignore"):
        activations = activation.forward(z)
    rows = out_axis(activation, radius).cells(activations, high, down=True)
    jump = jump_of(activation)
    for column, row in enumerate(rows.tolist()):
        if np.isnan(activations[column]):
            continue
        joined = column > 0 and not (jump is not None and z[column - 1] <= jump < z[column])
        start = int(rows[column - 1]) if joined else row
        # Each of two neighbouring columns gets half of the vertical stretch between them.
        middle = (start + row) // 2
        dots[min(middle, row) : max(middle, row) + 1, column] = True
        if joined:
            dots[min(start, middle) : max(start, middle) + 1, column - 1] = True


def _draw_bars(activation: Activation, dots: BoolArray) -> None:
    """Set the dots of one bar per out: up from the bottom, or down from the top if below 0."""
    high, wide = dots.shape
    activations: FloatArray = activation.forward(_SUMS_OF_A_ROW)[0]
    step = wide / len(activations)
    for place, length in enumerate(
        np.rint(activations / np.abs(activations).max() * high).astype(int).tolist()
    ):
        start, stop = int(place * step), int((place + 1) * step) - _DOTS_BETWEEN_BARS
        rows = (
            slice(high - max(length, 1), high) if activations[place] > 0 else slice(max(-length, 1))
        )
        dots[rows, start : max(stop, start + 1)] = True


@dataclass(frozen=True, eq=False, slots=True)
class Points:
    """Some points of a data set on a plane, and the kind of each.

    across, up: (n_points,). kinds: (n_points,), the class, or for regression 1 in the upper half of
    the targets and 0 in the lower. features: the features across and up, counted from 0; if there
    is only one, the target goes up.
    """

    across: FloatArray
    up: FloatArray
    kinds: IntArray
    features: tuple[int, int | None]


def points_of(dataset: Dataset) -> Points:
    """Return at most about two thousand points over the two most informative features."""
    step = max(1, dataset.n_samples // _MAX_POINTS)
    inputs, targets = _with_known_kind(dataset)
    inputs, targets = inputs[::step], targets[::step]
    first, second = _telling_features(inputs, targets)
    up = targets[:, 0] if second is None else inputs[:, second]
    return Points(inputs[:, first], up, _kinds(dataset.task, targets), (first, second))


def _with_known_kind(dataset: Dataset) -> tuple[FloatArray, FloatArray]:
    """The inputs and targets of the samples with a known kind, or of all as one kind."""
    is_multiclass = dataset.task == "multiclass"
    targets = class_targets(dataset.targets) if is_multiclass else dataset.targets
    known = ~np.isnan(targets).any(axis=1)
    if not known.any():
        return dataset.inputs, np.zeros_like(targets)
    return dataset.inputs[known], targets[known]


def points_strips(points: Points, width: int, height: int, palette: Palette) -> list[Strip]:
    """Return the picture in `height` strips of `width` cells; the majority colours a cell."""
    columns, rows = width * DOTS_ACROSS, height * DOTS_DOWN
    if width < 1 or height < 1:
        return [Strip([])] * max(height, 0)
    x = _axis(points.across).cells(points.across, columns - 1)
    y = _axis(points.up).cells(points.up, rows - 1, down=True)
    dots: BoolArray = np.zeros((rows, columns), dtype=np.bool_)
    n_kinds = int(points.kinds.max()) + 1
    counts = np.zeros((n_kinds, height, width), dtype=np.intp)
    np.add.at(counts, (points.kinds, y // DOTS_DOWN, x // DOTS_ACROSS), 1)
    for kind in range(n_kinds):
        here = points.kinds == kind
        for down, across in _SHAPES[kind % len(_SHAPES)]:
            dots[y[here] + down, x[here] + across] = True
    styles = [
        look(kind_colour(palette, kind, n_kinds), palette.background) for kind in range(n_kinds)
    ]
    return [
        _strip(text, [styles[kind] for kind in most])
        for text, most in zip(braille_rows(dots), _most(counts), strict=True)
    ]


def picture_strips(
    dataset: Dataset, side: int, width: int, height: int, palette: Palette
) -> list[Strip]:
    """Return as many samples as fit, each a picture of side × side shades, with gaps between."""
    tall = -(-side // PIXELS_DOWN)
    across, down = (width + 1) // (side + 1), (height + 1) // (tall + 1)
    blank = look(palette.foreground, palette.background)
    pixels = np.zeros((height * PIXELS_DOWN, width), dtype=np.intp)
    largest = float(dataset.inputs.max()) or 1.0
    for place, sample in enumerate(dataset.inputs[: across * down]):
        row = place // across * (tall + 1) * PIXELS_DOWN
        column = place % across * (side + 1)
        shades = np.rint(sample.reshape(side, side) / largest * _SHADES).astype(np.intp)
        pixels[row : row + side, column : column + side] = shades
    colours = [
        blended(palette.background, palette.foreground, step / _SHADES)
        for step in range(_SHADES + 1)
    ]
    return filled(half_block_strips(pixels, colours, {}), width, height, blank)


def kind_colour(palette: Palette, kind: int, n_kinds: int) -> RGB:
    """Return the colour of a class; yes and no have the colours of the map."""
    if n_kinds <= 2:
        return palette.positive if kind else palette.negative
    return palette.series[kind % len(palette.series)]


def kind_sign(kind: int) -> str:
    """Return a character that shows the dots of a class."""
    return _SIGNS[kind % len(_SIGNS)]


def _telling_features(inputs: FloatArray, targets: FloatArray) -> tuple[int, int | None]:
    """The two features whose variance the targets explain best, in ascending order."""
    if inputs.shape[1] <= 2:
        return 0, 1 if inputs.shape[1] == 2 else None
    with np.errstate(all="ignore"):
        centred = inputs - inputs.mean(axis=0)
        explained = (targets.T @ centred) ** 2 / (targets**2).sum(axis=0)[:, np.newaxis]
        shares = np.nan_to_num(np.nansum(explained, axis=0) / (centred**2).sum(axis=0))
    first, second = sorted(np.argsort(-shares, kind="stable")[:2].tolist())
    return first, second


def _kinds(task: str, targets: FloatArray) -> IntArray:
    if task == "multiclass":
        classes: IntArray = targets.argmax(axis=1)
        return classes
    limit = THRESHOLD if task == "binary" else float(np.median(targets[:, 0]))
    return (targets[:, 0] >= limit).astype(np.intp)


def _axis(values: FloatArray) -> Axis:
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = low - 1, high + 1
    return Axis(low, high)


def _most(counts: npt.NDArray[np.intp]) -> list[list[int]]:
    """The majority kind in each cell, row by row."""
    rows: list[list[int]] = counts.argmax(axis=0).tolist()
    return rows


def _strip(text: str, styles: list[Style]) -> Strip:
    segments = [Segment(character, style) for character, style in zip(text, styles, strict=True)]
    return Strip(segments, len(text)).simplify()
