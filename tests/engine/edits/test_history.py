"""Undo and redo: what comes back, what is remembered, how little it takes."""

import tracemalloc

import numpy as np
import pytest

from engine import (
    AddNeuron,
    Bias,
    History,
    Layer,
    Network,
    Session,
    SetActivation,
    SetBias,
    SetWeight,
    new_network,
)
from engine.edits.base import Edit
from engine.session.names import parameter_value
from tests.engine.strategies import assert_identical

SESSION = Session(
    Network(
        [
            Layer([[1, 2], [3, 4]], [0, 0], "relu"),
            Layer([[1, -1]], [0.5], "tanh"),
            Layer([[2]], [0.25], "sigmoid"),
        ]
    )
)


def test_undo_and_redo_go_back_and_forth() -> None:
    after_one, history = History().record(SESSION, SetBias(2, 0, 1))
    after_two, history = history.record(after_one, AddNeuron(0, 0))
    back, history = history.undo(after_two)
    assert_identical(back, after_one)
    back, history = history.undo(back)
    assert_identical(back, SESSION)
    with pytest.raises(ValueError, match="there is nothing to undo"):
        history.undo(back)
    forth, history = history.redo(back)
    forth, history = history.redo(forth)
    assert_identical(forth, after_two)
    with pytest.raises(ValueError, match="there is nothing to redo"):
        history.redo(forth)


def test_a_new_edit_forgets_what_could_be_redone() -> None:
    session, history = History().record(SESSION, SetBias(2, 0, 1))
    session, history = history.undo(session)
    session, history = history.record(session, SetBias(2, 0, 5))
    assert len(history.past) == 1
    with pytest.raises(ValueError, match="nothing to redo"):
        history.redo(session)


def test_an_entry_says_what_was_done_and_keeps_the_memo() -> None:
    session, history = History().record(SESSION, SetWeight(0, 1, 0, 0.5), memo=("x", 3))
    assert history.past[-1].description == "weight x1→h1.2 set to 0.5"
    assert history.past[-1].memo == ("x", 3)
    _, history = history.undo(session)
    assert history.future[-1].memo == ("x", 3)


def test_a_refused_edit_leaves_the_history_as_it_was() -> None:
    history = History()
    with pytest.raises(ValueError, match="layer_index 3 does not exist"):
        history.record(SESSION, SetBias(3, 0, 1))
    assert history.past == ()


@pytest.mark.parametrize(
    ("edit", "n_shared"),
    [
        (SetBias(0, 0, 1), 0),
        (SetBias(1, 0, 1), 1),
        (SetWeight(2, 0, 0, 1), 2),
        (SetActivation(1, "relu"), 1),
        (AddNeuron(1, 0), 1),
    ],
)
def test_undo_reuses_the_layers_before_the_first_changed_one(edit: Edit, n_shared: int) -> None:
    before = SESSION.trace.layers
    session, history = History().record(SESSION, edit)
    after = session.trace.layers
    back, _ = history.undo(session)
    for layers in (after, back.trace.layers):
        shared = [mine is its for mine, its in zip(layers, before, strict=True)]
        assert shared == [True] * n_shared + [False] * (3 - n_shared)


def test_ten_thousand_nudges_of_a_large_layer_stay_small() -> None:
    session, history = Session(new_network([784, 512, 10], ["relu", "softmax"])), History()
    tracemalloc.start()
    try:
        for nudge in range(10_000):
            if nudge == 9_900:
                a_hundred_ago = session
            edit = SetWeight(0, nudge % 512, nudge % 784, nudge / 10)
            session, history = history.record(session, edit)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(history.past) == 10_000
    assert held < 50e6
    for _ in range(100):
        session, history = history.undo(session)
    assert_identical(session, a_hundred_ago)


def test_a_value_set_again_and_again_is_undone_one_by_one() -> None:
    session, history = SESSION, History()
    for value in range(100):
        session, history = history.record(session, SetBias(2, 0, value))
    for value in reversed(range(99)):
        session, history = history.undo(session)
        assert parameter_value(session, Bias(2, 0)) == value


def test_the_oldest_edits_joined_are_one_that_takes_them_all_back() -> None:
    session, history = SESSION, History()
    edits: list[Edit] = [SetBias(2, 0, 1), AddNeuron(0, 0), SetActivation(1, "relu")]
    for edit in edits:
        session, history = history.record(session, edit)
    joined = history.joined(2, SESSION, "memo")
    back, joined = joined.undo(session)
    back, joined = joined.undo(back)
    assert_identical(back, SESSION)
    assert joined.future[-1].memo == "memo"
    forth, joined = joined.redo(back)
    forth, joined = joined.redo(forth)
    assert_identical(forth, session)
    assert len(joined.past) == 2


def test_only_edits_of_large_arrays_are_too_many() -> None:
    session, history = SESSION, History()
    for number in range(20):
        session, history = history.record(session, SetBias(2, 0, number))
    assert history.n_beyond(0) == 0
    array = np.zeros(1000)
    for number in range(10):
        memo = (array, array[:5]) if number % 2 else (np.zeros(1000),)
        session, history = history.record(session, SetBias(2, 0, number), memo)
    assert history.past[-1].n_bytes_before == 9 * 8000
    assert history.n_beyond(3 * 8000) == 26
    assert history.n_beyond(0) == 29
    assert history.n_beyond(9 * 8000) == 0
