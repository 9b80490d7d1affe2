"""Which nodes of a stage the rows of a diagram have room for, and in which rows they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROWS_OF_A_BOX = 3
_MANY_ROWS = 12


@dataclass(frozen=True, slots=True)
class StageRows:
    """The nodes in sight and their rows; left_out: how many are not, and where that is said."""

    shown: range
    rows: Sequence[int]
    left_out: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows from `top` on in which nodes may stand, and in how many of them they do at most."""

    top: int
    count: int
    slots: int

    @classmethod
    def for_sizes(cls, sizes: Sequence[int], top: int, count: int) -> Rows:
        """Return the rows of a network with so many inputs and neurons in its layers."""
        return cls(top, count, max(_slots(size, count) for size in sizes))

    @property
    def pitch_of_boxes(self) -> int:
        """How many rows there can be from one box to the next."""
        return (self.count - ROWS_OF_A_BOX) // max(self.slots - 1, 1)

    def shown(self, size: int, focus: int) -> range:
        """Return which of `size` nodes are in sight, `focus` among them.

        A row is kept for each number of those that are left out.
        """
        slots = _slots(size, self.count)
        if size <= slots:
            return range(size)
        if focus < slots - 1:
            return range(slots - 1)
        if focus > size - slots:
            return range(size - slots + 1, size)
        start = max(1, min(focus - (slots - 2) // 2, size - slots + 1))
        return range(start, start + slots - 2)

    def placed(self, size: int, shown: range, boxed: bool) -> StageRows:
        """Return in which rows the nodes in sight stand, and the numbers of the others.

        With room to spare the nodes of the fullest stage are equally far apart.
        """
        places = self._spread(len(shown) + (shown.start > 0) + (shown.stop < size), boxed)
        left_out = []
        if shown.start:
            left_out.append((shown.start, places[0]))
        if shown.stop < size:
            left_out.append((size - shown.stop, places[-1]))
        first = int(shown.start > 0)
        return StageRows(shown, places[first : first + len(shown)], tuple(left_out))

    def _spread(self, count: int, boxed: bool) -> list[int]:
        reach = ROWS_OF_A_BOX // 2 if boxed else 0
        rows, top = self.count - 2 * reach, self.top + reach
        pitch = (rows - 1) // max(self.slots - 1, 1)
        if pitch > 1 and self.slots > 1:
            used = (self.slots - 1) * pitch + 1
            top += (rows - used) // 2 - (pitch - 1) // 2
            rows = self.slots * pitch
        return [top + ((2 * index + 1) * rows - count) // (2 * count) for index in range(count)]


def _slots(size: int, rows: int) -> int:
    """How many rows the nodes, or some of them and the numbers of the others, stand in."""
    # Of so many a part is shown either way; with free rows between them it can be read.
    is_crowded = size > 2 * rows and rows >= _MANY_ROWS
    return min(size, rows // 2 if is_crowded else rows)
