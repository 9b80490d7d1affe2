"""Whether two values hold the same: numbers, names, activations, and what is not compared."""

from __future__ import annotations

import numpy as np
import pytest

from engine import (
    Activation,
    Edit,
    Rename,
    Session,
    SetActivation,
    SetInput,
    SetTarget,
    SetWeight,
    examples,
    new_network,
)
from engine.datasets.standardisation import Standardisation
from engine.edits.training import SetFrozen, SetTraining
from engine.nn.layer import everything_frozen
from engine.nn.values import same_content
from engine.session.data_record import DataRecord
from engine.training.settings import TrainingSettings


def session() -> Session:
    network = new_network((2, 3, 1), ["relu", "sigmoid"])
    inputs, targets = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0], [1.0]])
    return Session(network, inputs, targets=targets, data=record(2.0))


def record(mean: float) -> DataRecord:
    return DataRecord(
        "mine", standardisation=Standardisation(np.array([1.0, mean]), np.array([1.0, 0.5]))
    )


def test_equal_values_made_separately_are_the_same() -> None:
    assert same_content(session(), session())
    computed = session()
    assert computed.trace is not None
    assert same_content(computed, session())
    assert same_content(computed.evolve(), session())
    assert same_content(examples.load("batch"), examples.load("batch"))
    assert same_content(np.array([1.0, np.nan]), np.array([1.0, np.nan]))


@pytest.mark.parametrize(
    "edit",
    [
        SetWeight(0, 2, 1, 9.0),
        SetInput(1, 0, 9.0),
        SetTarget(0, 0, 1.0),
        SetActivation(0, Activation("leaky_relu", (0.2,))),
        SetFrozen(0, everything_frozen(3, 2)),
        SetTraining(TrainingSettings()),
        Rename("layer", "first", 0),
        Rename("feature", "size", 1),
        Rename("title", "mine"),
    ],
)
def test_every_part_that_differs_counts(edit: Edit) -> None:
    after = edit.apply(session())
    assert not same_content(session(), after)
    assert same_content(edit.apply(session()), after)
    assert same_content(edit.inverse(session()).apply(after), session())


def test_other_shapes_kinds_and_records_are_not_the_same() -> None:
    assert not same_content(np.zeros(2), np.zeros((1, 2)))
    assert not same_content(np.zeros(2), None)
    assert not same_content(0.0, None)
    assert not same_content((1, 2), (1, 2, 3))
    assert not same_content(session(), session().evolve(data=record(2.5)))
    assert not same_content(session(), session().evolve(data=None))
