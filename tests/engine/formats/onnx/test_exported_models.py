"""Files that scikit-learn and PyTorch exported: same outputs, names and activations.

tests/data/onnx/make.py made them, and outputs.json beside them, from the frameworks themselves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from engine.formats import read, save

FOLDER = Path(__file__).parents[3] / "data" / "onnx"
EXPORTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "outputs.json").read_text("utf-8"))

# The framework itself rounds its sums to so few digits.
COARSE = {"torch-float16": 2e-3, "torch-bfloat16": 2e-2}


def test_every_file_has_its_outputs() -> None:
    assert {path.stem for path in FOLDER.glob("*.onnx")} == set(EXPORTED)


@pytest.mark.parametrize("name", EXPORTED)
def test_an_exported_file_gives_the_outputs_of_its_framework(name: str) -> None:
    expected = EXPORTED[name]
    session = read(FOLDER / f"{name}.onnx").session
    outputs = session.network.forward(expected["inputs"]).outputs
    tolerance = COARSE.get(name, 2e-6)
    np.testing.assert_allclose(outputs, expected["outputs"], rtol=tolerance, atol=tolerance)
    if expected["double"] is not None:
        np.testing.assert_allclose(outputs, expected["double"], rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", EXPORTED)
def test_an_exported_file_keeps_activations_classes_and_task(name: str) -> None:
    expected = EXPORTED[name]
    session = read(FOLDER / f"{name}.onnx").session
    assert [layer.activation.text for layer in session.network.layers] == expected["activations"]
    assert session.classes == (None if expected["classes"] is None else (*expected["classes"],))
    assert session.task == expected["task"]


@pytest.mark.parametrize("name", EXPORTED)
def test_an_exported_file_is_written_back_unchanged(name: str, tmp_path: Path) -> None:
    reading = read(FOLDER / f"{name}.onnx")
    save(reading.session, tmp_path / "copy.onnx", "float64")
    copy = read(tmp_path / "copy.onnx")
    for one, other in zip(reading.session.network.layers, copy.session.network.layers, strict=True):
        assert one.weights.tobytes() == other.weights.tobytes()
        assert one.bias.tobytes() == other.bias.tobytes()
        assert one.activation == other.activation
    folded = any("folded" in note for note in reading.notes)
    if reading.dtype == "float32" and not folded:
        assert copy.dtype == "float32"


def test_what_was_folded_or_left_out_is_told() -> None:
    assert read(FOLDER / "torch-digits-script.onnx").notes == (
        "input 'x': its samples of 1×8×8 are read as one row each",
        "node '/norm/BatchNormalization' (BatchNormalization): folded into layer 1",
        "layer 2 has no bias in the file: taken as 0",
    )
    [tail, scaler] = read(FOLDER / "sklearn-cancer.onnx").notes
    assert tail.endswith("after the outputs: read as classes")
    assert scaler == "node 'Scaler' (Scaler): folded into layer 1"


def test_layers_are_called_as_their_weights() -> None:
    layers = read(FOLDER / "torch-digits-dynamo.onnx").session.network.layers
    assert [layer.name for layer in layers] == ["fc1", "fc2"]


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("torch-iris", "float32"),
        ("torch-float16", "float16"),
        ("torch-bfloat16", "bfloat16"),
        ("torch-diabetes-double", "float64"),
        ("sklearn-cancer-double", "float64"),
    ],
)
def test_the_kind_of_numbers_is_told(name: str, dtype: str) -> None:
    assert read(FOLDER / f"{name}.onnx").dtype == dtype


def test_one_file_keeps_its_tensors_beside_it() -> None:
    model = onnx.load(FOLDER / "torch-external.onnx", load_external_data=False)
    assert any(tensor.external_data for tensor in model.graph.initializer)
