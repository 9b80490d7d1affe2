"""The arithmetic of a step laid out in rows of a given width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from engine.explain.forward_pass import Line
from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.explain.parts import Key

MARK = "▸"
_INDENT = 4
"""The rows of a sum after the first begin below its first number, after "z = "."""
_OPERATORS = frozenset({"+", "-", "=", "≈", "/"})
_MIN_TEXT_WIDTH = 12
_STYLES = {"formula": "dim", "reason": "italic $text-accent"}
_INDENT_OF_REASON = 2


class LaidOut(NamedTuple):
    """Rows of limited width; places: the first row of each number that is worked out."""

    rows: list[Content]
    places: dict[Key, int]


def laid_out(lines: Sequence[Line], width: int, marked: Key | None = None) -> LaidOut:
    """Return the lines in rows of at most `width` cells, with the names of neurons beside them.

    marked: the current line.
    """
    margin = max((len(line.name) for line in lines), default=0) + 3
    if width < margin + _MIN_TEXT_WIDTH:
        margin = 2
    rows: list[Content] = []
    places: dict[Key, int] = {}
    for line in lines:
        if line.kind == "introduction":
            rows += [plain(f" {row}") for row in wrapped(line.text, width - 2)]
            continue
        if line.kind == "heading":
            rows += [Content("")] * bool(rows)
            rows += [plain(row).stylize("bold $text-primary") for row in wrapped(line.text, width)]
            continue
        key = line.key
        is_marked = key is not None and key == marked
        if key is not None:
            places.setdefault(key, len(rows))
        first = _beside(line, margin, is_marked=is_marked)
        shift = _INDENT_OF_REASON * (line.kind == "reason")
        for index, row in enumerate(wrapped(line.text, width - margin - shift, _indent(line))):
            beside = Content(" " * margin) if index else first
            rows.append(beside + _styled(line, " " * shift + row))
        if key is not None:
            rows[-1] = _with_result(rows[-1], is_marked=is_marked)
    return LaidOut(rows, places)


def plain_text(lines: Sequence[Line]) -> str:
    """Return the lines as plain text, none of them wrapped."""
    margin = max((len(line.name) for line in lines), default=0) + 2
    texts: list[str] = []
    for line in lines:
        if line.kind == "heading":
            texts += [""] * bool(texts) + [line.text]
        elif line.kind == "introduction":
            texts.append(line.text)
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


def _indent(line: Line) -> int:
    return _INDENT if line.key is not None else 0


def _beside(line: Line, margin: int, *, is_marked: bool) -> Content:
    mark = (MARK if is_marked else " ") + line.name
    return plain(mark.ljust(margin)[:margin]).stylize("bold $text-accent" if is_marked else "bold")


def _styled(line: Line, row: str) -> Content:
    style = _STYLES.get(line.kind)
    return plain(row) if style is None else plain(row).stylize(style)


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
        self._marked: Key | None = None
        self._places: dict[Key, int] = {}
        self._width = 0

    def show(self, lines: Sequence[Line], marked: Key | None) -> None:
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
        return 0 if self._marked is None else self._places.get(self._marked, 0)

    def _lay_out(self) -> None:
        if self._width:
            rows, self._places = laid_out(self._lines, self._width, self._marked)
            self.update(Content("\n").join(rows))
            self._on_laid_out()
