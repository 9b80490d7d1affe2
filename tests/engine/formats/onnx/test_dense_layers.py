"""Dense layers in ONNX files however they are written, and what is folded into them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import onnx
import pytest
from onnx import NodeProto, TensorProto, helper, numpy_helper

from engine.formats import read
from tests.engine.formats.onnx.onnx_models import (
    BIAS,
    ROWS,
    WEIGHTS,
    around,
    assert_opens_as,
    dense,
    model,
    node,
    opened,
    reference,
)


@pytest.mark.parametrize(
    ("weights_first", "turn_a", "turn_b"), itertools.product((False, True), repeat=3)
)
@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (0.5, 2.0), (-1.0, 0.0)])
def test_gemm(
    weights_first: bool, turn_a: bool, turn_b: bool, alpha: float, beta: float, tmp_path: Path
) -> None:
    inputs, weights, bias = ROWS, WEIGHTS.T, BIAS
    if weights_first:
        inputs, weights, bias = ROWS.T, WEIGHTS, BIAS[:, np.newaxis]
    operands = ["w", "x"] if weights_first else ["x", "w"]
    turned = dict(zip(operands, (turn_a, turn_b), strict=True))
    if turned["w"]:
        weights = np.ascontiguousarray(weights.T)
    if turned["x"]:
        inputs = np.ascontiguousarray(inputs.T)
    gemm = node(
        "Gemm",
        [*operands, "b"],
        "y",
        transA=int(turn_a),
        transB=int(turn_b),
        alpha=alpha,
        beta=beta,
    )
    given = model([gemm], {"w": weights, "b": bias}, [None, None])
    network = opened(given, tmp_path).session.network
    expected = reference(given, inputs)
    np.testing.assert_allclose(
        network.forward(ROWS).outputs,
        expected.T if weights_first else expected,
        rtol=1e-14,
        atol=1e-14,
    )


@pytest.mark.parametrize("bias", [None, 0.5, [0.5], [0.5, 1.5], [[0.5, 1.5]]])
def test_the_bias_of_a_gemm_in_every_shape(bias: Any, tmp_path: Path) -> None:
    constants = {"w": WEIGHTS} if bias is None else {"w": WEIGHTS, "b": np.array(bias)}
    gemm = node("Gemm", ["x", "w"] if bias is None else ["x", "w", "b"], "y", transB=1)
    assert_opens_as(model([gemm], constants), tmp_path)


@pytest.mark.parametrize("bias_first", [False, True])
@pytest.mark.parametrize("weights_first", [False, True])
def test_matmul_and_add_either_way_round(
    weights_first: bool, bias_first: bool, tmp_path: Path
) -> None:
    add = ["b", "m"] if bias_first else ["m", "b"]
    if weights_first:
        nodes = [node("MatMul", ["w", "x"], "m"), node("Add", add, "y")]
        given = model(nodes, {"w": WEIGHTS, "b": BIAS[:, np.newaxis]}, [3, "n"])
    else:
        nodes = [node("MatMul", ["x", "w"], "m"), node("Add", add, "y")]
        given = model(nodes, {"w": WEIGHTS.T, "b": BIAS})
    reading = opened(given, tmp_path)
    [layer] = reading.session.network.layers
    assert layer.weights.tolist() == WEIGHTS.tolist()
    assert layer.bias.tolist() == BIAS.tolist()
    assert reading.notes == ()


def test_one_sample_without_rows(tmp_path: Path) -> None:
    nodes = [
        node("MatMul", ["w", "x"], "m"),
        node("Add", ["m", "b"], "z"),
        node("Softmax", ["z"], "y", axis=0),
    ]
    given = model(nodes, {"w": WEIGHTS, "b": BIAS}, [3])
    session = opened(given, tmp_path).session
    np.testing.assert_allclose(
        session.network.forward(ROWS[0]).outputs[0], reference(given, ROWS[0]), rtol=1e-14
    )


def test_samples_in_columns_to_the_end(tmp_path: Path) -> None:
    nodes = [
        node("MatMul", ["w", "x"], "m"),
        node("Add", ["m", "b"], "z"),
        node("Relu", ["z"], "r"),
        node("Transpose", ["r"], "t"),
        node("Gemm", ["t", "v"], "g"),
        node("Softmax", ["g"], "y"),
    ]
    constants = {"w": WEIGHTS, "b": BIAS[:, np.newaxis], "v": np.array([[1.0, 2.0], [3.0, -1.0]])}
    given = model(nodes, constants, [3, None])
    network = opened(given, tmp_path).session.network
    np.testing.assert_allclose(network.forward(ROWS).outputs, reference(given, ROWS.T), rtol=1e-13)


def typed(name: str, values: Any, kind: int) -> TensorProto:
    """A tensor with its numbers in the typed field."""
    return helper.make_tensor(name, kind, values.shape, values.ravel().tolist(), raw=False)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("constant_node", [False, True])
@pytest.mark.parametrize(
    ("kind", "dtype", "name"),
    [
        (TensorProto.FLOAT, np.float32, "float32"),
        (TensorProto.DOUBLE, np.float64, "float64"),
        (TensorProto.FLOAT16, np.float16, "float16"),
        (TensorProto.BFLOAT16, ml_dtypes.bfloat16, "bfloat16"),
    ],
)
def test_tensors_of_every_kind_in_every_place(
    kind: int, dtype: Any, name: str, constant_node: bool, raw: bool, tmp_path: Path
) -> None:
    weights = (WEIGHTS.T / 3).astype(dtype)
    tensor = numpy_helper.from_array(weights, "w") if raw else typed("w", weights, kind)
    assert tensor.HasField("raw_data") == raw
    nodes: list[NodeProto] = [node("MatMul", ["x", "w"], "y")]
    if constant_node:
        nodes.insert(0, helper.make_node("Constant", [], ["w"], value=tensor))
    constants = {} if constant_node else {"w": tensor}
    reading = opened(model(nodes, constants, kind=kind), tmp_path)
    [layer] = reading.session.network.layers
    assert (layer.weights == weights.T.astype(np.float64)).all()
    assert reading.dtype == name


def test_weights_that_are_turned_or_cast_first(tmp_path: Path) -> None:
    nodes = [
        node("Cast", ["w"], "c", to=TensorProto.DOUBLE),
        node("Transpose", ["c"], "t", perm=[1, 0]),
        node("Identity", ["t"], "i"),
        node("MatMul", ["x", "i"], "y"),
    ]
    [layer] = opened(
        model(nodes, {"w": WEIGHTS.astype(np.float32)}), tmp_path
    ).session.network.layers
    assert layer.weights.tolist() == WEIGHTS.tolist()


def test_pictures_are_read_as_rows(tmp_path: Path) -> None:
    weights = np.arange(24.0).reshape(12, 2) / 7
    nodes = [
        node("Div", ["x", "c"], "d"),
        node("Flatten", ["d"], "f"),
        node("MatMul", ["f", "w"], "y"),
    ]
    constants = {"c": np.array([[[1.0]], [[2.0]], [[4.0]]]), "w": weights}
    given = model(nodes, constants, ["n", 3, 2, 2])
    pictures = np.arange(24.0).reshape(2, 3, 2, 2)
    network = opened(given, tmp_path).session.network
    np.testing.assert_allclose(
        network.forward(pictures.reshape(2, 12)).outputs, reference(given, pictures), rtol=1e-14
    )


def test_inputs_side_by_side_give_their_names(tmp_path: Path) -> None:
    given = around([node("Relu", ["z"], "y")])
    del given.graph.input[:]
    for name, width in (("age", 1), ("size", 2)):
        given.graph.input.append(
            helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["n", width])
        )
    given.graph.node.insert(0, node("Concat", ["age", "size"], "x", axis=1))
    assert opened(given, tmp_path).session.features == ("age", "size[1]", "size[2]")


@pytest.mark.parametrize("text", ['["a", "b", "c"]', "a, b,c"])
def test_names_in_the_metadata_of_other_tools(text: str, tmp_path: Path) -> None:
    given = model([dense()], {"w": WEIGHTS, "b": BIAS})
    helper.set_model_props(given, {"feature_names": text, "classes": '["no", "yes", "both"]'})
    session = opened(given, tmp_path).session
    assert session.features == ("a", "b", "c")
    assert session.classes is None  # three names, for two outputs


def test_old_models_name_their_constants_as_inputs(tmp_path: Path) -> None:
    given = model([dense()], {"w": WEIGHTS, "b": BIAS})
    for name, shape in (("w", [2, 3]), ("b", [2])):
        given.graph.input.append(helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape))
    assert_opens_as(given, tmp_path)


def test_nodes_that_lead_nowhere_are_left_out(tmp_path: Path) -> None:
    given = around([node("Relu", ["z"], "y"), node("Sin", ["z"], "nowhere")])
    assert opened(given, tmp_path).notes == ("1 nodes that lead to no output: left out",)


def test_a_label_beside_the_chances(tmp_path: Path) -> None:
    nodes = [node("Softmax", ["z"], "y"), node("ArgMax", ["z"], "label", axis=-1)]
    given = around(nodes)
    given.graph.output.append(helper.make_tensor_value_info("label", TensorProto.INT64, None))
    session = opened(given, tmp_path).session
    assert session.task == "multiclass"
    assert session.network.layers[-1].activation.text == "softmax"


def test_an_output_on_the_way_is_left_out(tmp_path: Path) -> None:
    given = around([node("Softmax", ["z"], "y")])
    given.graph.output.append(helper.make_tensor_value_info("z", TensorProto.DOUBLE, None))
    assert opened(given, tmp_path).notes == ("output 'z': left out; the path goes on from it",)


def test_the_file_may_be_a_link(tmp_path: Path) -> None:
    onnx.save(model([dense()], {"w": WEIGHTS, "b": BIAS}), tmp_path / "model.onnx")
    (tmp_path / "link.onnx").symlink_to(tmp_path / "model.onnx")
    assert read(tmp_path / "link.onnx").session.network.sizes == (3, 2)
