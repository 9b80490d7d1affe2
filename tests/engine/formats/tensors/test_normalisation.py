"""What lies between dense layers in a state dict: normalisations are folded, slopes are read."""

from __future__ import annotations

import numpy as np
import pytest

from engine.formats.reading import Reading, ReadOptions
from engine.formats.tensors.reading import NamedTensors, read_tensors
from engine.nn.arrays import FloatArray
from engine.nn.parsing import parse_activations

RNG = np.random.default_rng(5)
X = RNG.normal(size=(6, 3))
W1, B1 = RNG.normal(size=(4, 3)), RNG.normal(size=4)
W2, B2 = RNG.normal(size=(2, 4)), RNG.normal(size=2)
GAMMA, BETA, MEAN = RNG.normal(size=(3, 4))
VARIANCE = RNG.uniform(0.5, 2, 4)

Arrays = dict[str, FloatArray]


def normalisation(module: str, kind: str = "running", width: int = 4) -> Arrays:
    scale, shift = ("weight", "bias") if kind == "running" else ("gamma", "beta")
    variance = "var" if kind == "running" else "variance"
    mark = "." if kind == "running" else "/"
    return {
        f"{module}{mark}{scale}": GAMMA[:width],
        f"{module}{mark}{shift}": BETA[:width],
        f"{module}{mark}{kind}_mean": MEAN[:width],
        f"{module}{mark}{kind}_{variance}": VARIANCE[:width],
    }


def normalised(x: FloatArray, epsilon: float = 1e-5) -> FloatArray:
    width = x.shape[1]
    deviation = np.sqrt(VARIANCE[:width] + epsilon)
    result: FloatArray = GAMMA[:width] * (x - MEAN[:width]) / deviation + BETA[:width]
    return result


def relu(z: FloatArray) -> FloatArray:
    return np.maximum(z, 0)


def reading(
    arrays: Arrays, activations: str = "relu,identity", modules: tuple[str, ...] = ()
) -> Reading:
    shapes = {name: array.shape for name, array in arrays.items()}
    tensors = NamedTensors(shapes, lambda name: arrays[name], modules=modules)
    options = ReadOptions(tuple(parse_activations(activations)))
    return read_tensors(tensors, options, bool(modules), "float32")


def outputs(found: Reading) -> FloatArray:
    return found.session.network(X)


def dense(module: str, weights: FloatArray, bias: FloatArray) -> Arrays:
    return {f"{module}.weight": weights, f"{module}.bias": bias}


BEFORE = normalised(X @ W1.T + B1)
BEHIND = normalised(relu(X @ W1.T + B1))


@pytest.mark.parametrize(
    ("first", "between", "last", "expected"),
    [
        ("0", "1", "3", relu(BEFORE) @ W2.T + B2),
        ("0", "2", "3", BEHIND @ W2.T + B2),
        ("net.0", "net.1", "net.4", relu(BEFORE) @ W2.T + B2),
        ("fc1", "bn1", "fc2", relu(BEFORE) @ W2.T + B2),
        ("hidden", "norm", "output", relu(BEFORE) @ W2.T + B2),
        ("layers.0.linear", "layers.0.bn", "layers.1.linear", relu(BEFORE) @ W2.T + B2),
    ],
)
def test_a_normalisation_is_folded_where_it_lies(
    first: str, between: str, last: str, expected: FloatArray
) -> None:
    arrays = {**dense(first, W1, B1), **normalisation(between), **dense(last, W2, B2)}
    found = reading(arrays | {f"{between}.num_batches_tracked": np.array([7.0])})
    assert len(found.session.network.layers) == 2
    np.testing.assert_allclose(outputs(found), expected, rtol=1e-12)
    assert f"normalisation '{between}' folded into layer" in found.notes[-1]
    assert "epsilon 1e-05, which the file does not say" in found.notes[-1]
    assert found.dtype == "float64"


def test_one_before_the_first_layer_normalises_the_inputs() -> None:
    arrays = {**normalisation("0", width=3), **dense("1", W1, B1), **dense("3", W2, B2)}
    expected = relu(normalised(X) @ W1.T + B1) @ W2.T + B2
    np.testing.assert_allclose(outputs(reading(arrays)), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        (("dense", "bn", "activation", "dense_1"), relu(normalised(X @ W1.T + B1, 1e-3))),
        (("dense", "re_lu", "bn", "dense_1"), normalised(relu(X @ W1.T + B1), 1e-3)),
        (("dense", "bn", "dense_1"), normalised(relu(X @ W1.T + B1), 1e-3)),
    ],
)
def test_keras_lists_its_layers(modules: tuple[str, ...], expected: FloatArray) -> None:
    arrays = {
        "dense/dense/kernel": W1.T,
        "dense/dense/bias": B1,
        **normalisation("bn/bn", "moving"),
        "dense_1/dense_1/kernel": W2.T,
        "dense_1/dense_1/bias": B2,
    }
    found = reading(arrays, modules=modules)
    np.testing.assert_allclose(outputs(found), expected @ W2.T + B2, rtol=1e-12)
    assert "epsilon 0.001" in found.notes[-1]


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        (normalisation("norm", width=1), "which layer 'norm' follows cannot be told by its name"),
        (normalisation("5"), "'5' has no dense layer beside it to take it"),
        ({"bn.running_mean": MEAN}, "of a normalisation without a variance"),
        (
            normalisation("1") | {"1.running_var": VARIANCE[:3]},
            "'1': its rows of numbers have different lengths",
        ),
        (normalisation("1") | {"1.running_var": -VARIANCE}, "is nan, not a finite number"),
    ],
)
def test_what_cannot_be_folded_is_refused(arrays: Arrays, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        reading({**dense("0", W1, B1), **dense("3", W2, B2), **arrays}, "relu,tanh")


def test_a_slope_of_one_number_is_a_leaky_relu() -> None:
    arrays = {**dense("0", W1, B1), "1.weight": np.array([0.25]), **dense("2", W2, B2)}
    found = reading(arrays)
    z = X @ W1.T + B1
    expected = np.where(z > 0, z, 0.25 * z) @ W2.T + B2
    np.testing.assert_allclose(outputs(found), expected, rtol=1e-12)
    assert found.notes == ("layer 1: leaky_relu(0.25), the slope that '1.weight' holds",)


@pytest.mark.parametrize(
    "names",
    [
        ("weights_ih", "bias_h", "weights_ho", "bias_o"),
        ("w_i2h", "b_h", "w_h2o", "b_o"),
        ("weights_input_hidden", "bias_hidden", "weights_hidden_output", "bias_output"),
    ],
)
def test_names_may_say_what_a_matrix_leads_to(names: tuple[str, ...]) -> None:
    square = RNG.normal(size=(3, 3))
    arrays = dict(zip(names, (square, B1[:3], W2[:, :3], B2), strict=True))
    # In the other order, so that the names have to say it.
    found = reading(dict(reversed(arrays.items())), "tanh,identity")
    expected = np.tanh(X @ square.T + B1[:3]) @ W2[:, :3].T + B2
    np.testing.assert_allclose(outputs(found), expected, rtol=1e-12)


def test_what_leads_back_is_a_recurrent_layer() -> None:
    arrays = {"weight_ih_l0": W1, "weight_hh_l0": RNG.normal(size=(4, 4))}
    with pytest.raises(ValueError, match="is of a recurrent layer"):
        reading(arrays)
