"""A widget of prepared lines that renders and paints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tui.theme import TextStyle, TextStyles, text_styles
from tui.widgets.caching import RenderedOnce

Line = tuple[tuple[str, Style], ...]
"""A line of text in parts, each with its style."""


class StripLines(RenderedOnce):
    """Shows the lines it is given; missing lines at the bottom are blank.

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
        """The size inside the border, computed once per size of the widget."""
        outer = self.outer_size
        if self._room is None or self._room[0] != outer:
            gutter = self.styles.gutter
            inner = Size(max(0, outer.width - gutter.width), max(0, outer.height - gutter.height))
            self._room = outer, inner
        return self._room[1]

    def redraw(self) -> None:
        """Redraw everything."""

    def show_lines(self, lines: list[Line], width: int) -> None:
        """Show `lines` from the top, each cut or padded to `width` cells."""
        before = self._lines
        blank = self.look.blank
        old_strips = self._strips if len(self._strips) == len(before) else []
        strips = [
            strip if line == old and strip.cell_length == width else _strip(line, width, blank)
            for line, old, strip in zip(lines, before, old_strips, strict=False)
        ]
        strips += [_strip(line, width, blank) for line in lines[len(strips) :]]
        self.show_strips(strips)
        self._lines = lines

    def show_strips(self, strips: Sequence[Strip]) -> None:
        """Show finished strips from the top; unchanged ones are not repainted."""
        before, self._strips = self._strips, list(strips)
        self._lines = []
        if len(before) != len(self._strips) or not self.is_mounted:
            self.refresh()
            return
        changed = {
            y: new
            for y, (old, new) in enumerate(zip(before, self._strips, strict=True))
            if old is not new and old != new
        }
        if changed:
            self.refresh_content(changed)

    def render_line(self, y: int) -> Strip:
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.room.width, self.look.blank)

    def on_resize(self) -> None:
        self.redraw()

    def on_unmount(self) -> None:
        self.refresh()  # Releases the drawn lines, which Textual would keep.

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = self._room = None
        # A blank line has no style of its own that would differ.
        self._strips = []
        if self.is_attached:
            self.redraw()


def width_of(text: str) -> int:
    """Return how many cells `text` takes; fast for text without wide characters."""
    return len(text) if text.isascii() else cell_len(text)


def _strip(line: Line, width: int, blank: Style) -> Strip:
    segments = [Segment(text, style) for text, style in line]
    used = width_of("".join(text for text, _ in line))
    if used > width:
        # A number cut off without a mark would read as another number.
        kept = Strip(segments, used).crop(0, width - 1)
        return Strip([*kept, Segment("…", blank)], width) if width > 0 else Strip([])
    return Strip([*segments, Segment(" " * (width - used), blank)], width)


class TextLine(StripLines):
    """One line in a few styles; a Static would re-layout the whole screen at every change."""

    def write(self, *parts: tuple[str, TextStyle]) -> None:
        """Show the parts one after the other, cut off at the edge."""
        named = self.look.named
        line = tuple((text, named[style]) for text, style in parts)
        self.show_lines([line], self.room.width)
