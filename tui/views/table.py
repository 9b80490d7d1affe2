"""The Table view: one output for the values of two parameters, as numbers."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import partial

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from engine.analysis.sweep import grid_sweep
from engine.nn.arrays import FloatArray
from engine.nn.parameters import (
    Axis,
    Bias,
    Input,
    Weight,
    WeightRow,
    parameter_code,
    parameters_of,
)
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
from tui.state.view_settings import Values
from tui.views.scene import Scene

_NUDGES_A_SPACING = 2
_SPACINGS_IN_A_VALUE = 20
_MIN_SPACING = 1e-300
_CLOSE = 1e-9

_MIN_WITH_NAMES = 7
_MAX_ROWS, _MAX_COLUMNS = 21, 15
_MIN_COLUMN_WIDTH = 5
_MIN_COLUMNS = 3
_USUAL_DIGITS = 4
_ACROSS, _DOWN = "▼", "▶"
_TINTS = 6
_STRONGEST_TINT = 0.35


@dataclass(frozen=True, eq=False, slots=True)
class Side:
    """What runs down the side, or across the top.

    axis: what varies. values: (n_values,), or for a row of weights (n_values, n_inputs). now: the
    place of the present value, or None if it is not among them. is_listed: whether a person listed
    the values. n_left_out: how many of these there was no room for.
    """

    axis: Axis
    values: FloatArray
    now: int | None
    is_listed: bool = False
    n_left_out: int = 0

    def headings(self, sign: str) -> list[str]:
        """The values as text, the present one with a sign before it."""
        rows = self.values.reshape(len(self.values), -1).tolist()
        texts = [", ".join(map(format_given, row)) for row in rows]
        if self.now is not None:
            texts[self.now] = f"{sign}{texts[self.now]}"
        return texts


def sides_of(scene: Scene, most_rows: int, most_columns: int) -> tuple[Side, Side]:
    """Return what runs down and what runs across, as far as there is room."""
    rows, columns, settings = row_axis(scene), column_axis(scene), scene.view.table
    is_default = settings.columns is not None and columns != settings.columns
    return (
        _side(scene, rows, settings.row_values, most_rows),
        _side(scene, columns, () if is_default else settings.column_values, most_columns),
    )


def _side(scene: Scene, axis: Axis, listed: Values, most: int) -> Side:
    present = tuple(
        parameter_value(scene.session, parameter, scene.sample)
        for parameter in parameters_of(scene.session.network, axis)
    )
    if not listed:
        most -= 1 - most % 2
        return Side(axis, values_around(present[0], most, scene.view.step), most // 2)
    shown = listed[:most]
    values = np.array(shown) if isinstance(axis, WeightRow) else np.array(shown)[:, 0]
    now = shown.index(present) if present in shown else None
    return Side(axis, values, now, True, len(listed) - len(shown))


def row_axis(scene: Scene) -> Axis:
    """Return what runs down the side: what was asked for, or the number under the cursor."""
    return scene.view.table.rows or scene.parameter


def column_axis(scene: Scene) -> Axis:
    """Return what runs across: what was asked for, or a default that suits the rows.

    The default is the bias of the current neuron; for that bias itself the neuron's first weight;
    for an input another input, if there is one.
    """
    rows, chosen = row_axis(scene), scene.view.table.columns
    if chosen is not None and not _overlap(rows, chosen) and not _overlap(chosen, rows):
        return chosen
    if isinstance(rows, WeightRow):
        return Bias(rows.layer_index, rows.neuron)
    bias = Bias(scene.layer_index, scene.neuron)
    if rows == bias:
        return Weight(scene.layer_index, scene.neuron, 0)
    if isinstance(rows, Input) and scene.session.network.n_features > 1:
        return Input(1 if rows.feature == 0 else 0)
    return bias


def _overlap(one: Axis, other: Axis) -> bool:
    """Whether the first is the second, or is the row that the second is a weight of."""
    if isinstance(one, WeightRow) and isinstance(other, Weight):
        return (one.layer_index, one.neuron) == (other.layer_index, other.neuron)
    return one == other


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
    down, across = sides_of(scene, most_rows, min(width // _MIN_COLUMN_WIDTH, _MAX_COLUMNS))
    pairs = grid_sweep(
        scene.session, (down.axis, down.values), (across.axis, across.values), scene.sample
    )
    side = down.headings(_DOWN)
    left = min(max(map(len, side)), width // 2)
    page = _readable(scene, across, pairs[:, :, scene.output], width - left)
    rows: list[list[Part]] = []
    if n_headings == 2:
        n_hidden = across.n_left_out + len(across.values) - len(page.top) if across.is_listed else 0
        for name_of in (partial(parameter_name, scene.session), parameter_code):
            left_name = _name(name_of(down.axis), "↓", down.n_left_out)
            names = f"{left_name}  {_name(name_of(across.axis), '→', n_hidden)}"
            if cell_len(names) <= width:
                break
        rows.append([(names, style.muted)])
    rows.append([(" " * left, style.plain)])
    for column, text in enumerate(page.top):
        rows[-1].append((text, style.accent if column == page.now else style.muted))
    for row, heading in enumerate(side):
        heading_look = style.accent if row == down.now else style.muted
        parts = [(fitted(heading, left, right=True), heading_look)]
        for column, text in enumerate(page.cells[row]):
            present = (row == down.now) + (column == page.now)
            parts.append((text, _cell_look(scene.palette, page.tints[row][column], present)))
        rows.append(parts)
    strips = [strip_of(parts, width, style.plain) for parts in rows]
    return filled(strips, width, height, style.plain)


@dataclass(frozen=True, slots=True)
class _Page:
    """The texts of the columns, the text and background of each cell, and the present column."""

    top: list[str]
    cells: list[list[str]]
    tints: list[list[RGB]]
    now: int | None


def _readable(scene: Scene, across: Side, activations: FloatArray, width: int) -> _Page:
    """As many columns as fit around the present one; activations: (n_rows, n_columns).

    The usual digits are used if more of them would leave too few columns to compare.
    """
    limits = scene.session.network.layers[-1].activation.limits
    top = across.headings(_ACROSS)
    for digits in (scene.view.digits, min(scene.view.digits, _USUAL_DIGITS)):
        columns = [
            aligned_at_the_point([format_within(out, limits, digits) for out in column])
            for column in activations.T.tolist()
        ]
        sizes = [1 + max(len(top[place]), len(column[0])) for place, column in enumerate(columns)]
        kept, size = _columns_that_fit(sizes, width, across.now or 0)
        if len(kept) >= _MIN_COLUMNS:
            break
    return _Page(
        [fitted(top[column], size, right=True) for column in kept],
        [
            [fitted(columns[column][row], size, right=True) for column in kept]
            for row in range(len(activations))
        ],
        _tints(scene, activations[:, kept]),
        None if across.now is None else across.now - kept.start,
    )


def _columns_that_fit(sizes: list[int], width: int, middle: int) -> tuple[range, int]:
    """The columns shown around the middle one, and their width."""
    for count in range(len(sizes), 1, -1):
        start = max(0, min(middle - count // 2, len(sizes) - count))
        kept = range(start, start + count)
        size = max(sizes[column] for column in kept)
        if count * size <= width:
            return kept, size
    return range(middle, middle + 1), min(sizes[middle], width)


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


def _name(name: str, arrow: str, n_hidden: int) -> str:
    more = f" ({n_hidden} more)" if n_hidden else ""
    return f"{safe(name)} {arrow}{more}"


def _in_one_line(scene: Scene) -> str:
    output = scene.output
    limits = scene.session.network.layers[-1].activation.limits
    out = format_within(float(scene.trace.outputs[0, output]), limits, scene.view.digits)
    return f"{safe(output_label(scene.session, output))} {out}"
