"""What outputs say, by task."""

import numpy as np
import pytest

from engine import Layer, Network, Session, predictions
from engine.session.metrics import Prediction, is_judged
from engine.session.prediction import (
    answer,
    can_be_right,
    is_right,
    next_wrong_sample,
    prediction,
    unclassed,
)
from tests.engine.strategies import FloatArray


def session(
    n_outputs: int, task: str | None, activation: str = "identity", **parts: tuple[str, ...]
) -> Session:
    """A network whose outputs are its inputs, but for the activation."""
    network = Network([Layer(np.eye(n_outputs), np.zeros(n_outputs), activation)])
    return Session(network, task=task, classes=parts.get("classes"))


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [([0.5], 1), ([0.4999999999999999], 0), ([1.0], 1), ([-3.0], 0), ([np.inf], 1)],
)
def test_one_output_is_class_1_from_a_half_up(outputs: list[float], expected: int) -> None:
    assert prediction(session(1, "binary"), np.array(outputs)) == expected


def test_the_names_of_0_and_1() -> None:
    named = session(1, "binary", classes=("ham", "spam"))
    assert prediction(named, np.array([0.2])) == "ham"
    assert prediction(named, np.array([0.5])) == "spam"


def test_several_yes_or_no_outputs_are_a_list() -> None:
    assert prediction(session(3, "binary"), np.array([0.5, 0.4, 0.9])) == [1, 0, 1]


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [([0.2, 0.5, 0.3], 1), ([0.4, 0.4, 0.2], 0), ([-1.0, -3.0, -0.5], 2)],
)
def test_of_several_classes_the_largest_wins_and_the_first_of_equals(
    outputs: list[float], expected: int
) -> None:
    assert prediction(session(3, "multiclass"), np.array(outputs)) == expected
    named = session(3, "multiclass", classes=("cat", "dog", "cow"))
    assert prediction(named, np.array(outputs)) == ("cat", "dog", "cow")[expected]


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_nan_says_nothing(task: str) -> None:
    assert prediction(session(2, task), np.array([0.7, np.nan])) is None


@pytest.mark.parametrize(
    ("n_outputs", "task", "classes", "outputs", "words"),
    [
        (1, "binary", None, [0.7], "1"),
        (1, "binary", ("ham", "spam"), [0.7], "spam"),
        (3, "binary", None, [0.7, 0.2, 0.5], "o1 1, o2 0, o3 1"),
        (2, "binary", ("cat", "dog"), [0.7, 0.2], "cat 1, dog 0"),
        (3, "multiclass", None, [0.2, 0.3, 0.5], "o3"),
        (3, "multiclass", ("cat", "dog", "cow"), [0.2, 0.3, 0.5], "cow"),
        (2, "regression", None, [0.2, 0.3], None),
        (2, "multiclass", None, [0.2, np.nan], None),
    ],
)
def test_the_answer_in_words(
    n_outputs: int,
    task: str,
    classes: tuple[str, ...] | None,
    outputs: list[float],
    words: str | None,
) -> None:
    chosen = session(n_outputs, task).evolve(classes=classes)
    assert answer(chosen, np.array(outputs)) == words


def test_a_number_is_no_class() -> None:
    assert prediction(session(1, "regression"), np.array([0.7])) is None


def test_all_samples_at_once() -> None:
    batch = session(1, "binary").evolve(inputs=np.array([[0.1], [0.9], [0.5]]))
    assert predictions(batch) == [0, 1, 1]


@pytest.mark.parametrize(
    ("n_outputs", "task", "outputs", "targets", "expected"),
    [
        (1, "binary", [0.6], [1.0], True),
        (1, "binary", [0.6], [0.0], False),
        (1, "binary", [0.6], [0.9], True),
        (2, "binary", [0.6, 0.2], [1.0, 0.0], True),
        (2, "binary", [0.6, 0.2], [1.0, 1.0], False),
        (3, "multiclass", [0.2, 0.5, 0.3], [0.0, 1.0, 0.0], True),
        (3, "multiclass", [0.2, 0.5, 0.3], [1.0, 0.0, 0.0], False),
        (1, "regression", [0.6], [0.6], None),
        (1, "binary", [np.nan], [1.0], None),
    ],
)
def test_right_is_what_the_targets_ask_for(
    n_outputs: int, task: str, outputs: list[float], targets: list[float], expected: bool | None
) -> None:
    chosen = session(n_outputs, task)
    assert is_right(chosen, np.array(outputs), np.array(targets)) is expected


@pytest.mark.parametrize(
    ("inputs", "expected"), [([[0.0, 0.0]], 0), ([[0.0, 2.0]], 1), ([[3.0, 2.0]], 0)]
)
def test_a_softmax_is_multiclass_by_default(inputs: FloatArray, expected: Prediction) -> None:
    batch = session(2, None, "softmax").evolve(inputs=np.array(inputs))
    assert predictions(batch) == [expected]


@pytest.mark.parametrize(
    ("task", "targets", "expected"),
    [
        ("binary", [[0], [1], [-1], [0.3], [2], [1.01], [-2]], [1, 1, 1, 1, 0, 0, 0]),
        ("binary", [[0, 1], [1, 3]], [1, 0]),
        ("multiclass", [[0, 1], [0.3, 0.7], [0, 0], [1, 1], [0, 2], [-1, 1]], [1, 1, 0, 0, 0, 0]),
        ("regression", [[0], [1]], [0, 0]),
    ],
)
def test_which_targets_are_classes(
    task: str, targets: list[list[float]], expected: list[int]
) -> None:
    assert is_judged(np.array(targets, float), task).tolist() == [bool(one) for one in expected]


def test_an_answer_to_a_target_that_is_no_class_is_neither_right_nor_wrong() -> None:
    one = session(1, "binary")
    for outputs in ([0.2], [0.9]):
        assert is_right(one, np.array(outputs), np.array([2.0])) is None
    several = session(2, "multiclass")
    assert is_right(several, np.array([0.9, 0.1]), np.zeros(2)) is None


@pytest.mark.parametrize(
    ("n_outputs", "task", "targets", "words"),
    [
        (1, "binary", [[1], [2]], "the target of sample 2 is 2, no class: expected 0 or 1"),
        (2, "binary", [[1, 0], [0, -7]], "the target of sample 2 is -7, no class: expected 0 or 1"),
        (
            2,
            "multiclass",
            [[0, 0], [0, 1]],
            "the targets of sample 1 name no class: expected a single 1 and the rest 0",
        ),
        (1, "binary", [[1], [0]], None),
        (1, "regression", [[1], [2]], None),
    ],
)
def test_the_target_that_is_no_class_is_named(
    n_outputs: int, task: str, targets: list[list[float]], words: str | None
) -> None:
    given = session(n_outputs, task).evolve(
        inputs=np.zeros((2, n_outputs)), targets=np.array(targets, float)
    )
    assert unclassed(given) == words
    assert can_be_right(given) is (words is None and task != "regression")
    assert not can_be_right(given.evolve(targets=None))


def test_classes_of_the_same_name_are_still_two_classes() -> None:
    twins = session(1, "binary", classes=("same", "same"))
    assert is_right(twins, np.array([0.9]), np.array([0.0])) is False


def test_the_next_wrong_sample_is_found_all_around() -> None:
    network = Network([Layer([[1.0]], [0.0], "sigmoid")])
    inputs = np.where(np.arange(1200) % 500 == 3, -1.0, 1.0).reshape(-1, 1)
    found = Session(network, inputs, np.ones((1200, 1)), task="binary")
    assert [next_wrong_sample(found, sample) for sample in (0, 3, 503, 1003)] == [3, 503, 1003, 3]
    right = (found.trace.outputs >= 0.5).astype(float)
    assert next_wrong_sample(found.evolve(targets=right), 0) is None
    assert next_wrong_sample(found.evolve(task="regression"), 0) is None
