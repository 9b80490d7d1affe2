"""Layers of Keras models that are no dense layers: what they become, and models in models."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from engine.formats import read as read_file
from engine.formats.keras import read_keras, read_keras_h5
from engine.formats.reading import OutputUnknownError, Reading, ReadOptions
from tests.engine.formats.keras.keras_files import (
    SOURCE,
    Arrays,
    B,
    W,
    dense,
    functional,
    h5_file,
    keras_file,
    layer,
    node,
    sequential,
)

NOTHING = ReadOptions()
X = np.array([[0.3, -1.2], [2.0, 0.7]])
V, C = np.array([[0.5], [-1.0], [2.0]]), np.array([0.25])
FIRST = np.maximum(X @ W + B, 0.0)


def read(*layers: dict[str, Any], arrays: Arrays | None = None) -> Reading:
    return read_keras(keras_file(sequential(*layers), arrays or {"dense": [W, B]}), NOTHING)


def outputs(reading: Reading) -> Any:
    return reading.session.network.forward(X).outputs


INPUT = layer("InputLayer", "in", batch_shape=[None, 2])


@pytest.mark.parametrize(
    ("layers", "arrays", "expected", "sizes"),
    [
        pytest.param(
            [dense(activation="relu"), layer("Activation", "t", activation="tanh")],
            {},
            np.tanh(FIRST),
            (2, 3, 3),
            id="a second activation",
        ),
        pytest.param(
            [dense(activation="relu"), layer("Rescaling", "r", scale=2.0, offset=-1.0)],
            {},
            2.0 * FIRST - 1.0,
            (2, 3, 3),
            id="a scaling at the end",
        ),
        pytest.param(
            [dense(activation="relu"), layer("BatchNormalization", "n", epsilon=0.5)],
            {"batch_normalization": [B, B, B, B * B]},
            (FIRST - B) / np.sqrt(B * B + 0.5) * B + B,
            (2, 3, 3),
            id="a normalisation at the end",
        ),
        pytest.param(
            [INPUT, layer("Activation", "t", activation="tanh"), dense(activation="relu")],
            {},
            np.maximum(np.tanh(X) @ W + B, 0.0),
            (2, 2, 3),
            id="an activation at the start",
        ),
        pytest.param(
            [dense(), layer("PReLU", "p")],
            {"p_re_lu": [np.full(3, 0.25)]},
            np.where(X @ W + B > 0, X @ W + B, 0.25 * (X @ W + B)),
            (2, 3),
            id="one slope for all",
        ),
        pytest.param(
            [
                layer("InputLayer", "in", batch_shape=[None, 2, 1]),
                layer("Reshape", "r", target_shape=[-1]),
                dense(activation="relu"),
                layer("Reshape", "s", target_shape=[3, 1]),
                layer("Flatten", "f"),
            ],
            {},
            FIRST,
            (2, 3),
            id="new shapes",
        ),
        pytest.param(
            [
                layer("InputLayer", "in", batch_shape=[None, 1, 2]),
                dense(activation="relu"),
                layer("Flatten", "f"),
            ],
            {},
            FIRST,
            (2, 3),
            id="one row",
        ),
        pytest.param(
            [layer("EinsumDense", "e", equation="ab,bc->ac", bias_axes="c", activation="relu")],
            {"einsum_dense": [W, B]},
            FIRST,
            (2, 3),
            id="an equation",
        ),
    ],
)
def test_layers_become_part_of_the_network(
    layers: list[dict[str, Any]], arrays: Arrays, expected: Any, sizes: tuple[int, ...]
) -> None:
    reading = read(*layers, arrays={"dense": [W, B], **arrays})
    assert reading.session.network.sizes == sizes
    np.testing.assert_allclose(outputs(reading), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("layers", "arrays", "reason"),
    [
        (
            [dense(), layer("PReLU", "p")],
            {"p_re_lu": [B]},
            "layer 'p': has a slope for each neuron; only one slope for all can be opened",
        ),
        (
            [layer("EinsumDense", "e", equation="abc,cd->abd")],
            {"einsum_dense": [W]},
            "layer 'e': its equation is not that of a dense layer",
        ),
        (
            [INPUT, layer("Reshape", "r", target_shape=[3]), dense()],
            {},
            "layer 'r': its new shape is not of 2 numbers",
        ),
        ([layer("Reshape", "r"), dense()], {}, "layer 'r': expected a new shape"),
    ],
)
def test_layers_that_do_not(layers: list[dict[str, Any]], arrays: Arrays, reason: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as raised:
        read(*layers, arrays={"dense": [W, B], **arrays})
    assert str(raised.value) == reason


def _nested() -> dict[str, Any]:
    """An encoder and a decoder, each a model of its own with a layer of the same class."""
    encoder = functional(SOURCE, (dense("a", activation="relu"), node("in")))
    decoder = sequential(dense("a", activation="tanh"))
    encoder["config"]["name"], decoder["config"]["name"] = "encoder", "decoder"
    return functional(SOURCE, (encoder, node("in")), (decoder, node("encoder")))


EXPECTED = np.tanh(FIRST @ V + C)


def test_models_in_a_model() -> None:
    arrays: Arrays = {"functional/layers/dense": [W, B], "sequential/layers/dense": [V, C]}
    reading = read_keras(keras_file(_nested(), arrays), NOTHING)
    np.testing.assert_allclose(outputs(reading), EXPECTED, rtol=1e-14)
    del arrays["sequential/layers/dense"]
    with pytest.raises(ValueError, match=r"^layer 'decoder/a' has no weights in the file$"):
        read_keras(keras_file(_nested(), arrays), NOTHING)


def test_models_in_a_model_of_the_older_form() -> None:
    data = io.BytesIO(h5_file(_nested(), {}))
    with h5py.File(data, "r+") as h5:
        for model, parts in (("encoder", (W, B)), ("decoder", (V, C))):
            group = h5.create_group(f"model_weights/{model}")
            names = [f"{model}/a/kernel:0", f"{model}/a/bias:0"]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, parts, strict=True):
                group[name] = array
    reading = read_keras_h5(data.getvalue(), NOTHING)
    np.testing.assert_allclose(outputs(reading), EXPECTED, rtol=1e-14)


def test_models_that_are_nested_deeply() -> None:
    model = sequential(dense())
    for depth in range(30):
        model["config"]["name"] = f"m{depth}"
        model = sequential(model)
    with pytest.raises(ValueError, match=r"^configuration: more than 20 models in each other$"):
        read_keras(keras_file(model, {"dense": [W, B]}), NOTHING)


def _two_heads(tmp_path: Path, **config: Any) -> Path:
    model = functional(
        SOURCE,
        (dense("body", activation="relu"), node("in")),
        (dense("policy", units=1), node("body")),
        (dense("value", units=3), node("body")),
    )
    model["config"] |= config
    path = tmp_path / "heads.keras"
    arrays: Arrays = {"dense": [W, B], "dense_1": [V, C], "dense_2": [np.eye(3), B]}
    path.write_bytes(keras_file(model, arrays))
    return path


@pytest.mark.parametrize("config", [{}, {"output_layers": [["policy", 0, 0], ["value", 0, 0]]}])
def test_one_of_several_outputs_is_chosen(config: dict[str, Any], tmp_path: Path) -> None:
    path = _two_heads(tmp_path, **config)
    with pytest.raises(OutputUnknownError) as raised:
        read_file(path)
    assert raised.value.outputs == (("policy", 1), ("value", 3))
    reading = read_file(path, output="policy")
    np.testing.assert_allclose(outputs(reading), FIRST @ V + C, rtol=1e-14)
    assert reading.notes == ("output 'value': left out",)
    np.testing.assert_allclose(outputs(read_file(path, output="value")), FIRST + B, rtol=1e-14)
    with pytest.raises(ValueError, match=r"^has no output 'q'; it has 'policy', 'value'$"):
        read_file(path, output="q")


def test_inputs_that_are_set_side_by_side() -> None:
    sources = [
        (layer("InputLayer", name, batch_shape=[None, size]), list[Any]())
        for name, size in (("speed", 1), ("place", 2))
    ]
    joined = [{"args": [[node("place"), node("speed")]], "kwargs": {}}]
    model = functional(*sources, (layer("Concatenate", "all"), joined), (dense(), node("all")))
    weights = np.vstack([W, [7.0, 8.0, 9.0]])
    reading = read_keras(keras_file(model, {"dense": [weights, B]}), NOTHING)
    assert reading.session.features == ("place[1]", "place[2]", "speed")
    np.testing.assert_array_equal(reading.session.network.layers[0].weights, weights.T)
    assert reading.notes == ("layer 'all' (Concatenate): 2 inputs are read as one",)
