"""What stands on the screen of an app, as rows of text."""

from __future__ import annotations

import html
import re
from typing import Any

from textual.app import App

_TEXT = re.compile(r'<text [^>]*?x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>(.*?)</text>')
_FIRST_LINE, _LINE_HEIGHT = 20, 24.4
"""Where Rich puts the lines of a picture."""


def screen_lines(app: App[Any]) -> list[str]:
    """Return the rows of the screen, read off a picture of it."""
    lines = [""] * app.size.height
    for x, y, length, escaped in _TEXT.findall(app.export_screenshot()):
        text = html.unescape(escaped).replace("\xa0", " ")
        column = round(float(x) / (float(length) / len(text)))
        row = round((float(y) - _FIRST_LINE) / _LINE_HEIGHT)
        lines[row] = lines[row].ljust(column) + text
    return lines
