"""Workarounds for faults in Textual that its public interface cannot mend.

Each entry names the version it was needed for, and where the fault is reported or how to report it.
A test in tests/tui/test_textual_workarounds.py fails once an entry is no longer needed, or no
longer works.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial

from textual._parser import Peek1, Read1
from textual._xterm_parser import XTermParser
from textual.drivers._writer_thread import WriterThread
from textual.events import Click
from textual.message import Message
from textual.widgets import OptionList


def apply() -> None:
    """Install every workaround; calling this again changes nothing."""
    # Replacing methods and imports is what types forbid.
    OptionList._on_click = _click_existing_option  # type: ignore[method-assign, assignment]
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = SturdyParser  # type: ignore[attr-defined]
        linux_driver.getincrementaldecoder = forgiving_decoder  # type: ignore[attr-defined, assignment]
        linux_driver.WriterThread = SturdyWriter  # type: ignore[attr-defined]


def forgiving_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """Return a factory of decoders that read � for a byte invalid in the encoding.

    textual 8.2.8: such a byte in the input, as from a terminal in Latin-1, ends the reader and so
    the program (https://github.com/Textualize/textual/issues/6456).
    """
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class SturdyParser(XTermParser):
    """Parses what the terminal sends, skipping what is malformed.

    textual 8.2.8. Where the terminal reports a width of 0 pixels, a mouse event divides by zero and
    ends the reader (https://github.com/Textualize/textual/issues/6706). So does a key code that is
    no character, with ValueError: to report it, feed ESC [ 9999999 u to XTermParser.
    """

    def parse_mouse_code(self, code: str) -> Message | None:
        """Read the position in cells where a size is not known."""
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


class SturdyWriter(WriterThread):
    """Writes to the terminal, and once that is gone takes what is written to nowhere.

    textual 8.2.8: an error of writing ends the thread; nobody empties its queue any more, and after
    thirty more writes the program hangs, also in the middle of leaving. To report it: close the
    terminal of an app that ignores SIGHUP and writes.
    """

    def run(self) -> None:
        is_open = True
        while is_open:
            text = self._queue.get()
            is_open = text is not None
            with suppress(OSError):
                self._file.write(text or "")
                if self._queue.empty():
                    self._file.flush()


_click = OptionList._on_click


async def _click_existing_option(options: OptionList, event: Click) -> None:
    """Ignore a click on an option that is gone by the time the list handles it.

    textual 8.2.8 raises IndexError, for example at a second click on a palette command, since the
    first has emptied the list. To report it: post two Clicks on the last option to a list that
    clears its options when one is selected.
    """
    clicked = event.style.meta.get("option")
    if clicked is None or clicked < options.option_count:
        await _click(options, event)
