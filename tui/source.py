"""Where a network comes from: an example's id, a file, or standard input."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from engine import examples
from engine.formats import load
from engine.formats.toml import MOST_BYTES, read_toml
from engine.session import Session
from tui.terminal import escaped, reason_of, shortened

STANDARD_INPUT = "-"
_LONGEST_NAME = 200
_LONGEST_REASON = 400


class SourceError(ValueError):
    """A source that cannot be read: one printable line that begins with its name."""


@dataclass(frozen=True)
class Source:
    """What a person named, and what it means: a file, an example, or neither for standard input."""

    text: str
    path: Path | None
    example: str | None

    @property
    def name(self) -> str:
        """The name as it may be printed."""
        if self.text == STANDARD_INPUT:
            return "standard input"
        return shortened(escaped(self.text), _LONGEST_NAME) or "''"


def read_source(text: str, activations: str | None = None) -> tuple[Session, Source]:
    """Return the session that `text` names, and what was understood by it.

    "-" is TOML on standard input; a suffix or a slash means a file; anything else is the id of an
    example. `activations`, such as "relu,softmax", is for a source that does not say its own.
    Raises SourceError.
    """
    source = _understood(text)
    try:
        session = _session(source)
        if activations is not None:
            raise ValueError("says its activations itself; leave --activations out")
    except OSError as error:
        raise SourceError(_line(source, reason_of(error))) from error
    except ValueError as error:
        raise SourceError(_line(source, str(error))) from error
    return session, source


def means_file(text: str) -> bool:
    """Whether `text` names a file, and not an example: it has a suffix or a slash."""
    separators = [os.sep, os.altsep or os.sep]
    return (
        text in (".", "..") or any(sign in text for sign in separators) or bool(Path(text).suffix)
    )


def path_of(text: str) -> Path:
    """Return the path that `text` names; a leading ~ is a home folder."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        # There is no such user; the file will be missing under the name as it was given.
        return Path(text)


def _understood(text: str) -> Source:
    if text == STANDARD_INPUT:
        return Source(text, None, None)
    if not means_file(text):
        return Source(text, None, text)
    return Source(text, path_of(text), None)


def _session(source: Source) -> Session:
    if source.path is not None:
        return load(source.path)
    if source.example is None:
        return read_toml(_standard_input())
    if source.example not in examples.ids():
        raise ValueError(_unknown(source.example))
    return examples.load(source.example)


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise ValueError("is closed")
    return sys.stdin.buffer.read(MOST_BYTES + 1)


def _unknown(name: str) -> str:
    close = get_close_matches(name[:_LONGEST_NAME], examples.ids(), n=1)
    hint = f"did you mean {close[0]}?" if close else "'nn-play examples' lists them"
    return f"there is no such example; {hint} (a file needs its suffix or a slash, as in ./name)"


def _line(source: Source, what: str) -> str:
    return f"{source.name}: {shortened(escaped(what), _LONGEST_REASON)}"
