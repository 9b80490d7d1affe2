"""The files of the folder in which the program was started that it can open."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from engine.formats import FORMATS
from engine.text import printable

_TABLES = (".csv", ".tsv", ".tab")
_MAX_ENTRIES = 10_000
"""How many entries of the folder are read at most; the screen waits meanwhile."""
_MAX_FILES = 200
_MAX_PEEKED = 65_536
_OF_NETWORKS = {
    ".toml": re.compile(rb"^\s*\[\[\s*layers\s*\]\]", re.MULTILINE),
    ".json": re.compile(rb"weight|layer|bias|coef", re.IGNORECASE),
}
"""What the beginning of a file must hold where the suffix is also that of other things."""


@dataclass(frozen=True, slots=True)
class FileHere:
    """A file in the present folder: its name, and when it was last changed if that is a date."""

    name: str
    time: datetime | None

    @property
    def path(self) -> str:
        """Its absolute path."""
        return os.path.abspath(self.name)


def files_here() -> list[FileHere]:
    """Return the networks and tables in the present folder, by name."""
    suffixes = (*FORMATS, *_TABLES)
    try:
        with os.scandir() as entries:
            found = [
                FileHere(entry.name, _time_of(entry))
                for entry in islice(entries, _MAX_ENTRIES)
                if entry.name.lower().endswith(suffixes)
                and not entry.name.startswith(".")
                and entry.name == printable(entry.name)
                and entry.is_file()
            ]
    except OSError:
        return []
    found.sort(key=lambda file: file.name.casefold())
    return [file for file in found[:_MAX_FILES] if _may_open(file.name)]


def _time_of(entry: os.DirEntry[str]) -> datetime | None:
    try:
        return datetime.fromtimestamp(entry.stat().st_mtime)
    except (OSError, OverflowError, ValueError):
        return None


def _may_open(name: str) -> bool:
    sign = _OF_NETWORKS.get(os.path.splitext(name)[1].lower())
    if sign is None:
        return True
    try:
        with open(name, "rb") as file:
            return bool(sign.search(file.read(_MAX_PEEKED)))
    except OSError:
        return False
