"""Sessions written as ONNX: they pass the checker, run elsewhere, and open as they were."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, given, settings

from engine import ACTIVATIONS, Activation, Layer, Network, Session, SetWeight, examples, save
from engine.formats import load, read
from engine.session.origin import Origin
from tests.engine.formats.onnx.onnx_models import two_heads
from tests.engine.strategies import FloatArray, any_number, assert_identical, sessions

SEVERAL = 40


def network_of(activation: Activation, dtype: type) -> Network:
    """4 → 3 → 2, the activation in both layers; numbers that `dtype` holds."""
    random = np.random.default_rng(5)

    def numbers(*shape: int) -> FloatArray:
        return (random.normal(size=shape) * 2).astype(dtype).astype(np.float64)

    return Network(
        [
            Layer(numbers(3, 4), numbers(3), activation),
            Layer(numbers(2, 3), numbers(2), activation),
        ]
    )


def runtime_outputs(path: Path, inputs: FloatArray) -> FloatArray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    running = onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    single = running.get_inputs()[0].type == "tensor(float)"
    fed = inputs.astype(np.float32 if single else np.float64)
    return np.asarray(running.run(None, {"inputs": fed})[0], dtype=np.float64)


def every_activation() -> list[Activation]:
    others = {
        name: tuple(0.375 + 0.25 * k for k in range(len(kind.defaults)))
        for name, kind in ACTIVATIONS.items()
        if kind.defaults
    }
    return [Activation(name) for name in ACTIVATIONS] + [
        Activation(name, parameters) for name, parameters in others.items()
    ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", every_activation(), ids=lambda each: each.text)
def test_every_activation_runs_elsewhere_and_opens_as_itself(
    activation: Activation, dtype: type, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    network = network_of(activation, dtype)
    save(Session(network), path)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    random = np.random.default_rng(6)
    inputs = np.concatenate(
        [random.normal(size=(SEVERAL, 4)), random.normal(size=(SEVERAL, 4)) * 20]
    )
    # Numbers that both dtypes hold.
    inputs = np.round(inputs * 64) / 64
    tolerance = 2e-5 if dtype == np.float32 else 1e-13
    if activation.name == "sin" and dtype == np.float32:
        tolerance = 2e-4  # a sum of 100 is rounded by 4e-6, and a wave is as steep there as at 0
    np.testing.assert_allclose(
        runtime_outputs(path, inputs),
        network.forward(inputs).outputs,
        rtol=tolerance,
        atol=tolerance,
    )
    # Even if another tool has dropped the metadata.
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "bare.onnx")
    for file in (path, tmp_path / "bare.onnx"):
        reading = read(file)
        assert [layer.activation for layer in reading.session.network.layers] == [activation] * 2
        assert reading.notes == ()
        assert reading.dtype == np.dtype(dtype).name


@given(session=sessions(any_number))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_session_opens_as_it_was(session: Session, tmp_path: Path) -> None:
    save(session, tmp_path / "model.onnx")
    assert_identical(load(tmp_path / "model.onnx"), session)


@pytest.mark.parametrize("id", examples.ids())
def test_every_example_opens_as_it_was(id: str, tmp_path: Path) -> None:
    session = examples.load(id)
    save(session, tmp_path / "model.onnx")
    assert_identical(load(tmp_path / "model.onnx"), session)


def test_an_edited_network_runs_elsewhere(tmp_path: Path) -> None:
    session = Session(network_of(Activation("silu"), np.float32), np.ones((1, 4)))
    edited = SetWeight(0, 1, 2, 0.1).apply(session)
    save(edited, tmp_path / "model.onnx")
    assert read(tmp_path / "model.onnx").dtype == "float64"
    np.testing.assert_allclose(
        runtime_outputs(tmp_path / "model.onnx", edited.inputs),
        edited.trace.outputs,
        rtol=1e-13,
        atol=1e-13,
    )


def test_names_are_noted_for_others(tmp_path: Path) -> None:
    session = Session(
        network_of(Activation("relu"), np.float32),
        title="Iris",
        features=("a", "b", "c", "d"),
        classes=("no", "yes"),
        task="multiclass",
    )
    save(session, tmp_path / "model.onnx")
    noted = {entry.key: entry.value for entry in onnx.load(tmp_path / "model.onnx").metadata_props}
    assert noted["title"] == "Iris"
    assert noted["task"] == "multiclass"
    assert json.loads(noted["features"]) == ["a", "b", "c", "d"]
    assert json.loads(noted["classes"]) == ["no", "yes"]


def test_a_graph_that_was_changed_is_what_counts(tmp_path: Path) -> None:
    session = Session(network_of(Activation("tanh"), np.float32), title="as saved")
    save(session, tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    next(node for node in model.graph.node if node.op_type == "Tanh").op_type = "Relu"
    onnx.save(model, tmp_path / "model.onnx")
    reading = read(tmp_path / "model.onnx")
    assert [layer.activation.text for layer in reading.session.network.layers] == ["relu", "tanh"]
    assert reading.session.title is None
    assert reading.notes == (
        "the session in the metadata does not fit the graph: layer 1 is noted as tanh, and is relu",
    )


def test_an_edited_model_is_called_as_before(tmp_path: Path) -> None:
    path = tmp_path / "heads.onnx"
    onnx.save(two_heads(), path)
    session = SetWeight(1, 0, 1, 0.75).apply(load(path, output="value"))
    save(session, path)
    written = onnx.load(path)
    onnx.checker.check_model(written, full_check=True)
    running = onnxruntime.InferenceSession(path.read_bytes())
    rows = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25]])
    [outputs] = running.run(["value"], {"x": rows})
    np.testing.assert_allclose(outputs, session.network.forward(rows).outputs, rtol=1e-13)
    again = load(path)
    assert again.origin is not None
    assert (again.origin.inputs, again.origin.outputs) == ("x", "value")


def test_weights_are_stored_under_the_names_of_their_layers(tmp_path: Path) -> None:
    network = Network(
        [Layer([[1.0]], [0.5], "relu", "fc1"), Layer([[2.0]], [0.25], "identity", "fc2")]
    )
    save(Session(network), tmp_path / "model.onnx")
    written = onnx.load(tmp_path / "model.onnx")
    assert [tensor.name for tensor in written.graph.initializer] == [
        "fc1.weight",
        "fc1.bias",
        "fc2.weight",
        "fc2.bias",
    ]


@pytest.mark.parametrize("names", [("fc1.weight", "y"), ("layer1/Gemm_1", "y"), ("x", "x")])
def test_names_that_are_taken_are_not_kept(names: tuple[str, str], tmp_path: Path) -> None:
    network = Network([Layer([[1.0]], [0.5], "relu", "fc1")])
    session = Session(network, origin=Origin(inputs=names[0], outputs=names[1]))
    save(session, tmp_path / "model.onnx")
    written = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(written, full_check=True)
    assert [written.graph.input[0].name, written.graph.output[0].name] == ["inputs", "outputs"]
