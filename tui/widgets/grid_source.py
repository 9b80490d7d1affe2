"""What a number grid shows: the words between a pane, which knows the numbers, and the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tui.theme import TextStyle


class GridText(NamedTuple):
    """A text of the grid and how it looks.

    tint: from -1 to 1, how strongly the background leans to the negative or positive colour. mark:
    a character in the last cell of the column, which no number needs.
    """

    text: str
    style: TextStyle = "plain"
    tint: float = 0.0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PinnedColumn:
    """A column at the right that stays while the others scroll.

    column: where the cursor stands on it, or None for one that cannot be edited.
    """

    heading: str
    width: int
    column: int | None
    separated: bool = False


class GridAnnotation(Protocol):
    """A line below each row, with something below each number."""

    def cell(self, row: int, column: int) -> GridText:
        """Return what stands below the number in a scrolling column."""
        ...

    def pinned_cell(self, row: int, index: int) -> GridText:
        """Return what stands below the number in the pinned column of that index."""
        ...


class GridSource(Protocol):
    """The numbers of a grid. Rows and columns count from 0; only what is visible is asked for.

    n_columns: the scrolling ones. pinned: those right of them. row_heading_width and column_width
    are in characters. has_second_line: whether each row has a line of its own words below it.
    annotations: the further lines below each row. kept_notes: the lines below the last row that
    stay in sight while rows scroll, so many at most. narrowest_note: how wide a note must at least
    be on a narrow screen, where the others may go on in the next line.
    """

    @property
    def n_rows(self) -> int: ...
    @property
    def n_columns(self) -> int: ...
    @property
    def row_heading_width(self) -> int: ...
    @property
    def column_width(self) -> int: ...
    @property
    def pinned(self) -> tuple[PinnedColumn, ...]: ...
    @property
    def has_header(self) -> bool: ...
    @property
    def has_second_line(self) -> bool: ...
    @property
    def annotations(self) -> Sequence[GridAnnotation]: ...
    @property
    def kept_notes(self) -> int: ...
    @property
    def narrowest_note(self) -> int: ...

    def row_heading(self, row: int) -> GridText:
        """Return the name of the row."""
        ...

    def column_heading(self, column: int) -> str:
        """Return the name of the scrolling column."""
        ...

    def cell(self, row: int, column: int) -> GridText:
        """Return the number in a scrolling column."""
        ...

    def pinned_cell(self, row: int, index: int) -> GridText:
        """Return the number in the pinned column of that index."""
        ...

    def row_keys(self, rows: range, columns: range) -> Sequence[object] | None:
        """Return for each row all that decides how it looks besides widths and cursor.

        None: every row is drawn anew. Those of a large layer are many, and mostly one changes.
        """
        ...

    def second_line(self, row: int, width: int) -> GridText:
        """Return what stands below the row where has_second_line is set."""
        ...

    def notes(self, width: int, room: int) -> list[GridText]:
        """Return the lines below the rows: at most `room` of them, the most important ones."""
        ...


def lines_per_row(source: GridSource) -> int:
    """Return how many lines a row takes: its own, its second one and those of annotations."""
    return 1 + source.has_second_line + len(source.annotations)


def most_important(notes: Sequence[tuple[int, GridText]], room: int) -> list[GridText]:
    """Return at most `room` of the notes, in their order.

    Each stands behind its rank: the highest goes first, of several the last one.
    """
    chosen = sorted(range(len(notes)), key=lambda place: notes[place][0])[: max(0, room)]
    return [notes[place][1] for place in sorted(chosen)]
