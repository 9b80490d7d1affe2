"""The folder in which the program remembers things between its starts."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_state_path

from tui.terminal import reason_of

_MAX_DAMAGED = 100

_Value = TypeVar("_Value")


def state_folder() -> Path:
    """Return the folder; it need not exist yet."""
    return own_folder(user_state_path)


def own_folder(folder_of: Callable[[str], Path]) -> Path:
    """Return a folder that platformdirs knows; without a home folder, one that cannot be made."""
    try:
        folder = folder_of("nn-play")
    except RuntimeError:
        folder = Path()
    # What is relative would be another folder wherever the program is started.
    return folder if folder.is_absolute() else Path(os.devnull) / "nn-play"


def read_kept(
    path: Path,
    most_bytes: int,
    parse: Callable[[bytes], _Value],
    tell: Callable[[str], object] = lambda line: None,
) -> _Value | None:
    """Return what a file of the folder holds; None without one, or where it is damaged.

    parse: raises ValueError for damaged content. What is damaged gets another name, lest it is
    overwritten; tell: called with a line that says which.
    """
    try:
        return parse(_content(path, most_bytes))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        other = _put_aside(path)
        if other is not None:
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            tell(f"{path}: {reason}; it is kept as {other.name}")
        return None


def from_json(data: bytes | str) -> Any:
    """Return the value in JSON; raises ValueError."""
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _content(path: Path, most_bytes: int) -> bytes:
    # Opening a pipe could wait for ever.
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("is not a file")
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"has more than {most_bytes / 1e6:g} MB")
    return data


def _put_aside(path: Path) -> Path | None:
    """Give a file a new name; None if that cannot be."""
    for number in range(1, _MAX_DAMAGED):
        other = path.with_name(f"{path.name}.damaged-{number}")
        if not os.path.lexists(other):
            with suppress(OSError):
                return path.rename(other)
            break
    return None
