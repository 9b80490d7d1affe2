"""The header of a safetensors file: which tensors it holds and where, checked before any is read.

Source: the safetensors format: 8 bytes with the header's length, the header as JSON, then data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from engine.formats.bounded import json_object
from engine.text import quoted

LENGTH_BYTES = 8
MAX_HEADER_BYTES = 16_000_000
_MAX_DIMENSIONS = 8
_MAX_SIZE = 2**53

_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 8),
    **dict.fromkeys(("F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """A tensor in a file.

    Attributes
    ----------
    name
        As the file has it.
    shape
        (n_rows, n_columns) of a matrix.
    dtype
        Such as "BF16".
    n_bytes, start
        Its size and its place in the file, in bytes.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    n_bytes: int
    start: int
    """In bytes from the start of the file."""


@dataclass(frozen=True, slots=True)
class Header:
    """All tensors by name, in file order, and the metadata."""

    tensors: dict[str, TensorEntry]
    metadata: dict[str, str]


def read_header(file: BinaryIO, file_size: int) -> Header:
    """Return the header of an open file of this size, reading nothing else.

    Parameters
    ----------
    file
        The open file.
    file_size
        In bytes.

    Returns
    -------
    Header

    Raises
    ------
    ValueError
        When it is not one, or when tensors overlap, leave gaps or reach beyond the end of the file.
    """
    length_bytes = file.read(LENGTH_BYTES)
    if len(length_bytes) < LENGTH_BYTES:
        raise ValueError("is too short for a safetensors file")
    length = int.from_bytes(length_bytes, "little")
    data_start = LENGTH_BYTES + length
    if data_start > file_size:
        raise ValueError(
            f"is cut off, or not a safetensors file: its header would have {length:,} bytes"
        )
    if length > MAX_HEADER_BYTES:
        raise ValueError(f"its header has {length:,} bytes; at most {MAX_HEADER_BYTES:,} are read")
    table = json_object(file.read(length), "header")
    metadata = table.pop("__metadata__", {})
    if type(metadata) is not dict or any(type(text) is not str for text in metadata.values()):
        raise ValueError("header: __metadata__ is not a table of texts")
    tensors = {name: _entry(name, value, data_start) for name, value in table.items()}
    _check_places(tensors, data_start, file_size)
    return Header(tensors, metadata)


def _entry(name: str, value: object, data_start: int) -> TensorEntry:
    place = f"tensor {quoted(name)}"
    if type(value) is not dict or set(value) != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"{place}: expected dtype, shape and data_offsets")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if type(dtype) is not str or dtype not in _BITS:
        raise ValueError(f"{place}: unknown dtype {quoted(str(dtype)[:40])}")
    if not _are_sizes(shape) or len(shape) > _MAX_DIMENSIONS:
        raise ValueError(f"{place}: its shape is not a list of up to {_MAX_DIMENSIONS} sizes")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{place}: its data_offsets are not two places in the file")
    start, end = offsets
    n_bits = math.prod(shape) * _BITS[dtype]
    if (end - start) * 8 != n_bits:
        raise ValueError(f"{place}: has {end - start:,} bytes, its shape needs {n_bits / 8:,.0f}")
    return TensorEntry(name, tuple(shape), dtype, end - start, data_start + start)


def _are_sizes(values: object) -> bool:
    return type(values) is list and all(
        type(size) is int and 0 <= size < _MAX_SIZE for size in values
    )


def _check_places(tensors: dict[str, TensorEntry], data_start: int, file_size: int) -> None:
    # The format requires the tensors to fill the file: no overlap, no gap to hide things in.
    in_place = sorted(tensors.values(), key=lambda entry: (entry.start, entry.n_bytes))
    for before, entry in pairwise(in_place):
        end = before.start + before.n_bytes
        if entry.start < end:
            raise ValueError(f"tensors {quoted(before.name)} and {quoted(entry.name)} overlap")
        if entry.start > end:
            raise ValueError(
                f"{entry.start - end:,} bytes before tensor {quoted(entry.name)} belong to none"
            )
    start = in_place[0].start if in_place else data_start
    end = in_place[-1].start + in_place[-1].n_bytes if in_place else data_start
    if start != data_start:
        raise ValueError(f"{start - data_start:,} bytes before the first tensor belong to none")
    if end > file_size:
        raise ValueError(
            f"is cut off: tensor {quoted(in_place[-1].name)} ends {end - file_size:,} bytes "
            f"beyond the file"
        )
    if end < file_size:
        raise ValueError(f"{file_size - end:,} bytes after the last tensor belong to none")
