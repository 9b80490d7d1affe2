"""Unsaved work: a file for each playground with changes, kept until they are saved or given up.

A lock beside the file says that its playground is running; nobody else touches it then.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from secrets import token_hex
from shlex import quote
from tempfile import gettempdir
from threading import Lock
from typing import TYPE_CHECKING

from tui.files.state_folder import from_json, state_folder
from tui.terminal import escaped, reason_of

if TYPE_CHECKING:
    from filelock import FileLock

    from engine.session.session import Session

_OURS = "unsaved-*.safetensors"
_PATTERNS = (_OURS, "recovered-*.toml")
"""What is written now, and what earlier versions wrote when they were stopped."""

_LITTER = (".nn-play-*.tmp", "unsaved-*.lock")
"""What a playground that was killed may leave beside it."""

_KEPT_FOR = timedelta(days=30)
_REMARK = "unsaved work"
_MAX_BYTES = 500_000_000
_MAX_TEXT = 4096
"""What a path may have; a damaged file may hold more."""


@dataclass(frozen=True, slots=True)
class Description:
    """What unsaved work is, without its numbers.

    sizes: such as "2→4→1". epochs: of its training run. origin: the file or example it came from,
    empty for none.
    """

    title: str
    sizes: str
    epochs: int = 0
    origin: str = ""


@dataclass(frozen=True, slots=True)
class UnsavedWork:
    """A file of unsaved work that no running playground holds, and when it was written."""

    path: Path
    time: datetime
    description: Description

    @property
    def id(self) -> str:
        """The name by which it is asked for."""
        return _id_of(self.path)

    @property
    def when(self) -> str:
        """The time of day, and the day unless it is today."""
        today = self.time.date() == datetime.now().date()
        return f"{self.time:%H:%M}" if today else f"{self.time:%Y-%m-%d %H:%M}"


class Keeper:
    """Keeps the unsaved work of this playground in a file of its own.

    work: what is opened here again, whose file it goes on with. Raises OSError when another
    playground has just done so.
    """

    def __init__(self, work: UnsavedWork | None = None) -> None:
        self._path = None if work is None else work.path
        self._lock = None if work is None else _locked(work.path)
        self._in_use = Lock()
        self._is_closed = False

    def keep(self, session: Session, description: Description) -> Path | None:
        """Write the session over what was kept before; return the file, or None after `close`.

        It goes to the state folder, or to the temporary folder if that cannot be written. Raises
        OSError when neither can be, ValueError for a session that no file can hold.
        """
        from engine.formats.safetensors import write_safetensors

        remarks = {_REMARK: json.dumps(asdict(description))}
        data = write_safetensors(session, session.dtype, samples_apart=True, remarks=remarks)
        with self._in_use:
            return None if self._is_closed else self._write(data)

    def _write(self, data: bytes) -> Path:
        present = () if self._path is None else (self._path.parent,)
        reason = None
        for folder in dict.fromkeys((*present, *_folders())):
            try:
                return self._write_in(folder, data)
            except OSError as error:
                reason = reason or error
        assert reason is not None
        raise reason

    def _write_in(self, folder: Path, data: bytes) -> Path:
        from engine.files import write_atomically

        # Not over what an earlier version left, in another format.
        if self._path is not None and self._path.parent == folder and self._path.match(_OURS):
            write_atomically(self._path, data)
            return self._path
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"unsaved-{datetime.now():%Y-%m-%d-%H%M%S}-{token_hex(2)}.safetensors"
        lock = _locked(path)
        try:
            write_atomically(path, data)
            # Others may read the temporary folder.
            path.chmod(0o600)
        except OSError:
            _release(path, lock)
            raise
        self._remove()
        self._path, self._lock = path, lock
        return path

    def drop(self) -> None:
        """Remove the file: its content is saved, or given up."""
        with self._in_use:
            self._remove()

    def close(self, *, drop: bool) -> Path | None:
        """Write nothing from now on, and return the file; drop: remove it instead."""
        with self._in_use:
            self._is_closed = True
            if drop:
                self._remove()
            elif self._path is not None:
                _release(self._path, self._lock)
            return self._path

    def _remove(self) -> None:
        if self._path is not None:
            _remove(self._path)
            _release(self._path, self._lock)
        self._path = self._lock = None


def unsaved_work() -> list[UnsavedWork]:
    """Return the unsaved work of playgrounds that do not run any more, the newest first.

    What is older than thirty days is removed.
    """
    found = []
    for path, time in _left_behind(_PATTERNS):
        with _taken(path) as is_free:
            if is_free and _is_old(time):
                _remove(path)
            elif is_free:
                found.append(UnsavedWork(path, time, _described(path)))
    for path, time in _left_behind(_LITTER):
        if _is_old(time) and not path.with_suffix("").exists():
            _remove(path)
    return found


def newest_unsaved() -> UnsavedWork | None:
    """Return the newest unsaved work, looking at no more files than it takes to find it."""
    for path, time in _left_behind(_PATTERNS):
        with _taken(path) as is_free:
            if is_free and not _is_old(time):
                return UnsavedWork(path, time, _described(path))
    return None


def open_unsaved(work: UnsavedWork) -> Session:
    """Return the session of unsaved work; raises OSError, and ValueError for a damaged file."""
    from engine.files import read_bounded
    from engine.formats import load
    from engine.formats.reading import ReadOptions
    from engine.formats.safetensors import read_safetensors
    from engine.session.origin import Origin

    if work.path.suffix == ".toml":
        return load(work.path)
    # Larger than a file of the user may be: work in progress is there whatever its size.
    reading = read_safetensors(read_bounded(work.path, _MAX_BYTES), ReadOptions())
    origin = replace(reading.session.origin or Origin(), dtype=reading.dtype)
    return reading.session.evolve(origin=origin)


def comes_back(path: Path) -> str:
    """Return lines that say where work was kept, and how it is opened again."""
    again = f"nn-play recover {escaped(quote(_id_of(path)))}"
    return (
        f"nn-play: your network was kept in {escaped(str(path))}\n"
        f"The next nn-play offers it (ctrl+o); without a screen: {again} > network.toml"
    )


def remove_unsaved(work: UnsavedWork) -> None:
    """Remove a file of unsaved work; raises OSError."""
    work.path.unlink(missing_ok=True)


def _id_of(path: Path) -> str:
    return path.stem.partition("-")[2]


def _folders() -> Iterator[Path]:
    yield state_folder()
    # There is none where no disk can be written.
    with suppress(OSError):
        yield Path(gettempdir())


def _left_behind(patterns: Iterable[str]) -> list[tuple[Path, datetime]]:
    """All files of such names that are ours, with their times, the newest first."""
    found = []
    for folder, pattern in product(_folders(), patterns):
        with suppress(OSError):
            found += [(path, time) for path in folder.glob(pattern) if (time := _time_of(path))]
    return sorted(found, key=lambda one: one[1], reverse=True)


def _time_of(path: Path) -> datetime | None:
    """When a file was written; None where it cannot be told, or belongs to somebody else."""
    try:
        status = path.stat(follow_symlinks=False)
        # Anybody may write to the temporary folder.
        is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        return datetime.fromtimestamp(status.st_mtime) if is_ours else None
    except (OSError, OverflowError, ValueError):
        return None


def _is_old(time: datetime) -> bool:
    return datetime.now() - time > _KEPT_FOR


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _described(path: Path) -> Description:
    """What a file holds, or what is wrong with it."""
    try:
        return _read_description(path)
    except OSError as error:
        return Description("damaged", reason_of(error))
    except ValueError as error:
        return Description("damaged", str(error))


def _read_description(path: Path) -> Description:
    from engine.formats import load
    from engine.formats.safetensors import read_remarks
    from engine.session.names import sizes_text

    if path.suffix == ".toml":
        session = load(path)
        return Description(session.title or "", sizes_text(session.network))
    table = from_json(read_remarks(path).get(_REMARK, "{}"))
    if not isinstance(table, dict):
        raise ValueError("its description is no table")
    title, sizes, origin = (
        str(table.get(key, ""))[:_MAX_TEXT] for key in ("title", "sizes", "origin")
    )
    epochs = table.get("epochs", 0)
    return Description(title, sizes, epochs if type(epochs) is int else 0, origin)


@contextmanager
def _taken(path: Path) -> Iterator[bool]:
    """Hold the lock of a file for a moment; False if a running playground holds it."""
    try:
        lock = _locked(path)
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        _release(path, lock)


def _locked(path: Path) -> FileLock | None:
    """Take the lock of a file at once; None where the file system has no locks."""
    from filelock import FileLock, Timeout

    # Taken by the thread that writes, given up by that of the screen.
    lock = FileLock(_lock_path(path), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise OSError(errno.EBUSY, "another playground has it open", str(path)) from None
    except (OSError, NotImplementedError):
        return None
    return lock


def _release(path: Path, lock: FileLock | None) -> None:
    if lock is not None:
        # Removed while it is held: nobody can hold another lock of this name meanwhile.
        _remove(Path(_lock_path(path)))
        lock.release()


def _lock_path(path: Path) -> str:
    return f"{path}.lock"
