"""Tensors kept in a file beside the model, as PyTorch writes them: only there, and only so much."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from engine.text import printable

if TYPE_CHECKING:
    from onnx import TensorProto

_LONGEST_QUOTE = 60
_LARGEST = 1 << 62


class ExternalData:
    """The files in the folder of the model that its tensors may be read from.

    A name that leads out of the folder or through a link is refused, and so is what is no regular
    file: a model from elsewhere must not show what else is on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ranges: dict[str, set[tuple[int, int]]] = {}

    def read(self, tensor: TensorProto, label: str, n_bytes: int) -> bytes:
        """Return the bytes of one tensor, `n_bytes` of them.

        Raises ValueError, beginning with `label`, when the place is not allowed, does not hold as
        many bytes, overlaps with another tensor's, or cannot be read.
        """
        entries = {entry.key: entry.value for entry in tensor.external_data}
        if len(entries) != len(tensor.external_data):
            raise ValueError(f"{label}: an entry of its external data is given twice")
        location = entries.get("location", "")
        offset = _whole_number(entries.get("offset", "0"), f"{label}: offset")
        length = _whole_number(entries.get("length", str(n_bytes)), f"{label}: length")
        if length != n_bytes:
            raise ValueError(
                f"{label}: its external data has {length:,} bytes, expected {n_bytes:,}"
            )
        parts = self._parts(location, label)
        self._check_overlap(location, offset, n_bytes, label)
        return self._bytes(parts, offset, n_bytes, f"{label}: {_quoted(location)}")

    def _parts(self, location: str, label: str) -> list[str]:
        parts = location.split("/")
        if parts[0] == "." and len(parts) > 1:
            parts = parts[1:]
        forbidden = any(part in ("", ".", "..") for part in parts)
        if forbidden or any(character in location for character in "\\:\0"):
            raise ValueError(
                f"{label}: its external data is at {_quoted(location)}; "
                f"only files in the folder of the model are read"
            )
        return parts

    def _check_overlap(self, location: str, offset: int, n_bytes: int, label: str) -> None:
        ranges = self._ranges.setdefault(location, set())
        mine = (offset, offset + n_bytes)
        for start, stop in ranges - {mine}:  # the very same range is a shared tensor
            if start < mine[1] and mine[0] < stop:
                raise ValueError(f"{label}: its external data overlaps with another tensor's")
        ranges.add(mine)

    def _bytes(self, parts: list[str], offset: int, n_bytes: int, place: str) -> bytes:
        with ExitStack() as stack:
            descriptor = self._opened(parts, place, stack)
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError(f"{place} is not a regular file")
            if status.st_nlink > 1:
                raise ValueError(f"{place} is a link; copy the file itself beside the model")
            if offset + n_bytes > status.st_size:
                raise ValueError(
                    f"{place} has {status.st_size:,} bytes, "
                    f"the tensor would end at {offset + n_bytes:,}"
                )
            with open(descriptor, "rb", closefd=False) as file:
                file.seek(offset)
                data = file.read(n_bytes)
        if len(data) != n_bytes:
            raise ValueError(f"{place} ends before the tensor does")
        return data

    def _opened(self, parts: list[str], place: str, stack: ExitStack) -> int:
        """A descriptor of the file, opened folder by folder so that no link is followed."""
        # Where the system lacks them these are 0, and os.path.islink below is all there is.
        no_follow = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        path = self.folder
        for part in parts:
            path = path / part
            if path.is_symlink():
                raise ValueError(f"{place} is a link; copy the file itself beside the model")
        try:
            if os.open not in os.supports_dir_fd:
                descriptor = os.open(path, os.O_RDONLY | no_follow | getattr(os, "O_BINARY", 0))
                stack.callback(os.close, descriptor)
                return descriptor
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, descriptor)
            for k, part in enumerate(parts, start=1):
                folder = os.O_DIRECTORY if k < len(parts) else 0
                descriptor = os.open(part, os.O_RDONLY | no_follow | folder, dir_fd=descriptor)
                stack.callback(os.close, descriptor)
        except OSError as error:
            raise ValueError(f"{place} cannot be read: {error.strerror}") from None
        return descriptor


def _whole_number(text: str, place: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < _LARGEST):
        raise ValueError(f"{place} of its external data is {_quoted(text)}, not a whole number")
    return int(text)


def _quoted(text: str) -> str:
    return repr(printable(text)[:_LONGEST_QUOTE])
