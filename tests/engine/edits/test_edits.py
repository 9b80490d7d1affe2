"""Every kind of edit: what it changes, that its inverse takes it back, what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    Activation,
    AddFeature,
    AddLayer,
    AddNeuron,
    AddSample,
    Bias,
    Edit,
    History,
    Input,
    Layer,
    Network,
    RandomInputs,
    RandomStart,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
    RemoveSample,
    Rename,
    ReturnTo,
    Session,
    SetActivation,
    SetBias,
    SetInput,
    SetInputs,
    SetMatrix,
    SetTarget,
    SetTargets,
    SetWeight,
    SetWeightRow,
    Weight,
)
from engine.edits.numbers import set_parameter
from tests.engine.edits.two_layers import EMPTY, NETWORK, SESSION, TWO_OUTPUTS
from tests.engine.strategies import (
    assert_identical,
    edits,
    learning_sessions,
    plain_number,
    sessions,
)

VALID: list[tuple[Session, Edit, str]] = [
    (SESSION, SetWeight(0, 1, 0, -0.0), "weight age→h2 set to 0"),
    (SESSION, SetBias(1, 0, 0.1), "bias of o1 set to 0.1"),
    (SESSION, SetInput(1, 0, 7.5), "input age set to 7.5"),
    (EMPTY, SetInput(0, 1, 7.5), "input x2 set to 7.5"),
    (SESSION, SetInputs(np.ones((2, 2))), "inputs set"),
    (EMPTY, SetInputs(np.ones((3, 2))), "inputs set"),
    (Session(NETWORK, np.array([[1, 2]])), SetInputs(None), "inputs removed"),
    (SESSION, SetTarget(0, 0, 0.5), "target of o1 set to 0.5"),
    (EMPTY, SetTarget(0, 0, 1), "target of o1 set to 1"),
    (TWO_OUTPUTS, SetTarget(0, 1, 1), "target of dog set to 1"),
    (SESSION, SetTargets(np.array([[0.0], [1.0]])), "targets set"),
    (SESSION, SetTargets(None), "targets removed"),
    (SESSION, SetWeightRow(0, 2, np.array([9.0, 8.0])), "weights of h3 set"),
    (SESSION, SetMatrix(0, np.ones((3, 2))), "weights of layer 1 set"),
    (SESSION, SetMatrix(1, np.ones((1, 3)), np.ones(1)), "weights and bias of layer 2 set"),
    (SESSION, SetActivation(0, "leaky_relu(0.2)"), "activation of layer 1 set to leaky_relu(0.2)"),
    (SESSION, SetActivation(1, Activation("tanh")), "activation of layer 2 set to tanh"),
    (SESSION, AddNeuron(0, 1), "a neuron added to layer 1"),
    (SESSION, AddNeuron(1, 1), "a neuron added to layer 2"),
    (TWO_OUTPUTS, AddNeuron(0, 0), "a neuron added to layer 1"),
    (SESSION, RemoveNeuron(0, 1), "neuron h2 removed"),
    (SESSION, AddLayer(0), "layer 1 added: it passes on what it reads"),
    (SESSION, AddLayer(2), "layer 3 added: it passes on what it reads"),
    (SESSION, RemoveLayer(0), "layer 1 removed"),
    (SESSION, RemoveLayer(1), "layer 2 removed"),
    (SESSION, AddFeature(2), "an input added"),
    (EMPTY, AddFeature(0), "an input added"),
    (SESSION, RemoveFeature(0), "input age removed"),
    (EMPTY, RemoveFeature(1), "input x2 removed"),
    (SESSION, AddSample(1, np.array([5.0, 6.0]), np.array([1.0])), "sample 2 added"),
    (SESSION, AddSample(2, np.array([5.0, 6.0])), "sample 3 added"),
    (EMPTY, AddSample(0, np.array([5.0, 6.0])), "sample 1 added"),
    (EMPTY, AddSample(0, np.array([5.0, 6.0]), np.ones(1)), "sample 1 added"),
    (SESSION, RemoveSample(0), "sample 1 removed"),
    (SESSION, Rename("title", "new"), "title renamed"),
    (SESSION, Rename("note", ""), "note renamed"),
    (SESSION, Rename("layer", "middle", 0), "layer 1 renamed"),
    (SESSION, Rename("feature", "weight", 1), "input 2 renamed"),
    (SESSION, Rename("class", "eggs", 1), "class 2 renamed"),
    (SESSION, RandomStart("he", 7), "random start: he, seed 7"),
    (SESSION, RandomInputs(10, "normal", 7), "10 random samples: normal, seed 7"),
    (SESSION, ReturnTo(TWO_OUTPUTS, "the file"), "everything back as in the file"),
]
INVALID: list[tuple[Session, Edit, str]] = [
    (SESSION, SetWeight(2, 0, 0, 1), "layer_index 2 does not exist; they count from 0 to 1"),
    (SESSION, SetWeight(-1, 0, 0, 1), "layer_index -1 does not exist"),
    (
        SESSION,
        SetWeight(0, 3, 0, 1),
        "layer_index 0: neuron 3 does not exist; .* from 0 to 2",
    ),
    (
        SESSION,
        SetWeight(0, 0, 2, 1),
        "layer_index 0: input 2 does not exist; .* from 0 to 1",
    ),
    (SESSION, SetWeight(0, 1, 0, np.nan), "value: nan is not a finite number"),
    (SESSION, SetBias(1, 1, 1), "layer_index 1: neuron 1 does not exist"),
    (SESSION, SetBias(0, 2, np.inf), "value: inf is not a finite number"),
    (SESSION, SetInput(2, 0, 1), "sample 2 does not exist; they count from 0 to 1"),
    (SESSION, SetInput(0, 2, 1), "input 2 does not exist; they count from 0 to 1"),
    (SESSION, SetInput(1, 0, -np.inf), "value: -inf is not a finite number"),
    (SESSION, SetInputs(np.ones((2, 3))), "inputs: each sample has 3 numbers, expected 2"),
    (SESSION, SetInputs(None), "targets: 2 rows"),
    (SESSION, SetTarget(2, 0, 1), "sample 2 does not exist"),
    (SESSION, SetTarget(0, 1, 1), "output 1 does not exist; they count from 0 to 0"),
    (SESSION, SetTarget(0, 0, np.nan), "value: nan is not a finite number"),
    (SESSION, SetTargets(np.ones((1, 1))), "targets: 1 rows of 1 numbers, expected 2 rows"),
    (SESSION, SetWeightRow(0, 1, np.ones(3)), "h2: 3 weights, expected 2, one for each input"),
    (SESSION, SetWeightRow(0, 9, np.ones(2)), "layer_index 0: neuron 9 does not exist"),
    (
        SESSION,
        SetMatrix(0, np.ones((2, 3))),
        r"layer 1: weights of shape \(2, 3\), expected \(3, 2",
    ),
    (SESSION, SetMatrix(0, np.ones((3, 2)), np.ones(2)), "layer 1: 2 numbers as bias, expected 3"),
    (SESSION, SetMatrix(5, np.ones((3, 2))), "layer_index 5 does not exist"),
    (SESSION, SetActivation(0, "rellu"), "rellu"),
    (SESSION, SetActivation(2, "relu"), "layer_index 2 does not exist"),
    (SESSION, AddNeuron(0, 5), "layer_index 0: place 5 does not exist; they count from 0 to 3"),
    (SESSION, AddNeuron(3, 0), "layer_index 3 does not exist"),
    (SESSION, RemoveNeuron(1, 0), "layer 2 has only one neuron; remove the layer instead"),
    (SESSION, RemoveNeuron(0, 3), "layer_index 0: neuron 3 does not exist"),
    (TWO_OUTPUTS, RemoveNeuron(0, 0), "multiclass needs at least two outputs"),
    (SESSION, AddLayer(3), "layer_index 3 does not exist; they count from 0 to 2"),
    (SESSION, RemoveLayer(2), "layer_index 2 does not exist"),
    (TWO_OUTPUTS, RemoveLayer(0), "a network needs at least one layer; this is the only one"),
    (SESSION, AddFeature(3), "place 3 does not exist; they count from 0 to 2"),
    (SESSION, RemoveFeature(2), "input 2 does not exist"),
    (
        Session(Network([Layer([[1]], [0], "relu")])),
        RemoveFeature(0),
        "a network needs at least one input; this is the only one",
    ),
    (SESSION, AddSample(3, np.ones(2)), "place 3 does not exist"),
    (SESSION, AddSample(0, np.ones(3)), "inputs of the new sample: 3 numbers, expected 2"),
    (SESSION, AddSample(0, np.ones(2), np.ones(2)), "targets of the new sample: 2 numbers"),
    (SESSION, AddSample(0, np.array([1, np.nan])), r"inputs\[1\]\[2\] is not a finite number"),
    (SESSION, RemoveSample(2), "sample 2 does not exist"),
    (EMPTY, RemoveSample(0), "a session needs at least one sample; this is the only one"),
    (SESSION, Rename("layer", "x", 2), "layer_index 2 does not exist"),
    (SESSION, Rename("feature", "x", 2), "input 2 does not exist"),
    (SESSION, Rename("class", "x", 2), "class 2 does not exist"),
    (SESSION, RandomStart("hee", 0), "'hee' is unknown; did you mean 'he'"),
    (SESSION, RandomStart("uniform", -1), "seed -1 is negative"),
    (SESSION, RandomInputs(3, "normal", -1), "seed -1 is negative"),
    (SESSION, RandomInputs(0, "normal", 1), "samples: expected a whole number from 1 to"),
    (SESSION, RandomInputs(3, "norml", 1), "there are no 'norml' inputs; did you mean 'normal'"),
]


def kind_of(value: object) -> str | None:
    return type(value).__name__ if not isinstance(value, (str, Session)) else ""


@pytest.mark.parametrize(("before", "edit", "description"), VALID, ids=kind_of)
def test_an_edit_says_what_it_does_and_its_inverse_takes_it_back(
    before: Session, edit: Edit, description: str
) -> None:
    assert edit.describe(before) == description
    after = edit.apply(before)
    inverse = edit.inverse(before)
    assert_identical(inverse.apply(after), before)
    again = inverse.inverse(after)
    assert_identical(again.apply(before), after)
    assert inverse.describe(after)


@pytest.mark.parametrize(("session", "edit", "message"), INVALID, ids=kind_of)
def test_an_impossible_edit_is_refused_with_its_place(
    session: Session, edit: Edit, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        edit.apply(session)


@pytest.mark.parametrize("make", [SetInputs, SetTargets], ids=kind_of)
def test_text_is_no_array(make: type[SetInputs | SetTargets]) -> None:
    with pytest.raises(ValueError, match="expected rows of equal length, of numbers only"):
        make([["1"]])  # type: ignore[arg-type]  # the point of the test


@settings(max_examples=80)
@given(st.data())
def test_any_sequence_undone_and_redone_is_the_very_same(data: st.DataObject) -> None:
    session = data.draw(sessions())
    history = History()
    states = [session]
    for _ in range(data.draw(st.integers(1, 8))):
        session, history = history.record(session, data.draw(edits(session)))
        states.append(session)
    for before in reversed(states[:-1]):
        session, history = history.undo(session)
        assert_identical(session, before)
    for after in states[1:]:
        session, history = history.redo(session)
        assert_identical(session, after)


@given(st.data())
def test_any_sequence_of_a_session_that_learns_is_undone_too(data: st.DataObject) -> None:
    session = data.draw(learning_sessions())
    history = History()
    states = [session]
    for _ in range(data.draw(st.integers(1, 5))):
        session, history = history.record(session, data.draw(edits(session, plain_number)))
        given = session.inputs_given
        afresh = session.evolve(inputs=session.inputs.copy(), inputs_given=given)
        assert_identical(session, afresh)
        states.append(session)
    for before in reversed(states[:-1]):
        session, history = history.undo(session)
        assert_identical(session, before)
    for after in states[1:]:
        session, history = history.redo(session)
        assert_identical(session, after)


@given(st.data())
def test_the_session_before_is_never_touched(data: st.DataObject) -> None:
    session = data.draw(sessions())
    untouched = Session(
        Network(
            Layer(layer.weights.copy(), layer.bias.copy(), layer.activation, layer.name)
            for layer in session.network.layers
        ),
        session.inputs.copy(),
        None if session.targets is None else session.targets.copy(),
        session.title,
        session.note,
        session.features,
        session.classes,
        session.declared_task,
        inputs_given=session.inputs_given,
    )
    edit = data.draw(edits(session))
    edit.inverse(session).apply(edit.apply(session))
    assert_identical(session, untouched)


@given(st.data())
def test_after_any_edit_the_trace_is_that_of_a_new_network(data: st.DataObject) -> None:
    session = data.draw(sessions())
    assert session.trace.outputs.shape == (session.n_samples, session.network.n_outputs)
    after = data.draw(edits(session)).apply(session)
    afresh = Network(after.network.layers).forward(after.inputs.copy())
    for mine, its in zip(after.trace.layers, afresh.layers, strict=True):
        np.testing.assert_array_equal(mine.pre_activations, its.pre_activations)
        np.testing.assert_array_equal(mine.activations, its.activations)


def test_an_edit_keeps_a_copy_of_the_array_it_was_given() -> None:
    given_values = np.ones((2, 2))
    edit = SetInputs(given_values)
    given_values[0, 0] = 5
    assert edit.inputs is not None
    assert edit.inputs[0, 0] == 1
    row = np.ones(2)
    new_sample = AddSample(0, row)
    row[0] = 5
    assert new_sample.inputs[0] == 1


def test_a_parameter_is_set_by_the_edit_of_its_kind() -> None:
    assert set_parameter(Weight(0, 1, 2), 0.5, 3) == SetWeight(0, 1, 2, 0.5)
    assert set_parameter(Bias(0, 1), 0.5, 3) == SetBias(0, 1, 0.5)
    assert set_parameter(Input(1), 0.5, 3) == SetInput(3, 1, 0.5)
