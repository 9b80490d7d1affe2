"""Networks as .npz: NumPy arrays W1, b1, W2, b2 …, or coefs_0, intercepts_0 …"""

from __future__ import annotations

import io

import numpy as np

from engine.activations import FloatArray
from engine.formats.binary_document import MOST_BYTES, document_text, session_from, written_dtype
from engine.formats.bounded_zip import BoundedZip
from engine.formats.npy import LONGEST_HEADER, NpyHeader, npy_header, numbers_of, text_of
from engine.formats.reading import MOST_PARAMETERS, Reading, ReadOptions, check_count
from engine.formats.tensor_names import bias_by_name
from engine.formats.tensor_pairs import arrays_of, path_of, reading_of
from engine.formats.tensor_values import checked_finite, quoted
from engine.session import Session

DOCUMENT = "metadata"
"""The array that holds the document without its weights."""

_MOST_ARRAYS = 2_001
_BYTES_BEFORE_HEADER = 12


def read_npz(data: bytes, options: ReadOptions) -> Reading:
    """Return the session in the bytes of an .npz file.

    Whether rows or columns of the matrices are neurons is told from how their shapes fit, or from
    the options. Activations come from our own metadata or from the options. Raises ValueError,
    naming the array, when it is not one path of dense layers; OrientationUnknownError when shapes
    fit both ways.
    """
    archive = BoundedZip(data, _MOST_ARRAYS, 8 * MOST_PARAMETERS + 4 * MOST_BYTES)
    headers = {_array_name(name): _header(archive, name) for name in archive.names}
    if len(headers) < len(archive.names):
        raise ValueError("two of its arrays have the same name")
    document = _document(archive, headers)
    notes = []
    for name, header in list(headers.items()):
        if not header.holds_numbers or (not header.shape and not bias_by_name(name)):
            notes.append(f"array {quoted(name)} is no matrix or row of numbers: ignored")
            del headers[name]
    shapes = {name: _shape(name, header) for name, header in headers.items()}

    def array_of(name: str) -> FloatArray:
        header = headers[name]
        raw = archive.read(_member(archive, name), header.start + header.n_bytes)
        return checked_finite(numbers_of(header, raw, name).reshape(shapes[name]), name)

    n_numbers = sum(header.n_bytes // header.item_bytes for header in headers.values())
    dtype = _dtype_of(headers)
    if document is not None:
        options.refuse_all()
        path = path_of(shapes, transposed=False)
        check_count(n_numbers)
        arrays = [arrays_of(pair, False, array_of) for pair in path.pairs]
        return Reading(session_from(document, arrays), tuple(notes), dtype)
    path = path_of(shapes, options.transposed, in_file_order=True)
    check_count(n_numbers)
    reading = reading_of(path, array_of, options, dtype)
    return Reading(reading.session, (*notes, *reading.notes), dtype)


def write_npz(session: Session, dtype: str = "float64") -> bytes:
    """Return the session as an .npz file, which reads back as the very same session.

    Arrays W1, b1, W2, b2 …, one row of weights per neuron, and metadata, the rest as TOML. dtype:
    as in save. Raises ValueError when the samples are too many.
    """
    kind = written_dtype(session, dtype)
    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {}
    for number, layer in enumerate(session.network.layers, start=1):
        arrays[f"W{number}"] = layer.weights.astype(kind)
        arrays[f"b{number}"] = layer.bias.astype(kind)
    arrays[DOCUMENT] = np.array(document_text(session))
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _array_name(name: str) -> str:
    return name.removesuffix(".npy")


def _member(archive: BoundedZip, name: str) -> str:
    return f"{name}.npy" if f"{name}.npy" in archive.names else name


def _header(archive: BoundedZip, name: str) -> NpyHeader:
    array = _array_name(name)
    header = npy_header(archive.begin(name, _BYTES_BEFORE_HEADER + LONGEST_HEADER), array)
    if header.start + header.n_bytes != archive.size(name):
        raise ValueError(
            f"array {quoted(array)}: has {archive.size(name) - header.start:,} bytes, "
            f"its shape needs {header.n_bytes:,}"
        )
    return header


def _document(archive: BoundedZip, headers: dict[str, NpyHeader]) -> str | None:
    """The text of our own metadata, taken out of the headers; None where there is none."""
    header = headers.get(DOCUMENT)
    if header is None or header.kind != "U" or header.shape:
        return None
    del headers[DOCUMENT]
    if header.n_bytes > 4 * MOST_BYTES:
        raise ValueError(f"metadata: more than {MOST_BYTES:,} characters")
    raw = archive.read(_member(archive, DOCUMENT), header.start + header.n_bytes)
    return text_of(header, raw)


def _shape(name: str, header: NpyHeader) -> tuple[int, ...]:
    """The shape, of a bias written as (1, n), (n, 1) or () that of a row."""
    if (
        bias_by_name(name)
        and sum(size != 1 for size in header.shape) <= 1
        and len(header.shape) < 3
    ):
        return (header.n_bytes // header.item_bytes,)
    return header.shape


def _dtype_of(headers: dict[str, NpyHeader]) -> str:
    """The kind of all arrays; float64 when they are of several, or integers."""
    kinds = {header.dtype_name for header in headers.values()}
    return kinds.pop() if len(kinds) == 1 and kinds <= {"float16", "float32"} else "float64"
