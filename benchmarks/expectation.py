"""What must change on the screen for a key to count as answered."""

import re
from collections.abc import Callable

from pyte.screens import Char

from benchmarks.pseudo_terminal import Terminal

Box = tuple[int, int, int, int]


class Expectation:
    """A change to wait for, given as text.

    - `any`: any cell
    - `row:R`, `cell:R,C`, `region:R0,C0,R1,C1`: glyph or colour of a cell in the area,
      counted from 0, both ends included; negative numbers count from the far edge
    - `regex:PATTERN`: the first match (its group 1 if it has one) differs from before
    - `appears:PATTERN`: it matches now and did not before; `{n}` is the number of the sample

    Raises ValueError for anything else.
    """

    def __init__(self, text: str, rows: int, columns: int) -> None:
        self.kind, _, self.argument = text.partition(":")
        self._box: Box | None = None
        if self.kind not in ("regex", "appears"):
            self._box = _box(self.kind, self.argument, rows, columns)
        elif self.kind == "regex":
            re.compile(self.argument)

    def before(self, terminal: Terminal, sample: int) -> Callable[[], bool]:
        """Remember the screen; the result says whether the change has happened since."""
        if self._box is not None:
            box = self._box
            old_cells = _cells(terminal, box)
            return lambda: _cells(terminal, box) != old_cells
        if self.kind == "appears":
            pattern = self.argument.replace("{n}", str(sample))
            was_there = _match(terminal, pattern) is not None
            return lambda: not was_there and _match(terminal, pattern) is not None
        old = _match(terminal, self.argument)
        return lambda: _match(terminal, self.argument) not in (old, None)


def _box(kind: str, argument: str, rows: int, columns: int) -> Box:
    numbers = [int(number) for number in argument.split(",")] if argument else []
    match kind, numbers:
        case "any", []:
            return 0, 0, rows - 1, columns - 1
        case "row", [row]:
            return row % rows, 0, row % rows, columns - 1
        case "cell", [row, column]:
            return row % rows, column % columns, row % rows, column % columns
        case "region", [top, left, bottom, right]:
            return top % rows, left % columns, bottom % rows, right % columns
    raise ValueError(f"unknown expectation {kind}:{argument}")


def _cells(terminal: Terminal, box: Box) -> list[list[Char]]:
    top, left, bottom, right = box
    buffer = terminal.screen.buffer
    return [
        [buffer[row][column] for column in range(left, right + 1)] for row in range(top, bottom + 1)
    ]


def _match(terminal: Terminal, pattern: str) -> str | None:
    found = re.search(pattern, terminal.text(), re.MULTILINE)
    if found is None:
        return None
    text: str = found.group(1 if found.re.groups else 0)
    return text
