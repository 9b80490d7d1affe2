"""The test set, the derived inputs and the settings of learning in a session."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine import (
    AddFeature,
    AddNeuron,
    AddSample,
    Input,
    Layer,
    Network,
    RemoveFeature,
    RemoveNeuron,
    RemoveSample,
    Rename,
    Session,
    SetInput,
    SetInputs,
    SetSample,
)
from engine.analysis.decision_map import decision_map, zero_lines
from engine.analysis.difference_check import check_derivative
from engine.analysis.sweep import grid_sweep, sweep
from engine.datasets import DerivedFeature, Standardisation, parse_feature
from engine.nn.backprop import loss_gradients
from engine.nn.layer import FrozenLayer
from engine.session.data_record import DataRecord
from engine.session.loss import (
    sample_loss,
    session_loss,
    session_loss_gradients,
    session_output_gradients,
)
from engine.session.loss import test_loss as loss_of_test_samples
from engine.training.settings import TrainingSettings
from tests.engine.strategies import assert_identical

SQUARE, PRODUCT, SINE = map(parse_feature, ("x1^2", "x1*x2", "sin(x2)"))
INPUTS = np.array([[1.0, 2], [3, -1], [0.5, 4], [-2, 0.25]])
WEIGHTS = [[0.1, -0.2, 0.3, 0.4, -0.5], [0.6, 0.7, -0.8, 0.9, 0.15]]


def session(derived: tuple[DerivedFeature, ...] = (), **parts: Any) -> Session:
    """Two given inputs and what is derived, two tanh neurons, a regression output."""
    first = Layer(np.array(WEIGHTS)[:, : 2 + len(derived)], [0.05, -0.1], "tanh", "hidden")
    network = Network([first, Layer([[1.5, -0.5]], [0.2], "identity")])
    targets = np.array([[1.0], [0], [2], [-1]])
    known: dict[str, Any] = {"inputs": INPUTS, "targets": targets, "derived": derived}
    return Session(network, **(known | parts))


THREE = session((SQUARE, PRODUCT, SINE))


def test_the_last_samples_are_the_test_set() -> None:
    given = session(n_test=1)
    assert (given.n_train, given.n_test) == (3, 1)
    np.testing.assert_array_equal(given.training_inputs, INPUTS[:3])
    assert given.test_inputs is not None
    assert given.test_targets is not None
    assert given.training_targets is not None
    np.testing.assert_array_equal(given.test_inputs, INPUTS[3:])
    np.testing.assert_array_equal(given.test_targets, [[-1]])
    np.testing.assert_array_equal(given.training_targets, [[1], [0], [2]])
    none = session()
    assert none.test_inputs is None
    assert none.test_targets is None
    assert session(n_test=1, targets=None).test_targets is None
    assert session(targets=None).training_targets is None


@pytest.mark.parametrize("n_test", [-1, 4, 5])
def test_some_samples_are_left_to_train_on(n_test: int) -> None:
    with pytest.raises(
        ValueError, match=rf"{n_test} of 4 samples as the test set; expected 0 to 3"
    ):
        session(n_test=n_test)


def test_the_loss_is_that_of_the_training_samples_and_the_test_loss_of_the_others() -> None:
    given = session(n_test=1)
    assert given.targets is not None
    errors = (given.trace.outputs - given.targets).ravel() ** 2
    assert session_loss(given) == pytest.approx(errors[:3].mean(), rel=1e-14)
    assert loss_of_test_samples(given) == pytest.approx(errors[3], rel=1e-14)
    assert session_loss(given, "squared_error") == pytest.approx(errors[:3].mean() / 2)
    assert loss_of_test_samples(session()) is None
    assert loss_of_test_samples(session(n_test=1, targets=None)) is None


def test_a_chosen_loss_is_the_loss() -> None:
    given = session(training=TrainingSettings(loss="squared_error"))
    assert given.loss_name == "squared_error"
    assert session(training=TrainingSettings()).loss_name == "mse"
    usual = session_loss(session())
    assert usual is not None
    assert session_loss(given) == pytest.approx(usual / 2, rel=1e-14)
    assert sample_loss(given, 0) == sample_loss(session(), 0, "squared_error")


def test_derived_inputs_follow_and_may_be_left_out() -> None:
    x1, x2 = INPUTS.T
    expected = np.column_stack([x1, x2, x1**2, x1 * x2, np.sin(x2)])
    np.testing.assert_array_equal(THREE.inputs, expected)
    assert THREE.features == ("x1", "x2", "x1²", "x1·x2", "sin x2")
    assert THREE.n_base_features == 2
    whole = session((SQUARE, PRODUCT, SINE), inputs=expected)
    assert_identical(whole, THREE)
    untrue = expected.copy()
    untrue[2, 3] += 1
    assert_identical(session((SQUARE, PRODUCT, SINE), inputs=untrue), THREE)
    assert not THREE.inputs.flags.writeable


def test_names_of_derived_inputs_are_made_of_those_they_follow_from() -> None:
    named = session((SQUARE,), features=("age", "body height"))
    assert named.features == ("age", "body height", "age²")
    renamed = Rename("feature", "years", 0).apply(named)
    assert renamed.features == ("years", "body height", "years²")
    with pytest.raises(ValueError, match="the name of age² follows from age; change it instead"):
        Rename("feature", "z", 2).apply(named)


def test_one_row_that_was_made_up_has_derived_inputs_too() -> None:
    made_up = session((parse_feature("cos(x1)"),), inputs=None, targets=None)
    np.testing.assert_array_equal(made_up.inputs, [[0, 0, 1]])
    assert not made_up.inputs_given


@pytest.mark.parametrize(
    ("derived", "message"),
    [
        (("x3^2",), r"derived\[1\]: x3\^2: there is no x3, the given features are x1 to x2"),
        (("x1^2", "x1^2"), r"derived\[2\]: x1\^2 is there already"),
    ],
)
def test_derived_inputs_that_cannot_be(derived: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        session(tuple(map(parse_feature, derived)))


def test_one_input_at_least_is_given_and_no_number_is_too_large() -> None:
    network = Network([Layer([[1.0]], [0], "tanh")])
    with pytest.raises(ValueError, match="derived: 1 features, but the network reads 1 in all"):
        Session(network, derived=(SQUARE,))
    with pytest.raises(ValueError, match=r"inputs\[1\]: x1\^2 is too large a number"):
        SetInput(0, 0, 1e200).apply(THREE)


def test_an_edit_of_an_input_moves_those_derived_from_it() -> None:
    changed = SetInput(1, 0, 4).apply(THREE)
    np.testing.assert_array_equal(changed.inputs[1], [4, -1, 16, -4, np.sin(-1)])
    np.testing.assert_array_equal(changed.trace.outputs[0], THREE.trace.outputs[0])
    back = SetInput(1, 0, 4).inverse(THREE).apply(changed)
    assert_identical(back, THREE)


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        (2, "x1² follows from x1; change it instead"),
        (3, "x1·x2 follows from x1 and x2; change them instead"),
        (4, "sin x2 follows from x2; change it instead"),
    ],
)
def test_a_derived_input_cannot_be_set(feature: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SetInput(0, feature, 1).apply(THREE)
    row = THREE.inputs[0].copy()
    row[feature] = 0.125
    with pytest.raises(ValueError, match=message):
        SetSample(0, row).apply(THREE)


def test_a_row_may_leave_derived_inputs_out_or_as_they_are() -> None:
    expected = SetInput(0, 0, 7).apply(THREE)
    as_they_are = THREE.inputs[0].copy()
    as_they_are[0] = 7
    for row in (np.array([7.0, 2]), as_they_are, expected.inputs[0]):
        assert_identical(SetSample(0, row).apply(THREE), expected)
    added = AddSample(4, np.array([7.0, 2])).apply(THREE)
    np.testing.assert_array_equal(added.inputs[4], expected.inputs[0])


def test_samples_come_and_go_on_their_own_side() -> None:
    given = session(n_test=2)
    row = np.zeros(2)
    for place, n_test in ((0, 2), (2, 2), (3, 3), (4, 3)):
        assert AddSample(place, row).apply(given).n_test == n_test
    assert AddSample(2, row, is_test=True).apply(given).n_test == 3
    for place, n_test in ((1, 2), (2, 1)):
        edit = RemoveSample(place)
        changed = edit.apply(given)
        assert changed.n_test == n_test
        assert_identical(edit.inverse(given).apply(changed), given)
    with pytest.raises(ValueError, match="place 1 is among the training samples"):
        AddSample(0, row, is_test=True).apply(given)
    with pytest.raises(ValueError, match="place 4 is among the test samples"):
        AddSample(3, row, is_test=False).apply(given)
    with pytest.raises(ValueError, match="only sample to train on"):
        RemoveSample(0).apply(session(n_test=3))


def test_other_rows_are_no_test_set() -> None:
    given = session(n_test=1, targets=None)
    assert SetInputs(INPUTS * 2).apply(given).n_test == 1
    for other in (SetInputs(INPUTS[:1]), SetInputs(None)):
        changed = other.apply(given)
        assert changed.n_test == 0
        assert_identical(other.inverse(given).apply(changed), given)


def test_inputs_come_and_go_with_those_derived_from_them() -> None:
    by = Standardisation(np.array([1.0, 2]), np.array([3.0, 4]))
    given = THREE.evolve(data=DataRecord("mine", standardisation=by))
    added = AddFeature(0).apply(given)
    assert [feature.text for feature in added.derived] == ["x2^2", "x2*x3", "sin(x3)"]
    np.testing.assert_array_equal(added.inputs[:, 1:], THREE.inputs)
    np.testing.assert_array_equal(added.network.layers[0].weights[:, 1:], WEIGHTS)
    np.testing.assert_array_equal(added.network.layers[0].weights[:, 0], 0)
    assert added.data is not None
    assert added.data.standardisation is not None
    np.testing.assert_array_equal(added.data.standardisation.mean, [0, 1, 2])
    np.testing.assert_array_equal(added.data.standardisation.scale, [1, 3, 4])
    assert AddFeature(5).apply(given).features == ("x1", "x2", "x3", "x1²", "x1·x2", "sin x2")
    removed = RemoveFeature(0).apply(given)
    assert [feature.text for feature in removed.derived] == ["sin(x1)"]
    np.testing.assert_array_equal(removed.inputs, THREE.inputs[:, [1, 4]])
    np.testing.assert_array_equal(removed.network.layers[0].weights, np.array(WEIGHTS)[:, [1, 4]])
    without = RemoveFeature(3).apply(given)
    assert [feature.text for feature in without.derived] == ["x1^2", "sin(x2)"]
    np.testing.assert_array_equal(without.inputs, THREE.inputs[:, [0, 1, 2, 4]])
    for edit in (AddFeature(0), RemoveFeature(0), RemoveFeature(3)):
        assert_identical(edit.inverse(given).apply(edit.apply(given)), given)
    with pytest.raises(ValueError, match="at least one input"):
        RemoveFeature(0).apply(removed)


def test_what_is_frozen_stays_with_its_neurons_and_inputs() -> None:
    masks = FrozenLayer(np.eye(2, dtype=bool), np.array([False, True]))
    network = session().network
    given = session().evolve(
        network=Network(
            [layer.with_frozen(masks) for layer in network.layers[:1]]
            + [
                network.layers[1].with_frozen(
                    FrozenLayer(np.array([[True, False]]), np.zeros(1, bool))
                )
            ]
        )
    )

    def frozen(changed: Session) -> list[object]:
        return [
            None if layer.frozen is None else np.column_stack(layer.frozen).astype(int).tolist()
            for layer in changed.network.layers
        ]

    assert frozen(given) == [[[1, 0, 0], [0, 1, 1]], [[1, 0, 0]]]
    more = AddNeuron(0, 1).apply(given)
    assert frozen(more) == [[[1, 0, 0], [0, 0, 0], [0, 1, 1]], [[1, 0, 0, 0]]]
    assert frozen(RemoveNeuron(0, 0).apply(given)) == [[[0, 1, 1]], None]
    assert frozen(AddFeature(1).apply(given))[0] == [[1, 0, 0, 0], [0, 0, 1, 1]]
    assert frozen(RemoveFeature(0).apply(given))[0] == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("weights", "bias"),
    [
        (np.zeros((2, 3), bool), np.ones(2, bool)),
        (np.zeros((2, 2), bool), np.ones(3, bool)),
        (np.zeros((2, 2)), np.ones(2, bool)),
    ],
)
def test_masks_that_do_not_fit_are_refused(weights: Any, bias: Any) -> None:
    with pytest.raises(ValueError, match="layer 'hidden': the frozen mask of the"):
        session().network.layers[0].with_frozen(FrozenLayer(weights, bias))


def test_masks_of_nothing_are_none() -> None:
    masks = FrozenLayer(np.zeros((2, 2), bool), np.zeros(2, bool))
    assert session().network.layers[0].with_frozen(masks).frozen is None


def test_inputs_derived_from_a_swept_one_follow_it() -> None:
    values = np.array([-1.0, 0.5, 2])
    response = sweep(THREE, Input(0), values, 1)
    for row, value in enumerate(values):
        moved = SetInput(1, 0, value).apply(THREE)
        np.testing.assert_array_equal(response.trace.inputs[row], moved.inputs[1])
        np.testing.assert_allclose(response.outputs[row], moved.trace.outputs[1], rtol=1e-14)
    alone = sweep(THREE, Input(3), values, 1)
    np.testing.assert_array_equal(alone.trace.inputs[:, 3], values)
    np.testing.assert_array_equal(
        alone.trace.inputs[:, [0, 1, 2, 4]], THREE.inputs[[1] * 3][:, [0, 1, 2, 4]]
    )


@pytest.mark.parametrize("features", [(0, 1), (1, 0), (2, 1), (0, 4)])
def test_a_map_is_a_grid_in_which_derived_inputs_follow(features: tuple[int, int]) -> None:
    given = session((SQUARE, PRODUCT, SINE))
    across, up = np.linspace(-2, 2, 7), np.linspace(-1, 3, 5)
    drawn = decision_map(given, features, across, up, sample=2)
    grid = grid_sweep(given, (Input(features[1]), up), (Input(features[0]), across), 2)
    np.testing.assert_allclose(drawn.outputs, grid, rtol=1e-12, atol=1e-14)


def test_a_sum_with_a_nonlinear_term_has_no_line_of_zeros() -> None:
    def drawn(derived: tuple[DerivedFeature, ...], features: tuple[int, int]) -> set[int]:
        lines = zero_lines(session(derived), features, (-3, 3), (-3, 3))
        return {line.neuron for line in lines}

    assert drawn((), (0, 1)) == {0, 1}
    assert drawn((SQUARE,), (0, 1)) == set()
    assert drawn((PRODUCT,), (0, 1)) == set()
    assert drawn((SINE,), (0, 1)) == set()
    # A new derived input has weights of 0 and bends nothing.
    flat = session((SQUARE,))
    layer = flat.network.layers[0]
    weights = layer.weights.copy()
    weights[0, 2] = 0
    flat = flat.evolve(network=flat.network.replace_layers(0, 1, [layer.replace(weights=weights)]))
    assert {line.neuron for line in zero_lines(flat, (0, 1), (-3, 3), (-3, 3))} == {0}


def test_a_product_with_an_input_that_stands_still_tilts_the_line() -> None:
    layer = Layer([[1.0, -2.0, 0.5, 0.25]], [0.1], "tanh")
    given = Session(
        Network([layer]), np.array([[1.0, 2.0, 3.0]]), derived=(parse_feature("x1*x3"),)
    )
    (line,) = zero_lines(given, (0, 1), (-3, 3), (-3, 3))
    for x, y in (line.start, line.end):
        z = x - 2 * y + 0.5 * 3 + 0.25 * x * 3 + 0.1
        assert math.isclose(z, 0, abs_tol=1e-12)


@pytest.mark.parametrize("feature", [0, 1])
def test_derivatives_by_an_input_count_what_follows_from_it(feature: int) -> None:
    def loss(moved: Session) -> float:
        value = session_loss(moved)
        assert value is not None
        return value

    def output(moved: Session) -> float:
        return float(moved.trace.outputs[1, 0])

    by_loss = session_loss_gradients(THREE).of(Input(feature), 1)
    check = check_derivative(THREE, Input(feature), loss, 1e-5, 1, derivative=by_loss)
    assert check.measured == pytest.approx(by_loss, rel=1e-7)
    by_output = session_output_gradients(THREE, 1, 0).of(Input(feature))
    check = check_derivative(THREE, Input(feature), output, 1e-5, 1, derivative=by_output)
    assert check.measured == pytest.approx(by_output, rel=1e-7)


@pytest.mark.parametrize("text", ["x2^2", "x1*x2", "sin(x2)", "cos(x2)", "abs(x2)"])
def test_the_derivative_of_a_derived_feature(text: str) -> None:
    feature = parse_feature(text)
    h = 1e-6
    moved = np.array([0.0, h])
    difference = (feature.values(INPUTS + moved) - feature.values(INPUTS - moved)) / (2 * h)
    np.testing.assert_allclose(feature.derivative(INPUTS, 1), difference, rtol=1e-8, atol=1e-8)
    if 0 not in feature.of:
        np.testing.assert_array_equal(feature.derivative(INPUTS, 0), 0)


def test_the_gradients_of_the_loss_do_not_depend_on_the_test_samples() -> None:
    given = session(n_test=1)
    gradients = session_loss_gradients(given)
    assert given.training_targets is not None
    alone = loss_gradients(
        given.network.forward(given.training_inputs), given.training_targets, "mse"
    )
    moved_test_sample = np.vstack([INPUTS[:3], [[5, -7]]])
    other = session_loss_gradients(session(n_test=1, inputs=moved_test_sample))
    np.testing.assert_array_equal(gradients.inputs, other.inputs)
    np.testing.assert_array_equal(gradients.inputs[3], 0)
    # Products of other sizes may round in another order.
    np.testing.assert_allclose(gradients.inputs[:3], alone.inputs, rtol=1e-14, atol=1e-15)
    for mine, moved, its in zip(gradients.layers, other.layers, alone.layers, strict=True):
        for part, of_moved, of_training in zip(mine, moved, its, strict=True):
            np.testing.assert_array_equal(part, of_moved)
            n_rows = len(of_training)
            np.testing.assert_allclose(part[:n_rows], of_training, rtol=1e-14, atol=1e-15)
        for rows in mine[2:]:
            np.testing.assert_array_equal(rows[3], 0)
    with pytest.raises(ValueError, match="there are no targets"):
        session_loss_gradients(session(targets=None))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"name": ""}, "name is '', expected a text"),
        ({"noise": 51}, "noise is 51, expected a whole number from 0 to 50"),
        ({"noise": True}, "noise is True"),
        ({"seed": -1}, "seed is -1, expected a whole number from 0 up"),
        ({"test_percent": 90.5}, "test_percent is 90.5, expected a whole number from 0 to 90"),
    ],
)
def test_a_record_that_cannot_be(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DataRecord(**({"name": "circle"} | parts))


def test_a_standardisation_of_other_features_is_refused() -> None:
    by = Standardisation(np.zeros(3), np.ones(3))
    with pytest.raises(ValueError, match="data: mean and scale of 3 features, expected 2"):
        session(data=DataRecord("mine", standardisation=by))


def test_a_derived_input_has_its_sign_even_where_it_is_0() -> None:
    network = Network([Layer([[0.0, 0.0, 0.0]], [0.0], "identity")])
    session = Session(network, np.zeros((1, 2)), derived=(DerivedFeature("product", (0, 1)),))
    moved = SetInput(0, 0, -0.1).apply(session)
    assert np.signbit(moved.inputs[0, 2])
    assert not np.signbit(SetInput(0, 0, 0.1).apply(session).inputs[0, 2])
