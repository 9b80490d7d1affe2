"""Models that are not a single dense path: refused in one line that names node or tensor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper

from engine import Layer, Network, Session, save
from engine.formats import read
from tests.engine.formats.onnx.onnx_models import BIAS, WEIGHTS, around, dense, model, node, opened

TWO = np.ones((2, 2))


def refusal(given: ModelProto, folder: Path) -> str:
    with pytest.raises(ValueError, match=r"\S") as raised:
        opened(given, folder)
    reason = str(raised.value)
    assert reason.isprintable()
    assert len(reason) < 400
    return reason


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        (
            [node("Conv", ["z", "k"], "y")],
            "node 'Conv-y' (Conv): a convolution; only one path of dense layers can be opened",
        ),
        (
            [helper.make_node("LSTM", ["z", "k", "k"], ["y"])],
            "node 2 (LSTM): a recurrence; only one path of dense layers can be opened",
        ),
        (
            [node("Relu", ["z"], "r"), node("Add", ["r", "z"], "y")],
            "'z' goes to node 'Relu-r' (Relu) and node 'Add-y' (Add): only one path without "
            "branches can be opened",
        ),
        (
            [node("MatMul", ["z", "z"], "y")],
            "node 'MatMul-y' (MatMul): multiplies two computed tensors, neither of them weights",
        ),
        (
            [node("Add", ["z", "z"], "y")],
            "node 'Add-y' (Add): joins branches; only one path of dense layers can be opened",
        ),
        (
            [node("Div", ["k", "z"], "y")],
            "node 'Div-y' (Div): combines every sample with numbers of the shape 2×2",
        ),
        (
            [node("Reshape", ["z", "one"], "r"), node("Relu", ["r"], "y")],
            "node 'Reshape-r' (Reshape): runs the samples together",
        ),
        (
            [node("Reshape", ["z", "four"], "y")],
            "node 'Reshape-y' (Reshape): changes what a sample is",
        ),
        (
            [node("Flatten", ["z"], "y", axis=0)],
            "node 'Flatten-y' (Flatten): changes what a sample is",
        ),
        (
            [node("MatMul", ["k", "z"], "y")],
            "node 'MatMul-y' (MatMul): confuses samples with the numbers of a sample",
        ),
        (
            [node("Gemm", ["z", "three"], "y")],
            "node 'Gemm-y' (Gemm): reads 3 numbers a sample, but what comes to it has 2",
        ),
        (
            [node("Gemm", ["z", "k", "three"], "y")],
            "node 'Gemm-y' (Gemm): combines every sample with numbers of the shape 3×2",
        ),
        (
            [node("Cast", ["z"], "y", to=TensorProto.INT64)],
            "node 'Cast-y' (Cast): neither a dense layer nor one of the known activations "
            "begins here",
        ),
        (
            [node("BatchNormalization", ["z", "v", "v", "v", "v"], "y", training_mode=1)],
            "node 'BatchNormalization-y' (BatchNormalization): normalises by the batch; export "
            "the model in inference mode",
        ),
        (
            [node("ArgMax", ["z"], "y", axis=0)],
            "node 'ArgMax-y' (ArgMax): neither a dense layer nor one of the known activations "
            "begins here",
        ),
        (
            [helper.make_node("QuickGelu", ["z"], ["y"], domain="com.microsoft")],
            "node 2 (com.microsoft.QuickGelu): neither a dense layer nor one of the known "
            "activations begins here",
        ),
        (
            [node("Dropout", ["z", "v", "training"], "y")],
            "node 'Dropout-y' (Dropout): neither a dense layer nor one of the known activations "
            "begins here",
        ),
        (
            [node("Relu", ["later"], "y"), node("Relu", ["z"], "later")],
            "node 'Relu-y' (Relu): reads 'later', which nothing before it makes",
        ),
        (
            [node("Relu", ["z"], "z")],
            "node 'Relu-z' (Relu): makes 'z', which exists already",
        ),
        ([node("Relu", [], "y")], "node 'Relu-y' (Relu): has no inputs"),
    ],
)
def test_what_is_no_dense_path(nodes: list[NodeProto], reason: str, tmp_path: Path) -> None:
    constants = {
        "k": TWO,
        "v": np.ones(2),
        "one": np.array([-1]),
        "four": np.array([-1, 4]),
        "three": np.ones((3, 2)),
        "training": np.array(True),
    }
    assert refusal(around(nodes, constants), tmp_path) == reason


def test_two_inputs(tmp_path: Path) -> None:
    given = around([node("Relu", ["z"], "r"), node("Add", ["r", "other"], "y")])
    given.graph.input.append(helper.make_tensor_value_info("other", TensorProto.DOUBLE, ["n", 2]))
    assert refusal(given, tmp_path) == (
        "the graph has 2 inputs, 'x', 'other'; only one path of dense layers can be opened"
    )


def test_no_dense_layer(tmp_path: Path) -> None:
    given = model([node("Relu", ["x"], "y")], {})
    assert refusal(given, tmp_path) == "no dense layer (Gemm or MatMul) is in the graph"


def test_what_is_wrong_inside_a_function_is_named_with_the_call(tmp_path: Path) -> None:
    given = around([helper.make_node("Mine", ["z"], ["y"], "call", domain="mine")])
    body = [node("Relu", ["a"], "r"), node("Cos", ["r"], "b")]
    versions = [helper.make_opsetid("", 18)]
    given.functions.append(helper.make_function("mine", "Mine", ["a"], ["b"], body, versions))
    assert refusal(given, tmp_path) == (
        "node 'call' (mine.Mine), node 'Cos-b' (Cos): neither a dense layer nor one of the known "
        "activations begins here"
    )
    given.functions[0].opset_import[0].version = 9
    assert refusal(given, tmp_path) == (
        "node 'call' (mine.Mine): a function for version 9 of the operators"
    )


def test_functions_that_call_themselves(tmp_path: Path) -> None:
    call = helper.make_node("Mine", ["z"], ["y"], "call", domain="mine")
    given, versions = around([call]), [helper.make_opsetid("", 18)]
    for calls, why in (
        (
            1,
            "node 'call' (mine.Mine), node 1 (mine.Mine): functions that call each other more "
            "than 40 deep",
        ),
        (300, "10,202 nodes; at most 10,000 are opened"),
    ):
        body = [
            helper.make_node("Mine", ["a"], ["b" if k == 0 else f"b{k}"], domain="mine")
            for k in range(calls)
        ]
        del given.functions[:]
        given.functions.append(helper.make_function("mine", "Mine", ["a"], ["b"], body, versions))
        assert refusal(given, tmp_path) == why


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_named(value: float, tmp_path: Path) -> None:
    weights = WEIGHTS.copy()
    weights[1, 2] = value
    given = model([dense()], {"w": weights, "b": BIAS})
    assert refusal(given, tmp_path) == "tensor 'w'[2][3] is not a finite number"


def test_numbers_that_overflow_when_they_are_folded(tmp_path: Path) -> None:
    nodes = [node("Mul", ["z", "c"], "p"), node("Mul", ["p", "c"], "y")]
    given = around(nodes, {"c": np.array(1e200)})
    assert refusal(given, tmp_path) == "layer 1: weights[1][1] is not a finite number"


def test_a_whole_number_matrix(tmp_path: Path) -> None:
    given = model([node("MatMul", ["x", "w"], "y")], {"w": np.ones((3, 2), dtype=np.int64)})
    assert refusal(given, tmp_path) == (
        "node 'MatMul-y' (MatMul): the weights 'w' are not floating-point numbers"
    )


def test_names_that_would_command_a_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;title\x07[red]\u202e"
    given = around([helper.make_node("Conv", ["z"], ["y"], evil)])
    assert refusal(given, tmp_path).startswith("node ']0;title[red]' (Conv): a convolution")
    given = model([node("Relu", [evil], "y")], {})
    assert refusal(given, tmp_path) == (
        "node 'Relu-y' (Relu): reads ']0;title[red]', which nothing before it makes"
    )


def test_a_missing_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.onnx"
    session = Session(Network([Layer([[1.0]], [0.0], "relu")]))
    save(session, path)
    for name in [name for name in sys.modules if name.split(".")[0] == "onnx"]:
        monkeypatch.setitem(sys.modules, name, None)
    reason = "ONNX files need one more package; install it with: pip install 'nn-play[onnx]'"
    with pytest.raises(ValueError, match=r"pip install") as raised:
        read(path)
    assert str(raised.value) == reason
    with pytest.raises(ValueError, match=r"pip install") as raised:
        save(session, path)
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda model: model.ClearField("graph"), "not an ONNX file: it holds no graph"),
        (
            lambda model: model.ClearField("opset_import"),
            "not a model: it does not say which version of the operators it uses",
        ),
        (lambda model: model.graph.ClearField("output"), "the graph has no output"),
        (lambda model: model.graph.ClearField("input"), "node 'Gemm-y' (Gemm): reads 'x', which"),
        (lambda model: model.graph.ClearField("initializer"), "node 'Gemm-y' (Gemm): reads 'w', w"),
        (
            lambda model: model.graph.initializer.append(model.graph.initializer[0]),
            "tensor 'w' is there more than once",
        ),
        (
            lambda model: model.graph.sparse_initializer.add(),
            "sparse tensors are not read",
        ),
        (
            lambda model: model.graph.input[0].type.sequence_type.elem_type.tensor_type.Clear(),
            "input 'x' is not a tensor",
        ),
        (
            lambda model: setattr(model.graph.input[0].type.tensor_type, "elem_type", 7),
            "input 'x' is not of floating-point numbers",
        ),
    ],
)
def test_what_is_no_whole_model(change: Any, reason: str, tmp_path: Path) -> None:
    given = model([dense()], {"w": WEIGHTS, "b": BIAS})
    change(given)
    path = tmp_path / "model.onnx"
    path.write_bytes(given.SerializeToString())
    with pytest.raises(ValueError, match=r"\S") as raised:
        read(path)
    assert str(raised.value).startswith(reason)


def test_metadata_that_is_there_twice(tmp_path: Path) -> None:
    given = model([dense()], {"w": WEIGHTS, "b": BIAS})
    for _ in range(2):
        given.metadata_props.append(onnx.StringStringEntryProto(key="title", value="a"))
    assert refusal(given, tmp_path) == "metadata 'title' is there more than once"
