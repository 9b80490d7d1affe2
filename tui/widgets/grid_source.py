"""The interface between a number grid and the pane that knows its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tui.theme import TextStyle


class GridText(NamedTuple):
    """A text in the grid, with its look.

    tint: from -1 to 1, how strongly the background leans to the negative or positive colour. mark:
    a character in the last cell of the column, which numbers leave free.
    """

    text: str
    style: TextStyle = "plain"
    tint: float = 0.0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PinnedColumn:
    """A column on the right that stays while the others scroll.

    column: its index for the cursor, or None if it cannot be edited. separator: the cells that a
    line to the left of it takes; 0 for none.
    """

    heading: str
    width: int
    column: int | None
    separator: int = 0


class GridAnnotation(Protocol):
    """A line below each row, with an annotation below each number."""

    def cell(self, row: int, column: int) -> GridText:
        """Return the annotation of the number in a scrolling column."""
        ...

    def pinned_cell(self, row: int, index: int) -> GridText:
        """Return the annotation of the number in the pinned column of that index."""
        ...


class GridSource(Protocol):
    """The numbers of a grid. Rows and columns count from 0; only visible ones are asked for.

    n_columns: the number of scrolling columns. pinned: the columns right of them. row_heading_width
    and column_width are in characters. has_second_line: whether each row has a line of text below
    it. annotations: the further lines below each row. kept_notes: the maximum number of lines below
    the last row that stay visible while rows scroll. narrowest_note: the minimum width of a note on
    a narrow screen, where longer ones may wrap.
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

    def second_line(self, row: int, width: int) -> GridText:
        """Return the text below the row if has_second_line is set."""
        ...

    def notes(self, width: int, room: int) -> list[GridText]:
        """Return at most `room` lines to show below the rows, the most important ones."""
        ...


def lines_per_row(source: GridSource) -> int:
    """Return the number of lines per row: its own, its second line and its annotations."""
    return 1 + source.has_second_line + len(source.annotations)


def most_important(notes: Sequence[tuple[int, GridText]], room: int) -> list[GridText]:
    """Return at most `room` of the notes, in their order.

    notes: (rank, text). The highest rank is dropped first, and among equal ranks the last note.
    """
    chosen = sorted(range(len(notes)), key=lambda place: notes[place][0])[: max(0, room)]
    return [notes[place][1] for place in sorted(chosen)]
