"""A widget of ready-made lines, which makes and paints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from tui.theme import TextStyles, text_styles
from tui.widgets.rendered_once import RenderedOnce

Line = tuple[tuple[str, Style], ...]
"""A line of text in parts, each with its style."""


class StripLines(RenderedOnce):
    """Shows the lines it is given; what is missing at the bottom is blank.

    Subclasses draw in `redraw`, which is also called when the size or the theme changes.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strips: list[Strip] = []
        self._lines: list[Line] = []
        self._styles: TextStyles | None = None
        self._room: tuple[Size, Size] | None = None

    @property
    def look(self) -> TextStyles:
        """The styles of text in the present theme."""
        if self._styles is None:
            self._styles = text_styles(self.app, self.rich_style)
        return self._styles

    @property
    def room(self) -> Size:
        """The size inside the border, worked out once for a size of the widget."""
        outer = self.outer_size
        if self._room is None or self._room[0] != outer:
            gutter = self.styles.gutter
            inner = Size(max(0, outer.width - gutter.width), max(0, outer.height - gutter.height))
            self._room = outer, inner
        return self._room[1]

    def redraw(self) -> None:
        """Draw everything anew."""

    def show_lines(self, lines: list[Line], width: int) -> None:
        """Show `lines`, from the top, each cut or filled to `width` cells."""
        before, self._lines = self._lines, lines
        blank = self.look.blank
        old_strips = self._strips if len(self._strips) == len(before) else []
        strips = [
            strip if line == old and strip.cell_length == width else _strip(line, width, blank)
            for line, old, strip in zip(lines, before, old_strips, strict=False)
        ]
        strips += [_strip(line, width, blank) for line in lines[len(strips) :]]
        self.show_strips(strips)

    def show_strips(self, strips: Sequence[Strip]) -> None:
        """Show finished lines, from the top; those that are as they were are not painted."""
        before, self._strips = self._strips, list(strips)
        if len(before) != len(self._strips):
            self.refresh()
            return
        changed = [
            y
            for y, (old, new) in enumerate(zip(before, self._strips, strict=True))
            if old is not new and old != new
        ]
        if changed:
            width = self.room.width
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.room.width, self.look.blank)

    def on_resize(self) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = self._room = None
        if self.is_attached:
            self.redraw()


def width_of(text: str) -> int:
    """Return how many cells `text` takes; text without wide characters is the rule."""
    return len(text) if text.isascii() else cell_len(text)


def _strip(line: Line, width: int, blank: Style) -> Strip:
    segments = [Segment(text, style) for text, style in line]
    used = sum(width_of(text) for text, _ in line)
    if used > width:
        # A figure cut off without a mark would be another figure.
        kept = Strip(segments, used).crop(0, width - 1)
        return Strip([*kept, Segment("…", blank)], width) if width > 0 else Strip([])
    return Strip([*segments, Segment(" " * (width - used), blank)], width)
