"""Widgets that the screen does not have to render for every frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class RenderedOnce(Widget):
    """Keeps its rendered lines until it is refreshed.

    The screen asks every widget for its lines in each of the two frames of a key. It brings 0.3 ms
    of a keypress and 1 ms until everything is drawn, half of it by putting changed lines into the
    border that was rendered around them.
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

    def refresh_content(self, strips: Mapping[int, Strip]) -> None:
        """Repaint lines of the content, each of its full width, in the border that is around them.

        strips: the lines by their rows.
        """
        rendered, gutter, width = self._rendered, self.styles.gutter, self.outer_size.width
        # With the border, since Textual would have to crop narrower lines.
        self.refresh(*_blocks(list(strips), -gutter.left, width))
        if rendered is None or rendered[0] != self.outer_size.region:
            return
        crop, lines = rendered[0], list(rendered[1])
        filters, background = self.get_line_filters(), self.background_colors[1]
        # All lines of the content have the same border beside them.
        beside = lines[gutter.top]
        left, right = beside.crop(0, gutter.left), beside.crop(width - gutter.right)
        for y, strip in strips.items():
            parts = list(strip)
            for one in filters:
                parts = one.apply(parts, background)
            lines[gutter.top + y] = Strip([*left, *parts, *right], width)
        self._rendered = crop, lines


def _blocks(rows: list[int], x: int, width: int) -> list[Region]:
    """The regions of the ascending rows, with consecutive rows merged."""
    blocks: list[Region] = []
    for y in rows:
        if blocks and blocks[-1].bottom == y:
            blocks[-1] = blocks[-1].grow((0, 0, 1, 0))
        else:
            blocks.append(Region(x, y, width, 1))
    return blocks
