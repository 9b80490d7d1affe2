"""Accuracy and the confusion matrix, against the predictions one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer, Network, Session
from engine.session.metrics import accuracy, confusion_matrix
from engine.session.prediction import is_right, prediction
from tests.engine.strategies import FloatArray


def session(n_outputs: int, task: str) -> Session:
    network = Network([Layer(np.eye(n_outputs), np.zeros(n_outputs), "identity")])
    return Session(network, task=task)


THREE = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4], [0.1, 0.8, 0.1], [0.5, 0.5, 0.0]])
THREE_TARGETS = np.eye(3)[[0, 1, 1, 2]]


def test_three_classes_worked_by_hand() -> None:
    assert accuracy(THREE, THREE_TARGETS, "multiclass") == 0.5
    assert confusion_matrix(THREE, THREE_TARGETS, "multiclass").tolist() == [
        [1, 0, 0],
        [0, 1, 1],
        [1, 0, 0],
    ]


def test_yes_and_no_worked_by_hand() -> None:
    outputs = np.array([[0.5], [0.4999], [0.9], [0.1], [0.2]])
    targets = np.array([[1.0], [1.0], [0.0], [0.0], [0.0]])
    assert accuracy(outputs, targets, "binary") == 0.6
    assert confusion_matrix(outputs, targets, "binary").tolist() == [[2, 1], [1, 1]]


def test_several_yes_or_no_outputs_all_have_to_be_right() -> None:
    outputs = np.array([[0.9, 0.1], [0.9, 0.9]])
    targets = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert accuracy(outputs, targets, "binary") == 0.5
    with pytest.raises(ValueError, match="2 yes/no outputs"):
        confusion_matrix(outputs, targets, "binary")


def test_nan_is_wrong_and_in_no_column() -> None:
    outputs = np.array([[np.nan, 0.1, 0.2], [0.9, 0.0, 0.1]])
    targets = np.eye(3)[[0, 0]]
    assert accuracy(outputs, targets, "multiclass") == 0.5
    assert confusion_matrix(outputs, targets, "multiclass").sum() == 1
    assert accuracy(np.array([[np.nan]]), np.array([[0.0]]), "binary") == 0


def test_regression_has_no_right_and_wrong() -> None:
    assert accuracy(THREE, THREE, "regression") is None
    with pytest.raises(ValueError, match="the task is regression"):
        confusion_matrix(THREE, THREE, "regression")


@pytest.mark.parametrize("measure", [accuracy, confusion_matrix])
@pytest.mark.parametrize(
    ("outputs", "targets"),
    [((2, 3), (2, 2)), ((0, 1), (0, 1)), ((3,), (3,)), ((2, 0), (2, 0))],
)
def test_shapes_that_do_not_fit(
    measure: object, outputs: tuple[int, ...], targets: tuple[int, ...]
) -> None:
    assert callable(measure)
    with pytest.raises(ValueError, match="expected the same"):
        measure(np.zeros(outputs), np.zeros(targets), "binary")


@given(
    st.sampled_from([("binary", 1), ("multiclass", 2), ("multiclass", 4), ("binary", 3)]),
    st.integers(1, 8),
    st.data(),
)
def test_as_the_predictions_say_one_by_one(
    kind: tuple[str, int], n_samples: int, data: st.DataObject
) -> None:
    task, n_outputs = kind
    tenths = st.one_of(st.integers(-5, 15).map(lambda value: value / 10), st.just(np.nan))
    rows = st.lists(tenths, min_size=n_outputs, max_size=n_outputs)
    outputs = np.array(data.draw(st.lists(rows, min_size=n_samples, max_size=n_samples)))
    classes = st.integers(0, max(1, n_outputs - 1))
    answers = data.draw(st.lists(classes, min_size=n_samples, max_size=n_samples))
    targets: FloatArray = (
        np.array(answers, float)[:, np.newaxis] if n_outputs == 1 else np.eye(n_outputs)[answers]
    )
    net = session(n_outputs, task)
    right = [is_right(net, *row) for row in zip(outputs, targets, strict=True)]
    assert accuracy(outputs, targets, task) == pytest.approx(right.count(True) / n_samples)
    if task == "binary" and n_outputs > 1:
        return
    expected = np.zeros((net.n_classes, net.n_classes), int)
    for answer, row in zip(answers, outputs, strict=True):
        predicted = prediction(net, row)
        if isinstance(predicted, int):
            expected[answer, predicted] += 1
    assert confusion_matrix(outputs, targets, task).tolist() == expected.tolist()


def test_targets_that_are_no_class_leave_no_share_of_right_answers() -> None:
    outputs, targets = np.array([[0.9], [0.8]]), np.array([[1.0], [2.0]])
    assert accuracy(outputs, targets, "binary") is None
    with pytest.raises(ValueError, match="some targets are not"):
        confusion_matrix(outputs, targets, "binary")
