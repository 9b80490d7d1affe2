"""One layer from a huge file: only what is asked for is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from engine import files
from engine.formats import borrow as borrowing
from engine.formats.borrow import borrow, list_tensors
from tests.engine.formats.tensors.tensor_files import KINDS, safetensors, with_header

W = np.arange(12.0).reshape(4, 3)
B = np.array([10.0, 20.0, 30.0, 40.0])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    path.write_bytes(safetensors({"a.weight": W, "a.bias": B, "b.weight": W + 100}, "F32"))
    return path


def test_tensors_are_listed(small: Path) -> None:
    listed = list_tensors(small)
    assert [(t.name, t.shape, t.dtype, t.n_bytes) for t in listed] == [
        ("a.weight", (4, 3), "F32", 48),
        ("a.bias", (4,), "F32", 16),
        ("b.weight", (4, 3), "F32", 48),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("neurons", [None, slice(1, 3), slice(None, None, -2), [3, 0], [2]])
@pytest.mark.parametrize("inputs", [None, slice(1, None), [2, 0], [1]])
def test_chosen_neurons_and_inputs(
    tmp_path: Path, kind: str, neurons: slice | list[int] | None, inputs: slice | list[int] | None
) -> None:
    rows = slice(None) if neurons is None else neurons
    columns = slice(None) if inputs is None else inputs
    for transposed in (False, True):
        path = tmp_path / "net.safetensors"
        path.write_bytes(safetensors({"w": W.T if transposed else W, "b": B}, kind))
        session = borrow(path, "w", "b", neurons, inputs, "tanh", transposed)
        (layer,) = session.network.layers
        np.testing.assert_array_equal(layer.weights, W[rows][:, columns])
        np.testing.assert_array_equal(layer.bias, B[rows])
        assert layer.activation.name == "tanh"
        assert layer.name == session.title == "w"


def test_without_a_bias_it_is_zero(small: Path) -> None:
    session = borrow(small, "b.weight", neurons=[1])
    assert session.network.layers[0].bias.tolist() == [0]
    assert session.network.layers[0].activation.name == "identity"


def test_only_the_bytes_asked_for_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sparse file of 6 GB, which takes a few kilobytes on disk."""
    rows, columns = 50_000, 60_000
    end = rows * columns * 2
    header = {
        "big": {"dtype": "BF16", "shape": [rows, columns], "data_offsets": [0, end]},
        "bias": {"dtype": "F32", "shape": [rows], "data_offsets": [end, end + 4 * rows]},
    }
    path = tmp_path / "huge.safetensors"
    start = with_header(header)
    with path.open("wb") as file:
        file.write(start)
        file.seek(len(start) + (40_000 * columns + 7) * 2)
        file.write(np.array([1.5, -2.0], "<f4").view("<u2")[1::2].tobytes())
        file.truncate(len(start) + end + 4 * rows)
    n_read = 0

    class Counting:
        def __init__(self, file: BinaryIO) -> None:
            self.file = file

        def __enter__(self) -> Counting:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def read(self, count: int) -> bytes:
            nonlocal n_read
            n_read += count
            return self.file.read(count)

        def seek(self, place: int) -> int:
            return self.file.seek(place)

        def fileno(self) -> int:
            return self.file.fileno()

    monkeypatch.setattr(borrowing, "open_regular", lambda path: Counting(files.open_regular(path)))
    assert [entry.name for entry in list_tensors(path)] == ["big", "bias"]
    assert n_read == len(start)
    session = borrow(path, "big", "bias", [40_000, 3], [7, 8, 9])
    assert session.network.layers[0].weights.tolist() == [[1.5, -2.0, 0.0], [0.0, 0.0, 0.0]]
    assert n_read < 3 * len(start) + 2 * 3 * 2 + 4 * rows
    with pytest.raises(ValueError, match=r"^3,000,050,000 numbers; at most 6,000,000 are opened"):
        borrow(path, "big")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("a.wieght",), "there is no tensor 'a.wieght'; did you mean 'a.weight'?"),
        (("a.bias",), "'a.bias' is 4, expected a matrix"),
        (("a.weight", "b.weight"), "'b.weight' is 4 × 3, expected a row of biases"),
        (("a.weight", None, [4]), "neuron 5 does not exist; there are 4"),
        (("a.weight", None, [-1]), "neuron 0 does not exist; there are 4"),
        (("a.weight", None, None, [3]), "input 4 does not exist; there are 3"),
        (("a.weight", None, []), "no neuron is chosen; there are 4"),
        (("a.weight", None, slice(4, 9)), "no neuron is chosen; there are 4"),
    ],
)
def test_what_is_not_there_is_refused(
    small: Path,
    arguments: tuple[str, str | None, slice | list[int] | None, slice | list[int] | None],
    reason: str,
) -> None:
    with pytest.raises(ValueError, match=r"^(?s:.*)$") as raised:
        borrow(small, *arguments)
    assert str(raised.value) == reason


def test_a_bias_of_another_layer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    path.write_bytes(safetensors({"w": W, "b": B[:3], "i": [[np.inf]]}))
    with pytest.raises(ValueError, match=r"^'b' has 3 numbers, expected 4, one for each neuron of"):
        borrow(path, "w", "b")
    with pytest.raises(ValueError, match=r"^'i'\[1\]\[1\] is inf, not a finite number$"):
        borrow(path, "i")


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, kind in ((tmp_path, "a folder"), (tmp_path / "pipe", "a pipe")):
        with pytest.raises(ValueError, match=rf"^is {kind}, not a file$"):
            list_tensors(path)
        with pytest.raises(ValueError, match=rf"^is {kind}, not a file$"):
            borrow(path, "a")
    with pytest.raises(FileNotFoundError):
        list_tensors(tmp_path / "none")
