"""The Sum view: how a neuron's sum z comes about, as bars on both sides of an axis.

The products come one per row, the smallest ones combined, then the bias.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from engine.explain.neuron import in_brackets
from engine.nn.arrays import FloatArray
from engine.nn.parameters import Bias, Input, Weight
from engine.session.names import input_name
from engine.text import format_given, format_number, format_within
from tui.drawing.axes import round_up
from tui.drawing.cells import (
    Looks,
    Part,
    aligned_at_the_point,
    filled,
    fitted,
    is_too_small,
    leftward_bar,
    lines_of_text,
    looks,
    rightward_bar,
    safe,
    strip_of,
)
from tui.views.scene import Scene

_WIDTH_OF_A_FACTOR = 7
_SHORT_WIDTH_OF_A_FACTOR = 5
_SHORT_DIGITS = 2

_WIDTH_WITH_SOURCES = 40
_WIDTH_WITH_DECIMALS = 52
_MAX_SOURCE_WIDTH = 10
_SPACE_BEFORE_RESULT = 2
_MIN_FOR_A_LABEL = 13
_MIN_WIDTH_OF_BARS = 4
_PARTS_TO_THE_LEFT = (0.0, 0.25, 0.5, 0.75, 1.0)
_STEADY_UNITS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_AXIS_BESIDE_RIGHT, _AXIS_BESIDE_LEFT = "▕", "▏"


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the sum, or the sum itself: its source, formula and value."""

    source: str
    formula: str
    value: float
    selected: bool = False
    is_total: bool = False


def terms_of(scene: Scene, rows: int, short: bool = False) -> list[Term]:
    """Return the terms of the sum z in at most `rows` (two or more) rows, the bias last.

    If there are too many products, the largest and the selected one are kept, in their order, and
    one row has the sum of the others, so that the rows always add up to z. With `short` the factors
    have fewer decimals.
    """
    weights = scene.layer.weights[scene.neuron]
    inputs = scene.trace.inputs_of(scene.layer_index)[0]
    layers, before = scene.session.network.layers, scene.layer_index - 1
    limits = None if before < 0 else layers[before].activation.limits
    with np.errstate(all="ignore"):
        products = weights * inputs
    selected = _selected_input(scene)
    all_fit = len(products) < rows
    places = list(range(len(products))) if all_fit else _largest(products, rows - 2, selected)
    terms = [
        Term(
            safe(input_name(scene.session, scene.layer_index, place)),
            _formula(float(weights[place]), float(inputs[place]), limits, scene.view.digits, short),
            float(products[place]),
            place == selected,
        )
        for place in places
    ]
    if not all_fit:
        others = np.delete(products, places)
        with np.errstate(all="ignore"):
            terms.append(Term("", f"… {len(others)} smaller", float(others.sum())))
    bias = Bias(scene.layer_index, scene.neuron)
    value = float(scene.layer.bias[scene.neuron])
    terms.append(Term("", "bias", value, scene.parameter == bias))
    return terms


def signed(value: float, digits: int) -> str:
    """Return the number with its sign, plus or minus; 0 has none."""
    text = format_number(value, digits)
    return f"+{text}" if value > 0 else text


def _selected_input(scene: Scene) -> int | None:
    """The index of the product with the selected weight or input, if there is one."""
    match scene.parameter:
        case Weight(layer_index, neuron, place):
            return place if (layer_index, neuron) == (scene.layer_index, scene.neuron) else None
        case Input(feature):
            return feature if scene.layer_index == 0 else None
    return None


def _largest(products: FloatArray, count: int, selected: int | None) -> list[int]:
    """The indices of the `count` largest products in size, ascending; NaN counts as largest."""
    sizes = np.nan_to_num(np.abs(products), nan=np.inf, posinf=np.inf)
    if selected is not None:
        sizes[selected] = np.inf
    return sorted(np.argsort(-sizes, kind="stable")[: max(count, 0)].tolist())


def _formula(
    weight: float, input: float, limits: tuple[float, float] | None, digits: int, short: bool
) -> str:
    """A weight times its input; limits: of the activation that the input is an out of, if any."""
    width = _SHORT_WIDTH_OF_A_FACTOR if short else _WIDTH_OF_A_FACTOR
    digits = min(digits, _SHORT_DIGITS) if short else digits
    w = format_given(weight, digits, width)
    x = (
        format_given(input, digits, width)
        if limits is None
        else format_within(input, limits, digits)
    )
    return f"{w}·{in_brackets(x)}"


@dataclass(frozen=True, slots=True)
class BarRoom:
    """The cells on both sides of the axis, and the value that one cell stands for."""

    left: int
    right: int
    unit: float

    @classmethod
    def for_values(cls, values: Sequence[float], total: float, width: int, text: int) -> BarRoom:
        """Return the room for bars of these values in `width` cells.

        text: the cells kept free after the bar of the total. The axis and the unit move in steps,
        so that they seldom change.
        """
        finite = [value for value in values if math.isfinite(value)]
        most, least = max([0.0, *finite]), min([0.0, *finite])
        z = total if math.isfinite(total) else 0.0
        choices = {max(1, min(round(part * width), width - 1)) for part in _PARTS_TO_THE_LEFT}
        choices.add(max(1, width - 1 - text))
        rooms = []
        for left in sorted(choices):
            right = width - left
            beside_total = right - text
            if beside_total < 1:
                continue
            unit = max(-least / left, most / right, max(z, 0.0) / beside_total)
            rooms.append(cls(left, right, unit))
        best = min(rooms, key=lambda room: room.unit)
        # Rounding a subnormal number may give 0.
        unit = round_up(max(best.unit, sys.float_info.min), _STEADY_UNITS) if best.unit > 0 else 1.0
        return cls(best.left, best.right, unit)

    def bar(self, value: float) -> tuple[str, str]:
        """Return the text to the left and to the right of the axis, including the axis itself."""
        length = 0.0 if math.isnan(value) else abs(value) / self.unit
        if value < 0:
            bar = leftward_bar(min(length, self.left))
            return " " * (self.left - len(bar)) + bar, _AXIS_BESIDE_LEFT
        return " " * (self.left - 1) + _AXIS_BESIDE_RIGHT, rightward_bar(min(length, self.right))


def sum_title(scene: Scene) -> str:
    """Return a title that says whose sum it is."""
    return f"How {scene.name_of(scene.neuron)}'s sum z adds up"


def draw_sum(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a row for each product, the bias and the sum, with the result of the activation."""
    style = looks(scene.palette)
    trace = scene.trace.layers[scene.layer_index]
    z = float(trace.pre_activations[0, scene.neuron])
    result = _result(scene, float(trace.activations[0, scene.neuron]))
    if is_too_small(width, height):
        text = f"{scene.name_of(scene.neuron)} z {format_number(z, scene.view.digits)}  {result}"
        return lines_of_text(text, width, height, scene.palette)
    after = _SPACE_BEFORE_RESULT + len(result)
    beside = width >= _WIDTH_WITH_SOURCES
    rows, labels, values, room = _laid_out(scene, z, width, height - (1 if beside else 2))
    if beside and after > room // 2:
        beside = False
        rows, labels, values, room = _laid_out(scene, z, width, height - 2)
    bars = BarRoom.for_values([row.value for row in rows], z, room, after if beside else 0)
    drawn = [
        _row(row, label + value, bars, style)
        for row, label, value in zip(rows[:-1], labels, values, strict=False)
    ]
    total = _row(rows[-1], labels[-1] + values[-1], bars, style)
    if beside:
        total.append((" " * _SPACE_BEFORE_RESULT + result, style.strong))
        drawn.append(total)
    else:
        drawn += [total, [(f" {result}", style.strong)]]
    if len(drawn) < height:
        rule = " " + "─" * (width - room - 3)
        drawn.insert(len(rows) - 1, [(rule, style.muted)])
    strips = [strip_of(parts, width, style.plain) for parts in drawn]
    return filled(strips, width, height, style.plain)


def _laid_out(
    scene: Scene, z: float, width: int, most_rows: int
) -> tuple[list[Term], list[str], list[str], int]:
    """The terms and the sum itself, their two columns of text, and the room for bars."""
    terms = terms_of(scene, most_rows, short=width < _WIDTH_WITH_DECIMALS)
    rows = [*terms, Term("", "sum z", z, is_total=True)]
    values = _values(rows, scene.view.digits, width // 3)
    labels = _labels(rows, width, width - cell_len(values[0]) - _MIN_WIDTH_OF_BARS)
    return rows, labels, values, width - cell_len(labels[0]) - cell_len(values[0])


def _result(scene: Scene, a: float) -> str:
    activation = scene.layer.activation
    return f"{activation.text} → {format_within(a, activation.limits, scene.view.digits)}"


def _labels(rows: Sequence[Term], width: int, most: int) -> list[str]:
    """The formulas of the terms, all of one width, with their sources if there is room."""
    formulas = [row.formula if row.formula.startswith("-") else f" {row.formula}" for row in rows]
    labels = [f"{formula} " for formula in formulas]
    if width >= _WIDTH_WITH_SOURCES:
        source_width = min(max(cell_len(row.source) for row in rows), _MAX_SOURCE_WIDTH)
        labels = [
            f" {fitted(row.source, source_width)} {label}" if row.source else f" {label}"
            for row, label in zip(rows, labels, strict=True)
        ]
    most = min(max(width // 2, _MIN_FOR_A_LABEL), most)
    label_width = min(max(map(cell_len, labels)), most - 1)
    return [f"{fitted(label, label_width)} " for label in labels]


def _values(rows: Sequence[Term], digits: int, most: int) -> list[str]:
    """The aligned values, all of one width; the last one, the sum, has no plus."""
    *terms, total = rows
    texts = [signed(term.value, digits) for term in terms] + [format_number(total.value, digits)]
    texts = aligned_at_the_point([text if text[0] in "+-" else f" {text}" for text in texts])
    width = min(max(map(len, texts)) + 2, most)
    return [fitted(text, width) for text in texts]


def _row(term: Term, text: str, bars: BarRoom, style: Looks) -> list[Part]:
    """A term with its bar in the colour of its sign, and the axis in its own colour.

    The sum itself stands out from its terms.
    """
    left, right = bars.bar(term.value)
    negative = term.value < 0
    if term.is_total:
        text_look, bar_look = style.strong, style.plain
    else:
        text_look = style.accent if term.selected else style.plain
        bar_look = style.negative if negative else style.positive
    return [
        (text, text_look),
        (left, bar_look if negative else style.muted),
        (right, style.muted if negative else bar_look),
    ]
