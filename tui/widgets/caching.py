"""Widgets that the screen does not have to render for every frame.

As one of several base classes they must come last: Textual takes the styles of the first.
"""

from __future__ import annotations

from typing import Self

from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class RenderedOnce(Widget):
    """Keeps its rendered lines until it is refreshed.

    The screen asks every widget for its lines in each of the two frames of a key. It brings 0.2 ms
    of a keypress, and 1 ms until everything is drawn.
    """

    _rendered: tuple[Region, list[Strip]] | None = None

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        self._rendered = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        self._rendered = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._rendered is None or self._rendered[0] != crop:
            self._rendered = crop, super().render_lines(crop)
        return self._rendered[1]


class RenderedNever(Widget):
    """Renders nothing itself: its children cover it, and the screen shows through elsewhere.

    It brings 0.3 ms of a keypress, and 1 ms until everything is drawn.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        return []


class Row(Horizontal, RenderedNever):
    """Widgets side by side."""
