"""What the screen knows: changed by replacement only, nothing lost, the cursor always somewhere."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    AddFeature,
    AddNeuron,
    AddSample,
    Bias,
    Input,
    Rename,
    Session,
    SetActivation,
    SetBias,
    SetInput,
    SetWeight,
    Weight,
    activation,
    examples,
)
from engine.explain.neuron import explain_neuron
from engine.session.names import parameter_name, parameter_value
from tests.engine.strategies import assert_identical, edits, sessions
from tui.files.source import Source
from tui.state.navigation import Direction, move
from tui.state.selection import Selection, Target
from tui.state.view_settings import TableSettings, ViewSettings
from tui.state.workspace import Workspace

SOURCE = Source("net.toml", Path("net.toml"), None)


def opened(name: str = "xor-step") -> Workspace:
    return Workspace.open(examples.load(name), SOURCE, ViewSettings())


def test_it_opens_on_the_first_input_with_the_first_output_current() -> None:
    workspace = opened()
    assert workspace.selection == Selection(Input(0), layer_index=1, neuron=0)
    assert workspace.session is workspace.origin
    assert not workspace.is_unsaved
    used = replace(ViewSettings(), digits=6, tip=3, table=TableSettings(columns=Bias(0, 0)))
    view = Workspace.open(examples.load("xor-step"), None, used).view
    assert view == ViewSettings(digits=6)


def test_it_cannot_be_changed_in_place() -> None:
    workspace = opened()
    with pytest.raises(FrozenInstanceError):
        workspace.session = workspace.origin  # type: ignore[misc]  # what is tried here
    with pytest.raises(ValueError, match="read-only"):
        workspace.session.inputs[0, 0] = 5


def test_an_edit_leaves_the_workspace_before_it_as_it_was() -> None:
    before = opened()
    after = before.edited(SetWeight(0, 0, 1, 0.25))
    assert after.session.network.layers[0].weights[0, 1] == 0.25
    assert before.session.network.layers[0].weights[0, 1] == 1
    assert before.history.past == ()
    assert after.origin is before.origin


def test_an_edit_that_cannot_be_made_changes_nothing() -> None:
    workspace = opened()
    with pytest.raises(ValueError, match=r"neuron 8"):
        workspace.edited(SetBias(0, 8, 1.0))
    with pytest.raises(ValueError, match="finite"):
        workspace.edited(SetInput(0, 0, float("nan")))
    assert not workspace.is_unsaved
    with pytest.raises(ValueError, match="nothing to undo"):
        workspace.undo()
    with pytest.raises(ValueError, match="nothing to redo"):
        workspace.redo()


def test_the_trace_is_that_of_the_selected_sample() -> None:
    workspace = opened()
    for sample in range(4):
        chosen = workspace.selecting(workspace.selection.of_sample(sample))
        assert chosen.trace.outputs.shape == (1, 1)
        assert chosen.trace.outputs[0, 0] == chosen.session.trace.outputs[sample, 0]
    beyond = workspace.selecting(workspace.selection.of_sample(99))
    assert beyond.selection.sample == 3


def test_what_was_saved_is_not_unsaved_however_one_gets_there() -> None:
    first = opened().edited(SetBias(0, 0, 1.0))
    saved = first.saved_to(SOURCE)
    assert first.is_unsaved
    assert not saved.is_unsaved
    second = saved.edited(SetBias(0, 0, 2.0))
    assert second.is_unsaved
    back, entry = second.undo()
    assert entry.description == "bias of h1 set to 2"
    assert not back.is_unsaved
    before, _ = back.undo()
    assert before.is_unsaved
    again, _ = before.redo()
    assert not again.is_unsaved
    assert not before.edited(SetBias(0, 0, 1.0)).is_unsaved
    assert before.edited(SetBias(0, 0, 1.5)).is_unsaved


def test_undo_and_redo_put_the_cursor_where_the_edit_was_made() -> None:
    workspace = opened()
    at_weight = workspace.selecting(workspace.selection.at(Weight(0, 1, 1), workspace.session))
    edited = at_weight.edited(SetWeight(0, 1, 1, 3.0))
    elsewhere = edited.selecting(edited.selection.at(Target(0), edited.session))
    back, _ = elsewhere.undo()
    assert back.selection.cell == Weight(0, 1, 1)
    away = back.selecting(back.selection.at(Input(0), back.session).of_sample(2))
    again, _ = away.redo()
    assert again.selection.cell == Weight(0, 1, 1)


def test_the_second_number_of_the_table_is_forgotten_when_the_sizes_change() -> None:
    chosen = opened().viewing(table=TableSettings(columns=Weight(1, 0, 1)))
    assert chosen.edited(SetBias(0, 0, 5.0)).view.table.columns == Weight(1, 0, 1)
    assert chosen.edited(AddNeuron(0, 0)).view.table.columns is None
    later = chosen.edited(AddFeature(0)).viewing(table=TableSettings(columns=Weight(0, 0, 2)))
    assert later.undo()[0].view.table.columns is None


def test_views_and_digits_are_no_edits() -> None:
    workspace = opened().viewing(digits=17, views=("Sum", "Table", "Map"))
    assert not workspace.is_unsaved
    edited = workspace.edited(SetActivation(0, activation("tanh")))
    assert edited.undo()[0].view == workspace.view


def test_names_samples_and_targets_are_edits() -> None:
    workspace = opened()
    for edit in (Rename("title", "mine"), AddSample(1, np.array([3.0, 4.0]), np.array([1.0]))):
        edited = workspace.edited(edit)
        assert edited.is_unsaved
        assert_identical(edited.undo()[0].session, workspace.session)


@given(sessions(), st.data())
def test_nothing_is_lost_by_any_edits(session: Session, data: st.DataObject) -> None:
    workspace = Workspace.open(session, None, ViewSettings())
    start = workspace.session
    for _ in range(data.draw(st.integers(1, 6))):
        for direction in data.draw(st.lists(st.sampled_from(get_args(Direction)), max_size=4)):
            workspace = workspace.selecting(move(workspace.session, workspace.selection, direction))
        workspace = workspace.edited(data.draw(edits(workspace.session)))
        assert_selection_is_there(workspace)
    end = workspace.session
    while workspace.history.past:
        workspace, _ = workspace.undo()
        assert_selection_is_there(workspace)
    assert_identical(workspace.session, start)
    assert not workspace.is_unsaved
    while workspace.history.future:
        workspace, _ = workspace.redo()
        assert_selection_is_there(workspace)
    assert_identical(workspace.session, end)


def assert_selection_is_there(workspace: Workspace) -> None:
    """Everything that is drawn asks for these."""
    session, selection = workspace.session, workspace.selection
    assert parameter_name(session, selection.parameter)
    assert np.isfinite(parameter_value(session, selection.parameter, selection.sample))
    explained = explain_neuron(session, selection.layer_index, selection.neuron, selection.sample)
    assert explained.line(4, 60).startswith(explained.name)
    assert workspace.trace.outputs.shape == (1, session.network.n_outputs)
