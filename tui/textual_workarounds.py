"""What Textual does wrong and no public way puts right.

Each entry names the version it was needed for and where the fault is reported, or how to. In
tests/tui/test_textual_workarounds.py something fails once it is no longer needed, or no longer
works.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Generator
from functools import partial

from textual._parser import Peek1, Read1
from textual._xterm_parser import XTermParser
from textual.events import Click
from textual.message import Message
from textual.widgets import OptionList


def apply() -> None:
    """Put everything here in place; to do it twice is to do it once."""
    OptionList._on_click = _click_on_what_is_there  # type: ignore[method-assign, assignment]
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = SturdyParser  # type: ignore[attr-defined]
        linux_driver.getincrementaldecoder = forgiving_decoder  # type: ignore[attr-defined, assignment]


def forgiving_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Return what makes a decoder that reads � for a byte that is none of the encoding.

    textual 8.2.8: such a byte on the keyboard's line, as from a terminal in Latin-1, ends the
    reader and so the program (https://github.com/Textualize/textual/issues/6456).
    """
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class SturdyParser(XTermParser):
    """Reads what the terminal sends, and skips what makes no sense.

    textual 8.2.8. Where the terminal says that it is 0 pixels wide, the mouse divides by zero and
    ends the reader (https://github.com/Textualize/textual/issues/6706). So does, with ValueError,
    a code of a key that is no character: feed XTermParser with ESC [ 9999999 u to report it.
    """

    def parse_mouse_code(self, code: str) -> Message | None:
        """Take the place as one in cells where a size is not known."""
        sizes = (*(self.terminal_size or (0,)), *(self.terminal_pixel_size or (0,)))
        self.mouse_pixels = self.mouse_pixels and all(sizes)
        return super().parse_mouse_code(code)

    def parse(
        self, token_callback: Callable[[Message], None]
    ) -> Generator[Read1 | Peek1, str, None]:
        while not self.is_eof:
            try:
                yield from super().parse(token_callback)
            except (OverflowError, ValueError):
                continue


_click = OptionList._on_click


async def _click_on_what_is_there(options: OptionList, event: Click) -> None:
    """Leave a click alone whose option has gone before the list comes to answer it.

    textual 8.2.8 raises IndexError, as at a second click on a command of its palette, which has
    emptied the list after the first. To report it: post two Clicks on the last option to a list
    that clears its options when one is selected.
    """
    clicked = event.style.meta.get("option")
    if clicked is None or clicked < options.option_count:
        await _click(options, event)
