"""The terminal: what may be written to it, how wide it is, and whether there is one at all.

Also what the libraries read from the environment when they are first imported.
"""

from __future__ import annotations

import codecs
import os
import select
import shutil
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from io import StringIO, TextIOWrapper

_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_FRAMES_PER_SECOND = "240"

_IN_ASCII = {
    "·": "*",
    "×": "x",
    "−": "-",
    "→": "->",
    "…": "...",
    "≈": "~",
    "≤": "<=",
    "≥": ">=",
    "±": "+/-",
    "√": "sqrt",
    "π": "pi",
    "∞": "inf",
    "²": "^2",
    "³": "^3",
}
_MIN_WIDTH, _MAX_WIDTH = 40, 120


def prepare_environment() -> None:
    """Set what the user has not set; call it before NumPy or Textual is imported.

    Small matrices are slower on two BLAS threads, ten times so while the other core is busy.
    Textual paints at fixed moments, 60 in a second: plots, which are painted after the numbers,
    would wait for the next one longer than it takes to draw them.
    """
    for name in _BLAS_THREADS:
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TEXTUAL_FPS", _FRAMES_PER_SECOND)


def is_closed(descriptor: int) -> bool:
    """Return whether the terminal behind a file descriptor is gone; unknown on Windows."""
    if sys.platform == "win32":
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return bool(poll.poll(0))


def prepare_streams() -> None:
    """Let standard output and error take any text, whatever their encoding.

    Signs of mathematics become their ASCII spelling where the encoding lacks them, other
    characters a question mark. A stream that was closed at the start swallows what is written.
    """
    codecs.register_error("nn-play", _spelt_out)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, StringIO())
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="nn-play")


def abandon(stream: object) -> None:
    """Let a stream that cannot be written to take what it still holds back, without complaint."""
    if isinstance(stream, TextIOWrapper):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def missing_terminal() -> str | None:
    """Return which standard stream is no terminal, or None when all three are one."""
    # The screen is drawn on standard error, by Textual's choice.
    for name, stream in (("input", sys.stdin), ("output", sys.stdout), ("error", sys.stderr)):
        if stream is None or not stream.isatty():
            return f"standard {name}"
    return None


def width() -> int:
    """Return how many columns a report may take."""
    return max(_MIN_WIDTH, min(_MAX_WIDTH, shutil.get_terminal_size().columns - 1))


def write_lines(lines: Iterable[str]) -> None:
    """Write each line to standard output as it comes, harmless to a terminal."""
    for line in lines:
        sys.stdout.write(escaped(line) + "\n")


def escaped(text: str) -> str:
    r"""Return `text` with what a terminal could take for a command written out, such as \x1b."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or unicodedata.category(character) == "Zs"
        else _written_out(character)
        for character in text
    )


def reason_of(error: OSError) -> str:
    """Return what the system says went wrong, to stand in the middle of a line."""
    reason = error.strerror or str(error) or type(error).__name__
    return reason[:1].lower() + reason[1:]


def shortened(text: str, most: int) -> str:
    """Return `text` with its middle left out where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    kept = most - 1
    return f"{text[: kept - kept // 2]}…{text[len(text) - kept // 2 :]}"


def _written_out(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # How Python keeps a byte of a file's name that is no text.
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def _spelt_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(character, "?") for character in lacking), error.end
