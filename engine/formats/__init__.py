"""Sessions as files: one table of formats by suffix, and how a file is read and written."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.files import read_bounded, write_atomically
from engine.formats import foreign, pickles, toml
from engine.formats.reading import Reading, ReadOptions
from engine.nn.activations import Activation
from engine.nn.arguments import check_type, described
from engine.nn.network import Network
from engine.nn.parsing import activations_of
from engine.session.origin import DTYPES, Origin
from engine.session.session import Session
from engine.text import misspelt


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its reader, its writer, and its maximum size.

    Attributes
    ----------
    description
        In one line.
    read
        read(path, options): the session; raises ValueError for a file that is not of this
        format.
    write
        write(session, dtype): the bytes of a file; dtype is "float32" when the session was read
        from such a file, and is used if it changes no number. None for formats that are only
        read.
    most_bytes
        How large a file may be.
    """

    description: str
    read: Callable[[Path, ReadOptions], Reading]
    write: Callable[[Session, str], bytes] | None
    most_bytes: int


# What a format needs is imported when such a file is met, which keeps the start fast.


def _read_toml(path: Path, options: ReadOptions) -> Reading:
    session = toml.read_toml(read_bounded(path, toml.MAX_BYTES))
    options.refuse_all()
    return Reading(session, dtype=session.dtype)


def _toml_bytes(session: Session, dtype: str) -> bytes:
    return toml.write_toml(_with_origin(session, dtype=dtype)).encode()


def _read_safetensors(path: Path, options: ReadOptions) -> Reading:
    from engine.formats.safetensors import read_safetensors

    return read_safetensors(read_bounded(path, _MAX_BYTES), options)


def _safetensors_bytes(session: Session, dtype: str) -> bytes:
    from engine.formats.safetensors import write_safetensors

    return write_safetensors(session, dtype)


def _read_npz(path: Path, options: ReadOptions) -> Reading:
    from engine.formats.npz import read_npz

    return read_npz(read_bounded(path, _MAX_BYTES), options)


def _npz_bytes(session: Session, dtype: str) -> bytes:
    from engine.formats.npz import write_npz

    return write_npz(session, dtype)


def _read_keras(path: Path, options: ReadOptions) -> Reading:
    from engine.formats.keras import read_keras

    return read_keras(read_bounded(path, _MAX_BYTES), options)


def _read_keras_h5(path: Path, options: ReadOptions) -> Reading:
    from engine.formats.keras import read_keras_h5

    return read_keras_h5(read_bounded(path, _MAX_BYTES), options)


def _read_onnx(path: Path, options: ReadOptions) -> Reading:
    from engine.formats.onnx import read_onnx

    options.refuse_all()
    return read_onnx(path, options.output)


def _read_json(path: Path, options: ReadOptions) -> Reading:
    from engine.formats.json import read_json

    return read_json(read_bounded(path, _MAX_JSON_BYTES), path.parent, options)


def _onnx_bytes(session: Session, dtype: str) -> bytes:
    from engine.formats.onnx import write_onnx

    return write_onnx(session)


_MAX_JSON_BYTES = 32_000_000
_MAX_BYTES = 80_000_000

FORMATS: dict[str, Format] = {
    ".toml": Format(
        "the playground's own format, text to read and edit by hand",
        _read_toml,
        _toml_bytes,
        toml.MAX_BYTES,
    ),
    ".onnx": Format(
        "a model of dense layers that any framework exchanges",
        _read_onnx,
        _onnx_bytes,
        _MAX_BYTES,
    ),
    ".safetensors": Format(
        "weights and biases as PyTorch and others exchange them",
        _read_safetensors,
        _safetensors_bytes,
        _MAX_BYTES,
    ),
    ".npz": Format("NumPy arrays W1, b1 and so on", _read_npz, _npz_bytes, _MAX_BYTES),
    ".keras": Format("a Keras model of dense layers", _read_keras, None, _MAX_BYTES),
    ".h5": Format("a Keras model in the older form", _read_keras_h5, None, _MAX_BYTES),
    ".hdf5": Format("the same under its longer suffix", _read_keras_h5, None, _MAX_BYTES),
    ".json": Format(
        "a model of brain.js, Toy-Neural-Network or tensorflow.js",
        _read_json,
        None,
        _MAX_JSON_BYTES,
    ),
}
"""The formats by suffix, in lower case."""


def writable_suffixes() -> tuple[str, ...]:
    """Return the suffixes of the formats that can also be written."""
    return tuple(suffix for suffix, format in FORMATS.items() if format.write is not None)


def read(
    path: str | os.PathLike[str],
    activations: str | Sequence[Activation | str] | None = None,
    transposed: bool | None = None,
    layers: str | Sequence[str] | None = None,
    output: str | None = None,
) -> Reading:
    """Return the session in a file, and notes.

    Parameters
    ----------
    path
        The file; its suffix decides the format.
    activations
        What the file does not say itself: one for each layer, as a list or as "relu,sigmoid".
    transposed
        True when the file's matrices have one column per neuron, False when one row; None to find
        out.
    layers
        The names of the layers in their order, as a list or as "encoder,decoder", for a file whose
        names and shapes leave it open.
    output
        The name of the output to open, of a model with several.

    Returns
    -------
    Reading
        The session, the notes and the type of the file's numbers.

    Raises
    ------
    TypeError
        When an argument is of another kind.
    ValueError
        In one line without the name of the file, when it is not a regular file, too large or not a
        session; its subclasses ActivationsUnknownError, OrientationUnknownError,
        OrderUnknownError, NetworkUnknownError and OutputUnknownError when those options are needed.
    OSError
        When the file system refuses.
    """
    format = _format_of(path, look=True)
    check_type(transposed, bool | None, "transposed")
    check_type(output, str | None, "output")
    if output is not None and format not in (FORMATS[suffix] for suffix in _WITH_OUTPUTS):
        raise ValueError("--output is for ONNX and Keras files")
    named = None if activations is None else tuple(activations_of(activations))
    reading = format.read(Path(path), ReadOptions(named, transposed, layers_of(layers), output))
    session = _with_origin(reading.session, notes=reading.notes, dtype=reading.dtype)
    return replace(reading, session=session)


def layers_of(layers: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the names of layers that a text with commas, or a list, gives.

    Parameters
    ----------
    layers
        Such as "encoder,decoder"; None for none.

    Returns
    -------
    tuple[str, ...] | None
    """
    if layers is None:
        return None
    check_type(layers, str | list | tuple, "layers")
    return (
        tuple(name.strip() for name in layers.split(","))
        if isinstance(layers, str)
        else tuple(layers)
    )


def load(
    path: str | os.PathLike[str],
    activations: str | Sequence[Activation | str] | None = None,
    transposed: bool | None = None,
    layers: str | Sequence[str] | None = None,
    output: str | None = None,
) -> Session:
    """Return the session in a file.

    Parameters
    ----------
    path, activations, transposed, layers, output
        As in `read`.

    Returns
    -------
    Session
        `session.origin` has the notes and the type of the file's numbers.

    Raises
    ------
    TypeError, ValueError, OSError
        As `read` does.
    """
    return read(path, activations, transposed, layers, output).session


def save(session: Session, path: str | os.PathLike[str], dtype: str | None = None) -> None:
    """Write a session to a file, all of it or nothing.

    Parameters
    ----------
    session
        What is written.
    path
        The file; its suffix decides the format. An existing file is replaced and keeps its
        permissions; if it is a link, its target is replaced.
    dtype
        "float32" or "float64", for formats that have both; None for that of the file the session
        was loaded from. float32 is used if it changes no number.

    Raises
    ------
    TypeError
        When an argument is of another kind.
    ValueError
        For an unknown suffix or a session that the format cannot hold; the old file is unchanged.
    OSError
        When the file system refuses; the old file is unchanged.

    Warns
    -----
    UserWarning
        When float32 would change a number, so that float64 is written.
    """
    hint = "; Session(network) makes one" if isinstance(session, Network) else ""
    check_type(session, Session, "session", hint)
    format = _format_of(path)
    if format.write is None:
        raise ValueError(
            f"{Path(path).suffix.lower()} files are only read; "
            f"write one of {', '.join(writable_suffixes())}"
        )
    if dtype is None:
        dtype = session.dtype
    elif not isinstance(dtype, str) or dtype not in DTYPES:
        raise ValueError(f"dtype is {described(dtype)}, expected one of {', '.join(DTYPES)}")
    data = format.write(session, dtype)
    if len(data) > format.most_bytes:
        raise ValueError(
            f"the file would have {len(data) / 1e6:,.0f} MB; "
            f"a file of this kind has at most {format.most_bytes / 1e6:,.0f} MB"
        )
    write_atomically(path, data)
    if is_widened(session, path, dtype):
        warnings.warn(
            f"{Path(path).name}: written as float64, since {dtype} does not hold each number",
            stacklevel=2,
        )


def is_widened(session: Session, path: str | os.PathLike[str], dtype: str) -> bool:
    """Return whether a file of narrow numbers has to be written with float64.

    Parameters
    ----------
    session
        What is written.
    path
        The file; text has all digits anyway.
    dtype
        The type of the numbers, as it was.

    Returns
    -------
    bool
        True when float32 would change a number.
    """
    if dtype == "float64" or Path(path).suffix.lower() not in _BINARY:
        return False
    from engine.formats.metadata import written_dtype

    return written_dtype(session, dtype).itemsize == 8


_WITH_OUTPUTS = (".onnx", ".keras", ".h5", ".hdf5")
_BINARY = (".safetensors", ".npz", ".onnx")


def _with_origin(session: Session, **changes: Any) -> Session:
    return session.evolve(origin=replace(session.origin or Origin(), **changes))


def _format_of(path: str | os.PathLike[str], *, look: bool = False) -> Format:
    """The format of a file; look: whether it may be opened to say what it holds instead."""
    check_type(path, str | os.PathLike, "path")
    suffix = Path(path).suffix.lower()
    if not suffix:
        raise ValueError(f"the name has no suffix; expected one of {', '.join(FORMATS)}")
    if suffix in FORMATS:
        return FORMATS[suffix]
    if suffix in pickles.SUFFIXES or (look and pickles.is_one(Path(path))):
        raise ValueError(pickles.refusal(Path(path), look=look))
    reason = foreign.refusal(suffix)
    if reason is not None:
        raise ValueError(reason)
    raise ValueError(f"the suffix {suffix[:40]!r} is unknown; {misspelt(suffix, FORMATS)}")
