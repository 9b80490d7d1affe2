"""Broken and hostile safetensors files are refused in one line that says where."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine.formats.reading import ReadOptions
from engine.formats.safetensors import read_safetensors
from engine.nn.activations import activation
from tests.engine.formats.tensors.tensor_files import safetensors, with_header

OPTIONS = ReadOptions((activation("relu"),))


def entry(shape: Any, start: Any, end: Any, dtype: Any = "F64") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


WHOLE = safetensors({"0.weight": [[1.0, 2.0]], "0.bias": [3.0]})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is too short for a safetensors file"),
        (WHOLE[:7], "is too short for a safetensors file"),
        (b"\xff" * 9, "is cut off, or not a safetensors file: its header would have 18,4"),
        (WHOLE[:50], "is cut off, or not a safetensors file"),
        (WHOLE[:-1], "is cut off: tensor '0.bias' ends 1 bytes beyond the file"),
        (WHOLE + b"x", "1 bytes after the last tensor belong to none"),
        ((17_000_000).to_bytes(8, "little") + bytes(17_000_000), "its header has 17,000,000 byt"),
        (with_header(b"{"), "header: is not JSON, at character 2"),
        (with_header(b"[]"), "header: is not a JSON object"),
        (with_header(b"\xff{}"), "header: is not UTF-8 text"),
        (with_header(b'{"a":' + b"[" * 100_000), "header: is nested too deeply"),
        (with_header(b'{"a":' + b"[" * 500_000), "header: too many values"),
        (with_header(b'{"":{},' + b'"":{},' * 400_000), "header: too many values"),
        (with_header(b'{"a":1' + b"0" * 5000 + b"}"), "header: a number of 5,001 digits"),
        (with_header(b'{"a":NaN}'), "header: NaN is not a number that JSON knows"),
        (with_header(b'{"a":1,"a":2}'), "header: 'a' is given twice"),
        (with_header({"__metadata__": {"a": 1}}), "header: __metadata__ is not a table of texts"),
        (with_header({}), "has no tensors"),
        (with_header({"a": 1}), "tensor 'a': expected dtype, shape and data_offsets"),
        (with_header({"a": entry([1], 0, 8, "F7")}, bytes(8)), "tensor 'a': unknown dtype 'F7'"),
        (with_header({"a": entry([1], 0, 8, [])}, bytes(8)), "tensor 'a': unknown dtype '[]'"),
        (with_header({"a": entry([-1], 0, 8)}, bytes(8)), "tensor 'a': its shape is not a list"),
        (with_header({"a": entry([True], 0, 8)}, bytes(8)), "tensor 'a': its shape is not a list"),
        (with_header({"a": entry([1.0], 0, 8)}, bytes(8)), "tensor 'a': its shape is not a list"),
        (with_header({"a": entry([1] * 9, 0, 8)}, bytes(8)), "tensor 'a': its shape is not a list"),
        (with_header({"a": entry([2**40] * 8, 0, 8)}, bytes(8)), "tensor 'a': has 8 bytes, its"),
        (with_header({"a": entry([1], 8, 0)}, bytes(8)), "tensor 'a': has -8 bytes, its shape"),
        (with_header({"a": entry([1], None, 8)}, bytes(8)), "tensor 'a': its data_offsets are"),
        (
            with_header({"a": entry([2], 0, 16), "b": entry([1], 8, 16)}, bytes(16)),
            "tensors 'a' and 'b' overlap",
        ),
        (
            with_header({"a": entry([1], 0, 8), "b": entry([1], 0, 8)}, bytes(8)),
            "tensors 'a' and 'b' overlap",
        ),
        (
            with_header({"a": entry([1], 0, 8), "b": entry([1], 9, 17)}, bytes(17)),
            "1 bytes before tensor 'b' belong to none",
        ),
        (with_header({"a": entry([1], 1, 9)}, bytes(9)), "1 bytes before the first tensor belong"),
        (
            with_header({"a": entry([3], 0, 24, "I64")}, bytes(24)),
            "tensor 'a' holds I64; weights are read as F16, BF16, F32, F64",
        ),
        (
            with_header({"a": entry([7_000_000], 0, 14_000_000, "F16")}, bytes(14_000_000)),
            "7,000,000 numbers; at most 6,000,000 are opened as a network",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "file",
)
def test_a_broken_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$") as raised:
        read_safetensors(data, OPTIONS)
    assert str(raised.value).startswith(reason)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ["F16", "F32", "F64"])
def test_a_number_that_is_not_finite_is_placed(number: float, kind: str) -> None:
    data = safetensors({"fc.weight": [[1, 2, 3], [4, number, 6]], "fc.bias": [0, 0]}, kind)
    with pytest.raises(ValueError, match=rf"^'fc\.weight'\[2\]\[2\] is {number}, not a finite num"):
        read_safetensors(data, OPTIONS)


def test_a_signalling_nan_does_not_warn() -> None:
    data = safetensors({"w.weight": [[1.0]]}, "F32")[:-4] + b"\x01\x00\xa0\x7f"
    with pytest.raises(ValueError, match=r"^'w\.weight'\[1\]\[1\] is nan"):
        read_safetensors(data, OPTIONS)


@pytest.mark.parametrize("name", ["\x1b]0;owned\x07.weight", "[/]\u202ex" * 1000, "\ud800"])
def test_names_in_errors_are_short_and_printable(name: str) -> None:
    header = json.dumps({name: {}}).encode()
    with pytest.raises(ValueError, match="expected dtype, shape") as raised:
        read_safetensors(with_header(header), OPTIONS)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 150
