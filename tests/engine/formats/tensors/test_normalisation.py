"""What lies between dense layers in a state dict: normalisations are folded, slopes are read."""

from __future__ import annotations

import numpy as np
import pytest

from engine.formats.reading import OrderUnknownError, Reading, ReadOptions
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
    arrays: Arrays,
    activations: str = "relu,identity",
    modules: tuple[str, ...] = (),
    layers: tuple[str, ...] | None = None,
    has_others: bool = False,
) -> Reading:
    shapes = {name: array.shape for name, array in arrays.items()}
    tensors = NamedTensors(
        shapes, lambda name: arrays[name], modules=modules, has_others=has_others
    )
    options = ReadOptions(tuple(parse_activations(activations)), layers=layers)
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
        ("layers.0", "bn1", "layers.1", relu(BEFORE) @ W2.T + B2),
        ("fc1", "bns.0", "fc2", relu(BEFORE) @ W2.T + B2),
        ("_orig_mod.fc_in", "_orig_mod.bn_in", "_orig_mod.fc_out", relu(BEFORE) @ W2.T + B2),
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


@pytest.mark.parametrize(
    ("norm", "first", "last"),
    [
        ("0", "1", "3"),
        ("bn0", "fc1", "fc2"),
        ("bn1", "fc1", "fc2"),
        ("bn_cont", "layers.0.0", "layers.1.0"),
        ("input_norm", "body", "head"),
    ],
)
def test_one_before_the_first_layer_normalises_the_inputs(norm: str, first: str, last: str) -> None:
    arrays = {**normalisation(norm, width=3), **dense(first, W1, B1), **dense(last, W2, B2)}
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


@pytest.mark.parametrize("count", [1, 4])
def test_slopes_that_are_the_same_are_a_leaky_relu(count: int) -> None:
    arrays = {**dense("0", W1, B1), "1.weight": np.full(count, 0.25), **dense("2", W2, B2)}
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


BOTH = {**dense("fc1", W1, B1), **dense("fc2", W2, B2)}


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        (
            {"1.weight": GAMMA},
            "'1.weight' .* rather the slopes of a PReLU, which differ, or a norm",
        ),
        (
            {"ln.weight": GAMMA, "ln.bias": BETA},
            "with 'ln.bias' rather a layer normalisation, or a",
        ),
        ({"norm.weight": np.ones(4)}, "'norm.weight' .* or a normalisation$"),
        (
            {"fc1.weight_orig": W1, "fc1.weight_u": BETA},
            "'fc1.weight_orig' is of a parametrisation",
        ),
        ({"Whh": W1, "Wxh": W1}, "tensor 'Whh' is neither weights nor a bias by its name"),
        ({f"{k}.weight": B1[:1] for k in range(9, 300)}, "has 291 normalisations and slopes; at"),
        ({"attn.weight": np.ones((4, 4))}, "is of an attention layer"),
        ({"skip.weight": np.ones((4, 4))}, "is of a path beside the layers"),
        (
            {"head.weight": W2, "trunk.0.weight": W1, "trunk.2.weight": np.ones((4, 4))},
            "do not form one path .*; --layers NAME,NAME opens some layers without the rest$",
        ),
        ({"embedding.weight": W1}, "is of an embedding; --layers NAME,NAME opens some layers"),
        (
            {"bn.running_mean": B1[:1].reshape(()), "bn.running_var": B1},
            "which layer 'bn' follows cannot be told",
        ),
        ({"conv.weight": np.ones((2, 2, 2))}, "has 3 dimensions .* --layers NAME,NAME opens some"),
        (normalisation("bn1", width=3) | normalisation("bn2"), "which layer 'bn2' follows cannot"),
        (normalisation("bn_in"), "which layer 'bn_in' follows cannot be told by its name; export"),
        (
            normalisation("bn0") | {"fc1.weight": np.ones((4, 4)), "fc2.weight": W2},
            "layer 'bn0' fol",
        ),
    ],
)
def test_what_lies_between_and_cannot_be_folded_is_named(arrays: Arrays, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        reading(BOTH | arrays)


@pytest.mark.parametrize(
    "names",
    [
        ("0.weight_g", "0.weight_v"),
        ("0.parametrizations.weight.original0", "0.parametrizations.weight.original1"),
    ],
)
@pytest.mark.parametrize("axis", [0, 1, None])
def test_weight_normalisation_is_folded(names: tuple[str, str], axis: int | None) -> None:
    norm = np.sqrt(np.sum(W1**2, axis=axis, keepdims=axis is not None))
    arrays = {names[0]: norm * 2, names[1]: W1, "0.bias": B1, **dense("2", W2, B2)}
    found = reading(arrays)
    np.testing.assert_allclose(outputs(found), relu(X @ (2 * W1).T + B1) @ W2.T + B2, rtol=1e-12)
    assert found.notes == (
        "'0.weight' is made of lengths and directions: weight normalisation folded",
    )


ACTOR_CRITIC = {
    **dense("actor.0", W1, B1),
    **normalisation("actor.1"),
    **dense("actor.3", W2, B2),
    **dense("critic.0", -W1, B1),
    **normalisation("critic.1"),
    **dense("critic.3", W2[:1], B2[:1]),
    "log_std": B2,
}


@pytest.mark.parametrize(
    "layers", [("actor",), ("actor.0", "actor.3"), ("actor.0.weight", "actor.3")]
)
def test_some_layers_are_chosen_of_more_than_one_path(layers: tuple[str, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"^holds 2 networks; .* --layers actor or --layers critic$"
    ):
        reading(ACTOR_CRITIC)
    found = reading(ACTOR_CRITIC, layers=layers)
    np.testing.assert_allclose(outputs(found), relu(BEFORE) @ W2.T + B2, rtol=1e-12)
    assert found.is_part
    for name in ("log_std", "critic.0.weight", "critic.1"):
        assert any(f"'{name}'" in note and "left out" in note for note in found.notes)


def test_layers_that_are_no_dense_ones_are_left_out_by_choice() -> None:
    arrays = BOTH | {"conv1.weight": np.ones((2, 1, 3, 3)), "embedding.weight": W1}
    found = reading(arrays, layers=("fc1", "fc2"))
    np.testing.assert_allclose(outputs(found), relu(X @ W1.T + B1) @ W2.T + B2, rtol=1e-12)
    assert "'conv1.weight' is not of the layers chosen: left out" in found.notes


def test_modules_of_several_layers_are_put_in_order() -> None:
    coder = {**dense("encoder.0", W1, B1), **dense("encoder.2", W2, B2)}
    coder |= {**dense("decoder.0", W2.T, B1), **dense("decoder.2", W1.T, B1[:3])}
    with pytest.raises(OrderUnknownError) as raised:
        reading(coder, "relu,tanh,relu,identity")
    assert raised.value.orders == [("decoder", "encoder"), ("encoder", "decoder")]
    found = reading(coder, "relu,tanh,relu,identity", layers=("encoder", "decoder"))
    code = np.tanh(relu(X @ W1.T + B1) @ W2.T + B2)
    expected = relu(code @ W2 + B1) @ W1 + B1[:3]
    np.testing.assert_allclose(outputs(found), expected, rtol=1e-12)
    with pytest.raises(ValueError, match=r"do not form one path of layers: 'encoder\.2\.weight'"):
        reading(coder, layers=("encoder.2", "encoder.0", "decoder"))


@pytest.mark.parametrize(
    ("names", "how"),
    [
        (("mean", "std"), "(x - mean) / std"),
        (("scaler_mean", "scaler_scale"), "(x - scaler_mean) / scaler_scale"),
        (("mean_", "var_"), "(x - mean_) / sqrt(var_)"),
        (("x_min", "x_max"), "(x - x_min) / (x_max - x_min)"),
    ],
)
def test_how_inputs_were_standardised_is_told(names: tuple[str, str], how: str) -> None:
    rows = dict.fromkeys(names, MEAN[:3])
    beside = rows | {"X_train": W1, "losses": W2, "dW1": W1}
    # Before the layers too, whose shapes say how many features there are.
    found = reading({**beside, **BOTH}, has_others=True)
    np.testing.assert_allclose(outputs(found), relu(X @ W1.T + B1) @ W2.T + B2, rtol=1e-12)
    assert found.notes[-1].endswith(f"give it {how}")
    assert all(any(f"'{name}' is neither" in note for note in found.notes) for name in beside)


@pytest.mark.parametrize("bias", [np.array([0.5]), None])
def test_a_row_of_weights_is_one_neuron(bias: FloatArray | None) -> None:
    arrays = {"w": W1[0]} if bias is None else {"w": W1[0], "b": bias}
    found = reading(arrays, "tanh")
    expected = np.tanh(X @ W1[:1].T + (0 if bias is None else bias))
    np.testing.assert_allclose(outputs(found), expected, rtol=1e-12)


def test_a_row_of_as_many_biases_is_a_layer_of_one_input() -> None:
    arrays = {"W1": W1[:, 0], "b1": B1, "W2": W2[0], "b2": B2[:1]}
    found = reading(arrays, "tanh,identity")
    expected = np.tanh(X[:, :1] @ W1[:, :1].T + B1) @ W2[:1].T + B2[:1]
    np.testing.assert_allclose(found.session.network(X[:, :1]), expected, rtol=1e-12)


def test_a_normalisation_is_of_the_layer_whose_module_it_shares() -> None:
    square = RNG.normal(size=(3, 3))
    arrays = {
        **dense("encoder.0", square, B1[:3]),
        **normalisation("encoder.0_bn", width=3),
        **dense("encoder.1", W1, B1),
        **dense("decoder.0", W2, B2),
    }
    expected = relu(normalised(X @ square.T + B1[:3])) @ W1.T + B1
    np.testing.assert_allclose(
        outputs(reading(arrays, "relu,relu,identity")), relu(expected) @ W2.T + B2, rtol=1e-12
    )
