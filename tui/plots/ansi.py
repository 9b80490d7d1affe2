"""Text with escape codes for its colours becomes strips, each code looked up only once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.plots.cells import look
from tui.plots.scene import Palette

_ESCAPE = "\x1b["
_FOREGROUND = "38;2;"


def strips_of_ansi(text: str, width: int, height: int, palette: Palette) -> list[Strip]:
    """Return the first `height` lines of the text as strips of `width` cells.

    Text without a 24-bit colour of its own is muted, and all of it has the palette's background.
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
