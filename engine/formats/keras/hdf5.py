"""HDF5 as Keras writes it, read within bounds: only groups, attributes and plain arrays.

The HDF5 library is not used: a few changed bytes in a file make it, and the whole program with it,
crash or run forever. Source: the HDF5 file format specification, version 3.0, of which this reads
superblock 0 and 1, version 1 of object headers and groups, and contiguous arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.formats.tensors.values import float64_of
from engine.nn.arrays import FloatArray
from engine.text import quoted

_MAX_NAME_LENGTH = 1_000
_BYTES_BEYOND_DATA = 16_000_000

_MAX_DIMENSIONS = 8
_MAX_TEXTS = 5_000
_INTEGER, _FLOAT, _STRING, _VARIABLE = 0, 1, 3, 9
_STRING_REFERENCE_BYTES = 16
_COMPACT, _CONTIGUOUS = 0, 1
_NO_ADDRESS = 2**64 - 1

# Bit offset, precision, exponent's place and size, mantissa's place and size, bias of the exponent.
_FLOAT_KINDS: dict[tuple[int, ...], str] = {
    (0, 16, 10, 5, 0, 10, 15): "F16",
    (0, 16, 7, 8, 0, 7, 127): "BF16",
    (0, 32, 23, 8, 0, 23, 127): "F32",
    (0, 64, 52, 11, 0, 52, 1023): "F64",
}

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
_MAX_PARTS = 200_000
_DEEPEST = 8
_MAX_PATH_LENGTH = 40
_HARD_LINK = (0, 1)


class Hdf5Bytes:
    """The bytes of a file, with a budget of parts and bytes that may still be read.

    The pointers of a broken file may overlap or form cycles.
    """

    def __init__(self, data: bytes, most_parts: int) -> None:
        self._data = data
        self._parts_left = most_parts
        self._bytes_left = 2 * len(data) + _BYTES_BEYOND_DATA

    def count_part(self) -> None:
        """Count one more part; raise ValueError when there are too many."""
        self._parts_left -= 1
        if self._parts_left < 0:
            raise ValueError("has too many parts, or refers to itself")

    def view(self, start: int, n_bytes: int) -> memoryview:
        """Return bytes of the file; raise ValueError when it does not contain them all."""
        if start + n_bytes > len(self._data):
            raise ValueError("is broken or cut off: it points beyond its end")
        self._bytes_left -= n_bytes
        if self._bytes_left < 0:
            raise ValueError("has parts that overlap")
        return memoryview(self._data)[start : start + n_bytes]

    def number(self, start: int, n_bytes: int) -> int:
        return int.from_bytes(self.view(start, n_bytes), "little")

    def expect(self, start: int, signature: bytes, path: str) -> None:
        """Raise ValueError unless the part at `start` begins with its signature."""
        if bytes(self.view(start, len(signature))) != signature:
            raise ValueError(f"{quoted(path)} is broken: there is no {signature.decode()} in it")

    def text_until_zero(self, start: int) -> str:
        """Return the name that begins at `start`."""
        end = self._data.find(b"\0", start, start + _MAX_NAME_LENGTH)
        if end < 0:
            raise ValueError(
                f"has a name without an end, or of more than {_MAX_NAME_LENGTH:,} bytes"
            )
        return bytes(self.view(start, end - start)).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Dataspace:
    shape: tuple[int, ...]

    @property
    def n_elements(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Datatype:
    """float_kind: as in safetensors, None when it is not a little-endian IEEE number."""

    kind: int
    item_bytes: int
    float_kind: str | None


@dataclass(frozen=True, slots=True)
class DataLayout:
    """Where the numbers of an array are, in bytes from the start of the file."""

    start: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Attribute:
    name: str
    datatype: Datatype
    dataspace: Dataspace
    start: int
    end: int


def dataspace_of(source: Hdf5Bytes, start: int) -> Dataspace:
    """Return the shape; raise ValueError when its version is unknown or it has too many
    dimensions."""
    version, n_dimensions = source.number(start, 1), source.number(start + 1, 1)
    if version not in (1, 2) or n_dimensions > _MAX_DIMENSIONS:
        raise ValueError("has an array of a shape that is not read")
    sizes = start + (8 if version == 1 else 4)
    if version == 2 and source.number(start + 3, 1) == 2:
        return Dataspace((0,))
    return Dataspace(tuple(source.number(sizes + 8 * k, 8) for k in range(n_dimensions)))


def datatype_of(source: Hdf5Bytes, start: int) -> Datatype:
    """Return the kind of element and its size."""
    kind, item_bytes = source.number(start, 1) & 0x0F, source.number(start + 4, 4)
    float_kind = None
    if kind == _FLOAT and not source.number(start + 1, 1) & 0x01:
        form = (
            source.number(start + 8, 2),
            source.number(start + 10, 2),
            *(source.number(start + 12 + k, 1) for k in range(4)),
            source.number(start + 16, 4),
        )
        float_kind = _FLOAT_KINDS.get(form)
        if float_kind is not None and form[1] != 8 * item_bytes:
            float_kind = None
    return Datatype(kind, item_bytes, float_kind)


def layout_of(source: Hdf5Bytes, start: int, path: str) -> DataLayout:
    """Return where an array is; raise ValueError unless it is in one piece."""
    version, kind = source.number(start, 1), source.number(start + 1, 1)
    if version in (3, 4) and kind == _COMPACT:
        return DataLayout(start + 4, source.number(start + 2, 2))
    if version in (3, 4) and kind == _CONTIGUOUS:
        address, n_bytes = source.number(start + 2, 8), source.number(start + 10, 8)
        if address == _NO_ADDRESS:
            raise ValueError(f"array {quoted(path)} has no numbers in the file")
        return DataLayout(address, n_bytes)
    raise ValueError(f"array {quoted(path)} lies in pieces, which is not read; Keras writes none")


def attribute_of(source: Hdf5Bytes, start: int, end: int) -> Attribute:
    """Return an attribute with its value undecoded; raise ValueError when it is broken."""
    version = source.number(start, 1)
    if version not in (1, 2, 3) or (version > 1 and source.number(start + 1, 1)):
        raise ValueError("has an attribute of a kind that is not read")
    name_bytes, type_bytes, space_bytes = (source.number(start + 2 + 2 * k, 2) for k in range(3))
    here = start + (9 if version == 3 else 8)
    unit = 8 if version == 1 else 1
    ends = [here]
    for n_bytes in (name_bytes, type_bytes, space_bytes):
        ends.append(ends[-1] + -(-n_bytes // unit) * unit)
    if ends[-1] > end:
        raise ValueError("has a broken attribute")
    name = bytes(source.view(here, name_bytes)).rstrip(b"\0").decode("utf-8", "replace")
    return Attribute(
        name, datatype_of(source, ends[1]), dataspace_of(source, ends[2]), ends[3], end
    )


def texts_of(source: Hdf5Bytes, attribute: Attribute) -> list[str] | None:
    """Return the texts of an attribute, None when it holds none; raise ValueError when broken."""
    kind, count = attribute.datatype.kind, attribute.dataspace.n_elements
    if kind not in (_STRING, _VARIABLE):
        return [] if count == 0 else None
    item_bytes = attribute.datatype.item_bytes
    if kind == _VARIABLE and item_bytes != _STRING_REFERENCE_BYTES:
        return None
    if count > _MAX_TEXTS or attribute.start + count * item_bytes > attribute.end:
        raise ValueError(f"attribute {quoted(attribute.name)} is too long or broken")
    read = _fixed_text if kind == _STRING else _variable_text
    return [read(source, attribute.start + item_bytes * k, item_bytes) for k in range(count)]


def _fixed_text(source: Hdf5Bytes, start: int, n_bytes: int) -> str:
    return bytes(source.view(start, n_bytes)).rstrip(b"\0").decode("utf-8", "replace")


def _variable_text(source: Hdf5Bytes, start: int, _: int) -> str:
    """A string in a heap, given by its length, the address of the heap and its index there."""
    length, heap, wanted = (
        source.number(start, 4),
        source.number(start + 4, 8),
        source.number(start + 12, 4),
    )
    if length == 0:
        return ""
    source.expect(heap, b"GCOL", "/")
    end = heap + source.number(heap + 8, 8)
    here = heap + 16
    while here + 16 <= end:
        source.count_part()
        index, n_bytes = source.number(here, 2), source.number(here + 8, 8)
        if index == wanted:
            if n_bytes < length:
                break
            return bytes(source.view(here + 16, length)).rstrip(b"\0").decode("utf-8", "replace")
        if index == 0:
            break
        here += 16 + -(-n_bytes // 8) * 8
    raise ValueError("has a text that is not where it should be")


@dataclass(frozen=True, slots=True)
class _Message:
    kind: int
    start: int
    end: int


class Hdf5File:
    """An HDF5 file in memory; raises ValueError when it is not one, or of a kind not read."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(_SIGNATURE):
            raise ValueError("is not an HDF5 file")
        source = Hdf5Bytes(data, _MAX_PARTS)
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
        """The attributes by name; `texts` decodes the value of one."""
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
        """The members of the group by name; empty for an array. Soft and external links are left
        out."""
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
        """Return the object at a path below this group, or None; a very long path gives None."""
        here: Hdf5Object | None = self
        parts = [part for part in path.split("/") if part]
        if len(parts) > _MAX_PATH_LENGTH:
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
        """Where its numbers start in the file."""
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
            raise ValueError(f"{quoted(self.path)} is not an array, or is a broken one")
        return messages[0]

    def _read_messages(self, address: int) -> Iterator[_Message]:
        """The messages of the object header, including its continuations."""
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
        """Return where the names of a group begin."""
        self._source.expect(heap, b"HEAP", self.path)
        return self._source.number(heap + 24, 8)

    def _entries(self, node: int, depth: int) -> Iterator[tuple[int, int]]:
        """Yield for each member the offset of its name and the address of its header."""
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
