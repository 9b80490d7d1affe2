"""What stands on the screen of an app, as rows of text."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

from rich.cells import cell_len
from textual.app import App

_TEXT = re.compile(r'<text [^>]*?x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"[^>]*>(.*?)</text>')
_FIRST_LINE, _LINE_HEIGHT, _CELL_WIDTH = 20, 24.4, 12.2
"""Where Rich puts the cells of a picture."""
_COMMANDS = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""The kinds of characters that do something to a terminal or to a line of text."""


def is_harmless(text: str) -> bool:
    """Return whether a terminal only shows `text`; line breaks count as harmless."""
    return not any(unicodedata.category(sign) in _COMMANDS for sign in text.replace("\n", ""))


def screen_lines(app: App[Any]) -> list[str]:
    """Return the rows of the screen, read off a picture of it."""
    lines = [""] * app.size.height
    for x, y, escaped in _TEXT.findall(app.export_screenshot()):
        text = html.unescape(escaped).replace("\xa0", " ")
        column = round(float(x) / _CELL_WIDTH)
        row = round((float(y) - _FIRST_LINE) / _LINE_HEIGHT)
        lines[row] += " " * (column - cell_len(lines[row])) + text
    return lines
