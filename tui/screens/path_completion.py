"""Completes the path of a file as a shell does."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from engine.text import printable
from tui.source import path_of

_MOST_ENTRIES = 10_000
"""A folder is read no further than that: the screen waits meanwhile."""


def complete_path(text: str) -> tuple[str, list[str]]:
    """Return `text` as far as it can be completed, and the names that it may become.

    Folders end in a slash. Hidden files are offered once the dot is typed. A name with control
    characters is never offered. A leading ~ is the home folder.
    """
    folder, start = os.path.split(text)
    if start in ("~", ".", ".."):
        return text + "/", [start + "/"]
    names = _names(path_of(folder or "."), start)
    if not names:
        return text, []
    completed = folder + "/" if folder and not folder.endswith("/") else folder
    return completed + _common_start(names), names


def _common_start(names: list[str]) -> str:
    """What all names begin with; as they are sorted, what the first and the last begin with."""
    first, last = names[0], names[-1]
    differing = (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(differing, min(len(first), len(last)))]


def _names(folder: Path, start: str) -> list[str]:
    names = []
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, _MOST_ENTRIES):
                name = entry.name
                hidden = name.startswith(".") and not start.startswith(".")
                if name.startswith(start) and not hidden and name == printable(name):
                    names.append(name + "/" if entry.is_dir() else name)
    except OSError:
        return []
    return sorted(names)
