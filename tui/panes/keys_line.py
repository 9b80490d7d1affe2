"""The keys line at the bottom: the first keys to know."""

from __future__ import annotations

from rich.cells import cell_len
from textual.reactive import var

from tui.theme import TextStyle
from tui.widgets.strip_lines import TextLine

_ALWAYS_SHOWN = 2


class KeysLine(TextLine):
    """The first keys to know, as many as fit; the last two, help and quit, are always shown."""

    keys: var[tuple[tuple[str, str], ...]] = var(())

    def watch_keys(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        last = self.keys[-_ALWAYS_SHOWN:]
        # Nothing is lost with the blank after the last one.
        room = self.size.width + 1 - sum(map(_width_of_key, last))
        shown = []
        for key in self.keys[:-_ALWAYS_SHOWN]:
            if (width := _width_of_key(key)) <= room:
                room -= width
                shown.append(key)
        parts: list[tuple[str, TextStyle]] = []
        for key_name, label in (*shown, *last):
            parts += [(f" {key_name}", "strong"), (f" {label}", "muted"), (" ", "plain")]
        self.write(*parts[:-1])


def _width_of_key(key: tuple[str, str]) -> int:
    return cell_len(key[0]) + cell_len(key[1]) + 3
