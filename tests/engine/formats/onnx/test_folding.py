"""Operations before, between and after dense layers in ONNX files: folded or ignored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper

from tests.engine.formats.onnx.onnx_models import (
    BIAS,
    WEIGHTS,
    around,
    assert_opens_as,
    model,
    node,
)

SCALE, SHIFT = np.array([0.1, -2.0, 3.0]), np.array([0.7, 0.1, -0.3])
FRONTS: dict[str, list[NodeProto]] = {
    "Mul and Add": [node("Mul", ["x", "s"], "p"), node("Add", ["t", "p"], "f")],
    "Sub and Div": [node("Sub", ["x", "t"], "p"), node("Div", ["p", "s"], "f")],
    "Sub the other way round": [node("Sub", ["t", "x"], "f")],
    "Neg": [node("Neg", ["x"], "f")],
    "one number for all": [node("Div", ["x", "c"], "p"), node("Sub", ["p", "c"], "f")],
    "BatchNormalization": [
        node("BatchNormalization", ["x", "s", "t", "m", "v"], "f", epsilon=0.25)
    ],
    "Scaler": [
        helper.make_node(
            "Scaler",
            ["x"],
            ["f"],
            domain="ai.onnx.ml",
            offset=[1.0, 2.0, 0.5],
            scale=[0.5, 0.25, 2.0],
        )
    ],
}


@pytest.mark.parametrize("nodes", FRONTS.values(), ids=FRONTS)
def test_scalings_in_front_are_folded_into_the_first_layer(
    nodes: list[NodeProto], tmp_path: Path
) -> None:
    constants = {
        "s": SCALE,
        "t": SHIFT,
        "c": np.array(255.0),
        "m": np.array([0.5, 1.0, -1.0]),
        "v": np.array([0.75, 2.0, 0.75]),
        "w": WEIGHTS,
        "b": BIAS,
    }
    last = [node("Gemm", ["f", "w", "b"], "z", transB=1), node("Tanh", ["z"], "y")]
    reading = assert_opens_as(model([*nodes, *last], constants), tmp_path)
    assert len(reading.session.network.layers) == 1
    assert [note.endswith("folded into layer 1") for note in reading.notes] == [True] * len(nodes)


def test_scalings_after_the_sums_and_between_layers(tmp_path: Path) -> None:
    nodes = [
        node("Mul", ["z", "two"], "p"),
        node("BatchNormalization", ["p", "s", "s", "s", "v"], "q", epsilon=0.25),
        node("Relu", ["q"], "r"),
        node("Add", ["r", "s"], "t"),
        node("MatMul", ["t", "u"], "y"),
    ]
    constants = {
        "two": np.array(2.0),
        "s": np.array([0.3, -0.4]),
        "v": np.array([0.5, 0.25]),
        "u": np.array([[1.0, 2.0], [0.5, -3.0]]),
    }
    reading = assert_opens_as(around(nodes, constants), tmp_path)
    assert [layer.activation.text for layer in reading.session.network.layers] == [
        "relu",
        "identity",
    ]
    assert [note[-7:] for note in reading.notes] == ["layer 1", "layer 1", "layer 2"]


def test_what_no_layer_can_take_becomes_a_layer(tmp_path: Path) -> None:
    nodes = [
        node("Sigmoid", ["z"], "s"),
        node("Tanh", ["s"], "t"),
        node("Mul", ["t", "c"], "y"),
    ]
    reading = assert_opens_as(around(nodes, {"c": np.array([3.0, -2.0])}), tmp_path)
    assert [layer.activation.text for layer in reading.session.network.layers] == [
        "sigmoid",
        "tanh",
        "identity",
    ]
    assert reading.session.network.layers[2].weights.tolist() == [[3.0, 0.0], [0.0, -2.0]]
    assert reading.notes[0] == (
        "node 'Tanh-t' (Tanh): no sums come before it, so it is layer 2, where each neuron reads "
        "one number"
    )


NOTHING: dict[str, list[NodeProto]] = {
    "Identity": [node("Identity", ["z"], "y")],
    "Cast": [node("Cast", ["z"], "y", to=TensorProto.DOUBLE)],
    "Dropout": [node("Dropout", ["z"], "y")],
    "Dropout with a ratio": [node("Dropout", ["z", "half", "no"], "y")],
    "Flatten": [node("Flatten", ["z"], "y")],
    "Reshape": [node("Reshape", ["z", "shape"], "y")],
    "Reshape that keeps the first": [node("Reshape", ["z", "zero"], "y")],
    "Reshape that is computed": [
        node("Shape", ["z"], "size"),
        node("Gather", ["size", "first"], "n"),
        node("Unsqueeze", ["n", "axis"], "one"),
        node("Concat", ["one", "rest"], "target", axis=0),
        node("Reshape", ["z", "target"], "y"),
    ],
    "Transpose back": [
        node("Transpose", ["z"], "t", perm=[1, 0]),
        node("Transpose", ["t"], "y"),
    ],
}


@pytest.mark.parametrize("nodes", NOTHING.values(), ids=NOTHING)
def test_what_changes_nothing_is_passed_over(nodes: list[NodeProto], tmp_path: Path) -> None:
    constants = {
        "shape": np.array([-1, 2]),
        "zero": np.array([0, -1]),
        "half": np.array(0.5),
        "no": np.array(False),
        "first": np.array(0),
        "axis": np.array([0]),
        "rest": np.array([2]),
    }
    reading = assert_opens_as(around(nodes, constants), tmp_path)
    assert len(reading.session.network.layers) == 1
    dropped = [note for note in reading.notes if "acts in training only" in note]
    assert len(dropped) == (nodes[0].op_type == "Dropout")
