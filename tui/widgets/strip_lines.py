"""A widget of ready-made lines that makes and paints only those that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.messages import Update
from textual.strip import Strip

from tui.theme import TextStyle, TextStyles, text_styles
from tui.widgets.caching import RenderedOnce

Line = tuple[tuple[str, Style], ...]
"""A line of text in parts, each with its style."""


@dataclass(frozen=True, eq=False, slots=True)
class _Surroundings:
    """What a line of the content gets when it is rendered, the same for all lines.

    rendered: the lines it was found in. left, right: the border and padding beside it. blank: what
    fills a line that is too short.
    """

    rendered: list[Strip]
    left: Strip
    right: Strip
    filters: Sequence[LineFilter]
    background: Color
    blank: Style

    def around(self, strip: Strip, width: int) -> Strip:
        """Return the line with all that, `width` cells in all."""
        inside = width - self.left.cell_length - self.right.cell_length
        strip = strip.adjust_cell_length(inside, self.blank)
        segments = list(strip)
        for one in self.filters:
            segments = one.apply(segments, self.background)
        return Strip([*self.left, *segments, *self.right], width)


class StripLines(RenderedOnce):
    """Shows the lines it is given; what is missing at the bottom is blank.

    Subclasses draw in `redraw`, which is also called when the size or the theme changes.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._strips: list[Strip] = []
        self._lines: list[Line] = []
        self._changed: set[int] = set()
        self._styles: TextStyles | None = None
        self._room: tuple[Size, Size] | None = None
        self._surroundings: _Surroundings | None = None

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
        if len(before) != len(self._strips) or not self._is_mounted:
            self.refresh()
            return
        changed = [
            y
            for y, (old, new) in enumerate(zip(before, self._strips, strict=True))
            if old is not new and old != new
        ]
        if changed:
            self._repaint(changed)

    def _repaint(self, changed: list[int]) -> None:
        """Have the screen paint some of the lines.

        `refresh` asks for that only when this widget has answered its messages, and forgets sizes
        and styles that are as they were: together as long as drawing a line takes.
        """
        self._changed.update(changed)
        # With the border beside them, lines are written as they are; without it, cut first.
        self._set_dirty(*_blocks(changed, -self.styles.gutter.left, self.outer_size.width))
        self.screen.post_message(Update(self))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Put the lines that changed into what was rendered, where all the rest is as it was."""
        changed, self._changed = self._changed, set()
        whole_width = crop.x == 0 and crop.width == self.outer_size.width
        if not changed or not whole_width or self._rendered is None or self._rendered[0] != crop:
            if changed:
                self._rendered = None
            return super().render_lines(crop)
        rendered = self._rendered[1]
        first = self.styles.gutter.top - crop.y
        for y in changed:
            if 0 <= first + y < len(rendered) and y < len(self._strips):
                around = self._surroundings_in(rendered, first + y)
                rendered[first + y] = around.around(self._strips[y], crop.width)
        return rendered

    def _surroundings_in(self, rendered: list[Strip], row: int) -> _Surroundings:
        if self._surroundings is None or self._surroundings.rendered is not rendered:
            line, gutter = rendered[row], self.styles.gutter
            self._surroundings = _Surroundings(
                rendered,
                line.crop(0, gutter.left),
                line.crop(line.cell_length - gutter.right),
                self.get_line_filters(),
                self.background_colors[1],
                self.look.blank,
            )
        return self._surroundings

    def render_line(self, y: int) -> Strip:
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.room.width, self.look.blank)

    def on_resize(self) -> None:
        self.redraw()

    def on_unmount(self) -> None:
        self.refresh()  # Lets go what was drawn, which Textual would keep.

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = self._room = None
        if self.is_attached:
            self.redraw()


def width_of(text: str) -> int:
    """Return how many cells `text` takes; text without wide characters is the rule."""
    return len(text) if text.isascii() else cell_len(text)


def _blocks(rows: list[int], x: int, width: int) -> list[Region]:
    """The regions of the rows, which ascend; those that follow one another are one region."""
    blocks: list[Region] = []
    for y in rows:
        if blocks and blocks[-1].bottom == y:
            blocks[-1] = blocks[-1].grow((0, 0, 1, 0))
        else:
            blocks.append(Region(x, y, width, 1))
    return blocks


def _strip(line: Line, width: int, blank: Style) -> Strip:
    segments = [Segment(text, style) for text, style in line]
    used = width_of("".join(text for text, _ in line))
    if used > width:
        # A figure cut off without a mark would be another figure.
        kept = Strip(segments, used).crop(0, width - 1)
        return Strip([*kept, Segment("…", blank)], width) if width > 0 else Strip([])
    return Strip([*segments, Segment(" " * (width - used), blank)], width)


class TextLine(StripLines):
    """One line in a few styles; a Static would lay the whole screen out at every change."""

    def write(self, *parts: tuple[str, TextStyle]) -> None:
        """Show the parts one after the other, cut off at the edge."""
        named = self.look.named
        line = tuple((text, named[style]) for text, style in parts)
        self.show_lines([line], self.room.width)
