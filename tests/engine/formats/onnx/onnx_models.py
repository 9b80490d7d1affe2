"""Small ONNX models, built node by node, for the tests of reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from engine.formats import read
from engine.formats.reading import Reading

FloatArray = NDArray[np.float64]

WEIGHTS: FloatArray = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
"""Two neurons, three inputs."""

BIAS: FloatArray = np.array([0.125, -0.5])
ROWS: FloatArray = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25], [4.0, -3.0, 0.0]])


def node(op: str, inputs: Sequence[str], output: str, **attributes: Any) -> NodeProto:
    return helper.make_node(op, [*inputs], [output], f"{op}-{output}", **attributes)


def model(
    nodes: Sequence[NodeProto],
    constants: dict[str, Any],
    shape: Sequence[int | str | None] | None = ("n", 3),
    *,
    opset: int = 18,
    kind: int = TensorProto.DOUBLE,
    output: str = "y",
) -> ModelProto:
    """A model from "x" to "y"; constants are arrays, or tensors as they are."""
    tensors = [
        value if isinstance(value, TensorProto) else numpy_helper.from_array(value, name)
        for name, value in constants.items()
    ]
    graph = helper.make_graph(
        [*nodes],
        "graph",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info(output, kind, None)],
        tensors,
    )
    domains = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=domains, ir_version=8)


def dense(output: str = "y") -> NodeProto:
    """A Gemm of x with the weights w and the bias b."""
    return node("Gemm", ["x", "w", "b"], output, transB=1)


def around(nodes: Sequence[NodeProto], constants: dict[str, Any] | None = None) -> ModelProto:
    """A model with a dense layer from x to z, and the nodes after it, from z to y."""
    return model([dense("z"), *nodes], {"w": WEIGHTS, "b": BIAS, **(constants or {})})


def opened(given: ModelProto, folder: Path) -> Reading:
    path = folder / "model.onnx"
    onnx.save(given, path)
    return read(path)


def reference(given: ModelProto, inputs: FloatArray = ROWS) -> FloatArray:
    """The outputs of the ONNX project's own interpreter for a model of float64."""
    [outputs] = ReferenceEvaluator(given).run(None, {"x": inputs})
    return np.asarray(outputs, dtype=np.float64)


def assert_opens_as(
    given: ModelProto, folder: Path, inputs: FloatArray = ROWS, tolerance: float = 1e-13
) -> Reading:
    """Assert the reference's outputs."""
    reading = opened(given, folder)
    outputs = reading.session.network.forward(inputs).outputs
    np.testing.assert_allclose(outputs, reference(given, inputs), rtol=tolerance, atol=tolerance)
    return reading


def two_heads() -> ModelProto:
    """A policy, "action", and a value function, "value", with a common first layer."""
    nodes = [
        dense("z"),
        node("Tanh", ["z"], "h"),
        node("Gemm", ["h", "u"], "action"),
        node("Gemm", ["h", "v"], "value"),
    ]
    rows = np.array([[0.5, -2.0, 1.0], [1.5, 0.25, -1.0]])
    given = model(nodes, {"w": WEIGHTS, "b": BIAS, "u": rows, "v": rows[:, :1]}, output="action")
    given.graph.output.append(helper.make_tensor_value_info("value", TensorProto.DOUBLE, None))
    return given
