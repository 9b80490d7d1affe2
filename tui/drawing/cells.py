"""Text laid out in strips of an exact number of cells, including wide characters.

Sentences are wrapped into lines; names are cut so that they can still be distinguished.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial

from rich.cells import cell_len, set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine.text import printable
from tui.drawing.palette import RGB, Palette

Part = tuple[str, Style]

_MIN_WIDTH, _MIN_HEIGHT = 16, 4
_EIGHTHS = " ▏▎▍▌▋▊▉█"

_BETWEEN_WORDS = re.compile(r"[\s_.\-]+")
_UNIT = re.compile(r"\s*\([^()]*\)$")
_MIN_LETTERS = 2


@lru_cache(maxsize=512)
def look(color: RGB, background: RGB, bold: bool = False) -> Style:
    """Return the style of text in one colour on a background of another."""
    return Style(color=Color.from_rgb(*color), bgcolor=Color.from_rgb(*background), bold=bold)


@lru_cache(maxsize=8)
def looks(palette: Palette) -> Looks:
    """Return the styles that all drawings share, made once for a palette."""
    return Looks(palette)


class Looks:
    """The styles of a palette, each on the palette's background."""

    def __init__(self, palette: Palette) -> None:
        background = palette.background
        self.plain = look(palette.foreground, background)
        self.strong = look(palette.foreground, background, bold=True)
        self.muted = look(palette.muted, background)
        self.accent = look(palette.accent, background, bold=True)
        self.positive = look(palette.positive, background)
        self.negative = look(palette.negative, background)
        self.good = look(palette.good, background, bold=True)
        self.bad = look(palette.bad, background, bold=True)


def safe(text: str) -> str:
    """Return a name from a file without anything a terminal would take for a command."""
    return text if text.isprintable() else printable(text)


def cut(text: str, width: int) -> str:
    """Return the text, with its end replaced by "…" if it is wider than `width` cells."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def fitted(text: str, width: int, right: bool = False) -> str:
    """Return the text cut or padded to exactly `width` cells, at the left or the right."""
    text = cut(text, width)
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def aligned_at_the_point(numbers: Sequence[str]) -> list[str]:
    """Return the numbers padded to one width with their decimal points aligned.

    Text with an exponent or without digits, such as 1.3e-5 or nan, is aligned on the right.
    """
    plain = [number.lstrip(" +-").replace(".", "", 1).isdecimal() for number in numbers]
    halves = [
        number.partition(".") for number, is_plain in zip(numbers, plain, strict=True) if is_plain
    ]
    whole = max((len(before) for before, _, _ in halves), default=0)
    rest = max((len(point + after) for _, point, after in halves), default=0)
    others = (len(number) for number, is_plain in zip(numbers, plain, strict=True) if not is_plain)
    width = max(whole + rest, *others, 0)
    aligned = []
    for number, is_plain in zip(numbers, plain, strict=True):
        before, point, after = number.partition(".")
        text = before + (point + after).ljust(rest) if is_plain else number
        aligned.append(text.rjust(width))
    return aligned


def strip_of(parts: Iterable[Part], width: int, blank: Style) -> Strip:
    """Return the parts side by side in exactly `width` cells, cut with "…" or padded."""
    segments: list[Segment] = []
    left = width
    for text, style in parts:
        size = cell_len(text)
        if size > left:
            shown = cut(text, left)
            segments.append(Segment(shown, style))
            left -= cell_len(shown)
            break
        segments.append(Segment(text, style))
        left -= size
    segments.append(Segment(" " * left, blank))
    return Strip(segments, width)


def filled(strips: Sequence[Strip], width: int, height: int, blank: Style) -> list[Strip]:
    """Return exactly `height` strips: the first ones, and empty ones below them."""
    empty = [Strip([Segment(" " * width, blank)], width)] * (height - len(strips))
    return [*strips[:height], *empty]


def is_too_small(width: int, height: int) -> bool:
    """Whether a drawing of this size would show less than a line of text."""
    return width < _MIN_WIDTH or height < _MIN_HEIGHT


def lines_of_text(text: str, width: int, height: int, palette: Palette) -> list[Strip]:
    """Return a text on its own, where there is nothing to draw or no room for it."""
    style = looks(palette).plain
    lines = [text] if cell_len(text) <= width else wrapped(text, width, height)
    return filled([strip_of([(line, style)], width, style) for line in lines], width, height, style)


def overlaid(strip: Strip, column: int, text: str, style: Style) -> Strip:
    """Return the strip with `text` laid over it from `column` on, cut at its end."""
    width = strip.cell_length
    column = max(0, min(column, width - 1))
    text = cut(text, width - column)
    end = column + cell_len(text)
    middle = Strip([Segment(text, style)], end - column)
    return Strip.join([strip.crop(0, column), middle, strip.crop(end, width)])


def rightward_bar(length: float) -> str:
    """Return a bar of `length` cells, to the nearest eighth; only a length of 0 is invisible."""
    eighths = round(length * 8) or int(length > 0)
    whole, part = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")


def leftward_bar(length: float) -> str:
    """Return a bar of `length` cells that grows to the left.

    It is drawn to the nearest half, since Unicode has no finer blocks for this direction except
    "▕", an eighth, which is used for the shortest bars.
    """
    halves = round(length * 2)
    if not halves:
        return "▕" if length > 0 else ""
    return "▐" * (halves % 2) + "█" * (halves // 2)


@lru_cache(maxsize=64)
def distinct_names(names: tuple[str, ...], width: int) -> tuple[str, ...] | None:
    """Return the names in at most `width` cells each, keeping different ones different.

    Longer ones lose their end ("petal le…"), or the end of every word ("pet len"), or their middle
    ("feat…17"): the first of these that leaves no two alike. None if nothing does.
    """
    if all(cell_len(name) <= width for name in names):
        return names
    n_different = len(set(names))
    for shortened in _shortenings(width):
        short = tuple(name if cell_len(name) <= width else shortened(name) for name in names)
        if len(set(short)) == n_different and all(0 < cell_len(name) <= width for name in short):
            return short
    return None


def _shortenings(width: int) -> Iterator[Callable[[str], str]]:
    yield lambda name: cut(name, width)
    yield lambda name: _words(name, width)
    for tail in range(1, width - 1):
        yield partial(_middle_left_out, width=width, tail=tail)


def _words(name: str, width: int) -> str:
    """The beginning of each word, without a unit in brackets at the end."""
    words = _BETWEEN_WORDS.split(_UNIT.sub("", name))
    share = (width - len(words) + 1) // len(words)
    if share < _MIN_LETTERS:
        return cut(name, width)
    return " ".join(
        word if cell_len(word) <= share else set_cell_size(word, share).rstrip() for word in words
    )


def _middle_left_out(name: str, width: int, tail: int) -> str:
    head = set_cell_size(name, width - tail - 1).rstrip()
    return f"{head}…{name[-tail:]}"


def wrapped(text: str, width: int, most: int | None = None) -> list[str]:
    """Return `text` wrapped to lines of at most `width` cells; a longer word is cut with "…".

    most: the maximum number of lines; if they are too few, the last one ends with "…".
    """
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(cut(word, width))
    if most is not None and len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], cut(rest, width)] if most > 0 else []
    return lines
