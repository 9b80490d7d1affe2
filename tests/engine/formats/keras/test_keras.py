"""Keras models: what is read, folded, left out and refused."""

from __future__ import annotations

import io
from typing import Any

import h5py
import numpy as np
import pytest

from engine.formats.keras import read_keras, read_keras_h5
from engine.formats.reading import ActivationsUnknownError, Reading, ReadOptions
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
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
    weights_file,
    weights_h5_file,
)

NOTHING = ReadOptions()
TWO = ReadOptions((activation("relu"), activation("identity")))
X = np.array([[0.3, -1.2], [2.0, 0.7]])


def read(*layers: dict[str, Any], arrays: Arrays | None = None) -> Reading:
    given = {"dense": [W, B]} if arrays is None else arrays
    return read_keras(keras_file(sequential(*layers), given), NOTHING)


def test_a_kernel_is_turned() -> None:
    reading = read(dense(activation="tanh"))
    (ours,) = reading.session.network.layers
    np.testing.assert_array_equal(ours.weights, W.T)
    np.testing.assert_array_equal(ours.bias, B)
    assert (ours.name, ours.activation.text) == ("dense", "tanh")
    assert reading.session.title == "model"
    assert reading.dtype == "float64"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "identity"),
        ("linear", "identity"),
        ("swish", "silu"),
        ("hard_silu", "hard_swish"),
        ("leaky_relu", "leaky_relu(0.2)"),
        ("hard_sigmoid", "hard_sigmoid"),
        ("gelu", "gelu"),
        ("log_softmax", "log_softmax"),
        ({"class_name": "function", "config": "relu", "registered_name": "relu"}, "relu"),
        ({"class_name": "LeakyReLU", "config": {"negative_slope": 0.1}}, "leaky_relu(0.1)"),
    ],
)
def test_activations_by_name(value: object, expected: str) -> None:
    (ours,) = read(dense(activation=value)).session.network.layers
    assert ours.activation.text == expected


def test_hard_sigmoid_was_another_function_in_keras_2() -> None:
    model = sequential(dense(activation="hard_sigmoid"))
    data = keras_file(model, {"dense": [W, B]}, "2.15.0", "_layer_checkpoint_dependencies")
    (ours,) = read_keras(data, NOTHING).session.network.layers
    assert ours.activation.text == "hard_sigmoid(0.2,0.5)"


@pytest.mark.parametrize(
    ("kind", "config", "expected"),
    [
        ("Activation", {"activation": "softplus"}, "softplus"),
        ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, "relu"),
        ("ReLU", {"max_value": 6.0}, "relu6"),
        ("ReLU", {"max_value": 1.0}, "hardtanh(0,1)"),
        ("ReLU", {"negative_slope": 0.25}, "leaky_relu(0.25)"),
        ("ReLU", {"threshold": 0.5}, "thresholded_relu(0.5)"),
        ("LeakyReLU", {}, "leaky_relu(0.3)"),
        ("LeakyReLU", {"alpha": {"class_name": "__numpy__", "value": 0.5}}, "leaky_relu(0.5)"),
        ("ELU", {"alpha": 0.5}, "elu(0.5)"),
        ("Softmax", {"axis": -1}, "softmax"),
        ("Activation", {"activation": "linear"}, "identity"),
    ],
)
def test_activations_as_layers(kind: str, config: dict[str, Any], expected: str) -> None:
    (ours,) = read(dense(), layer(kind, "act", **config)).session.network.layers
    assert ours.activation.text == expected


def test_layers_that_change_nothing_are_left_out() -> None:
    reading = read(
        layer("InputLayer", "in", batch_shape=[None, 2, 1]),
        layer("Flatten", "flat"),
        layer("Dropout", "drop", rate=0.5),
        layer("Identity", "same"),
        dense(),
        layer("GaussianNoise", "noise"),
    )
    assert reading.session.network.sizes == (2, 3)
    assert reading.notes == (
        "layer 'drop' (Dropout) acts in training only: left out",
        "layer 'noise' (GaussianNoise) acts in training only: left out",
    )


MEAN, VARIANCE = np.array([0.1, -0.2]), np.array([2.0, 0.5])
GAMMA, BETA = np.array([1.5, -0.5, 2.0]), np.array([0.1, 0.2, 0.3])
MEAN_3, VARIANCE_3 = np.array([1.0, 2.0, -3.0]), np.array([4.0, 0.25, 1.0])


def outputs(reading: Reading) -> Any:
    return reading.session.network.forward(X).outputs


@pytest.mark.parametrize("in_config", [False, True])
def test_a_normalisation_in_front_is_folded(in_config: bool) -> None:
    config = {"mean": [MEAN.tolist()], "variance": [VARIANCE.tolist()]} if in_config else {}
    arrays: Arrays = {"dense": [W, B]}
    arrays |= {} if in_config else {"normalization": [MEAN, VARIANCE, np.int32(7)]}
    reading = read(layer("Normalization", "norm", **config), dense(), arrays=arrays)
    expected = (X - MEAN) / np.sqrt(VARIANCE) @ W + B
    np.testing.assert_allclose(outputs(reading), expected, rtol=1e-14)
    assert reading.notes == ("layer 'norm' (Normalization): folded into layer 1",)


@pytest.mark.parametrize(("center", "scale"), [(True, True), (False, True), (True, False)])
def test_a_batch_normalisation_is_folded(center: bool, scale: bool) -> None:
    batch = layer("BatchNormalization", "norm", center=center, scale=scale, epsilon=0.01)
    variables = [*([GAMMA] * scale), *([BETA] * center), MEAN_3, VARIANCE_3]
    second = np.array([[1.0], [-2.0], [0.5]])
    arrays = {
        "dense": [W, B],
        "batch_normalization": variables,
        "dense_1": [second, np.array([0.1])],
    }

    def normalised(z: Any) -> Any:
        slope = (GAMMA if scale else 1) / np.sqrt(VARIANCE_3 + 0.01)
        return (z - MEAN_3) * slope + (BETA if center else 0)

    z = X @ W + B
    act = layer("Activation", "act", activation="tanh")
    before = read(dense(), batch, act, dense("b"), arrays=arrays)
    np.testing.assert_allclose(outputs(before), np.tanh(normalised(z)) @ second + 0.1, rtol=1e-13)
    behind = read(dense(activation="tanh"), batch, dense("b"), arrays=arrays)
    np.testing.assert_allclose(outputs(behind), normalised(np.tanh(z)) @ second + 0.1, rtol=1e-13)
    assert [layer.n_neurons for layer in behind.session.network.layers] == [3, 1]


def test_several_in_front_are_folded_together() -> None:
    reading = read(
        layer("Rescaling", "byte", scale=0.5, offset=-1),
        layer("Normalization", "norm", mean=0.25, variance=4.0),
        dense(),
    )
    expected = ((X * 0.5 - 1) - 0.25) / 2 @ W + B
    np.testing.assert_allclose(outputs(reading), expected, rtol=1e-14)


@pytest.mark.parametrize("old", [False, True])
def test_a_functional_model_goes_by_its_links(old: bool) -> None:
    def link(name: str) -> list[Any]:
        return [[[name, 0, 0, {}]]] if old else node(name)

    model = functional(
        (layer("Activation", "act", activation="relu"), link("first")),
        (dense("first"), link("in")),
        (dense("second"), link("act")),
        SOURCE,
    )
    second = np.ones((3, 1))
    arrays = {
        "first": {"kernel": W, "bias": B},
        "second": {"kernel": second, "bias": np.zeros(1)},
    }
    reading = read_keras_h5(h5_file(model, arrays), NOTHING)
    assert [(ours.name, ours.activation.text) for ours in reading.session.network.layers] == [
        ("first", "relu"),
        ("second", "identity"),
    ]
    np.testing.assert_array_equal(reading.session.network.layers[0].weights, W.T)


def test_weights_alone_need_activations() -> None:
    data = weights_file({"dense": [W, B], "dense_1": [np.ones((3, 1)), np.zeros(1)]})
    with pytest.raises(ActivationsUnknownError):
        read_keras_h5(data, NOTHING)
    options = ReadOptions((activation("relu"), activation("identity")))
    session = read_keras_h5(data, options).session
    assert session.network.sizes == (2, 3, 1)
    np.testing.assert_array_equal(session.network.layers[0].weights, W.T)


def test_a_model_says_its_activations_itself() -> None:
    data = keras_file(sequential(dense()), {"dense": [W, B]})
    with pytest.raises(ValueError, match=r"^has its own activations"):
        read_keras(data, ReadOptions((activation("relu"),)))


def of_names(*names: str, nested: str = "") -> dict[str, dict[str, Any]]:
    """Square layers, each with another number in its matrix."""
    return {
        name: {
            f"{nested}{name}/kernel:0": np.array([[k, 0.5], [0.25, 0.0]]),
            f"{nested}{name}/bias:0": np.array([k, -k], np.float64),
        }
        for k, name in enumerate(names, 1)
    }


@pytest.mark.parametrize("in_parts", [None, 1, 2])
@pytest.mark.parametrize(
    "names",
    [("dec3", "dec2", "dec1"), ("wide", "narrow", "answer"), ("out", "dense_10", "dense_9", "in")],
)
def test_weights_alone_are_in_the_order_that_the_file_says(
    names: tuple[str, ...], in_parts: int | None
) -> None:
    layers = {"flatten": {}, **of_names(*names), "dropout": {}}
    data = weights_h5_file(layers, in_parts, keras_version="2.9.0")
    read = read_keras_h5(data, ReadOptions((activation("relu"),) * len(names))).session.network
    assert [layer.name for layer in read.layers] == list(names)
    assert [layer.weights[0, 0] for layer in read.layers] == list(range(1, len(names) + 1))
    assert [layer.bias.tolist() for layer in read.layers] == [
        [k, -k] for k in range(1, len(names) + 1)
    ]


def test_a_model_in_a_model_lists_the_weights_of_all_its_layers() -> None:
    inner = of_names("second", "first", nested="inner/")
    weights = {path: array for variables in inner.values() for path, array in variables.items()}
    data = weights_h5_file({"inner": weights, **of_names("last")})
    network = read_keras_h5(data, ReadOptions((activation("relu"),) * 3)).session.network
    assert [layer.name for layer in network.layers] == ["second", "first", "last"]
    assert [layer.weights[0, 0] for layer in network.layers] == [1, 2, 1]


def test_an_order_that_does_not_fit_gives_way_to_names_and_shapes() -> None:
    layers = {
        "later": {"later/kernel:0": np.ones((3, 1))},
        "sooner": {"sooner/kernel:0": W},
    }
    reading = read_keras_h5(weights_h5_file(layers), ReadOptions((activation("relu"),) * 2))
    assert reading.session.network.sizes == (2, 3, 1)
    assert any("in the order in which names and shapes fit" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"layer_names": [b"one", b"two", b"three"]}, "layer 'three' is in its list of layers and"),
        ({"layer_names": np.array([b"x" * 10] * 4000)}, "layer 'xxxxxxxxxx' is in its list"),
        ({"layer_names": [b"one", b"one/one"]}, "layer 'one/one' is in its list"),
    ],
)
def test_a_list_of_layers_that_are_not_there_is_refused(
    attributes: dict[str, Any], reason: str
) -> None:
    data = weights_h5_file(of_names("one", "two"), **attributes)
    with pytest.raises(ValueError, match=f"^{reason}"):
        read_keras_h5(data, ReadOptions((activation("relu"),) * 2))


def test_a_list_that_names_a_layer_again_and_again_is_read_in_bounds() -> None:
    data = weights_h5_file(of_names("one", "two"), layer_names=np.array([b"two", b"one"] * 2000))
    network = read_keras_h5(data, ReadOptions((activation("relu"),) * 2)).session.network
    assert [layer.name for layer in network.layers] == ["two", "one"]


def test_the_weights_of_a_whole_model_may_be_listed_in_parts() -> None:
    file = io.BytesIO(h5_file(sequential(dense("a")), {"a": {"kernel": W, "bias": B}}))
    with h5py.File(file, "a") as h5:
        group = h5["model_weights/a"]
        for number, name in enumerate(group.attrs["weight_names"]):
            group.attrs[f"weight_names{number}"] = [name]
        del group.attrs["weight_names"]
    network = read_keras_h5(file.getvalue(), NOTHING).session.network
    np.testing.assert_array_equal(network.layers[0].bias, B)


FACTOR, SPREAD = np.array([2.0, 1.0, 0.5]), np.array([4.0, 1.0, 9.0])


@pytest.mark.parametrize("with_activation", [False, True])
def test_a_normalisation_in_weights_of_keras_3_is_placed_by_its_name(with_activation: bool) -> None:
    normalisation = [FACTOR, B, B, SPREAD]
    arrays: Arrays = {"batch_normalization": normalisation, "dense": [W, B], "dense_1": [W.T]}
    reading = read_keras_h5(weights_file(arrays | ({"re_lu": []} if with_activation else {})), TWO)
    x = np.array([[1.0, -2.0], [0.5, 3.0]])

    def normalised(values: FloatArray) -> FloatArray:
        result: FloatArray = FACTOR * (values - B) / np.sqrt(SPREAD + 1e-3) + B
        return result

    z = x @ W + B
    # Without an activation among the layers, the dense ones have theirs.
    a = np.maximum(normalised(z), 0) if with_activation else normalised(np.maximum(z, 0))
    np.testing.assert_allclose(reading.session.network(x), a @ W.T, rtol=1e-12)
    assert "epsilon 0.001" in reading.notes[-1]


def test_the_first_of_several_has_no_number() -> None:
    arrays: Arrays = {
        "dense": [W, B],
        "dense_1": [W.T, B[:2]],
        "dense_2": [W, B],
        "re_lu": [],
        "batch_normalization": [FACTOR, B, B, SPREAD],
        "batch_normalization_1": [FACTOR[:2], B[:2], B[:2], SPREAD[:2]],
    }
    options = ReadOptions((activation("relu"),) * 3)
    notes = read_keras_h5(weights_file(arrays), options).notes
    assert "'layers/batch_normalization' folded into layer 1" in notes[-2]
    assert "'layers/batch_normalization_1' folded into layer 2" in notes[-1]


def test_arrays_of_ones_own_are_read_either_way() -> None:
    for turned in (False, True):
        file = io.BytesIO()
        with h5py.File(file, "w") as h5:
            for name, array in {"W1": W, "b1": B, "W2": W.T, "b2": B[:2]}.items():
                h5[name] = array if turned or array.ndim == 1 else array.T
            h5["epochs"] = 9
        layers = read_keras_h5(file.getvalue(), TWO).session.network.layers
        assert layers[0].weights.tolist() == W.T.tolist()


def test_a_prelu_among_weights_alone() -> None:
    layers = {"a": {"a/kernel:0": W, "a/bias:0": B}, "p": {"p/alpha:0": np.full(3, 0.25)}}
    layers["b"] = {"b/kernel:0": W.T, "b/bias:0": B[:2]}
    network = read_keras_h5(weights_h5_file(layers), TWO).session.network
    assert network.layers[0].activation.text == "leaky_relu(0.25)"
    layers["p"] = {"p/alpha:0": B}
    with pytest.raises(ValueError, match="'p/p/alpha' is neither weights nor a bias by its name"):
        read_keras_h5(weights_h5_file(layers), TWO)
