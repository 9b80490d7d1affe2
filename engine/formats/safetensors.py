"""Networks as safetensors: the format in which PyTorch and others exchange weights."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.files import open_regular
from engine.formats.metadata import document_text, session_from, written_dtype
from engine.formats.reading import MAX_PARAMETERS, Reading, ReadOptions, check_count
from engine.formats.tensors.layers import own_arrays
from engine.formats.tensors.names import parts_among, says_transposed
from engine.formats.tensors.normalisation import is_counter
from engine.formats.tensors.reading import NamedTensors, read_tensors
from engine.formats.tensors.safetensors_header import LENGTH_BYTES, TensorEntry, read_header
from engine.formats.tensors.values import DTYPE_NAMES, checked_finite, float64_of
from engine.formats.tensors.written_names import named_arrays, with_tensor_names
from engine.nn.arrays import FloatArray
from engine.session.session import Session
from engine.text import quoted

DOCUMENT = "nn-play"
"""The key in the file's metadata that holds the document without the weights."""

SAMPLES = ("inputs", "targets")
"""The tensors that hold the samples where the document does not."""

_ALIGNMENT = 8

_MAX_OWN = 50_000_000
"""As many numbers as a new network and samples from a file may have together, and some more."""


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
    # Counters and masks of whole numbers are no part of a layer.
    roles = parts_among(header.tensors)
    has_parts = any(roles.values())
    beside = [
        name
        for name, one in header.tensors.items()
        if is_counter(name) or (has_parts and roles[name] is None and _is_whole(one))
    ]
    entries = [one for name, one in header.tensors.items() if name not in beside]
    for entry in entries:
        _check_kind(entry)
    n_numbers = sum(math.prod(entry.shape) for entry in entries)
    check_count(n_numbers, _MAX_OWN if DOCUMENT in header.metadata else MAX_PARAMETERS)

    def values_of(name: str) -> FloatArray:
        entry = header.tensors[name]
        raw = memoryview(data)[entry.start : entry.start + entry.n_bytes]
        return float64_of(raw, entry.dtype, entry.shape)

    def array_of(name: str) -> FloatArray:
        return checked_finite(values_of(name), name)

    shapes = {entry.name: entry.shape for entry in entries}
    dtype = _dtype_of(entries)
    if DOCUMENT in header.metadata:
        options.refuse_all()
        # Targets that are not set are NaN; the session checks the samples.
        samples = {name: values_of(name) for name in SAMPLES if name in shapes}
        of_layers = {name: shape for name, shape in shapes.items() if name not in samples}
        arrays = own_arrays(of_layers, array_of)
        return Reading(session_from(header.metadata[DOCUMENT], arrays, samples), (), dtype)
    transposed = options.transposed
    if transposed is None:
        transposed = says_transposed([name for name in shapes if len(shapes[name]) == 2])
    reading = read_tensors(NamedTensors(shapes, array_of), options, transposed, dtype)
    notes = [
        f"{quoted(name)} holds whole numbers: left out" for name in beside if not is_counter(name)
    ]
    return replace(reading, notes=(*notes, *reading.notes))


def write_safetensors(
    session: Session,
    dtype: str = "float64",
    *,
    samples_apart: bool = False,
    remarks: Mapping[str, str] | None = None,
) -> bytes:
    """Return the session as a safetensors file, which reads back as exactly the same session.

    The names are those of the file that the session was first read from, else those of a PyTorch
    Sequential that alternates Linear and activation: 0.weight, 0.bias, 2.weight …

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    dtype
        As in `save`.
    samples_apart
        Whether the samples are tensors of their own, which takes a hundredth of the time that
        their text does. Other programs would take them for parts of the network.
    remarks
        More texts for the metadata, which `read_remarks` returns.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        When the samples are too many for text.
    """
    kind = written_dtype(session, dtype)
    session = with_tensor_names(session, SAMPLES)
    document = document_text(session, with_samples=not samples_apart)
    table: dict[str, object] = {"__metadata__": {DOCUMENT: document, **(remarks or {})}}
    parts: list[bytes] = []
    start = 0
    for name, array in _tensors_of(session, samples_apart):
        parts.append(array.astype("<f8" if name in SAMPLES else kind).tobytes())
        end = start + len(parts[-1])
        table[name] = {
            "dtype": "F32" if len(parts[-1]) == 4 * array.size else "F64",
            "shape": list(array.shape),
            "data_offsets": [start, end],
        }
        start = end
    header = json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    # Padding aligns the numbers, so that each can be read in one access.
    header += b" " * (-len(header) % _ALIGNMENT)
    return b"".join([len(header).to_bytes(LENGTH_BYTES, "little"), header, *parts])


def tensor_names(index: int) -> tuple[str, str]:
    """Return what the weights and the bias of a layer are called if nothing else is known.

    Parameters
    ----------
    index
        That of the layer, from 0.

    Returns
    -------
    tuple[str, str]
    """
    return f"{2 * index}.weight", f"{2 * index}.bias"


def read_remarks(path: Path) -> Mapping[str, str]:
    """Return the texts in the metadata of a file, which is not read beyond its header.

    Parameters
    ----------
    path
        A safetensors file.

    Returns
    -------
    Mapping[str, str]

    Raises
    ------
    ValueError
        When it is not such a file.
    OSError
        When it cannot be read.
    """
    with open_regular(path) as file:
        return read_header(file, path.stat().st_size).metadata


def _tensors_of(session: Session, samples_apart: bool) -> Iterator[tuple[str, FloatArray]]:
    yield from named_arrays(session, tensor_names)
    if samples_apart and session.inputs_given:
        yield "inputs", session.inputs
    if samples_apart and session.targets is not None:
        yield "targets", session.targets


def _check_kind(entry: TensorEntry) -> None:
    if entry.dtype not in DTYPE_NAMES:
        raise ValueError(
            f"tensor {quoted(entry.name)} holds {entry.dtype}; "
            f"weights are read as {', '.join(DTYPE_NAMES)}"
        )


def _is_whole(entry: TensorEntry) -> bool:
    return entry.dtype[0] in "IU" or entry.dtype == "BOOL"


def _dtype_of(entries: Sequence[TensorEntry]) -> str:
    """The dtype of all tensors, or the one that can hold them all."""
    kinds = {entry.dtype for entry in entries}
    if len(kinds) == 1:
        return DTYPE_NAMES[kinds.pop()]
    return "float64" if "F64" in kinds or not kinds else "float32"
