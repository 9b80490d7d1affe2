"""The lesson panel: the text of the step, what it asks for, and what is said to the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, chop_cells
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import var

from engine import Session
from tui.panes.help_texts import LESSON_HELP, PaneHelp
from tui.state.lesson_panel import Block, blocks_of, keys_of, longest_blocks, title_of
from tui.state.lesson_play import LessonPlay
from tui.state.workspace import Workspace
from tui.theme import TextStyle
from tui.widgets.strip_lines import Line, StripLines

if TYPE_CHECKING:
    from engine.lessons.lesson import Lesson

_WHEEL_LINES = 3
_MAX_LINE_WIDTH = 76
_ANSWER_WIDTH = 26
_AROUND_THE_TEXT = 4, 2
"""The cells beside the text and the lines above and below it: border and padding."""

Parts = tuple[tuple[str, TextStyle], ...]
"""A line of text in parts, each with the name of its style."""


@dataclass
class AnswerChosen(Message):
    """A choice was clicked, with its number."""

    number: str


class LessonPane(StripLines, can_focus=True):
    """The step of the lesson that is being played, which scrolls if it is long."""

    HELP_TEXT: ClassVar[PaneHelp] = LESSON_HELP

    painted: var[Workspace | None] = var(None)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="pane")
        self._first_line = 0
        self._shown: tuple[Block, ...] = ()
        self._titles = "", ""

    def watch_painted(self) -> None:
        self.redraw()

    def on_show(self) -> None:
        self.redraw()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        workspace = self.painted
        if workspace is None or workspace.lesson is None or not self.is_on_screen:
            return
        width, height = self.room
        inner = min(width, _MAX_LINE_WIDTH)
        blocks = fitting(blocks_of(workspace), inner, height)
        lines = lines_of(blocks, inner)
        most = max(0, len(lines) - height)
        if blocks != self._shown:
            # What is new stands at the end, unless it is another step.
            is_same_step = self._shown[:1] == blocks[:1]
            self._first_line = most if is_same_step else 0
            self._shown = blocks
        self._first_line = min(self._first_line, most)
        named = self.look.named
        seen = lines[self._first_line : self._first_line + height]
        written: list[Line] = [tuple((text, named[style]) for text, style in line) for line in seen]
        self.show_lines([*written, *[()] * (height - len(written))], width)
        ways = "↑" * (self._first_line > 0) + "↓" * (self._first_line < most)
        more = f"{ways} more  " if ways else ""
        titles = title_of(workspace), more + keys_of(workspace, has_focus=self.has_focus)
        if titles != self._titles:
            self._titles = titles
            self.border_title, self.border_subtitle = map(Content, titles)

    def scroll_lines(self, by: int) -> None:
        """Show a later or an earlier part of the text."""
        self._first_line = max(0, self._first_line + by)
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.scroll_lines(-_WHEEL_LINES)

    @property
    def answer_region(self) -> Region | None:
        """Where on the screen a number is typed; None if nothing is asked, or out of sight."""
        for first, block in first_lines(self._shown, min(self.room.width, _MAX_LINE_WIDTH)):
            y = first - self._first_line
            if block.kind == "ask" and 0 <= y < self.room.height:
                region = Region(cell_len(block.sign), y, _ANSWER_WIDTH, 1)
                return region.translate(self.content_region.offset)
        return None

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        line = offset.y + self._first_line
        width = min(self.room.width, _MAX_LINE_WIDTH)
        for first, block in first_lines(self._shown, width):
            if block.kind == "choice" and 0 <= line - first < len(lines_of((block,), width)):
                self.post_message(AnswerChosen(block.sign.strip()))


@lru_cache(maxsize=32)
def lines_of(blocks: tuple[Block, ...], width: int) -> list[Parts]:
    """Return the lines of the blocks; a blank one stands before each that is apart."""
    lines: list[Parts] = []
    for block in blocks:
        if block.is_apart and lines:
            lines.append(())
        sign = block.sign
        for words in wrapped(block.text, width - cell_len(sign), block.style):
            lines.append(((sign, block.sign_style), *words) if sign else words)
            sign = " " * cell_len(sign)
    return lines


def fitting(blocks: tuple[Block, ...], width: int, height: int) -> tuple[Block, ...]:
    """Return the blocks with less of the hints where they do not fit: the last one helps most."""
    hints = [place for place, block in enumerate(blocks) if block.kind == "hint"]
    for _ in hints[1:]:
        if len(lines_of(blocks, width)) > height:
            blocks = blocks[: hints[0]] + blocks[hints[0] + 1 :]
    if hints and len(lines_of(blocks, width)) > height:
        blocks = *blocks[:-1], replace(blocks[-1], is_apart=False)
    return blocks


def first_lines(blocks: tuple[Block, ...], width: int) -> Iterator[tuple[int, Block]]:
    """Yield each block with the index of its first line."""
    for place, block in enumerate(blocks):
        before = len(lines_of(blocks[:place], width))
        yield before + (block.is_apart and before > 0), block


def height_needed(play: LessonPlay, width: int) -> int:
    """Return the height at which a panel of this width shows the whole step."""
    return _height_needed(play.lesson, play.index, play.start, play.n_hints, play.best, width)


@lru_cache(maxsize=32)
def _height_needed(
    lesson: Lesson, index: int, start: Session, n_hints: int, best: int | None, width: int
) -> int:
    """Cached during a step: the screen is arranged at every key."""
    play = LessonPlay(lesson, index, start, n_hints=n_hints, best=best)
    inner = min(width - _AROUND_THE_TEXT[0], _MAX_LINE_WIDTH)
    lines = (len(lines_of(blocks, inner)) for blocks in longest_blocks(play))
    return max(lines, default=0) + _AROUND_THE_TEXT[1]


def wrapped(text: str, width: int, style: TextStyle) -> Iterator[Parts]:
    """Yield the text in lines of at most `width` cells, with the words of the glossary bold.

    A line that begins with two blanks stays as it is.
    """
    # Imported here: the playground starts without a lesson.
    from engine.lessons.text import pieces

    for paragraph in text.splitlines() or [""]:
        parts_of_it = pieces(paragraph)
        is_bold = [piece.is_word for piece in parts_of_it for _ in piece.text]
        plain = "".join(piece.text for piece in parts_of_it)
        kept_whole = plain.startswith("  ")
        for start, stop in [(0, len(plain))] if kept_whole else _lines(plain, max(1, width)):
            parts = [
                ("".join(plain[place] for place in places), "bold" if bold else style)
                for bold, places in groupby(range(start, stop), is_bold.__getitem__)
            ]
            yield tuple(parts)


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line of a text begins and ends; a word wider than a line goes on in the next."""
    start = end = 0
    for word in re.finditer(r"\S+", text):
        if cell_len(text[start : word.end()]) > width:
            if end > start:
                yield start, end
            start = word.start()
            *whole, _ = chop_cells(word[0], width)
            for piece in whole:
                yield start, start + len(piece)
                start += len(piece)
        end = word.end()
    yield start, end
