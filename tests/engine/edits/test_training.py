"""Changes of what is learned from and how."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Edit, Layer, Network, Session, SetActivation, session_loss
from engine.datasets import generate, load_dataset, parse_feature
from engine.edits.dataset import SetSamples, samples_of
from engine.edits.features import SetDerived
from engine.edits.layers import SetParameters
from engine.edits.training import SetFrozen, SetTraining
from engine.nn.layer import FrozenLayer, everything_frozen
from engine.session.data_record import DataRecord
from engine.training import TrainingRun
from engine.training.settings import TrainingSettings
from tests.engine.strategies import assert_identical

INPUTS = np.array([[1.0, 2], [3, -1], [0.5, 4]])
SESSION = Session(
    Network(
        [
            Layer([[0.1, -0.2], [0.3, 0.4], [0.5, 0.6]], [0.1, 0.2, 0.3], "tanh", "hidden"),
            Layer([[1.5, -0.5, 0.25]], [0.2], "sigmoid"),
        ]
    ),
    INPUTS,
    np.array([[1.0], [0], [1]]),
    title="mine",
)
HALF = FrozenLayer(np.array([[True, False], [False, False], [True, True]]), np.zeros(3, bool))
SQUARE, PRODUCT, SINE = map(parse_feature, ("x1^2", "x1*x2", "sin(x2)"))


def samples(targets: Any = (1, 0, 1, 0), n_features: int = 2, **parts: Any) -> SetSamples:
    """Four samples with a test set of one."""
    columns = np.array(targets, dtype=float)
    known: dict[str, Any] = {
        "inputs": np.arange(4.0 * n_features).reshape(4, n_features),
        "targets": columns if columns.ndim == 2 else columns[:, np.newaxis],
        "n_test": 1,
        "features": None,
        "classes": None,
        "task": "binary",
        "record": DataRecord("made", seed=3),
    }
    return SetSamples(**(known | parts))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SetTraining(TrainingSettings("adam", 0.1)), "learning settings changed"),
        (SetParameters(SESSION.network, "20 epochs of training"), "20 epochs of training"),
        (SetFrozen(0, HALF), "3 numbers of layer 1 frozen"),
        (SetFrozen(1, everything_frozen(1, 3)), "all of layer 2 frozen"),
        (SetFrozen(0, None), "nothing of layer 1 frozen"),
        (SetDerived((SQUARE, SINE)), "derived inputs: x1^2, sin(x2)"),
        (SetDerived(()), "no derived inputs"),
        (samples(), "data made: 4 samples"),
        (samples(record=None), "other data: 4 samples"),
        (samples(n_features=5, derived=(PRODUCT,)), "data made: 4 samples"),
    ],
)
def test_an_edit_is_described_and_taken_back(edit: Edit, words: str) -> None:
    assert edit.describe(SESSION) == words
    changed = edit.apply(SESSION)
    assert_identical(edit.inverse(SESSION).apply(changed), SESSION)
    assert_identical(edit.apply(SESSION), changed)


def test_settings_and_masks_change_no_number() -> None:
    settings = TrainingSettings("rmsprop", 0.01)
    changed = SetFrozen(0, HALF).apply(SetTraining(settings).apply(SESSION))
    assert changed.training == settings
    frozen = changed.network.layers[0].frozen
    assert frozen is not None
    assert frozen.n_frozen == 3
    np.testing.assert_array_equal(frozen.weights, HALF.weights)
    assert not frozen.weights.flags.writeable
    np.testing.assert_array_equal(changed.trace.outputs, SESSION.trace.outputs)
    with pytest.raises(ValueError, match="layer_index 2 does not exist"):
        SetFrozen(2, None).apply(SESSION)
    with pytest.raises(ValueError, match="the frozen mask of the weights has shape"):
        SetFrozen(1, HALF).apply(SESSION)


def test_the_numbers_of_a_run_keep_what_was_changed_besides() -> None:
    assert SESSION.targets is not None
    run = TrainingRun(SESSION.network, INPUTS, SESSION.targets, TrainingSettings(), task="binary")
    run.run_epoch()
    edited = SetFrozen(0, HALF).apply(SetActivation(0, "relu").apply(SESSION))
    changed = SetParameters(run.network, "1 epoch").apply(edited)
    for layer, trained in zip(changed.network.layers, run.network.layers, strict=True):
        np.testing.assert_array_equal(layer.weights, trained.weights)
        np.testing.assert_array_equal(layer.bias, trained.bias)
    assert changed.network.layers[0].activation.name == "relu"
    assert changed.network.layers[0].frozen is not None
    assert changed.network.layers[0].name == "hidden"
    smaller = Network([Layer([[1.0, 2]], [0], "tanh")])
    with pytest.raises(ValueError, match="numbers of a network 2-1 do not fit one of 2-3-1"):
        SetParameters(smaller, "training").apply(SESSION)


def test_new_derived_inputs_change_no_output_and_kept_ones_keep_their_weights() -> None:
    given = SetFrozen(0, HALF).apply(SESSION)
    more = SetDerived((SQUARE, PRODUCT)).apply(given)
    np.testing.assert_array_equal(more.trace.outputs, SESSION.trace.outputs)
    assert more.features == ("x1", "x2", "x1²", "x1·x2")
    first = more.network.layers[0]
    np.testing.assert_array_equal(first.weights[:, 2:], 0)
    assert first.frozen is not None
    np.testing.assert_array_equal(first.frozen.weights[:, :2], HALF.weights)
    assert not first.frozen.weights[:, 2:].any()
    weights = np.arange(12.0).reshape(3, 4)
    more = more.evolve(network=more.network.replace_layers(0, 1, [first.replace(weights=weights)]))
    other = SetDerived((SINE, PRODUCT)).apply(more)
    expected = np.column_stack([weights[:, :2], np.zeros(3), weights[:, 3]])
    np.testing.assert_array_equal(other.network.layers[0].weights, expected)
    np.testing.assert_array_equal(
        other.inputs, np.column_stack([INPUTS, np.sin(INPUTS[:, 1]), INPUTS[:, 0] * INPUTS[:, 1]])
    )
    none = SetDerived(()).apply(other)
    assert none.features is None
    np.testing.assert_array_equal(none.inputs, INPUTS)


def test_other_samples_of_the_same_kind_keep_all_numbers() -> None:
    changed = samples().apply(SESSION)
    for layer, before in zip(changed.network.layers, SESSION.network.layers, strict=True):
        assert layer is before
    assert (changed.n_test, changed.title, changed.declared_task) == (1, "mine", "binary")
    assert changed.data == DataRecord("made", seed=3)


def test_more_features_and_outputs_leave_the_hidden_numbers() -> None:
    edit = samples(np.eye(3)[[0, 1, 2, 0]], 4, task="multiclass")
    changed = edit.apply(SESSION)
    assert changed.network.sizes == (4, 3, 3)
    first, last = changed.network.layers
    before_first, before_last = SESSION.network.layers
    np.testing.assert_array_equal(first.weights[:, :2], before_first.weights)
    np.testing.assert_array_equal(first.bias, before_first.bias)
    np.testing.assert_array_equal(last.weights[0], before_last.weights[0])
    assert last.bias[0] == before_last.bias[0]
    for new, n_inputs in ((first.weights[:, 2:], 4), (last.weights[1:], 3), (last.bias[1:], 3)):
        assert (new != 0).all()
        assert (np.abs(new) < 1 / np.sqrt(n_inputs)).all()
    assert last.activation.name == "softmax"
    assert_identical(edit.apply(SESSION), changed)
    fewer = samples(n_features=1).apply(changed)
    assert fewer.network.sizes == (1, 3, 1)
    np.testing.assert_array_equal(fewer.network.layers[0].weights, before_first.weights[:, :1])
    assert fewer.network.layers[1].activation.name == "sigmoid"


@pytest.mark.parametrize(
    ("last", "task", "targets", "expected"),
    [
        ("sigmoid", "binary", (0, 1, 1, 0), "sigmoid"),
        ("hard_sigmoid", "binary", (0, 1, 1, 0), "hard_sigmoid"),
        ("tanh", "binary", (0, 1, 1, 0), "sigmoid"),
        ("identity", "binary", (0, 1, 1, 0), "sigmoid"),
        ("step", "binary", (0, 1, 1, 0), "sigmoid"),
        ("tanh", "binary", (-1, 1, 1, -1), "tanh"),
        ("sigmoid", "binary", (-1, 1, 1, -1), "tanh"),
        ("sigmoid", "regression", (0.5, 2, 0, 1), "identity"),
        ("relu", "regression", (0.5, 2, 0, 1), "relu"),
        ("relu", "regression", (0.5, -2, 0, 1), "identity"),
        ("tanh", "regression", (0.5, -1, 0, 1), "tanh"),
        ("softmax", "regression", (0.5, 1, 0, 1), "identity"),
        ("leaky_relu(0.3)", "regression", (0.5, -2, 0, 1), "leaky_relu(0.3)"),
    ],
)
def test_the_last_activation_becomes_that_of_the_task_where_it_does_not_suit(
    last: str, task: str, targets: tuple[float, ...], expected: str
) -> None:
    given = SetActivation(1, last).apply(SESSION)
    changed = samples(targets, task=task).apply(given)
    assert changed.network.layers[1].activation.text == expected
    assert changed.network.layers[0] is SESSION.network.layers[0]


def test_a_chosen_loss_that_does_not_suit_is_given_up() -> None:
    given = SetTraining(TrainingSettings("adam", loss="bce")).apply(SESSION)
    assert samples().apply(given).training == TrainingSettings("adam", loss="bce")
    changed = samples((3, -1, 2, 0), task="regression").apply(given)
    assert changed.training == TrainingSettings("adam")
    assert session_loss(changed) is not None


def test_samples_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="targets: 3 rows of 1 numbers, expected 4 rows"):
        samples((1, 0, 1)).apply(SESSION)
    with pytest.raises(ValueError, match="4 of 4 samples as the test set"):
        samples(n_test=4).apply(SESSION)
    with pytest.raises(ValueError, match="features: 1 names"):
        samples(features=("a",)).apply(SESSION)
    with pytest.raises(ValueError, match="task 'ranking' is unknown"):
        samples(task="ranking").apply(SESSION)


def test_a_data_set_is_split_standardised_and_extended() -> None:
    data = generate("circle", noise=10, seed=7)
    edit = samples_of(
        data, noise=10, seed=7, test_percent=40, standardise=True, derived=(SQUARE, SINE)
    )
    session = edit.apply(SESSION)
    assert (session.n_train, session.n_test) == (300, 200)
    np.testing.assert_allclose(session.training_inputs[:, :2].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(session.training_inputs[:, :2].std(axis=0), 1, rtol=1e-12)
    np.testing.assert_array_equal(session.inputs[:, 2], session.inputs[:, 0] ** 2)
    np.testing.assert_array_equal(session.inputs[:, 3], np.sin(session.inputs[:, 1]))
    assert session.features == ("x1", "x2", "x1²", "sin x2")
    assert session.classes == ("outside", "inside")
    record = session.data
    assert record is not None
    assert (record.name, record.noise, record.seed, record.test_percent) == ("circle", 10, 7, 40)
    assert record.standardisation is not None
    # Every sample is there once, with its own target.
    raw = record.standardisation.undo(session.inputs[:, :2])
    assert session.targets is not None
    rows = sorted(map(tuple, np.column_stack([raw, session.targets]).round(9)))
    assert rows == sorted(map(tuple, np.column_stack([data.inputs, data.targets]).round(9)))
    again = samples_of(
        data, noise=10, seed=7, test_percent=40, standardise=True, derived=(SQUARE, SINE)
    )
    assert_identical(again.apply(SESSION), session)


def test_without_a_test_set_the_samples_stand_as_in_the_data() -> None:
    data = load_dataset("iris")
    session = samples_of(data, seed=5).apply(SESSION)
    np.testing.assert_array_equal(session.inputs, data.inputs)
    assert session.targets is not None
    np.testing.assert_array_equal(session.targets, data.targets)
    assert session.network.sizes == (4, 3, 3)
    assert (session.task, session.n_test) == ("multiclass", 0)
    assert session_loss(session) is not None
