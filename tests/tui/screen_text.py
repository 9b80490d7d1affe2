"""What stands on the screen of an app, as rows of text."""

from __future__ import annotations

import unicodedata
from typing import Any

from textual._compositor import InlineUpdate
from textual.app import App

_COMMANDS = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""The kinds of characters that do something to a terminal or to a line of text."""


def is_harmless(text: str) -> bool:
    """Return whether a terminal only shows `text`; line breaks count as harmless."""
    return not any(unicodedata.category(sign) in _COMMANDS for sign in text.replace("\n", ""))


def screen_lines(app: App[Any]) -> list[str]:
    """Return the rows of the screen, without the blanks at their ends.

    A picture of the screen, as the app exports it, says the same and takes longer than a key.
    """
    screen = app.screen._compositor.render_inline(app.size, screen_stack=app._background_screens)
    assert isinstance(screen, InlineUpdate)
    return [strip.text.replace("\xa0", " ").rstrip() for strip in screen.strips]
