"""Conditions: each key where it holds and where it does not, with the words for it."""

from __future__ import annotations

import pytest

from engine import Layer, Network, Session, SetActivation, SetBias, SetInput, SetWeight, examples
from engine.lessons.condition_reader import KEYS, read_condition
from engine.lessons.conditions import Result, evaluate

XOR = examples.load("xor-step")
OR = SetWeight(1, 0, 1, 0.0).apply(XOR)
# z = 0.2·1 - 0.5·2 + 1·3 + 0.1 = 2.3 for h1; h3 is off.
SMALL = examples.load("binary-classifier")


def result(
    session: Session, condition: dict[str, object], start: Session | None = None, **more: int
) -> Result:
    return evaluate(session, start or session, read_condition(condition, "goal"), **more)


@pytest.mark.parametrize(
    ("session", "condition", "words"),
    [
        (OR, {"answers": [0, 1, 1, 0]}, "answer for (1, 1) is 1, should be 0"),
        (OR, {"truth_table": "xor"}, "answer for (1, 1) is 1, should be 0"),
        (OR, {"truth_table": [1, 1, 1, 1]}, "answer for (0, 0) is 0, should be 1"),
        (XOR, {"answers": [0], "for": [[0, 1]]}, "answer for (0, 1) is 1, should be 0"),
        (XOR, {"answers": [0, 1]}, "there are 4 samples, 2 are wanted"),
        (SMALL, {"z": {"h1": "< 2"}}, "the sum z of h1 is 2.3, should be below 2"),
        (SMALL, {"z": {"h1": 2.4}}, "the sum z of h1 is 2.3, should be 2.4"),
        (SMALL, {"a": {"h3": "> 0"}}, "the out of h3 is 0, should be above 0"),
        (SMALL, {"slope": {"h3": 1}}, "the slope of h3 is 0, should be 1"),
        (SMALL, {"a": {"h9": 1}}, "there is no neuron h9 in a network 3→3→1; the last one is o1"),
        (SMALL, {"values": {"W1[1,2]": "> 0"}}, "the weight x2→h1 is -0.5, should be above 0"),
        (SMALL, {"values": {"x2": "3 to 4"}}, "the input x2 is 2, should be from 3 to 4"),
        (SMALL, {"values": {"=2 * h1.z": 5}}, "=2 * h1.z is 4.6, should be 5"),
        (SMALL, {"outputs": ["> 0.9"]}, "output for (1, 2, 3) is 0.0847, should be above 0.9"),
        (SMALL, {"on": {"h3": "some"}}, "h3 is on for 0 of 1 samples, should be for some sample"),
        (SMALL, {"sizes": [3, 2, 1]}, "the network is 3→3→1, should be 3→2→1"),
        (SMALL, {"shape": {"W1": [3, 4]}}, "the shape of W1 is 3×3, should be 3×4"),
        (
            SMALL,
            {"max_hidden_neurons": 2},
            "the number of hidden neurons is 3, should be at most 2",
        ),
        (SMALL, {"parameters": 17}, "the number of weights and biases is 16, should be 17"),
        (SMALL, {"layers": "> 2"}, "the number of layers is 2, should be above 2"),
        (
            SMALL,
            {"activations": ["tanh", "sigmoid"]},
            "the activation of layer 1 is relu, should be tanh",
        ),
        (
            SMALL,
            {"uses": ["softmax"]},
            "the activations are relu, sigmoid, one should be softmax",
        ),
        (
            SMALL,
            {"uses_only": ["relu"]},
            "the activation of layer 2 is sigmoid, should be relu",
        ),
        (XOR, {"gives": {"h1": [0, 1, 1, 0]}}, "h1 for (1, 1) is 1, should be 0"),
        (SMALL, {"values": {"=2*x1": 4}, "called": "twice x1"}, "twice x1 is 2, should be 4"),
        (SMALL, {"equal": ["h1", "h2"]}, "h1 gives 2.3 for (1, 2, 3), should be 3.1 as h2"),
        (SMALL, {"min_epochs": 10}, "the number of epochs trained is 0, should be at least 10"),
        (SMALL, {"all": [{"layers": 2}, {"layers": 3}]}, "the number of layers is 2, should be 3"),
        (
            SMALL,
            {"any": [{"layers": 1}, {"layers": 3}]},
            "the number of layers is 2, should be 1; or the number of layers is 2, should be 3",
        ),
        (SMALL, {"not": {"layers": 2}}, "the number of layers is 2; that should change"),
        (XOR, {"loss": "> 0"}, None),
        (XOR, {"accuracy": 1}, None),
        (OR, {"accuracy": 1}, "the share of right answers is 75 %, should be 100 %"),
    ],
)
def test_what_is_not_there_is_said(
    session: Session, condition: dict[str, object], words: str | None
) -> None:
    found = result(session, condition)
    if words is not None:
        assert not found.ok
        assert found.words == words


@pytest.mark.parametrize(
    ("session", "condition"),
    [
        (XOR, {"answers": [0, 1, 1, 0]}),
        (XOR, {"truth_table": "xor"}),
        (OR, {"truth_table": "or"}),
        (XOR, {"answers": [0, "-", "-", 0]}),
        (SMALL, {"z": {"h1": 2.3, "h2": "> 3"}, "a": {"h3": 0}}),
        (SMALL, {"outputs": [[0.0847]]}),
        (SMALL, {"outputs": [[0.08]], "tolerance": 0.01}),
        (SMALL, {"slope": {"h1": 1}, "on": {"h1": "every", "h3": "no"}}),
        (SMALL, {"values": {"W1[1,2]": "-1/2", "x2": "<= 2"}}),
        (SMALL, {"sizes": [3, 3, 1], "shape": {"W2": [1, 3], "a1": [1, 3], "x": [1, 3]}}),
        (SMALL, {"uses": ["relu"], "uses_only": ["relu", "sigmoid"], "layers": 2}),
        (SMALL, {"not": {"any": [{"layers": 1}, {"layers": 3}]}}),
        (SMALL, {"same": ["inputs", "targets", "weights", "biases", "sizes", "outputs"]}),
        (SMALL, {"same": "activations", "max_edits": 0}),
    ],
)
def test_what_holds(session: Session, condition: dict[str, object]) -> None:
    assert result(session, condition).ok


ABS = Session(
    Network(
        [
            Layer([[1.0, -1.0], [-1.0, 1.0]], [0.0, 0.0], "relu"),
            Layer([[1.0, 1.0]], [0.0], "identity"),
        ]
    )
)


def test_a_function_is_matched_over_a_range_and_the_worst_point_named() -> None:
    goal = {"matches": "abs(x1 - x2)", "over": [-2, 2], "tolerance": 0.1}
    assert result(ABS, goal).ok
    broken = SetWeight(1, 0, 1, 0.5).apply(ABS)
    # h2 = relu(x2 - x1) counts half: at -2, 2 the output is 2, not 4.
    found = result(broken, goal)
    assert (found.ok, found.value, found.wanted) == (False, "2", "4")
    assert found.words == "output for (-2, 2) is 2, should be 4"
    assert "no input x3" in result(ABS, {"matches": "x3"}).words


def test_numbers_are_compared_with_the_start() -> None:
    higher = SetWeight(0, 0, 0, 0.3).apply(SMALL)
    for bound, ok in (("higher", True), ("lower", False), ("changed", True), ("same", False)):
        assert result(higher, {"values": {"W1[1,1]": bound}}, SMALL).ok is ok
    # h1 = 2.4 with a weight of 0.4 to o1: z of o1 rises from -2.38 to -2.34.
    assert result(higher, {"z": {"o1": "higher"}}, SMALL).ok
    found = result(higher, {"values": {"W1[1,1]": "lower"}}, SMALL)
    assert found.words == "the weight x1→h1 is 0.3, should be lower than 0.2"


def test_what_stays_the_same_and_what_alone_may_change() -> None:
    changed = SetBias(0, 1, 4.0).apply(SetWeight(0, 0, 0, 0.3).apply(SMALL))
    found = result(changed, {"same": ["biases"]}, SMALL)
    assert found.words == "the bias of h2 is 4, should be -0.3 as at the start"
    assert result(changed, {"same": ["inputs", "activations", "sizes"]}, SMALL).ok
    assert result(changed, {"only": ["W1[1,1]", "b1[2]"]}, SMALL).ok
    assert result(changed, {"only": ["h1", "h2"]}, SMALL).ok
    assert result(changed, {"only": ["layer 1"]}, SMALL).ok
    found = result(changed, {"only": ["h2"]}, SMALL)
    assert found.words == "the weight x1→h1 is 0.3, should be 0.2 as at the start"
    moved = SetInput(0, 2, 5.0).apply(SMALL)
    assert result(moved, {"same": "inputs"}, SMALL).words.startswith(
        "the input x3 is 5, should be 3 as at"
    )
    assert not result(moved, {"only": ["W1[1,1]"]}, SMALL).ok
    other = SetActivation(0, "tanh").apply(SMALL)
    assert not result(other, {"activations": "same"}, SMALL).ok


def test_outputs_stay_the_same_over_a_whole_range() -> None:
    # A ReLU of factor 2 into one of factor 1/2 computes the same.
    doubled = Session(
        Network(
            [
                Layer([[2.0, -2.0], [-1.0, 1.0]], [0.0, 0.0], "relu"),
                Layer([[0.5, 1.0]], [0.0], "identity"),
            ]
        )
    )
    assert result(doubled, {"same": "outputs", "over": [-5, 5]}, ABS).ok
    broken = SetBias(0, 0, -4.0).apply(doubled)
    # The sample 0, 0 still gives 0.
    assert result(broken, {"same": "outputs"}, ABS).ok
    assert not result(broken, {"same": "outputs", "over": [-5, 5]}, ABS).ok


def test_gradients_are_those_of_the_loss() -> None:
    session = Session(Network([Layer([[2.0]], [0.0], "identity")]), [[3.0]], [[7.0]])
    # mse: d/dw (2·3 - 7)² = 2·(-1)·3 = -6
    assert result(session, {"gradient": {"W1[1,1]": -6, "b1[1]": "-2"}}).ok


def test_what_is_not_there_is_neither_so_nor_not_so() -> None:
    conditions: list[dict[str, object]] = [{"a": {"h9": 1}}, {"not": {"a": {"h9": 1}}}]
    for condition in conditions:
        found = result(SMALL, condition)
        assert not found.ok
        assert found.words.startswith("there is no neuron h9")
    assert result(SMALL, {"any": [{"a": {"h9": 1}}, {"layers": 2}]}).ok


def test_edits_and_epochs_are_counted_by_whoever_plays() -> None:
    assert result(SMALL, {"max_edits": 3}, edits=3).ok
    assert not result(SMALL, {"max_edits": 3}, edits=4).ok
    assert result(SMALL, {"epochs": ">= 100"}, epochs=100).ok


def test_the_sample_of_a_condition_is_its_own_or_that_of_the_step() -> None:
    assert result(XOR, {"a": {"h1": 1}}, sample=1).ok
    assert not result(XOR, {"a": {"h1": 1}}).ok
    assert result(XOR, {"a": {"h1": 1}, "sample": 3}).ok


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({}, "goal: says nothing to check; expected answers, outputs"),
        ({"tolerance": 1}, "goal: says nothing to check"),
        (7, "goal: expected a table such as { answers = [0, 1] }, got a number"),
        ({"answer": [0]}, "goal: unknown key 'answer'; did you mean 'answers'?"),
        ({"answers": 0}, "goal.answers: expected answers in brackets"),
        ({"answers": [0, True]}, "goal.answers[2]: expected a number or the name of a class, got"),
        ({"answers": [0, 1], "for": [[0, 0]]}, "goal.answers: 2 of them for 1 rows of inputs"),
        ({"outputs": [["high"]]}, 'goal.outputs[1][1]: expected a number, "> 0.9"'),
        ({"z": {"h1": "> x1"}}, "goal.z.h1: x1 is not known; known are pi"),
        ({"z": {"h1": "> 1/0"}}, "goal.z.h1: division by zero"),
        ({"z": 3}, "goal.z: expected a table such as { h1 = 0.5 }, got a number"),
        ({"truth_table": "xorr"}, "goal.truth_table: 'xorr' is unknown; did you mean 'xor'?"),
        ({"truth_table": [0, 2]}, "goal.truth_table: expected a name such as"),
        ({"matches": "import os"}, "goal.matches: 'import os' is not a formula"),
        ({"matches": "x1", "over": [2, -2]}, "goal.over: expected the lower end first"),
        ({"matches": "x1", "tolerance": "a"}, "goal.tolerance: expected a number, got a text"),
        ({"on": {"h1": "often"}}, 'goal.on.h1: expected "some", "every" or "no"'),
        ({"equal": ["h1"]}, "goal.equal: expected two names or more"),
        ({"sizes": [2, 2.5]}, "goal.sizes: expected whole numbers in brackets"),
        ({"activations": ["rulu"]}, "goal.activations: activation 'rulu' is unknown; did you mean"),
        ({"max_layers": "2"}, "goal.max_layers: expected a number, got a text"),
        ({"same": ["weight"]}, "goal.same: 'weight' is unknown; did you mean 'weights'?"),
        ({"any": []}, "goal.any: expected conditions in brackets, got an array"),
        ({"not": {"any": [{"layerz": 1}]}}, "goal.not.any[1]: unknown key 'layerz'"),
        ({"a": {"h1": 1}, "sample": 0}, "goal.sample: expected a whole number from 1 up"),
        ({"loss": "\x1b[31m"}, "goal.loss: expected a number"),
    ],
)
def test_a_broken_condition_names_its_place(condition: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_condition(condition, "goal")
    assert str(refused.value).startswith(message)
    assert str(refused.value).isprintable()


def test_conditions_do_not_nest_without_end() -> None:
    deep: dict[str, object] = {"layers": 1}
    for _ in range(50):
        deep = {"not": deep}
    with pytest.raises(ValueError, match="nested more than 5 deep"):
        read_condition(deep, "goal")


def test_every_key_is_described_in_the_docs() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[3] / "docs" / "lessons.md").read_text()
    for key in KEYS:
        name = key.removeprefix("max_").removeprefix("min_")
        assert f"`{name}" in text or f" {name} " in text or f"{name} =" in text, key
