"""Targets, some of which are not set: what counts, what is learned, what an edit keeps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine import (
    AddNeuron,
    AddSample,
    Edit,
    Layer,
    Network,
    RemoveSample,
    Session,
    SetTarget,
    SetTargets,
    SetWeight,
)
from engine.analysis.changes import compare
from engine.datasets.dataset import Dataset
from engine.edits.dataset import samples_of
from engine.explain.backward_pass import explain_backward
from engine.export.csv import csv_table
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.nn.backprop import loss_gradients
from engine.nn.losses import loss
from engine.session.loss import sample_loss, session_loss, session_loss_gradients
from engine.session.loss import test_loss as loss_of_test_samples
from engine.session.metrics import accuracy, confusion_matrix
from engine.session.prediction import expected_answer, is_right
from engine.session.training import run_of
from engine.training import TrainingRun, TrainingSettings
from tests.engine.nn.complex_step import COMPLEX_LOSSES, ComplexPass
from tests.engine.nn.gradient_scenes import CASES, assert_gradients, network, samples, targets_for
from tests.engine.strategies import assert_identical

NAN = math.nan


def session_with(network: Network, inputs: Any, targets: Any = None, **parts: Any) -> Session:
    return Session(network, inputs, targets, **parts)


LINE = Network([Layer([[1.0]], [0.0], "identity")])
FOUR = session_with(LINE, [[1], [2], [3], [4]])
PAIR = Network([Layer([[1.0], [2.0]], [0.0, 0.0], "identity")])


def loss_value(name: str, function: str, z: Any, targets: Any) -> float:
    sums: FloatArray = np.array(z, dtype=np.float64)
    activations = activation(function).forward(sums)
    return loss(name, sums, activations, np.array(targets, dtype=np.float64), activation(function))


@pytest.mark.parametrize(
    ("name", "function", "z", "targets", "expected"),
    [
        # Of three squares, 4, 9 and 16, and two samples with a target.
        ("mse", "identity", [[2, 9], [3, 4], [9, 9]], [[0, NAN], [0, 0], [NAN, NAN]], 29 / 3),
        (
            "squared_error",
            "identity",
            [[2, 9], [3, 4], [9, 9]],
            [[0, NAN], [0, 0], [NAN, NAN]],
            29 / 4,
        ),
        ("bce", "sigmoid", [[0, 9], [0, 9]], [[1, NAN], [NAN, NAN]], math.log(2)),
        ("bce", "hard_sigmoid", [[1.5, 9]], [[0, NAN]], -math.log(0.25)),
        # softmax(ln 3, 0) = 3/4, 1/4.
        ("cross_entropy", "softmax", [[math.log(3), 0]] * 2, [[NAN, 1], [NAN, NAN]], math.log(4)),
        ("cross_entropy", "softmax", [[math.log(3), 0]] * 2, [[1, NAN], [0, NAN]], math.log(4 / 3)),
        ("cross_entropy", "log_softmax", [[math.log(3), 0]], [[1, NAN]], math.log(4 / 3)),
    ],
)
def test_losses_worked_by_hand(
    name: str, function: str, z: Any, targets: Any, expected: float
) -> None:
    assert loss_value(name, function, z, targets) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", ["mse", "mae", "huber", "squared_error", "bce", "cross_entropy"])
def test_a_loss_without_targets_is_nan_and_a_nan_activation_still_counts(name: str) -> None:
    function = "softmax" if name == "cross_entropy" else "sigmoid"
    assert math.isnan(loss_value(name, function, [[1, 2]], [[NAN, NAN]]))
    assert math.isnan(loss_value(name, function, [[NAN, 2]], [[1, NAN]]))


def masked(name: str, targets: FloatArray, seed: int) -> FloatArray:
    """The targets with some not set, and none in one sample; other one-hot rows keep their 1."""
    random = np.random.default_rng(seed)
    targets = targets.copy()
    unset = random.random(targets.shape) < 0.4
    if name == "cross_entropy":
        unset &= (targets == 0) | (np.arange(len(targets)) == 1)[:, np.newaxis]
    targets[unset] = NAN
    targets[3] = NAN
    return targets


def masked_loss(a: Any, name: str, targets: FloatArray, function: str) -> Any:
    """The same loss from the complex pass, only over targets that are set."""
    used = [row for row in range(len(targets)) if not np.isnan(targets[row]).all()]
    if name == "cross_entropy":
        used = [row for row in used if (targets[row] == 1).any()]
        whole = np.nan_to_num(targets[used], nan=0.0)
        return COMPLEX_LOSSES[name](a[used], whole, function)
    places = ~np.isnan(targets)
    total = COMPLEX_LOSSES[name](a[places][:, np.newaxis], targets[places][:, np.newaxis], function)
    return total * places.sum() / len(used) if name == "squared_error" else total


@pytest.mark.parametrize(("text", "name"), CASES)
def test_gradients_of_what_is_set_against_the_complex_step(text: str, name: str) -> None:
    net, inputs = network(text), samples()
    targets = masked(name, targets_for(name), seed=len(text))
    trace = net.forward(inputs)
    gradients = loss_gradients(trace, targets, name)
    function = net.layers[-1].activation.name
    expected = ComplexPass(net, inputs)
    assert loss(name, *trace.layers[-1], targets, net.layers[-1].activation) == pytest.approx(
        float(masked_loss(expected.layers()[-1][1], name, targets, function).real), rel=1e-12
    )
    assert_gradients(
        gradients,
        expected,
        lambda moved: masked_loss(moved.layers()[-1][1], name, targets, function),
    )


def test_one_target_sets_that_one_alone_and_is_taken_back_to_the_bit() -> None:
    one = SetTarget(1, 0, 5.0)
    after = one.apply(FOUR)
    np.testing.assert_array_equal(after.targets, [[NAN], [5], [NAN], [NAN]])
    assert session_loss(after) == 9.0
    assert [sample_loss(after, sample) for sample in range(4)] == [None, 9.0, None, None]
    assert_identical(one.inverse(FOUR).apply(after), FOUR)
    away = SetTarget(1, 0, None)
    assert away.describe(after) == "target of o1 removed"
    assert away.apply(after).targets is None
    assert_identical(away.inverse(after).apply(away.apply(after)), after)


SOME = session_with(PAIR, [[1], [2], [3]], targets=[[1, NAN], [NAN, NAN], [NAN, -0.0]])


@pytest.mark.parametrize(
    "edit",
    [
        SetTarget(0, 0, None),
        SetTarget(0, 1, 2.0),
        SetTarget(2, 1, None),
        SetTargets(None),
        SetTargets(np.array([[NAN, NAN], [1, NAN], [NAN, NAN]])),
        AddSample(1, np.array([5.0])),
        AddSample(1, np.array([5.0]), np.array([NAN, 3.0])),
        RemoveSample(0),
        RemoveSample(1),
        AddNeuron(0, 1),
        SetWeight(0, 0, 0, 3.0),
    ],
)
def test_every_edit_is_taken_back_to_the_bit(edit: Edit) -> None:
    for session in (SOME, edit.apply(SOME)):
        assert_identical(edit.inverse(session).apply(edit.apply(session)), session)


def test_there_is_one_way_to_say_that_none_is_set() -> None:
    assert session_with(LINE, [[1], [2]], targets=[[NAN], [NAN]]).targets is None
    computed = np.array([[1.0], [-NAN]])
    other = session_with(LINE, [[1], [2]], targets=[[1], [NAN]])
    assert_identical(session_with(LINE, [[1], [2]], targets=computed), other)
    with pytest.raises(ValueError, match="targets: 1 rows of 1 numbers, expected 2 rows"):
        session_with(LINE, [[1], [2]], targets=[[NAN]])
    with pytest.raises(ValueError, match=r"^targets\[2\]\[1\] is not a finite number$"):
        session_with(LINE, [[1], [2]], targets=[[NAN], [math.inf]])


@pytest.mark.parametrize(
    ("task", "targets", "share", "counts"),
    [
        ("multiclass", [[1, NAN, 0], [NAN] * 3, [0, NAN, 0], [0, 0, 1]], 0.5, [[1], [0], [1]]),
        ("multiclass", [[NAN] * 3] * 4, None, [[0], [0], [0]]),
    ],
)
def test_only_samples_whose_class_is_known_are_judged(
    task: str, targets: Any, share: float | None, counts: Any
) -> None:
    outputs = np.tile([0.7, 0.2, 0.1], (4, 1))
    assert accuracy(outputs, np.array(targets), task) == share
    assert confusion_matrix(outputs, np.array(targets), task)[:, :1].tolist() == counts


def test_yes_or_no_is_judged_by_what_is_set() -> None:
    outputs = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1]])
    targets = np.array([[1, NAN], [NAN, 1], [NAN, NAN]])
    assert accuracy(outputs, targets, "binary") == 0.5
    assert confusion_matrix(outputs[:, :1], targets[:, :1], "binary").tolist() == [[0, 0], [0, 1]]
    session = session_with(PAIR, [[1]], task="binary")
    assert [is_right(session, outputs[0], row) for row in targets] == [True, False, None]
    assert [expected_answer(session, row) for row in targets] == ["o1 1", "o2 1", None]
    several = session_with(PAIR, [[1]], task="multiclass", classes=("cat", "dog"))
    assert [expected_answer(several, row) for row in targets] == ["cat", "dog", None]


def trained(session: Session, epochs: int = 4, **settings: Any) -> TrainingRun:
    run = run_of(session, TrainingSettings(batch_size=2, **settings))
    for _ in range(epochs):
        run.run_epoch()
    return run


def test_samples_without_a_target_are_not_trained_on() -> None:
    random = np.random.default_rng(1)
    inputs, targets = random.normal(size=(9, 3)), random.normal(size=(9, 3))
    some = targets.copy()
    some[[1, 4, 5]] = NAN
    known = [0, 2, 3, 6, 7, 8]
    net = network("tanh")
    one = trained(session_with(net, inputs, targets=some, n_test=2))
    other = trained(session_with(net, inputs[known], targets=targets[known], n_test=2))
    assert one.losses == other.losses
    assert one.test_losses == other.test_losses
    assert one.n_samples == 4


@pytest.mark.parametrize(
    ("text", "name"),
    [
        case
        for case in CASES
        if case[0] in ("identity", "relu", "tanh", "sigmoid", "softmax", "log_softmax", "gelu")
    ],
)
def test_a_step_goes_down_the_gradient_of_what_is_set(text: str, name: str) -> None:
    net, inputs, targets = network(text), samples(), masked(name, targets_for(name), seed=9)
    session = session_with(net, inputs, targets=targets)
    run = run_of(session, TrainingSettings("sgd", 0.1, batch_size="all", loss=name))
    gradients = session_loss_gradients(session, name)
    assert run.loss == pytest.approx(session_loss(session, name), rel=1e-14)
    run.step()
    for layer, old, grad in zip(run.network.layers, net.layers, gradients.layers, strict=True):
        assert layer.weights == pytest.approx(old.weights - 0.1 * grad.weights, rel=1e-12)
        assert layer.bias == pytest.approx(old.bias - 0.1 * grad.bias, rel=1e-12)


@pytest.mark.parametrize("name", ["mse", "mae", "huber", "squared_error", "bce", "cross_entropy"])
def test_the_loss_of_a_run_in_chunks_is_that_of_all(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.objective._MAX_NUMBERS", 30)
    random = np.random.default_rng(2)
    inputs, classes = random.normal(size=(23, 3)), random.integers(0, 3, 23)
    targets = masked(name, np.eye(3)[classes], seed=3)
    targets[:5, 1:] = NAN
    targets[:5, 0] = 0
    session = session_with(network("tanh", "softmax"), inputs, targets=targets)
    run = run_of(session, TrainingSettings(loss=name, batch_size=3))
    for _ in range(2):
        now = session.evolve(network=run.network)
        assert run.loss == pytest.approx(session_loss(now, name), rel=1e-13)
        run.run_epoch()


def test_training_without_any_target_says_so() -> None:
    for targets in (None, [[NAN], [NAN], [NAN], [1.0]]):
        session = FOUR.evolve(targets=None if targets is None else np.array(targets), n_test=1)
        with pytest.raises(ValueError, match="training needs targets"):
            run_of(session, TrainingSettings())
        assert session_loss(session) is None
        with pytest.raises(ValueError, match="there are no targets to measure a loss against"):
            session_loss_gradients(session)
    softmax = Network([Layer([[1.0], [2.0]], [0.0, 0.0], "softmax")])
    session = session_with(softmax, [[1]], targets=[[0, NAN]])
    assert session_loss(session) is None
    with pytest.raises(ValueError, match="training needs targets"):
        run_of(session, TrainingSettings())


def test_a_test_set_without_targets_has_no_loss() -> None:
    session = FOUR.evolve(targets=np.array([[1.0], [NAN], [NAN], [NAN]]), n_test=2)
    run = trained(session)
    assert run.test_loss is None
    assert run.test_losses is None
    assert loss_of_test_samples(session) is None


def lines_of_loss(session: Session, sample: int) -> list[str]:
    _, *lines = explain_backward(session, sample).loss.lines()
    return [line.text for line in lines]


def test_the_arithmetic_of_a_loss_names_what_is_set_only() -> None:
    session = session_with(PAIR, [[1], [2]], targets=[[3, NAN], [NAN, NAN]])
    assert "sample 2 has no target" in lines_of_loss(session, 1)[0]
    assert lines_of_loss(session, 0)[:2] == [
        "loss = (a - y)², y being the target, mean over the outputs with a target",
        "loss = (1 - 3)² = 4",
    ]
    halves = session.evolve(training=TrainingSettings(loss="squared_error"))
    assert lines_of_loss(halves, 0)[1] == "loss = (1 - 3)² / 2 = 2"
    softmax = Network([Layer([[1.0], [1.0]], [0.0, 0.0], "softmax")])
    classes = session_with(softmax, [[1]], targets=[[NAN, 1]])
    assert lines_of_loss(classes, 0)[1] == "loss = -ln 0.5 ≈ 0.6931"


def test_own_samples_are_split_and_drawn_with_what_is_not_set() -> None:
    targets = np.array([[1.0, NAN, NAN], [NAN] * 3, [0, 1, 0], [NAN, NAN, 1]])
    inputs = np.arange(12.0).reshape(4, 3)
    data = Dataset("own", inputs, targets, ("x1", "x2", "x3"), None, "multiclass")
    start = session_with(network("tanh", "softmax"), inputs)
    after = samples_of(data, noise=0, seed=1, test_percent=50).apply(start)
    rows = [int(row[0]) // 3 for row in after.inputs]
    np.testing.assert_array_equal(after.targets, targets[rows])
    with pytest.raises(ValueError, match=r"targets\[1\]\[1\] is not a finite number"):
        Dataset("own", inputs[:1], np.array([[math.inf]]), data.features, None, "regression")


def test_what_changed_names_a_target_that_was_not_set() -> None:
    before = session_with(PAIR, [[1], [2], [3]])
    after = SetTarget(0, 1, 2.5).apply(before)
    sentence = compare(before, after).sentence
    assert sentence == "target of o2 went from – to 2.5: no out of sample 1 changed"
    back = compare(after, before).sentence
    assert back == "target of o2 went from 2.5 to –: no out of sample 1 changed"
    assert compare(after, after.evolve(title="x")).sentence == "nothing changed"
    other = compare(after, SetTarget(2, 0, 1.0).apply(after)).sentence
    assert other.startswith("the targets of sample 3 changed")


def test_a_table_has_an_empty_cell() -> None:
    first, second, _ = csv_table(session_with(LINE, [[1], [2]], targets=[[NAN], [3]])).split("\n")[
        1:
    ]
    assert first == "1,1.0,1.0,1.0,"
    assert second == "2,2.0,2.0,2.0,3.0"
