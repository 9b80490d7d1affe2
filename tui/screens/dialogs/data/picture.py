"""The small picture of a data set beside the list of them."""

from __future__ import annotations

from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from engine.datasets import Dataset
from engine.text import printable
from tui.theme import palette_of
from tui.views.thumbnails import (
    Points,
    kind_colour,
    kind_sign,
    picture_strips,
    points_of,
    points_strips,
)

_MAX_NAMED = 6


class DataPicture(Widget):
    """The points of a data set by class, or its first samples where they are pictures."""

    DEFAULT_CSS = """
    DataPicture {
        background: $background;
    }
    """

    _dataset: Dataset | None = None
    _points: Points | None = None
    _side: int | None = None

    def show(self, dataset: Dataset | None, picture_side: int | None) -> None:
        """Draw a data set, or nothing."""
        if dataset is not self._dataset:
            self._dataset, self._side = dataset, picture_side
            is_plane = dataset is not None and picture_side is None
            self._points = points_of(dataset) if dataset is not None and is_plane else None
            self.refresh()

    def render_lines(self, crop: object) -> list[Strip]:
        width, height = self.size
        palette = palette_of(self.app)
        if self._points is not None:
            return points_strips(self._points, width, height, palette)
        if self._dataset is not None and self._side is not None:
            return picture_strips(self._dataset, self._side, width, height, palette)
        return [Strip.blank(width, self.rich_style) for _ in range(height)]

    def legend(self) -> Content:
        """Return the meaning of the points and of the axes; empty for pictures."""
        dataset, points = self._dataset, self._points
        if dataset is None or points is None:
            return Content("")
        n_kinds = int(points.kinds.max()) + 1
        if dataset.task == "regression":
            names: tuple[str, ...] = ("lower half", "upper half")
        elif dataset.classes is not None:
            names = dataset.classes
        else:
            names = tuple(map(str, range(n_kinds)))
        parts = [self._kind(kind, n_kinds, name) for kind, name in enumerate(names[:_MAX_NAMED])]
        if len(names) > _MAX_NAMED:
            parts.append(Content("…"))
        lines = [Content("  ").join(parts)] if n_kinds <= 2 else parts
        across, up = points.features
        if dataset.inputs.shape[1] > 2 and up is not None:
            words = f"{dataset.features[across]} across, {dataset.features[up]} up"
            lines.append(Content.styled(printable(words), "dim"))
        return Content("\n").join(lines)

    def _kind(self, kind: int, n_kinds: int, name: str) -> Content:
        red, green, blue = kind_colour(palette_of(self.app), kind, n_kinds)
        text = f"{kind_sign(kind)} {printable(name)}"
        return Content(text).stylize(Style.parse(f"rgb({red},{green},{blue})"))
