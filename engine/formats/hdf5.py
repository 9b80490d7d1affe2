"""HDF5 as Keras writes it, read in bounds: groups, attributes and plain arrays, nothing else.

The HDF5 library is not used: a few changed bytes in a file make it crash or run for ever, and
with it the whole program. Source: the HDF5 file format specification, version 3.0, of which this
reads superblock 0 and 1, version 1 of object headers and groups, and contiguous arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.activations import FloatArray
from engine.formats.hdf5_bytes import Hdf5Bytes
from engine.formats.hdf5_messages import (
    Attribute,
    DataLayout,
    Dataspace,
    Datatype,
    attribute_of,
    dataspace_of,
    datatype_of,
    layout_of,
    texts_of,
)
from engine.formats.tensor_values import float64_of, quoted

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DATASPACE, _DATATYPE, _LAYOUT, _ATTRIBUTE = 0x0001, 0x0003, 0x0008, 0x000C
_CONTINUATION, _SYMBOL_TABLE = 0x0010, 0x0011
_NOT_READ = {
    0x0002: "a group of the newer kind",
    0x0006: "a group of the newer kind",
    0x0007: "an array in another file",
    0x000B: "a compressed array",
    0x0015: "attributes of the newer kind",
}
_SHARED = 2
_MOST_PARTS = 200_000
_DEEPEST = 8
_LONGEST_PATH = 40
_HARD_LINK = (0, 1)


@dataclass(frozen=True, slots=True)
class _Message:
    kind: int
    start: int
    end: int


class Hdf5File:
    """An HDF5 file in memory; raises ValueError when it is none, or of a kind not read."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(_SIGNATURE):
            raise ValueError("is not an HDF5 file")
        source = Hdf5Bytes(data, _MOST_PARTS)
        version = source.number(8, 1)
        if version > 1 or source.number(13, 1) != 8 or source.number(14, 1) != 8:
            raise ValueError("is an HDF5 file of a kind that Keras does not write")
        entry = 56 if version == 0 else 60
        if source.number(entry - 32, 8) != 0:
            raise ValueError("is an HDF5 file with a block of its own in front, which is not read")
        self.root = Hdf5Object(source, source.number(entry + 8, 8))


class Hdf5Object:
    """A group or an array."""

    def __init__(
        self,
        source: Hdf5Bytes,
        address: int,
        name: str = "",
        group: Hdf5Object | None = None,
    ) -> None:
        self.name = name
        self._group = group
        self._source = source
        self._messages = tuple(self._read_messages(address))

    @property
    def path(self) -> str:
        """The name from the root, such as "/layers/dense/vars/"."""
        return "/" if self._group is None else f"{self._group.path}{self.name}/"

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name; a value is decoded when it is asked for with `texts`."""
        found = {}
        for message in self._of_kind(_ATTRIBUTE):
            attribute = attribute_of(self._source, message.start, message.end)
            found[attribute.name] = attribute
        return found

    def texts(self, attribute: str) -> list[str] | None:
        """Return the texts of an attribute, None when it is missing or holds no text."""
        if attribute not in self.attributes:
            return None
        return texts_of(self._source, self.attributes[attribute])

    @cached_property
    def members(self) -> dict[str, Hdf5Object]:
        """What is in the group, by name; empty for an array. Links to elsewhere are left out."""
        found: dict[str, Hdf5Object] = {}
        for message in self._of_kind(_SYMBOL_TABLE):
            tree = self._source.number(message.start, 8)
            names = self._names_at(self._source.number(message.start + 8, 8))
            for name_offset, address in self._entries(tree, _DEEPEST):
                name = self._source.text_until_zero(names + name_offset)
                if name in found:
                    raise ValueError(f"{quoted(self.path)} has {quoted(name)} twice")
                found[name] = Hdf5Object(self._source, address, name, self)
        return found

    def at(self, path: str) -> Hdf5Object | None:
        """Return what lies at a path below this group, or None; a very long path leads nowhere."""
        here: Hdf5Object | None = self
        parts = [part for part in path.split("/") if part]
        if len(parts) > _LONGEST_PATH:
            return None
        for part in parts:
            here = None if here is None else here.members.get(part)
        return here

    @property
    def is_array(self) -> bool:
        return bool(self._of_kind(_LAYOUT))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        return self._dataspace.shape

    @cached_property
    def dtype(self) -> str:
        """The kind of number: "F32", "F16" or "F64"; raises ValueError for any other."""
        kind = self._datatype.float_kind
        if kind is None:
            raise ValueError(f"array {quoted(self.path)} does not hold plain floating numbers")
        return kind

    @property
    def n_bytes(self) -> int:
        return self._dataspace.n_elements * self._datatype.item_bytes

    @property
    def start(self) -> int:
        """Where its numbers lie in the file."""
        return self._layout.start

    def numbers(self) -> FloatArray:
        """Return the numbers as float64; raises ValueError when they are not all in the file."""
        if self._layout.n_bytes < self.n_bytes:
            raise ValueError(
                f"array {quoted(self.path)}: has {self._layout.n_bytes:,} bytes, "
                f"its shape needs {self.n_bytes:,}"
            )
        data = self._source.view(self.start, self.n_bytes)
        return float64_of(data, self.dtype, self.shape)

    @cached_property
    def _dataspace(self) -> Dataspace:
        message = self._only(_DATASPACE)
        return dataspace_of(self._source, message.start)

    @cached_property
    def _datatype(self) -> Datatype:
        message = self._only(_DATATYPE)
        return datatype_of(self._source, message.start)

    @cached_property
    def _layout(self) -> DataLayout:
        message = self._only(_LAYOUT)
        return layout_of(self._source, message.start, self.path)

    def _of_kind(self, kind: int) -> list[_Message]:
        return [message for message in self._messages if message.kind == kind]

    def _only(self, kind: int) -> _Message:
        messages = self._of_kind(kind)
        if len(messages) != 1:
            raise ValueError(f"{quoted(self.path)} is not an array, or a broken one")
        return messages[0]

    def _read_messages(self, address: int) -> Iterator[_Message]:
        """The messages of the object header, those of its continuations among them."""
        source = self._source
        if source.number(address, 1) != 1:
            raise ValueError(f"{quoted(self.path)} has an object header of a kind not read")
        blocks = [(address + 16, address + 16 + source.number(address + 8, 4))]
        while blocks:
            here, end = blocks.pop(0)
            while here + 8 <= end:
                source.count_part()
                kind, size = source.number(here, 2), source.number(here + 2, 2)
                flags = source.number(here + 4, 1)
                here += 8
                if here + size > end:
                    raise ValueError(f"{quoted(self.path)} has a broken object header")
                if kind in _NOT_READ:
                    raise ValueError(
                        f"{quoted(self.path)} is {_NOT_READ[kind]}, which is not read; "
                        f"Keras writes none"
                    )
                if kind == _CONTINUATION:
                    start = source.number(here, 8)
                    blocks.append((start, start + source.number(here + 8, 8)))
                elif flags & _SHARED and kind in (_DATASPACE, _DATATYPE, _ATTRIBUTE):
                    raise ValueError(f"{quoted(self.path)} shares its type, which is not read")
                else:
                    yield _Message(kind, here, here + size)
                here += size

    def _names_at(self, heap: int) -> int:
        """Where the names of a group begin."""
        self._source.expect(heap, b"HEAP", self.path)
        return self._source.number(heap + 24, 8)

    def _entries(self, node: int, depth: int) -> Iterator[tuple[int, int]]:
        """Of every member where its name is among the names, and where its header is."""
        source = self._source
        source.count_part()
        if depth == 0:
            raise ValueError(f"{quoted(self.path)} has too deep an index")
        if bytes(source.view(node, 4)) == b"SNOD":
            for k in range(source.number(node + 6, 2)):
                source.count_part()
                entry = node + 8 + 40 * k
                if source.number(entry + 16, 4) in _HARD_LINK:
                    yield source.number(entry, 8), source.number(entry + 8, 8)
            return
        source.expect(node, b"TREE", self.path)
        for k in range(source.number(node + 6, 2)):
            yield from self._entries(source.number(node + 32 + 16 * k, 8), depth - 1)
