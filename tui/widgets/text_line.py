"""A line of text that is cheap to change."""

from __future__ import annotations

from tui.theme import TextStyle
from tui.widgets.strip_lines import StripLines


class TextLine(StripLines):
    """One line in a few styles; a Static would lay the whole screen out at every change."""

    def write(self, *parts: tuple[str, TextStyle]) -> None:
        """Show the parts one after the other, cut off at the edge."""
        named = self.look.named
        line = tuple((text, named[style]) for text, style in parts)
        self.show_lines([line], self.room.width)
