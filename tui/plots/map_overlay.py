"""What lies over the Map: signs, lines where a sum is zero, samples, and the probe."""

from __future__ import annotations

import numpy as np

from engine.decision_map import ZeroLine, zero_lines
from engine.parameters import neuron_name
from tui.plots.axes import Axis, IntArray
from tui.plots.braille import DOTS_ACROSS, DOTS_DOWN, BoolArray, braille_rows
from tui.plots.half_blocks import PIXELS_DOWN, Mark, Marks
from tui.plots.map_content import Content, signs_of
from tui.plots.map_samples import sample_marks
from tui.plots.scene import RGB, Scene

PROBE = "◆"
_MOST_LINES = 8
_BLANK = "\u2800"
_SIGN_COLUMNS, _SIGN_ROWS = 8, 3


def overlay(scene: Scene, content: Content, pixels: IntArray, axes: tuple[Axis, Axis]) -> Marks:
    """Return all marks on a map of `pixels`, (2·height, width); later ones hide earlier ones."""
    height, width = pixels.shape[0] // PIXELS_DOWN, pixels.shape[1]
    return (
        _signs(scene, content, pixels)
        | _lines(scene, axes, width, height)
        | sample_marks(scene, axes, width, height)
        | probe(scene, axes, width, height)
    )


def probe(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> Marks:
    """Return the mark of the selected sample."""
    x, y = (float(scene.trace.inputs[0, feature]) for feature in scene.map.features)
    place = axes[0].cell(x, width), axes[1].cell(y, height, down=True)
    return {place: Mark(PROBE, scene.palette.accent, True, scene.palette.background)}


def _signs(scene: Scene, content: Content, pixels: IntArray) -> Marks:
    """A character here and there that says in a sign what the colour says."""
    behind, signs = pixels[1::PIXELS_DOWN], signs_of(scene, content)
    return {
        (column, row): Mark(signs[behind[row, column]], scene.palette.foreground)
        for row in range(1, behind.shape[0], _SIGN_ROWS)
        for column in range(_SIGN_COLUMNS // 2, behind.shape[1], _SIGN_COLUMNS)
    }


def _lines(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> Marks:
    """The lines of a few neurons, or of the one spoken of where there are many."""
    ranges = [(axis.low, axis.high) for axis in axes]
    lines = zero_lines(scene.session, scene.map.features, ranges[0], ranges[1], scene.sample)
    spoken_of = scene.neuron if scene.layer_index == 0 else None
    if scene.session.network.layers[0].n_neurons > _MOST_LINES:
        lines = [line for line in lines if line.neuron == spoken_of]
    # The one spoken of comes last and lies on top.
    lines.sort(key=lambda line: line.neuron == spoken_of)
    marks: Marks = {}
    for line in lines:
        is_spoken_of = line.neuron == spoken_of
        colour = scene.palette.accent if is_spoken_of else scene.palette.foreground
        marks |= _line(line, axes, width, height, colour)
    names: Marks = {}
    for line in reversed(lines):
        colour = scene.palette.accent if line.neuron == spoken_of else scene.palette.foreground
        name = _name(scene, line, axes, width, height, colour)
        if not names.keys() & name.keys():
            names |= name
    return marks | names


def _line(line: ZeroLine, axes: tuple[Axis, Axis], width: int, height: int, colour: RGB) -> Marks:
    columns, rows = width * DOTS_ACROSS, height * DOTS_DOWN
    (x0, y0), (x1, y1) = line.start, line.end
    start = axes[0].cell(x0, columns), axes[1].cell(y0, rows, down=True)
    end = axes[0].cell(x1, columns), axes[1].cell(y1, rows, down=True)
    count = max(abs(end[0] - start[0]), abs(end[1] - start[1])) + 1
    dots: BoolArray = np.zeros((rows, columns), dtype=np.bool_)
    across, down = (
        np.rint(np.linspace(first, last, count)).astype(np.intp)
        for first, last in zip(start, end, strict=True)
    )
    dots[down, across] = True
    return {
        (column, row): Mark(character, colour)
        for row, text in enumerate(braille_rows(dots))
        for column, character in enumerate(text)
        if character != _BLANK
    }


def _name(
    scene: Scene, line: ZeroLine, axes: tuple[Axis, Axis], width: int, height: int, colour: RGB
) -> Marks:
    """The neuron's name at the upper end of its line."""
    x, y = max(line.start, line.end, key=lambda place: place[1])
    name = neuron_name(scene.session.network, 0, line.neuron)
    row = axes[1].cell(y, height, down=True)
    start = max(0, min(axes[0].cell(x, width) + 1, width - len(name)))
    return {
        (start + place, row): Mark(character, colour, True)
        for place, character in enumerate(name[:width])
    }
