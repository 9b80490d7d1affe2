"""Text from outside: what may reach a screen."""

from __future__ import annotations

import unicodedata

_DANGEROUS_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(text: str, keep: str = "") -> str:
    """Return `text` without control, formatting and private characters, save those in `keep`.

    An escape character would reach the terminal as a command, and a direction mark would turn a
    line around. A line break becomes a blank unless it is kept.
    """
    replaced = {
        ord(character): " " if character in "\n\r\t" else None
        for character in set(text).difference(keep)
        if character in "\n\r\t" or unicodedata.category(character) in _DANGEROUS_CATEGORIES
    }
    return text.translate(replaced)
