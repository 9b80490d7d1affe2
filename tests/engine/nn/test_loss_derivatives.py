"""The derivatives of the losses at the last layer: where activations are rounded, and refusals."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.nn.losses import LOSSES, loss, loss_derivative, output_derivative
from tests.engine.nn.activation_references import reference_softmax

INF = math.inf


def at(z: Any, targets: Any, function: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The sums, activations and targets of a last layer."""
    sums: FloatArray = np.array(z, dtype=np.float64)
    with np.errstate(all="ignore"):
        activations = activation(function).forward(sums)
    return sums, activations, np.array(targets, dtype=np.float64)


def by_sums(name: str, function: str, z: Any, targets: Any) -> FloatArray:
    return loss_derivative(name, *at(z, targets, function), activation(function))


def by_activations(name: str, function: str, z: Any, targets: Any) -> FloatArray:
    return output_derivative(name, *at(z, targets, function), activation(function))


@pytest.mark.parametrize(
    ("name", "function", "z", "targets", "expected_by_outs", "expected_by_sums"),
    [
        ("squared_error", "identity", [[1, 2], [3, 4]], [[0, 4], [0, 4]],
         [[0.5, -1], [1.5, 0]], [[0.5, -1], [1.5, 0]]),
        ("mse", "identity", [[1, 2], [3, 4]], [[0, 4], [0, 4]],
         [[0.5, -1], [1.5, 0]], [[0.5, -1], [1.5, 0]]),
        ("mse", "relu", [[-1, 3]], [[0.5, 1]], [[-0.5, 2]], [[0, 2]]),
        # sigmoid(ln 3) = 3/4, with the derivative 3/16.
        ("mse", "sigmoid", [[math.log(3)]], [[0]], [[1.5]], [[9 / 32]]),
        ("bce", "sigmoid", [[math.log(3), 0]], [[1, 0]], [[-2 / 3, 1]], [[-1 / 8, 1 / 4]]),
        ("bce", "hard_sigmoid", [[1.5]], [[0]], [[4]], [[4 / 6]]),
        ("bce", "softmax", [[0, 0]], [[1, 0]], [[-1, 1]], [[-0.5, 0.5]]),
        # softmax(ln 3, 0) = 3/4, 1/4.
        ("cross_entropy", "softmax", [[math.log(3), 0]], [[0, 1]], [[0, -4]], [[0.75, -0.75]]),
        ("cross_entropy", "log_softmax", [[math.log(3), 0]], [[0, 1]], [[0, -1]], [[0.75, -0.75]]),
        ("cross_entropy", "sigmoid", [[math.log(3), 7]], [[1, 0]], [[-4 / 3, 0]], [[-0.25, 0]]),
    ],
)  # fmt: skip
def test_derivatives_worked_by_hand(
    name: str, function: str, z: Any, targets: Any, expected_by_outs: Any, expected_by_sums: Any
) -> None:
    activations = by_activations(name, function, z, targets)
    sums = by_sums(name, function, z, targets)
    assert activations == pytest.approx(np.array(expected_by_outs), rel=1e-14)
    assert sums == pytest.approx(np.array(expected_by_sums), rel=1e-14)


@pytest.mark.parametrize(
    ("name", "function", "z", "targets", "expected"),
    [
        # a - y is 0 to the last bit here, but the derivative is not.
        ("bce", "sigmoid", [[50]], [[1]], [[-math.exp(-50)]]),
        ("bce", "sigmoid", [[-800, 800]], [[1, 0]], [[-0.5, 0.5]]),
        ("bce", "sigmoid", [[-INF, INF]], [[0, 1]], [[0, 0]]),
        ("bce", "sigmoid", [[INF]], [[0]], [[1]]),
        ("cross_entropy", "softmax", [[0, 50]], [[0, 1]], [[math.exp(-50), -math.exp(-50)]]),
        ("cross_entropy", "softmax", [[0, 1000]], [[1, 0]], [[-1, 1]]),
        ("cross_entropy", "log_softmax", [[0, 50]], [[0, 1]], [[math.exp(-50), -math.exp(-50)]]),
        ("cross_entropy", "log_softmax", [[0, 1000]], [[1, 0]], [[-1, 1]]),
        ("cross_entropy", "softmax", [[0, -INF]], [[1, 0]], [[0, 0]]),
        ("bce", "step", [[1, -1]], [[1, 0]], [[0, 0]]),
        ("cross_entropy", "step", [[1, -1]], [[1, 0]], [[0, 0]]),
    ],
)
def test_derivatives_at_the_ends(
    name: str, function: str, z: Any, targets: Any, expected: Any
) -> None:
    got = by_sums(name, function, z, targets)
    assert got == pytest.approx(np.array(expected), rel=1e-14, abs=0)


def test_with_respect_to_activations_where_they_are_rounded() -> None:
    assert by_activations("bce", "sigmoid", [[50]], [[0]])[0, 0] == pytest.approx(
        math.exp(50) + 1, 1e-14
    )
    assert by_activations("cross_entropy", "softmax", [[0, 1000]], [[1, 0]])[0, 0] == -INF
    assert by_activations("bce", "step", [[1, -1]], [[1, 1]])[0].tolist() == [-0.5, -INF]


def test_bce_of_a_sigmoid_against_mpmath() -> None:
    random = np.random.default_rng(1)
    z = random.normal(scale=20, size=(40, 3))
    targets = random.choice([0.0, 1.0], size=(40, 3))
    with mpmath.workdps(50):
        exact = [
            float((1 / (1 + mp.exp(-mpf(sum_))) - mpf(y)) / z.size)
            for sum_, y in zip(z.ravel().tolist(), targets.ravel().tolist(), strict=True)
        ]
    got = by_sums("bce", "sigmoid", z, targets).ravel()
    assert got == pytest.approx(np.array(exact), rel=2e-15, abs=0)


@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
def test_cross_entropy_of_a_softmax_against_mpmath(function: str) -> None:
    random = np.random.default_rng(2)
    z = random.normal(scale=20, size=(40, 5))
    targets = np.eye(5)[random.integers(0, 5, size=40)]
    with mpmath.workdps(50):
        exact = [
            [float((out - mpf(y)) / 40) for out, y in zip(reference_softmax(row), ys, strict=True)]
            for row, ys in zip(z.tolist(), targets.tolist(), strict=True)
        ]
    got = by_sums("cross_entropy", function, z, targets)
    assert got == pytest.approx(np.array(exact), rel=1e-14, abs=0)


def test_every_loss_has_its_derivative_and_nan_stays_nan() -> None:
    for name in LOSSES:
        function = "softmax" if name == "cross_entropy" else "sigmoid"
        assert np.isnan(by_sums(name, function, [[math.nan, math.nan]], [[1, 0]])).all()


@pytest.mark.parametrize(
    ("name", "function", "z", "targets"),
    [
        ("msee", "identity", [[0]], [[0]]),
        ("mse", "identity", [[0, 0]], [[0]]),
        ("mse", "identity", np.zeros((0, 2)), np.zeros((0, 2))),
        ("bce", "relu", [[1]], [[1]]),
        ("bce", "sigmoid", [[1]], [[2]]),
        ("cross_entropy", "tanh", [[1, 1]], [[1, 0]]),
        ("cross_entropy", "softmax", [[1, 1]], [[1, 1]]),
    ],
)
def test_what_the_loss_refuses_its_derivatives_refuse_alike(
    name: str, function: str, z: Any, targets: Any
) -> None:
    arguments = (name, *at(z, targets, function), activation(function))
    with pytest.raises(ValueError, match=r"^.+$") as refusal:
        loss(*arguments)
    for derivative in (loss_derivative, output_derivative):
        with pytest.raises(ValueError, match=r"^.+$") as its:
            derivative(*arguments)
        assert str(its.value) == str(refusal.value)
