"""The one place that calls plotext: lines, marks and axes become strips of cells.

plotext ends the process for a NaN in a line, and for a number a million times the size of its
axis. So it is only given places between 0 and 1: a line is split where it is not finite and
clipped to the axes before plotext sees it. It has a single figure, to be used on one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from textual.strip import Strip

from engine.activations import FloatArray
from tui.plots.ansi import strips_of_ansi
from tui.plots.axes import Axis, Tick
from tui.plots.cells import look, overlaid
from tui.plots.polyline import visible_runs
from tui.plots.scene import RGB, Palette

_AXIS_ROWS = 2
_BEYOND_RIGHT, _BEYOND_LEFT = "▸", "◂"


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A line through points with rising x. x, y: (n_points,); it breaks where y is not finite."""

    x: FloatArray
    y: FloatArray
    color: RGB


@dataclass(frozen=True, slots=True)
class Mark:
    """One character in a cell of the canvas, counted from its left and its top."""

    column: int
    row: int
    glyph: str
    color: RGB


@dataclass(frozen=True, slots=True)
class Note:
    """Text laid over the drawing, from a cell of the canvas on."""

    column: int
    row: int
    text: str
    color: RGB


@dataclass(frozen=True, slots=True)
class Label:
    """A name for a mark, put beside it where the canvas is empty, or left out."""

    mark: Mark
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """Two axes and the canvas between them.

    left: the cells before the canvas, for the labels of y and the axis. margin: the cells kept
    free behind it.
    """

    x: Axis
    y: Axis
    width: int
    height: int
    left: int
    margin: int

    @classmethod
    def around(cls, x: Axis, y: Axis, width: int, height: int, margin: int = 0) -> Frame:
        """Return the frame of a drawing of this size; of ticks that collide one is kept."""
        y = y.readable_down(height - _AXIS_ROWS)
        left = max(len(tick.label) for tick in y.ticks) + 1
        x = x.readable_across(max(width - left - margin, 1))
        return cls(x, y, width, height, left, margin)

    @property
    def canvas_width(self) -> int:
        return max(self.width - self.left - self.margin, 1)

    @property
    def canvas_height(self) -> int:
        return self.height - _AXIS_ROWS

    def column(self, x: float) -> int:
        """Return the column of the canvas in which x lies, or the nearest one."""
        return self.x.cell(x, self.canvas_width)

    def row(self, y: float) -> int:
        """Return the row of the canvas, from its top, in which y lies, or the nearest one."""
        return self.y.cell(y, self.canvas_height, down=True)

    def across(self, column: int) -> float:
        """Return the place of the centre of a column, 0 at the left and 1 at the right."""
        return (column + 0.5) / self.canvas_width

    def up(self, row: int) -> float:
        """Return the place of the centre of a row, 0 at the bottom and 1 at the top."""
        return 1 - (row + 0.5) / self.canvas_height

    def mark(self, x: float, y: float, glyph: str, color: RGB) -> Mark:
        """Return the mark of a point, an arrow at the edge where its x lies beyond the axis."""
        if x > self.x.high:
            glyph = _BEYOND_RIGHT
        elif x < self.x.low:
            glyph = _BEYOND_LEFT
        return Mark(self.column(x), self.row(y), glyph, color)


def draw_figure(
    frame: Frame,
    palette: Palette,
    lines: Sequence[Line],
    marks: Sequence[Mark] = (),
    notes: Sequence[Note] = (),
    labels: Sequence[Label] = (),
    level: float | None = None,
) -> list[Strip]:
    """Return the strips of a figure; what comes later lies on what came before.

    level: the value of y at which a dotted line crosses the canvas, below all else.
    """
    text = _draw(frame, palette, lines, marks, level)
    strips = strips_of_ansi(text, frame.width, frame.height, palette)
    for note in notes:
        _write(strips, frame, palette, note)
    for label in labels:
        place = _place_beside(strips, frame, label)
        if place is not None:
            _write(strips, frame, palette, place)
    return strips


def _write(strips: list[Strip], frame: Frame, palette: Palette, note: Note) -> None:
    style = look(note.color, palette.background)
    strips[note.row] = overlaid(strips[note.row], frame.left + note.column, note.text, style)


def _place_beside(strips: list[Strip], frame: Frame, label: Label) -> Note | None:
    """The first empty place for a label: above to the left or right, then below."""
    mark, size = label.mark, len(label.text)
    for row, column in (
        (mark.row - 1, mark.column - size),
        (mark.row - 1, mark.column + 1),
        (mark.row + 1, mark.column + 1),
        (mark.row + 1, mark.column - size),
    ):
        if 0 <= row < frame.canvas_height and 0 <= column <= frame.canvas_width - size:
            start = frame.left + max(column - 1, 0)
            if not strips[row].text[start : frame.left + column + size + 1].strip():
                return Note(column, row, label.text, mark.color)
    return None


def _draw(
    frame: Frame,
    palette: Palette,
    lines: Sequence[Line],
    marks: Sequence[Mark],
    level: float | None,
) -> str:
    """What plotext prints: `frame.height` rows with escape codes for the colours."""
    plotext = _plotext()
    figure = plotext.figure
    figure.clear.data()
    figure.clear.settings()
    figure.plot_size(frame.width - frame.margin, frame.height)
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    columns = [frame.across(frame.column(tick.position)) for tick in frame.x.ticks]
    rows = [frame.up(frame.row(tick.position)) for tick in frame.y.ticks]
    for ruler, axis, places in (
        (figure.ruler("x", "lower"), frame.x, columns),
        (figure.ruler("y", "left"), frame.y, rows),
    ):
        ruler.lim(0, 1)
        ruler.alignment(lim="edge")
        ruler.ticks(places, [_label(tick) for tick in axis.ticks])
    if level is not None:
        figure.line(frame.up(frame.row(level)), pixel=_pixel(palette.muted), style="dotted")
    for line in lines:
        marker = _marker("braille", line.color)
        for x, y in visible_runs(frame.x.unit(line.x), frame.y.unit(line.y)):
            figure.draw(figure.signal(x, y, marker=marker).lines())
    for (glyph, color), group in groupby(marks, key=lambda mark: (mark.glyph, mark.color)):
        cells = [(frame.across(mark.column), frame.up(mark.row)) for mark in group]
        x, y = ([*places] for places in zip(*cells, strict=True))
        figure.draw(figure.signal(x, y, marker=_marker(glyph, color)))
    text: str = figure.build().string()
    return text


@lru_cache(maxsize=1)
def _plotext() -> Any:
    """plotext, loaded at the first drawing because that takes a tenth of a second."""
    import plotext

    # Otherwise a figure is never larger than the terminal was when plotext looked.
    plotext.terminal.limit(False, False)
    plotext.figure.theme("colorless")
    return plotext


@lru_cache(maxsize=256)
def _pixel(color: RGB) -> Any:
    return _plotext().pixel(foreground=color)


@lru_cache(maxsize=256)
def _marker(symbol: str, color: RGB) -> Any:
    return _plotext().marker(symbol, _pixel(color))


def _label(tick: Tick) -> Any:
    return tick.label if tick.color is None else _plotext().colorize(tick.label, _pixel(tick.color))
