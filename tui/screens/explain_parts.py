"""What the screen Explain is made of: the part that scrolls, and the line for a number."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.events import Key

from tui.screens.dialog import Entry


class Guess(Entry):
    """A line for a number; while it is empty the keys of the screen work as they do elsewhere."""

    _KEYS = frozenset("fypqjk<>")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return super().check_consume_key(key, character) and not self._passes_on(character)

    async def _on_key(self, event: Key) -> None:
        if self._passes_on(event.character):
            # What is not typed goes on to the bindings of the screen.
            event.prevent_default()

    def _passes_on(self, character: str | None) -> bool:
        return not self.value and character in self._KEYS


class Reading(VerticalScroll, inherit_bindings=False):
    """What scrolls; its keys are those of the screen, which work while a number is typed too."""
