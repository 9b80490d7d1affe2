"""The Picture view: inputs that are pixels, and a neuron's response to each of them."""

from __future__ import annotations

import sys
from functools import lru_cache

import numpy as np
from textual.strip import Strip

from engine import Input, Weight
from engine.nn.arrays import FloatArray
from engine.nn.backprop import neuron_gradients
from engine.session.names import feature_name
from engine.session.prediction import answer, expected_answer, is_right
from engine.text import format_given, format_number
from tui.drawing.axes import IntArray
from tui.drawing.cells import filled, fitted, is_too_small, looks, safe, strip_of, wrapped
from tui.drawing.half_blocks import PIXELS_DOWN, Mark, Marks, half_block_strips
from tui.drawing.palette import RGB, Palette, blended
from tui.views.gestures import Arrow
from tui.views.picture.grid import Fit, Grid, brightness, fit_of, grid_of
from tui.views.scene import Scene

_NO_PICTURE = (
    "A picture needs inputs that are pixels: named r1c1, r1c2 … row by row. The data set digits "
    "has them (C)."
)
_CURSOR = "◆"
_GAP = 3
_CAPTION = 1
_SHADES = 16
_BACKGROUND, _GREY = 0, 1
_MIDDLE = _GREY + _SHADES + _SHADES
"""The index of the colour for a weight of 0."""

_STRONGEST = 0.85
_MAX_FLOAT = sys.float_info.max
_STRONG = 0.5
_MOVES: dict[Arrow, tuple[int, int]] = {
    "left": (0, -1),
    "right": (0, 1),
    "up": (-1, 0),
    "down": (1, 0),
}


def picture_title(scene: Scene) -> str:
    """Return the number of the sample, what it is, and what the network takes it for."""
    session = scene.session
    if grid_of(session) is None:
        return "A picture needs pixels"
    title = f"Sample {scene.sample + 1}"
    taken_for = answer(session, scene.trace.outputs[0])
    if taken_for is None:
        return title
    targets = session.targets_or_unset[scene.sample]
    wanted = expected_answer(session, targets)
    if wanted is None:
        return f"{title}, taken for {safe(taken_for)}"
    right = is_right(session, scene.trace.outputs[0], targets)
    return f"{title} is {safe(wanted)}, taken for {safe(taken_for)} {'✓' if right else '✗'}"


def draw_picture(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the sample as a picture, and beside it the current neuron's response to the pixels."""
    style = looks(scene.palette)
    grid = grid_of(scene.session)
    if grid is None or is_too_small(width, height):
        text = wrapped(_NO_PICTURE if grid is None else picture_title(scene), width)
        rows = [strip_of([(line, style.plain)], width, style.plain) for line in text]
        return filled(rows, width, height, style.plain)
    fit, half = _fit(grid, width, height), (width - _GAP) // 2
    here = brightness(scene.session, grid, scene.trace.inputs[0])
    of_neuron, caption = _of_neuron(scene, grid)
    greys = _GREY + np.rint(fit.squares(here) * (_SHADES - 1)).astype(np.intp)
    strengths = fit.squares(_strengths(of_neuron))
    tints = _MIDDLE + np.rint(strengths * _SHADES).astype(np.intp)
    cursor = _cursor(scene, grid, fit)
    parts = [
        _picture(scene, f"sample {scene.sample + 1}", greys, cursor, fit, half),
        _picture(scene, caption, tints, _signs(scene, fit, strengths) | cursor, fit, half),
    ]
    gap = strip_of([], width - 2 * half, style.plain)
    strips = [Strip.join([one, gap, other]) for one, other in zip(*parts, strict=True)]
    if len(strips) < height:
        below = _pixel_text(scene, grid, of_neuron)
        strips.append(strip_of([(below, style.plain)], width, style.plain))
    return filled(strips, width, height, style.plain)


def move_in_picture(scene: Scene, arrow: Arrow) -> Input | Weight | None:
    """Return the pixel next to the one under the cursor, in the same picture."""
    grid = grid_of(scene.session)
    if grid is None:
        return None
    feature = _feature(scene, grid)
    if feature is None:
        return Input(0)
    row, column = divmod(feature, grid.columns)
    down, across = _MOVES[arrow]
    row, column = row + down, column + across
    if not (0 <= row < grid.rows and 0 <= column < grid.columns):
        return None
    feature = row * grid.columns + column
    if isinstance(scene.parameter, Weight):
        return Weight(0, scene.parameter.neuron, feature)
    return Input(feature)


def picture_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> Input | Weight | None:
    """Return the input of a pixel, or on the right its weight in a neuron of the first layer."""
    grid = grid_of(scene.session)
    if grid is None or is_too_small(width, height) or row < _CAPTION:
        return None
    fit, half = _fit(grid, width, height), (width - _GAP) // 2
    if column < half:
        feature = fit.feature_at(column, row - _CAPTION)
        return None if feature is None else Input(feature)
    feature = fit.feature_at(column - half - (width - 2 * half), row - _CAPTION)
    if feature is None or scene.layer_index > 0:
        return None if feature is None else Input(feature)
    return Weight(0, scene.neuron, feature)


def _fit(grid: Grid, width: int, height: int) -> Fit:
    return fit_of(grid, (width - _GAP) // 2, height - _CAPTION)


def _of_neuron(scene: Scene, grid: Grid) -> tuple[FloatArray, str]:
    """The effect of each pixel on the current neuron, (n_pixels,), and its name.

    For the first layer that is the weight, for a later one the derivative of the neuron's out.
    """
    name = scene.name_of(scene.neuron)
    if scene.layer_index == 0:
        return scene.layer.weights[scene.neuron, : grid.n_pixels], f"weights of {name}"
    derivatives = neuron_gradients(scene.trace, scene.layer_index, scene.neuron).inputs[0]
    none = "" if derivatives.any() else ", all 0 here"
    return derivatives[: grid.n_pixels], f"slopes of {name}{none}"


def _strengths(values: FloatArray) -> FloatArray:
    """The values scaled to -1 … 1, with the largest in size at an end; NaN becomes 0."""
    known = np.nan_to_num(values, nan=0.0, posinf=_MAX_FLOAT, neginf=-_MAX_FLOAT)
    largest = float(np.abs(known).max())
    if largest == 0:
        return known
    with np.errstate(all="ignore"):
        return np.clip(known / largest, -1, 1)


def _picture(
    scene: Scene, caption: str, squares: IntArray, marks: Marks, fit: Fit, width: int
) -> list[Strip]:
    """A caption, and below it a picture with squares of these colours."""
    style = looks(scene.palette)
    pixels = squares.repeat(fit.zoom, axis=0).repeat(fit.zoom, axis=1)
    missing = fit.height * PIXELS_DOWN - len(pixels)
    pixels = np.pad(pixels, ((0, missing), (0, 0)), constant_values=_BACKGROUND)
    strips = half_block_strips(pixels, _colours(scene.palette), marks)
    margin = strip_of([], width - fit.width, style.plain)
    heading = strip_of([(fitted(caption, width), style.muted)], width, style.plain)
    return [heading, *(Strip.join([strip, margin]) for strip in strips)]


def _signs(scene: Scene, fit: Fit, strengths: FloatArray) -> Marks:
    """A sign in the middle of every strong square, if squares are large enough."""
    if fit.zoom < PIXELS_DOWN:
        strong = np.abs(strengths) >= _STRONG
        strong[::2], strong[:, ::2] = False, False
    else:
        strong = np.abs(strengths) >= _STRONG
    marks: Marks = {}
    for down, across in np.argwhere(strong).tolist():
        sign = "+" if strengths[down, across] > 0 else "-"
        marks[fit.cell_of_square(down, across)] = Mark(sign, scene.palette.foreground, True)
    return marks


def _cursor(scene: Scene, grid: Grid, fit: Fit) -> Marks:
    """The mark of the pixel under the cursor."""
    feature = _feature(scene, grid)
    if feature is None:
        return {}
    palette = scene.palette
    return {fit.cell_of(feature): Mark(_CURSOR, palette.accent, True, palette.background)}


def _feature(scene: Scene, grid: Grid) -> int | None:
    """The pixel whose input or first-layer weight is under the cursor."""
    match scene.parameter:
        case Input(feature):
            pixel = feature
        case Weight(0, _, input):
            pixel = input
        case _:
            return None
    return pixel if pixel < grid.n_pixels else None


def _pixel_text(scene: Scene, grid: Grid, of_neuron: FloatArray) -> str:
    """The numbers of the pixel under the cursor, or how to get to one."""
    feature = _feature(scene, grid)
    if feature is None:
        return "arrows move to a pixel"
    name = safe(feature_name(scene.session, feature))
    value = format_given(float(scene.trace.inputs[0, feature]), scene.view.digits)
    what = "weight" if scene.layer_index == 0 else "slope"
    whose = scene.name_of(scene.neuron)
    return (
        f"{name} {value}, {what} of {whose} {format_number(of_neuron[feature], scene.view.digits)}"
    )


@lru_cache(maxsize=8)
def _colours(palette: Palette) -> list[RGB]:
    """The background, greys from dark to bright, and tints from negative to positive."""
    background = palette.background
    greys = [
        blended(background, palette.foreground, place / (_SHADES - 1)) for place in range(_SHADES)
    ]
    tints = [
        blended(
            background,
            palette.positive if place > 0 else palette.negative,
            abs(place) / _SHADES * _STRONGEST,
        )
        for place in range(-_SHADES, _SHADES + 1)
    ]
    return [background, *greys, *tints]
