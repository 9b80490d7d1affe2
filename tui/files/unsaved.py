"""Unsaved work: a file for each playground with changes, kept until they are saved or given up.

A lock beside the file says that its playground is running; nobody else touches it then.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shlex import quote
from tempfile import gettempdir
from threading import Lock
from typing import TYPE_CHECKING

from tui.files.state_folder import state_folder
from tui.terminal import escaped

if TYPE_CHECKING:
    from filelock import FileLock

    from engine.session.session import Session

_PATTERNS = ("unsaved-*.safetensors", "recovered-*.toml")
"""What is written now, and what earlier versions wrote when they were stopped."""

_KEPT_FOR = timedelta(days=30)
_REMARK = "unsaved work"


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
    """Keeps the unsaved work of this playground in a file of its own."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._lock: FileLock | None = None
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
        folders = [folder for folder in _folders() if not self._path or folder != self._path.parent]
        if self._path is not None:
            folders.insert(0, self._path.parent)
        reason = None
        for folder in folders:
            try:
                return self._write_in(folder, data)
            except OSError as error:
                reason = reason or error
        assert reason is not None
        raise reason

    def _write_in(self, folder: Path, data: bytes) -> Path:
        from engine.files import write_atomically

        path = self._path
        if path is None or path.parent != folder:
            folder.mkdir(parents=True, exist_ok=True)
            name = f"unsaved-{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.safetensors"
            path = folder / name
        lock = self._lock if path == self._path else _locked(path)
        try:
            write_atomically(path, data)
        except OSError:
            if path != self._path:
                _release(path, lock)
            raise
        if path != self._path:
            self._remove()
            self._path, self._lock = path, lock
        return path

    def adopt(self, work: UnsavedWork) -> None:
        """Go on with the file of work that is opened here, in place of an own one.

        Raises OSError when another playground has just done so.
        """
        with self._in_use:
            lock = _locked(work.path)
            self._remove()
            self._path, self._lock = work.path, lock

    def drop(self) -> None:
        """Remove the file: its content is saved, or given up."""
        with self._in_use:
            self._remove()

    def close(self, *, drop: bool) -> None:
        """Write nothing from now on; drop: remove the file too."""
        with self._in_use:
            self._is_closed = True
            if drop:
                self._remove()
            elif self._path is not None:
                _release(self._path, self._lock)

    def _remove(self) -> None:
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            _release(self._path, self._lock)
        self._path = self._lock = None


def unsaved_work() -> list[UnsavedWork]:
    """Return the unsaved work of playgrounds that do not run any more, the newest first.

    What is older than thirty days is removed.
    """
    found = []
    for path, time in _left_behind():
        with _taken(path) as is_free:
            if not is_free:
                continue
            if datetime.now() - time > _KEPT_FOR:
                with suppress(OSError):
                    path.unlink()
                continue
            with suppress(OSError, ValueError):
                found.append(UnsavedWork(path, time, _described(path)))
    return found


def newest_unsaved() -> UnsavedWork | None:
    """Return the newest unsaved work, looking at no more files than it takes to find it."""
    for path, time in _left_behind():
        with _taken(path) as is_free, suppress(OSError, ValueError):
            if is_free and datetime.now() - time <= _KEPT_FOR:
                return UnsavedWork(path, time, _described(path))
    return None


def open_unsaved(work: UnsavedWork) -> Session:
    """Return the session of unsaved work; raises OSError, and ValueError for a damaged file."""
    from engine.formats import load

    return load(work.path)


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


def _folders() -> tuple[Path, ...]:
    return state_folder(), Path(gettempdir())


def _left_behind() -> list[tuple[Path, datetime]]:
    """All files of unsaved work that are ours, with their times, the newest first."""
    found = []
    for folder in _folders():
        for path in (path for pattern in _PATTERNS for path in folder.glob(pattern)):
            with suppress(OSError):
                status = path.stat(follow_symlinks=False)
                # Anybody may write to the temporary folder.
                if not hasattr(os, "getuid") or status.st_uid == os.getuid():
                    found.append((path, datetime.fromtimestamp(status.st_mtime)))
    return sorted(found, key=lambda one: one[1], reverse=True)


def _described(path: Path) -> Description:
    from engine.formats import load
    from engine.formats.safetensors import read_remarks
    from engine.session.names import sizes_text

    if path.suffix == ".toml":
        session = load(path)
        return Description(session.title or "", sizes_text(session.network))
    table = json.loads(read_remarks(path).get(_REMARK, "{}"))
    if not isinstance(table, dict):
        raise ValueError("its description is no table")
    title, sizes, origin = (str(table.get(key, "")) for key in ("title", "sizes", "origin"))
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

    lock = FileLock(_lock_path(path), timeout=0)
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
        with suppress(OSError):
            os.unlink(_lock_path(path))
        lock.release()


def _lock_path(path: Path) -> str:
    return f"{path}.lock"
