"""The nodes of a diagram: boxes or chips with a name and a value, shaded by the value."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tui.drawing.cells import fitted, look
from tui.drawing.palette import Palette, blended
from tui.views.diagram.backward import backward_of, stage_values
from tui.views.diagram.canvas import Canvas
from tui.views.diagram.layout import Layout, Node, Stage
from tui.views.diagram.navigation import Place, place_of_current, place_of_cursor
from tui.views.scene import Scene
from tui.views.sum import signed

_STEPS = 12
_MIN_FILL, _FILL_SPAN = 0.1, 0.45
_MIN_EDGE, _EDGE_SPAN = 0.35, 0.6


@dataclass(frozen=True, slots=True)
class _Frame:
    """The characters around a node: the corners and sides of a box, and the ends of a chip."""

    top: str
    bottom: str
    level: str
    upright: str
    left: str
    right: str


_USUAL = _Frame("╭╮", "╰╯", "─", "│", "▐", "▌")
_STRONG = _Frame("┏┓", "┗┛", "━", "┃", "┃", "┃")
_HOLLOW = _Frame("╭╮", "╰╯", "╌", "╎", "╎", "╎")


@dataclass(frozen=True, slots=True)
class _NodeLook:
    frame: _Frame
    edge: Style
    inside: Style
    difference: str


def draw_nodes(scene: Scene, layout: Layout, canvas: Canvas) -> None:
    """Draw every visible node onto the canvas."""
    for stage in layout.stages:
        scale = _scale(scene, stage.index)
        for node in stage.nodes:
            node_look = _look(scene, stage, node, scale)
            if layout.boxed:
                _draw_box(canvas, node, node_look)
                if node_look.frame is not _STRONG:
                    # A name must be readable, however faint the edge of its node.
                    name = look(scene.palette.foreground, scene.palette.background)
                    canvas.put(node.left + 2, node.row - 1, node.texts.name, name)
            else:
                if layout.has_maps and stage.index:
                    # On the colour of the out its map would begin with the name.
                    inside = look(scene.palette.foreground, scene.palette.background)
                    node_look = replace(node_look, inside=inside)
                _draw_chip(canvas, node, node_look)


def _draw_box(canvas: Canvas, node: Node, node_look: _NodeLook) -> None:
    frame, edge = node_look.frame, node_look.edge
    inner = node.width - 2
    # A name with characters that are not one cell wide is written separately, over the line.
    is_plain = node.texts.name.isascii()
    name = f" {node.texts.name} " if is_plain else " " * (cell_len(node.texts.name) + 2)
    below = f" {node_look.difference} " if node_look.difference else ""
    if len(below) > inner:
        below = ""
    value = f"{node.texts.value} ".rjust(inner)
    left, row = node.left, node.row
    for line, corners, text in ((row - 1, frame.top, name), (row + 1, frame.bottom, below)):
        level = frame.level * (inner - cell_len(text))
        canvas.put(left, line, f"{corners[0]}{text}{level}{corners[1]}", edge)
    if not is_plain:
        canvas.put(left + 2, row - 1, node.texts.name, edge)
    canvas.put(left, row, frame.upright, edge)
    canvas.put(left + 1, row, value, node_look.inside)
    canvas.put(node.right - 1, row, frame.upright, edge)


def _draw_chip(canvas: Canvas, node: Node, node_look: _NodeLook) -> None:
    inner = node.width - 2
    value = f" {node.texts.value}" if node.texts.value else ""
    text = fitted(node.texts.name, inner - len(value)) + value
    canvas.put(node.left, node.top, node_look.frame.left, node_look.edge)
    canvas.put(node.left + 1, node.top, text, node_look.inside)
    # Without its value, only the colour would show that an out is below 0.
    right = "-" if not value and node.texts.number < 0 else node_look.frame.right
    canvas.put(node.right - 1, node.top, right, node_look.edge)


def _look(scene: Scene, stage: Stage, node: Node, scale: float) -> _NodeLook:
    palette = scene.palette
    place = Place(stage.index, node.index)
    is_current = place == place_of_current(scene)
    difference = _difference(scene, place)
    if place == place_of_cursor(scene) and not is_current:
        inside = look(palette.background, palette.accent, bold=True)
        return _NodeLook(_STRONG, look(palette.accent, palette.background), inside, difference)
    background = palette.background
    number = node.texts.number
    accent = look(palette.accent, background, bold=True)
    if not math.isfinite(number):
        edge = accent if is_current else look(palette.bad, background)
        frame = _STRONG if is_current else _USUAL
        return _NodeLook(frame, edge, look(palette.bad, background, bold=True), difference)
    if node.texts.is_off:
        edge = accent if is_current else look(palette.muted, background)
        inside = look(palette.foreground if is_current else palette.muted, background)
        return _NodeLook(_STRONG if is_current else _HOLLOW, edge, inside, difference)
    share = round(min(abs(number) / scale, 1.0) * _STEPS) / _STEPS
    return _NodeLook(
        _STRONG if is_current else _USUAL,
        accent if is_current else _edge(palette, number, share),
        _inside(palette, number, share, is_current),
        difference,
    )


def _inside(palette: Palette, number: float, share: float, bold: bool) -> Style:
    pole = palette.negative if number < 0 else palette.positive
    fill = blended(palette.background, pole, _MIN_FILL + _FILL_SPAN * share)
    return look(palette.foreground, fill, bold=bold)


def _edge(palette: Palette, number: float, share: float) -> Style:
    pole = palette.negative if number < 0 else palette.positive
    return look(
        blended(palette.background, pole, _MIN_EDGE + _EDGE_SPAN * share), palette.background
    )


def _scale(scene: Scene, stage: int) -> float:
    """The number that gets the full shade: the farther limit of an out, else the largest."""
    if stage and backward_of(scene) is None:
        limits = scene.session.network.layers[stage - 1].activation.limits
        farther = max(map(abs, limits))
        if math.isfinite(farther) and farther:
            return farther
    sizes = np.abs(stage_values(scene, stage))
    return float(sizes[np.isfinite(sizes)].max(initial=0.0)) or 1.0


def _difference(scene: Scene, place: Place) -> str:
    """The signed difference from the remembered value; empty if there is none."""
    ghost = scene.workspace.ghost
    if ghost is None or backward_of(scene) is not None:
        return ""
    now, then = (
        float(
            trace.layers[place.stage - 1].activations[0, place.place]
            if place.stage
            else trace.inputs[0, place.place]
        )
        for trace in (scene.trace, ghost.trace)
    )
    change = now - then
    return signed(change, min(scene.view.digits, 4)) if change else ""
