"""A training run and the numbers on the screen: what is shown is true, and undo is complete."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine import (
    Activation,
    AddNeuron,
    AddSample,
    RandomStart,
    Rename,
    ReturnTo,
    Session,
    SetActivation,
    SetBlock,
    SetInput,
    SetInputs,
    SetTarget,
    SetWeight,
    examples,
    session_loss,
)
from engine.edits.paste import PasteNetwork
from engine.edits.training import SetFrozen, SetTraining
from engine.nn.arrays import FloatArray, n_bytes_beyond
from engine.session.loss import test_loss as loss_of_tests
from engine.session.training import run_of
from engine.text import format_number
from engine.training import TrainingRun
from engine.training.settings import TrainingSettings
from tests.engine.strategies import assert_identical
from tests.tui.trained import by_hand, by_play, circle, opened
from tests.tui.views.scenes import PALETTE
from tui.panes.title_line import state_of
from tui.state.run_record import RunRecord
from tui.state.training import return_to_start
from tui.state.workspace import Workspace
from tui.views.loss.axes import loss_text
from tui.views.loss.view import draw_loss, loss_title
from tui.views.scene import Scene

ADAM = TrainingSettings("adam", 0.01)

Change = Callable[[Workspace], Workspace]


def trained(n_epochs: int = 3, settings: TrainingSettings | None = None) -> Workspace:
    return by_play(opened(circle(60).evolve(training=settings)), n_epochs)


def undone(workspace: Workspace, count: int = 1) -> Workspace:
    for _ in range(count):
        workspace, _ = workspace.undo()
    return workspace


def redone(workspace: Workspace, count: int = 1) -> Workspace:
    for _ in range(count):
        workspace, _ = workspace.redo()
    return workspace


def run_in(workspace: Workspace) -> RunRecord:
    assert workspace.run is not None
    return workspace.run


def assert_true(workspace: Workspace) -> None:
    """Demand that the title and the Loss view show the engine's losses of the present session."""
    session, run = workspace.session, workspace.run
    train, test = session_loss(session), loss_of_tests(session)
    assert train is not None
    title, state = loss_title(Scene(workspace, PALETTE)), state_of(workspace, 120)
    if run is None:
        assert title.startswith(f"Loss {loss_text(train, 4)}, ")
        assert "epoch" not in title + state
        assert "loss" not in state
        return
    tested = "" if test is None else f", {loss_text(test, 4)} test"
    now = format_number(train) + ("" if test is None else f" · test {format_number(test)}")
    then = float(run.losses[-1])
    after = f"after {run.epochs:,} epoch{'s' * (run.epochs != 1)}"
    recorded = np.array([loss for loss in run.last_losses if loss is not None])
    present = np.array([train] if test is None else [train, test])
    if run.step_index == 0 and np.allclose(recorded, present, rtol=1e-12, atol=0):
        assert title == f"Loss {loss_text(train, 4)} train{tested}, {after}"
        assert state == f"paused · epoch {run.epochs:,} · loss {now}"
        return
    since = rf"(now|{run.step_index} steps? on)"
    losses = (
        rf"{since} {re.escape(loss_text(train, 4))} train{tested}, {loss_text(then, 4)} {after}"
    )
    assert re.fullmatch(f"Loss {losses}", title)
    then_text = re.escape(format_number(then))
    assert re.fullmatch(
        rf"paused · epoch {run.epochs:,}: {then_text} · {since} {re.escape(now)}", state
    )


NEW_STARTS: dict[str, Change] = {
    "random start": lambda there: there.edited(RandomStart("uniform", 7)),
    "back to the file": lambda there: there.edited(_return_to(there.origin)),
    "what was remembered": lambda there: there.remembering(there.origin).back_at_pinned(),
    "another network": lambda there: there.edited(PasteNetwork(_other_network(there.session))),
    "another shape": lambda there: there.edited(AddNeuron(0, 0)),
    "other data": lambda there: there.edited(SetInputs(-2 * there.session.inputs)),
    "another sample": lambda there: there.edited(
        AddSample(1, np.array([3.0, 4.0]), np.array([1.0]))
    ),
    "another loss": lambda there: there.edited(SetTraining(TrainingSettings(loss="mse"))),
    "start of the run": return_to_start,
}

WITHIN_A_RUN: dict[str, Change] = {
    "a weight": lambda there: there.edited(SetWeight(0, 1, 0, 3.0)),
    "a pasted layer": lambda there: there.edited(SetBlock(1, 0, 0, np.full((2, 5), 0.5))),
    "an activation": lambda there: there.edited(SetActivation(0, Activation("relu"))),
    "a target": lambda there: there.edited(
        SetTarget(0, 0, 1 - float(_targets(there.session)[0, 0]))
    ),
    "a sample": lambda there: there.edited(SetInput(35, 1, 9.0)),
    "the rate": lambda there: there.edited(SetTraining(replace(ADAM, learning_rate=0.5))),
    "a step": lambda there: by_hand(there, "step"),
    "an epoch": lambda there: by_hand(there, "epoch"),
    "another run by play": lambda there: by_play(there, 2),
}


def _return_to(session: Session) -> ReturnTo:
    return ReturnTo(session, "the file")


def _targets(session: Session) -> FloatArray:
    assert session.targets is not None
    return session.targets


def _other_network(session: Session) -> Session:
    return Session(RandomStart("he", 3).apply(session).network)


CHANGES = NEW_STARTS | WITHIN_A_RUN


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_loss_shown_belongs_to_the_numbers_or_to_its_epoch(change: Change) -> None:
    before = trained(settings=ADAM)
    assert_true(before)
    after = change(before)
    assert_true(after)
    further = by_hand(after, "step")
    for there in (further, undone(further), undone(further, 2), redone(undone(further, 2), 2)):
        assert_true(there)
    for there in (by_hand(undone(after), "epoch"), by_play(after, 2)):
        assert_true(there)


@pytest.mark.parametrize("change", NEW_STARTS.values(), ids=NEW_STARTS)
def test_a_new_start_is_a_new_run(change: Change) -> None:
    before = trained(settings=ADAM)
    after = change(before)
    assert after.run is None
    assert [run.number for run in after.runs] == [1]
    next_run = by_hand(after, "step", 2)
    assert run_in(next_run).number == 2
    assert run_in(next_run).epochs == 0
    assert list(run_in(next_run).losses) == pytest.approx([session_loss(after.session)])
    reference = run_of(after.session, after.session.training or TrainingSettings())
    reference.run_steps(2)
    assert_same_numbers(next_run, reference)
    assert undone(next_run, 2).run is None
    back = undone(next_run, 3)
    assert back.run is before.run
    assert back.runs == ()
    assert redone(back).run is None
    assert [run.number for run in redone(back).runs] == [1]


@pytest.mark.parametrize("change", WITHIN_A_RUN.values(), ids=WITHIN_A_RUN)
def test_a_change_by_hand_lets_the_run_go_on(change: Change) -> None:
    before = trained(settings=ADAM)
    after = change(before)
    assert run_in(after).number == 1
    assert after.runs == ()
    further = by_hand(after, "epoch")
    assert run_in(further).epochs > run_in(before).epochs
    assert len(run_in(further).losses) == run_in(further).epochs + 1


def test_names_and_what_is_frozen_leave_the_losses_those_of_the_numbers() -> None:
    there = trained().edited(Rename("layer", "first", 0)).edited(SetFrozen(0, None))
    assert state_of(there, 120).startswith("paused · epoch 3 · loss ")
    changed = there.edited(SetWeight(0, 0, 0, 5.0))
    assert " · now " in state_of(changed, 120)
    assert state_of(undone(changed), 120) == state_of(there, 120)


def assert_same_numbers(workspace: Workspace, run: TrainingRun) -> None:
    """Demand the numbers of an engine's run, to the last bit."""
    for mine, its in zip(workspace.session.network.layers, run.network.layers, strict=True):
        assert mine.weights.tobytes() == its.weights.tobytes()
        assert mine.bias.tobytes() == its.bias.tobytes()
    record = run_in(workspace)
    assert (record.epochs, record.step_index) == (run.epoch, run.step_index)
    assert record.losses.tolist() == list(run.losses)


def test_steps_by_hand_are_undone_one_by_one_and_training_goes_on_from_there() -> None:
    session = circle(60).evolve(training=ADAM)
    engine = run_of(session, ADAM)
    at_start = opened(session)
    there = by_hand(by_play(at_start, 3), "step", 2)
    for _ in range(3):
        engine.run_epoch()
    played = engine.checkpoint()
    engine.run_steps(2)
    assert_same_numbers(there, engine)
    back = undone(there)
    engine.restore(played)
    engine.step()
    assert_same_numbers(back, engine)
    engine.step()
    engine.run_epoch()
    assert_same_numbers(by_hand(by_hand(back, "step"), "epoch"), engine)
    engine.restore(played)
    assert_same_numbers(undone(there, 2), engine)
    start = undone(there, 3)
    assert start.run is None
    assert_identical(start.session, session)
    again = redone(start, 3)
    engine.run_steps(2)
    assert_same_numbers(again, engine)
    engine.run_epoch()
    assert_same_numbers(by_hand(again, "epoch"), engine)


def test_successive_plays_are_one_edit_unless_something_lies_between() -> None:
    there = by_play(trained(2), 3)
    assert [entry.description for entry in there.history.past] == ["run 1 of training"]
    there = by_play(there.edited(SetWeight(0, 0, 0, 1.0)), 4)
    there = by_play(by_hand(there, "epoch"), 1)
    descriptions = [entry.description for entry in there.history.past]
    assert descriptions[0] == descriptions[2] == descriptions[4] == "run 1 of training"
    assert descriptions[3] == "one epoch of run 1"
    epochs = [run_in(there).epochs]
    for _ in range(4):
        there = undone(there)
        epochs.append(run_in(there).epochs)
    assert epochs == [11, 10, 9, 5, 5]
    assert undone(there).run is None


def test_edits_made_while_it_trains_are_taken_back_alone_and_made_again_exactly() -> None:
    edits = SetWeight(0, 0, 0, 3.0), SetWeight(0, 0, 1, -2.0)
    states = [by_hand(by_play(opened(circle(60)), 4, *edits), "step")]
    assert states[0].history.past[0].description == "run 1 of training"
    while states[-1].history.past:
        states.append(undone(states[-1]))
    assert [there.run and there.run.epochs for there in states] == [4, 4, 4, 4, None]
    trained_weights = states[3].session.network.layers[0].weights
    start = states[4].session.network.layers[0].weights
    assert trained_weights[0, 0] != 3.0
    assert (trained_weights[1:] != start[1:]).all()
    there = states.pop()
    while states:
        there, wanted = redone(there), states.pop()
        assert_identical(there.session, wanted.session)
        assert there.run is wanted.run


def heavy_history(monkeypatch: pytest.MonkeyPatch, at_start: Workspace) -> list[Workspace]:
    """All states of a workspace whose history may hold the arrays of five steps by hand."""
    one_step = by_hand(by_hand(at_start, "step", 2).settle_run(), "step").history
    monkeypatch.setattr("tui.state.workspace._MAX_BYTES", 5 * one_step.past[-1].n_bytes_before // 2)
    states = [at_start]
    for number in range(6):
        there = states[-1].edited(SetWeight(0, 0, 0, number + 0.5))
        states += [there, by_hand(there, "step")]
        states.append(by_hand(states[-1], "epoch"))
        states.append(states[-1].edited(SetInput(number, 0, 1.5)))
    return [*states, by_play(states[-1], 2, SetWeight(1, 0, 0, 4.0))]


def test_the_oldest_edits_of_a_large_history_are_taken_back_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_start = opened(circle(60).evolve(training=ADAM))
    states = heavy_history(monkeypatch, at_start)
    latest = states.pop()
    n_kept = len(latest.history.past)
    assert 6 < n_kept < len(states)
    there = undone(latest, 2)
    while len(there.history.past) > 1:
        wanted = states.pop()
        assert_identical(there.session, wanted.session)
        assert run_in(there).losses.tolist() == run_in(wanted).losses.tolist()
        there = undone(there)
    assert_identical(there.session, states.pop().session)
    assert len(states) > 1
    there, entry = there.undo()
    assert "oldest" in entry.description
    assert_identical(there.session, at_start.session)
    assert there.run is None
    again = redone(there, n_kept)
    assert_identical(again.session, latest.session)
    assert run_in(again) is run_in(latest)


def test_however_many_steps_are_made_by_hand_the_history_holds_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_start = opened(circle(60).evolve(training=ADAM))
    few = heavy_history(monkeypatch, at_start)[-1]
    many = by_hand(few, "step", 60)
    held = [n_bytes_beyond(there.history, there.session) for there in (few, many)]
    assert held[1] < 1.5 * held[0]


def test_training_that_goes_on_behind_joined_edits_is_taken_back_with_them() -> None:
    """The edits were made while it trained; undo then leads into the joined ones."""
    at_start = opened(circle(60))
    there = by_play(at_start, 3, SetWeight(0, 0, 0, 3.0), SetInput(0, 0, 2.0)).settle_run()
    first = there.history.past[0].memo
    joined = replace(there, history=there.history.joined(2, there.origin, first), is_training=True)
    back = undone(joined)
    assert back.is_training
    assert back.session.inputs[0, 0] != 2.0
    start = undone(back)
    assert not start.is_training
    assert start.run is None
    assert_identical(start.session, at_start.session)
    assert_identical(redone(start, 2).session, there.session)


def test_a_long_run_keeps_some_of_its_losses_and_tells_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = by_hand(trained(37), "step")
    monkeypatch.setattr("tui.screens.main.trainer._MAX_LOSSES", 8)
    there = by_hand(trained(37), "step")
    losses = run_in(whole).losses
    assert run_in(there).losses.tolist() == [*losses[:37:8], losses[37]]
    assert_identical(there.session, whole.session)
    for mine, its in zip(
        (there, undone(there), by_hand(there, "epoch")),
        (whole, undone(whole), by_hand(whole, "epoch")),
        strict=True,
    ):
        assert state_of(mine, 120) == state_of(its, 120)
        assert loss_title(Scene(mine, PALETTE)) == loss_title(Scene(its, PALETTE))


def test_earlier_runs_keep_what_is_shown_of_them() -> None:
    there = trained().edited(RandomStart("uniform", 7))
    (earlier,) = there.runs
    assert n_bytes_beyond(earlier, earlier.losses) == 0
    assert run_in(undone(there)).state is not None


def test_beyond_a_whole_epoch_the_steps_are_counted() -> None:
    there = by_hand(trained(), "step")
    assert "epoch 3: " in state_of(there, 120)
    assert " · 1 step on 0." in state_of(there, 120)
    assert "Loss 1 step on 0." in loss_title(Scene(there, PALETTE))
    assert "1 step on 0." in draw_loss(Scene(there, PALETTE), 60, 12)[-1].text
    training = replace(there, is_training=True)
    assert "epoch 3: loss 0." in state_of(training, 120)
    assert loss_title(Scene(training, PALETTE)).startswith("After 3 epochs: loss 0.")
    whole = by_hand(there, "step", 2)
    assert "epoch 4 · loss 0." in state_of(whole, 120)


@pytest.mark.parametrize("width", [64, 70, 80, 120])
def test_no_figure_is_cut_in_the_title(width: int) -> None:
    there = trained().edited(SetWeight(0, 0, 0, 5.0))
    long = replace(there, run=replace(run_in(there), epochs=1_234_567))
    state = state_of(long, width)
    assert len(state) <= width - 12
    assert state_of(long, 120).startswith(state)


def test_back_to_the_file_is_no_unsaved_change() -> None:
    there = trained()
    assert there.is_unsaved
    back = NEW_STARTS["back to the file"](there)
    assert not back.is_unsaved
    assert undone(back).is_unsaved
    renamed = back.edited(Rename("title", "mine"))
    assert renamed.is_unsaved
    assert not renamed.edited(Rename("title", back.session.title or "")).is_unsaved


def test_every_part_of_a_file_counts_as_a_change() -> None:
    there = opened(examples.load("batch"))
    for edit in (
        SetTraining(TrainingSettings("adam")),
        SetInput(1, 0, 9.0),
        SetActivation(0, Activation("leaky_relu", (0.3,))),
        Rename("layer", "first", 0),
    ):
        changed = there.edited(edit)
        assert changed.is_unsaved
        assert not undone(changed).is_unsaved
        assert not changed.edited(_return_to(there.origin)).is_unsaved
