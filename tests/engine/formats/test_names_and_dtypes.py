"""Names of a model, and the type of its numbers, survive editing and a TOML in between."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto
from safetensors.numpy import load_file, save_file

from engine import Layer, Network, Session, SetWeight, load, save
from engine.edits.structure import AddLayer, RemoveLayer, RemoveNeuron
from engine.formats import read
from engine.session.origin import Origin
from tests.engine.formats.onnx.onnx_models import BIAS, ROWS, WEIGHTS, model, node

Tensors = dict[str, NDArray[np.float32]]


def _array(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def _with(weights: str, bias: str | None, *sizes: int, transposed: bool = False) -> Tensors:
    """Tensors of layers of these sizes, under names with the number of the layer from 0."""
    tensors = {}
    for k, (n_inputs, n_neurons) in enumerate(pairwise(sizes)):
        matrix = _array(n_inputs, n_neurons)
        tensors[weights.format(k, k + 1, 2 * k)] = matrix if transposed else matrix.T.copy()
        if bias is not None:
            tensors[bias.format(k, k + 1, 2 * k)] = _array(n_neurons)
    return tensors


FILES = {
    "state dict": ("a.safetensors", _with("fc{1}.weight", "fc{1}.bias", 3, 4, 4, 2)),
    "Sequential": ("a.safetensors", _with("net.{2}.weight", "net.{2}.bias", 4, 4, 4, 4)),
    "without biases": ("a.safetensors", _with("lin{0}.weight", None, 3, 4, 2)),
    "Keras": ("a.safetensors", _with("d_{0}/kernel", "d_{0}/bias", 3, 4, 2, transposed=True)),
    "letters": ("a.safetensors", _with("W{1}", "b{1}", 3, 4, 2)),
    "numbers from 0": ("a.npz", _with("W{0}", "b{0}", 3, 4, 2)),
    "scikit-learn": ("a.npz", _with("coefs_{0}", "intercepts_{0}", 3, 4, 2, transposed=True)),
}


def _written(path: Path, tensors: Tensors) -> Path:
    if path.suffix == ".npz":
        np.savez(path, **tensors)  # type: ignore[arg-type]  # names are those of arrays
    else:
        save_file(tensors, path)
    return path


def _tensors(path: Path) -> dict[str, Any]:
    tensors = dict(np.load(path)) if path.suffix == ".npz" else load_file(path)
    tensors.pop("metadata", None)
    return tensors


@pytest.mark.parametrize("between", ["", "net.toml", "net.npz", "net.safetensors"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_gets_back_its_names_and_float32(kind: str, between: str, tmp_path: Path) -> None:
    name, tensors = FILES[kind]
    n_layers = sum(array.ndim == 2 for array in tensors.values())
    session = load(_written(tmp_path / name, tensors), ["relu"] * n_layers)
    if between:
        save(session, tmp_path / between)
        session = load(tmp_path / between)
    for suffix in (".safetensors", ".npz"):
        save(session, tmp_path / f"out{suffix}")
        written = _tensors(tmp_path / f"out{suffix}")
        assert written.keys() == tensors.keys()
        for key, array in tensors.items():
            assert written[key].dtype == np.float32
            assert written[key].tobytes() == array.tobytes()
        again = load(tmp_path / f"out{suffix}")
        assert again.dtype == "float32"
        for one, other in zip(again.network.layers, session.network.layers, strict=True):
            assert (one.tensors, one.weights.tolist()) == (other.tensors, other.weights.tolist())


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (AddLayer(1), ["fc1", "added2", "fc2", "fc3"]),
        (AddLayer(3), ["fc1", "fc2", "fc3", "added4"]),
        (RemoveLayer(1), ["fc1", "fc3"]),
        (RemoveNeuron(0, 1), ["fc1", "fc2", "fc3"]),
        (SetWeight(0, 0, 0, 0.5), ["fc1", "fc2", "fc3"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else repr(value),
)
@pytest.mark.parametrize("between", [False, True])
def test_layers_keep_their_names_when_others_come_and_go(
    edit: Any, expected: list[str], between: bool, tmp_path: Path
) -> None:
    name, tensors = FILES["state dict"]
    session = edit.apply(load(_written(tmp_path / name, tensors), ["relu"] * 3))
    if between:
        save(session, tmp_path / "net.toml")
        session = load(tmp_path / "net.toml")
    path = tmp_path / "edited.safetensors"
    save(session, path)
    assert list(_tensors(path)) == [f"{n}.{part}" for n in expected for part in ("weight", "bias")]
    assert _tensors(path)["fc1.weight"].dtype == np.float32
    again = load(path)
    assert [layer.weights.tolist() for layer in again.network.layers] == [
        layer.weights.tolist() for layer in session.network.layers
    ]


def test_a_bias_that_the_file_had_not_is_written_once_it_is_set(tmp_path: Path) -> None:
    from engine import SetBias

    name, tensors = FILES["without biases"]
    session = SetBias(0, 1, 0.5).apply(load(_written(tmp_path / name, tensors), ["relu"] * 2))
    save(session, tmp_path / "edited.safetensors")
    written = _tensors(tmp_path / "edited.safetensors")
    assert list(written) == ["lin0.weight", "lin0.bias", "lin1.weight"]
    assert written["lin0.bias"].tolist() == [0.0, 0.5, 0.0, 0.0]


def _dense(kind: int, dtype: Any) -> onnx.ModelProto:
    nodes = [node("MatMul", ["x", "policy/kernel:0"], "z"), node("Add", ["z", "17"], "action/mean")]
    constants = {"policy/kernel:0": WEIGHTS.T.astype(dtype), "17": BIAS.astype(dtype)}
    return model(nodes, constants, kind=kind, output="action/mean")


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize(
    ("kind", "dtype"), [(TensorProto.FLOAT, np.float32), (TensorProto.DOUBLE, np.float64)]
)
@pytest.mark.parametrize("value", [0.5, 0.1])
def test_an_edited_onnx_model_is_fed_and_read_as_before(
    value: float, kind: int, dtype: Any, between: bool, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    onnx.save(_dense(kind, dtype), path)
    session = SetWeight(0, 0, 0, value).apply(load(path))
    if between:
        save(session, tmp_path / "net.toml")
        session = load(tmp_path / "net.toml")
    is_widened = dtype == np.float32 and value == 0.1
    if is_widened:
        with pytest.warns(UserWarning, match="written as float64"):
            save(session, path)
    else:
        save(session, path)
    written = onnx.load(path)
    onnx.checker.check_model(written, full_check=True)
    assert [tensor.name for tensor in written.graph.initializer] == ["policy/kernel:0", "17"]
    stored = TensorProto.DOUBLE if is_widened else kind
    assert {tensor.data_type for tensor in written.graph.initializer} == {stored}
    running = onnxruntime.InferenceSession(path.read_bytes())
    [outputs] = running.run(["action/mean"], {"x": ROWS.astype(dtype)})
    assert outputs.dtype == dtype
    np.testing.assert_allclose(outputs, session.network.forward(ROWS).outputs, rtol=1e-5)
    again = load(path)
    assert again.origin == Origin((), np.dtype(dtype).name, "x", "action/mean")
    assert again.network.layers[0].weights[0, 0] == value


def test_names_that_text_cannot_hold_are_not_kept_in_it(tmp_path: Path) -> None:
    name = "x\x1b[31m"
    network = Network([Layer([[1.0]], [0.5], "relu")])
    save(Session(network, origin=Origin(inputs=name, outputs="y")), tmp_path / "net.toml")
    assert "31m" not in (tmp_path / "net.toml").read_text()
    assert load(tmp_path / "net.toml").origin == Origin(outputs="y")
    _written(tmp_path / "a.safetensors", {f"{name}.weight": _array(2, 3)})
    assert load(tmp_path / "a.safetensors", ["relu"]).network.layers[0].tensors == ()


def test_tensors_of_the_same_name_are_called_as_if_they_had_none(tmp_path: Path) -> None:
    layer = Layer([[1.0]], [0.5], "relu", None, None, ("w", "b"))
    session = Session(Network([layer, layer]), origin=Origin(inputs="w", outputs="y"))
    for suffix, expected in (
        (".safetensors", ["0.bias", "0.weight", "2.bias", "2.weight"]),
        (".npz", ["W1", "W2", "b1", "b2"]),
    ):
        save(session, tmp_path / f"net{suffix}")
        assert sorted(_tensors(tmp_path / f"net{suffix}")) == expected
    save(session, tmp_path / "net.onnx")
    onnx.checker.check_model(onnx.load(tmp_path / "net.onnx"), full_check=True)
    for names in (("metadata", "b"), ("file", "allow_pickle")):
        one = Layer([[1.0]], [0.5], "relu", None, None, names)
        save(Session(Network([one])), tmp_path / "net.npz")
        assert sorted(_tensors(tmp_path / "net.npz")) == ["W1", "b1"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("origin = 1", "origin: expected a table [origin], got a number"),
        ("[origin]\ndtyp = 'float32'", "origin: unknown key 'dtyp'; did you mean 'dtype'?"),
        ("[origin]\ndtype = 'int8'", "origin.dtype: 'int8' is unknown"),
        ("[origin]\ninputs = 1", "origin.inputs: expected a text in quotes"),
        ("[origin]\ntransposed = 1", "origin.transposed: expected true or false"),
    ],
)
def test_an_origin_that_is_wrong_is_named(text: str, why: str, tmp_path: Path) -> None:
    layer = "[[layers]]\nactivation = 'relu'\nweights = [[1.0]]\nbias = [0.0]\n"
    (tmp_path / "net.toml").write_text(f"{text}\n{layer}")
    with pytest.raises(ValueError, match="^" + why.replace("[", r"\[")):
        read(tmp_path / "net.toml")


@pytest.mark.parametrize(
    ("tensors", "why"),
    [
        ("'w'", r"layers\[1\].tensors: expected texts in brackets"),
        ("[]", r"layers\[1\].tensors: expected the name of the weights, and of the bias"),
        ("['a', 'b', 'c']", r"layers\[1\].tensors: expected the name of the weights"),
        (f"['{'w' * 201}']", r"layers\[1\].tensors\[1\]: 201 characters"),
    ],
)
def test_names_of_tensors_that_are_wrong_are_named(tensors: str, why: str, tmp_path: Path) -> None:
    layer = "[[layers]]\nactivation = 'relu'\nweights = [[1.0]]\nbias = [0.0]\n"
    (tmp_path / "net.toml").write_text(f"{layer}tensors = {tensors}\n")
    with pytest.raises(ValueError, match="^" + why):
        read(tmp_path / "net.toml")
