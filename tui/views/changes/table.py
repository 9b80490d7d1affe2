"""Lines of numbers before and after, drawn under each other with bars for their differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from engine.analysis.changes.causes import shortened
from engine.text import format_number
from tui.drawing.cells import Looks, Part, aligned_at_the_point, cut, fitted
from tui.views.changes.rows import ChangedNumber, Heading, Line
from tui.views.sum import BarRoom

_ROSE, _FELL, _LARGEST = "▲", "▼", "★"
_MIN_WIDTH_OF_BARS = 4
_MAX_WIDTH_OF_BARS = 60
_NAME_KEPT = 10
_NAME_BESIDE_MORE = 6
_NO_LENGTH = 1e-300


def change_parts(
    lines: Sequence[Line], width: int, digits: int, style: Looks, *, with_heading: bool
) -> list[list[Part]]:
    """Return each line as the parts of a row; every bar is drawn to the same scale.

    with_heading: whether a first row names the columns. If there is no room, the bars are left out
    first, then the numbers before, then those after.
    """
    numbers = [line for line in lines if isinstance(line, ChangedNumber)]
    if not numbers:
        return [_heading(line, width, style) for line in lines if isinstance(line, Heading)]
    indent = any(isinstance(line, Heading) for line in lines)
    columns = _Columns.of(numbers, width - 1 - indent, digits)
    bars = BarRoom.for_values(
        [_length(number.difference) for number in numbers], 0.0, max(columns.bars, 2), 0
    )
    rows: list[list[Part]] = []
    if with_heading:
        rows.append([(" " * (1 + indent) + columns.heading, style.muted)])
    place = 0
    for line in lines:
        if isinstance(line, Heading):
            rows.append(_heading(line, width, style))
            continue
        rows.append(_row(line, columns, place, bars, style, indent=indent))
        place += 1
    return rows


@dataclass(frozen=True, slots=True)
class _Columns:
    """The texts of the columns, each padded to one width; "" for a column left out."""

    names: list[str]
    before: list[str]
    after: list[str]
    differences: list[str]
    bars: int
    heading: str

    @classmethod
    def of(cls, numbers: Sequence[ChangedNumber], width: int, digits: int) -> _Columns:
        before = _column("before", [number.before for number in numbers])
        after = _column("after", [number.after for number in numbers])
        differences = _differences(numbers, digits)
        whole = max(cell_len(number.name + number.more) for number in numbers)
        name_width = min(whole, max(_NAME_KEPT, width * 2 // 5))
        shown = [before, after, differences]
        bars = _MIN_WIDTH_OF_BARS
        for left_out in ((), (), (0,), (0, 1)):
            for column in left_out:
                shown[column] = [""] * (len(numbers) + 1)
            left = width - name_width - 1 - sum(len(column[0]) for column in shown)
            if left >= bars:
                break
            bars = 0
        # Without bars, the names get the remaining width.
        name_width += min(left, 0 if bars else whole - name_width)
        names = [_name(number, max(1, name_width)) for number in numbers]
        heading = " " * len(names[0]) + "".join(column[0] for column in shown)
        old, new, differences = (column[1:] for column in shown)
        return cls(names, old, new, differences, min(left, _MAX_WIDTH_OF_BARS * bars), heading)


def _column(heading: str, texts: Sequence[str]) -> list[str]:
    """A heading and the texts below it, aligned at the decimal point."""
    aligned = aligned_at_the_point(texts)
    size = max(len(heading), *map(cell_len, aligned))
    return [fitted(text, size, right=True) + " " for text in (heading, *aligned)]


def _differences(numbers: Sequence[ChangedNumber], digits: int) -> list[str]:
    """How far each rose or fell, with the arrows and the decimal points aligned."""
    heading = " change"
    sizes = aligned_at_the_point(
        [format_number(abs(number.difference), digits) for number in numbers]
    )
    signed = [f"{_sign(number)}{size}" for number, size in zip(numbers, sizes, strict=True)]
    width = max(map(cell_len, [heading, *signed]))
    return [f"{fitted(text, width)} " for text in (heading, *signed)]


def _name(number: ChangedNumber, width: int) -> str:
    more = number.more if cell_len(number.more) <= width - _NAME_BESIDE_MORE else ""
    name, room = number.name, width - cell_len(more)
    if cell_len(name) > room:
        # The end of a name says which neuron it is.
        name = shortened(name, room, room // 2)
    return fitted(name + more, width) + " "


def _sign(number: ChangedNumber) -> str:
    if math.isnan(number.difference):
        return " "
    return _ROSE if number.difference > 0 else _FELL


def _heading(line: Heading, width: int, style: Looks) -> list[Part]:
    text = f"{_LARGEST if line.is_largest else ' '}{line.stage}"
    for note in line.notes:
        if cell_len(text) + 3 + cell_len(note) > width:
            break
        text += f" · {note}"
    return [(cut(text, width), style.accent if line.is_largest else style.muted)]


def _row(
    number: ChangedNumber,
    columns: _Columns,
    place: int,
    bars: BarRoom,
    style: Looks,
    *,
    indent: bool,
) -> list[Part]:
    color = style.negative if number.difference < 0 else style.positive
    text = columns.names[place] + columns.before[place] + columns.after[place]
    marker = _LARGEST if number.marked else " "
    parts = [
        (marker, style.accent),
        (" " * indent + text, style.plain),
        (columns.differences[place], color),
    ]
    if columns.bars:
        left, right = bars.bar(_length(number.difference))
        negative = number.difference < 0
        parts += [
            (left, color if negative else style.muted),
            (right, style.muted if negative else color),
        ]
    return parts


def _length(difference: float) -> float:
    """The difference; 0 if it is not finite or too small to divide by."""
    return difference if abs(difference) > _NO_LENGTH else 0.0
