"""Parses the bytes of an ONNX model, after checking how much memory they would take.

A message of two bytes becomes an object of a hundred: twenty megabytes of them would fill the
memory. So the fields are counted in the wire format,
https://protobuf.dev/programming-guides/encoding, before the library parses them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnx import ModelProto

_MAX_FIELDS = 300_000
_MAX_DEPTH = 24
_VARINT, _FIXED_64, _LENGTH, _FIXED_32 = 0, 1, 2, 5
_MAX_VARINT_LENGTH = 10
_MAX_UNFOLDED = 60_000_000
"""Bytes of memory for packed numbers; an integer of one byte in the file takes four or eight."""

_NOT_LAST = bytes(range(0x80, 0x100))
"""The bytes of a varint that are not its last."""

_DAMAGED = "not an ONNX file, or a damaged one: "


def parsed_model(data: bytes) -> ModelProto:
    """Return the model in `data`; raise ValueError if there is none, or it has too many parts.

    Parameters
    ----------
    data
        The whole file.

    Returns
    -------
    ModelProto
    """
    import onnx
    from google.protobuf.message import DecodeError

    if not data:
        raise ValueError("is empty; expected an ONNX model")
    _Fields(data).check(onnx.ModelProto.DESCRIPTOR)
    try:
        model: ModelProto = onnx.ModelProto.FromString(data)
    except DecodeError:
        raise ValueError(_DAMAGED + "its parts cannot be separated") from None
    if not model.HasField("graph"):
        raise ValueError("not an ONNX file: it holds no graph")
    return model


class _Fields:
    """Walks through the fields without building objects."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.fields = 0
        self.unfolded = 0

    def check(self, descriptor: Any) -> None:
        self._message(0, len(self.data), descriptor, 0)

    def _message(self, start: int, stop: int, descriptor: Any, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise ValueError(f"its parts are nested more than {_MAX_DEPTH} deep")
        known = descriptor.fields_by_number
        position = start
        while position < stop:
            self.fields += 1
            if self.fields > _MAX_FIELDS:
                raise ValueError(f"has more than {_MAX_FIELDS:,} parts; too many for a playground")
            key, position = self._varint(position, stop)
            wire_type = key & 7
            if wire_type == _VARINT:
                _, position = self._varint(position, stop)
            elif wire_type == _FIXED_64:
                position += 8
            elif wire_type == _FIXED_32:
                position += 4
            elif wire_type == _LENGTH:
                length, position = self._varint(position, stop)
                if length > stop - position:
                    raise ValueError(
                        f"{_DAMAGED}at byte {position:,} it announces {length:,} bytes, "
                        f"{stop - position:,} follow"
                    )
                field = known.get(key >> 3)
                if field is not None and field.message_type is not None:
                    self._message(position, position + length, field.message_type, depth + 1)
                elif field is not None and field.type == field.TYPE_STRING:
                    self._text(position, length)
                elif field is not None and field.is_repeated:
                    self._packed(position, length, field)
                position += length
            else:
                raise ValueError(f"{_DAMAGED}at byte {position:,}")
            if position > stop:
                raise ValueError(f"{_DAMAGED}it ends in the middle of a number")

    def _text(self, position: int, length: int) -> None:
        try:
            self.data[position : position + length].decode()
        except UnicodeDecodeError:
            raise ValueError(f"{_DAMAGED}the text at byte {position:,} is not UTF-8") from None

    def _packed(self, position: int, length: int, field: Any) -> None:
        wide = {field.CPPTYPE_INT32: 4, field.CPPTYPE_INT64: 8, field.CPPTYPE_UINT64: 8}
        if field.cpp_type in wide:
            numbers = self.data[position : position + length].translate(None, _NOT_LAST)
            length = len(numbers) * wide[field.cpp_type]
        self.unfolded += length
        if self.unfolded > _MAX_UNFOLDED:
            raise ValueError("holds too many numbers that are not stored as raw data")

    def _varint(self, position: int, stop: int) -> tuple[int, int]:
        value = 0
        for shift in range(0, 7 * _MAX_VARINT_LENGTH, 7):
            if position >= stop:
                raise ValueError(f"{_DAMAGED}it ends in the middle of a number")
            byte = self.data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, position
        raise ValueError(f"{_DAMAGED}at byte {position:,}")
