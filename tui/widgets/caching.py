"""Widgets that are not rendered again while they stay as they are.

As a second base it stands last: Textual takes the styles of the first.
"""

from __future__ import annotations

from typing import Self

from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class RenderedOnce(Widget):
    """Keeps what it gave the screen.

    For every frame the screen asks all visible widgets, although most are as they were: most of
    the time between a key and the changed number would go into that.
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
    """Leaves its lines to the widgets in it, and what they leave free to the screen behind it."""

    def render_lines(self, crop: Region) -> list[Strip]:
        return []


class Row(Horizontal, RenderedNever):
    """Widgets side by side."""
