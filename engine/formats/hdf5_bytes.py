"""Numbers and texts at places in an HDF5 file, never beyond its end."""

from __future__ import annotations

from engine.formats.tensor_values import quoted

_LONGEST_NAME = 1_000
_BYTES_BEYOND_DATA = 16_000_000


class Hdf5Bytes:
    """The bytes of a file, and how many parts and bytes of it may still be looked at.

    What a broken file points to may overlap, and lead in circles.
    """

    def __init__(self, data: bytes, most_parts: int) -> None:
        self._data = data
        self._parts_left = most_parts
        self._bytes_left = 2 * len(data) + _BYTES_BEYOND_DATA

    def count_part(self) -> None:
        """Raise ValueError after very many parts."""
        self._parts_left -= 1
        if self._parts_left < 0:
            raise ValueError("has too many parts, or leads in circles")

    def view(self, start: int, n_bytes: int) -> memoryview:
        """Return the bytes there; raise ValueError when they are not all in the file."""
        if start + n_bytes > len(self._data):
            raise ValueError("is broken or cut off: it points beyond its end")
        self._bytes_left -= n_bytes
        if self._bytes_left < 0:
            raise ValueError("has parts that overlap")
        return memoryview(self._data)[start : start + n_bytes]

    def number(self, start: int, n_bytes: int) -> int:
        return int.from_bytes(self.view(start, n_bytes), "little")

    def expect(self, start: int, signature: bytes, path: str) -> None:
        """Raise ValueError unless the part at `start` begins with its signature."""
        if bytes(self.view(start, len(signature))) != signature:
            raise ValueError(f"{quoted(path)} is broken: there is no {signature.decode()} in it")

    def text_until_zero(self, start: int) -> str:
        """Return the name that begins at `start`."""
        end = self._data.find(b"\0", start, start + _LONGEST_NAME)
        if end < 0:
            raise ValueError(f"has a name without an end, or of more than {_LONGEST_NAME:,} bytes")
        return bytes(self.view(start, end - start)).decode("utf-8", "replace")
