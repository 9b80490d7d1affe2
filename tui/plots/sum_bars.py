"""The Sum view: how a neuron's sum z comes about, as bars to both sides of an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.strip import Strip

from engine.numbers import format_number, format_within
from tui.plots.axes import round_up
from tui.plots.cells import (
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
    strip_of,
)
from tui.plots.scene import Scene
from tui.plots.sum_terms import Term, signed, terms_of

_WIDTH_WITH_SOURCES = 40
_WIDTH_WITH_DECIMALS = 52
_WIDEST_SOURCE = 10
_SPACE_BEFORE_RESULT = 2
_LEAST_FOR_A_LABEL = 13
_SHORTEST_BARS = 4
_PARTS_TO_THE_LEFT = (0.0, 0.25, 0.5, 0.75, 1.0)
_STEADY_UNITS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_AXIS_BESIDE_RIGHT, _AXIS_BESIDE_LEFT = "▕", "▏"


@dataclass(frozen=True, slots=True)
class BarRoom:
    """The cells on both sides of the axis, and the value that one cell stands for."""

    left: int
    right: int
    unit: float

    @classmethod
    def for_values(cls, values: Sequence[float], total: float, width: int, text: int) -> BarRoom:
        """Return the room for bars of these values in `width` cells.

        text: the cells that are kept free behind the bar of the total. The place of the axis and
        the unit come in steps, so that they seldom change.
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
        unit = round_up(best.unit, _STEADY_UNITS) if best.unit > 0 else 1.0
        return cls(best.left, best.right, unit)

    def bar(self, value: float) -> tuple[str, str]:
        """Return what stands to the left and to the right of the axis, with the axis itself."""
        length = 0.0 if math.isnan(value) else abs(value) / self.unit
        if value < 0:
            bar = leftward_bar(min(length, self.left))
            return " " * (self.left - len(bar)) + bar, _AXIS_BESIDE_LEFT
        return " " * (self.left - 1) + _AXIS_BESIDE_RIGHT, rightward_bar(min(length, self.right))


def sum_title(scene: Scene) -> str:
    """Return whose sum it is."""
    return f"How {scene.name_of(scene.neuron)}'s sum z comes about"


def draw_sum(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a row for each product, the bias and the sum, with what the activation makes of it."""
    style = looks(scene.palette)
    trace = scene.trace.layers[scene.layer_index]
    z = float(trace.pre_activations[0, scene.neuron])
    result = _result(scene, float(trace.activations[0, scene.neuron]))
    if is_too_small(width, height):
        text = f"{scene.name_of(scene.neuron)} z {format_number(z, scene.digits)}  {result}"
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
    values = _values(rows, scene.digits, width // 3)
    labels = _labels(rows, width, width - cell_len(values[0]) - _SHORTEST_BARS)
    return rows, labels, values, width - cell_len(labels[0]) - cell_len(values[0])


def _result(scene: Scene, a: float) -> str:
    activation = scene.layer.activation
    return f"{activation.text} → {format_within(a, activation.limits, scene.digits)}"


def _labels(rows: Sequence[Term], width: int, most: int) -> list[str]:
    """The terms as they are computed, all of one width, with their sources where there is room."""
    formulas = [row.formula if row.formula.startswith("-") else f" {row.formula}" for row in rows]
    labels = [f"{formula}  " for formula in formulas]
    if width >= _WIDTH_WITH_SOURCES:
        source_width = min(max(cell_len(row.source) for row in rows), _WIDEST_SOURCE)
        labels = [
            f" {fitted(row.source, source_width)} {label}" if row.source else f" {label}"
            for row, label in zip(rows, labels, strict=True)
        ]
    most = min(max(2 * width // 5, _LEAST_FOR_A_LABEL), most)
    label_width = min(max(map(cell_len, labels)), most)
    return [fitted(label, label_width) for label in labels]


def _values(rows: Sequence[Term], digits: int, most: int) -> list[str]:
    """The values under each other, all of one width; the last one, the sum, without a plus."""
    *terms, total = rows
    texts = [signed(term.value, digits) for term in terms] + [format_number(total.value, digits)]
    texts = aligned_at_the_point([text if text[0] in "+-" else f" {text}" for text in texts])
    width = min(max(map(len, texts)) + 2, most)
    return [fitted(text, width) for text in texts]


def _row(term: Term, text: str, bars: BarRoom, style: Looks) -> list[Part]:
    """A term with its bar, in the colour of its sign, and the axis in its own.

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
