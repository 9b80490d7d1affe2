"""Reading files of bounded size, and replacing files atomically."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import BinaryIO

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_OF_A_FOLDER = {errno.ENOENT: "No such folder", errno.EACCES: "Its folder is write-protected"}


def read_bounded(path: str | os.PathLike[str], most_bytes: int) -> bytes:
    """Return the content of the regular file at `path`.

    Parameters
    ----------
    path
        Where it is; a folder or a pipe is refused.
    most_bytes
        The most bytes.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        Before anything is read, when it is not a regular file (reading a pipe could block for ever)
        or larger than `most_bytes`.
    OSError
        When it cannot be read.
    """
    status = os.stat(path)
    _check_regular(status)
    if status.st_size > most_bytes:
        raise ValueError(
            f"has {status.st_size / 1e6:,.0f} MB; "
            f"a file of this kind has at most {most_bytes / 1e6:,.0f} MB"
        )
    with open(path, "rb") as file:
        # The reported size may be wrong: 0 for files of the kernel, too small for a growing log.
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"has more than {most_bytes / 1e6:,.0f} MB, the most for such a file")
    return data


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Return the regular file at `path`, opened for reading.

    Parameters
    ----------
    path
        Where it is; a folder or a pipe is refused.

    Returns
    -------
    BinaryIO

    Raises
    ------
    ValueError
        When it is not a regular file.
    OSError
        When it cannot be opened.
    """
    _check_regular(os.stat(path))
    return open(path, "rb")


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to the file at `path`; a crash leaves either the old or the new file.

    The target of a link is replaced, not the link. Permissions stay, and so does the owner if the
    system allows it.

    Parameters
    ----------
    path
        Where it is, or will be.
    data
        The bytes of the file.

    Raises
    ------
    ValueError
        When something other than a regular file is there.
    OSError
        When the file system refuses or the file is write-protected; then nothing is left behind.
    """
    try:
        _replace(os.path.realpath(path), data)
    except OSError as error:
        # Names the file that was asked for, not the temporary one.
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error


def _replace(target: str, data: bytes) -> None:
    try:
        old = os.stat(target)
    except FileNotFoundError:
        old = None
    if old is not None:
        _check_regular(old)
        if not os.access(target, os.W_OK):
            # Replacing it would work, but the file is meant to be protected.
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".nn-play-{os.urandom(8).hex()}.tmp")
    try:
        with open(_new(temporary), "wb") as file:
            if old is not None:
                with contextlib.suppress(PermissionError):
                    os.chown(temporary, old.st_uid, old.st_gid)
                os.chmod(temporary, stat.S_IMODE(old.st_mode))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync(folder)


def _new(path: str) -> int:
    """Return the descriptor of a new file; an error says that the folder is to blame."""
    try:
        # By os.open, so that it has the permissions that the user's umask asks for.
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except OSError as error:
        reason = _OF_A_FOLDER.get(error.errno or 0, error.strerror)
        raise OSError(error.errno, reason) from error


def _sync(folder: str) -> None:
    """Let the names in a folder survive a power cut; not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(status.st_mode)), "something else")
        raise ValueError(f"is {kind}, not a file")
