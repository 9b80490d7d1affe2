"""The Loss view: how the loss falls as the network learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from engine.nn.arrays import FloatArray
from engine.session.loss import has_targets
from tui.drawing.axes import Axis
from tui.drawing.braille import DOTS_ACROSS
from tui.drawing.cells import filled, is_too_small, lines_of_text, looks, strip_of, wrapped
from tui.drawing.figure import Frame, Label, Line, Mark, Note, draw_figure
from tui.drawing.palette import RGB
from tui.state.run_record import RunRecord, since
from tui.views.answers import losses_now
from tui.views.loss.axes import (
    curves_of,
    epoch_axis,
    ghosts_of,
    loss_axis,
    loss_text,
    power_axis,
    thinned,
    to_powers,
)
from tui.views.scene import Scene

HOW_TO_START = "space trains; L sets how."
_TRAIN, _TEST, _GHOST = "●", "○", "·"
_MAX_GHOSTS = 4
_MIN_WIDTH_WITH_NAMES = 50
_ROWS_WITH_TEXT = 8
_FLAT_BELOW = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class _Curve:
    """One line of a run: its name with the last loss, its mark, and its losses, each `stride`."""

    name: str
    glyph: str
    losses: FloatArray
    stride: int
    colour: RGB


def loss_title(scene: Scene) -> str:
    """Return the present losses, or those after the last whole epoch if the present are unknown."""
    run = scene.workspace.run
    if run is None:
        now = losses_now(scene.session)
        if not has_targets(scene.session):
            return "Nothing to learn yet"
        if isinstance(now, str):
            return "No loss for these outputs"
        # Undo and redo may lead to trained numbers without leading back into their run.
        state = "no run in progress" if scene.workspace.runs else "not trained yet"
        if now is None:
            return state.capitalize()
        # A lesson may begin with trained numbers, or train them to show how a step is done.
        of_run = "" if scene.workspace.lesson else f", {state}"
        return f"Loss {loss_text(now[0], scene.view.digits)}{of_run}"
    epochs = f"{run.epochs:,} epoch{'s' * (run.epochs != 1)}"
    then = _both(run.last_losses, scene.view.digits)
    if run.losses_are_of(scene.session):
        return f"Loss {then}, after {epochs}"
    now = _losses_since(scene, run)
    if now is None:
        return f"After {epochs}: loss {then}"
    return f"Loss {now}, {loss_text(run.last_losses[0], scene.view.digits)} after {epochs}"


def _losses_since(scene: Scene, run: RunRecord) -> str | None:
    """The present losses, if they are known and differ from those after the last whole epoch."""
    # In training, the numbers change before their loss could be read.
    if scene.workspace.is_training or run.losses_are_of(scene.session):
        return None
    now = losses_now(scene.session)
    if not isinstance(now, tuple):
        return None
    return f"{since(run, scene.session)} {_both(now, scene.view.digits)}"


def _both(losses: tuple[float, float | None], digits: int) -> str:
    """Both losses as text: "0.0123 train, 0.0150 test"."""
    train, test = losses
    text = f"{loss_text(train, digits)} train"
    return text if test is None else f"{text}, {loss_text(test, digits)} test"


def draw_loss(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the losses of the present run over its epochs, and those of earlier ones in grey."""
    run, style = scene.workspace.run, looks(scene.palette)
    if run is None:
        return _without_a_run(scene, width, height)
    if is_too_small(width, height):
        return lines_of_text(loss_title(scene), width, height, scene.palette)
    now = _losses_since(scene, run)
    remarks = [f"stopped: {run.stopped_because}"] if run.stopped_because else []
    remarks += [] if now is None else [now]
    if not scene.view.log_scale and _is_flat(run):
        remarks.append("Y: log scale")
    below = " · ".join(remarks) if height >= _ROWS_WITH_TEXT else ""
    curves = _curves(scene, run, "" if now is None else " then")
    ghosts = ghosts_of(run, scene.workspace.runs, _MAX_GHOSTS)
    names = [curve.name for curve in curves]
    beside = width >= _MIN_WIDTH_WITH_NAMES
    margin = max(map(cell_len, names)) + 1 if beside else 0
    x_axis, y_axis = _axes(scene, run, curves, ghosts)
    frame = Frame.around(x_axis, y_axis, width, height - bool(below), margin)
    columns = frame.canvas_width * DOTS_ACROSS
    beside_it = [_ghost(scene, ghost) for ghost in ghosts]
    # The training losses matter most and lie on top.
    lines = [
        _line(scene, y_axis, x_axis, curve, columns) for curve in [*beside_it, *reversed(curves)]
    ]
    ends = [_end(scene, frame, curve) for curve in curves]
    labels = [Label(mark, curve.name) for curve in beside_it if (mark := _end(scene, frame, curve))]
    marks = [label.mark for label in labels] + [mark for mark in reversed(ends) if mark]
    notes = _names_beside(frame, curves, ends) if beside else _names_above(frame, curves)
    if not scene.view.log_scale and not y_axis.holds(first := float(curves[0].losses[0])):
        text = f"▲ {loss_text(first, scene.view.digits)} at the start"
        notes.append(Note(1, 0, text, scene.palette.muted))
    strips = draw_figure(frame, scene.palette, lines, marks, notes, labels)
    if below:
        strips.append(strip_of([(below, style.muted)], width, style.plain))
    return filled(strips, width, height, style.plain)


def _is_flat(run: RunRecord) -> bool:
    """Whether half of the epochs lie so low that a linear axis shows a flat line."""
    losses = run.losses[np.isfinite(run.losses)]
    later = losses[len(losses) // 2 :]
    return len(losses) > 2 and float(later.max()) < _FLAT_BELOW * float(losses[1:].max())


def _without_a_run(scene: Scene, width: int, height: int) -> list[Strip]:
    """The present loss, and how to start training."""
    style = looks(scene.palette)
    now = losses_now(scene.session)
    if not has_targets(scene.session):
        sentences = [
            "There is nothing to learn yet: training needs targets.",
            "C chooses data, or type a target beside an output.",
        ]
    elif isinstance(now, str):
        sentences = [f"No loss: {now}.", "L chooses another loss, C other data."]
    else:
        sentences = [HOW_TO_START, "z makes one step, Z one epoch."]
        if now is not None:
            loss = f"The loss is {loss_text(now[0], scene.view.digits)} now"
            if now[1] is not None:
                loss += f", {loss_text(now[1], scene.view.digits)} over the test samples"
            sentences = [f"{loss}.", *sentences]
    lines = [
        (line, style.strong if place == 0 else style.plain)
        for place, sentence in enumerate(sentences)
        for line in wrapped(sentence, width)
    ]
    return filled(
        [strip_of([line], width, style.plain) for line in lines], width, height, style.plain
    )


def _curves(scene: Scene, run: RunRecord, then: str) -> list[_Curve]:
    curves, digits, colours = curves_of(run), scene.view.digits, scene.palette.series
    train, test = run.last_losses
    drawn = [
        _Curve(
            f"{_TRAIN} train{then} {loss_text(train, digits)}",
            _TRAIN,
            curves.train,
            curves.stride,
            colours[0],
        )
    ]
    if curves.test is not None and test is not None:
        name = f"{_TEST} test{then} {loss_text(test, digits)}"
        drawn.append(_Curve(name, _TEST, curves.test, curves.stride, colours[1]))
    return drawn


def _ghost(scene: Scene, run: RunRecord) -> _Curve:
    curves = curves_of(run)
    return _Curve(f"run {run.number}", _GHOST, curves.train, curves.stride, scene.palette.muted)


def _axes(
    scene: Scene, run: RunRecord, curves: Sequence[_Curve], ghosts: Sequence[RunRecord]
) -> tuple[Axis, Axis]:
    x_axis = epoch_axis(run.epochs)
    own = [curve.losses for curve in curves]
    if scene.view.log_scale:
        return x_axis, power_axis(own)
    others = [
        curves.train[: round(x_axis.high / curves.stride) + 1] for curves in map(curves_of, ghosts)
    ]
    return x_axis, loss_axis(own, others)


def _line(scene: Scene, y_axis: Axis, x_axis: Axis, curve: _Curve, columns: int) -> Line:
    x, y = thinned(curve.losses, x_axis.high, columns, curve.stride)
    return Line(x, to_powers(y, y_axis) if scene.view.log_scale else y, curve.colour)


def _end(scene: Scene, frame: Frame, curve: _Curve) -> Mark | None:
    """The mark at the last loss within the axis of epochs, if it is finite."""
    place = min(len(curve.losses) - 1, int(frame.x.high // curve.stride))
    last = curve.losses[place : place + 1]
    height = float((to_powers(last, frame.y) if scene.view.log_scale else last)[0])
    if np.isnan(height) or (curve.glyph == _GHOST and not frame.y.holds(height)):
        return None
    return frame.mark(place * curve.stride, height, curve.glyph, curve.colour)


def _names_beside(
    frame: Frame, curves: Sequence[_Curve], ends: Sequence[Mark | None]
) -> list[Note]:
    """The names to the right of the canvas, each in the free row nearest to the end of its line."""
    wanted = [0 if end is None else end.row for end in ends]
    if len(wanted) == 2 and wanted[0] == wanted[1]:
        train, test = (float(curve.losses[-1]) for curve in curves)
        lower = 1 if train >= test else 0
        wanted[lower] += 1
        if wanted[lower] >= frame.canvas_height:
            wanted = [row - 1 for row in wanted]
    return [
        Note(frame.canvas_width + 1, row, curve.name, curve.colour)
        for row, curve in zip(wanted, curves, strict=True)
    ]


def _names_above(frame: Frame, curves: Sequence[_Curve]) -> list[Note]:
    """The names in the upper right corner, which a falling line leaves free."""
    return [
        Note(max(frame.canvas_width - cell_len(curve.name), 0), row, curve.name, curve.colour)
        for row, curve in enumerate(curves[: frame.canvas_height])
    ]
