"""Every workaround is still needed, and still works; where one is not, take it out."""

from __future__ import annotations

import codecs
import errno
import sys
from collections.abc import Iterable
from io import StringIO

import pytest
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread
from textual.events import Click, Key, MouseDown
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList

from tui import textual_workarounds
from tui.textual_workarounds import SturdyParser, SturdyWriter, forgiving_decoder

if sys.platform == "win32":
    pytest.skip("the reader of other systems", allow_module_level=True)

NO_PIXELS = "\x1b[48;24;80;0;0t"
CLICK = "\x1b[<0;11;6M"


def keys(messages: Iterable[Message]) -> list[str | None]:
    return [message.character for message in messages if isinstance(message, Key)]


def test_the_drivers_decoder_and_parser_are_replaced() -> None:
    from textual.drivers import linux_driver

    textual_workarounds.apply()
    assert linux_driver.getincrementaldecoder is forgiving_decoder  # type: ignore[attr-defined]  # Textual's own import
    assert linux_driver.XTermParser is SturdyParser  # type: ignore[attr-defined]  # likewise


def test_a_byte_that_is_no_utf_8() -> None:
    """Textual asks for a decoder as here: where it says what to do with errors, ours can go."""
    with pytest.raises(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(b"\xe9a")
    decoder = forgiving_decoder("utf-8")()
    assert decoder.decode(b"1\xe9a") == "1\N{REPLACEMENT CHARACTER}a"
    assert decoder.decode("é".encode()[:1]) + decoder.decode("é".encode()[1:]) == "é"


def test_the_driver_asks_for_a_decoder_without_a_word_on_errors() -> None:
    from inspect import getsource

    from textual.drivers import linux_driver

    assert 'getincrementaldecoder("utf-8")()' in getsource(linux_driver)


def test_a_click_in_a_terminal_of_0_pixels() -> None:
    with pytest.raises(ZeroDivisionError):
        list(XTermParser().feed(NO_PIXELS + CLICK))
    click = list(SturdyParser().feed(NO_PIXELS + CLICK))[-1]
    assert isinstance(click, MouseDown)
    assert (click.x, click.y) == (10, 5)


@pytest.mark.parametrize("size", ["48;0;0;0;0", "48;24;80;480;0", "48;0;80;480;800"])
def test_no_size_of_a_terminal_ends_the_reader(size: str) -> None:
    click = list(SturdyParser().feed(f"\x1b[{size}t{CLICK}"))[-1]
    assert isinstance(click, MouseDown)


def test_pixels_become_cells_where_their_number_is_known() -> None:
    click = list(SturdyParser().feed("\x1b[48;24;80;480;800t\x1b[<0;101;101M"))[-1]
    assert isinstance(click, MouseDown)
    assert (click.x, click.y) == (10, 5)


NO_CHARACTER = "\x1b[9999999u"


def test_a_code_of_a_key_that_is_no_character() -> None:
    with pytest.raises((OverflowError, ValueError)):
        list(XTermParser().feed(NO_CHARACTER))


@pytest.mark.parametrize("code", [NO_CHARACTER, "\x1b[97:65;2u", "\x1b[97;1;9999999999u"])
def test_what_follows_a_wrong_code_is_read(code: str) -> None:
    """Textual before 8.2.7 takes some of these for the beginning of a longer one."""
    read = keys(SturdyParser().feed(f"1{code}{40 * '2'}"))
    assert (read[0], read[-1]) == ("1", "2")


class Gone(StringIO):
    """The file of a terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_is_gone_does_not_hold_up_the_program() -> None:
    ended = WriterThread(Gone())
    ended.write("a")
    with pytest.raises(OSError, match="Input/output error"):
        ended.run()
    textual_workarounds.apply()
    from textual.drivers import linux_driver

    writer = linux_driver.WriterThread(Gone())  # type: ignore[attr-defined]
    writer.start()
    for _ in range(2 * MAX_QUEUED_WRITES):
        writer.write("a")
    writer.stop()


def test_all_that_was_written_is_there_at_the_end() -> None:
    flushed = []
    file = StringIO()
    file.flush = lambda: flushed.append(file.getvalue())  # type: ignore[method-assign]
    writer = SturdyWriter(file)
    writer.write("a")
    writer._queue.put(None)
    writer.run()
    assert flushed == ["a"]


class Emptied(App[None]):
    """Has a list that is empty once something in it was chosen, as that of the palette."""

    def compose(self) -> ComposeResult:
        yield OptionList("one", "two")

    def on_option_list_option_selected(self) -> None:
        self.query_one(OptionList).clear_options()


def test_the_second_click_on_an_option_that_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    async def click_twice() -> None:
        app = Emptied()
        async with app.run_test() as pilot:
            options = app.query_one(OptionList)
            options.clear_options()
            style = Style.from_meta({"option": 1})
            options.post_message(
                Click(options, 1, 1, 0, 0, 1, False, False, False, 1, 1, style.rich_style)
            )
            await pilot.pause()
            assert options.option_count == 0

    textual_workarounds.apply()
    asyncio.run(click_twice())
    monkeypatch.setattr(OptionList, "_on_click", textual_workarounds._click)
    with pytest.raises(IndexError):
        asyncio.run(click_twice())
