"""Networks as .npz: NumPy arrays W1, b1, W2, b2 …, or coefs_0, intercepts_0 …

The header of an array is read as text, never evaluated; its numbers become float64.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass, replace

import numpy as np

from engine.formats.bounded import BoundedZip
from engine.formats.metadata import MAX_BYTES, document_text, session_from, written_dtype
from engine.formats.reading import MAX_PARAMETERS, Reading, ReadOptions, check_count
from engine.formats.tensors.layers import own_arrays
from engine.formats.tensors.names import bias_by_name, says_part
from engine.formats.tensors.reading import NamedTensors, read_tensors
from engine.formats.tensors.values import checked_finite
from engine.formats.tensors.written_names import named_arrays, with_tensor_names
from engine.nn.arrays import FloatArray
from engine.session.session import Session
from engine.text import quoted

MAX_HEADER_LENGTH = 4_000
_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    r"\{\s*'descr':\s*'([<>|=])([a-zA-Z])([0-9]{1,9})',\s*'fortran_order':\s*(True|False),\s*"
    r"'shape':\s*\(([0-9, ]{0,200})\),?\s*\}\s*",
    re.ASCII,
)
_FIRST_INEXACT = 2**53

DOCUMENT = "metadata"
"""The array that holds the document without the weights."""

_OF_SAVEZ = ("file", "allow_pickle")
"""Names that np.savez takes for something else."""

MAX_ARRAYS = 2_001
_BYTES_BEFORE_HEADER = 12


@dataclass(frozen=True, slots=True)
class NpyHeader:
    """The header of an .npy array.

    Parameters
    ----------
    byte_order
        "<" or ">".
    kind
        NumPy's letter, such as "f".
    item_bytes
        Of one number.
    fortran_order
        Whether the first index runs first.
    shape
        Of the array.
    start
        Where its numbers begin, in bytes.
    """

    byte_order: str
    kind: str
    item_bytes: int
    fortran_order: bool
    shape: tuple[int, ...]
    start: int

    @property
    def n_bytes(self) -> int:
        """How many bytes the numbers take."""
        return self.item_bytes * math.prod(self.shape)

    @property
    def holds_numbers(self) -> bool:
        """Whether the array holds numbers that are read."""
        return (self.kind == "f" and self.item_bytes in (2, 4, 8)) or (
            self.kind in "iu" and self.item_bytes in (1, 2, 4, 8)
        )

    @property
    def dtype_name(self) -> str:
        """The type as NumPy names it, such as "float32"."""
        names = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
        return f"{names.get(self.kind, self.kind)}{8 * self.item_bytes}"


def npy_header(data: bytes, name: str) -> NpyHeader:
    """Return the header of the array whose first bytes these are.

    It is matched against the form that NumPy writes and never evaluated as Python.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        Of the array, as errors call it.

    Returns
    -------
    NpyHeader

    Raises
    ------
    ValueError
        For anything else, such as an array of objects, which is a pickle.
    """
    place = f"array {quoted(name)}"
    if len(data) < 12 or not data.startswith(_MAGIC):
        raise ValueError(f"{place} is not in NumPy's format")
    wide = data[6] >= 2
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    if length > MAX_HEADER_LENGTH or start + length > len(data):
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
    """Return the numbers as float64.

    Parameters
    ----------
    header
        The head of the file.
    data
        The bytes of the file.
    name
        Of the array, as errors call it.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        When float64 cannot hold one exactly.
    """
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
        raise ValueError(f"array {quoted(name)} holds integers too large for a float64")
    return values


def text_of(header: NpyHeader, data: bytes) -> str:
    """Return the one text of an array of kind "U".

    Parameters
    ----------
    header
        The head of the file.
    data
        The bytes of the file.

    Returns
    -------
    str
    """
    codec = "utf-32-be" if header.byte_order == ">" else "utf-32-le"
    if header.kind == "S":
        codec = "utf-8"
    text = data[header.start : header.start + header.n_bytes].decode(codec, "replace")
    return text.rstrip("\0")


def texts_of(header: NpyHeader, data: bytes) -> list[str]:
    """Return the texts of an array of kind "U", or "S", which is in bytes.

    Parameters
    ----------
    header
        The head of the file.
    data
        The whole array, with its header.

    Returns
    -------
    list of str
    """
    width = header.item_bytes
    starts = range(header.start, header.start + header.n_bytes, width) if width else ()
    codec = "utf-32-be" if header.byte_order == ">" else "utf-32-le"
    if header.kind == "S":
        codec = "utf-8"
    return [data[k : k + width].decode(codec, "replace").rstrip("\0") for k in starts]


def array_member(archive: BoundedZip, name: str) -> str:
    """Return the member of the archive that holds an array, with or without the usual suffix.

    Parameters
    ----------
    archive
        The zip archive.
    name
        That of the array.

    Returns
    -------
    str
    """
    return f"{name}.npy" if f"{name}.npy" in archive.names else name


def array_header(archive: BoundedZip, name: str) -> NpyHeader:
    """Return the header of one array.

    Parameters
    ----------
    archive
        The zip archive.
    name
        That of the member, such as "W1.npy".

    Returns
    -------
    NpyHeader

    Raises
    ------
    ValueError
        When it is no array, or its size is not that of its shape.
    """
    array = _array_name(name)
    header = npy_header(archive.begin(name, _BYTES_BEFORE_HEADER + MAX_HEADER_LENGTH), array)
    if header.start + header.n_bytes != archive.size(name):
        raise ValueError(
            f"array {quoted(array)}: has {archive.size(name) - header.start:,} bytes, "
            f"its shape needs {header.n_bytes:,}"
        )
    return header


def read_npz(data: bytes, options: ReadOptions) -> Reading:
    """Return the session in the bytes of an .npz file.

    Whether rows or columns of the matrices are neurons follows from how their shapes fit, or from
    the options. Activations come from our own metadata or from the options.

    Parameters
    ----------
    data
        The bytes of the file.
    options
        What the user says about the file.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        Naming the array, when it is not a path of dense layers.
    OrientationUnknownError
        When the shapes fit both ways.
    """
    archive = BoundedZip(data, MAX_ARRAYS, 8 * MAX_PARAMETERS + 4 * MAX_BYTES)
    headers: dict[str, NpyHeader] = {}
    notes = []
    for member in archive.names:
        name = _array_name(member)
        try:
            header = array_header(archive, member)
        except ValueError as error:
            # Such as a history, an array of objects, which is not read.
            if len(archive.names) == 1 or says_part(name) or name == DOCUMENT:
                raise
            notes.append(f"{error}: ignored")
            continue
        if name in headers:
            raise ValueError("two of its arrays have the same name")
        headers[name] = header
    document = _document(archive, headers)
    for name, header in list(headers.items()):
        if header.shape and not header.holds_numbers and says_part(name):
            raise ValueError(
                f"array {quoted(name)} holds {header.dtype_name}; weights are read as float16, "
                f"float32, float64 and integers"
            )
        if not header.holds_numbers or (not header.shape and not bias_by_name(name)):
            notes.append(f"array {quoted(name)} is not a matrix or row of numbers: ignored")
            del headers[name]
    shapes = {name: _shape(name, header) for name, header in headers.items()}

    def array_of(name: str) -> FloatArray:
        header = headers[name]
        raw = archive.read(array_member(archive, name), header.start + header.n_bytes)
        return checked_finite(numbers_of(header, raw, name).reshape(shapes[name]), name)

    n_numbers = sum(header.n_bytes // header.item_bytes for header in headers.values())
    dtype = _dtype_of(headers)
    if document is not None:
        options.refuse_all()
        check_count(n_numbers)
        return Reading(session_from(document, own_arrays(shapes, array_of)), tuple(notes), dtype)
    check_count(n_numbers)
    tensors = NamedTensors(shapes, array_of, in_file_order=True, has_others=True)
    reading = read_tensors(tensors, options, options.transposed, dtype)
    return replace(reading, notes=(*notes, *reading.notes))


def write_npz(session: Session, dtype: str = "float64") -> bytes:
    """Return the session as an .npz file, which reads back as exactly the same session.

    The arrays are called as in the file that the session was first read from, else W1, b1, W2,
    b2 …, with one row of weights per neuron; the array metadata is the rest as TOML.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    dtype
        As in save.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        When weights or samples are more than are read back.
    """
    check_count(session.network.n_parameters)
    kind = written_dtype(session, dtype)
    session = with_tensor_names(session, (DOCUMENT, *_OF_SAVEZ))
    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {
        name: array.astype(kind) for name, array in named_arrays(session, array_names)
    }
    arrays[DOCUMENT] = np.array(document_text(session))
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def array_names(index: int) -> tuple[str, str]:
    """Return what the weights and the bias of a layer are called if nothing else is known.

    Parameters
    ----------
    index
        That of the layer, from 0.

    Returns
    -------
    tuple[str, str]
    """
    return f"W{index + 1}", f"b{index + 1}"


def _array_name(name: str) -> str:
    return name.removesuffix(".npy")


def _document(archive: BoundedZip, headers: dict[str, NpyHeader]) -> str | None:
    """The text of our own metadata, removed from the headers; None if there is none."""
    header = headers.get(DOCUMENT)
    if header is None or header.kind != "U" or header.shape:
        return None
    del headers[DOCUMENT]
    if header.n_bytes > 4 * MAX_BYTES:
        raise ValueError(f"metadata: more than {MAX_BYTES:,} characters")
    raw = archive.read(array_member(archive, DOCUMENT), header.start + header.n_bytes)
    return text_of(header, raw)


def _shape(name: str, header: NpyHeader) -> tuple[int, ...]:
    """The shape; that of a bias written as (1, n), (n, 1) or () becomes (n,)."""
    if (
        bias_by_name(name)
        and sum(size != 1 for size in header.shape) <= 1
        and len(header.shape) < 3
    ):
        return (header.n_bytes // header.item_bytes,)
    return header.shape


def _dtype_of(headers: dict[str, NpyHeader]) -> str:
    """The dtype of all arrays; float64 when they differ or are integers."""
    kinds = {header.dtype_name for header in headers.values()}
    return kinds.pop() if len(kinds) == 1 and kinds <= {"float16", "float32"} else "float64"
