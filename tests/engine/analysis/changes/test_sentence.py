"""The sentence of what changed: figures of the sessions in plain words."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    Edit,
    Layer,
    Network,
    RandomStart,
    Rename,
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
    compare,
    examples,
)
from engine.datasets.features import parse_feature
from tests.engine.strategies import any_number, matrices, plain_number, seeds, sessions

TINY = examples.load("tiny-net")
CLASSIFIER = examples.load("binary-classifier")
XOR = examples.load("xor-step")


def sentence(session: Session, *edits: Edit, sample: int = 0) -> str:
    after = session
    for edit in edits:
        after = edit.apply(after)
    return compare(session, after, sample).sentence


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        (
            [SetWeight(0, 1, 0, 0.5)],
            "weight x1→h2 went from -1.5 to 0.5: h2 rose by 2, o1 fell by 0.0723; "
            "the other two hidden neurons did not change",
        ),
        (
            [SetWeight(0, 0, 0, 0.3), SetBias(0, 1, 0.0)],
            "weight x1→h1 went from 0.2 to 0.3 and bias of h2 from -0.3 to 0: "
            "h1 rose by 0.1, h2 rose by 0.3, o1 fell by 0.0181; h3 did not change",
        ),
        (
            [SetWeight(0, 0, 0, 0.3), SetBias(0, 1, 0.0), SetInput(0, 2, 3.5)],
            "input x3 went from 3 to 3.5, weight x1→h1 from 0.2 to 0.3 and bias of h2 "
            "from -0.3 to 0: h1 rose by 0.6, h2 rose by 0.45, o1 fell by 0.0149; "
            "h3 did not change, though its sum z fell by 0.6",
        ),
        (
            [SetInput(0, 0, -3.0)],
            "input x1 went from 1 to -3: h1 fell by 0.8, h2 rose by 6, o1 fell by 0.0845; "
            "h3 did not change, though its sum z fell by 2.8",
        ),
        (
            [SetWeight(0, 2, 0, 0.6)],
            "weight x1→h3 went from 0.7 to 0.6: sum z of h3 fell by 0.1, but no out changed",
        ),
        ([SetWeight(1, 0, 2, 0.7)], "weight h3→o1 went from 0.6 to 0.7: no out changed"),
        (
            [SetBias(1, 0, 5.0)],
            "bias of o1 went from -0.2 to 5: o1 rose by 0.859; the answer changed from 0 to 1",
        ),
        (
            [SetActivation(0, "leaky_relu(0.5)")],
            "the activation of layer 1 went from relu to leaky_relu(0.5): h3 fell by 0.4, "
            "o1 fell by 0.0168; the other two hidden neurons did not change",
        ),
        (
            [SetActivation(1, "identity")],
            "the activation of layer 2 went from sigmoid to identity: o1 fell by 2.4647",
        ),
        (
            [SetWeight(0, 0, 0, 0.2000001)],
            "weight x1→h1 went from 0.2 to 0.2000001: h1 rose by 1e-7, o1 rose by 3.1e-9; "
            "the other two hidden neurons did not change",
        ),
        (
            [SetBias(1, 0, -1e300), SetBias(0, 0, 1e300)],
            "bias of h1 went from 0.1 to 1e300 and bias of o1 from -0.2 to -1e300: "
            "h1 rose by 1e300, o1 fell by 0.0847; the other two hidden neurons did not change",
        ),
        ([SetTargets(np.array([[1.0]]))], "target of o1 went from – to 1: no out changed"),
        ([], "nothing changed"),
    ],
)
def test_the_binary_classifier(edits: list[Edit], words: str) -> None:
    assert sentence(CLASSIFIER, *edits) == words


def test_tiny_net_after_the_weight_of_the_issue() -> None:
    weight = TINY.network.layers[0].weights[1, 0] + 0.3
    assert sentence(TINY, SetWeight(0, 1, 0, weight)) == (
        "weight x1→h2 went from 0.2001 to 0.5001: h2 rose by 0.18, o1 rose by 0.0144; "
        "the other four hidden neurons did not change"
    )


def test_many_changes_are_counted() -> None:
    layer = TINY.network.layers[0]
    edit = SetMatrix(0, layer.weights + 0.1, layer.bias + np.array([0, 0.1, 0, 0, 0.1]))
    assert sentence(TINY, edit) == (
        "20 weights and 2 biases changed: h2 rose by 0.3, h5 rose by 0.3, h1 rose by 0.2, "
        "2 more hidden neurons changed, o1 rose by 0.0475"
    )
    assert sentence(TINY, SetWeightRow(0, 0, layer.weights[0] + 0.1)).startswith(
        "4 weights changed: h1 rose by 0.2, o1 fell by "
    )


def test_the_loss_and_the_other_samples() -> None:
    smooth = SetActivation(1, "sigmoid").apply(XOR)
    assert re.fullmatch(
        r"target of o1 went from 0 to 1: no out of sample 1 changed; the loss \w+ by [\d.]+",
        sentence(smooth, SetTarget(0, 0, 1.0)),
    )
    assert re.fullmatch(
        r"the targets of sample 2 changed: no out of sample 1 changed; the loss \w+ by [\d.]+",
        sentence(smooth, SetTarget(1, 0, 0.5)),
    )
    assert sentence(XOR, SetInputs(1 - 2 * XOR.inputs), sample=3).startswith(
        "input x1 went from 1 to -1 and input x2 from 1 to -1; the inputs of 3 other samples "
        "changed: "
    )
    # A target that a step gets wrong is infinitely unlikely.
    assert sentence(XOR, SetInput(2, 0, -3.0), sample=2) == (
        "input x1 went from 1 to -3: h1 fell by 1, o1 fell by 1; the loss became inf; the answer "
        "changed from 1 to 0; h2 did not change, though its sum z fell by 4"
    )


def test_several_hidden_layers_are_told_apart() -> None:
    ones = np.ones((3, 3))
    layers = [Layer(ones, [0, 0, 0], "relu"), Layer(ones, [0, 0, -9], "relu")]
    session = Session(
        Network([*layers, Layer([[1, 0, 0], [0, 0, 1]], [0, 0], "identity")]), np.ones((1, 3))
    )
    assert sentence(session, SetBias(0, 1, 0.5)) == (
        "bias of h1.2 went from 0 to 0.5: h1.2 rose by 0.5, h2.1 rose by 0.5, h2.2 rose by 0.5, "
        "h2.3 rose by 0.5, o1 rose by 0.5, o2 rose by 0.5; "
        "the other two neurons of layer 1 did not change"
    )
    assert sentence(session, SetBias(1, 1, 0.5)) == (
        "bias of h2.2 went from 0 to 0.5: h2.2 rose by 0.5; "
        "the other two neurons of layer 2 did not change; no output changed"
    )


def test_a_layer_without_an_output_layer_is_hidden() -> None:
    session = Session(
        Network([Layer(np.ones((3, 1)), [0, 0, 0], "relu", "hidden")]), np.ones((1, 1))
    )
    assert sentence(session, SetBias(0, 2, 1.0)) == (
        "bias of h3 went from 0 to 1: h3 rose by 1; the other two hidden neurons did not change"
    )


def test_the_answers_of_classes_and_of_several_yes_or_no_outputs() -> None:
    network = Network([Layer(np.eye(3), [0, 0, 0], "softmax")])
    session = Session(network, np.array([[1.0, 0, 0]]), classes=("cat", "dog", "emu"))
    assert "the answer changed from cat to emu" in sentence(session, SetBias(0, 2, 2.0))
    sigmoids = SetActivation(0, "sigmoid").apply(session.evolve(task="binary"))
    assert "; the answer of o1 changed from 1 to 0" in sentence(sigmoids, SetBias(0, 0, -2.0))
    assert "; 2 answers changed" in sentence(sigmoids, SetBias(0, 0, -2.0), SetBias(0, 1, -2.0))
    same = session.evolve(classes=("cat", "dog", "cat"))
    assert "answer" not in sentence(same, SetBias(0, 2, 2.0))


def test_what_is_not_finite_is_said() -> None:
    session = Session(Network([Layer([[1.0], [-1.0]], [0, 0], "identity")]), np.array([[10.0]]))
    assert sentence(session, SetWeight(0, 0, 0, 1e308)) == (
        "weight x1→o1 went from 1 to 1e308: o1 became inf; o2 did not change"
    )
    back = SetWeight(0, 0, 0, 1e308).apply(session)
    assert sentence(back, SetWeight(0, 0, 0, 1.0)) == (
        "weight x1→o1 went from 1e308 to 1: o1 went from inf to 10; o2 did not change"
    )


def test_a_large_layer_names_the_three_that_changed_most() -> None:
    generator = np.random.default_rng(5)
    network = Network(
        [
            Layer(generator.normal(size=(128, 784)) / 28, np.zeros(128), "relu"),
            Layer(generator.normal(size=(10, 128)) / 11, np.zeros(10), "softmax"),
        ]
    )
    session = Session(network, generator.normal(size=(1, 784)))
    moved = RandomStart("normal", 3).apply(session)
    words = compare(session, moved).sentence
    assert words.startswith("101632 weights and 138 biases changed: h")
    assert re.search(r", \d+ more hidden neurons changed, o", words)
    outs = compare(session, moved).stages[2]
    top = np.argsort(-np.abs(outs.after - outs.before))[0]
    assert re.search(rf"changed: h{top + 1} \w+ by ", words)


def test_a_long_name_keeps_its_end() -> None:
    named = Rename("feature", "the age of the oldest child in years", 0).apply(CLASSIFIER)
    assert sentence(named, SetWeight(0, 1, 0, 0.5)).startswith(
        "weight the age of the…ld in years→h2 went from -1.5 to 0.5: "
    )


long_names = st.text("abcdefgh ", min_size=1, max_size=60)
numbers = st.one_of(plain_number, any_number)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Session, Session]:
    """Two sessions of the same shape with little in common."""
    one = draw(sessions(numbers, most_layers=5, widest=6))
    network = one.network
    other = RandomStart("normal", draw(seeds)).apply(one)
    shape = (one.n_samples, network.n_features)
    if draw(st.booleans()):
        other = SetInputs(draw(matrices(*shape, numbers))).apply(other)
    for layer_index in range(len(network.layers)):
        if draw(st.booleans()):
            other = SetActivation(layer_index, "hard_sigmoid(0.123456789012,0.3333333333)").apply(
                other
            )
    if draw(st.booleans()):
        targets = matrices(one.n_samples, network.n_outputs, numbers)
        one, other = (SetTargets(draw(targets)).apply(session) for session in (one, other))
    features = tuple(draw(long_names) for _ in range(network.n_features))
    classes = tuple(draw(long_names) for _ in range(max(2, network.n_outputs)))
    return (
        one.evolve(features=features, classes=classes),
        other.evolve(features=features, classes=classes),
    )


@given(pairs(), st.data())
def test_no_sentence_is_longer_than_can_be_read(
    pair: tuple[Session, Session], data: st.DataObject
) -> None:
    before, after = pair
    words = compare(before, after, data.draw(st.integers(0, before.n_samples - 1))).sentence
    assert 0 < len(words) <= 240
    assert "\n" not in words
    assert not words.endswith((": ", "; "))


def test_a_deep_network_counts_what_it_cannot_name() -> None:
    size, depth = 9, 12
    layers = [Layer(np.eye(size), np.zeros(size), "relu") for _ in range(depth)]
    session = Session(Network(layers), np.ones((1, size)))
    words = sentence(session, *(SetInput(0, feature, 2.0 + feature) for feature in range(size)))
    assert words == (
        "9 inputs changed: 99 hidden neurons changed, o9 rose by 9, 8 more outputs changed"
    )
    off = Session(Network([Layer(np.eye(size), np.full(size, -99.0), "relu")] * depth))
    biases = [
        SetBias(layer_index, neuron, -98.0) for layer_index in range(depth) for neuron in range(2)
    ]
    assert sentence(off, *biases) == "24 biases changed: 24 sums z changed, but no out changed"


def derived_session(*texts: str) -> Session:
    """x1 = 2 and x2 = 3, features derived from them, and one neuron that adds them all up."""
    network = Network([Layer(np.ones((1, 2 + len(texts))), [0.0], "identity")])
    return Session(network, np.array([[2.0, 3.0]]), derived=tuple(map(parse_feature, texts)))


def test_inputs_that_follow_are_no_cause() -> None:
    before = derived_session("x1^2", "x1*x2", "abs(x2)")
    changes = compare(before, SetInput(0, 0, 4.0).apply(before))
    # 2 + 3 + 4 + 6 + 3 became 4 + 3 + 16 + 12 + 3.
    assert changes.sentence == "input x1 went from 2 to 4: o1 rose by 20"
    inputs = changes.stages[0]
    assert [inputs.names[place] for place in inputs.changed] == ["x1", "x1²", "x1·x2"]


def test_inputs_that_follow_are_not_counted() -> None:
    before = derived_session("x1^2", "x2^2")
    edits = SetInput(0, 0, 3.0), SetInput(0, 1, 5.0)
    weights = [SetWeight(0, 0, input, 2.0) for input in range(2)]
    assert sentence(before, *edits) == (
        "input x1 went from 2 to 3 and input x2 from 3 to 5: o1 rose by 24"
    )
    assert sentence(before, *edits, *weights) == ("2 inputs and 2 weights changed: o1 rose by 32")


def test_an_input_that_follows_in_another_way_is_a_cause() -> None:
    before = derived_session("x1^2", "x2^2")
    after = before.evolve(features=None, derived=tuple(map(parse_feature, ("x1*x2", "x2^2"))))
    assert compare(before, after).sentence == "input x1·x2 went from 4 to 6: o1 rose by 2"
    moved = SetInput(0, 1, 4.0).apply(after)
    assert compare(before, moved).sentence == (
        "input x2 went from 3 to 4 and input x1·x2 from 4 to 8: o1 rose by 12"
    )
