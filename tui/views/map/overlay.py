"""The overlay of the Map: signs, lines where a sum is zero, samples, and the probe."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.analysis.decision_map import ZeroLine, zero_lines
from engine.nn.parameters import neuron_name
from engine.nn.targets import UNSET, class_targets
from engine.session.metrics import THRESHOLD, is_judged, right_answers
from engine.session.prediction import can_be_right
from engine.session.session import Session
from tui.drawing.axes import Axis, IntArray
from tui.drawing.braille import DOTS_ACROSS, DOTS_DOWN, BoolArray, braille_rows
from tui.drawing.half_blocks import PIXELS_DOWN, Mark, Marks
from tui.drawing.palette import RGB, blended
from tui.views.answers import is_quick
from tui.views.map.content import Content, class_signs, signs_of
from tui.views.scene import Scene

SAMPLE, TEST_SAMPLE = "•", "▫"
LARGE, SMALL = (("●", "○"), ("■", "□")), (("•", "◦"), ("▪", "▫"))
"""The marks of yes and no, first of training samples, then of test samples."""
_MAX_LARGE = 100
"""More samples than this get small marks, so that the map is visible between them."""
_MAX_SAMPLES = 5000

PROBE = "◆"
_MAX_LINES = 8
_BLANK = "\u2800"
_SIGN_COLUMNS, _SIGN_ROWS = 8, 3


def sample_marks(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> Marks:
    """Return a mark for each cell that contains samples.

    The marks are ● and ○ for yes and no, ■ and □ for test samples (small ones if there are many),
    or the sign of the class, or for numbers • in the colour of the target; what the network gets
    wrong is underlined and lies on top.
    """
    wrong = _wrong_samples(scene.session, scene.output)
    by_class = can_be_right(scene.session)
    samples = _samples_drawn(scene)
    if wrong is not None:
        # A stable sort keeps the test samples last among the wrong ones too.
        samples = samples[np.argsort(wrong[samples], kind="stable")]
    columns, rows = _cells_of(scene, samples, axes, width, height)
    # Only the last sample of each cell is visible.
    _, places = np.unique((rows * width + columns)[::-1], return_index=True)
    seen = len(samples) - 1 - places
    return {
        (column, row): _mark(scene, sample, by_class, wrong is not None and bool(wrong[sample]))
        for column, row, sample in zip(
            columns[seen].tolist(), rows[seen].tolist(), samples[seen].tolist(), strict=True
        )
    }


def sample_at(
    scene: Scene, axes: tuple[Axis, Axis], width: int, height: int, column: int, row: int
) -> int | None:
    """Return a sample in a cell or beside it, other than the selected one, or None.

    If there are several, it is the next after the selected sample, so that each gets its turn.
    """
    samples = np.sort(_samples_drawn(scene))
    samples = samples[samples != scene.sample]
    columns, rows = _cells_of(scene, samples, axes, width, height)
    for reach in (0, 1):
        near = samples[(rows == row) & (np.abs(columns - column) <= reach)].tolist()
        if near:
            return int(next((sample for sample in near if sample > scene.sample), near[0]))
    return None


def _samples_drawn(scene: Scene) -> IntArray:
    """The samples to draw, an even selection if there are many, with the test samples last."""
    session = scene.session
    count = session.n_samples if scene.view.map.test_shown else session.n_train
    if count <= _MAX_SAMPLES:
        return np.arange(count)
    return np.linspace(0, count - 1, _MAX_SAMPLES).round().astype(np.intp)


def _cells_of(
    scene: Scene, samples: IntArray, axes: tuple[Axis, Axis], width: int, height: int
) -> tuple[IntArray, IntArray]:
    """The columns and rows of the samples."""
    across, up = scene.view.map.features
    inputs = scene.session.inputs
    return (
        axes[0].cells(inputs[samples, across], width),
        axes[1].cells(inputs[samples, up], height, down=True),
    )


@lru_cache(maxsize=4)
def _wrong_samples(session: Session, output: int) -> BoolArray | None:
    """Which samples get another answer than their target; None if there are no answers.

    With several yes/no outputs only `output` counts. NaN is wrong, a missing target is not.
    """
    if session.targets is None or not is_quick(session) or not can_be_right(session):
        return None
    outputs, targets = session.trace.outputs, session.targets
    if session.task != "multiclass":
        targets = np.where(np.arange(targets.shape[1]) == output, targets, UNSET)
    right = right_answers(outputs, targets, session.task)
    return is_judged(targets, session.task) & ~right


@lru_cache(maxsize=4)
def _largest_target(session: Session, output: int) -> float:
    """The size of the largest target of an output that is set, or 1 if all are 0."""
    return float(np.nanmax(np.abs(session.targets_or_unset[:, output]))) or 1.0


def _mark(scene: Scene, sample: int, by_class: bool, is_wrong: bool) -> Mark:
    task, palette = scene.session.task, scene.palette
    targets = scene.session.targets_or_unset[sample : sample + 1]
    if task == "multiclass":
        targets = class_targets(targets)
    is_test = sample >= scene.session.n_train
    target = float(targets[0, scene.output])
    if not by_class or np.isnan(target):
        sign = TEST_SAMPLE if is_test else SAMPLE
        if task != "regression" or np.isnan(target):
            return Mark(sign, palette.foreground, True)
        pole = palette.positive if target > 0 else palette.negative
        strength = abs(target) / _largest_target(scene.session, scene.output)
        colour = blended(palette.foreground, pole, strength)
        return Mark(sign, colour, True, palette.background)
    if task == "multiclass":
        # Dark on light, to distinguish it from the sign of the network's answer there.
        sign = class_signs(scene.session)[int(targets[0].argmax())]
        paper = palette.muted if is_test else palette.foreground
        return Mark(
            sign, palette.background, True, palette.bad if is_wrong else paper, underline=is_wrong
        )
    is_yes = target >= THRESHOLD
    yes, no = (LARGE if scene.session.n_samples <= _MAX_LARGE else SMALL)[is_test]
    sign = yes if is_yes else no
    if is_wrong:
        return Mark(sign, palette.bad, True, palette.background, underline=True)
    return Mark(sign, palette.foreground, True)


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
    x, y = (float(scene.trace.inputs[0, feature]) for feature in scene.view.map.features)
    place = axes[0].cell(x, width), axes[1].cell(y, height, down=True)
    return {place: Mark(PROBE, scene.palette.accent, True, scene.palette.background)}


def _signs(scene: Scene, content: Content, pixels: IntArray) -> Marks:
    """A sign here and there with the same meaning as the colour."""
    behind, signs = pixels[1::PIXELS_DOWN], signs_of(scene, content)
    return {
        (column, row): Mark(signs[behind[row, column]], scene.palette.foreground)
        for row in range(1, behind.shape[0], _SIGN_ROWS)
        for column in range(_SIGN_COLUMNS // 2, behind.shape[1], _SIGN_COLUMNS)
    }


def _lines(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> Marks:
    """The lines of all neurons if they are few, else of the current one."""
    ranges = [(axis.low, axis.high) for axis in axes]
    lines = zero_lines(scene.session, scene.view.map.features, ranges[0], ranges[1], scene.sample)
    current = scene.neuron if scene.layer_index == 0 else None
    if scene.session.network.layers[0].n_neurons > _MAX_LINES:
        lines = [line for line in lines if line.neuron == current]
    # The current one comes last, so that it lies on top.
    lines.sort(key=lambda line: line.neuron == current)
    marks: Marks = {}
    for line in lines:
        is_current = line.neuron == current
        colour = scene.palette.accent if is_current else scene.palette.foreground
        marks |= _line(line, axes, width, height, colour)
    names: Marks = {}
    for line in reversed(lines):
        colour = scene.palette.accent if line.neuron == current else scene.palette.foreground
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
