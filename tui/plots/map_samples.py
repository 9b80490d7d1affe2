"""The samples on the Map: which are drawn, how each is marked, and which one lies at a place."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.prediction import THRESHOLD, can_be_right, is_judged, right_answers
from engine.session import Session
from engine.targets import UNSET, class_targets
from tui.plots.answered import is_quick
from tui.plots.axes import Axis, IntArray
from tui.plots.braille import BoolArray
from tui.plots.half_blocks import Mark, Marks
from tui.plots.map_content import class_signs
from tui.plots.scene import Scene

SAMPLE, TEST_SAMPLE = "•", "▫"
LARGE, SMALL = (("●", "○"), ("■", "□")), (("•", "◦"), ("▪", "▫"))
"""The marks of yes and no, first of training samples, then of test samples."""
_MOST_LARGE = 100
"""More samples than these have small marks, so that the map is seen between them."""
_MOST_SAMPLES = 5000


def sample_marks(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> Marks:
    """Return a mark for each cell in which samples lie.

    ● and ○ for yes and no, ■ and □ for those of test samples (small ones where they are many), or
    the sign of the class, or •; what the network gets wrong is underlined and lies on top.
    """
    wrong = _wrong_samples(scene.session, scene.output)
    by_class = can_be_right(scene.session)
    samples = _samples_drawn(scene)
    if wrong is not None:
        # In a stable order, so that of the wrong ones too the test samples come last.
        samples = samples[np.argsort(wrong[samples], kind="stable")]
    columns, rows = _cells_of(scene, samples, axes, width, height)
    # The last sample of each cell is the one that is seen.
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
    """Return the sample in a cell, or beside it, other than the selected one; None without any.

    Of several it is the next one after the selected sample, so that each is reached in its turn.
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
    """The samples to draw, evenly spread where they are many, those of the test set last."""
    session = scene.session
    count = session.n_samples if scene.map.test_shown else session.n_train
    if count <= _MOST_SAMPLES:
        return np.arange(count)
    return np.linspace(0, count - 1, _MOST_SAMPLES).round().astype(np.intp)


def _cells_of(
    scene: Scene, samples: IntArray, axes: tuple[Axis, Axis], width: int, height: int
) -> tuple[IntArray, IntArray]:
    """The columns and the rows of samples."""
    across, up = scene.map.features
    inputs = scene.session.inputs
    return (
        axes[0].cells(inputs[samples, across], width),
        axes[1].cells(inputs[samples, up], height, down=True),
    )


@lru_cache(maxsize=4)
def _wrong_samples(session: Session, output: int) -> BoolArray | None:
    """Which samples get another answer than their target; None where there are no answers.

    Of several yes/no outputs only `output` counts. A NaN is wrong, a sample without target is not.
    """
    if session.targets is None or not is_quick(session) or not can_be_right(session):
        return None
    outputs, targets = session.trace.outputs, session.targets
    if session.task != "multiclass":
        targets = np.where(np.arange(targets.shape[1]) == output, targets, UNSET)
    right = right_answers(outputs, targets, session.task)
    return is_judged(targets, session.task) & ~right


def _mark(scene: Scene, sample: int, by_class: bool, is_wrong: bool) -> Mark:
    task, palette = scene.session.task, scene.palette
    targets = scene.session.targets_or_unset[sample : sample + 1]
    if task == "multiclass":
        targets = class_targets(targets)
    is_test = sample >= scene.session.n_train
    if not by_class or np.isnan(targets[0, scene.output]):
        return Mark(TEST_SAMPLE if is_test else SAMPLE, palette.foreground, True)
    if task == "multiclass":
        # Dark on light, or it would look like a sign of what the network answers there.
        sign = class_signs(scene.session)[int(targets[0].argmax())]
        paper = palette.muted if is_test else palette.foreground
        return Mark(
            sign, palette.background, True, palette.bad if is_wrong else paper, underline=is_wrong
        )
    is_yes = targets[0, scene.output] >= THRESHOLD
    yes, no = (LARGE if scene.session.n_samples <= _MOST_LARGE else SMALL)[is_test]
    sign = yes if is_yes else no
    if is_wrong:
        return Mark(sign, palette.bad, True, palette.background, underline=True)
    return Mark(sign, palette.foreground, True)
