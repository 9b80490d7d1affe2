"""The Map view: the plane of two inputs in colours, with the samples and a probe on it."""

from __future__ import annotations

from decimal import Decimal
from math import floor, log10

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from engine import SetInput, SetSample
from engine.analysis.decision_map import decision_map
from engine.session.names import feature_name
from tui.drawing.axes import Axis, round_up
from tui.drawing.cells import filled, fitted, is_too_small, lines_of_text, looks, safe, strip_of
from tui.drawing.half_blocks import PIXELS_DOWN, half_block_strips
from tui.views.gestures import Arrow, ChooseNeuron, ChooseSample
from tui.views.map.content import activations_of, colours_of, content_of, content_title, shades_of
from tui.views.map.frame import frame_of, level_axis
from tui.views.map.legend import laid_out, legend_of
from tui.views.map.overlay import overlay, sample_at
from tui.views.map.plane import axes_of, centres, has_plane
from tui.views.map.small_maps import draw_small_maps, small_map_clicked
from tui.views.scene import Scene

_STEPS_ACROSS = 40
_MAX_LENGTH_BEFORE_HERE = 36
_MOVES: dict[Arrow, tuple[int, int]] = {
    "left": (0, -1),
    "right": (0, 1),
    "down": (1, -1),
    "up": (1, 1),
}
"""For each arrow, which of the two features it changes, and the sign of the step."""


def map_title(scene: Scene) -> str:
    """Return what is shown over which inputs, and its value at the probe."""
    if not has_plane(scene):
        return "A map needs two inputs"
    across, up = (safe(feature_name(scene.session, feature)) for feature in scene.view.map.features)
    if scene.view.map.content == "layer":
        return f"Neurons of layer {scene.layer_index + 1} over {across} and {up}, a map each"
    what, here = content_title(scene, content_of(scene))
    plane = f"over {across} and {up}"
    if cell_len(f"{what} {plane}") > _MAX_LENGTH_BEFORE_HERE:
        # A long title loses its end, and the axes have these names too.
        return f"{what}, here {here}, {plane}"
    return f"{what} {plane}, here {here}"


def draw_map(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the map with its two axes, or a small map of every neuron of the layer."""
    if not has_plane(scene):
        text = "A map needs two inputs; this network has one. In the pane Inputs, n adds another."
        return lines_of_text(text, width, height, scene.palette)
    if is_too_small(width, height):
        return lines_of_text(map_title(scene), width, height, scene.palette)
    axes = axes_of(scene)
    if scene.view.map.content == "layer":
        return draw_small_maps(scene, axes, width, height)
    frame = frame_of(scene, axes, width, height)
    content = content_of(scene)
    drawn = decision_map(
        scene.session,
        scene.view.map.features,
        centres(axes[0], frame.columns),
        centres(axes[1], frame.rows * PIXELS_DOWN)[::-1],
        scene.sample,
        content.layer_index,
    )
    activations = activations_of(drawn, content)
    pixels = shades_of(scene, content, activations)
    colours = colours_of(scene.palette, content.by_class, activations.shape[-1])
    marks = overlay(scene, content, pixels, axes)
    field = half_block_strips(pixels, colours, marks)
    style = looks(scene.palette)
    labels = frame.upright_labels(axes[1])
    strips = [
        Strip(
            [
                Segment(fitted(labels.get(row, ""), frame.gutter - 1, right=True), style.muted),
                Segment(" ", style.plain),
                *strip,
            ],
            frame.gutter + strip.cell_length,
        )
        for row, strip in enumerate(field)
    ]
    legend = legend_of(scene, content, marks, frame.legend_room * max(frame.legend_rows, 1))
    strips.append(strip_of(level_axis(scene, axes[0], frame, legend), width, style.plain))
    strips += [
        strip_of(row, width, style.plain)
        for row in laid_out(legend, frame.legend_room, frame.legend_rows, style.plain)
    ]
    return filled(strips, width, height, style.plain)


def map_moved(scene: Scene, arrow: Arrow) -> SetInput | None:
    """Return the probe's step: a nudge, or about a 40th of the map if that is more."""
    if not has_plane(scene):
        return None
    place, direction = _MOVES[arrow]
    feature, axis = scene.view.map.features[place], axes_of(scene)[place]
    step = max(scene.view.step, round_up(axis.high / _STEPS_ACROSS - axis.low / _STEPS_ACROSS))
    # Decimal, so that ten steps of 0.1 make 1.
    value = Decimal(repr(float(scene.trace.inputs[0, feature])))
    return SetInput(scene.sample, feature, float(value + direction * Decimal(repr(step))))


def map_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> SetSample | ChooseSample | ChooseNeuron | None:
    """Return the choice of the sample at a cell of the map, else the probe moved there.

    On small maps it is the choice of the neuron whose map is there.
    """
    if not has_plane(scene) or is_too_small(width, height):
        return None
    axes = axes_of(scene)
    if scene.view.map.content == "layer":
        return small_map_clicked(scene, width, height, column, row)
    frame = frame_of(scene, axes, width, height)
    place = column - frame.gutter
    if not (0 <= place < frame.columns and 0 <= row < frame.rows):
        return None
    sample = sample_at(scene, axes, frame.columns, frame.rows, place, row)
    if sample is not None:
        return ChooseSample(sample)
    inputs = scene.trace.inputs[0].copy()
    across, up = scene.view.map.features
    inputs[across] = _rounded(axes[0], frame.columns, place)
    inputs[up] = _rounded(axes[1], frame.rows, frame.rows - 1 - row)
    return SetSample(scene.sample, inputs)


def _rounded(axis: Axis, count: int, cell: int) -> float:
    """The middle of a cell, with just enough digits to distinguish it from its neighbours."""
    size = axis.high / count - axis.low / count
    return round(float(centres(axis, count)[cell]), -floor(log10(size)))
