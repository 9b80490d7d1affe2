"""The Curve view: the activation function with a dot for every neuron of the layer."""

from __future__ import annotations

import math

import numpy as np
from textual.strip import Strip

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.text import format_number, format_within
from tui.drawing.axes import Tick, symmetrical_axis
from tui.drawing.cells import is_too_small, lines_of_text
from tui.drawing.figure import Caption, Frame, Label, Line, Mark, Note, draw_figure
from tui.drawing.palette import RGB
from tui.views.curve.axes import curve_radius, jump_of, out_axis
from tui.views.curve.softmax_bars import draw_shares
from tui.views.scene import Scene

_FAR_BELOW = -1e4
_REACH, _SHORT_REACH = 0.5, 0.3
"""How far the tangent goes to either side, as a share of the radius; in few rows it would hide the
curve."""
_NOTHING = 1e-9

_MIN_WITH_NAMES = 9
_MAX_NAMES = 8

_SELECTED, _OTHER, _REMEMBERED = "●", "○", "◌"
_BELONGS, _DOES_NOT_BELONG = "•", "◦"


def short_description(activation: Activation) -> str:
    """Return the activation's name and what it does: "sigmoid, z into 0…1"."""
    return f"{activation.name}, {_effect(activation)}"


def _effect(activation: Activation) -> str:
    kind = ACTIVATIONS[activation.name]
    if kind.short:
        return kind.filled(kind.short, map(_number, activation.parameters))
    low, high = activation.limits
    if low == high:
        return f"always {_number(low)}"
    if math.isfinite(low) and math.isfinite(high):
        into = "z cut to" if activation.piecewise_linear else "z into"
        return f"{into} {_number(low)}…{_number(high)}"
    if high == 0:
        return "never above 0"
    with np.errstate(all="ignore"):
        far_below = float(activation.forward(np.array([_FAR_BELOW]))[0])
    if not math.isfinite(far_below):
        return "far down below 0"
    if abs(far_below) > _NOTHING:
        return f"levels off at {_number(far_below)}"
    return "off below 0" if activation.piecewise_linear else "fades to 0 below 0"


def _number(value: float) -> str:
    return format_number(value, 2)


def curve_title(scene: Scene) -> str:
    """Return what the current neuron does with its sum."""
    return f"{scene.name_of(scene.neuron)}: {short_description(scene.layer.activation)}"


def _derivative(scene: Scene) -> float | None:
    """f'(z) of the current neuron; None if its out depends on the whole layer, or is no number."""
    activation = scene.layer.activation
    z = scene.trace.layers[scene.layer_index].pre_activations[0, [scene.neuron]]
    if activation.row_wise or not math.isfinite(z[0]):
        return None
    with np.errstate(all="ignore"):
        derivative = float(activation.derivative(z)[0])
    return derivative if math.isfinite(derivative) else None


def draw_curve(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the curve with its dots, or bars if each out depends on the whole layer."""
    layer = scene.layer
    if is_too_small(width, height):
        return lines_of_text(_in_one_line(scene), width, height, scene.palette)
    if layer.activation.row_wise:
        return draw_shares(scene, width, height)
    sums = scene.trace.layers[scene.layer_index].pre_activations[0]
    radius = curve_radius(layer.activation, sums, scene.neuron)
    z = float(sums[scene.neuron])
    present = Tick(z, format_number(z, scene.view.digits), scene.palette.accent)
    frame = Frame.around(
        symmetrical_axis(radius, present), out_axis(layer.activation, radius), width, height
    )
    color = scene.palette.series[0]
    dots = _dots(scene, frame)
    n_points = 2 * (frame.canvas_width // 2) + 1
    return draw_figure(
        frame,
        scene.palette,
        [
            *_ghost_lines(scene, radius, n_points),
            *_lines(layer.activation, radius, n_points, color),
            *_tangent(scene, radius, height),
        ],
        [*_ends(layer.activation, frame, color), *_ghost_dots(scene, frame), *dots],
        _notes(scene, frame, z),
        [*_caption(scene), *(_labels(scene, frame, dots) if height >= _MIN_WITH_NAMES else ())],
    )


def _in_one_line(scene: Scene) -> str:
    trace = scene.trace.layers[scene.layer_index]
    z = float(trace.pre_activations[0, scene.neuron])
    a = float(trace.activations[0, scene.neuron])
    activation = scene.layer.activation
    out = format_within(a, activation.limits, scene.view.digits)
    sum_z = format_number(z, scene.view.digits)
    return f"{scene.name_of(scene.neuron)} {out}: {activation.text} of z {sum_z}"


def _lines(activation: Activation, radius: float, n_points: int, color: RGB) -> list[Line]:
    """The curve as one line, or as two if it jumps."""
    jump = jump_of(activation)
    if jump is None or not -radius < jump < radius:
        pieces = [np.linspace(-radius, radius, n_points)]
    else:
        above = np.nextafter(jump, math.inf)
        pieces = [
            np.linspace(-radius, jump, n_points // 2),
            np.linspace(above, radius, n_points // 2),
        ]
    with np.errstate(all="ignore"):
        return [Line(z, activation.forward(z), color) for z in pieces]


def _caption(scene: Scene) -> list[Caption]:
    """The slope of the tangent, if there is one."""
    derivative = _derivative(scene)
    if derivative is None:
        return []
    return [Caption(f" slope {format_number(derivative, scene.view.digits)}", scene.palette.accent)]


def _tangent(scene: Scene, radius: float, height: int) -> list[Line]:
    """The straight line that the curve is near the current neuron's dot, if that is on the axes."""
    trace, derivative = scene.trace.layers[scene.layer_index], _derivative(scene)
    z, a = (float(numbers[0, scene.neuron]) for numbers in trace)
    if derivative is None or not -radius < z < radius:
        return []
    reach = (_REACH if height >= _MIN_WITH_NAMES else _SHORT_REACH) * radius
    ends = np.array([max(z - reach, -radius), min(z + reach, radius)])
    return [Line(ends, a + derivative * (ends - z), scene.palette.accent)]


def _ends(activation: Activation, frame: Frame, color: RGB) -> list[Mark]:
    """The marks at a jump that show which of the two ends belongs to the curve."""
    jump = jump_of(activation)
    if jump is None or not frame.x.holds(jump):
        return []
    below, above = activation.forward(np.array([jump, np.nextafter(jump, math.inf)])).tolist()
    return [
        frame.mark(jump, above, _DOES_NOT_BELONG, color),
        frame.mark(jump, below, _BELONGS, color),
    ]


def _dots(scene: Scene, frame: Frame) -> list[Mark]:
    """One mark for every cell with a neuron in it, that of the selected neuron last."""
    trace = scene.trace.layers[scene.layer_index]
    z, a = trace.pre_activations[0], trace.activations[0]
    cells = np.stack(
        [
            frame.x.cells(z, frame.canvas_width),
            frame.y.cells(a, frame.canvas_height, down=True),
        ]
    )
    drawable = ~(np.isnan(z) | np.isnan(a))
    elsewhere = (cells != cells[:, [scene.neuron]]).any(axis=0) | ~drawable[scene.neuron]
    others = np.flatnonzero(drawable & elsewhere)
    _, firsts = np.unique(cells[:, others], axis=1, return_index=True)
    places = others[firsts].tolist()
    marks = [
        frame.mark(*point, _OTHER, scene.palette.foreground)
        for point in zip(z[places].tolist(), a[places].tolist(), strict=True)
    ]
    if drawable[scene.neuron]:
        point = float(z[scene.neuron]), float(a[scene.neuron])
        marks.append(frame.mark(*point, _SELECTED, scene.palette.accent))
    return marks


def _ghost_lines(scene: Scene, radius: float, n_points: int) -> list[Line]:
    """The remembered curve, if it differs."""
    if scene.workspace.ghost is None:
        return []
    remembered = scene.workspace.ghost.session.network.layers[scene.layer_index].activation
    if remembered == scene.layer.activation or remembered.row_wise:
        return []
    return _lines(remembered, radius, n_points, scene.palette.muted)


def _ghost_dots(scene: Scene, frame: Frame) -> list[Mark]:
    """Marks where the neurons that moved were before, if that is within the axes."""
    if scene.workspace.ghost is None:
        return []
    before, after = (one.trace.layers[scene.layer_index] for one in (scene.workspace.ghost, scene))
    moved = (before.pre_activations != after.pre_activations)[0]
    moved |= (before.activations != after.activations)[0]
    return [
        frame.mark(z, a, _REMEMBERED, scene.palette.muted)
        for z, a, is_other in zip(
            before.pre_activations[0].tolist(), before.activations[0].tolist(), moved, strict=True
        )
        if is_other and frame.x.holds(z) and frame.y.holds(a)
    ]


def _labels(scene: Scene, frame: Frame, dots: list[Mark]) -> list[Label]:
    """The names of the neurons at their dots, the selected one first; none for large layers."""
    if scene.layer.n_neurons > _MAX_NAMES:
        return []
    names: dict[tuple[int, int], list[str]] = {}
    trace = scene.trace.layers[scene.layer_index]
    for neuron, (z, a) in enumerate(zip(*(array[0].tolist() for array in trace), strict=True)):
        if not (math.isnan(z) or math.isnan(a)):
            names.setdefault((frame.column(z), frame.row(a)), []).append(scene.name_of(neuron))
    return [Label(dot, " ".join(names[dot.column, dot.row])) for dot in reversed(dots)]


def _notes(scene: Scene, frame: Frame, z: float) -> list[Note]:
    """A note with the sum of the current neuron, if it has no place on the axis."""
    if frame.x.holds(z):
        return []
    color = scene.palette.accent
    text = f"z {format_number(z, scene.view.digits)}"
    if math.isnan(z):
        return [Note(1, 0, f"{text} has no place on the curve", color)]
    out = float(scene.trace.layers[scene.layer_index].activations[0, scene.neuron])
    row = frame.row(out) if not math.isnan(out) else 0
    row += 1 if row < frame.canvas_height // 2 else -1
    return [Note(frame.canvas_width - len(text) if z > 0 else 0, row, text, color)]
