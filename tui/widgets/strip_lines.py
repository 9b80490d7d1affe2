"""A widget of ready-made lines, which repaints only those that changed."""

from __future__ import annotations

from textual.geometry import Region
from textual.messages import Update
from textual.strip import Strip
from textual.widget import Widget

from tui.theme import TextStyles, text_styles


class StripLines(Widget):
    """Shows the lines it is given; what is missing at the bottom is blank.

    Subclasses draw in `redraw`, which is also called when the size or the theme changes.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Strip] = []
        self._styles: TextStyles | None = None

    @property
    def look(self) -> TextStyles:
        """The styles of text in the present theme."""
        if self._styles is None:
            self._styles = text_styles(self.app, self.rich_style)
        return self._styles

    def redraw(self) -> None:
        """Draw everything anew."""

    def show_lines(self, lines: list[Strip]) -> None:
        """Show `lines`, from the top."""
        before, self._lines = self._lines, lines
        if len(before) != len(lines):
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(before, lines, strict=True)) if old != new]
        if changed:
            width = self.content_size.width
            self.refresh(*(Region(0, y, width, 1) for y in changed))
            # Said at once: told by each widget in its own time, some would miss the next frame.
            self.screen.post_message(Update(self))

    def render_line(self, y: int) -> Strip:
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(self.content_size.width, self.look.blank)

    def on_resize(self) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles = None
        if self.is_attached:
            self.redraw()
