"""What is to be told of a file that was written."""

from __future__ import annotations

from pathlib import Path

from engine.session import Session

_NARROW = ("float16", "bfloat16", "float32")
_BINARY = (".safetensors", ".npz", ".onnx")


def widened(session: Session, path: Path, dtype: str) -> str | None:
    """Return the line for numbers that came as `dtype` and had to be written as float64.

    None when they were not, and for text, which has all digits anyway.
    """
    if dtype not in _NARROW or path.suffix.lower() not in _BINARY:
        return None
    # Imported here, since few sources are of such a kind.
    from engine.formats.binary_document import written_dtype

    if written_dtype(session, dtype).itemsize == 4:
        return None
    return "all numbers are written as float64, since float32 does not hold each of them"
