"""Networks as safetensors: the format in which PyTorch and others exchange weights."""

from __future__ import annotations

import io
import json
import math

from engine.formats.metadata import document_text, session_from, written_dtype
from engine.formats.reading import Reading, ReadOptions, check_count
from engine.formats.tensors.layers import arrays_of, path_of, reading_of
from engine.formats.tensors.safetensors_header import LENGTH_BYTES, Header, TensorEntry, read_header
from engine.formats.tensors.values import DTYPE_NAMES, checked_finite, float64_of
from engine.nn.arrays import FloatArray
from engine.session.session import Session
from engine.text import quoted

DOCUMENT = "nn-play"
"""The key in the file's metadata that holds the document without the weights."""

_ALIGNMENT = 8


def read_safetensors(data: bytes, options: ReadOptions) -> Reading:
    """Return the session in the bytes of a safetensors file.

    Matrices have one row per neuron, as in PyTorch, unless the names are those of Keras or the
    options say otherwise. Activations come from our own metadata or from the options.

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
        Naming the tensor, when it is not a path of dense layers.
    """
    header = read_header(io.BytesIO(data), len(data))
    for entry in header.tensors.values():
        _check_kind(entry)
    check_count(sum(math.prod(entry.shape) for entry in header.tensors.values()))

    def array_of(name: str) -> FloatArray:
        entry = header.tensors[name]
        raw = memoryview(data)[entry.start : entry.start + entry.n_bytes]
        return checked_finite(float64_of(raw, entry.dtype, entry.shape), name)

    shapes = {name: entry.shape for name, entry in header.tensors.items()}
    dtype = _dtype_of(header)
    if DOCUMENT in header.metadata:
        options.refuse_all()
        path = path_of(shapes, transposed=False)
        arrays = [arrays_of(pair, False, array_of) for pair in path.pairs]
        return Reading(session_from(header.metadata[DOCUMENT], arrays), (), dtype)
    transposed = options.transposed
    if transposed is None:
        transposed = all("kernel" in n for n, shape in shapes.items() if len(shape) == 2)
    return reading_of(path_of(shapes, transposed), array_of, options, dtype)


def write_safetensors(session: Session, dtype: str = "float64") -> bytes:
    """Return the session as a safetensors file, which reads back as exactly the same session.

    The names are those of a PyTorch Sequential that alternates Linear and activation: 0.weight,
    0.bias, 2.weight … dtype: as in save.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    dtype
        The type of the numbers.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        When the samples are too many.
    """
    kind = written_dtype(session, dtype)
    table: dict[str, object] = {"__metadata__": {DOCUMENT: document_text(session)}}
    parts: list[bytes] = []
    start = 0
    for layer_index, layer in enumerate(session.network.layers):
        for name, array in (("weight", layer.weights), ("bias", layer.bias)):
            parts.append(array.astype(kind).tobytes())
            end = start + len(parts[-1])
            table[f"{2 * layer_index}.{name}"] = {
                "dtype": "F32" if kind.itemsize == 4 else "F64",
                "shape": list(array.shape),
                "data_offsets": [start, end],
            }
            start = end
    header = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    # Padding aligns the numbers, so that each can be read in one access.
    header += b" " * (-len(header) % _ALIGNMENT)
    return b"".join([len(header).to_bytes(LENGTH_BYTES, "little"), header, *parts])


def _check_kind(entry: TensorEntry) -> None:
    if entry.dtype not in DTYPE_NAMES:
        raise ValueError(
            f"tensor {quoted(entry.name)} holds {entry.dtype}; "
            f"weights are read as {', '.join(DTYPE_NAMES)}"
        )


def _dtype_of(header: Header) -> str:
    """The dtype of all tensors, or the one that can hold them all."""
    kinds = {entry.dtype for entry in header.tensors.values()}
    if len(kinds) == 1:
        return DTYPE_NAMES[kinds.pop()]
    return "float64" if "F64" in kinds or not kinds else "float32"
