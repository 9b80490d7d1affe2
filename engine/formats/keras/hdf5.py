"""HDF5 as Keras writes it, read by pyfive within bounds: groups, texts and plain arrays only.

The HDF5 library is not used: a few changed bytes in a file make it, and the whole program with it,
crash or run forever. Source: the HDF5 file format specification, version 3.0, of which this reads
superblock 0, version 1 of object headers and groups, and contiguous or compact arrays.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.formats.tensors.values import float64_of
from engine.nn.arrays import FloatArray
from engine.text import quoted

if TYPE_CHECKING:
    from pyfive.dataobjects import DataObjects

_MAX_COST = 12_000_000
"""Of reading everything but the numbers, in bytes; the 4,000 arrays of 2,000 layers cost 10 MB."""

_BYTE_COST, _READ_COST, _MESSAGE_COST = 2, 32, 64
"""The cost of each byte that pyfive reads, of each time it reads, and of each message of an object:
in no way of spending it all do time and memory come near 2 s and 300 MB."""

_MAX_DIMENSIONS = 8
_MAX_TEXTS = 5_000
_MAX_PATH_LENGTH = 40

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DATASPACE, _DATATYPE, _LAYOUT, _ATTRIBUTE = 0x0001, 0x0003, 0x0008, 0x000C
_NOT_READ = {
    0x0002: "a group of the newer kind",
    0x0006: "a group of the newer kind",
    0x0007: "an array in another file",
    0x000B: "a compressed array",
    0x0015: "attributes of the newer kind",
}
_SHARED = 2
_COMPACT, _CONTIGUOUS = 0, 1
_NO_ADDRESS = 2**64 - 1
_FLOAT, _STRING, _VARIABLE = 1, 3, 9

# Bit offset, precision, exponent's place and size, mantissa's place and size, bias of the exponent.
_FLOAT_KINDS: dict[tuple[int, ...], str] = {
    (0, 16, 10, 5, 0, 10, 15): "F16",
    (0, 16, 7, 8, 0, 7, 127): "BF16",
    (0, 32, 23, 8, 0, 23, 127): "F32",
    (0, 64, 52, 11, 0, 52, 1023): "F64",
}


class _BoundedFile(io.BytesIO):
    """A file in memory with a budget of what pyfive may read and copy of it.

    The pointers of a broken file may overlap or form cycles.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data
        self.heaps: dict[int, Any] = {}
        self._left = _MAX_COST

    def spend(self, cost: int) -> None:
        """Take from the budget; raise ValueError when there is not enough left."""
        self._left -= cost
        if self._left < 0:
            raise ValueError("too many parts, or one that refers to itself")

    def read(self, n_bytes: int | None = -1) -> bytes:
        """Return exactly so many bytes; raise ValueError when the file or the budget ends."""
        if n_bytes is None or not 0 <= n_bytes <= len(self.data) - self.tell():
            raise ValueError("a part beyond the end")
        self.spend(_BYTE_COST * n_bytes + _READ_COST)
        return _Piece(super().read(n_bytes), self)


class _Piece(bytes):
    """Bytes of a file; what is cut out of them or joined to them counts as well."""

    file: _BoundedFile

    def __new__(cls, data: bytes, file: _BoundedFile) -> _Piece:
        piece = super().__new__(cls, data)
        piece.file = file
        return piece

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        if isinstance(part, bytes):
            self.file.spend(len(part))
        return part

    def __add__(self, other: Any) -> _Piece:
        self.file.spend(len(self) + len(other))
        return _Piece(super().__add__(other), self.file)


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """Turn whatever pyfive raises for a broken file into one ValueError that names the place."""
    try:
        yield
    except Exception:
        raise ValueError(f"{quoted(path)} is broken, or HDF5 of a kind that is not read") from None


class Hdf5File:
    """An HDF5 file in memory.

    Parameters
    ----------
    data
        The whole file.

    Raises
    ------
    ValueError
        When it is not an HDF5 file, or of a kind that Keras does not write.
    """

    def __init__(self, data: bytes) -> None:
        from pyfive.misc_low_level import SuperBlock

        if not data.startswith(SIGNATURE):
            raise ValueError("is not an HDF5 file")
        # Addresses count from another place than the start where bytes 24 to 31 are not 0.
        if data[8:9] != b"\0" or any(data[24:32]):
            raise ValueError("is an HDF5 file of a kind that Keras does not write")
        file = _BoundedFile(data)
        with _readable("/"):
            address = SuperBlock(file, 0).offset_to_dataobjects
        self.root = Hdf5Object(file, address)


class Hdf5Object:
    """A group or an array.

    Parameters
    ----------
    file
        Where it is read from.
    address
        Where its header is in the file.
    name, group
        Its name in its group; None for the root.

    Raises
    ------
    ValueError
        When it is broken, or of a kind that Keras does not write.
    """

    def __init__(
        self, file: _BoundedFile, address: int, name: str = "", group: Hdf5Object | None = None
    ) -> None:
        self.name = name
        self._group = group
        self._file = file
        with _readable(self.path):
            self._header = _header_at(file, address)
        for message in self._header.msgs:
            kind = message["type"]
            if kind in _NOT_READ:
                raise ValueError(
                    f"{quoted(self.path)} is {_NOT_READ[kind]}, which is not read; "
                    f"Keras writes none"
                )
            if message["flags"] & _SHARED and kind in (_DATASPACE, _DATATYPE, _ATTRIBUTE):
                raise ValueError(f"{quoted(self.path)} shares its type, which is not read")

    @property
    def path(self) -> str:
        """The name from the root, such as "/layers/dense/vars/"."""
        return "/" if self._group is None else f"{self._group.path}{self.name}/"

    def texts(self, attribute: str) -> list[str] | None:
        """Return the texts of an attribute, None when it is missing or holds no text.

        Parameters
        ----------
        attribute
            Its name.

        Returns
        -------
        list[str] | None

        Raises
        ------
        ValueError
            When it is broken, or has more than 5,000 texts.
        """
        with _readable(self.path):
            message = self._attributes.get(attribute)
            n_texts = None if message is None else self._n_texts(message)
            if message is None or not n_texts:
                return None if n_texts is None else []
            _, value = self._header.unpack_attribute(message["offset_to_message"])
            texts = np.array(value, dtype=object).ravel().tolist()
            return [(text or b"").rstrip(b"\0").decode("utf-8", "replace") for text in texts]

    @cached_property
    def members(self) -> dict[str, Hdf5Object]:
        """The members of the group by name, without soft links; empty for an array."""
        with _readable(self.path):
            links = self._header.get_links()
        return {
            name: Hdf5Object(self._file, address, name, self)
            for name, address in links.items()
            if isinstance(address, int)
        }

    def at(self, path: str) -> Hdf5Object | None:
        """Return the object at a path below this group, or None; a very long path gives None.

        Parameters
        ----------
        path
            Names joined by slashes.

        Returns
        -------
        Hdf5Object | None
        """
        here: Hdf5Object | None = self
        parts = [part for part in path.split("/") if part]
        if len(parts) > _MAX_PATH_LENGTH:
            return None
        for part in parts:
            here = None if here is None else here.members.get(part)
        return here

    @property
    def is_array(self) -> bool:
        """Whether it holds numbers."""
        return bool(self._header.find_msg_type(_LAYOUT))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the array; raises ValueError when it has none, or too many."""
        with _readable(self.path):
            shape = self._header.shape
            if shape is not None and len(shape) > _MAX_DIMENSIONS:
                raise ValueError
        return (0,) if shape is None else shape

    @cached_property
    def dtype(self) -> str:
        """The kind of number, as in safetensors; raises ValueError unless it is plain floating."""
        # pyfive takes any two bytes for a float16, also those of a bfloat16.
        with _readable(self.path):
            [message] = self._header.find_msg_type(_DATATYPE)
            kind, order, n_bytes, *form = struct.unpack_from(
                "<BBxxIHHBBBBI", self._header.msg_data, message["offset_to_message"]
            )
        found = _FLOAT_KINDS.get(tuple(form))
        if kind & 0x0F != _FLOAT or order & 1 or found is None or form[1] != 8 * n_bytes:
            raise ValueError(f"array {quoted(self.path)} does not hold plain floating numbers")
        return found

    @property
    def start(self) -> int:
        """Where its numbers start in the file."""
        return self._place[0]

    def numbers(self) -> FloatArray:
        """Return the numbers as float64; raises ValueError when they are not all in the file."""
        _, data = self._place
        needed = math.prod(self.shape) * int(self.dtype.lstrip("BF")) // 8
        if len(data) < needed:
            raise ValueError(
                f"array {quoted(self.path)}: has {len(data):,} bytes, its shape needs {needed:,}"
            )
        return float64_of(data[:needed], self.dtype, self.shape)

    @cached_property
    def _place(self) -> tuple[int, memoryview]:
        """Where the numbers are in the file, and their bytes."""
        header = self._header
        with _readable(self.path):
            message, kind, place = header.get_id_storage_params()
            version = header.msg_data[message]
            if kind == _COMPACT:
                (n_bytes,) = struct.unpack_from("<H", header.msg_data, place)
                return header.offset, memoryview(header.msg_data)[place + 2 :][:n_bytes]
            start, n_bytes = struct.unpack_from("<QQ", header.msg_data, place)
        if version not in (3, 4) or kind != _CONTIGUOUS:
            raise ValueError(
                f"array {quoted(self.path)} lies in pieces, which is not read; Keras writes none"
            )
        if start == _NO_ADDRESS:
            raise ValueError(f"array {quoted(self.path)} has no numbers in the file")
        return start, memoryview(self._file.data)[start : start + n_bytes]

    @cached_property
    def _attributes(self) -> dict[str, dict[str, int]]:
        """The messages that hold attributes, by their name."""
        found = {}
        for message in self._header.find_msg_type(_ATTRIBUTE):
            name, _, _ = _attribute_parts(self._header, message)
            found[name] = message
        return found

    def _n_texts(self, message: dict[str, int]) -> int | None:
        """How many texts pyfive would read from an attribute; None if it holds none.

        It allocates for what the file claims, and follows lists of lists without an end.
        """
        from pyfive.dataobjects import determine_data_shape

        data = self._header.msg_data
        _, type_start, space_start = _attribute_parts(self._header, message)
        kind, form, item_bytes = struct.unpack_from("<BBxxI", data, type_start)
        shape, _ = determine_data_shape(data, space_start)
        count = 0 if shape is None else math.prod(shape)
        if count and kind & 0x0F != _STRING and not (kind & 0x0F == _VARIABLE and form & 1):
            return None
        if count > _MAX_TEXTS or count * item_bytes > message["size"]:
            raise ValueError
        return count


def _header_at(file: _BoundedFile, address: int) -> DataObjects:
    """The header of an object; raises whatever pyfive does when it is broken."""
    from pyfive.dataobjects import DataObjects

    file.seek(address)
    version, n_messages = struct.unpack("<BxH", file.read(4))
    if version != 1:
        raise ValueError
    file.spend(n_messages * _MESSAGE_COST)
    return DataObjects(file, address, global_heaps=file.heaps)


def _attribute_parts(header: DataObjects, message: dict[str, int]) -> tuple[str, int, int]:
    """The name of an attribute, and where its type and its shape are described."""
    start = message["offset_to_message"]
    version, flags, *sizes = struct.unpack_from("<BBHHH", header.msg_data, start)
    if version not in (1, 3) or (version == 3 and flags):
        raise ValueError
    unit = 8 if version == 1 else 1
    name_start = start + (8 if version == 1 else 9)
    type_start = name_start + -(-sizes[0] // unit) * unit
    name = header.msg_data[name_start : name_start + sizes[0]]
    return (
        name.rstrip(b"\0").decode("utf-8", "replace"),
        type_start,
        type_start + -(-sizes[1] // unit) * unit,
    )
