"""An activation function as a very small picture."""

from __future__ import annotations

import numpy as np

from engine.activations import Activation, FloatArray
from tui.plots.braille import DOTS_ACROSS, DOTS_DOWN, BoolArray, braille_rows
from tui.plots.curve_axes import curve_radius, jump_of, out_axis

_SUMS_OF_A_ROW = np.array([[1.5, 0.5, -0.5, -1.5]])
_DOTS_BETWEEN_BARS = 2


def mini_curve(activation: Activation, width: int, height: int) -> list[str]:
    """Return the curve in `height` rows of `width` braille characters.

    A row-wise activation, which has no curve, is drawn as the bars it makes of four sums.
    """
    if width < 1 or height < 1:
        return [""] * max(height, 0)
    dots = np.zeros((height * DOTS_DOWN, width * DOTS_ACROSS), dtype=np.bool_)
    if activation.row_wise:
        _draw_bars(activation, dots)
    else:
        _draw_line(activation, dots)
    return braille_rows(dots)


def _draw_line(activation: Activation, dots: BoolArray) -> None:
    """Set the dots of the curve, with no gap where it is steep but one where it jumps."""
    high, wide = dots.shape
    radius = curve_radius(activation, np.zeros(1), 0)
    z = (np.arange(wide) + 0.5) / wide * 2 * radius - radius
    with np.errstate(all="ignore"):
        outs = activation.forward(z)
    rows = out_axis(activation, radius).cells(outs, high, down=True)
    jump = jump_of(activation)
    for column, row in enumerate(rows.tolist()):
        if np.isnan(outs[column]):
            continue
        joined = column > 0 and not (jump is not None and z[column - 1] <= jump < z[column])
        start = int(rows[column - 1]) if joined else row
        # The upright stretch between two columns belongs half to each.
        middle = (start + row) // 2
        dots[min(middle, row) : max(middle, row) + 1, column] = True
        if joined:
            dots[min(start, middle) : max(start, middle) + 1, column - 1] = True


def _draw_bars(activation: Activation, dots: BoolArray) -> None:
    """Set the dots of a bar for each out: up from the bottom, or down from the top if below 0."""
    high, wide = dots.shape
    outs: FloatArray = activation.forward(_SUMS_OF_A_ROW)[0]
    step = wide / len(outs)
    for place, length in enumerate(np.rint(outs / np.abs(outs).max() * high).astype(int).tolist()):
        start, stop = int(place * step), int((place + 1) * step) - _DOTS_BETWEEN_BARS
        rows = slice(high - max(length, 1), high) if outs[place] > 0 else slice(max(-length, 1))
        dots[rows, start : max(stop, start + 1)] = True
