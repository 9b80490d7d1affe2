"""The What if view: the outputs against the selected weight, bias or input."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from engine.analysis.sweep import sweep
from engine.nn.arrays import FloatArray
from engine.nn.parameters import Input, Weight
from engine.session.metrics import THRESHOLD
from engine.session.names import feature_name, output_label, parameter_name, parameter_value
from engine.text import format_given, format_within
from tui.drawing.axes import Axis, IntArray, Tick, axis_around, doubled, symmetrical_axis
from tui.drawing.cells import cut, is_too_small, lines_of_text, safe
from tui.drawing.figure import Frame, Line, Mark, Note, draw_figure
from tui.drawing.palette import RGB
from tui.views.scene import Scene

_FIRST_RADIUS = 2.0
_ROOM_AROUND_A_VALUE = 1.25
_WIDER = (2, 4)
# In sixteenths of the radius: close together within it, a quarter of it apart beyond.
_PLACES = np.array([*range(-64, -16, 4), *range(-16, 17), *range(20, 65, 4)]) / 16

_ROOM_AROUND_A_SHARE = 0.05
_PRESENT, _REMEMBERED = "●", "◌"
_MAX_NAME_WIDTH = 10
_MIN_WIDTH_WITH_NAMES = 28
_FLAT = 1e-9
_MAX_NAME_LENGTH = 17
"""The room left beside the question in the narrowest of two panes side by side."""


def shown_outputs(scene: Scene) -> range:
    """Return the outputs that get a line: as many as there are colours, including the current."""
    n_outputs = scene.session.network.n_outputs
    most = len(scene.palette.series)
    start = max(0, min(scene.output - most // 2, n_outputs - most))
    return range(start, min(start + most, n_outputs))


def what_if_radius(scene: Scene, value: float) -> float:
    """Return the radius r such that the lines are drawn from -r to r.

    It is the least of 2, 4, 8 … with room around the present `value`. If the answer does not turn
    within it, but does within four times as much, it is the least that shows the turn. It does not
    depend on `value` otherwise, so the picture stands still as the value is nudged.
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
    """The indices of the points whose successor has another answer, (n_turns,).

    outputs: (n_points, n_outputs).
    """
    # max propagates NaN.
    largest: FloatArray = outputs.max(axis=1)
    numbers = ~np.isnan(largest)
    if scene.session.task == "multiclass":
        chosen = outputs.argmax(axis=1)[:, np.newaxis]
    else:
        chosen = (outputs[:, shown_outputs(scene)] >= THRESHOLD).astype(np.intp)
    changes = np.diff(chosen, axis=0).any(axis=1)
    return np.flatnonzero(changes & numbers[1:] & numbers[:-1])


def what_if_title(scene: Scene) -> str:
    """Return the question, naming the output if that is not obvious."""
    title = f"What if {_name_that_fits(scene)} changed?"
    shown = shown_outputs(scene)
    n_outputs = scene.session.network.n_outputs
    if len(shown) < n_outputs:
        first, last = (
            safe(output_label(scene.session, output)) for output in (shown[0], shown[-1])
        )
        return f"{title} {first}…{last} of {n_outputs} outputs"
    if not scene.is_output or n_outputs > 1:
        answer = safe(output_label(scene.session, 0)) if n_outputs == 1 else "the outputs"
        return f"{title} Then {answer}:"
    return title


def _name_that_fits(scene: Scene) -> str:
    """The name of the parameter, with x1 for a feature whose own name is too long."""
    name = safe(parameter_name(scene.session, scene.parameter))
    match scene.parameter:
        case Weight(0, _, feature) | Input(feature) if cell_len(name) > _MAX_NAME_LENGTH:
            return name.replace(safe(feature_name(scene.session, feature)), f"x{feature + 1}")
    return name


def draw_what_if(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a line per output over a range of the parameter, with the present values marked."""
    shown = shown_outputs(scene)
    value = parameter_value(scene.session, scene.parameter, scene.sample)
    if is_too_small(width, height):
        return lines_of_text(_in_one_line(scene, shown, value), width, height, scene.palette)
    radius = what_if_radius(scene, value)
    values = np.linspace(-radius, radius, width | 1)
    outputs = sweep(scene.session, scene.parameter, values, scene.sample).outputs[:, shown]
    present = scene.trace.outputs[0, shown]
    names = _names(scene, shown) if len(shown) > 1 and width >= _MIN_WIDTH_WITH_NAMES else []
    margin = max(map(cell_len, names)) + 1 if names else 0
    tick = Tick(value, format_given(value, scene.view.digits), scene.palette.accent)
    y_axis = _y_axis(scene, np.vstack([outputs, present]))
    frame = Frame.around(symmetrical_axis(radius, tick), y_axis, width, height, margin)
    colors = scene.palette.series[: len(shown)]
    return draw_figure(
        frame,
        scene.palette,
        [
            *_ghost_lines(scene, shown, values),
            *(Line(values, outputs[:, place], colors[place]) for place in range(len(shown))),
        ],
        [*_ghost_dots(scene, frame, shown), *_dots(scene, frame, value, present)],
        [*_names_at_the_end(frame, names, outputs[-1], colors), *_notes(scene, frame, outputs)],
        level=_level(scene, frame),
    )


def _ghost_lines(scene: Scene, shown: Sequence[int], values: FloatArray) -> list[Line]:
    """The lines of the remembered network over the same range, if they differ."""
    if scene.workspace.ghost is None or scene.workspace.ghost.session is scene.session:
        return []
    remembered = sweep(
        scene.workspace.ghost.session, scene.parameter, values, scene.workspace.ghost.sample
    ).outputs
    return [Line(values, remembered[:, output], scene.palette.muted) for output in shown]


def _ghost_dots(scene: Scene, frame: Frame, shown: Sequence[int]) -> list[Mark]:
    """The marks of the remembered value and outputs, if they differ."""
    if scene.workspace.ghost is None:
        return []
    before = parameter_value(
        scene.workspace.ghost.session, scene.parameter, scene.workspace.ghost.sample
    )
    outputs = scene.workspace.ghost.trace.outputs[0, shown]
    now = parameter_value(scene.session, scene.parameter, scene.sample)
    if before == now and (outputs == scene.trace.outputs[0, shown]).all():
        return []
    return [
        frame.mark(before, output, _REMEMBERED, scene.palette.muted)
        for output in outputs.tolist()
        if frame.x.holds(before) and frame.y.holds(output)
    ]


def _in_one_line(scene: Scene, shown: Sequence[int], value: float) -> str:
    limits = scene.session.network.layers[-1].activation.limits
    activations = ", ".join(
        f"{safe(output_label(scene.session, output))} "
        f"{format_within(scene.trace.outputs[0, output], limits, scene.view.digits)}"
        for output in shown
    )
    name = safe(parameter_name(scene.session, scene.parameter))
    return f"{activations} at {name} {format_given(value, scene.view.digits)}"


def _y_axis(scene: Scene, outputs: FloatArray) -> Axis:
    """The axis from 0 to 1 for outputs in that range, else one between round numbers."""
    low, high = scene.session.network.layers[-1].activation.limits
    if (low, high) == (0.0, 1.0):
        ticks = (Tick(0.0, "0"), Tick(1.0, "1"), Tick(THRESHOLD, "0.5"))
        return Axis(-_ROOM_AROUND_A_SHARE, 1 + _ROOM_AROUND_A_SHARE, ticks)
    if math.isfinite(low) and math.isfinite(high) and low < high:
        return axis_around(low, high)
    finite = outputs[np.isfinite(outputs)]
    if not finite.size:
        return axis_around(0.0, 0.0)
    return axis_around(float(finite.min()), float(finite.max()))


def _level(scene: Scene, frame: Frame) -> float | None:
    """The output at which the answer turns, if there are classes."""
    bounded = scene.session.network.layers[-1].activation.limits == (0.0, 1.0)
    turns = scene.session.task == "binary" or (scene.session.task == "multiclass" and bounded)
    return THRESHOLD if turns and frame.y.holds(THRESHOLD) else None


def _dots(scene: Scene, frame: Frame, value: float, present: FloatArray) -> list[Mark]:
    """The marks of the present value on every line."""
    color = scene.palette.accent
    return [
        frame.mark(value, output, _PRESENT, color)
        for output in present.tolist()
        if not math.isnan(output)
    ]


def _names(scene: Scene, shown: Sequence[int]) -> list[str]:
    return [cut(safe(output_label(scene.session, output)), _MAX_NAME_WIDTH) for output in shown]


def _names_at_the_end(
    frame: Frame, names: list[str], last: FloatArray, colors: Sequence[RGB]
) -> list[Note]:
    """The names of the lines beside their right ends, each in a row of its own.

    A name goes to the nearest free row; if there are more names than rows, the later ones are left
    out.
    """
    free = set(range(frame.canvas_height))
    notes = []
    for name, out, color in zip(names, last.tolist(), colors, strict=False):
        if not free or math.isnan(out):
            continue
        wanted = frame.row(out)
        row = min(free, key=lambda place: (abs(place - wanted), place))
        free.remove(row)
        notes.append(Note(frame.canvas_width + 1, row, name, color))
    return notes


def _notes(scene: Scene, frame: Frame, outputs: FloatArray) -> list[Note]:
    """Notes on what the lines do not show: that nothing changes, or that there is no line."""
    finite = np.isfinite(outputs)
    if not finite.any():
        return [Note(1, 0, "the outputs are not numbers", scene.palette.muted)]
    if not finite.all() or not _is_flat(outputs):
        return []
    taken = [frame.row(out) for out in outputs[0].tolist()]
    row = max(range(frame.canvas_height), key=lambda row: min(abs(row - other) for other in taken))
    words = "flat: it changes nothing"
    fits = 1 + len(words) <= frame.canvas_width
    return [Note(1, row, words if fits else "flat", scene.palette.muted)]


def _is_flat(outputs: FloatArray) -> bool:
    """Whether no line varies by more than rounding."""
    with np.errstate(all="ignore"):
        change = np.ptp(outputs, axis=0)
        return bool((change <= _FLAT * np.abs(outputs).max(axis=0)).all())
