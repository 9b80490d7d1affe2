"""Pictures made of braille characters, each two dots wide and four dots high."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DOTS_ACROSS, DOTS_DOWN = 2, 4

BoolArray = npt.NDArray[np.bool_]

_FIRST_CHARACTER = 0x2800
# The bit of each dot in the character's code point, row by row, as Unicode defines it.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def braille_rows(dots: BoolArray) -> list[str]:
    """Return the dots, (4·height, 2·width), as `height` rows of `width` characters."""
    height, width = dots.shape[0] // DOTS_DOWN, dots.shape[1] // DOTS_ACROSS
    cells = dots.reshape(height, DOTS_DOWN, width, DOTS_ACROSS)
    codes = np.einsum("hdwa,da->hw", cells.astype(int), _BITS) + _FIRST_CHARACTER
    return ["".join(map(chr, row)) for row in codes.tolist()]
