"""Files that scikit-learn, PyTorch and Keras wrote give the outputs of those frameworks."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.formats import is_widened, load, read, save
from engine.formats.reading import ActivationsUnknownError

MODELS = Path(__file__).parents[2] / "data" / "models"
CASES: dict[str, dict[str, Any]] = json.loads((MODELS / "tensors.json").read_text())

DTYPES = {
    "torch-breast-cancer": "float64",
    "torch-diabetes": "float16",
    "torch-digits": "bfloat16",
}


@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_the_framework(name: str) -> None:
    case = CASES[name]
    session = load(MODELS / name, case["activations"])
    outputs = session.network.forward(case["inputs"]).outputs
    np.testing.assert_allclose(outputs, case["outputs"], rtol=2e-6, atol=2e-6)
    np.testing.assert_allclose(outputs, case["float64"], rtol=1e-13)


@pytest.mark.parametrize("name", CASES)
def test_the_kind_of_number_is_told(name: str) -> None:
    reading = read(MODELS / name, CASES[name]["activations"])
    usual = "float64" if name.startswith("scikit-learn") else "float32"
    assert reading.dtype == DTYPES.get(name.split(".")[0], usual)


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["activations"]])
def test_activations_are_asked_for_where_the_file_has_none(name: str) -> None:
    n_layers = len(CASES[name]["activations"])
    with pytest.raises(ActivationsUnknownError, match="--activations relu,") as raised:
        load(MODELS / name)
    assert raised.value.n_layers == n_layers
    assert f"each of the {n_layers} layers" in str(raised.value)
    with pytest.raises(ValueError, match=f"^1 activation given, expected {n_layers}, one for"):
        load(MODELS / name, ["relu"])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_numbers_come_back_as_they_were(name: str, suffix: str, tmp_path: Path) -> None:
    reading = read(MODELS / name, CASES[name]["activations"])
    # What a normalisation was folded into is no number of float32 any more.
    folded = is_widened(reading.session, tmp_path / f"copy{suffix}", reading.dtype)
    assert folded == name.startswith("keras-iris")
    with pytest.warns(UserWarning, match="as float64") if folded else nullcontext():
        save(reading.session, tmp_path / f"copy{suffix}", reading.dtype)
    again = read(tmp_path / f"copy{suffix}")
    for layer, copy in zip(
        reading.session.network.layers, again.session.network.layers, strict=True
    ):
        assert layer.weights.tobytes() == copy.weights.tobytes()
        assert layer.bias.tobytes() == copy.bias.tobytes()
        assert (layer.activation, layer.name) == (copy.activation, copy.name)


def test_numbers_of_float32_are_written_so_until_one_no_longer_is(tmp_path: Path) -> None:
    from engine import SetBias

    reading = read(MODELS / "torch-iris.safetensors", ["relu", "softmax"])
    path = tmp_path / "net.safetensors"
    save(reading.session, path, reading.dtype)
    assert read(path).dtype == "float32"
    loaded = load(path)
    assert loaded.origin is not None
    assert loaded.origin.dtype == "float32"
    save(loaded, path)
    assert read(path).dtype == "float32"
    for dtype in (reading.dtype, None):
        with pytest.warns(UserWarning, match=r"^net\.safetensors: written as float64"):
            save(SetBias(0, 0, 0.1).apply(loaded), path, dtype)
        assert read(path).dtype == "float64"
    save(reading.session, path)
    assert read(path).dtype == "float32"
    save(reading.session, path, "float64")
    assert read(path).dtype == "float64"


def test_what_was_folded_or_left_out_is_told() -> None:
    notes = read(MODELS / "keras-iris.keras").notes
    assert notes == (
        "layer 'normalization' (Normalization): folded into layer 1",
        "layer 'batch_normalization' (BatchNormalization): folded into layer 2",
        "layer 'dropout' (Dropout) acts in training only: left out",
        "layer 'batch_normalization_1' (BatchNormalization): folded into layer 2",
    )
    session = load(MODELS / "keras-iris.keras")
    assert session.title == "iris_classifier"
    assert [layer.name for layer in session.network.layers] == ["dense", "dense_1", "the_classes"]
    assert session.network.layers[1].activation.text == "leaky_relu(0.1)"
    wine = read(MODELS / "torch-wine.safetensors", ["silu", "gelu", "relu", "softmax"])
    assert wine.notes == ("layer 3 has no bias in the file: taken as 0",)
    assert [layer.name for layer in wine.session.network.layers] == ["fc1", "fc2", "fc10", "out"]
