"""The columns of the Samples view: those that matter most are kept where not all fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from engine.activations import FloatArray
from engine.numbers import format_given, format_within
from engine.parameters import feature_name, output_label
from engine.prediction import answer, asked_for, is_right
from engine.targets import UNSET_SIGN, samples_with_target, target_text
from tui.plots.cells import Looks, aligned_at_the_point, cut, safe
from tui.plots.scene import Scene

_WIDEST_NAME = 12
_NARROWEST_COLUMN = 2
_WIDTH_OF_AN_INPUT = 7
_RIGHT, _WRONG = "✓", "✗"
_SIGNS = {True: _RIGHT, False: _WRONG, None: " "}
_LEFT_OUT, _RULE = "…", "│"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and a text for each sample in sight."""

    heading: str
    cells: list[str]
    right: bool = True

    @property
    def width(self) -> int:
        return max(map(cell_len, [self.heading, *self.cells]))

    def look(self, place: int, style: Looks) -> Style | None:
        """Return the style of a cell that does not look like the rest of its row."""
        text = self.cells[place]
        if text in (_RULE, _LEFT_OUT):
            return style.muted
        return {_RIGHT: style.good, _WRONG: style.bad}.get(text)


def columns_of(scene: Scene, samples: range, outputs: FloatArray, width: int) -> list[Column]:
    """Return the columns that fit in `width` cells, each with one cell after it.

    First come the number and the answer, then outputs up to half of what is left, then inputs, then
    the other outputs. outputs: those of the samples in sight, (n_samples, n_outputs).
    """
    rule = [Column(_RULE, [_RULE] * len(samples))]
    number = Column("", [str(sample + 1) for sample in samples])
    all_answers = _answers(scene, samples, outputs, width // 3)
    # The verdict says more than the target does, and the answer more than both.
    choices = (all_answers, all_answers[::2], all_answers[:1])
    room = width - _taken([number])
    answers = next((choice for choice in choices if _taken(choice) <= room), [])
    room -= _taken([*answers, *rule, *rule])
    all_outputs = list(_outputs(scene, outputs, room))
    n_outputs, n_features = outputs.shape[1], scene.session.network.n_features
    shown = _fitting(all_outputs, n_outputs, room // 2) or _fitting(all_outputs, n_outputs, room)
    all_inputs = list(_inputs(scene, samples, room))
    inputs = _fitting(all_inputs, n_features, room - _taken(shown))
    shown = _fitting(all_outputs, n_outputs, room - _taken(inputs))
    groups = [group for group in (inputs, shown, answers) if group]
    columns = [number]
    for place, group in enumerate(groups):
        columns += [*rule, *group] if place else group
    return columns


def _taken(columns: Iterable[Column]) -> int:
    return sum(column.width + 1 for column in columns)


def _fitting(columns: list[Column], count: int, width: int) -> list[Column]:
    """The columns, or as many as fit with a sign that there are more, out of `count`."""
    if len(columns) == count and _taken(columns) <= width:
        return columns
    left_out = Column(_LEFT_OUT, [_LEFT_OUT] * len(columns[0].cells)) if columns else None
    kept: list[Column] = []
    for column in columns:
        if left_out is None or _taken([*kept, column, left_out]) > width:
            break
        kept.append(column)
    return [*kept, left_out] if kept and left_out else []


def _inputs(scene: Scene, samples: range, width: int) -> Iterator[Column]:
    for feature in range(min(scene.session.network.n_features, max(width // _NARROWEST_COLUMN, 0))):
        values = scene.session.inputs[samples.start : samples.stop, feature].tolist()
        cells = [format_given(value, scene.digits, _WIDTH_OF_AN_INPUT) for value in values]
        yield Column(_name(feature_name(scene.session, feature)), aligned_at_the_point(cells))


def _outputs(scene: Scene, outputs: FloatArray, width: int) -> Iterator[Column]:
    limits = scene.session.network.layers[-1].activation.limits
    for output in range(min(outputs.shape[1], max(width // _NARROWEST_COLUMN, 0))):
        values = outputs[:, output].tolist()
        cells = [format_within(value, limits, scene.digits) for value in values]
        yield Column(_name(output_label(scene.session, output)), aligned_at_the_point(cells))


def _answers(scene: Scene, samples: range, outputs: FloatArray, most: int) -> list[Column]:
    """The answer, the target and whether they agree, as far as there are such.

    most: the cells that targets which are numbers may take.
    """
    session = scene.session
    targets = None if session.targets is None else session.targets[samples.start : samples.stop]
    if session.task == "regression":
        if targets is None:
            return []
        return [Column("target", [_numbers(row, scene.digits, most) for row in targets])]
    answers = [_in_words(answer(session, row)) for row in outputs]
    columns = [Column("answer", answers, right=False)]
    if targets is not None:
        asked = [asked_for(session, row) for row in targets]
        wanted = [
            _numbers(row, scene.digits, most) if name is None else _name(name)
            for name, row in zip(asked, targets, strict=True)
        ]
        verdicts = [is_right(session, *pair) for pair in zip(outputs, targets, strict=True)]
        columns.append(Column("target", wanted, right=False))
        columns.append(Column(" ", [_SIGNS[verdict] for verdict in verdicts]))
    return columns


def _numbers(targets: FloatArray, digits: int, most: int) -> str:
    if not samples_with_target(targets[np.newaxis])[0]:
        return UNSET_SIGN
    return cut(" ".join(target_text(value, digits) for value in targets.tolist()), most)


def _in_words(text: str | None) -> str:
    return "none" if text is None else _name(text)


def _name(text: str) -> str:
    return cut(safe(text), _WIDEST_NAME)
