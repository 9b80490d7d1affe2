"""Turns lines, marks and axes into strips of cells; the only module that calls plotext.

plotext ends the process for a NaN in a line, and for a number a million times the size of its axis.
So it only gets positions between 0 and 1: a line is split where it is not finite and clipped to
the axes before plotext sees it. plotext has a single figure, to be used on one thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine.nn.arrays import FloatArray
from tui.drawing.axes import Axis, Tick
from tui.drawing.cells import look, overlaid
from tui.drawing.palette import RGB, Palette

_ESCAPE = "\x1b["
_FOREGROUND = "38;2;"

Run = tuple[list[float], list[float]]
"""The x and y of the points of one unbroken stretch, each from 0 to 1."""

_FAR = 1e3

_AXIS_ROWS = 2
_BEYOND_RIGHT, _BEYOND_LEFT = "▸", "◂"


def strips_of_ansi(text: str, width: int, height: int, palette: Palette) -> list[Strip]:
    """Return the first `height` lines of the text as strips of `width` cells.

    Text without a 24-bit colour is muted, and all text has the palette's background.
    """
    blank = look(palette.muted, palette.background)
    return [
        Strip(list(_segments(line, palette))).adjust_cell_length(width, blank)
        for line in text.split("\n")[:height]
    ]


def _segments(line: str, palette: Palette) -> Iterator[Segment]:
    text, *coded = line.split(_ESCAPE)
    if text:
        yield Segment(text, look(palette.muted, palette.background))
    for piece in coded:
        code, _, text = piece.partition("m")
        if text:
            yield Segment(text, _style(code, palette))


@lru_cache(maxsize=512)
def _style(code: str, palette: Palette) -> Style:
    if not code.startswith(_FOREGROUND):
        return look(palette.muted, palette.background)
    red, green, blue = (int(part) for part in code.removeprefix(_FOREGROUND).split(";"))
    return look((red, green, blue), palette.background)


def visible_runs(x: FloatArray, y: FloatArray) -> list[Run]:
    """Return the stretches of a line that lie between 0 and 1 in x and in y.

    x, y: (n_points,), with x rising. The line breaks where it is not finite, and ends where it
    leaves the canvas.
    """
    with np.errstate(invalid="ignore"):
        drawable = np.isfinite(y) & (x >= 0) & (x <= 1)
    # A line this steep is vertical on any screen, and its crossings do not overflow.
    near = np.clip(y, -_FAR, _FAR)
    runs: list[Run] = []
    for start, stop in _stretches(drawable):
        xs, ys = x[start:stop], near[start:stop]
        if ys.min() >= 0 and ys.max() <= 1:
            runs.append((xs.tolist(), ys.tolist()))
        else:
            runs.extend(_clipped(xs.tolist(), ys.tolist()))
    return runs


def _stretches(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """The unbroken stretches of set flags, each as its start and the index after its end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _clipped(xs: list[float], ys: list[float]) -> Iterator[Run]:
    """The stretches of a finite line that lie between 0 and 1 in y."""
    run: Run = ([], [])
    for place in range(len(xs) - 1):
        x, y = xs[place], ys[place]
        wide, high = xs[place + 1] - x, ys[place + 1] - y
        if high:
            enter, leave = sorted(((0 - y) / high, (1 - y) / high))
        else:
            enter, leave = (0.0, 1.0) if 0 <= y <= 1 else (1.0, 0.0)
        enter, leave = max(enter, 0.0), min(leave, 1.0)
        if enter > leave:
            continue
        if enter > 0 or not run[0]:
            if run[0]:
                yield run
            run = ([x + enter * wide], [_within(y + enter * high)])
        run[0].append(x + leave * wide)
        run[1].append(_within(y + leave * high))
        if leave < 1:
            yield run
            run = ([], [])
    if run[0]:
        yield run


def _within(place: float) -> float:
    return min(max(place, 0.0), 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A line through points with rising x. x, y: (n_points,); it breaks where y is not finite."""

    x: FloatArray
    y: FloatArray
    color: RGB


@dataclass(frozen=True, slots=True)
class Mark:
    """One character in a cell of the canvas; column and row count from the top left."""

    column: int
    row: int
    glyph: str
    color: RGB


@dataclass(frozen=True, slots=True)
class Note:
    """Text laid over the drawing, starting at a cell of the canvas."""

    column: int
    row: int
    text: str
    color: RGB


@dataclass(frozen=True, slots=True)
class Label:
    """A name for a mark, put beside it if the canvas is empty there, or left out."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Caption:
    """Text at the upper or lower edge of the canvas, in a corner if one is empty, or left out."""

    text: str
    color: RGB


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """Two axes and the canvas between them.

    left: the cells left of the canvas, for the y labels and the axis. margin: the cells kept free
    right of it.
    """

    x: Axis
    y: Axis
    width: int
    height: int
    left: int
    margin: int

    @classmethod
    def around(cls, x: Axis, y: Axis, width: int, height: int, margin: int = 0) -> Frame:
        """Return the frame of a drawing of this size, without ticks that collide."""
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
        """Return the column of the canvas that contains x, or the nearest one."""
        return self.x.cell(x, self.canvas_width)

    def row(self, y: float) -> int:
        """Return the row of the canvas, from the top, that contains y, or the nearest one."""
        return self.y.cell(y, self.canvas_height, down=True)

    def across(self, column: int) -> float:
        """Return the position of the centre of a column, from 0 at the left to 1 at the right."""
        return (column + 0.5) / self.canvas_width

    def up(self, row: int) -> float:
        """Return the position of the centre of a row, from 0 at the bottom to 1 at the top."""
        return 1 - (row + 0.5) / self.canvas_height

    def mark(self, x: float, y: float, glyph: str, color: RGB) -> Mark:
        """Return the mark of a point, or an arrow at the edge if its x lies beyond the axis."""
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
    labels: Sequence[Label | Caption] = (),
    level: float | None = None,
) -> list[Strip]:
    """Return the strips of a figure; later items are drawn over earlier ones.

    level: the y of a dotted line across the canvas, below everything else.
    """
    text = _draw(frame, palette, lines, marks, level)
    strips = strips_of_ansi(text, frame.width, frame.height, palette)
    for note in notes:
        _write(strips, frame, palette, note)
    for label in labels:
        if isinstance(label, Label):
            place = _place_beside(strips, frame, label)
        else:
            place = _place_at_edge(strips, frame, label)
        if place is not None:
            _write(strips, frame, palette, place)
    return strips


def _write(strips: list[Strip], frame: Frame, palette: Palette, note: Note) -> None:
    style = look(note.color, palette.background)
    strips[note.row] = overlaid(strips[note.row], frame.left + note.column, note.text, style)


def _place_at_edge(strips: list[Strip], frame: Frame, caption: Caption) -> Note | None:
    size = len(caption.text)
    right = frame.canvas_width - size
    for row in (0, frame.canvas_height - 1):
        for column in (0, right, *range(1, right)) if right > 0 else ():
            start = frame.left + column
            if not strips[row].text[start : start + size].strip():
                return Note(column, row, caption.text, caption.color)
    return None


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
    """The output of plotext: `frame.height` rows with escape codes for the colours."""
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
    """The plotext module, imported at the first drawing because that takes a tenth of a second."""
    import plotext

    # Otherwise plotext limits a figure to the size the terminal had when it was imported.
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
