"""What a change did at every stage: the differences, the largest of them, the order."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine import (
    AddNeuron,
    AddSample,
    Bias,
    Input,
    Layer,
    Network,
    RandomStart,
    Rename,
    Session,
    SetActivation,
    SetBias,
    SetInput,
    SetMatrix,
    SetTarget,
    SetTargets,
    SetWeight,
    Weight,
    compare,
    examples,
    session_loss,
)
from engine.analysis.changes.stages import Stage
from engine.session.names import parameter_value
from tests.engine.strategies import any_number, edits, seeds, sessions

TINY = examples.load("tiny-net")
MOVED = SetWeight(0, 1, 0, TINY.network.layers[0].weights[1, 0] + 0.3).apply(TINY)
CLASSIFIER = examples.load("binary-classifier")
XOR = examples.load("xor-step")


def stage_of(before: Session, after: Session, name: str, sample: int = 0) -> Stage:
    return next(stage for stage in compare(before, after, sample).stages if stage.name == name)


def of_numbers(before: list[float], after: list[float]) -> Stage:
    names = tuple(f"o{place + 1}" for place in range(len(before)))
    numbers = np.array(before, dtype=float), np.array(after, dtype=float)
    return Stage("out a of layer 1", "activations", 0, names, *numbers)


def test_the_stages_come_in_the_order_of_the_forward_pass() -> None:
    after = SetInput(2, 0, 0.5).apply(SetBias(1, 0, 0.25).apply(XOR))
    assert [stage.name for stage in compare(XOR, after, 2).stages] == [
        "inputs",
        "weights and biases of layer 1",
        "sum z of layer 1",
        "out a of layer 1",
        "weights and biases of layer 2",
        "sum z of layer 2",
        "out a of layer 2",
        "loss",
    ]
    # Sample 1 has the inputs it had.
    assert compare(XOR, after, 0).stages[0].name == "weights and biases of layer 1"


def test_tiny_net_after_a_weight_moves() -> None:
    outs = stage_of(TINY, MOVED, "out a of layer 1")
    assert list(outs.names) == ["h1", "h2", "h3", "h4", "h5"]
    assert outs.changed.tolist() == [1]
    # The weight of x1 = 0.6 rose by 0.3, and relu passes a positive sum on.
    assert outs.difference == pytest.approx([0, 0.6 * 0.3, 0, 0, 0], abs=1e-15)
    output = stage_of(TINY, MOVED, "out a of layer 2")
    assert round(float(output.difference[0]), 4) == 0.0144
    weights = stage_of(TINY, MOVED, "weights and biases of layer 1")
    assert weights.n_changed == 1
    place = int(weights.changed[0])
    assert weights.names[place] == "weight x1→h2"
    assert weights.parameter(place) == Weight(0, 1, 0)
    assert weights.relative[place] == pytest.approx(0.3 / 0.50007860418361165, abs=1e-15)
    assert not any(stage.name == "loss" for stage in compare(TINY, MOVED).stages)


def test_the_largest_is_the_stage_of_the_largest_relative_change() -> None:
    largest = compare(TINY, MOVED).largest
    assert largest is not None
    assert largest.name == "weights and biases of layer 1"
    # The bias moves by a tenth of itself, the sum -0.05 becomes its opposite 0.05.
    before = Session(Network([Layer([[-1.05]], [1.0], "identity")]), np.array([[1.0]]))
    largest = compare(before, SetBias(0, 0, 1.1).apply(before)).largest
    assert largest is not None
    assert largest.name == "sum z of layer 1"
    assert largest.largest_relative == pytest.approx(2)


def test_taking_a_change_back_leaves_no_difference() -> None:
    edit = SetWeight(0, 1, 0, 0.5)
    back = edit.inverse(TINY).apply(edit.apply(TINY))
    changes = compare(TINY, back)
    assert [stage.n_changed for stage in changes.stages] == [0] * 6
    assert changes.largest is None
    assert changes.sentence == "nothing changed"


def test_a_new_name_changes_no_number() -> None:
    assert compare(TINY, Rename("feature", "age", 0).apply(TINY)).sentence == "nothing changed"


def test_the_loss_is_that_of_all_samples() -> None:
    targets = SetTargets(np.array([[0.5], [1], [1], [0]]))
    before = SetActivation(1, "sigmoid").apply(targets.apply(XOR))
    after = SetTarget(3, 0, 0.75).apply(before)
    loss = stage_of(before, after, "loss", 0)
    assert_array_equal(loss.before, [session_loss(before)])
    assert_array_equal(loss.after, [session_loss(after)])
    assert loss.n_changed == 1
    assert list(loss.names) == ["loss"]
    largest = compare(before, after, 0).largest
    assert largest is not None
    assert largest.name == "loss"


def names_of_stages(before: Session, after: Session) -> list[str]:
    return [stage.name for stage in compare(before, after).stages]


def test_no_loss_where_there_is_none_or_another() -> None:
    given = SetTargets(np.array([[1.0]])).apply(CLASSIFIER)
    assert "loss" in names_of_stages(given, SetBias(1, 0, 1.0).apply(given))
    assert "loss" not in names_of_stages(CLASSIFIER, given)
    assert "loss" not in names_of_stages(CLASSIFIER, SetBias(1, 0, 1.0).apply(CLASSIFIER))
    # The loss of an identity is mse, of a sigmoid bce: two numbers that cannot be compared.
    assert "loss" not in names_of_stages(given, SetActivation(1, "identity").apply(given))
    # bce is not defined for a target of 7.
    assert "loss" not in names_of_stages(given, SetTarget(0, 0, 7.0).apply(given))


def test_weights_and_biases_stand_as_they_are_read() -> None:
    after = SetMatrix(1, np.array([[1.0, 2, 3]]), np.array([4.0])).apply(CLASSIFIER)
    stage = stage_of(CLASSIFIER, after, "weights and biases of layer 2")
    assert list(stage.names) == ["weight h1→o1", "weight h2→o1", "weight h3→o1", "bias of o1"]
    assert stage.names[-1] == "bias of o1"
    assert stage.names[1:3] == ("weight h2→o1", "weight h3→o1")
    assert_array_equal(stage.before, [0.4, -1, 0.6, -0.2])
    assert_array_equal(stage.after, [1, 2, 3, 4])
    assert [stage.parameter(place) for place in (2, 3)] == [Weight(1, 0, 2), Bias(1, 0)]
    with pytest.raises(IndexError):
        stage.names[4]


def test_inputs_have_the_names_of_features() -> None:
    named = Rename("feature", "age", 1).apply(CLASSIFIER)
    stage = stage_of(named, SetInput(0, 1, 7.0).apply(named), "inputs")
    assert list(stage.names) == ["x1", "age", "x3"]
    assert stage.parameter(1) == Input(1)
    assert stage_of(TINY, MOVED, "sum z of layer 1").parameter(0) is None


@pytest.mark.parametrize(
    ("before", "after", "difference", "relative"),
    [
        (1.0, 1.0, 0, 0),
        (0.0, -0.0, 0, 0),
        (2.0, 1.0, -1, 0.5),
        (0.0, 1e-300, 1e-300, 1),
        (3.0, 0.0, -3, 1),
        (-1.0, 1.0, 2, 2),
        (-5e-324, 5e-324, 1e-323, 2),
        (1e308, -1e308, -np.inf, 2),
        (1.0, np.inf, np.inf, 2),
        (np.inf, np.inf, 0, 0),
        (np.inf, 1.0, -np.inf, 2),
        (np.nan, np.nan, 0, 0),
        (1.0, np.nan, np.nan, 2),
    ],
)
def test_differences_and_relative_changes(
    before: float, after: float, difference: float, relative: float
) -> None:
    stage = of_numbers([before, 1.0], [after, 1.0])
    assert_array_equal(stage.difference, [difference, 0])
    assert_array_equal(stage.relative, [relative, 0])
    assert stage.n_changed == (relative > 0)


def test_most_changed_puts_the_largest_first_and_what_is_no_number_before_it() -> None:
    stage = of_numbers([0, 0, 0, 0, 5], [1, -3, np.nan, 2, 5])
    assert stage.most_changed(9) == [2, 1, 3, 0]
    assert stage.most_changed(2) == [2, 1]


@given(st.lists(st.tuples(any_number, any_number), min_size=1, max_size=6))
def test_the_relative_change_is_the_share_of_the_larger_number(
    pairs: list[tuple[float, float]],
) -> None:
    stage = of_numbers([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    for (before, after), relative in zip(pairs, stage.relative, strict=True):
        if before == after:
            assert relative == 0
        else:
            larger = max(abs(Decimal(before)), abs(Decimal(after)))
            exact = abs(Decimal(after) - Decimal(before)) / larger
            assert 0 < relative <= 2
            # Two roundings of numbers of at most 1, and one of the result.
            assert float(exact) == pytest.approx(relative, abs=5e-16)


@given(sessions(), st.data())
def test_after_any_edit_the_differences_are_those_of_the_forward_passes(
    before: Session, data: st.DataObject
) -> None:
    try:
        after = data.draw(edits(before)).apply(before)
    except ValueError:
        assume(False)
    sample = data.draw(st.integers(0, before.n_samples - 1))
    if after.network.sizes != before.network.sizes or after.n_samples != before.n_samples:
        with pytest.raises(ValueError, match="cannot compare"):
            compare(before, after, sample)
        return
    changes = compare(before, after, sample)
    for stage in changes.stages:
        if stage.layer_index is None:
            continue
        old, new = (session.trace.layers[stage.layer_index] for session in (before, after))
        if stage.kind == "pre_activations":
            assert_array_equal(stage.before, old.pre_activations[sample])
            assert_array_equal(stage.after, new.pre_activations[sample])
        if stage.kind == "activations":
            assert_array_equal(stage.before, old.activations[sample])
            assert_array_equal(stage.after, new.activations[sample])
        if stage.kind == "parameters":
            for place in range(len(stage.before)):
                parameter = stage.parameter(place)
                assert parameter is not None
                assert stage.before[place] == parameter_value(before, parameter)
                assert stage.after[place] == parameter_value(after, parameter)
    largest = max(stage.largest_relative for stage in changes.stages)
    assert (changes.largest is None) == (largest == 0)
    if changes.largest is not None:
        assert changes.largest.largest_relative == largest


@given(sessions(), st.data())
def test_backwards_the_differences_are_the_same_with_the_other_sign(
    before: Session, data: st.DataObject
) -> None:
    after = RandomStart("normal", data.draw(seeds)).apply(before)
    there, back = compare(before, after), compare(after, before)
    for one, other in zip(there.stages, back.stages, strict=True):
        assert_array_equal(one.difference, -other.difference)
        assert_array_equal(one.relative, other.relative)


def test_what_differs_in_shape_is_not_compared() -> None:
    with pytest.raises(ValueError, match="different sizes: 4→5→1 before, 4→6→1 after"):
        compare(TINY, AddNeuron(0, 0).apply(TINY))
    with pytest.raises(ValueError, match="numbers of samples: 1 before, 2 after"):
        compare(TINY, AddSample(1, np.zeros(4), None).apply(TINY))
    with pytest.raises(ValueError, match="sample 1 does not exist"):
        compare(TINY, MOVED, 1)


def test_a_large_batch_computed_whole_and_one_sample_computed_alone_do_not_differ() -> None:
    generator = np.random.default_rng(0)
    network = Network(
        [
            Layer(generator.normal(size=(128, 784)), generator.normal(size=128), "relu"),
            Layer(generator.normal(size=(10, 128)), generator.normal(size=10), "softmax"),
        ]
    )
    before = Session(network, generator.normal(size=(64, 784)))
    # One session has not computed its batch yet, the other has.
    after = Session(network, before.inputs)
    assert before.trace.outputs.shape == (64, 10)
    changes = compare(before, after, 7)
    assert [stage.n_changed for stage in changes.stages] == [0] * 6
    assert "trace" not in vars(after)
