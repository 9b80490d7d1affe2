"""The arithmetic of a forward pass laid out in rows of a given width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from engine.explain.forward_pass import Line
from tui.screens.dialogs.dialog import plain

MARK = "▸"
_INDENT = 4
"""The rows of a sum after the first begin below its first number, after "z = "."""
_OPERATORS = frozenset({"+", "-", "=", "≈", "/"})
_MIN_TEXT_WIDTH = 12
_UNMARKED = ("", -1, -1)

Place = tuple[str, int, int]
"""What a line is about: its kind ("sum" or "out"), the layer and the neuron, from 0."""


class LaidOut(NamedTuple):
    """Rows of limited width; places: the first row of each sum and each out."""

    rows: list[Content]
    places: dict[Place, int]


def laid_out(lines: Sequence[Line], width: int, marked: Place = _UNMARKED) -> LaidOut:
    """Return the lines in rows of at most `width` cells, with the names of neurons beside them.

    marked: the current line.
    """
    margin = max((len(line.name) for line in lines), default=0) + 3
    if width < margin + _MIN_TEXT_WIDTH:
        margin = 2
    rows: list[Content] = []
    places: dict[Place, int] = {}
    for line in lines:
        if line.kind == "heading":
            rows += [Content("")] * bool(rows)
            rows += [plain(row).stylize("bold $text-primary") for row in wrapped(line.text, width)]
            continue
        place = _place_of(line)
        places.setdefault(place, len(rows))
        first = _beside(line, margin, is_marked=place == marked)
        for index, row in enumerate(wrapped(line.text, width - margin, _indent(line))):
            rows.append((Content(" " * margin) if index else first) + _styled(line, row))
        if line.kind in ("sum", "out"):
            rows[-1] = _with_result(rows[-1], is_marked=place == marked)
    return LaidOut(rows, places)


def plain_text(lines: Sequence[Line]) -> str:
    """Return the lines as plain text, none of them wrapped."""
    margin = max((len(line.name) for line in lines), default=0) + 2
    texts: list[str] = []
    for line in lines:
        if line.kind == "heading":
            texts += [""] * bool(texts) + [line.text]
        else:
            texts.append(line.name.ljust(margin) + line.text)
    return "\n".join(texts) + "\n"


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """Return the text in rows of at most `width` cells, broken before "+" rather than after it.

    indent: blanks before every row but the first, fewer where there is no room for them.
    """
    indent = max(0, min(indent, width - _MIN_TEXT_WIDTH))
    rows = [""]
    for piece in _pieces(text):
        longer = f"{rows[-1]} {piece}" if rows[-1].strip() else rows[-1] + piece
        if cell_len(longer) <= width:
            rows[-1] = longer
            continue
        first, *others = _folded(piece, max(1, width - indent))
        if rows[-1].strip():
            rows.append(" " * indent)
        rows[-1] += first
        rows += [" " * indent + other for other in others]
    return rows


def _folded(piece: str, width: int) -> list[str]:
    """The piece cut into parts of at most `width` cells; a wide character alone may be wider."""
    parts = [""]
    for character in piece:
        if parts[-1] and cell_len(parts[-1] + character) > width:
            parts.append("")
        parts[-1] += character
    return parts


def _pieces(text: str) -> list[str]:
    """The words of a text, an operator together with what follows it."""
    pieces: list[str] = []
    for word in text.split(" "):
        if pieces and pieces[-1] in _OPERATORS:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return pieces


def _place_of(line: Line) -> Place:
    if line.layer_index is None or line.neuron is None:
        return _UNMARKED
    return line.kind, line.layer_index, line.neuron


def _indent(line: Line) -> int:
    return _INDENT if line.kind in ("sum", "out") else 0


def _beside(line: Line, margin: int, *, is_marked: bool) -> Content:
    mark = (MARK if is_marked else " ") + line.name
    return plain(mark.ljust(margin)[:margin]).stylize("bold $text-accent" if is_marked else "bold")


def _styled(line: Line, row: str) -> Content:
    return plain(row).stylize("dim") if line.kind == "formula" else plain(row)


def _with_result(row: Content, *, is_marked: bool) -> Content:
    """The row with its last word, the result, emphasised."""
    start = row.plain.rfind(" ") + 1
    return row.stylize("bold $text-accent" if is_marked else "bold", start)


class Arithmetic(Static):
    """Shows lines of arithmetic, wrapped to its width.

    on_laid_out: called after each layout, when places may have changed.
    """

    DEFAULT_CSS = """
    Arithmetic {
        width: 1fr;
        max-width: 120;
        height: auto;
    }
    """

    def __init__(self, on_laid_out: Callable[[], None]) -> None:
        super().__init__()
        self._on_laid_out = on_laid_out
        self._lines: Sequence[Line] = ()
        self._marked = _UNMARKED
        self._places: dict[Place, int] = {}
        self._width = 0

    def show(self, lines: Sequence[Line], marked: Place) -> None:
        """Replace the lines shown."""
        self._lines, self._marked = lines, marked
        self._lay_out()

    def on_resize(self, event: Resize) -> None:
        if event.size.width != self._width:
            self._width = event.size.width
            self._lay_out()

    @property
    def marked_row(self) -> int:
        """The row in which the marked line begins, from 0."""
        return self._places.get(self._marked, 0)

    def _lay_out(self) -> None:
        if self._width:
            rows, self._places = laid_out(self._lines, self._width, self._marked)
            self.update(Content("\n").join(rows))
            self._on_laid_out()
