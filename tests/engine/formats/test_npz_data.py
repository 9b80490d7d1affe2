"""Data sets in .npz files, and what they are read as."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import Dataset
from engine.formats.npz_data import read_npz_data

X = np.arange(24.0).reshape(6, 4) / 7
KINDS = np.array([0, 2, 1, 1, 0, 2])


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def read(**arrays: Any) -> Dataset:
    return read_npz_data(npz(**arrays), "own")


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [("X", "y"), ("inputs", "labels"), ("data", "target"), ("x_train", "y_train"), ("x", "Y")],
)
def test_inputs_and_classes_by_their_names(inputs: str, targets: str) -> None:
    dataset = read(**{inputs: X, targets: KINDS, "x_test": X[:2]})
    assert dataset.inputs.tolist() == X.tolist()
    assert dataset.targets.tolist() == np.eye(3)[KINDS].tolist()
    assert (dataset.task, dataset.classes) == ("multiclass", ("0", "1", "2"))
    assert dataset.notes == ("ignored: 'x_test'",)


def test_names_texts_pictures_and_one_hot() -> None:
    named = read(
        X=X, y=KINDS, target_names=np.array(["s", "t", "u"]), feature_names=np.array([*"abcd"])
    )
    assert (named.classes, named.features) == (("s", "t", "u"), ("a", "b", "c", "d"))
    assert named.targets.tolist() == np.eye(3)[KINDS].tolist()
    texts = read(X=X.reshape(6, 2, 2).astype(">f4"), y=np.array(["no", "yes"] * 3))
    assert (texts.task, texts.classes, texts.inputs.shape) == ("binary", ("no", "yes"), (6, 4))
    assert texts.targets[:, 0].tolist() == [0, 1] * 3
    hot = read(X=X, y=np.eye(3)[KINDS])
    assert (hot.task, hot.classes, hot.targets.tolist()) == (
        "multiclass",
        None,
        np.eye(3)[KINDS].tolist(),
    )


def test_numbers_to_predict() -> None:
    one = read(X=X, y=X[:, :1] * 3)
    assert (one.task, one.targets.tolist()) == ("regression", (X[:, :1] * 3).tolist())
    two = read(X=X[:, 0], y=X[:, 1:3])
    assert (two.inputs.shape, two.targets.tolist()) == ((6, 1), X[:, 1:3].tolist())
    counts = read(X=X, y=np.array([3, 1, 4, 1, 5, 9]))
    assert (counts.task, counts.targets[:, 0].tolist()) == ("regression", [3, 1, 4, 1, 5, 9])


def test_gaps() -> None:
    gappy = X.copy()
    gappy[1, 2] = np.nan
    data = npz(X=gappy, y=X[:, 0])
    with pytest.raises(ValueError, match=r"row 2 of 'X' or its target is NaN \(1 in all\)"):
        read_npz_data(data, "own")
    dropped = read_npz_data(data, "own", missing="drop")
    assert dropped.inputs.tolist() == np.delete(X, 1, axis=0).tolist()
    filled = read_npz_data(data, "own", missing="fill")
    assert filled.inputs[1, 2] == pytest.approx(np.delete(X[:, 2], 1).mean(), rel=1e-15)


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"X": X}, "no arrays of inputs and targets with as many rows"),
        ({"X": X, "y": KINDS[:5]}, "no arrays of inputs and targets"),
        ({"X": X.astype(str), "y": KINDS}, "array 'X' holds U"),
        ({"X": X + np.inf, "y": KINDS}, "array 'X' holds an infinite"),
        ({"X": np.zeros((0, 2)), "y": np.zeros(0)}, "array 'X' is empty"),
        ({"X": X.astype(object), "y": KINDS}, "no arrays of inputs and targets"),
    ],
)
def test_what_is_no_data_set(arrays: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        read(**arrays)


@given(st.data())
def test_damaged_files_are_read_or_refused(draw: st.DataObject) -> None:
    data = bytearray(npz(X=X, y=KINDS, target_names=np.array(["s", "t", "u"])))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    dataset, refusal = None, ""
    try:
        dataset = read_npz_data(bytes(data), "own")
    except ValueError as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert dataset is None or np.isfinite(dataset.inputs).all()


@pytest.mark.parametrize(
    ("first", "second"), [("arr_0", "arr_1"), ("input", "output"), ("observations", "actions")]
)
def test_other_names_of_inputs_and_targets(first: str, second: str) -> None:
    arrays = {first: np.array([[1.0, 2], [3, 4]]), second: np.array([[0.5], [1.5]])}
    dataset = read(**arrays)
    assert dataset.inputs.tolist() == [[1, 2], [3, 4]]
    assert dataset.targets.tolist() == [[0.5], [1.5]]


def test_labels_in_bytes_and_of_objects() -> None:
    inputs = np.array([[1.0], [2], [3]])
    dataset = read(X=inputs, y=np.array([b"no", b"yes", b"no"]))
    assert dataset.classes == ("no", "yes")
    with pytest.raises(ValueError, match=r"'X' 3 × 1; 'y' cannot be read.* y\.astype\(str\)"):
        read(X=inputs, y=np.array(["no", "yes", 1], object))
