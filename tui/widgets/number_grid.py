"""The one grid of numbers: headings that stay, columns and rows that scroll, a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip

from tui.widgets.grid_source import GridSource, GridText
from tui.widgets.strip_lines import StripLines

_WHEEL_ROWS = 3
_MOST_ROWS_TO_MEASURE = 100


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which scrolling columns are visible and where: first, how many, the width of each."""

    first: int
    count: int
    width: int


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

    def show(self, source: GridSource, cursor: tuple[int, int] | None) -> None:
        """Show the numbers of `source` with the cursor at (row, column), or without one."""
        moved = cursor != self._cursor
        self._source, self._cursor = source, cursor
        if moved and cursor is not None:
            self._bring_into_view(*cursor)
        self.redraw()

    def cell_region(self, row: int, column: int) -> Region | None:
        """Return where a cell is on the screen, or None when it is scrolled out of sight."""
        source = self._source
        if source is None or not self._first_row <= row < self._first_row + self._visible_rows:
            return None
        y = source.has_header + (row - self._first_row) * source.lines_per_row
        for start, width, found in self._column_places():
            if found == column:
                return Region(start, y, width, 1).translate(self.content_region.offset)
        return None

    @property
    def visible_range(self) -> tuple[range, range]:
        """The visible rows and scrolling columns."""
        columns = self._visible_columns()
        last = min(self._first_row + self._visible_rows, self._source.n_rows if self._source else 0)
        return range(self._first_row, last), range(columns.first, columns.first + columns.count)

    def view_changed(self) -> None:
        """Do what must follow when other numbers or another part of them are shown."""

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width at which nothing is cut off, notes and second lines included."""
        source = self._source
        if source is None:
            return 0
        numbers = source.row_heading_width + source.n_columns * source.column_width
        pinned = sum(column.width + 2 * column.separated for column in source.pinned)
        texts = [note.text for note in source.notes(numbers + pinned)]
        if source.lines_per_row > 1:
            rows = range(min(source.n_rows, _MOST_ROWS_TO_MEASURE))
            texts += [source.second_line(row, numbers + pinned).text for row in rows]
        return max(numbers + pinned, *(cell_len(text) for text in texts))

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
        if self._source is None:
            return
        last = max(0, self._source.n_rows - self._visible_rows)
        first = max(0, min(last, self._first_row + rows))
        if first != self._first_row:
            self._first_row = first
            self.redraw()
            event.stop()

    def _cell_at(self, offset: Offset) -> tuple[int, int] | None:
        source = self._source
        if source is None or offset.y < source.has_header:
            return None
        row = self._first_row + (offset.y - source.has_header) // source.lines_per_row
        if row >= source.n_rows:
            return None
        places = [place for place in self._column_places() if place[2] is not None]
        for start, width, column in places:
            if start <= offset.x < start + width and column is not None:
                return row, column
        return (row, places[-1][2] or 0) if places else None

    @property
    def _visible_rows(self) -> int:
        if self._source is None:
            return 0
        height = self.content_size.height - self._source.has_header
        return max(1, height // self._source.lines_per_row)

    def _visible_columns(self) -> _Columns:
        source = self._source
        if source is None or not source.n_columns:
            return _Columns(0, 0, 1)
        pinned = sum(column.width + 2 * column.separated for column in source.pinned)
        room = self.content_size.width - source.row_heading_width - pinned
        count = max(1, min(source.n_columns, room // source.column_width))
        first = min(self._first_column, source.n_columns - count)
        return _Columns(first, count, source.column_width)

    def _column_places(self) -> list[tuple[int, int, int | None]]:
        """For each visible column its start, its width and the cursor's name for it."""
        source = self._source
        if source is None:
            return []
        columns = self._visible_columns()
        x = source.row_heading_width
        places: list[tuple[int, int, int | None]] = []
        for column in range(columns.first, columns.first + columns.count):
            places.append((x, columns.width, column))
            x += columns.width
        for pinned in source.pinned:
            x += 2 * pinned.separated
            places.append((x, pinned.width, pinned.column))
            x += pinned.width
        return places

    def _bring_into_view(self, row: int, column: int) -> None:
        source = self._source
        if source is None:
            return
        rows = self._visible_rows
        self._first_row = max(min(self._first_row, row), row - rows + 1)
        self._first_row = max(0, min(self._first_row, source.n_rows - rows))
        if column < source.n_columns:
            count = self._visible_columns().count
            self._first_column = max(min(self._first_column, column), column - count + 1)

    def redraw(self) -> None:
        """Draw every visible line; those that are as they were are not painted."""
        if self._source is None or not self.is_attached:
            return
        width, height = self.content_size
        self.show_lines(self._draw(self._source, width, height))
        self.view_changed()

    def _draw(self, source: GridSource, width: int, height: int) -> list[Strip]:
        lines = [self._header(source)] if source.has_header else []
        last = min(source.n_rows, self._first_row + self._visible_rows)
        for row in range(self._first_row, last):
            lines.append(self._row(source, row))
            if source.lines_per_row > 1:
                lines.append(self._text_line(source.second_line(row, width)))
        if last == source.n_rows:
            lines += [self._text_line(note) for note in source.notes(width)]
        blank = self.look.blank
        return [
            Strip(segments).adjust_cell_length(width, blank)
            for segments in [*lines, *[[]] * height][:height]
        ]

    def _text_line(self, text: GridText) -> list[Segment]:
        return [Segment(text.text, self.look.named[text.style])]

    def _header(self, source: GridSource) -> list[Segment]:
        look = self.look
        columns = self._visible_columns()
        hidden_left = columns.first > 0
        hidden_right = columns.first + columns.count < source.n_columns
        segments = [
            Segment(
                _fitted(" ‹" if hidden_left else "", source.row_heading_width), look.named["muted"]
            )
        ]
        here = self._cursor[1] if self._cursor else None
        for column in range(columns.first, columns.first + columns.count):
            style = look.named["strong" if column == here else "heading"]
            segments.append(
                Segment(_fitted(" " + source.column_heading(column), columns.width), style)
            )
        for pinned in source.pinned:
            if pinned.separated:
                segments.append(Segment("› " if hidden_right else "│ ", look.named["muted"]))
                hidden_right = False
            strong = pinned.column is not None and pinned.column == here
            segments.append(
                Segment(
                    _fitted(" " + pinned.heading, pinned.width),
                    look.named["strong" if strong else "heading"],
                )
            )
        return segments

    def _row(self, source: GridSource, row: int) -> list[Segment]:
        look = self.look
        columns = self._visible_columns()
        here = self._cursor[1] if self._cursor and self._cursor[0] == row else None
        heading = source.row_heading(row)
        segments = [
            Segment(_fitted(heading.text, source.row_heading_width), look.named[heading.style])
        ]
        for column in range(columns.first, columns.first + columns.count):
            segments += self._cell(source.cell(row, column), columns.width, column == here)
        for index, pinned in enumerate(source.pinned):
            if pinned.separated:
                segments.append(Segment("│ ", look.named["muted"]))
            at_cursor = pinned.column is not None and pinned.column == here
            segments += self._cell(source.pinned_cell(row, index), pinned.width, at_cursor)
        return segments

    def _cell(self, text: GridText, width: int, at_cursor: bool) -> list[Segment]:
        look = self.look
        shown = text.text if text.text.startswith(("-", "−")) else " " + text.text
        if cell_len(shown) > width:
            shown = set_cell_size(shown, width - 1) + "…"
        filled = _fitted(shown, width - 1)
        if at_cursor:
            style = look.cursor if self.has_focus else look.resting_cursor
        elif text.style == "weight":
            style = look.tinted(text.tint)
        else:
            style = look.named[text.style]
        return [Segment(filled, style), Segment(" ", look.blank)]

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()


def _fitted(text: str, width: int) -> str:
    """The text in exactly `width` cells, cut with an ellipsis where it is longer."""
    if cell_len(text) > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width > 0 else ""
    return set_cell_size(text, width)
