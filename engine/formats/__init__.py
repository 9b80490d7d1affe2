"""Sessions as files: one table of formats by suffix, and how a file is read and written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.formats import toml
from engine.formats.files import read_bounded, write_atomically
from engine.parsing import nearest
from engine.session import Session


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what it is in one line, how it is read and written, how large it may be."""

    description: str
    read: Callable[[bytes], Session]
    write: Callable[[Session], bytes]
    most_bytes: int


def _toml_bytes(session: Session) -> bytes:
    return toml.write_toml(session).encode()


FORMATS: dict[str, Format] = {
    ".toml": Format(
        "the playground's own format, text to read and edit by hand",
        toml.read_toml,
        _toml_bytes,
        toml.MOST_BYTES,
    ),
}
"""The formats by suffix, in lower case."""


def load(path: str | os.PathLike[str]) -> Session:
    """Return the session in the file at `path`; the suffix says the format.

    Raises ValueError, in one line without the name of the file, when it is not a regular file, too
    large or not a session; OSError when the file system refuses.
    """
    format = _format_of(path)
    return format.read(read_bounded(path, format.most_bytes))


def save(session: Session, path: str | os.PathLike[str]) -> None:
    """Write the session to `path`, whole or not at all; the suffix says the format.

    A file that is there is replaced and keeps its permissions; of a link, what it points to is
    replaced. Raises ValueError for an unknown suffix or a session that the format cannot hold,
    OSError when the file system refuses; the old file is then as it was.
    """
    format = _format_of(path)
    data = format.write(session)
    if len(data) > format.most_bytes:
        raise ValueError(
            f"the file would have {len(data) / 1e6:,.0f} MB; "
            f"a file of this kind has at most {format.most_bytes / 1e6:,.0f} MB"
        )
    write_atomically(path, data)


def _format_of(path: str | os.PathLike[str]) -> Format:
    suffix = Path(path).suffix.lower()
    if not suffix:
        raise ValueError(f"the name has no suffix; expected one of {', '.join(FORMATS)}")
    if suffix not in FORMATS:
        raise ValueError(f"the suffix {suffix[:40]!r} is unknown; {nearest(suffix, FORMATS)}")
    return FORMATS[suffix]
