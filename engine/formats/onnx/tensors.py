"""Reads the numbers of an ONNX tensor, whatever its field, dtype or external file.

An external file must be in the model's folder, and only the bytes of the tensor are read.
"""

from __future__ import annotations

import math
import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.reading import MAX_PARAMETERS
from engine.text import printable

if TYPE_CHECKING:
    from onnx import TensorProto

_MAX_OFFSET = 1 << 62

Array = NDArray[Any]

# The enumeration TensorProto.DataType of onnx.proto3, whose values never change.
_FLOAT, _UINT8, _INT8, _INT32, _INT64, _STRING, _BOOL = 1, 2, 3, 6, 7, 8, 9
_FLOAT16, _DOUBLE, _BFLOAT16 = 10, 11, 16

_KINDS: dict[int, tuple[str, str, str]] = {
    _FLOAT: ("float32", "<f4", "float_data"),
    _UINT8: ("uint8", "<u1", "int32_data"),
    _INT8: ("int8", "<i1", "int32_data"),
    _INT32: ("int32", "<i4", "int32_data"),
    _INT64: ("int64", "<i8", "int64_data"),
    _BOOL: ("bool", "<?", "int32_data"),
    _FLOAT16: ("float16", "<f2", "int32_data"),
    _DOUBLE: ("float64", "<f8", "double_data"),
    _BFLOAT16: ("bfloat16", "<u2", "int32_data"),
}
"""Per data type: its name, NumPy's code for its raw bytes, and its typed field."""

FLOAT_NAMES = {_FLOAT: "float32", _FLOAT16: "float16", _DOUBLE: "float64", _BFLOAT16: "bfloat16"}

TYPES = {name: kind for kind, name in FLOAT_NAMES.items()}

_MAX_DIMENSIONS = 8
_MAX_QUOTE_LENGTH = 60


class ExternalData:
    """The files in the model's folder from which its tensors may be read.

    A name that leads out of the folder or through a link is refused, and so is anything but a
    regular file: an untrusted model must not reveal other files on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ranges: dict[str, set[tuple[int, int]]] = {}

    def read(self, tensor: TensorProto, label: str, n_bytes: int) -> bytes:
        """Return the bytes of one tensor, `n_bytes` of them.

        Parameters
        ----------
        tensor
            A tensor as the file stores it.
        label
            How errors begin: what the tensor is.
        n_bytes
            How many bytes the shape needs.

        Returns
        -------
        bytes

        Raises
        ------
        ValueError
            Beginning with `label`, when the place is not allowed, has too few bytes, overlaps
            with another tensor's, or cannot be read.
        """
        entries = {entry.key: entry.value for entry in tensor.external_data}
        if len(entries) != len(tensor.external_data):
            raise ValueError(f"{label}: an entry of its external data is given twice")
        location = entries.get("location", "")
        offset = _whole_number(entries.get("offset", "0"), f"{label}: offset")
        length = _whole_number(entries.get("length", str(n_bytes)), f"{label}: length")
        if length != n_bytes:
            raise ValueError(
                f"{label}: its external data has {length:,} bytes, expected {n_bytes:,}"
            )
        parts = self._parts(location, label)
        self._check_overlap(location, offset, n_bytes, label)
        return self._bytes(parts, offset, n_bytes, f"{label}: {_quoted(location)}")

    def _parts(self, location: str, label: str) -> list[str]:
        parts = location.split("/")
        if parts[0] == "." and len(parts) > 1:
            parts = parts[1:]
        forbidden = any(part in ("", ".", "..") for part in parts)
        if forbidden or any(character in location for character in "\\:\0"):
            raise ValueError(
                f"{label}: its external data is at {_quoted(location)}; "
                f"only files in the folder of the model are read"
            )
        return parts

    def _check_overlap(self, location: str, offset: int, n_bytes: int, label: str) -> None:
        ranges = self._ranges.setdefault(location, set())
        mine = (offset, offset + n_bytes)
        for start, stop in ranges - {mine}:  # an identical range is a shared tensor
            if start < mine[1] and mine[0] < stop:
                raise ValueError(f"{label}: its external data overlaps with another tensor's")
        ranges.add(mine)

    def _bytes(self, parts: list[str], offset: int, n_bytes: int, place: str) -> bytes:
        with ExitStack() as stack:
            descriptor = self._opened(parts, place, stack)
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise ValueError(f"{place} is not a regular file")
            if status.st_nlink > 1:
                raise ValueError(f"{place} is a link; copy the file itself beside the model")
            if offset + n_bytes > status.st_size:
                raise ValueError(
                    f"{place} has {status.st_size:,} bytes, "
                    f"the tensor would end at {offset + n_bytes:,}"
                )
            with open(descriptor, "rb", closefd=False) as file:
                file.seek(offset)
                data = file.read(n_bytes)
        if len(data) != n_bytes:
            raise ValueError(f"{place} ends before the tensor does")
        return data

    def _opened(self, parts: list[str], place: str, stack: ExitStack) -> int:
        """Open the file, folder by folder so that no link is followed; return its descriptor."""
        # On systems without these flags they are 0, and only os.path.islink below protects.
        no_follow = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        path = self.folder
        for part in parts:
            path = path / part
            if path.is_symlink():
                raise ValueError(f"{place} is a link; copy the file itself beside the model")
        try:
            if os.open not in os.supports_dir_fd:
                descriptor = os.open(path, os.O_RDONLY | no_follow | getattr(os, "O_BINARY", 0))
                stack.callback(os.close, descriptor)
                return descriptor
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, descriptor)
            for k, part in enumerate(parts, start=1):
                folder = os.O_DIRECTORY if k < len(parts) else 0
                descriptor = os.open(part, os.O_RDONLY | no_follow | folder, dir_fd=descriptor)
                stack.callback(os.close, descriptor)
        except OSError as error:
            raise ValueError(f"{place} cannot be read: {error.strerror}") from None
        return descriptor


def _whole_number(text: str, place: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < _MAX_OFFSET):
        raise ValueError(f"{place} of its external data is {_quoted(text)}, not a whole number")
    return int(text)


def _quoted(text: str) -> str:
    return repr(printable(text)[:_MAX_QUOTE_LENGTH])


def shown(name: str) -> str:
    """Return a name from the file in quotes, shortened and safe to print.

    Parameters
    ----------
    name
        As the file has it.

    Returns
    -------
    str
    """
    text = printable(name)
    return repr(text if len(text) <= _MAX_QUOTE_LENGTH else text[:_MAX_QUOTE_LENGTH] + "…")


def kind_name(data_type: int) -> str:
    """Return the name of a data type: "float32", or "kind 17" for one that is not read.

    Parameters
    ----------
    data_type
        The number of an ONNX data type.

    Returns
    -------
    str
    """
    return _KINDS[data_type][0] if data_type in _KINDS else f"kind {data_type}"


def checked_shape(tensor: TensorProto, label: str) -> tuple[int, ...]:
    """Return the shape that the tensor declares.

    Parameters
    ----------
    tensor
        A tensor as the file stores it.
    label
        How errors begin: what the tensor is.

    Returns
    -------
    tuple[int, ...]

    Raises
    ------
    ValueError
        Beginning with `label`, for a negative size, too many dimensions, or more numbers than
        are opened.
    """
    shape = tuple(tensor.dims)
    if len(shape) > _MAX_DIMENSIONS or any(size < 0 for size in shape):
        raise ValueError(f"{label}: its shape is not one that a tensor can have")
    # An empty tensor may have one enormous size.
    most = max(math.prod(shape), *shape, 0)
    if most > MAX_PARAMETERS:
        raise ValueError(f"{label}: {most:,} numbers; at most {MAX_PARAMETERS:,} are opened")
    return shape


def array_of(tensor: TensorProto, label: str, external: ExternalData) -> Array:
    """Return the tensor's numbers as an array; bfloat16 becomes float32, which is exact.

    Parameters
    ----------
    tensor
        A tensor as the file stores it.
    label
        How errors begin: what the tensor is.
    external
        The file that holds the bytes of large tensors.

    Returns
    -------
    Array

    Raises
    ------
    ValueError
        Beginning with `label`, for an unsupported data type and for a number of bytes that does
        not match the shape.
    """
    shape = checked_shape(tensor, label)
    if tensor.data_type not in _KINDS:
        raise ValueError(
            f"{label}: its numbers are of a kind that is not read; "
            f"expected float16, bfloat16, float32 or float64"
        )
    array = _numbers(tensor, math.prod(shape), label, external)
    if tensor.data_type == _BFLOAT16:
        # A bfloat16 is the upper half of a float32.
        array = (array.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return array.reshape(shape)


def check_finite(array: Array, label: str) -> None:
    """Raise ValueError, naming the place counted from 1, when the array holds NaN or infinity.

    Parameters
    ----------
    array
        Numbers of any shape.
    label
        How errors begin: what the tensor is.
    """
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = "".join(f"[{index + 1}]" for index in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{label}{place} is not a finite number")


def texts_of(tensor: TensorProto, label: str) -> list[str]:
    """Return the strings of a string tensor; raise ValueError for a damaged one.

    Parameters
    ----------
    tensor
        A tensor as the file stores it.
    label
        How errors begin: what the tensor is.

    Returns
    -------
    list[str]
    """
    shape = checked_shape(tensor, label)
    if len(tensor.string_data) != math.prod(shape):
        raise ValueError(f"{label}: {len(tensor.string_data):,} texts, its shape asks for others")
    return [text.decode("utf-8", "replace") for text in tensor.string_data]


def holds_texts(tensor: TensorProto) -> bool:
    """Return whether the tensor holds strings instead of numbers.

    Parameters
    ----------
    tensor
        A tensor as the file stores it.

    Returns
    -------
    bool
    """
    return tensor.data_type == _STRING


def _numbers(tensor: TensorProto, count: int, label: str, external: ExternalData) -> Array:
    _, code, field = _KINDS[tensor.data_type]
    dtype = np.dtype(code)
    if tensor.data_location == tensor.EXTERNAL:
        raw = external.read(tensor, label, count * dtype.itemsize)
        return np.frombuffer(raw, dtype)
    if tensor.external_data:
        raise ValueError(f"{label}: names external data, and says that it has none")
    if tensor.HasField("raw_data"):
        raw = tensor.raw_data
        if len(raw) != count * dtype.itemsize:
            raise ValueError(
                f"{label}: {len(raw):,} bytes, its shape asks for {count * dtype.itemsize:,}"
            )
        return np.frombuffer(raw, dtype)
    values = getattr(tensor, field)
    if len(values) != count:
        raise ValueError(f"{label}: {len(values):,} numbers, its shape asks for {count:,}")
    if field == "int32_data":
        return _narrowed(np.fromiter(values, np.int32, count), dtype, label)
    return np.fromiter(values, dtype, count)


def _narrowed(values: NDArray[np.int32], dtype: np.dtype[Any], label: str) -> Array:
    """The numbers stored one per 32-bit integer; for float16 these are the bit patterns."""
    bits = np.dtype("<u2") if dtype == np.float16 else dtype
    narrowed = values.astype(bits)
    if (narrowed != values).any():
        raise ValueError(f"{label}: a number is out of the range of its kind")
    return narrowed.view(dtype)
