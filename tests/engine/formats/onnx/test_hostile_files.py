"""ONNX files that are damaged or malicious: one line, in little time and memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from engine.formats import load, read
from tests.engine.formats.onnx.onnx_models import BIAS, WEIGHTS, dense, model, node

FOLDER = Path(__file__).parents[3] / "data" / "onnx"
STATUS = Path("/proc/self/status")
FILES = [path.read_bytes() for path in sorted(FOLDER.glob("*.onnx"))]


def refusal(path: Path) -> str:
    with pytest.raises(ValueError, match=r"\S") as raised:
        read(path)
    reason = str(raised.value)
    assert reason.isprintable()
    assert len(reason) < 400
    return reason


def field(number: int, data: bytes) -> bytes:
    """A part of a message: its number, its length, its bytes."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    data = b""
    while value > 0x7F:
        data += bytes([value & 0x7F | 0x80])
        value >>= 7
    return data + bytes([value])


def nested(depth: int) -> bytes:
    """Graphs in attributes of nodes of graphs."""
    graph = b""
    for _ in range(depth):
        graph = field(1, field(5, field(6, graph)))
    return field(7, graph)


BYTES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty; expected an ONNX model"),
    "text": (b"not a model", "not an ONNX file, or a damaged one"),
    "zeros": (b"\0" * 1_000_000, "has more than 300,000 parts"),
    "many nodes": (field(7, b"\x0a\x00" * 2_000_000), "has more than 300,000 parts"),
    "unknown parts": (b"\xf8\x07\x01" * 1_000_000, "has more than 300,000 parts"),
    "nested graphs": (nested(100), "its parts are nested more than 24 deep"),
    "too long a part": (varint(7 << 3 | 2) + varint(1 << 40), "not an ONNX file, or a damaged one"),
    "too long a number": (b"\xff" * 100, "not an ONNX file, or a damaged one"),
    "a name that is no text": (
        field(7, field(2, b"\xff\xfe")),
        "not an ONNX file, or a damaged one: the text at byte",
    ),
    "packed whole numbers": (
        field(7, field(5, field(7, b"\x01" * 9_000_000))),
        "holds too many numbers that are not stored as raw data",
    ),
}


@pytest.mark.parametrize(("data", "reason"), BYTES.values(), ids=BYTES)
def test_bytes_that_are_no_model(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    assert refusal(path).startswith(reason)


def tensor(**parts: Any) -> TensorProto:
    return TensorProto(name="w", **parts)


TENSORS: dict[str, tuple[TensorProto, str]] = {
    "a huge shape": (tensor(data_type=1, dims=[1 << 31, 1 << 31]), "4,611,686,018,427,387,904 num"),
    "a huge empty shape": (tensor(data_type=1, dims=[0, 1 << 62]), "tensor 'w': 4,611,686,018,42"),
    "a negative size": (tensor(data_type=1, dims=[-1, 2]), "tensor 'w': its shape is not one"),
    "many dimensions": (tensor(data_type=1, dims=[1] * 9), "tensor 'w': its shape is not one"),
    "too few bytes": (
        tensor(data_type=1, dims=[3, 2], raw_data=b"1234"),
        "tensor 'w': 4 bytes, its shape asks for 24",
    ),
    "too many numbers": (
        tensor(data_type=11, dims=[3, 2], double_data=[1.0] * 7),
        "tensor 'w': 7 numbers, its shape asks for 6",
    ),
    "an unknown kind": (
        tensor(data_type=17, dims=[3, 2], raw_data=b"123456"),
        "tensor 'w': its numbers are of a kind that is not read",
    ),
    "a float16 out of range": (
        tensor(data_type=10, dims=[1, 1], int32_data=[70_000]),
        "tensor 'w': a number is out of the range of its kind",
    ),
    "external data unsaid": (
        tensor(
            data_type=1,
            dims=[1, 1],
            raw_data=b"1234",
            external_data=[onnx.StringStringEntryProto(key="location", value="x")],
        ),
        "tensor 'w': names external data, and says that it has none",
    ),
}


@pytest.mark.parametrize(("given", "reason"), TENSORS.values(), ids=TENSORS)
def test_tensors_that_are_not_what_they_declare(
    given: TensorProto, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model([node("MatMul", ["x", "w"], "y")], {"w": given}).SerializeToString())
    assert refusal(path).startswith(reason)


def relu_chain() -> list[onnx.NodeProto]:
    nodes = [dense("t0"), *(node("Relu", [f"t{k}"], f"t{k + 1}") for k in range(5_000))]
    return [*nodes, node("Relu", ["t5000"], "y")]


def product_chain() -> list[onnx.NodeProto]:
    nodes = [dense("t0"), *(node("Mul", [f"t{k}", f"t{k}"], f"t{k + 1}") for k in range(5_000))]
    return [*nodes, node("Relu", ["t5000"], "y")]


def scaling_chain() -> list[onnx.NodeProto]:
    nodes = [dense("t0"), *(node("Mul", [f"t{k}", "c"], f"t{k + 1}") for k in range(5_000))]
    return [*nodes, node("Relu", ["t5000"], "y")]


def wide() -> list[onnx.NodeProto]:
    nodes = [dense("t"), *(node("Relu", ["t"], f"r{k}") for k in range(5_000))]
    return [*nodes, node("Concat", [f"r{k}" for k in range(5_000)], "y", axis=1)]


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        (relu_chain, "node 'Relu-t1001' (Relu): at most 1,000 layers are opened"),
        (product_chain, "node 'Mul-t1' (Mul): joins branches; only one path of dense"),
        (scaling_chain, "node 'Mul-t101' (Mul): more than 100 scalings in a row"),
        (wide, "'t' goes to node 'Relu-r0' (Relu) and node 'Relu-r1' (Relu): only one path"),
    ],
)
def test_graphs_that_keep_the_reader_busy(
    nodes: Callable[[], list[onnx.NodeProto]], reason: str, tmp_path: Path
) -> None:
    given = model(nodes(), {"w": WEIGHTS, "b": BIAS, "c": np.array(1.0 + 2.0**-9)})
    path = tmp_path / "model.onnx"
    path.write_bytes(given.SerializeToString())
    assert refusal(path).startswith(reason)


@pytest.mark.parametrize("key", ["nn-play", "classes"])
def test_metadata_that_is_made_to_do_harm(key: str, tmp_path: Path) -> None:
    """It is left out: the graph is what counts."""
    given = model([dense()], {"w": WEIGHTS, "b": BIAS})
    helper.set_model_props(given, {key: "[" * 500_000, "title": "\x1b[31m"})
    path = tmp_path / "model.onnx"
    path.write_bytes(given.SerializeToString())
    assert load(path).classes is None


@pytest.mark.skipif(not STATUS.exists(), reason="the system has no /proc/self/status")
def test_the_memory_that_large_and_hostile_files_take(tmp_path: Path) -> None:
    script = """
import re, sys
from pathlib import Path
from engine.formats import read
for path in sys.argv[1:]:
    try:
        read(path)
    except ValueError:
        pass
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
    side = 2_200  # 19 MB of float32
    weights = np.ones((side, side), dtype=np.float32)
    half = TensorProto(name="w", data_type=10, dims=[2_000, 2_000])
    half.int32_data.extend([0x3C00] * 4_000_000)
    large = {
        "raw": numpy_helper.from_array(weights, "w"),
        "typed": helper.make_tensor("w", 1, weights.shape, weights.ravel(), raw=False),
        "half": half,
    }
    paths = []
    for name, values in large.items():
        path = tmp_path / f"{name}.onnx"
        given = model([node("MatMul", ["x", "w"], "y")], {"w": values}, None)
        path.write_bytes(given.SerializeToString())
        paths.append(path)
    for name, data in {
        "nodes": field(7, b"\x0a\x00" * 9_000_000),
        "numbers": field(7, field(5, field(7, b"\x01" * 19_000_000))),
    }.items():
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(data)
        paths.append(path)
    for path in paths:
        result = subprocess.run(
            [sys.executable, "-c", script, os.fspath(path)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[4],
        )
        assert re.fullmatch(r"\d+\n", result.stdout)
        assert 20_000 < int(result.stdout) < 300_000


changes = st.lists(
    st.tuples(
        st.sampled_from(["set", "flip", "cut", "insert", "repeat", "end"]),
        st.integers(0, 1 << 20),
        st.integers(0, 255),
        st.binary(max_size=12),
    ),
    min_size=1,
    max_size=12,
)


def changed(data: bytes, steps: list[tuple[str, int, int, bytes]]) -> bytes:
    damaged = bytearray(data)
    for kind, where, value, more in steps:
        at = where % max(1, len(damaged))
        match kind:
            case "set":
                damaged[at : at + 1] = bytes([value])
            case "flip":
                damaged[at : at + 1] = bytes(byte ^ 1 << value % 8 for byte in damaged[at : at + 1])
            case "cut":
                del damaged[at : at + value % 20]
            case "insert":
                damaged[at:at] = more
            case "repeat":
                damaged[at:at] = damaged[at : at + value]
            case _:
                del damaged[at:]
    return bytes(damaged)


@given(data=st.sampled_from(FILES), steps=changes)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_opened_or_refused_in_one_line(
    data: bytes, steps: list[tuple[str, int, int, bytes]], tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(changed(data, steps))
    reason = ""
    try:
        session = load(path)
    except ValueError as error:
        reason = str(error)
    else:
        assert all(layer.not_finite is None for layer in session.network.layers)
    assert reason.isprintable()
    assert len(reason) < 400
