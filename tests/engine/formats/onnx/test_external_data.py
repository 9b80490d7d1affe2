"""Tensors in a file beside an ONNX model, and anything else that such a file may be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto

from engine.formats import load, read
from tests.engine.formats.onnx.onnx_models import WEIGHTS, model, node


def refusal(path: Path) -> str:
    with pytest.raises(ValueError, match=r"\S") as raised:
        read(path)
    reason = str(raised.value)
    assert reason.isprintable()
    assert len(reason) < 400
    return reason


def external(folder: Path, location: str = "data.bin", **entries: Any) -> Path:
    """A model that declares its weights in another file, 24 bytes of float32."""
    weights = TensorProto(name="w", data_type=1, dims=[3, 2], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **entries}.items():
        weights.external_data.append(onnx.StringStringEntryProto(key=key, value=str(value)))
    path = folder / "model.onnx"
    given = model([node("MatMul", ["x", "w"], "y")], {"w": weights})
    path.write_bytes(given.SerializeToString())
    return path


DATA = WEIGHTS.T.astype("<f4").tobytes()


@pytest.mark.parametrize("location", ["data.bin", "./data.bin", "inner/data.bin"])
def test_tensors_beside_the_model(location: str, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / location).write_bytes(b"12345678" + DATA)
    path = external(tmp_path, location, offset=8, length=24)
    assert load(path).network.layers[0].weights.tolist() == WEIGHTS.tolist()


@pytest.mark.parametrize(
    "location",
    [
        "../data.bin",
        "/etc/hostname",
        "inner/../../data.bin",
        "",
        ".",
        "a//b",
        "C:data",
        "a\\b",
        "a/",
    ],
)
def test_tensors_elsewhere_are_not_read(location: str, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "data.bin").write_bytes(DATA)
    path = external(tmp_path / "inner", location)
    assert "only files in the folder of the model are read" in refusal(path)


def soft_link(folder: Path) -> None:
    (folder / "secret").write_bytes(DATA)
    (folder / "data.bin").symlink_to(folder / "secret")


def hard_link(folder: Path) -> None:
    (folder / "secret").write_bytes(DATA)
    os.link(folder / "secret", folder / "data.bin")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "data.bin")


def sub_folder(folder: Path) -> None:
    (folder / "data.bin").mkdir()


def short(folder: Path) -> None:
    (folder / "data.bin").write_bytes(DATA[:-1])


def nothing(folder: Path) -> None:
    assert not (folder / "data.bin").exists()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (soft_link, "is a link; copy the file itself beside the model"),
        (hard_link, "is a link; copy the file itself beside the model"),
        (pipe, "is not a regular file"),
        (sub_folder, "is not a regular file"),
        (short, "has 23 bytes, the tensor would end at 24"),
        (nothing, "cannot be read: No such file or directory"),
    ],
)
def test_files_that_hold_no_tensor(
    make: Callable[[Path], None], reason: str, tmp_path: Path
) -> None:
    path = external(tmp_path)
    make(tmp_path)
    assert refusal(path) == f"tensor 'w': 'data.bin' {reason}"


def test_a_folder_that_is_a_link_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "data.bin").write_bytes(DATA)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "inner").symlink_to(tmp_path / "outside")
    path = external(tmp_path / "models", "inner/data.bin")
    assert "is a link" in refusal(path)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"offset": "-8"}, "tensor 'w': offset of its external data is '-8', not a whole number"),
        ({"offset": 1 << 63}, "tensor 'w': offset of its external data is"),
        ({"offset": 4}, "tensor 'w': 'data.bin' has 24 bytes, the tensor would end at 28"),
        ({"length": 1 << 50}, "tensor 'w': its external data has 1,125,899,906,842,624 bytes, exp"),
    ],
)
def test_ranges_that_are_not_in_the_file(
    entries: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    (tmp_path / "data.bin").write_bytes(DATA)
    assert refusal(external(tmp_path, "data.bin", **entries)).startswith(reason)


@pytest.mark.parametrize(("offset", "fits"), [(0, True), (24, True), (8, False)])
def test_tensors_that_overlap(offset: int, fits: bool, tmp_path: Path) -> None:
    """An identical range is a shared tensor."""
    (tmp_path / "data.bin").write_bytes(DATA * 2)
    tensors = {}
    for name, start in (("w", 0), ("v", offset)):
        one = TensorProto(name=name, data_type=1, data_location=TensorProto.EXTERNAL, dims=[3, 2])
        for key, value in {"location": "data.bin", "offset": str(start)}.items():
            one.external_data.append(onnx.StringStringEntryProto(key=key, value=value))
        tensors[name] = one
    nodes = [
        node("MatMul", ["x", "w"], "m"),
        node("Relu", ["m"], "r"),
        node("Gemm", ["r", "v"], "y", transB=1),
    ]
    path = tmp_path / "model.onnx"
    path.write_bytes(model(nodes, tensors).SerializeToString())
    if fits:
        assert load(path).network.sizes == (3, 2, 3)
    else:
        assert refusal(path) == "tensor 'v': its external data overlaps with another tensor's"
