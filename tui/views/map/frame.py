"""The frame of the Map: where the map, its axes and its legend go in the pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len

from engine.session.names import feature_name
from engine.text import format_number
from tui.drawing.axes import Axis
from tui.drawing.cells import Part, cut, looks, safe, wrapped
from tui.views.map.legend import laid_out
from tui.views.scene import Scene

_ROWS_WITH_LEGEND = 14
_ROWS_WITH_TWO, _WIDTH_WITH_ONE, _ROWS_TO_SPARE = 16, 64, 30
"""The sizes from which the legend gets a second row on a narrow map, and on any map."""

_USUAL_NAME = 8
_NAME_SHARE = 6
_MIN_NAME = 3
_GAP = "  "


@dataclass(frozen=True, slots=True)
class MapFrame:
    """The cells of a map.

    gutter: the cells left of it, for the vertical axis. columns, rows: the map itself. name: the
    name of the vertical axis, line by line. end: the text below the right end of the map if the
    legend has no row of its own. legend_rows: the number of rows of the legend. legend_room: the
    width of a line of the legend.
    """

    gutter: int
    columns: int
    rows: int
    name: tuple[str, ...]
    end: str
    legend_rows: int
    legend_room: int

    def upright_labels(self, axis: Axis) -> dict[int, str]:
        """Return the labels left of the map, by row."""
        start = max(1, self.rows // 2 - len(self.name) // 2)
        return {
            **dict(enumerate(self.name, start)),
            0: format_number(axis.high),
            self.rows - 1: format_number(axis.low),
        }


def frame_of(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> MapFrame:
    """Return the frame of a map in `width` by `height` cells, including its axes and legend."""
    legend_rows = int(height >= _ROWS_WITH_LEGEND)
    if height >= (_ROWS_WITH_TWO if width < _WIDTH_WITH_ONE else _ROWS_TO_SPARE):
        legend_rows = 2
    rows = height - 1 - legend_rows
    name = _upright_name(_name(scene, 1), width, rows)
    ends = format_number(axes[1].high), format_number(axes[1].low)
    gutter = max(map(cell_len, (*ends, *name))) + 1
    columns = width - gutter
    low, high = format_number(axes[0].low), format_number(axes[0].high)
    # Class names need more of the line than yes and no.
    share = columns // (4 if scene.session.task == "multiclass" else 3)
    end = f"{cut(_name(scene, 0), max(share, _USUAL_NAME))} → {high}"
    room = width if legend_rows else columns - len(low) - cell_len(end) - 2 * len(_GAP)
    return MapFrame(gutter, columns, rows, name, end, legend_rows, room)


def level_axis(
    scene: Scene, axis: Axis, frame: MapFrame, items: Sequence[list[Part]]
) -> list[Part]:
    """Return the row below the map: the ends of the axis and the name of the input.

    items: the legend; if it has no row of its own, as much of it as fits goes here.
    """
    style = looks(scene.palette)
    low, high, name = format_number(axis.low), format_number(axis.high), _name(scene, 0)
    blank = (" " * frame.gutter, style.plain)
    room = frame.columns - len(low) - len(high)
    if not frame.legend_rows:
        [legend] = laid_out(items, frame.legend_room, 1, style.plain)
        if legend:
            rest = frame.legend_room - sum(cell_len(text) for text, _ in legend)
            after = _GAP + " " * rest + frame.end
            return [blank, (low + _GAP, style.muted), *legend, (after, style.muted)]
    if room < _MIN_NAME + 2:
        text = low.ljust(frame.columns - len(high)) + high if room > 0 else low
        return [blank, (cut(text, frame.columns), style.muted)]
    middle = cut(name, room - 2)
    left = (room - cell_len(middle)) // 2
    right = room - left - cell_len(middle)
    return [blank, (f"{low}{' ' * left}{middle}{' ' * right}{high}", style.muted)]


def _name(scene: Scene, place: int) -> str:
    return safe(feature_name(scene.session, scene.view.map.features[place]))


@lru_cache(maxsize=16)
def _upright_name(name: str, width: int, rows: int) -> tuple[str, ...]:
    """The name in one line, or if it is too long one word per line."""
    widest = max(_USUAL_NAME, width // _NAME_SHARE)
    if cell_len(name) > _USUAL_NAME:
        lines = wrapped(name, widest if " " not in name else _USUAL_NAME)
        if 0 < len(lines) <= rows - 2:
            return tuple(lines)
    return (cut(name, widest),)
