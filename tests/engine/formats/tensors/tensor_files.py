"""Small safetensors and .npz files, whole and broken, made byte by byte."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}


def safetensors(
    tensors: Mapping[str, Any], kind: str = "F64", metadata: dict[str, str] | None = None
) -> bytes:
    """A file of these arrays, in the order given."""
    table: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    data = b""
    for name, values in tensors.items():
        array = np.asarray(values, dtype=KINDS[kind])
        end = len(data) + array.nbytes
        table[name] = {
            "dtype": kind,
            "shape": list(array.shape),
            "data_offsets": [len(data), end],
        }
        data += array.tobytes()
    return with_header(table, data)


def with_header(table: object, data: bytes = b"") -> bytes:
    """A file with this header, whatever it says."""
    header = table if isinstance(table, bytes) else json.dumps(table).encode()
    return len(header).to_bytes(8, "little") + header + data


def npz(arrays: Mapping[str, Any], compressed: bool = False) -> bytes:
    """A file as NumPy writes it."""
    file = io.BytesIO()
    given: dict[str, NDArray[Any]] = {name: np.asarray(array) for name, array in arrays.items()}
    if compressed:
        np.savez_compressed(file, allow_pickle=True, **given)
    else:
        np.savez(file, allow_pickle=True, **given)
    return file.getvalue()


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        for name, data in members.items():
            written.writestr(name, data)
    return file.getvalue()
