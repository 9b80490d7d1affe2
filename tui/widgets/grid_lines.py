"""The lines of a number grid: a pure function that draws its visible window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.cells import set_cell_size
from rich.style import Style

from engine.text import cut_number
from tui.theme import TextStyles
from tui.widgets.grid_source import GridAnnotation, GridSource, GridText, lines_per_row
from tui.widgets.strip_lines import Line, width_of

_CELLS_KEPT = 1024
"""The size of the cache of cells: from one edit to the next, most stay the same."""
_MIN_ROWS = 2
_UNDERLINED = Style(underline=True)


@dataclass(frozen=True, slots=True)
class GridWindow:
    """The visible part of a grid: its first row and scrolling column, and the number of each."""

    first_row: int
    n_rows: int
    first_column: int
    n_columns: int

    @property
    def rows(self) -> range:
        return range(self.first_row, self.first_row + self.n_rows)

    @property
    def columns(self) -> range:
        return range(self.first_column, self.first_column + self.n_columns)


def grid_window(
    source: GridSource, first_row: int, first_column: int, width: int, height: int
) -> GridWindow:
    """Return the window of `width` by `height` cells nearest to the given first row and column."""
    n_rows = _rows_in(source, height - source.has_header)
    n_columns = 0
    if source.n_columns:
        pinned = sum(column.width + column.separator for column in source.pinned)
        room = (width - source.row_heading_width - pinned) // source.column_width
        n_columns = max(1, min(source.n_columns, room))
    return GridWindow(
        max(0, min(first_row, source.n_rows - n_rows)),
        n_rows,
        max(0, min(first_column, source.n_columns - n_columns)),
        n_columns,
    )


def _rows_in(source: GridSource, height: int) -> int:
    """How many rows fit into `height` lines, with the notes that stay below them."""
    per_row = lines_per_row(source)
    n_rows = min(source.n_rows, (height - source.kept_notes) // per_row)
    if n_rows < min(source.n_rows, _MIN_ROWS):
        # There is no room for both, and numbers take precedence over notes.
        n_rows = min(source.n_rows, _MIN_ROWS, height // per_row)
    return max(1, n_rows)


def column_places(source: GridSource, window: GridWindow) -> list[tuple[int, int, int | None]]:
    """Return for each visible column its start, its width and its index for the cursor."""
    x = source.row_heading_width
    places: list[tuple[int, int, int | None]] = []
    for column in window.columns:
        places.append((x, source.column_width, column))
        x += source.column_width
    for pinned in source.pinned:
        x += pinned.separator
        places.append((x, pinned.width, pinned.column))
        x += pinned.width
    return places


def grid_lines(
    source: GridSource,
    window: GridWindow,
    cursor: tuple[int, int] | None,
    cursor_style: Style,
    look: TextStyles,
    room: tuple[int, int],
) -> list[Line]:
    """Return the header, the visible rows and the notes of a grid, one line each.

    room: the available width and height.
    """
    width, height = room
    here = (-1, -1) if cursor is None else cursor
    lines = [_header(source, window, here[1], look)] if source.has_header else []
    for row in window.rows:
        column_here = here[1] if row == here[0] else -1
        lines.append(_row(source, window, row, column_here, cursor_style, look))
        if source.has_second_line:
            lines.append(_text(source.second_line(row, width), look))
        lines += [_annotations(source, window, one, row, look) for one in source.annotations]
    left = height - len(lines)
    return lines + [_text(note, look) for note in source.notes(width, left)] if left > 0 else lines


def fitted(text: str, width: int) -> str:
    """Return the text in exactly `width` cells, with its end replaced by "…" if it is longer."""
    used = width_of(text)
    if used > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return text + " " * (width - used)


def _text(text: GridText, look: TextStyles) -> Line:
    return ((text.text, look.named[text.style]),)


def _header(source: GridSource, window: GridWindow, here: int, look: TextStyles) -> Line:
    named = look.named
    hidden_left = window.first_column > 0
    hidden_right = window.columns.stop < source.n_columns
    parts = [(fitted(" ‹" if hidden_left else "", source.row_heading_width), named["muted"])]
    for column in window.columns:
        text = fitted(" " + source.column_heading(column), source.column_width)
        parts.append((text, named["strong" if column == here else "heading"]))
    for pinned in source.pinned:
        if pinned.separator:
            sign = "›" if hidden_right else "│"
            parts.append((sign.ljust(pinned.separator), named["muted"]))
            hidden_right = False
        style = named["strong" if pinned.column == here else "heading"]
        # What is left of it ends with a blank where the numbers have none.
        blank = " " * (len(pinned.heading) < pinned.width)
        parts.append((fitted(blank + pinned.heading, pinned.width), style))
    return tuple(parts)


def _row(
    source: GridSource,
    window: GridWindow,
    row: int,
    here: int,
    cursor_style: Style,
    look: TextStyles,
) -> Line:
    heading, width = source.row_heading(row), source.column_width
    parts = [(fitted(heading.text, source.row_heading_width), look.named[heading.style])]
    for column in window.columns:
        style = cursor_style if column == here else None
        parts += _cell(source.cell(row, column), width, style, look)
    for index, pinned in enumerate(source.pinned):
        if pinned.separator:
            parts.append(("│".ljust(pinned.separator), look.named["muted"]))
        style = cursor_style if pinned.column == here else None
        parts += _cell(source.pinned_cell(row, index), pinned.width, style, look)
    return tuple(parts)


def _annotations(
    source: GridSource, window: GridWindow, annotation: GridAnnotation, row: int, look: TextStyles
) -> Line:
    """The annotation line below a row; blank where there is nothing to show."""
    parts = [(" " * source.row_heading_width, look.blank)]
    for column in window.columns:
        parts += _cell(annotation.cell(row, column), source.column_width, None, look)
    for index, pinned in enumerate(source.pinned):
        if pinned.separator:
            parts.append(("│".ljust(pinned.separator), look.named["muted"]))
        parts += _cell(annotation.pinned_cell(row, index), pinned.width, None, look)
    return tuple(parts)


@lru_cache(maxsize=_CELLS_KEPT)
def _cell(text: GridText, width: int, cursor_style: Style | None, look: TextStyles) -> Line:
    """A number with room for its sign, and an untinted blank after it."""
    shown = text.text if text.text.startswith(("-", "−", "+", "∂", "≈")) else " " + text.text
    if cursor_style is not None:
        is_lit = text.style == "pointed" and cursor_style == look.resting_cursor
        style = look.named["pointed"] + _UNDERLINED if is_lit else cursor_style
    elif text.style == "weight":
        style = look.tinted(text.tint)
    elif text.mark or text.style == "pointed":
        style = look.named[text.style]
    else:
        return ((_number(shown, width), look.named[text.style]),)
    if len(shown) == width and not text.mark:
        return ((shown, style),)
    behind = (text.mark, look.named["strong"]) if text.mark else (" ", look.blank)
    return (_number(shown, width - 1), style), behind


def _number(shown: str, width: int) -> str:
    """The text in `width` cells, so that even a longer number still shows its magnitude."""
    if len(shown) > width and shown[-1].isdigit():
        blank = " " * shown.startswith(" ")
        shown = blank + cut_number(shown[len(blank) :], width - len(blank))
    return fitted(shown, width)
