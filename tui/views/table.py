"""The Table view: one output for the values of two parameters, as numbers."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
from rich.style import Style
from textual.strip import Strip

from engine.analysis.sweep import grid_sweep
from engine.nn.arrays import FloatArray
from engine.nn.parameters import Bias, Input, Parameter, Weight
from engine.session.names import output_label, parameter_name, parameter_value
from engine.text import format_given, format_within
from tui.drawing.axes import round_up
from tui.drawing.cells import (
    Part,
    aligned_at_the_point,
    filled,
    fitted,
    is_too_small,
    lines_of_text,
    look,
    looks,
    safe,
    strip_of,
)
from tui.drawing.palette import RGB, Palette
from tui.views.scene import Scene

_NUDGES_A_SPACING = 2
_SPACINGS_IN_A_VALUE = 20
_MIN_SPACING = 1e-300
_CLOSE = 1e-9

_MIN_WITH_NAMES = 7
_MAX_ROWS, _MAX_COLUMNS = 21, 15
_MIN_COLUMN_WIDTH = 5
_ENOUGH_COLUMNS = 3
_USUAL_DIGITS = 4
_ACROSS, _DOWN = "▼", "▶"
_TINTS = 6
_STRONGEST_TINT = 0.35


@dataclass(frozen=True, eq=False, slots=True)
class TableValues:
    """The numbers of the table.

    down: the values of scene.parameter, (n_rows,). across: the values of the second parameter,
    (n_columns,). activations: the output for each pair, (n_rows, n_columns).
    """

    down: FloatArray
    across: FloatArray
    activations: FloatArray


def table_values(scene: Scene, most_rows: int, most_columns: int) -> TableValues:
    """Return the outputs for an odd number of values in each direction, as many as fit."""
    second = column_parameter(scene)
    down, across = (
        values_around(
            parameter_value(scene.session, parameter, scene.sample),
            most - 1 + most % 2,
            scene.view.step,
        )
        for parameter, most in ((scene.parameter, most_rows), (second, most_columns))
    )
    pairs = grid_sweep(scene.session, (scene.parameter, down), (second, across), scene.sample)
    return TableValues(down, across, pairs[:, :, scene.output])


def column_parameter(scene: Scene) -> Parameter:
    """Return the second parameter: the one asked for, or a default that suits the first.

    The default is the bias of the current neuron; for that bias itself the neuron's first weight;
    for an input another input, if there is one.
    """
    if scene.view.column_parameter is not None and scene.view.column_parameter != scene.parameter:
        return scene.view.column_parameter
    bias = Bias(scene.layer_index, scene.neuron)
    if scene.parameter == bias:
        return Weight(scene.layer_index, scene.neuron, 0)
    if isinstance(scene.parameter, Input) and scene.session.network.n_features > 1:
        return Input(1 if scene.parameter.feature == 0 else 0)
    return bias


def values_around(value: float, count: int, step: float) -> FloatArray:
    """Return `count` (odd) ascending values with `value` in the middle; the others are round.

    They are multiples of a spacing of two steps, or of a twentieth of the value, rounded up, if
    that is more.
    """
    spacing = round_up(
        max(_NUDGES_A_SPACING * abs(step), abs(value) / _SPACINGS_IN_A_VALUE, _MIN_SPACING)
    )
    below = math.ceil(value / spacing - _CLOSE) - 1
    above = math.floor(value / spacing + _CLOSE) + 1
    half = count // 2
    values = [
        *((below - place) * spacing for place in reversed(range(half))),
        value,
        *((above + place) * spacing for place in range(half)),
    ]
    # Larger values would be infinite.
    return np.clip(values, -sys.float_info.max, sys.float_info.max)


def table_title(scene: Scene) -> str:
    """Return which output is in the table; its first line names the two parameters."""
    return f"Table of {safe(output_label(scene.session, scene.output))}"


def draw_table(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the values of one parameter across, of the other down, and the output for each pair.

    The present values are in the middle and marked. A cell has the tint of one pole if its output
    is above 0 (above a half if outputs lie in 0…1), and of the other if it is below.
    """
    style = looks(scene.palette)
    if is_too_small(width, height):
        return lines_of_text(_in_one_line(scene), width, height, scene.palette)
    n_headings = 2 if height >= _MIN_WITH_NAMES else 1
    most_rows = min(height - n_headings, _MAX_ROWS)
    values = table_values(scene, most_rows, min(width // _MIN_COLUMN_WIDTH, _MAX_COLUMNS))
    side = _headings(values.down, _DOWN)
    left = min(max(map(len, side)), width // 2)
    page = _readable(scene, values, width - left)
    middle_row, middle_column = len(side) // 2, len(page.top) // 2
    rows: list[list[Part]] = []
    if n_headings == 2:
        across = _name(scene, column_parameter(scene))
        rows.append([(f"{_name(scene, scene.parameter)} ↓  {across} →", style.muted)])
    rows.append([(" " * left, style.plain)])
    for column, text in enumerate(page.top):
        rows[-1].append((text, style.accent if column == middle_column else style.muted))
    for row, heading in enumerate(side):
        heading_look = style.accent if row == middle_row else style.muted
        parts = [(fitted(heading, left, right=True), heading_look)]
        for column, text in enumerate(page.cells[row]):
            present = (row == middle_row) + (column == middle_column)
            parts.append((text, _cell_look(scene.palette, page.tints[row][column], present)))
        rows.append(parts)
    strips = [strip_of(parts, width, style.plain) for parts in rows]
    return filled(strips, width, height, style.plain)


@dataclass(frozen=True, slots=True)
class _Page:
    """The texts of the columns, and the text and background of each cell."""

    top: list[str]
    cells: list[list[str]]
    tints: list[list[RGB]]


def _readable(scene: Scene, values: TableValues, width: int) -> _Page:
    """As many columns as fit around the middle one.

    The usual digits are used if more of them would leave too few columns to compare.
    """
    limits = scene.session.network.layers[-1].activation.limits
    top = _headings(values.across, _ACROSS)
    for digits in (scene.view.digits, min(scene.view.digits, _USUAL_DIGITS)):
        columns = [
            aligned_at_the_point([format_within(out, limits, digits) for out in activations])
            for activations in values.activations.T.tolist()
        ]
        sizes = [1 + max(len(top[place]), len(column[0])) for place, column in enumerate(columns)]
        kept, size = _columns_that_fit(sizes, width)
        if len(kept) >= _ENOUGH_COLUMNS:
            break
    return _Page(
        [fitted(top[column], size, right=True) for column in kept],
        [
            [fitted(columns[column][row], size, right=True) for column in kept]
            for row in range(len(values.down))
        ],
        _tints(scene, values.activations[:, kept]),
    )


def _columns_that_fit(sizes: list[int], width: int) -> tuple[range, int]:
    """The columns shown around the middle one, and their width."""
    for count in range(len(sizes), 1, -1):
        start = len(sizes) // 2 - count // 2
        kept = range(start, start + count)
        size = max(sizes[column] for column in kept)
        if count * size <= width:
            return kept, size
    middle = len(sizes) // 2
    return range(middle, middle + 1), min(sizes[middle], width)


def _headings(values: FloatArray, sign: str) -> list[str]:
    """The values as text, the middle one with a sign before it."""
    texts = [format_given(value) for value in values.tolist()]
    texts[len(texts) // 2] = f"{sign}{texts[len(texts) // 2]}"
    return texts


def _tints(scene: Scene, activations: FloatArray) -> list[list[RGB]]:
    """The background of each cell, stronger the nearer its output is to a pole."""
    middle = 0.5 if scene.session.network.layers[-1].activation.limits == (0.0, 1.0) else 0.0
    with np.errstate(all="ignore"):
        apart = activations - middle
        farthest = middle or np.abs(apart[np.isfinite(apart)]).max(initial=0.0) or 1.0
        steps = np.rint(np.nan_to_num(np.clip(apart / farthest, -1, 1)) * _TINTS).astype(int)
    tints = {step: _tint(scene.palette, step / _TINTS) for step in range(-_TINTS, _TINTS + 1)}
    return [[tints[step] for step in row] for row in steps.tolist()]


def _tint(palette: Palette, strength: float) -> RGB:
    """The background blended with a pole; `strength` from -1 to 1."""
    pole = palette.positive if strength > 0 else palette.negative
    part = abs(strength) * _STRONGEST_TINT
    red, green, blue = (
        round(low + (high - low) * part) for low, high in zip(palette.background, pole, strict=True)
    )
    return red, green, blue


def _cell_look(palette: Palette, tint: RGB, present: int) -> Style:
    """The style of a cell; present: how many of its two values are the present ones."""
    if present == 2:
        return look(palette.background, palette.accent, bold=True)
    return look(palette.foreground, tint, bold=present == 1)


def _name(scene: Scene, parameter: Parameter) -> str:
    return safe(parameter_name(scene.session, parameter))


def _in_one_line(scene: Scene) -> str:
    output = scene.output
    limits = scene.session.network.layers[-1].activation.limits
    out = format_within(float(scene.trace.outputs[0, output]), limits, scene.view.digits)
    return f"{safe(output_label(scene.session, output))} {out}"
