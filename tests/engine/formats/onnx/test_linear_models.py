"""The linear models of scikit-learn: LinearClassifier and LinearRegressor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper

from engine.session.session import Session
from tests.engine.formats.onnx.onnx_models import node, opened

W = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [0.1, 0.2, 0.3]], dtype=np.float32)
B = np.array([0.1, -0.2, 0.3], dtype=np.float32)
ROWS = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.25], [0.25, -1.5, 0.0]], dtype=np.float32)
ML = "ai.onnx.ml"


def model(nodes: Sequence[NodeProto], outputs: Sequence[str]) -> ModelProto:
    graph = helper.make_graph(
        [*nodes],
        "graph",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 3])],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
    )
    domains = [helper.make_opsetid("", 17), helper.make_opsetid(ML, 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=8)


def classifier(
    transform: str, n_rows: int = 3, labels: Sequence[Any] = (0, 1, 2), **more: Any
) -> NodeProto:
    names = "classlabels_ints" if isinstance(labels[0], int) else "classlabels_strings"
    given: dict[str, Any] = {
        "coefficients": W[:n_rows].ravel().tolist(),
        "intercepts": B[:n_rows].tolist(),
        "post_transform": transform,
        names: [*labels],
    }
    return helper.make_node(
        "LinearClassifier", ["X"], ["label", "scores"], "linear", None, ML, **(given | more)
    )


def regressor(n_rows: int, **more: Any) -> NodeProto:
    given: dict[str, Any] = {"coefficients": W[:n_rows].ravel().tolist(), "targets": n_rows}
    return helper.make_node("LinearRegressor", ["X"], ["y"], "linear", None, ML, **(given | more))


def zip_map(scores: str, labels: Sequence[int]) -> NodeProto:
    return helper.make_node(
        "ZipMap", [scores], ["maps"], "zip", domain=ML, classlabels_int64s=[*labels]
    )


def assert_same(
    session: Session, given: ModelProto, output: str, column: int | None = None
) -> None:
    runtime = onnxruntime.InferenceSession(given.SerializeToString())
    [expected] = runtime.run([output], {"X": ROWS})
    if isinstance(expected, list):
        expected = np.array([[row[key] for key in sorted(row)] for row in expected])
    if column is not None:
        expected = expected[:, [column]]
    outputs = session.network.forward(ROWS.astype(np.float64)).outputs
    np.testing.assert_allclose(outputs, expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("transform", "activation"),
    [
        ("NONE", "identity"),
        ("LOGISTIC", "sigmoid"),
        ("SOFTMAX", "softmax"),
        ("SOFTMAX_ZERO", "softmax"),
    ],
)
@pytest.mark.parametrize("n_rows", [2, 3])
def test_the_scores_of_a_classifier(
    transform: str, activation: str, n_rows: int, tmp_path: Path
) -> None:
    labels = ["ash", "birch", "cedar"][:n_rows]
    given = model([classifier(transform, n_rows, labels)], ["label", "scores"])
    reading = opened(given, tmp_path)
    assert_same(reading.session, given, "scores")
    [layer] = reading.session.network.layers
    assert layer.activation.name == activation
    assert reading.session.classes == tuple(labels)
    assert reading.dtype == "float32"


def test_probabilities_normalised_and_given_as_maps(tmp_path: Path) -> None:
    nodes = [
        classifier("SOFTMAX"),
        helper.make_node("Normalizer", ["scores"], ["p"], "norm", domain=ML, norm="L1"),
        zip_map("p", [3, 5, 8]),
        node("Identity", ["label"], "output_label"),
    ]
    given = model(nodes, ["output_label", "maps"])
    reading = opened(given, tmp_path)
    assert_same(reading.session, given, "maps")
    assert reading.session.classes == ("3", "5", "8")
    assert (
        "node 'norm' (Normalizer): left out; it changes nothing, since the outputs add up to 1"
        in (reading.notes)
    )


def test_sigmoids_that_are_normalised_are_refused(tmp_path: Path) -> None:
    nodes = [
        classifier("LOGISTIC"),
        helper.make_node("Normalizer", ["scores"], ["p"], "norm", domain=ML, norm="L1"),
    ]
    with pytest.raises(ValueError, match=r"^node 'norm' \(Normalizer\): a normalisation"):
        opened(model(nodes, ["label", "p"]), tmp_path)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"coefficients": [*(-W[0]).tolist(), *W[0].tolist()], "intercepts": [-0.5, 0.5]},
    ],
    ids=["one row of weights", "two rows, one the other negated"],
)
def test_two_classes_are_one_sigmoid(more: dict[str, Any], tmp_path: Path) -> None:
    nodes = [
        classifier("LOGISTIC", 1, [0, 1], **more),
        helper.make_node("Normalizer", ["scores"], ["p"], "norm", domain=ML, norm="L1"),
        zip_map("p", [0, 1]),
        node("Cast", ["label"], "output_label", to=TensorProto.INT64),
    ]
    given = model(nodes, ["output_label", "maps"])
    reading = opened(given, tmp_path)
    assert_same(reading.session, given, "maps", column=1)
    assert reading.session.network.n_outputs == 1
    assert reading.session.classes is None
    assert reading.session.task == "binary"
    assert [note for note in reading.notes if "bias" not in note] == [
        "node 'linear' (LinearClassifier): its two scores are read as one, the second"
    ]


def test_two_scores_that_go_on_stay_two(tmp_path: Path) -> None:
    more = {"coefficients": [*(-W[0]).tolist(), *W[0].tolist()], "intercepts": [-0.5, 0.5]}
    nodes = [classifier("LOGISTIC", 1, [0, 1], **more), node("Softmax", ["scores"], "p", axis=1)]
    given = model(nodes, ["p"])
    reading = opened(given, tmp_path)
    assert_same(reading.session, given, "p")


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_a_regressor(n_rows: int, tmp_path: Path) -> None:
    given = model([regressor(n_rows, intercepts=B[:n_rows].tolist())], ["y"])
    assert_same(opened(given, tmp_path).session, given, "y")


@pytest.mark.parametrize("transform", ["LOGISTIC", "SOFTMAX"])
def test_a_regressor_with_an_activation(transform: str, tmp_path: Path) -> None:
    given = model([regressor(2, post_transform=transform)], ["y"])
    reading = opened(given, tmp_path)
    assert_same(reading.session, given, "y")
    assert reading.notes == ("layer 1 has no bias in the file: taken as 0",)


def test_layers_may_follow_a_regressor_and_scalers_come_before(tmp_path: Path) -> None:
    scaler = helper.make_node(
        "Scaler", ["X"], ["s"], "scaler", domain=ML, offset=[1.0, 2.0, 3.0], scale=[0.5, 2.0, 1.0]
    )
    linear = regressor(2, intercepts=B[:2].tolist())
    linear.input[0] = "s"
    given = model([scaler, linear, node("Tanh", ["y"], "t")], ["t"])
    assert_same(opened(given, tmp_path).session, given, "t")


@pytest.mark.parametrize(
    ("linear", "reason"),
    [
        (classifier("PROBIT"), "its post_transform 'PROBIT' is no activation known here"),
        (classifier("[red]\x1b"), "its post_transform '[red]' is no activation known here"),
        (
            classifier("SOFTMAX", 1, [0, 1]),
            "its post_transform SOFTMAX of a single number says nothing",
        ),
        (classifier("NONE", intercepts=[0.5, 0.5]), "has 9 coefficients for 2 outputs"),
        (classifier("NONE", labels=[0, 1]), "has 2 class labels for 3 outputs"),
        (classifier("NONE", coefficients=[1.0, 2.0]), "has 2 coefficients for 3 outputs"),
        (regressor(3, targets=-1), "has 9 coefficients for -1 outputs"),
        (regressor(3, intercepts=[1.0]), "has 1 intercepts for 3 outputs"),
        (
            regressor(1, coefficients=[1.0, np.inf, 1.0]),
            "its coefficients are not all finite numbers",
        ),
        (
            regressor(1, coefficients=[1.0, 2.0]),
            "reads 2 numbers a sample, but what comes to it has 3",
        ),
    ],
)
def test_what_is_no_layer(linear: NodeProto, reason: str, tmp_path: Path) -> None:
    given = model([linear], [linear.output[-1]])
    with pytest.raises(ValueError, match=r"\S") as raised:
        opened(given, tmp_path)
    assert str(raised.value) == f"node 'linear' ({linear.op_type}): {reason}"
