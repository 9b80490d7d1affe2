"""JSON and zip archives from untrusted sources, read in bounded time and memory."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from typing import Any

from engine.text import quoted

_MAX_MARKS = 400_000
_MAX_DIGITS = 20

# An unclosed string runs to the end, so that it is scanned once and not from each quote in it.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_END_RECORD = 22
_MAX_DIRECTORY = 2_000_000
_MAX_COMMENT_LENGTH = 65_536


def json_object(data: bytes, place: str) -> dict[str, Any]:
    """Return the object that the bytes describe.

    Parameters
    ----------
    data
        The bytes of the file.
    place
        How a message names where it is.

    Returns
    -------
    dict[str, Any]

    Raises
    ------
    ValueError
        Starting with `place`, when they are not a JSON object, hold too many values, or give a name
        twice.
    """
    table = json_value(data, place)
    if type(table) is not dict:
        raise ValueError(f"{place}: is not a JSON object")
    return table


def json_value(data: bytes, place: str) -> Any:
    """Return what the bytes describe: an object, a list, a text or a number.

    Parameters
    ----------
    data
        The bytes of the file.
    place
        How a message names where it is.

    Returns
    -------
    Any

    Raises
    ------
    ValueError
        Starting with `place`, when they are not JSON, hold too many values, or give a name twice.
    """
    if _has_too_much(data):
        raise ValueError(f"{place}: too many values")
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_int=_integer,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise ValueError(f"{place}: is not UTF-8 text") from None
    except RecursionError:
        raise ValueError(f"{place}: is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{place}: is not JSON, at character {error.pos + 1:,}") from None
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _has_too_much(data: bytes) -> bool:
    """Whether parsing would take too long: small values take thirty times their size in memory."""
    if sum(map(data.count, (b",", b"[", b"{", b'"'))) <= _MAX_MARKS:
        return False
    # What is inside strings does not count, such as the numbers of our own document.
    outside: list[bytes] = []
    position = 0
    for text in _TEXT.finditer(data):
        outside.append(data[position : text.start()])
        position = text.end()
        if len(outside) > _MAX_MARKS:
            return True
    skeleton = b"".join([*outside, data[position:]])
    return sum(map(skeleton.count, (b",", b"[", b"{"))) > _MAX_MARKS


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"{quoted(name)} is given twice")
            seen.add(name)
    return table


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number that JSON knows")


class BoundedZip:
    """A zip archive in memory whose members are read one by one.

    Raises
    ------
    ValueError
        When it is not one, or has more than most_members, the same name twice, encrypted members,
        an unsupported compression, or more than most_bytes in total.
    """

    def __init__(self, data: bytes, most_members: int, most_bytes: int) -> None:
        _check_directory(data)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ValueError("is not a zip archive, or is a broken one") from error
        members = self._archive.infolist()
        if len(members) > most_members:
            raise ValueError(f"holds {len(members):,} files; at most {most_members:,} are read")
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            if member.filename in self._members:
                raise ValueError(f"{quoted(member.filename)} is in the archive twice")
            self._members[member.filename] = member
        n_bytes = sum(member.file_size for member in members)
        if n_bytes > most_bytes:
            raise ValueError(
                f"unpacks to {n_bytes / 1e6:,.0f} MB; at most {most_bytes / 1e6:,.0f} MB are read"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all members, in the order of the archive."""
        return tuple(self._members)

    def read(self, name: str, most_bytes: int) -> bytes:
        """Return a whole member.

        Parameters
        ----------
        name
            That of the member.
        most_bytes
            The most bytes.

        Returns
        -------
        bytes

        Raises
        ------
        ValueError
            When it is larger, missing or broken.
        """
        member = self._member(name)
        if member.file_size > most_bytes:
            raise ValueError(
                f"{quoted(name)} unpacks to {member.file_size / 1e6:,.1f} MB; "
                f"at most {most_bytes / 1e6:,.1f} MB are read"
            )
        data = self._read(member, member.file_size)
        if len(data) != member.file_size:
            raise ValueError(f"{quoted(name)} does not have the size that the archive says")
        return data

    def begin(self, name: str, n_bytes: int) -> bytes:
        """Return the first bytes of a member, at most n_bytes of them.

        Parameters
        ----------
        name
            That of the member.
        n_bytes
            How many bytes.

        Returns
        -------
        bytes
        """
        return self._read(self._member(name), n_bytes)

    def size(self, name: str) -> int:
        """Return how many bytes a member unpacks to.

        Parameters
        ----------
        name
            Of the member.

        Returns
        -------
        int
        """
        return self._member(name).file_size

    def _member(self, name: str) -> zipfile.ZipInfo:
        if name not in self._members:
            raise ValueError(f"{quoted(name)} is missing")
        member = self._members[name]
        if member.compress_type not in _METHODS or member.flag_bits & _ENCRYPTED:
            raise ValueError(f"{quoted(name)} is encrypted or compressed in a way that is not read")
        return member

    def _read(self, member: zipfile.ZipInfo, n_bytes: int) -> bytes:
        try:
            with self._archive.open(member) as file:
                # No more than the archive declares: what follows is not unpacked.
                return file.read(n_bytes)
        except _BROKEN as error:
            raise ValueError(f"{quoted(member.filename)} is broken") from error


_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def _check_directory(data: bytes) -> None:
    """Raise ValueError when the central directory is too long to scan."""
    end = data.rfind(b"PK\5\6", max(0, len(data) - _END_RECORD - _MAX_COMMENT_LENGTH))
    if end < 0:
        raise ValueError("is not a zip archive")
    directory = int.from_bytes(data[end + 12 : end + 16], "little")
    if directory == 0xFFFFFFFF:
        # The true length is then in a record of its own (zip64), just before this one.
        wide = data.rfind(b"PK\6\6", max(0, end - 1_000), end)
        directory = int.from_bytes(data[wide + 40 : wide + 48], "little") if wide >= 0 else 0
    if directory > _MAX_DIRECTORY:
        raise ValueError("holds too many files")
