"""Themes, few colours and none: nothing is said by a colour alone, and everything can be read."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping

import pytest
from pyte.screens import Char
from textual.color import Color

from tests.tui.player import playing
from tests.tui.real_terminal import RealTerminal, in_terminal
from tui.files.settings import Settings, save_settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

THEMES = ("nn-play-dark", "nn-play-light", "textual-light")
SIXTEEN = {"TERM": "xterm-16color", "COLORTERM": ""}
NO_COLOR = {"NO_COLOR": "1"}
CASES = [
    *((theme, {}) for theme in THEMES),
    ("nn-play-dark", SIXTEEN),
    ("nn-play-light", SIXTEEN),
    ("nn-play-dark", NO_COLOR),
]
MIN_CONTRAST = 4.5


def cell(terminal: RealTerminal, words: str, of: str) -> Char:
    """The cell in which `of` begins, in the row where `words` stand."""
    row = next(row for row, line in enumerate(terminal.screen.display) if words in line)
    char: Char = terminal.screen.buffer[row][terminal.screen.display[row].index(of)]
    return char


def numbers(terminal: RealTerminal) -> Iterator[Char]:
    """The cells of digits and letters in the panes of numbers."""
    for row in range(1, 11):
        for column in range(80):
            char = terminal.screen.buffer[row][column]
            if char.data.isalnum():
                yield char


def contrast(char: Char) -> float:
    """The contrast of a cell, from 1 to 21, as the guidelines for accessible pages reckon it."""
    lighter, darker = sorted(map(luminance, (char.fg, char.bg)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in Color.parse(f"#{colour}").normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(
    ("theme", "environment"),
    CASES,
    ids=[f"{theme} {' '.join(environment)}".strip() for theme, environment in CASES],
)
def test_what_matters_is_seen_without_colour(theme: str, environment: Mapping[str, str]) -> None:
    save_settings(Settings(theme=theme))
    with in_terminal("xor-step", environment=environment) as terminal:
        terminal.wait_for("✓ as the target")
        terminal.press("right")
        terminal.wait_for("▸h1")
        cursor, other = cell(terminal, "▸h1", "1     1"), cell(terminal, "▸h1", "-0.5")
        assert cursor.bg != other.bg
        assert cursor.bold
        assert cell(terminal, " h2 ", "-1.5").data == "-"
        terminal.press("right", "right", "text:KKKKKKKKKK")
        terminal.wait_for("✗ not the target")
        assert "✓" not in terminal.text()
        codes = set(re.findall(rb"\x1b\[([0-9;]*)m", terminal.received))
        if environment == SIXTEEN:
            assert not any(b"38;" in code or b"48;" in code for code in codes)
        elif environment == NO_COLOR:
            for code in codes:
                for red, green, blue in re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", code):
                    assert red == green == blue
        elif theme.startswith("nn-play"):
            assert min(map(contrast, numbers(terminal))) >= MIN_CONTRAST
        terminal.press("q", "down", "down", "enter")
        assert terminal.wait_until_gone() == 0


async def test_the_theme_can_be_changed_while_playing() -> None:
    async with playing(size=(120, 36)) as player:
        before = player.lines
        ansi = [name for name in player.app.available_themes if "ansi" in name]
        for theme in (*THEMES, "dracula", *ansi, "nn-play-dark"):
            player.app.theme = theme
            await player.settle()
            assert player.lines == before
            await player.press("K", "u")
            assert player.lines[:-2] == before[:-2]
            await player.press("left")
