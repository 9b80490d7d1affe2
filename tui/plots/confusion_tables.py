"""The tables of the Confusion view: what is counted, and where in the pane each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rich.cells import cell_len

from engine.activations import FloatArray
from engine.metrics import confusion_matrix
from engine.parameters import output_name
from engine.prediction import THRESHOLD
from engine.session import Session
from tui.plots.answered import Answered, answered
from tui.plots.axes import IntArray
from tui.plots.cells import safe

CountArray = npt.NDArray[np.int64]

GAP = 3
HEADINGS = 2
"""Rows above the counts: what the table is of, and the names of the answers."""

_MARKER = 1
_WIDEST_NAME, _NARROWEST_LABEL = 10, 3
_BRACKETS = 2
_NO_ANSWER = -1


@dataclass(frozen=True, eq=False, slots=True)
class Counted:
    """How often each target got each answer, of the training samples or the test samples.

    counts: (n_classes, n_classes), rows are targets. asked, answers: for each sample looked at its
    class, from 0; the answer is -1 where an output is NaN.
    """

    of_test: bool
    known: Answered
    counts: CountArray
    asked: IntArray
    answers: IntArray

    @property
    def n_right(self) -> int:
        return int(np.trace(self.counts))

    def said(self, width: int) -> str:
        """Return whose table it is and how many answers are right, in fewer words if need be."""
        n_samples = len(self.known.samples)
        name = "test" if self.of_test else "training"
        share = percent(self.n_right, n_samples)
        of_all = f" (a part of {self.known.n_samples:,})" if self.known.is_part else ""
        part = " (a part)" if self.known.is_part else ""
        choices = (
            f"{name}: {share} of {n_samples:,} right{of_all}",
            f"{name}: {share} right{part}",
            f"{name} {share}{part}",
        )
        return next((text for text in choices if len(text) <= width), choices[-1])

    def pair_of(self, sample: int) -> tuple[int, int] | None:
        """Return the target and the answer of a sample, None where it was not looked at."""
        place = int(np.searchsorted(self.known.samples, sample))
        if place == len(self.known.samples) or self.known.samples[place] != sample:
            return None
        return int(self.asked[place]), int(self.answers[place])

    def samples_in(self, target: int, answer: int) -> IntArray:
        """Return the samples of one cell of the table, rising."""
        samples: IntArray = self.known.samples[(self.asked == target) & (self.answers == answer)]
        return samples


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Where the counts of one set stand.

    left, top: the first cell of its first line. width: its cells. label: cells of the names of the
    rows. cell: cells of each count. rows, columns: the classes that are in sight.
    """

    counted: Counted
    left: int
    top: int
    width: int
    label: int
    cell: int
    rows: range
    columns: range

    @property
    def heading(self) -> int:
        """The cells before the counts."""
        return _MARKER + self.label

    def class_pair_at(self, column: int, row: int) -> tuple[int, int] | None:
        """Return the target and the answer whose count is at a place of the pane."""
        down = row - self.top - HEADINGS
        across, rest = column - self.left - self.heading, self.cell * len(self.columns)
        if 0 <= down < len(self.rows) and 0 <= across < rest:
            return self.rows[down], self.columns[across // self.cell]
        return None


def percent(count: int, total: int) -> str:
    """Return the share as text, rounded down, so that only all are 100 %."""
    thousandths = count * 1000 // total
    whole, tenth = divmod(thousandths, 10)
    return f"{whole}.{tenth} %" if tenth else f"{whole} %"


def has_classes(session: Session) -> bool:
    """Whether each sample has one class."""
    return session.task == "multiclass" or (
        session.task == "binary" and session.network.n_outputs == 1
    )


@lru_cache(maxsize=4)
def counted(session: Session, of_test: bool) -> Counted | None:
    """Return the counts of one set, None where it has no samples; the session has classes."""
    known = answered(session, of_test)
    if known is None:
        return None
    outputs, task = known.outputs, session.task
    answers = np.where(np.isnan(outputs).any(axis=1), _NO_ANSWER, _classes(outputs, task))
    return Counted(
        of_test,
        known,
        confusion_matrix(outputs, known.targets, task),
        _classes(known.targets, task),
        answers,
    )


def both_counted(session: Session) -> list[Counted]:
    """Return the counts of the training samples, and of the test samples where there are some."""
    sets = (counted(session, False), counted(session, True))
    return [one for one in sets if one is not None]


def class_names(session: Session) -> list[str]:
    """Return the names of the classes as they may be printed."""
    if session.task == "multiclass":
        return [safe(output_name(session, output)) for output in range(session.network.n_outputs)]
    if session.classes and len(session.classes) == session.n_classes:
        return [safe(name) for name in session.classes]
    return ["0", "1"]


def tables_of(session: Session, sample: int, width: int, height: int) -> list[Table]:
    """Return the tables that have room: both side by side, one above the other, or one of them.

    It is the one with the selected sample then, and where that is too large as well, as many
    classes of it as have room, that of the sample among them.
    """
    sets, names = both_counted(session), class_names(session)
    rows = range(len(names))
    deep = HEADINGS + len(names)
    if len(sets) > 1:
        half = (width - GAP) // 2
        if deep <= height and (fit := _fit(sets, names, half)):
            counts = _MARKER + fit[0] + fit[1] * len(names)
            wide = max(counts, *(len(one.said(half)) for one in sets))
            return [
                Table(one, left, 0, wide, *fit, rows, rows)
                for one, left in zip(sets, (0, wide + GAP), strict=True)
            ]
        if 2 * deep + 1 <= height and (fit := _fit(sets, names, width)):
            return [
                Table(one, 0, top, width, *fit, rows, rows)
                for one, top in zip(sets, (0, deep + 1), strict=True)
            ]
    chosen = sets[0]
    if len(sets) > 1:
        # The other one is summed up in a line below.
        chosen = sets[sample >= session.n_train]
        height -= 1
    fit = _fit([chosen], names, width)
    if fit is not None and deep <= height:
        return [Table(chosen, 0, 0, width, *fit, rows, rows)]
    # A line below says how many classes there are.
    n_rows = min(len(names), max(1, height - HEADINGS - 1))
    label, cell = fit or _narrowest([chosen], names, width)
    n_columns = min(len(names), max(1, (width - _MARKER - label) // cell))
    spoken_of, _ = chosen.pair_of(sample) or (0, 0)
    return [
        Table(
            chosen,
            0,
            0,
            width,
            label,
            cell,
            _around(spoken_of, n_rows, len(names)),
            _around(spoken_of, n_columns, len(names)),
        )
    ]


def _classes(values: FloatArray, task: str) -> IntArray:
    """The class of each sample, from 0, as the confusion matrix counts it."""
    if task == "multiclass":
        chosen: IntArray = np.argmax(values, axis=1)
        return chosen
    is_yes: IntArray = (values[:, 0] >= THRESHOLD).astype(np.intp)
    return is_yes


def _fit(sets: list[Counted], names: list[str], width: int) -> tuple[int, int] | None:
    """The cells of a label and of a count, as wide as names want and `width` allows."""
    longest = min(max(map(cell_len, names)), _WIDEST_NAME)
    least = _least_cell(sets)
    rooms = {
        label: (width - _MARKER - label) // len(names)
        for label in range(longest + 1, min(longest, _NARROWEST_LABEL) - 1, -1)
    }
    wide = max(least, longest + 1)
    for label in (longest + 1, longest):
        if rooms[label] >= wide:
            return label, wide
    return next(((label, room) for label, room in rooms.items() if room >= least), None)


def _narrowest(sets: list[Counted], names: list[str], width: int) -> tuple[int, int]:
    longest = min(max(map(cell_len, names)), _WIDEST_NAME)
    return min(longest, max(1, width // 4)), _least_cell(sets)


def _least_cell(sets: list[Counted]) -> int:
    """The cells of the largest count with its brackets."""
    return max(len(str(int(one.counts.max()))) for one in sets) + _BRACKETS


def _around(place: int, count: int, total: int) -> range:
    """So many of `total` places in a row, the given one in the middle where that is possible."""
    start = max(0, min(place - count // 2, total - count))
    return range(start, start + count)
