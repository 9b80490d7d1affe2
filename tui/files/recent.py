"""The files that were open last, and where in each of them one was."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tui.files.state_folder import from_json, read_kept, state_folder

_MAX_FILES = 20
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file that was open: its path, when, its title, and the place where one was in it."""

    path: str
    time: datetime
    title: str
    place: Mapping[str, object]

    @property
    def name(self) -> str:
        return os.path.basename(self.path)

    @property
    def folder(self) -> str:
        """Its folder, with ~ for the home folder."""
        folder, home = os.path.dirname(self.path), os.path.expanduser("~")
        return "~" + folder.removeprefix(home) if folder.startswith(home + os.sep) else folder


def recent_files() -> list[RecentFile]:
    """Return the files that were open last, the latest first."""
    return read_kept(_path(), _MAX_BYTES, _parse) or []


def place_in(path: Path) -> Mapping[str, object]:
    """Return the place where one was in a file, empty when that is not known."""
    wanted = os.path.abspath(path)
    return next((one.place for one in recent_files() if one.path == wanted), {})


def remember_file(path: Path, title: str, place: Mapping[str, object]) -> None:
    """Put a file first among the recent ones; if that cannot be written, nothing is said."""
    # Imported here: the list is read at the start, before the engine is needed.
    from engine.files import write_atomically

    latest = RecentFile(os.path.abspath(path), datetime.now(), title, place)
    rows = [latest, *(one for one in recent_files() if one.path != latest.path)][:_MAX_FILES]
    try:
        _path().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(_path(), json.dumps([_row(one) for one in rows], indent=1).encode())
    except (OSError, ValueError, RecursionError):
        return


def _path() -> Path:
    return state_folder() / "recent.json"


def _parse(data: bytes) -> list[RecentFile]:
    rows = from_json(data)
    if not isinstance(rows, list):
        raise ValueError("holds no list")
    return [one for one in map(_read, rows) if one is not None][:_MAX_FILES]


def _row(file: RecentFile) -> dict[str, object]:
    return {
        "path": file.path,
        "time": file.time.timestamp(),
        "title": file.title,
        "place": dict(file.place),
    }


def _read(row: Any) -> RecentFile | None:
    match row:
        case {"path": str(path), "time": float() | int() as time, "title": str(title)}:
            place = row.get("place")
            try:
                when = datetime.fromtimestamp(time)
            except (OverflowError, OSError, ValueError):
                return None
            return RecentFile(path, when, title, place if isinstance(place, dict) else {})
    return None
