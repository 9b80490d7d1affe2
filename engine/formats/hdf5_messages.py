"""What the messages of an HDF5 object header say: shape, kind of number, place, attributes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.formats.hdf5_bytes import Hdf5Bytes
from engine.formats.tensor_values import quoted

_MOST_DIMENSIONS = 8
_MOST_TEXTS = 5_000
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
    """Where the numbers of an array lie, in bytes from the beginning of the file."""

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
    """Return the shape; raise ValueError when it is of an unknown version or too long."""
    version, n_dimensions = source.number(start, 1), source.number(start + 1, 1)
    if version not in (1, 2) or n_dimensions > _MOST_DIMENSIONS:
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
    """Return where an array lies; raise ValueError unless it lies there in one piece."""
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
    """Return an attribute, its value not yet decoded; raise ValueError when it is broken."""
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
    if count > _MOST_TEXTS or attribute.start + count * item_bytes > attribute.end:
        raise ValueError(f"attribute {quoted(attribute.name)} is too long or broken")
    read = _fixed_text if kind == _STRING else _variable_text
    return [read(source, attribute.start + item_bytes * k, item_bytes) for k in range(count)]


def _fixed_text(source: Hdf5Bytes, start: int, n_bytes: int) -> str:
    return bytes(source.view(start, n_bytes)).rstrip(b"\0").decode("utf-8", "replace")


def _variable_text(source: Hdf5Bytes, start: int, _: int) -> str:
    """A text in a heap: its length, where the heap is, and its number there."""
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
