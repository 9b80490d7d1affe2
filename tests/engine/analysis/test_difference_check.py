"""A derivative checked by moving the number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Bias, Input, Layer, Network, Session, Weight, examples, loss_gradients
from engine.analysis.difference_check import check_derivative
from engine.session.loss import session_loss

SQUARE = Session(
    Network([Layer([[3.0, 0]], [1.0], "identity")]),
    np.array([[2.0, 5], [1, 5]]),
    np.array([[0.0], [0]]),
)


def first_out_squared(session: Session) -> float:
    return float(session.trace.outputs[0, 0]) ** 2


def test_the_figures_of_a_square() -> None:
    # (2·w + 1)² at w = 2.5, 3, 3.5 is 36, 49, 64, and its derivative at 3 is 2·2·7.
    check = check_derivative(SQUARE, Weight(0, 0, 0), first_out_squared, 0.5, derivative=28.0)
    assert (check.below, check.above) == (36, 64)
    assert check.measured == 28
    assert check.derivative == 28
    assert check.parameter == Weight(0, 0, 0)
    assert check.h == 0.5


def test_an_input_is_moved_in_its_own_sample() -> None:
    check = check_derivative(SQUARE, Input(0), first_out_squared, 1, 1, derivative=0.0)
    assert check.below == check.above == 49
    assert check_derivative(SQUARE, Input(0), first_out_squared, 1, derivative=42.0).measured == 42


def test_every_number_of_the_binary_classifier_moved_by_a_thousandth() -> None:
    session = examples.load("binary-classifier").evolve(targets=np.array([[1.0]]))
    assert session.targets is not None
    gradients = loss_gradients(session.trace, session.targets, "bce")

    def measured(moved: Session) -> float:
        value = session_loss(moved)
        assert value is not None
        return value

    for parameter in (Weight(0, 1, 2), Weight(1, 0, 1), Bias(0, 0), Bias(1, 0), Input(1)):
        derivative = gradients.of(parameter)
        check = check_derivative(session, parameter, measured, 0.001, derivative=derivative)
        assert check.measured == pytest.approx(derivative, rel=1e-5)
        assert check.above != check.below


@pytest.mark.parametrize("h", [0, -0.1, math.nan, math.inf])
def test_a_step_is_above_zero(h: float) -> None:
    with pytest.raises(ValueError, match="expected a number above 0"):
        check_derivative(SQUARE, Bias(0, 0), first_out_squared, h, derivative=0.0)


def test_a_step_that_float64_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^weight x1→h1 is 1e\+20: moving it by 0.1 is lost"):
        check_derivative(
            Session(Network([Layer([[1e20]], [0], "relu", "hidden")])),
            Weight(0, 0, 0),
            first_out_squared,
            0.1,
            derivative=0.0,
        )
    largest = Session(Network([Layer([[1.7e308]], [0], "relu")]))
    with pytest.raises(ValueError, match="not a finite number"):
        check_derivative(largest, Weight(0, 0, 0), first_out_squared, 1e308, derivative=0.0)
