"""Inputs that are the pixels of a picture: its shape, and the size at which it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

import numpy as np

from engine.nn.arrays import FloatArray
from engine.session.session import Session
from tui.drawing.half_blocks import PIXELS_DOWN

_NAME = re.compile(r"r(\d{1,4})c(\d{1,4})")
_MIN_UNNAMED = 64
_MAX_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Grid:
    """A picture of `rows` by `columns` pixels: the first features, row by row."""

    rows: int
    columns: int

    @property
    def n_pixels(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class Fit:
    """A picture fitted to a pane.

    zoom: the width and height of each pixel in screen pixels. together: how many pixels across and
    down share a screen pixel if there is no room for all. One of the two is 1.
    """

    grid: Grid
    zoom: int
    together: int

    @property
    def shape(self) -> tuple[int, int]:
        """The number of squares down and across."""
        return -(-self.grid.rows // self.together), -(-self.grid.columns // self.together)

    @property
    def width(self) -> int:
        """The width in cells."""
        return self.shape[1] * self.zoom

    @property
    def height(self) -> int:
        """The height in cells."""
        return -(-self.shape[0] * self.zoom // PIXELS_DOWN)

    def squares(self, values: FloatArray) -> FloatArray:
        """Return the means of the pixels that share a square; values: (n_pixels,)."""
        picture = values[: self.grid.n_pixels].reshape(self.grid.rows, self.grid.columns)
        if self.together == 1:
            return picture
        for axis in (0, 1):
            size = picture.shape[axis]
            starts = np.arange(0, size, self.together)
            counts = np.diff(np.append(starts, size))
            sums = np.add.reduceat(picture, starts, axis=axis)
            picture = sums / (counts[:, np.newaxis] if axis == 0 else counts)
        return picture

    def feature_at(self, column: int, row: int) -> int | None:
        """Return the pixel in a cell of the picture, or the middle one of several."""
        down, across = row * PIXELS_DOWN // self.zoom, column // self.zoom
        n_down, n_across = self.shape
        if not (0 <= across < n_across and 0 <= down < n_down):
            return None
        middle = self.together // 2
        down = min(down * self.together + middle, self.grid.rows - 1)
        across = min(across * self.together + middle, self.grid.columns - 1)
        return down * self.grid.columns + across

    def cell_of(self, feature: int) -> tuple[int, int]:
        """Return the column and the row of the cell in the middle of a pixel."""
        down, across = divmod(feature, self.grid.columns)
        return self.cell_of_square(down // self.together, across // self.together)

    def cell_of_square(self, down: int, across: int) -> tuple[int, int]:
        """Return the column and the row of the cell in the middle of a square."""
        middle = (self.zoom - 1) // 2
        return across * self.zoom + middle, (down * self.zoom + middle) // PIXELS_DOWN


def fit_of(grid: Grid, width: int, height: int) -> Fit:
    """Return the largest picture that fits in `width` by `height` cells."""
    zoom = min(width // grid.columns, height * PIXELS_DOWN // grid.rows)
    if zoom >= 1:
        return Fit(grid, zoom, 1)
    together = max(-(-grid.columns // width), -(-grid.rows // (height * PIXELS_DOWN)))
    return Fit(grid, 1, together)


def grid_of(session: Session) -> Grid | None:
    """Return the shape of the picture in the inputs, or None if they are not a picture.

    Pixels are named r1c1, r1c2 … row by row; without names, a square number of 64 or more inputs is
    taken for a picture.
    """
    n_features = session.n_base_features
    if session.features is None:
        side = isqrt(n_features)
        is_square = side * side == n_features and n_features >= _MIN_UNNAMED
        return Grid(side, side) if is_square else None
    return _named_grid(session.features[:n_features])


@lru_cache(maxsize=4)
def _named_grid(names: tuple[str, ...]) -> Grid | None:
    last = _NAME.fullmatch(names[-1])
    if last is None:
        return None
    grid = Grid(int(last[1]), int(last[2]))
    if grid.n_pixels != len(names) or min(grid.rows, grid.columns) < 2:
        return None
    wanted = (
        f"r{row + 1}c{column + 1}" for row in range(grid.rows) for column in range(grid.columns)
    )
    return grid if all(one == other for one, other in zip(names, wanted, strict=True)) else None


def brightness(session: Session, grid: Grid, inputs: FloatArray) -> FloatArray:
    """Return the brightness of each pixel of one sample, 0 to 1, as it was before standardisation.

    inputs: (n_features,). The range is that of a few hundred samples, so that a dark picture stays
    dark.
    """
    some = session.inputs[:_MAX_TOGETHER, : grid.n_pixels]
    own = inputs[: grid.n_pixels]
    record = session.data
    if record is not None and record.standardisation is not None:
        standard = record.standardisation
        mean, scale = standard.mean[: grid.n_pixels], standard.scale[: grid.n_pixels]
        some, own = some * scale + mean, own * scale + mean
    low, high = float(min(some.min(), own.min())), float(max(some.max(), own.max()))
    if not high / 2 > low / 2:
        return np.zeros_like(own)
    half: FloatArray = (own / 2 - low / 2) / (high / 2 - low / 2)
    return half
