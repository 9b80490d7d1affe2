"""A grid of numbers with fixed headings, scrolling rows and columns, and a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.geometry import Offset, Region
from textual.message import Message

from tui.widgets.grid_lines import GridWindow, column_places, grid_lines, grid_window
from tui.widgets.grid_source import GridSource, lines_per_row
from tui.widgets.strip_lines import StripLines

_WHEEL_ROWS = 3
_MAX_ROWS_TO_MEASURE = 100
_MAX_NOTES_TO_MEASURE = 20
_WIDE_SCREEN = 100


def natural_width(source: GridSource, screen_width: int) -> int:
    """Return the width at which no number is cut, nor any text on a wide screen."""
    numbers = source.row_heading_width + source.n_columns * source.column_width
    pinned = sum(column.width + column.separator for column in source.pinned)
    texts = []
    if screen_width >= _WIDE_SCREEN:
        texts += [note.text for note in source.notes(screen_width, _MAX_NOTES_TO_MEASURE)]
    if source.has_second_line:
        rows = range(min(source.n_rows, _MAX_ROWS_TO_MEASURE))
        texts += [source.second_line(row, numbers + pinned).text for row in rows]
    return max(numbers + pinned, source.narrowest_note, *map(cell_len, texts), 0)


class NumberGrid(StripLines, can_focus=True):
    """Draws only the visible part of its source, and repaints only the lines that changed."""

    @dataclass
    class Clicked(Message):
        """A cell was clicked; `column` counts the pinned ones after the scrolling ones."""

        grid: NumberGrid
        row: int
        column: int

        @property
        def control(self) -> NumberGrid:
            return self.grid

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._source: GridSource | None = None
        self._cursor: tuple[int, int] | None = None
        self._first_row = 0
        self._first_column = 0

    def take_source(self, source: GridSource, cursor: tuple[int, int] | None) -> None:
        """Take the numbers to draw next, with the cursor at (row, column), or without one.

        Every cursor position must be passed, since the visible part depends on its whole path.
        """
        moved = cursor != self._cursor
        self._source, self._cursor = source, cursor
        if moved and cursor is not None:
            self._bring_into_view(*cursor)

    @property
    def window(self) -> GridWindow:
        """The visible part of the numbers."""
        if self._source is None:
            return GridWindow(0, 0, 0, 0)
        return grid_window(self._source, self._first_row, self._first_column, *self.room)

    def cell_region(self, row: int, column: int) -> Region | None:
        """Return the region of a cell on the screen, or None if it is scrolled out of sight."""
        source, window = self._source, self.window
        if source is None or row not in window.rows:
            return None
        y = source.has_header + (row - window.first_row) * lines_per_row(source)
        for start, width, found in column_places(source, window):
            if found == column:
                return Region(start, y, width, 1).translate(self.content_region.offset)
        return None

    def view_changed(self, window: GridWindow) -> None:
        """React to other numbers, or another part of them, being shown."""

    def on_resize(self) -> None:
        if self._cursor is not None:
            self._bring_into_view(*self._cursor)
        super().on_resize()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll_by(event, _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll_by(event, -_WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        place = None if offset is None else self._cell_at(offset)
        if place is not None:
            self.post_message(self.Clicked(self, *place))

    def _scroll_by(self, event: events.MouseEvent, rows: int) -> None:
        before = self.window
        self._first_row = max(0, before.first_row + rows)
        if self.window != before:
            self._first_row = self.window.first_row
            self.redraw()
            event.stop()

    def _cell_at(self, offset: Offset) -> tuple[int, int] | None:
        source, window = self._source, self.window
        if source is None or offset.y < source.has_header:
            return None
        row = window.first_row + (offset.y - source.has_header) // lines_per_row(source)
        if row not in window.rows:
            return None
        places = [
            (start, width, column)
            for start, width, column in column_places(source, window)
            if column is not None
        ]
        for start, width, column in places:
            if start <= offset.x < start + width:
                return row, column
        return (row, places[-1][2]) if places else None

    def _bring_into_view(self, row: int, column: int) -> None:
        source, window = self._source, self.window
        if source is None or not all(self.room):
            return
        self._first_row = max(min(window.first_row, row), row - window.n_rows + 1)
        if column < source.n_columns:
            self._first_column = max(
                min(window.first_column, column), column - window.n_columns + 1
            )

    def redraw(self) -> None:
        """Draw every visible line; unchanged ones are not repainted."""
        if self._source is None or not self.is_attached:
            return
        width, height = self.room
        window = grid_window(self._source, self._first_row, self._first_column, width, height)
        cursor_style = self.look.cursor if self.has_focus else self.look.resting_cursor
        lines = grid_lines(
            self._source, window, self._cursor, cursor_style, self.look, (width, height)
        )
        self.show_lines([*lines, *[()] * (height - len(lines))][:height], width)
        self.view_changed(window)

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()
