"""The Map view: the plane of two inputs in colours, with the samples and a probe on it."""

from __future__ import annotations

from decimal import Decimal
from math import floor, log10

from rich.cells import cell_len
from textual.strip import Strip

from engine import SetInput, SetSample
from engine.decision_map import decision_map
from engine.numbers import format_number
from engine.parameters import feature_name
from tui.plots.axes import Axis, round_up
from tui.plots.cells import cut, filled, fitted, is_too_small, lines_of_text, looks, safe, strip_of
from tui.plots.gestures import Arrow, ChooseNeuron, ChooseSample
from tui.plots.half_blocks import PIXELS_DOWN, half_block_strips
from tui.plots.map_content import colours_of, content_of, content_title, outs_of, shades_of
from tui.plots.map_overlay import overlay
from tui.plots.map_plane import axes_of, centres, has_plane
from tui.plots.map_samples import sample_at
from tui.plots.scene import Scene
from tui.plots.small_maps import draw_small_maps, small_map_clicked

_WIDEST_NAME = 8
_STEPS_ACROSS = 40
_MOVES: dict[Arrow, tuple[int, int]] = {
    "left": (0, -1),
    "right": (0, 1),
    "down": (1, -1),
    "up": (1, 1),
}
"""For each arrow, which of the two features it moves and which way."""


def map_title(scene: Scene) -> str:
    """Return what is shown over which inputs, and what it is at the probe."""
    if not has_plane(scene):
        return "A map needs two inputs"
    across, up = (safe(feature_name(scene.session, feature)) for feature in scene.map.features)
    if scene.map.content == "layer":
        return f"Layer {scene.layer_index + 1} over {across} and {up}, a map for each neuron"
    what, here = content_title(scene, content_of(scene))
    return f"{what} over {across} and {up}, here {here}"


def draw_map(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the map with its two axes, or small ones of every neuron of the layer."""
    if not has_plane(scene):
        text = "A map needs two inputs; this network has one."
        return lines_of_text(text, width, height, scene.palette)
    if is_too_small(width, height):
        return lines_of_text(map_title(scene), width, height, scene.palette)
    axes = axes_of(scene)
    if scene.map.content == "layer":
        return draw_small_maps(scene, axes, width, height)
    gutter = _gutter(scene, axes[1])
    columns, rows = width - gutter, height - 1
    content = content_of(scene)
    drawn = decision_map(
        scene.session,
        scene.map.features,
        centres(axes[0], columns),
        centres(axes[1], rows * PIXELS_DOWN)[::-1],
        scene.sample,
        content.layer_index,
    )
    outs = outs_of(drawn, content)
    pixels = shades_of(scene, content, outs)
    colours = colours_of(scene.palette, content.by_class, outs.shape[-1])
    field = half_block_strips(pixels, colours, overlay(scene, content, pixels, axes))
    style = looks(scene.palette)
    labels = {0: _number(axes[1].high), rows // 2: _name(scene, 1), rows - 1: _number(axes[1].low)}
    strips = [
        Strip.join(
            [
                strip_of(
                    [(fitted(labels.get(row, ""), gutter - 1, right=True), style.muted)],
                    gutter,
                    style.plain,
                ),
                strip,
            ]
        )
        for row, strip in enumerate(field)
    ]
    bottom = " " * gutter + _across_labels(scene, axes[0], columns)
    strips.append(strip_of([(bottom, style.muted)], width, style.plain))
    return filled(strips, width, height, style.plain)


def map_moved(scene: Scene, arrow: Arrow) -> SetInput | None:
    """Return the probe's step: a nudge, or about a 40th of the map where that is more."""
    if not has_plane(scene):
        return None
    place, direction = _MOVES[arrow]
    feature, axis = scene.map.features[place], axes_of(scene)[place]
    step = max(scene.step, round_up(axis.high / _STEPS_ACROSS - axis.low / _STEPS_ACROSS))
    # Decimal, so that ten steps of 0.1 are 1.
    value = Decimal(repr(float(scene.trace.inputs[0, feature])))
    return SetInput(scene.sample, feature, float(value + direction * Decimal(repr(step))))


def map_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> SetSample | ChooseSample | ChooseNeuron | None:
    """Return the choice of the sample at a place of the map, else the probe there.

    On small maps it is the choice of the neuron whose map is there.
    """
    if not has_plane(scene) or is_too_small(width, height):
        return None
    axes = axes_of(scene)
    if scene.map.content == "layer":
        return small_map_clicked(scene, width, height, column, row)
    gutter = _gutter(scene, axes[1])
    columns, rows = width - gutter, height - 1
    if not (gutter <= column < width and 0 <= row < rows):
        return None
    sample = sample_at(scene, axes, columns, rows, column - gutter, row)
    if sample is not None:
        return ChooseSample(sample)
    inputs = scene.trace.inputs[0].copy()
    across, up = scene.map.features
    inputs[across] = _rounded(axes[0], columns, column - gutter)
    inputs[up] = _rounded(axes[1], rows, rows - 1 - row)
    return SetSample(scene.sample, inputs)


def _rounded(axis: Axis, count: int, cell: int) -> float:
    """The middle of a cell, to no more digits than tell it from the cells beside it."""
    size = axis.high / count - axis.low / count
    return round(float(centres(axis, count)[cell]), -floor(log10(size)))


def _gutter(scene: Scene, axis: Axis) -> int:
    labels = (_number(axis.high), _number(axis.low), _name(scene, 1))
    return max(map(cell_len, labels)) + 1


def _number(value: float) -> str:
    return format_number(value)


def _name(scene: Scene, place: int) -> str:
    return cut(safe(feature_name(scene.session, scene.map.features[place])), _WIDEST_NAME)


def _across_labels(scene: Scene, axis: Axis, width: int) -> str:
    """The ends of the axis, and between them the name of the input."""
    low, name, high = _number(axis.low), _name(scene, 0), _number(axis.high)
    room = width - len(low) - len(high)
    if room < cell_len(name) + 2:
        return fitted(low, width - len(high)) + high if room > 0 else cut(low, width)
    left = (room - cell_len(name)) // 2
    return f"{low}{' ' * left}{name}{' ' * (room - left - cell_len(name))}{high}"
