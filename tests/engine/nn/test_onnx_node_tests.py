"""The activations and the sum z against the node tests that come with ONNX.

ONNX computes their data when it is asked for them, in float32 with NumPy formulas of its own.
relu6 has no operator there.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx.backend.test.loader import load_model_tests

from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network

Attributes = dict[str, Any]


def assert_same(activations: FloatArray, expected: Any, case: Any) -> None:
    """Equal but for the rounding of float32."""
    np.testing.assert_allclose(activations, expected, rtol=3e-6, atol=1e-7, err_msg=case.name)


def plain(name: str) -> Callable[[FloatArray, Attributes], FloatArray]:
    """The activation under its name here, given the operator's attributes as its parameters."""

    def compute(z: FloatArray, attributes: Attributes) -> FloatArray:
        return activation({"name": name, **attributes}).forward(z)

    return compute


def row_wise(name: str) -> Callable[[FloatArray, Attributes], FloatArray]:
    def compute(z: FloatArray, attributes: Attributes) -> FloatArray:
        axis = attributes.get("axis", -1)
        return np.moveaxis(activation(name).forward(np.moveaxis(z, axis, -1)), -1, axis)

    return compute


def gelu(z: FloatArray, attributes: Attributes) -> FloatArray:
    return activation("gelu_tanh" if attributes else "gelu").forward(z)


def selu(z: FloatArray, attributes: Attributes) -> FloatArray:
    if not attributes:
        return activation("selu").forward(z)
    # Other factors than the usual ones make a scaled elu of it.
    alpha, scale = attributes["alpha"], attributes["gamma"]
    activations: FloatArray = scale * activation({"name": "elu", "alpha": alpha}).forward(z)
    return activations


def hard_sigmoid(z: FloatArray, attributes: Attributes) -> FloatArray:
    # ONNX has 0.2 where this project, as PyTorch, has 1/6.
    return activation({"name": "hard_sigmoid", "alpha": 0.2, **attributes}).forward(z)


def swish(z: FloatArray, attributes: Attributes) -> FloatArray:
    assert attributes == {"alpha": 1}
    return activation("swish").forward(z)


OPERATORS: dict[str, Callable[[FloatArray, Attributes], FloatArray]] = {
    "Celu": plain("celu"),
    "Elu": plain("elu"),
    "Gelu": gelu,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": plain("hard_swish"),
    "Identity": plain("identity"),
    "LeakyRelu": plain("leaky_relu"),
    "LogSoftmax": row_wise("log_softmax"),
    "Mish": plain("mish"),
    "Relu": plain("relu"),
    "Selu": selu,
    "Sigmoid": plain("sigmoid"),
    "Softmax": row_wise("softmax"),
    "Softplus": plain("softplus"),
    "Softsign": plain("softsign"),
    "Swish": swish,
    "Tanh": plain("tanh"),
    "ThresholdedRelu": plain("thresholded_relu"),
}


@pytest.fixture(scope="module")
def cases() -> dict[str, list[Any]]:
    """The node tests of one operator on float32 or float64 numbers, by the operator's name."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Other operators' references divide by 0 on purpose.
        warnings.simplefilter("ignore")
        loaded = load_model_tests(kind="node")
    by_operator: dict[str, list[Any]] = {}
    for case in loaded:
        if case.model is None or case.data_sets is None or len(case.model.graph.node) != 1:
            continue
        arrays = [array for pair in case.data_sets for part in pair for array in part]
        if all(getattr(array, "dtype", None) in (np.float32, np.float64) for array in arrays):
            by_operator.setdefault(case.model.graph.node[0].op_type, []).append(case)
    return by_operator


def attributes_of(case: Any) -> Attributes:
    return {
        attribute.name: onnx.helper.get_attribute_value(attribute)
        for attribute in case.model.graph.node[0].attribute
    }


@pytest.mark.parametrize("operator", OPERATORS)
def test_activation_agrees_with_onnx(operator: str, cases: dict[str, list[Any]]) -> None:
    assert cases[operator]
    for case in cases[operator]:
        for (z,), (expected,) in case.data_sets:
            with np.errstate(all="ignore"):
                activations = OPERATORS[operator](z.astype(np.float64), attributes_of(case))
            assert_same(activations, expected, case)


def test_the_sum_z_agrees_with_onnx_gemm(cases: dict[str, list[Any]]) -> None:
    """alpha·A'·B' + beta·C is a layer with weights (alpha·B')ᵀ and, row by row, a bias beta·C."""
    assert {"transA", "transB", "alpha", "beta"} == {
        name for case in cases["Gemm"] for name in attributes_of(case)
    }
    for case in cases["Gemm"]:
        attributes = attributes_of(case)
        for (a, b, *c), (expected,) in case.data_sets:
            inputs = (a.T if attributes.get("transA") else a).astype(np.float64)
            columns = (b.T if attributes.get("transB") else b).astype(np.float64)
            weights = attributes.get("alpha", 1.0) * columns.T
            biases = attributes.get("beta", 1.0) * np.broadcast_to(c[0] if c else 0, expected.shape)
            for row, bias, sums in zip(inputs, biases, expected, strict=True):
                layer = Layer(weights, bias, activation="identity")
                outputs = Network([layer]).forward(row).outputs
                assert_same(outputs, sums[np.newaxis], case)
            if (biases == biases[0]).all():
                trace = Network([Layer(weights, biases[0], activation="identity")]).forward(inputs)
                assert_same(trace.outputs, expected, case)
                assert (trace.layers[0].pre_activations == trace.outputs).all()
