"""One array of an .npz file: its header read as text, its numbers as float64."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from engine.activations import FloatArray
from engine.formats.tensor_values import quoted

LONGEST_HEADER = 4_000
_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    r"\{\s*'descr':\s*'([<>|=])([a-zA-Z])([0-9]{1,9})',\s*'fortran_order':\s*(True|False),\s*"
    r"'shape':\s*\(([0-9, ]{0,200})\),?\s*\}\s*",
    re.ASCII,
)
_FIRST_INEXACT = 2**53


@dataclass(frozen=True, slots=True)
class NpyHeader:
    """What an array says of itself.

    kind: NumPy's letter, such as "f". start: where its numbers begin, in bytes.
    """

    byte_order: str
    kind: str
    item_bytes: int
    fortran_order: bool
    shape: tuple[int, ...]
    start: int

    @property
    def n_bytes(self) -> int:
        return self.item_bytes * math.prod(self.shape)

    @property
    def holds_numbers(self) -> bool:
        return (self.kind == "f" and self.item_bytes in (2, 4, 8)) or (
            self.kind in "iu" and self.item_bytes in (1, 2, 4, 8)
        )

    @property
    def dtype_name(self) -> str:
        names = {"f": "float", "i": "int", "u": "uint"}
        return f"{names.get(self.kind, self.kind)}{8 * self.item_bytes}"


def npy_header(data: bytes, name: str) -> NpyHeader:
    """Return the header of the array whose first bytes these are.

    Read with a pattern, as NumPy's own writer puts it, and never as Python. Raises ValueError for
    anything else, such as an array of objects, which is a pickle.
    """
    place = f"array {quoted(name)}"
    if len(data) < 12 or not data.startswith(_MAGIC):
        raise ValueError(f"{place} is not in NumPy's format")
    wide = data[6] >= 2
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    if length > LONGEST_HEADER or start + length > len(data):
        raise ValueError(f"{place}: its header would have {length:,} bytes")
    text = data[start : start + length].decode("latin-1")
    if "'|O'" in text:
        raise ValueError(f"{place} holds Python objects, which would run code; it is not opened")
    match = _HEADER.fullmatch(text)
    if match is None:
        raise ValueError(f"{place}: its header is not that of an array of numbers or text")
    sizes = [part.strip() for part in match[5].split(",")]
    if sizes[-1] == "":
        sizes.pop()
    if any(not 1 <= len(size) <= 15 or " " in size for size in sizes) or len(sizes) > 8:
        raise ValueError(f"{place}: its shape is not a list of sizes")
    kind, item_bytes = match[2], int(match[3])
    if kind == "U":
        item_bytes *= 4
    shape = tuple(map(int, sizes))
    return NpyHeader(match[1], kind, item_bytes, match[4] == "True", shape, start + length)


def numbers_of(header: NpyHeader, data: bytes, name: str) -> FloatArray:
    """Return the numbers as float64; raise ValueError when one is no float64."""
    raw = np.frombuffer(
        data,
        np.dtype(f"{header.byte_order}{header.kind}{header.item_bytes}"),
        math.prod(header.shape),
        header.start,
    )
    shaped = raw.reshape(header.shape, order="F" if header.fortran_order else "C")
    with np.errstate(invalid="ignore"):
        # A signalling NaN would warn; the caller refuses it with its place.
        values = shaped.astype(np.float64, order="C")
    if header.kind in "iu" and header.item_bytes == 8 and (abs(values) >= _FIRST_INEXACT).any():
        raise ValueError(f"array {quoted(name)} holds integers that are no float64")
    return values


def text_of(header: NpyHeader, data: bytes) -> str:
    """Return the one text of an array of kind "U"."""
    codec = "utf-32-be" if header.byte_order == ">" else "utf-32-le"
    text = data[header.start : header.start + header.n_bytes].decode(codec, "replace")
    return text.rstrip("\0")
