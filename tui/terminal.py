"""The terminal: what may be written to it, its width, and whether there is one at all.

Also sets the environment variables that libraries read when they are first imported.
"""

from __future__ import annotations

import codecs
import os
import select
import shutil
import signal
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from io import StringIO, TextIOWrapper

_BLAS_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
_FRAMES_PER_SECOND = "1000"

_ASCII_SPELLINGS = {
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
    """Set variables the user has not set; call it before NumPy or Textual is imported.

    Small matrices are slower on two BLAS threads, ten times so while the other core is busy.
    Textual paints 60 times a second by default: plots, which are painted after the numbers, would
    wait longer for the next frame than they take to draw. It brings 12 ms until they are painted,
    1.6 of them beyond 240 frames.
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


NO_SHELL = "no shell started this, which could bring it back"


def ask_to_stop() -> bool:
    """Send this process the signal to stop; False where no shell started it as a job."""
    if sys.platform == "win32" or not _has_shell():
        return False
    os.kill(os.getpid(), signal.SIGTSTP)
    return True


def stop_job() -> None:
    """Stop this process, and the rest of its job where a shell can bring it back.

    Returns once it is continued in the foreground. SIGTSTP is ignored from then on.
    """
    if sys.platform != "win32":
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        is_stopped = False
        while not is_stopped or _is_in_background():
            if _has_shell():
                # Stopped any earlier, they would leave the terminal to the shell too soon.
                os.kill(0, signal.SIGTSTP)
            os.kill(os.getpid(), signal.SIGSTOP)
            is_stopped = True


def _has_shell() -> bool:
    return os.getpgrp() != os.getsid(0)


def _is_in_background() -> bool:
    """Whether the terminal belongs to another job, as after `bg`."""
    if sys.__stdin__ is None:
        return False
    try:
        # 0 is a job that cannot be seen from here.
        return os.tcgetpgrp(sys.__stdin__.fileno()) not in (os.getpgrp(), 0)
    except (OSError, ValueError):
        return False


def prepare_streams() -> None:
    """Let standard output and error accept any text, whatever their encoding.

    Mathematical symbols that the encoding lacks get an ASCII spelling, other characters become a
    question mark. Output to a stream that was closed from the start is discarded.
    """
    codecs.register_error("nn-play", _ascii_spelling)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, StringIO())
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="nn-play")


def abandon(stream: object) -> None:
    """Discard what a stream that cannot be written to still has in its buffer, without an error."""
    if isinstance(stream, TextIOWrapper):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def missing_terminal() -> str | None:
    """Return which standard stream is not a terminal, or None if all three are."""
    # Textual draws the screen on standard error.
    for name, stream in (("input", sys.stdin), ("output", sys.stdout), ("error", sys.stderr)):
        if stream is None or not stream.isatty():
            return f"standard {name}"
    return None


def width() -> int:
    """Return the number of columns for a report."""
    return max(_MIN_WIDTH, min(_MAX_WIDTH, shutil.get_terminal_size().columns - 1))


def write_lines(lines: Iterable[str]) -> None:
    """Write each line to standard output as it comes, escaped for a terminal."""
    for line in lines:
        sys.stdout.write(escaped(line) + "\n")


def escaped(text: str) -> str:
    r"""Return `text` with control characters escaped, such as \x1b."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or unicodedata.category(character) == "Zs"
        else _escape(character)
        for character in text
    )


def reason_of(error: OSError) -> str:
    """Return the system's error message, worded for the middle of a line."""
    reason = error.strerror or str(error) or type(error).__name__
    return reason[:1].lower() + reason[1:]


def shortened(text: str, most: int) -> str:
    """Return `text`, with its middle left out if it is longer than `most` characters."""
    if len(text) <= most:
        return text
    kept = most - 1
    return f"{text[: kept - kept // 2]}…{text[len(text) - kept // 2 :]}"


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # How Python represents a byte of a file name that cannot be decoded (PEP 383).
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def _ascii_spelling(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_ASCII_SPELLINGS.get(character, "?") for character in missing), error.end
