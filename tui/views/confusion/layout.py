"""The positions of the tables in the Confusion view, and the widths of their columns."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from engine.session.session import Session
from tui.views.confusion.counts import Counted, both_counted, class_names

GAP = 3
MEASURE_WIDTHS = (12, 8, 6)
"""The widths of the columns of precision, recall and F1, which are shown where there is room."""

HEADINGS = 2
"""Rows above the counts: the title of the table, and the names of the answers."""

_MARKER = 1
_MIN_LABEL_WIDTH = 3
_BRACKETS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """The position of the table with the counts of one set.

    left, top: the first cell of its first line. width: its width in cells. label: the width of the
    row names. cells: the width of each visible column. rows, columns: the visible classes.
    """

    counted: Counted
    left: int
    top: int
    width: int
    label: int
    cells: tuple[int, ...]
    rows: range
    columns: range

    @property
    def heading(self) -> int:
        """The number of cells before the counts."""
        return _MARKER + self.label

    def left_of(self, place: int) -> int:
        """Return the first cell of a visible column (from 0), or of what follows the last."""
        return self.left + self.heading + sum(self.cells[:place])

    def class_pair_at(self, column: int, row: int) -> tuple[int, int] | None:
        """Return the target and the answer whose count is at a cell of the pane, if any."""
        down = row - self.top - HEADINGS
        if not 0 <= down < len(self.rows):
            return None
        for place, answer in enumerate(self.columns):
            if self.left_of(place) <= column < self.left_of(place + 1):
                return self.rows[down], answer
        return None


@dataclass(frozen=True, slots=True)
class _Fit:
    """The widths of the row names and of each column; is_whole: whether no name is cut."""

    label: int
    cells: tuple[int, ...]
    is_whole: bool

    @property
    def width(self) -> int:
        return _MARKER + self.label + sum(self.cells)


def tables_of(session: Session, sample: int, width: int, height: int) -> list[Table]:
    """Return the tables that fit: both side by side, one above the other, or only one.

    An arrangement in which no name is cut is preferred. A single table is that of the selected
    sample; if it is too large as well, it has as many classes as fit, including that of the sample.
    """
    sets, names = both_counted(session), class_names(session)
    rows = range(len(names))
    deep = HEADINGS + len(names)
    if len(sets) > 1:
        half = (width - GAP) // 2
        beside = _fit(sets, names, half) if deep <= height else None
        below = None
        if 2 * deep <= height and not (beside and beside.is_whole):
            below = _fit(sets, names, width)
        if beside and not (below and below.is_whole):
            wide = max(beside.width, *(len(one.title(half)) for one in sets))
            if half - beside.width >= sum(MEASURE_WIDTHS):
                wide = half
            return [
                Table(one, left, 0, wide, beside.label, beside.cells, rows, rows)
                for one, left in zip(sets, (0, wide + GAP), strict=True)
            ]
        if below:
            second = deep + (2 * deep < height)
            return [
                Table(one, 0, top, width, below.label, below.cells, rows, rows)
                for one, top in zip(sets, (0, second), strict=True)
            ]
    chosen = sets[0]
    if len(sets) > 1:
        # A line below sums up the other one.
        chosen = sets[sample >= session.n_train]
        height -= 1
    fit = _fit([chosen], names, width)
    if fit is not None and deep <= height:
        return [Table(chosen, 0, 0, width, fit.label, fit.cells, rows, rows)]
    # A line below says how many classes there are.
    n_rows = min(len(names), max(1, height - HEADINGS - 1))
    current, _ = chosen.pair_of(sample) or (0, 0)
    rows = _around(current, n_rows, len(names))
    if fit is not None:
        columns = range(len(names))
        return [Table(chosen, 0, 0, width, fit.label, fit.cells, rows, columns)]
    label = min(max(map(cell_len, names)), max(1, width // 4))
    cell = _least_cell([chosen])
    n_columns = min(len(names), max(1, (width - _MARKER - label) // cell))
    columns = _around(current, n_columns, len(names))
    return [Table(chosen, 0, 0, width, label, (cell,) * n_columns, rows, columns)]


def _fit(sets: list[Counted], names: list[str], width: int) -> _Fit | None:
    """The widths that fit: equal columns, else columns as wide as their names, else cut names."""
    sizes = [cell_len(name) for name in names]
    longest, least = max(sizes), _least_cell(sets)
    alike = (max(least, longest + 1),) * len(names)
    own = tuple(max(least, size + 1) for size in sizes)
    for cells in (alike, own):
        for label in (longest + 1, longest):
            fit = _Fit(label, cells, is_whole=True)
            if fit.width <= width:
                return fit
    for most in range(min(longest - 1, width), 0, -1):
        cells = tuple(max(least, min(size, most) + 1) for size in sizes)
        fit = _Fit(max(most, min(longest, _MIN_LABEL_WIDTH)), cells, is_whole=False)
        if fit.width <= width:
            return _Fit(min(longest, fit.label + width - fit.width), cells, is_whole=False)
    return None


def _least_cell(sets: list[Counted]) -> int:
    """The width of the largest count in its brackets."""
    return max(len(str(int(one.counts.max()))) for one in sets) + _BRACKETS


def _around(place: int, count: int, total: int) -> range:
    """`count` consecutive indices out of `total`, with `place` in the middle if possible."""
    start = max(0, min(place - count // 2, total - count))
    return range(start, start + count)
