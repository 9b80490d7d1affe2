"""Pastes as edits: what they change, that they can be taken back, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Edit, Layer, Network, Session, examples
from engine.edits.paste import PasteNetwork, ReplaceInputs, ResizeLayer, SetBlock, SetInputBlock
from engine.edits.training import SetFrozen
from engine.nn.layer import everything_frozen
from tests.engine.strategies import any_number, assert_identical, matrices, sessions, vectors

SESSION = Session(
    Network(
        [
            Layer([[1, 2], [3, 4], [5, 6]], [0.1, 0.2, 0.3], "relu", "hidden"),
            Layer([[1, -1, 0.5]], [-0.2], "sigmoid", "output"),
        ]
    ),
    np.array([[1, 2], [3, 4]]),
    np.array([[1], [0]]),
    features=("age", "height"),
    classes=("ham", "spam"),
)


def test_a_block_covers_weights_and_bias() -> None:
    edit = SetBlock(0, 1, 1, np.array([[7, 8], [9, 10]]))
    layer = edit.apply(SESSION).network.layers[0]
    np.testing.assert_array_equal(layer.weights, [[1, 2], [3, 7], [5, 9]])
    np.testing.assert_array_equal(layer.bias, [0.1, 8, 10])
    assert edit.describe(SESSION) == "4 numbers of h2 to h3 set"


def test_a_block_of_one_number_is_that_number() -> None:
    edit = SetBlock(1, 0, 3, np.array([[0.5]]))
    np.testing.assert_array_equal(edit.apply(SESSION).network.layers[1].bias, [0.5])
    assert edit.describe(SESSION) == "1 number of o1 set"


def test_a_block_of_inputs() -> None:
    edit = SetInputBlock(0, 1, np.array([[7], [8]]))
    np.testing.assert_array_equal(edit.apply(SESSION).inputs, [[1, 7], [3, 8]])
    assert edit.describe(SESSION) == "2 numbers of the inputs set"


def test_made_up_inputs_are_made_up_again_when_a_paste_is_taken_back() -> None:
    session = SESSION.evolve(inputs=None, targets=None)
    assert not session.inputs_given
    edit = SetInputBlock(0, 0, np.array([[7.0, 8.0]]))
    after = edit.apply(session)
    assert after.inputs_given
    assert_identical(edit.inverse(session).apply(after), session)


def test_a_hidden_layer_resized_takes_its_neighbours_along() -> None:
    edit = ResizeLayer(0, np.array([[9, 8, 7], [6, 5, 4]]))
    after = edit.apply(SESSION)
    assert after.network.sizes == (3, 2, 1)
    np.testing.assert_array_equal(after.network.layers[0].bias, [0.1, 0.2])
    np.testing.assert_array_equal(after.network.layers[1].weights, [[1, -1]])
    np.testing.assert_array_equal(after.inputs, [[1, 2, 0], [3, 4, 0]])
    assert (after.features, after.classes) == (None, ("ham", "spam"))
    assert edit.describe(SESSION) == "layer 1 set to 2×3 weights"


def test_the_last_layer_resized_takes_targets_and_the_layer_before_along() -> None:
    edit = ResizeLayer(1, np.ones((2, 4)), np.array([0.5, 0.25]))
    after = edit.apply(SESSION)
    assert after.network.sizes == (2, 4, 2)
    np.testing.assert_array_equal(after.network.layers[0].weights, [[1, 2], [3, 4], [5, 6], [0, 0]])
    np.testing.assert_array_equal(after.network.layers[0].bias, [0.1, 0.2, 0.3, 0])
    np.testing.assert_array_equal(after.network.layers[1].bias, [0.5, 0.25])
    np.testing.assert_array_equal(after.targets, [[1, np.nan], [0, np.nan]])
    assert after.features == ("age", "height")
    assert after.classes is None


def test_a_layer_resized_keeps_what_is_frozen_in_it_and_its_neighbours() -> None:
    frozen = SetFrozen(1, everything_frozen(1, 3)).apply(
        SetFrozen(0, everything_frozen(3, 2)).apply(SESSION)
    )
    first, last = ResizeLayer(0, np.ones((4, 1))).apply(frozen).network.layers
    assert first.frozen is not None
    assert last.frozen is not None
    np.testing.assert_array_equal(first.frozen.weights[:, 0], [True, True, True, False])
    np.testing.assert_array_equal(first.frozen.bias, [True, True, True, False])
    np.testing.assert_array_equal(last.frozen.weights, [[True, True, True, False]])


def test_weights_of_the_same_shape_leave_the_names() -> None:
    after = ResizeLayer(0, np.zeros((3, 2))).apply(SESSION)
    assert after.features == SESSION.features
    np.testing.assert_array_equal(after.network.layers[0].bias, [0.1, 0.2, 0.3])


def test_a_pasted_network_keeps_the_samples_that_go_with_it() -> None:
    network = Network([Layer([[1, 1]], [0], "sigmoid")])
    after = PasteNetwork(Session(network)).apply(SESSION)
    np.testing.assert_array_equal(after.inputs, SESSION.inputs)
    np.testing.assert_array_equal(after.targets, SESSION.targets)
    assert after.features == SESSION.features
    wider = Network([Layer([[1, 1], [2, 2]], [0, 0], "sigmoid")])
    assert PasteNetwork(Session(wider)).apply(SESSION).targets is None
    own = examples.load("xor-step")
    assert_identical(PasteNetwork(own).apply(SESSION), own)
    assert PasteNetwork(own).describe(SESSION) == "network 2→2→1 pasted"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SetBlock(0, 2, 1, np.ones((2, 1))), "there is room for 1×2"),
        (SetBlock(0, 0, 2, np.ones((1, 2))), "there is room for 3×1"),
        (SetBlock(0, 3, 0, np.ones((1, 1))), "layer 1: row 3 does not exist"),
        (SetBlock(0, 0, 3, np.ones((1, 1))), "layer 1: column 3 does not exist"),
        (SetBlock(2, 0, 0, np.ones((1, 1))), "layer_index 2 does not exist"),
        (SetBlock(0, 0, 0, np.array([[np.inf]])), "not a finite number"),
        (SetInputBlock(1, 0, np.ones((2, 2))), "inputs: 2×2 numbers do not fit"),
        (SetInputBlock(0, 0, np.array([[np.nan]])), "not a finite number"),
        (ResizeLayer(0, np.ones((2, 2)), np.ones(3)), "bias has 3 numbers, expected 2"),
        (ResizeLayer(2, np.ones((2, 2))), "layer_index 2 does not exist"),
    ],
)
def test_what_does_not_fit_is_refused(edit: Edit, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        edit.apply(SESSION)


def test_an_empty_block_is_refused() -> None:
    with pytest.raises(ValueError, match="the block has no numbers"):
        SetBlock(0, 0, 0, np.empty((0, 2)))


@st.composite
def pastes(draw: st.DrawFn, session: Session) -> Edit:
    network = session.network
    layer_index = draw(st.integers(0, len(network.layers) - 1))
    layer = network.layers[layer_index]
    neuron = draw(st.integers(0, layer.n_neurons - 1))
    column = draw(st.integers(0, layer.n_inputs))
    block = draw(matrices(layer.n_neurons - neuron, layer.n_inputs + 1 - column, any_number))
    sample = draw(st.integers(0, session.n_samples - 1))
    rows = draw(matrices(session.n_samples - sample, network.n_features, any_number))
    n_neurons = draw(st.integers(2, 4))
    weights = draw(matrices(n_neurons, draw(st.integers(1, 4))))
    bias = draw(st.none() | vectors(n_neurons))
    other = draw(sessions())
    edits: list[Edit] = [
        SetBlock(layer_index, neuron, column, block),
        SetInputBlock(sample, 0, rows),
        ResizeLayer(layer_index, weights, bias),
        PasteNetwork(other.evolve(task="regression")),
    ]
    return draw(st.sampled_from(edits))


@settings(max_examples=60)
@given(st.data())
def test_every_paste_can_be_taken_back_and_made_again(data: st.DataObject) -> None:
    before = data.draw(sessions())
    edit = data.draw(pastes(before))
    after = edit.apply(before)
    inverse = edit.inverse(before)
    assert_identical(inverse.apply(after), before)
    assert_identical(inverse.inverse(after).apply(before), after)
    assert edit.describe(before).isprintable()
    fresh = after.network.forward(after.inputs)
    np.testing.assert_allclose(after.trace.outputs, fresh.outputs, rtol=1e-12)


def test_other_samples_keep_the_targets_only_where_there_are_as_many() -> None:
    as_many = ReplaceInputs(np.array([[7, 8], [9, 10]]))
    changed = as_many.apply(SESSION)
    np.testing.assert_array_equal(changed.inputs, [[7, 8], [9, 10]])
    assert changed.targets is SESSION.targets
    assert_identical(as_many.inverse(SESSION).apply(changed), SESSION)
    session = SESSION.evolve(n_test=1)
    more = ReplaceInputs(np.array([[7, 8], [9, 10], [11, 12]]))
    changed = more.apply(session)
    assert (changed.n_samples, changed.targets, changed.n_test) == (3, None, 0)
    assert_identical(more.inverse(session).apply(changed), session)
    assert more.describe(session) == "all samples replaced by 3"
    with pytest.raises(ValueError, match="each sample has 1 numbers, expected 2"):
        ReplaceInputs(np.array([[1.0]])).apply(SESSION)
