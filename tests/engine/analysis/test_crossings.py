"""Where an answer changes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Bias, Input, Layer, Network, Parameter, Session, Trace, Weight
from engine.analysis.sweep import crossings
from tests.engine.strategies import FloatArray


def first_output(trace: Trace) -> FloatArray:
    return trace.outputs[:, 0]


def half(trace: Trace) -> FloatArray:
    return trace.outputs[:, 0] - 0.5


def neuron(weights: list[float], bias: float, activation: str, inputs: list[float]) -> Session:
    return Session(Network([Layer([weights], [bias], activation)]), np.array([inputs]))


NEURON = neuron([0.5, -2.0], 0.25, "sigmoid", [1.0, 3.0])


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        (Input(0), (2 * 3 - 0.25) / 0.5),
        (Input(1), (0.5 + 0.25) / 2),
        (Weight(0, 0, 1), -(0.5 + 0.25) / 3),
        (Bias(0, 0), 2 * 3 - 0.5),
    ],
)
def test_a_sigmoid_turns_where_its_sum_is_zero(parameter: Parameter, expected: float) -> None:
    assert crossings(NEURON, parameter, half, (-20, 20)) == [pytest.approx(expected, abs=1e-12)]


def test_nothing_is_found_where_nothing_turns() -> None:
    assert crossings(NEURON, Input(0), half, (-20, 11)) == []
    assert crossings(NEURON, Input(0), lambda trace: trace.outputs[:, 0], (-20, 20)) == []


def test_a_jump_counts_and_lies_where_it_jumps() -> None:
    step = neuron([2.0], -1.0, "step", [0.0])
    assert crossings(step, Input(0), half, (-3, 3)) == [pytest.approx(0.5, abs=1e-12)]


def test_two_turns_are_found_in_rising_order() -> None:
    hat = Session(
        Network([Layer([[1], [1]], [0, -1], "step"), Layer([[1, -1]], [-0.5], "step")]),
        np.array([[0.0]]),
    )
    found = crossings(hat, Input(0), half, (-3, 4))
    assert found == [pytest.approx(0, abs=1e-12), pytest.approx(1, abs=1e-12)]


def test_a_half_counts_as_yes() -> None:
    """Where relu is off, sigmoid(-relu(x)) is exactly 0.5, which is class 1."""
    session = Session(Network([Layer([[1]], [0], "relu"), Layer([[-1]], [0], "sigmoid")]))
    assert crossings(session, Input(0), half, (-1, 2)) == [pytest.approx(0, abs=1e-12)]
    never_below = Session(Network([Layer([[1]], [0], "relu"), Layer([[1]], [0], "sigmoid")]))
    assert crossings(never_below, Input(0), half, (-1, 2)) == []


@given(
    st.floats(-5, 5).filter(lambda slope: abs(slope) > 1e-3),
    st.floats(-5, 5),
    st.floats(-5, 5),
)
def test_just_below_and_just_above_the_signs_differ(
    slope: float, bias: float, other: float
) -> None:
    session = Session(
        Network([Layer([[slope, 1.0]], [bias], "identity"), Layer([[1]], [0], "tanh")]),
        np.array([[0.0, other]]),
    )
    root = -(bias + other) / slope
    limits = (root - 7.3, root + 4.1)
    (found,) = crossings(session, Input(0), first_output, limits)
    assert found == pytest.approx(root, rel=1e-9, abs=1e-9)


def test_the_sample_asked_for_is_the_one_that_turns() -> None:
    session = Session(
        Network([Layer([[1, 1]], [0], "sigmoid")]), np.array([[0.0, 1.0], [0.0, 2.0]])
    )
    for sample, expected in ((0, -1), (1, -2)):
        found = crossings(session, Input(0), half, (-5, 5), sample)
        assert found == [pytest.approx(expected, abs=1e-12)]


def test_nan_is_no_turn() -> None:
    session = neuron([1.0], 0.0, "identity", [0.0])
    nowhere = crossings(session, Input(0), lambda trace: trace.outputs[:, 0] * math.nan, (-1, 1))
    assert nowhere == []
