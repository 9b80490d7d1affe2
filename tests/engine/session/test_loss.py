"""The loss of a session."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Layer, Network, Session, examples, session_loss
from engine.session.loss import sample_loss
from engine.session.loss import test_loss as loss_of_tests

LINE = Session(
    Network([Layer([[2.0], [1.0]], [0, 1], "identity")]),
    np.array([[1.0], [3]]),
    np.array([[2.0, 4], [5, 1]]),
)
# Activations 2, 2 and 6, 4; differences 0, -2 and 1, 3.


def test_the_loss_of_all_samples_and_of_each_alone() -> None:
    assert session_loss(LINE) == 14 / 4
    assert session_loss(LINE, "squared_error") == 14 / 2 / 2
    assert sample_loss(LINE, 0) == 4 / 2
    assert sample_loss(LINE, 1) == 10 / 2
    assert sample_loss(LINE, 1, "squared_error") == 10 / 2


def test_the_usual_loss_is_that_of_the_task() -> None:
    spam = examples.load("spam-or-ham").evolve(targets=np.array([[1.0]]))
    assert session_loss(spam) == pytest.approx(-math.log(spam.trace.outputs[0, 0]), rel=1e-14)
    three = examples.load("three-classes").evolve(targets=np.array([[0.0, 0, 1]]))
    assert session_loss(three) == pytest.approx(-math.log(three.trace.outputs[0, 2]), rel=1e-14)


def test_there_is_none_without_targets() -> None:
    without = LINE.evolve(targets=None)
    assert session_loss(without) is None
    assert sample_loss(without, 0) is None


def test_a_loss_that_does_not_suit_is_refused() -> None:
    with pytest.raises(ValueError, match="bce: the target of sample 1, output 1 is 2"):
        session_loss(LINE, "bce")
    with pytest.raises(ValueError, match="loss 'msee' is unknown"):
        session_loss(LINE, "msee")
    with pytest.raises(ValueError, match="sample 2 does not exist"):
        sample_loss(LINE, 2)


def test_a_message_counts_from_the_first_of_all_samples() -> None:
    two = LINE.evolve(targets=np.array([[0.0, 1], [1, -0.1]]), n_test=1)
    for measure in (loss_of_tests, lambda session, name: sample_loss(session, 1, name)):
        with pytest.raises(ValueError, match=r"the target of sample 2, output 2 is -0\.1"):
            measure(two, "bce")
