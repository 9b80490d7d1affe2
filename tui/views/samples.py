"""The Samples view: the rows around the selected sample, with outputs and answers.

Or what one layer reads, and its activations. If not all columns fit, the most important ones are
kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from engine.nn.arrays import FloatArray
from engine.nn.network import Trace
from engine.nn.parameters import neuron_name
from engine.nn.targets import UNSET_SIGN, n_set_samples, samples_with_target, target_text
from engine.session.metrics import is_judged, right_answers
from engine.session.names import input_name, output_label
from engine.session.prediction import answer, can_be_right, expected_answer, is_right
from engine.session.session import Session
from engine.text import format_given, format_within
from tui.drawing.cells import (
    Looks,
    Part,
    aligned_at_the_point,
    cut,
    filled,
    fitted,
    looks,
    safe,
    strip_of,
)
from tui.views.gestures import Arrow, ChooseSample, Gesture, ShowLayer
from tui.views.scene import Scene

_MAX_NAME_WIDTH = 12
_MIN_COLUMN_WIDTH = 2
_WIDTH_OF_AN_INPUT = 7
_FEW_DIGITS = 2
_RIGHT, _WRONG = "✓", "✗"
_SIGNS = {True: _RIGHT, False: _WRONG, None: " "}
_LEFT_OUT, _RULE = "…", "│"

_MAX_COMPUTED_TOGETHER = 512
_QUICK_WORK = 2_000_000
_MIN_WITH_HEADING = 3
_SELECTED = "▶"

_SAMPLES_ON = {"up": -1, "down": 1}
_LAYERS_ON = {"left": -1, "right": 1}
_ONE_LAYER = 2
"""The whole network, and its only layer, which is the same."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and a text for each visible sample."""

    heading: str
    cells: list[str]
    right: bool = True

    @property
    def width(self) -> int:
        return max(map(cell_len, [self.heading, *self.cells]))

    def look(self, place: int, style: Looks) -> Style | None:
        """Return the style of a cell that differs from the rest of its row, else None."""
        text = self.cells[place]
        if text in (_RULE, _LEFT_OUT):
            return style.muted
        return {_RIGHT: style.good, _WRONG: style.bad}.get(text)


def columns_of(scene: Scene, samples: range, trace: Trace, width: int) -> list[Column]:
    """Return the columns that fit in `width` cells, each with one cell after it.

    Room goes first to the number and the answer, then to activations up to half of the rest, then
    to inputs, then to the other activations; short names and fewer decimals are used if all columns
    fit then. Of a single layer all come first, with fewer decimals if they do not fit otherwise.
    trace: the forward pass of the visible samples.
    """
    rule = [Column(_RULE, [_RULE] * len(samples))]
    number = Column("", [str(sample + 1) for sample in samples])
    layer_index = scene.view.samples_layer
    activations = trace.layers[_last_of(scene)].activations
    all_answers = _answers(scene, samples, activations, width // 3) if layer_index is None else []
    # The verdict is more informative than the target, and the answer more than both.
    choices = (all_answers, all_answers[::2], all_answers[:1])
    room = width - _taken([number])
    answers = next((choice for choice in choices if _taken(choice) <= room), [])
    room -= _taken([*answers, *rule, *rule])
    digits, n_activations = scene.view.digits, activations.shape[1]
    few = min(digits, _FEW_DIGITS)
    forms = [(False, digits), (True, digits), (True, few), (True, digits)]
    if layer_index is not None:
        forms = [(False, digits), (False, few)]
    elif n_activations + trace.inputs_of(0).shape[1] > room // _MIN_COLUMN_WIDTH:
        forms = forms[:1]
    for is_short, decimals in forms:
        all_activations = list(_activations(scene, activations, room, decimals, is_short))
        all_read, n_read = _read(scene, trace, layer_index or 0, room, decimals, is_short)
        if _taken([*all_activations, *all_read]) <= room:
            break
    first_room = room if layer_index is not None else room // 2
    shown = _fitting(all_activations, n_activations, first_room) or _fitting(
        all_activations, n_activations, room
    )
    inputs = _fitting(all_read, n_read, room - _taken(shown))
    shown = _fitting(all_activations, n_activations, room - _taken(inputs))
    groups = [group for group in (inputs, shown, answers) if group]
    columns = [number]
    for place, group in enumerate(groups):
        columns += [*rule, *group] if place else group
    return columns


def _taken(columns: Iterable[Column]) -> int:
    return sum(column.width + 1 for column in columns)


def _fitting(columns: list[Column], count: int, width: int) -> list[Column]:
    """As many of the `count` columns as fit, with a sign if there are more."""
    if len(columns) == count and _taken(columns) <= width:
        return columns
    left_out = Column(_LEFT_OUT, [_LEFT_OUT] * len(columns[0].cells)) if columns else None
    kept: list[Column] = []
    for column in columns:
        if left_out is None or _taken([*kept, column, left_out]) > width:
            break
        kept.append(column)
    return [*kept, left_out] if kept and left_out else []


def _read(
    scene: Scene, trace: Trace, layer_index: int, width: int, digits: int, is_short: bool
) -> tuple[list[Column], int]:
    """The columns of what a layer reads, as many as may fit, and how many there are."""
    read = trace.inputs_of(layer_index)
    count = read.shape[1]
    limits = (-math.inf, math.inf)
    if layer_index:
        limits = scene.session.network.layers[layer_index - 1].activation.limits
    columns = []
    for place in range(min(count, max(width // _MIN_COLUMN_WIDTH, 0))):
        values = read[:, place].tolist()
        if layer_index:
            cells = [format_within(value, limits, digits) for value in values]
        else:
            cells = [format_given(value, digits, _WIDTH_OF_AN_INPUT) for value in values]
        name = input_name(scene.session, layer_index, place)
        if is_short and not layer_index:
            name = f"x{place + 1}"
        columns.append(Column(_name(name), aligned_at_the_point(cells)))
    return columns, count


def _activations(
    scene: Scene, activations: FloatArray, width: int, digits: int, is_short: bool
) -> Iterator[Column]:
    network, layer_index = scene.session.network, _last_of(scene)
    limits = network.layers[layer_index].activation.limits
    for neuron in range(min(activations.shape[1], max(width // _MIN_COLUMN_WIDTH, 0))):
        values = activations[:, neuron].tolist()
        cells = [format_within(value, limits, digits) for value in values]
        name = neuron_name(network, layer_index, neuron)
        if layer_index == len(network.layers) - 1 and not is_short:
            name = output_label(scene.session, neuron)
        yield Column(_name(name), aligned_at_the_point(cells))


def _last_of(scene: Scene) -> int:
    """The layer whose outs are shown: the one chosen, or the last one."""
    layer_index = scene.view.samples_layer
    return len(scene.session.network.layers) - 1 if layer_index is None else layer_index


def _answers(scene: Scene, samples: range, outputs: FloatArray, most: int) -> list[Column]:
    """The columns for the answer, the target and the verdict, if they apply.

    most: the width that numeric targets may take.
    """
    session = scene.session
    targets = None if session.targets is None else session.targets[samples.start : samples.stop]
    if session.task == "regression":
        if targets is None:
            return []
        return [Column("target", [_numbers(row, scene.view.digits, most) for row in targets])]
    answers = [_in_words(answer(session, row)) for row in outputs]
    columns = [Column("answer", answers, right=False)]
    if targets is not None:
        asked = [expected_answer(session, row) for row in targets]
        wanted = [
            _numbers(row, scene.view.digits, most) if name is None else _name(name)
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
    return cut(safe(text), _MAX_NAME_WIDTH)


def samples_title(scene: Scene) -> str:
    """Return the shapes that go in and out, and how many answers are right if that is cheap."""
    session, layer_index = scene.session, scene.view.samples_layer
    count, targets, right = session.n_samples, session.targets, _count_right(scene)
    layers = session.network.layers
    n_read, n_activations = layers[layer_index or 0].n_inputs, layers[_last_of(scene)].n_neurons
    shapes = f"{count}×{n_read} → {count}×{n_activations}"
    if layer_index is not None:
        return f"Through layer {layer_index + 1} of {len(layers)}, {shapes}, a row a sample"
    n_unset = 0 if targets is None else count - n_set_samples(targets)
    if n_unset:
        return f"{right or f'{count} samples'} · {n_unset} without target"
    title = f"{count} samples" if count > 1 else "1 sample"
    if right is None:
        return f"{title}, {shapes}"
    return f"{right}, a row a sample" if count > 1 else f"{title} · {right}"


def samples_moved(scene: Scene, arrow: Arrow) -> Gesture | None:
    """Return the sample above or below; or the next layer to show, the whole network after all."""
    if arrow in _SAMPLES_ON:
        return ChooseSample(scene.sample + _SAMPLES_ON[arrow])
    layers: list[int | None] = [None, *range(len(scene.session.network.layers))]
    if len(layers) == _ONE_LAYER:
        return None
    here = layers.index(scene.view.samples_layer)
    return ShowLayer(layers[(here + _LAYERS_ON[arrow]) % len(layers)])


def draw_samples(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a heading and a row for each visible sample, the selected one marked.

    Nothing is computed or formatted for the others.
    """
    style = looks(scene.palette)
    samples = samples_in_sight(scene, height)
    columns = columns_of(scene, samples, _trace_of(scene, samples), width - len(_SELECTED))
    strips = []
    if height >= _MIN_WITH_HEADING:
        heading = [(" ", style.muted), *((column.heading, style.muted) for column in columns)]
        strips.append(strip_of(_spaced(heading, columns), width, style.plain))
    for place, sample in enumerate(samples):
        selected = sample == scene.sample
        text = style.accent if selected else style.plain
        cells = [(_SELECTED if selected else " ", text)]
        cells += [(column.cells[place], column.look(place, style) or text) for column in columns]
        strips.append(strip_of(_spaced(cells, columns), width, style.plain))
    return filled(strips, width, height, style.plain)


def samples_in_sight(scene: Scene, height: int) -> range:
    """Return the samples in a drawing of this height, with the selected one in the middle."""
    rows = height - 1 if height >= _MIN_WITH_HEADING else height
    count = scene.session.n_samples
    start = max(0, min(scene.sample - rows // 2, count - rows))
    return range(start, min(start + rows, count))


def sample_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> ChooseSample | None:
    """Return the choice of the sample drawn in a row, or None if there is none."""
    samples = samples_in_sight(scene, height)
    place = row - (1 if height >= _MIN_WITH_HEADING else 0)
    return ChooseSample(samples[place]) if 0 <= place < len(samples) else None


def _spaced(cells: list[Part], columns: list[Column]) -> list[Part]:
    """The cells of a row after its marker, each padded to the width of its column."""
    marker, *rest = cells
    return [
        marker,
        *(
            (fitted(text, column.width, column.right) + " ", look)
            for (text, look), column in zip(rest, columns, strict=True)
        ),
    ]


def _trace_of(scene: Scene, samples: range) -> Trace:
    """The forward pass of the visible samples."""
    session = scene.session
    if _is_quick(session):
        return session.trace.rows(samples.start, samples.stop)
    return session.network.forward(session.inputs[samples.start : samples.stop])


def _count_right(scene: Scene) -> str | None:
    """How many predictions match their targets; None if there are none to compare."""
    session = scene.session
    if session.targets is None or not _is_quick(session) or not can_be_right(session):
        return None
    n_judged = int(is_judged(session.targets, session.task).sum())
    n_right = int(right_answers(session.trace.outputs, session.targets, session.task).sum())
    return f"{n_right} of {n_judged} right" if n_judged else None


def _is_quick(session: Session) -> bool:
    """Whether all samples are computed too fast to be noticed."""
    work = session.n_samples * session.network.n_parameters
    return session.n_samples <= _MAX_COMPUTED_TOGETHER and work <= _QUICK_WORK
