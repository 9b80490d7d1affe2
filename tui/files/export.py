"""Files that show a session and are not read back: code, tables, a picture."""

from __future__ import annotations

import re
from pathlib import Path

from engine.export import CODE, code_kind
from engine.files import write_atomically
from engine.formats import is_widened
from engine.session.session import Session

PICTURE = ".svg"
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def code_suffixes() -> tuple[str, ...]:
    """Return the suffixes of all kinds of code."""
    return tuple(kind.suffix for kind in CODE.values())


def is_code(file_name: str) -> bool:
    """Return whether the file name has a suffix for code."""
    return code_kind(file_name) is not None


def is_picture(file_name: str) -> bool:
    """Return whether the file name has the suffix of a picture of the screen."""
    return Path(file_name).suffix.lower() == PICTURE


def write_code(session: Session, path: Path, sample: int = 0) -> str:
    """Write the session as the kind of code given by the suffix; return the kind's title.

    sample: the one, from 0, for a kind that shows a single sample. Raises ValueError for an unknown
    suffix or a session that cannot be written so, OSError when the file system refuses.
    """
    kind = code_kind(path.name)
    if kind is None:
        raise ValueError(f"the name must end in one of {', '.join(code_suffixes())}")
    write_atomically(path, kind.text(session, sample).encode())
    return kind.title


def without_fonts(svg: str) -> str:
    """Return a picture of the screen without its references to fonts on the web."""
    return _FONTS.sub("", svg)


def write_picture(svg: str, path: Path) -> None:
    """Write a picture of the screen; raises OSError."""
    write_atomically(path, without_fonts(svg).encode())


def saving_notes(session: Session, path: Path, dtype: str) -> list[str]:
    """Return what is told when numbers read as `dtype` are saved: all that is not as it was."""
    notes = []
    if is_widened(session, path, dtype):
        notes.append("all numbers are written as float64, since float32 does not hold each of them")
    layers = session.network.layers
    if path.suffix.lower() != ".toml" and any(layer.tensors for layer in layers):
        notes += (
            f"layer {number} is new to the file it came from: added{number}.weight"
            for number, layer in enumerate(layers, start=1)
            if not layer.tensors
        )
    return notes
