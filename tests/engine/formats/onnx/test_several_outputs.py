"""Models with several inputs or outputs: what is left out and told, and the choice of an output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from engine.formats import read
from engine.formats.onnx import path
from engine.formats.reading import OutputUnknownError, Reading
from tests.engine.formats.onnx.onnx_models import BIAS, WEIGHTS, node, opened

ROWS = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25], [4.0, -3.0, 0.0]], dtype=np.float32)
CONSTANTS = {
    "w": WEIGHTS,
    "b": BIAS,
    "v": np.array([[0.5, -2.0]]),
    "u": np.array([[1.5, 0.5], [-1.0, 0.25], [0.125, 3.0]]),
    "spread": np.array([-0.5, 0.25]),
    "low": np.array(-0.5),
    "high": np.array(2.0),
    "one": np.array(1.0),
}
BODY = (node("Gemm", ["obs", "w", "b"], "z", transB=1), node("Tanh", ["z"], "h"))
VALUE = node("Gemm", ["h", "v"], "value", transB=1)
ACTION = node("Gemm", ["h", "u"], "action", transB=1)


def several(
    nodes: Sequence[NodeProto],
    outputs: Sequence[str],
    more_inputs: Sequence[str] = (),
    constants: dict[str, Any] | None = None,
) -> ModelProto:
    """A model of float32 that reads obs, of 3 numbers, and further inputs of 2."""
    tensors = {
        name: array.astype(np.float32) if array.dtype.kind == "f" else array
        for name, array in (CONSTANTS | (constants or {})).items()
    }
    graph = helper.make_graph(
        [*nodes],
        "graph",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3 if name == "obs" else 2])
            for name in ("obs", *more_inputs)
        ],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in tensors.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def by_onnxruntime(given: ModelProto, output: str) -> NDArray[np.float64]:
    session = onnxruntime.InferenceSession(given.SerializeToString())
    feeds = {value.name: np.ones((3, 2), np.float32) for value in given.graph.input} | {"obs": ROWS}
    [outputs] = session.run([output], feeds)
    return np.asarray(outputs, dtype=np.float64)


def assert_gives(reading: Reading, given: ModelProto, output: str) -> None:
    outputs = reading.session.network.forward(ROWS.astype(np.float64)).outputs
    np.testing.assert_allclose(outputs, by_onnxruntime(given, output), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("nodes", "outputs", "inputs", "opened_output", "notes"),
    [
        pytest.param(
            [*BODY, ACTION, node("Identity", ["state"], "state_out")],
            ["action", "state_out"],
            ["state"],
            "action",
            [
                "output 'state_out': left out; no dense layer leads to it",
                "input 'state': left out; nothing that is opened reads it",
            ],
            id="a state that passes through",
        ),
        pytest.param(
            [node("Mul", ["state", "one"], "state_out"), *BODY, ACTION],
            ["state_out", "action"],
            ["state", "other"],
            "action",
            [
                "output 'state_out': left out; no dense layer leads to it",
                "inputs 'state', 'other': left out; nothing that is opened reads it",
            ],
            id="an unread input, and the state first",
        ),
        pytest.param(
            [*BODY, ACTION, node("Exp", ["spread"], "std")],
            ["action", "std"],
            [],
            "action",
            ["output 'std': left out; the same for all inputs"],
            id="a constant branch",
        ),
        pytest.param(
            [
                *BODY,
                ACTION,
                node("Shape", ["action"], "size"),
                node("Expand", ["one", "size"], "std"),
            ],
            ["std", "action"],
            [],
            "action",
            ["output 'std': left out; the same for all inputs"],
            id="a branch that reads a shape only",
        ),
        pytest.param(
            [
                node("Concat", ["obs"], "joined", axis=1),
                node("Gemm", ["joined", "w", "b"], "z", transB=1),
                node("Sum", ["z"], "sum"),
                node("Clip", ["sum", "low", "high"], "action"),
            ],
            ["action"],
            [],
            "action",
            [],
            id="junctions of one, and a Clip at the end",
        ),
        pytest.param(
            [*BODY, ACTION, node("Conv", ["obs", "u"], "features")],
            ["features", "action"],
            [],
            None,
            [
                "output 'features': left out; node 'Conv-features' (Conv): a convolution; "
                "only one path of dense layers can be opened"
            ],
            id="one that is no dense path",
        ),
        pytest.param(
            [
                *BODY,
                ACTION,
                node("Relu", ["action"], "steps"),
                node("Relu", ["state"], "state_out"),
            ],
            ["h", "action", "steps", "state_out"],
            ["state"],
            "steps",
            [
                "output 'h': left out; the path goes on from it",
                "output 'action': left out; the path goes on from it",
                "output 'state_out': left out; no dense layer leads to it",
                "input 'state': left out; nothing that is opened reads it",
            ],
            id="outputs on the way to another",
        ),
        pytest.param(
            [
                *BODY,
                ACTION,
                helper.make_node("RandomNormalLike", ["action"], ["noise"]),
                node("Add", ["action", "noise"], "sample"),
                node("Shape", ["sample"], "size2"),
                node("Expand", ["action", "size2"], "mode"),
            ],
            ["mode"],
            [],
            "mode",
            ["node 'Expand-mode' (Expand): left out; it changes nothing"],
            id="a distribution that gives its shape only",
        ),
    ],
)
def test_what_is_left_out_is_told(
    nodes: list[NodeProto],
    outputs: list[str],
    inputs: list[str],
    opened_output: str | None,
    notes: list[str],
    tmp_path: Path,
) -> None:
    given = several(nodes, outputs, inputs)
    reading = opened(given, tmp_path)
    assert [note for note in reading.notes if "bias" not in note] == notes
    if opened_output is not None:
        assert_gives(reading, given, opened_output)
    assert reading.dtype == "float32"


def test_branches_that_read_no_inputs_are_computed_beforehand(tmp_path: Path) -> None:
    nodes = [
        node("Sub", ["obs", "mean"], "centred"),
        node("Div", ["variance", "steps"], "scaled"),
        node("Sqrt", ["scaled"], "std"),
        node("Div", ["centred", "std"], "normal"),
        node("Clip", ["normal", "low", "high"], "clipped"),
        node("Gemm", ["clipped", "w", "b"], "z", transB=1),
        node("Shape", ["z"], "size"),
        helper.make_node(
            "ConstantOfShape",
            ["size"],
            ["ones"],
            value=helper.make_tensor("value", TensorProto.FLOAT, [1], [1.0]),
        ),
        node("Exp", ["spread"], "e"),
        node("Mul", ["ones", "e"], "offset"),
        node("Add", ["offset", "z"], "y"),
    ]
    constants = {
        "mean": np.array([1.0, 0.5, -0.25]),
        "variance": np.array([4.0, 8.0, 2.0]),
        "steps": np.array(3.0),
    }
    given = several(nodes, ["y"], (), constants)
    assert_gives(opened(given, tmp_path), given, "y")


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        (
            [node("Shape", ["h"], "s"), node("Expand", ["one", "s"], "e"), node("Sin", ["e"], "c")],
            "node 'Add-y' (Add): 'c' is computed in a way that cannot be followed",
        ),
        (
            [node("Exp", ["tall"], "c")],
            "node 'Add-y' (Add): combines every sample with numbers of the shape 3×3",
        ),
        ([node("Log", ["spread"], "c")], "tensor 'c'[1] is not a finite number"),
    ],
)
def test_branches_that_cannot_be_computed(
    nodes: list[NodeProto], reason: str, tmp_path: Path
) -> None:
    given = several([*BODY, *nodes, node("Add", ["h", "c"], "y")], ["y"], (), {"tall": np.eye(3)})
    with pytest.raises(ValueError, match=r"\S") as raised:
        opened(given, tmp_path)
    assert str(raised.value) == reason


HEADS = {
    "common first layers": [*BODY, ACTION, VALUE],
    "layers of their own": [
        *BODY,
        ACTION,
        node("Gemm", ["obs", "w"], "vz", transB=1),
        node("Relu", ["vz"], "vh"),
        node("Gemm", ["vh", "v"], "value", transB=1),
    ],
}


@pytest.mark.parametrize("nodes", HEADS.values(), ids=HEADS)
def test_one_of_several_networks_is_chosen(nodes: list[NodeProto], tmp_path: Path) -> None:
    given = several(nodes, ["action", "value", "std"])
    given.graph.node.append(node("Exp", ["spread"], "std"))
    with pytest.raises(OutputUnknownError) as raised:
        opened(given, tmp_path)
    assert str(raised.value) == (
        "has 2 outputs to choose from, 'action' (3 numbers), 'value' (1 number); "
        "give one with --output NAME"
    )
    assert raised.value.outputs == (("action", 3), ("value", 1))
    for name, other in (("action", "value"), ("value", "action")):
        reading = read(tmp_path / "model.onnx", output=name)
        assert_gives(reading, given, name)
        assert f"output '{other}': left out" in reading.notes


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("valu", "has no output 'valu'; it has 'action', 'value', 'std', 'same'"),
        ("std", "output 'std' does not depend on the inputs"),
        ("same", "no dense layer (Gemm or MatMul) is in the graph"),
    ],
)
def test_outputs_that_are_no_networks(name: str, reason: str, tmp_path: Path) -> None:
    nodes = [*BODY, ACTION, VALUE, node("Exp", ["spread"], "std"), node("Relu", ["obs"], "same")]
    path = tmp_path / "model.onnx"
    onnx.save(several(nodes, ["action", "value", "std", "same"]), path)
    with pytest.raises(ValueError, match=r"\S") as raised:
        read(path, output=name)
    assert str(raised.value) == reason


def test_an_output_within_the_path_is_opened_if_it_is_named(tmp_path: Path) -> None:
    given = several([*BODY, ACTION], ["h", "action"])
    opened(given, tmp_path)
    assert_gives(read(tmp_path / "model.onnx", output="h"), given, "h")


def test_classes_and_their_probabilities_are_one_network(tmp_path: Path) -> None:
    nodes = [
        *BODY,
        ACTION,
        node("Softmax", ["action"], "probabilities"),
        node("ArgMax", ["probabilities"], "label", axis=1),
    ]
    given = several(
        [*nodes, node("Relu", ["state"], "left")], ["label", "probabilities", "left"], ["state"]
    )
    reading = opened(given, tmp_path)
    assert_gives(reading, given, "probabilities")
    assert reading.session.task == "multiclass"


def test_very_many_outputs_are_listed_without_a_try(tmp_path: Path) -> None:
    names = [f"y{k}" for k in range(40)]
    nodes = [node("Gemm", ["h", "u"], name, transB=1) for name in names]
    given = several([*BODY, *nodes], names)
    with pytest.raises(OutputUnknownError) as raised:
        opened(given, tmp_path)
    assert str(raised.value).startswith("has 40 outputs to choose from, 'y0', 'y1', ")
    assert str(raised.value).endswith("'y11', …; give one with --output NAME")
    assert_gives(read(tmp_path / "model.onnx", output="y39"), given, "y39")


def test_large_networks_are_not_all_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path, "_MAX_READ", 10)
    given = several(HEADS["layers of their own"], ["action", "value"])
    with pytest.raises(OutputUnknownError, match=r"^has 2 outputs to choose from, 'action', 'val"):
        opened(given, tmp_path)


def test_an_expand_that_makes_samples_larger_is_refused(tmp_path: Path) -> None:
    size = np.array([1, 4])
    given = several(
        [*BODY, VALUE, node("Expand", ["value", "size"], "y")], ["y"], (), {"size": size}
    )
    with pytest.raises(ValueError, match=r"^node 'Expand-y' \(Expand\): changes what a sample is$"):
        opened(given, tmp_path)


@pytest.mark.parametrize("shape", [[-1, 1], [-1], [1, -1]])
def test_outputs_strung_together_at_the_end(shape: list[int], tmp_path: Path) -> None:
    nodes = [*BODY, ACTION, node("Reshape", ["action", "size"], "r"), node("Identity", ["r"], "y")]
    given = several(nodes, ["y"], (), {"size": np.array(shape)})
    reading = opened(given, tmp_path)
    outputs = reading.session.network.forward(ROWS.astype(np.float64)).outputs
    expected = by_onnxruntime(given, "y").reshape(3, 3)
    np.testing.assert_allclose(outputs, expected, rtol=2e-6, atol=1e-6)
    why = "it strings the outputs of all samples into one column"
    assert f"node 'Reshape-r' (Reshape): left out; {why}" in reading.notes


def test_only_onnx_files_have_outputs_to_choose(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^--output is for ONNX and Keras files$"):
        read(tmp_path / "model.npz", output="y")
