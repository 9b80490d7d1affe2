"""What each change of the structure, the samples and the names leaves and what it adapts."""

from itertools import pairwise

import numpy as np
import pytest

from engine import (
    AddFeature,
    AddLayer,
    AddNeuron,
    AddSample,
    Edit,
    Layer,
    Network,
    RandomStart,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
    RemoveSample,
    Rename,
    ResizeLayer,
    Session,
    SetInput,
    SetInputs,
    SetWeight,
)
from engine.edits.dataset import SetSamples
from engine.nn import arguments
from tests.engine.edits.two_layers import EMPTY, NETWORK, SESSION, TWO_OUTPUTS
from tests.engine.strategies import assert_identical


def kind_of(value: object) -> str:
    return str(value) if isinstance(value, bool) else type(value).__name__


def test_a_new_neuron_changes_no_output() -> None:
    wider = AddNeuron(0, 1).apply(SESSION)
    assert wider.network.sizes == (2, 4, 1)
    np.testing.assert_array_equal(wider.network.layers[0].weights[1], [0, 0])
    np.testing.assert_array_equal(wider.network.layers[1].weights, [[1, 0, -1, 0.5]])
    np.testing.assert_array_equal(wider.trace.outputs, SESSION.trace.outputs)


def test_a_new_output_has_a_name_and_no_target() -> None:
    wider = AddNeuron(0, 1).apply(TWO_OUTPUTS)
    assert wider.classes == ("cat", "class 3", "dog")
    np.testing.assert_array_equal(wider.targets, [[1, np.nan, 0]])


def test_names_of_0_and_1_do_not_name_two_outputs() -> None:
    assert AddNeuron(1, 1).apply(SESSION).classes is None


def test_a_removed_neuron_takes_its_column_along() -> None:
    narrower = RemoveNeuron(0, 1).apply(SESSION)
    np.testing.assert_array_equal(narrower.network.layers[0].weights, [[1, 2], [5, 6]])
    np.testing.assert_array_equal(narrower.network.layers[0].bias, [0.1, 0.3])
    np.testing.assert_array_equal(narrower.network.layers[1].weights, [[1, 0.5]])


@pytest.mark.parametrize("layer_index", [0, 1, 2])
def test_a_new_layer_passes_on_what_it_reads(layer_index: int) -> None:
    deeper = AddLayer(layer_index).apply(SESSION)
    assert len(deeper.network.layers) == 3
    np.testing.assert_array_equal(deeper.trace.outputs, SESSION.trace.outputs)


def test_removing_a_hidden_layer_keeps_the_leading_columns() -> None:
    shallower = RemoveLayer(0).apply(SESSION)
    np.testing.assert_array_equal(shallower.network.layers[0].weights, [[1, -1]])
    deeper = RemoveLayer(1).apply(
        Session(
            Network(
                [
                    Layer([[1], [1], [1]], [0, 0, 0], "relu"),
                    Layer([[1, 1, 1]], [0], "relu"),
                    Layer([[7]], [0], "relu"),
                ]
            )
        )
    )
    np.testing.assert_array_equal(deeper.network.layers[1].weights, [[7, 0, 0]])


def test_removing_the_last_layer_fits_targets_and_names_to_the_new_outputs() -> None:
    shallower = RemoveLayer(1).apply(SESSION)
    np.testing.assert_array_equal(shallower.targets, [[1, np.nan, np.nan], [0, np.nan, np.nan]])
    assert shallower.classes is None


def test_features_come_and_go_with_their_columns_and_names() -> None:
    wider = AddFeature(1).apply(SESSION)
    assert wider.features == ("age", "input 3", "height")
    np.testing.assert_array_equal(wider.inputs, [[1, 0, 2], [3, 0, 4]])
    np.testing.assert_array_equal(wider.network.layers[0].weights[0], [1, 0, 2])
    np.testing.assert_array_equal(wider.trace.outputs, SESSION.trace.outputs)
    narrower = RemoveFeature(0).apply(SESSION)
    assert narrower.features == ("height",)
    np.testing.assert_array_equal(narrower.inputs, [[2], [4]])


def test_samples_come_and_go_with_their_targets() -> None:
    more = AddSample(1, np.array([5.0, 6.0])).apply(SESSION)
    np.testing.assert_array_equal(more.inputs, [[1, 2], [5, 6], [3, 4]])
    np.testing.assert_array_equal(more.targets, [[1], [np.nan], [0]])
    fewer = RemoveSample(0).apply(SESSION)
    np.testing.assert_array_equal(fewer.inputs, [[3, 4]])
    np.testing.assert_array_equal(fewer.targets, [[0]])


@pytest.mark.parametrize(
    ("edit", "given"),
    [
        (SetInput(0, 0, 1), True),
        (SetInputs(np.ones((1, 2))), True),
        (AddSample(0, np.ones(2)), True),
        (SetWeight(0, 0, 0, 1), False),
        (AddFeature(0), False),
        (RemoveFeature(0), False),
    ],
    ids=kind_of,
)
def test_a_made_up_row_stays_made_up_until_inputs_are_set(edit: Edit, given: bool) -> None:
    assert not EMPTY.inputs_given
    assert edit.apply(EMPTY).inputs_given is given


def test_an_empty_name_gives_the_plain_one_back() -> None:
    assert Rename("title", " ").apply(SESSION).title is None
    assert Rename("layer", "", 1).apply(SESSION).network.layers[1].name is None
    assert Rename("feature", "", 0).apply(SESSION).features == ("x1", "height")
    assert Rename("feature", "x2", 1).apply(EMPTY).features is None
    assert Rename("class", "", 1).apply(SESSION).classes == ("ham", "1")
    assert Rename("class", "spam", 1).apply(EMPTY).classes == ("0", "spam")
    assert Rename("class", "", 1).apply(EMPTY).classes is None
    unnamed = TWO_OUTPUTS.evolve(classes=None)
    assert Rename("class", "dog", 1).apply(unnamed).classes == ("o1", "dog")


def test_a_name_reaches_the_screen_without_control_characters() -> None:
    assert Rename("title", "a\x1b[31mb\nc").apply(SESSION).title == "a[31mb c"


def test_a_random_start_leaves_everything_but_the_numbers() -> None:
    fresh = RandomStart("uniform", 3).apply(SESSION)
    assert fresh.network.sizes == SESSION.network.sizes
    assert [layer.name for layer in fresh.network.layers] == ["hidden", "output"]
    assert [layer.activation.name for layer in fresh.network.layers] == ["relu", "sigmoid"]
    assert fresh.classes == SESSION.classes
    assert not np.array_equal(fresh.network.layers[0].weights, NETWORK.layers[0].weights)


def named(*names: str | None) -> Session:
    """A session of layers with these names, from one input to one output."""
    return Session(Network([Layer([[2.0]], [1.0], "tanh", name) for name in names]))


def names_of(session: Session) -> list[str | None]:
    return [layer.name for layer in session.network.layers]


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (("hidden", "output"), AddLayer(2), ["hidden", None, "output"]),
        (("Output",), AddLayer(1), [None, "Output"]),
        (("hidden", "output"), AddLayer(1), ["hidden", None, "output"]),
        (("hidden", "mine"), AddLayer(2), ["hidden", "mine", None]),
        (("hidden",), AddLayer(1), ["hidden", None]),
        (("hidden", None, "output"), RemoveLayer(2), ["hidden", "output"]),
        (("hidden", "hidden", "output"), RemoveLayer(2), ["hidden", "output"]),
        (("hidden", "mine", "output"), RemoveLayer(2), ["hidden", "mine"]),
        (("hidden", "output"), RemoveLayer(1), ["hidden"]),
        (("hidden", "output"), RemoveLayer(0), ["output"]),
    ],
)
def test_only_the_last_layer_is_called_output(
    before: tuple[str | None, ...], edit: Edit, after: list[str | None]
) -> None:
    session = named(*before)
    changed = edit.apply(session)
    assert names_of(changed) == after
    restored = edit.inverse(session).apply(changed)
    assert_identical(restored, session)


def ones(*sizes: int) -> Session:
    return Session(
        Network(
            [
                Layer(np.ones((after, before)), np.zeros(after), "relu")
                for before, after in pairwise(sizes)
            ]
        )
    )


@pytest.mark.parametrize(
    ("session", "edit"),
    [
        (ones(2, 5_000), AddLayer(1)),
        (ones(5_000, 1, 1), ResizeLayer(1, np.ones((1, 5_000)))),
        (ones(1, 1, 5_000), ResizeLayer(0, np.ones((5_000, 1)))),
        (ones(2, 5_000), SetSamples(np.ones((1, 4_000)), None, 0, None, None, "regression", None)),
    ],
    ids=["a layer added", "inputs pasted", "neurons pasted", "data"],
)
def test_no_edit_makes_more_numbers_than_a_new_network_may_have(
    session: Session, edit: Edit
) -> None:
    with pytest.raises(ValueError, match="weights and biases are too many; at most 20,000,000"):
        edit.apply(session)


def test_a_network_that_is_larger_already_can_be_made_smaller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arguments, "MAX_PARAMETERS", 5)
    smaller = RemoveNeuron(0, 0).apply(SESSION)
    assert smaller.network.sizes == (2, 2, 1)
    with pytest.raises(ValueError, match="at most 5"):
        AddNeuron(0, 0).apply(SESSION)
