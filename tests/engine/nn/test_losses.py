"""Losses: figures worked by hand, against mpmath, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.nn.losses import LOSSES, default_loss, loss, losses_of
from tests.engine.nn.activation_references import reference_log_softmax

INF = math.inf


def computed(name: str, function: str, z: Any, targets: Any) -> float:
    """The loss of a last layer with these sums."""
    sums: FloatArray = np.array(z, dtype=np.float64)
    with np.errstate(all="ignore"):
        activations = activation(function).forward(sums)
    return loss(name, sums, activations, np.array(targets, dtype=np.float64), activation(function))


def test_the_names_are_those_of_the_contract() -> None:
    assert list(LOSSES) == ["squared_error", "mse", "mae", "huber", "bce", "cross_entropy"]


@pytest.mark.parametrize(
    ("name", "function", "z", "targets", "expected"),
    [
        # Differences 1, -2 and 3, 0: squares 1, 4, 9, 0.
        ("squared_error", "identity", [[1, 2], [3, 4]], [[0, 4], [0, 4]], 14 / 2 / 2),
        ("mse", "identity", [[1, 2], [3, 4]], [[0, 4], [0, 4]], 14 / 4),
        ("squared_error", "relu", [[-1, 3]], [[0.5, 1]], (0.25 + 4) / 2),
        ("mse", "step", [[0.1], [-0.1], [2]], [[1], [1], [0]], 2 / 3),
        ("mae", "identity", [[1, 2], [3, 4]], [[0, 4], [0, 4]], 6 / 4),
        # PyTorch's HuberLoss gives 0.5, 1.5, 2.5 and 0 for differences of 1, 2, 3 and 0.
        ("huber", "identity", [[1, 2], [3, 4]], [[0, 4], [0, 4]], 4.5 / 4),
        ("huber", "identity", [[0.5, -0.25]], [[0, 0]], (0.125 + 0.03125) / 2),
        ("bce", "sigmoid", [[0], [0]], [[0], [1]], math.log(2)),
        # sigmoid(ln 3) = 3/4 and sigmoid(-ln 3) = 1/4.
        ("bce", "sigmoid", [[math.log(3), -math.log(3)]], [[1, 1]], math.log(16 / 3) / 2),
        ("bce", "sigmoid", [[math.log(3)]], [[0.25]], math.log(4) - 0.25 * math.log(3)),
        # hard_sigmoid(0) = 1/2, hard_sigmoid(1.5) = 3/4.
        ("bce", "hard_sigmoid", [[0], [1.5]], [[1], [0]], math.log(8) / 2),
        ("bce", "softmax", [[0, 0]], [[1, 0]], math.log(2)),
        ("cross_entropy", "softmax", [[0, 0, 0, 0], [0, math.log(3), 0, 0]],
         [[1, 0, 0, 0], [0, 1, 0, 0]], math.log(8) / 2),
        ("cross_entropy", "log_softmax", [[0, 0], [5, 5]], [[1, 0], [0, 1]], math.log(2)),
        ("cross_entropy", "sigmoid", [[math.log(3), 7]], [[1, 0]], math.log(4 / 3)),
    ],
)  # fmt: skip
def test_losses_worked_by_hand(
    name: str, function: str, z: Any, targets: Any, expected: float
) -> None:
    assert computed(name, function, z, targets) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "function", "z", "targets", "expected"),
    [
        # Where the sigmoid is 1 or 0 to the last bit, its sum still makes a difference.
        ("bce", "sigmoid", [[50]], [[0]], 50),
        ("bce", "sigmoid", [[-800]], [[1]], 800),
        ("bce", "sigmoid", [[50]], [[1]], math.exp(-50)),
        ("bce", "sigmoid", [[-INF, INF]], [[0, 1]], 0),
        ("bce", "sigmoid", [[INF]], [[0.5]], INF),
        ("cross_entropy", "softmax", [[0, 1000]], [[1, 0]], 1000),
        ("cross_entropy", "softmax", [[0, 50]], [[0, 1]], math.exp(-50)),
        ("cross_entropy", "softmax", [[0, -INF]], [[1, 0]], 0),
        ("cross_entropy", "log_softmax", [[0, -INF]], [[1, 0]], 0),
        ("cross_entropy", "log_softmax", [[0, -INF]], [[0, 1]], INF),
        # 0·ln 0 is 0, but an answer that is certain and wrong costs infinitely much.
        ("bce", "step", [[1, -1]], [[1, 0]], 0),
        ("bce", "step", [[1, -1]], [[1, 1]], INF),
        ("bce", "hard_sigmoid", [[-9]], [[0.5]], INF),
        ("cross_entropy", "step", [[1, -1]], [[1, 0]], 0),
        ("cross_entropy", "step", [[1, -1]], [[0, 1]], INF),
        ("mse", "identity", [[1e200]], [[0]], INF),
    ],
)
def test_losses_at_the_ends(
    name: str, function: str, z: Any, targets: Any, expected: float
) -> None:
    value = computed(name, function, z, targets)
    assert value == pytest.approx(expected, rel=1e-15)
    assert math.copysign(1, value) == 1


def test_nan_outputs_give_a_nan_loss() -> None:
    for name, function in (("mse", "identity"), ("bce", "sigmoid"), ("cross_entropy", "softmax")):
        assert math.isnan(computed(name, function, [[math.nan, 0.0]], [[1, 0]]))


def test_bce_of_a_sigmoid_against_mpmath() -> None:
    random = np.random.default_rng(1)
    z = random.normal(scale=20, size=(40, 3))
    targets = random.choice([0.0, 1.0, 0.3], size=(40, 3))
    with mpmath.workdps(40):
        costs = [
            y * mp.log1p(mp.exp(-mpf(x))) + (1 - mpf(y)) * mp.log1p(mp.exp(mpf(x)))
            for x, y in zip(z.ravel().tolist(), targets.ravel().tolist(), strict=True)
        ]
        expected = float(mp.fsum(costs) / len(costs))
    assert computed("bce", "sigmoid", z, targets) == pytest.approx(expected, rel=1e-14)


def test_cross_entropy_of_a_softmax_against_mpmath() -> None:
    random = np.random.default_rng(2)
    z = random.normal(scale=20, size=(40, 5))
    classes = random.integers(0, 5, size=40)
    with mpmath.workdps(40):
        costs = [
            -reference_log_softmax(row)[own]
            for row, own in zip(z.tolist(), classes.tolist(), strict=True)
        ]
        expected = float(mp.fsum(costs) / len(costs))
    targets = np.eye(5)[classes]
    for function in ("softmax", "log_softmax"):
        got = computed("cross_entropy", function, z, targets)
        assert got == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "function", "z", "targets", "message"),
    [
        ("msee", "identity", [[0]], [[0]], "loss 'msee' is unknown; did you mean 'mse'?"),
        (
            "hinge",
            "identity",
            [[0]],
            [[0]],
            "loss 'hinge' is unknown; expected one of squared_error, mse",
        ),
        ("mse", "identity", [[0, 0]], [[0]], "targets have shape (1, 1), expected that of the out"),
        ("mse", "identity", [0, 0], [0, 0], "one row a sample"),
        ("mse", "identity", np.zeros((0, 2)), np.zeros((0, 2)), "at least one sample"),
        ("bce", "relu", [[1]], [[1]], "the last layer is relu, expected sigmoid"),
        ("bce", "leaky_relu(0.3)", [[1]], [[1]], "is leaky_relu(0.3), expected sigmoid"),
        ("bce", "log_softmax", [[1, 2]], [[1, 0]], "is log_softmax, expected sigmoid"),
        ("bce", "sigmoid", [[1, 1], [1, 1]], [[0, 1], [1, 2]], "of sample 2, output 2 is 2.0"),
        ("bce", "sigmoid", [[1]], [[math.inf]], "of sample 1, output 1 is inf, expected a number"),
        ("bce", "sigmoid", [[1, 1]], [[math.nan, 2]], "of sample 1, output 2 is 2.0, expected a"),
        ("cross_entropy", "softmax", [[1, 1, 1]], [[1, math.nan, 1]], "are [1.0, 0.0, 1.0], expec"),
        ("cross_entropy", "tanh", [[1, 1]], [[1, 0]], "is tanh, expected softmax"),
        ("cross_entropy", "log_sigmoid", [[1, 1]], [[1, 0]], "is log_sigmoid, expected softmax"),
        ("cross_entropy", "softmax", [[1, 1]] * 2, [[1, 0], [1, 1]], "targets of sample 2 are"),
        ("cross_entropy", "softmax", [[1, 1]], [[0, 0]], "are [0.0, 0.0], expected a single 1"),
        ("cross_entropy", "softmax", [[1, 1]], [[0.5, 0.5]], "expected a single 1 and the rest 0"),
        ("cross_entropy", "softmax", [[1, 1]], [[2, -1]], "expected a single 1 and the rest 0"),
    ],
)
def test_what_is_refused_and_how(
    name: str, function: str, z: Any, targets: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as refusal:
        computed(name, function, z, targets)
    assert message in str(refusal.value)


def test_the_loss_of_each_task() -> None:
    tasks = ("regression", "binary", "multiclass")
    assert [default_loss(task) for task in tasks] == ["mse", "bce", "cross_entropy"]
    with pytest.raises(ValueError, match="unknown task 'ranking': known are regression, binary"):
        default_loss("ranking")


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("last", ["sigmoid", "softmax"])
def test_the_losses_of_several_networks_are_those_of_each(name: str, last: str) -> None:
    random = np.random.default_rng(1)
    z = random.normal(size=(3, 5, 4))
    targets = np.eye(4)[random.integers(0, 4, 5)]
    targets[2] = np.nan
    a = activation(last).forward(z)
    found = losses_of(name, z, a, targets, activation(last))
    alone = [
        loss(name, sums, outs, targets, activation(last)) for sums, outs in zip(z, a, strict=True)
    ]
    assert found == pytest.approx(alone, rel=1e-14)
