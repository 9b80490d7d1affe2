"""The forward pass as lines of arithmetic."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer, Network, Session, SetActivation, examples, explain_neuron
from engine.explain.backward_pass import explain_backward
from engine.explain.forward_pass import Line, Question, explain_forward, question_text
from engine.text import format_number, format_within
from tests.engine.strategies import sessions

CLASSIFIER = examples.load("binary-classifier")


def texts(lines: list[Line]) -> list[str]:
    return [f"{line.name} {line.text}".strip() for line in lines]


def of(session: Session, sample: int = 0, digits: int = 4) -> list[str]:
    return texts(explain_forward(session, sample).lines(digits))


def lines_of_loss(session: Session) -> list[str]:
    return texts(explain_backward(session).loss.lines())


def after(heading: str, lines: list[str]) -> list[str]:
    """The lines below a heading, up to the count of parameters, which is the last section."""
    return lines[lines.index(heading) + 1 : [*lines, "Parameters"].index("Parameters")]


def test_the_whole_forward_pass_of_the_binary_classifier() -> None:
    session = CLASSIFIER.evolve(targets=np.array([[1.0]]))
    assert of(session) == [
        "Inputs",
        "x1 = 1, x2 = 2, x3 = 3",
        "Layer 1 · hidden · relu",
        "z = w(x1)·x1 + w(x2)·x2 + w(x3)·x3 + b",
        "a = relu(z): z if z > 0, else 0",
        "3 inputs × 3 neurons + 3 biases = 12 parameters",
        "h1 z = 0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3",
        "a = relu(2.3) = 2.3",
        "h2 z = (-1.5)·1 + 2·2 + 0.3·3 + (-0.3) = 3.1",
        "a = relu(3.1) = 3.1",
        "h3 z = 0.7·1 + 0.8·2 + (-1.2)·3 + 0.5 = -0.8",
        "a = relu(-0.8) = 0",
        "Layer 2 · output · sigmoid",
        "z = w(h1)·h1 + w(h2)·h2 + w(h3)·h3 + b",
        "a = sigmoid(z) = 1 / (1 + e^-z)",
        "3 inputs × 1 neuron + 1 bias = 4 parameters",
        "o1 z = 0.4·2.3 + (-1)·3.1 + 0.6·0 + (-0.2) = -2.38",
        "a = sigmoid(-2.38) = 1 / (1 + e^-(-2.38)) ≈ 0.0847",
        "Answer",
        "o1 ≈ 0.0847 is below 0.5: the answer is 0",
        "Parameters",
        "12 + 4 = 16: 12 weights + 4 biases",
    ]
    assert lines_of_loss(session) == [
        "Loss · bce",
        "loss = -(y·ln a + (1 - y)·ln(1 - a)), y being the target",
        f"loss = -ln 0.0847 ≈ {math.log(1 + math.exp(2.38)):.4f}",
        "o1 is too low by 0.9153",
    ]


def test_the_numbers_are_those_of_the_sample_and_the_digits_asked_for() -> None:
    session = examples.load("xor-step")
    lines = of(session, sample=2)
    assert lines[:2] == ["Inputs · sample 3 of 4", "x1 = 1, x2 = 0"]
    assert "h1 z = 1·1 + 1·0 + (-0.5) = 0.5" in lines
    two = of(CLASSIFIER, digits=2)
    assert "a = sigmoid(-2.38) = 1 / (1 + e^-(-2.38)) ≈ 0.08" in two


def test_a_softmax_is_worked_out_over_its_layer() -> None:
    lines = of(examples.load("three-classes"))
    assert "a = softmax(z) = e^z / (sum of e^z over the layer)" in lines
    assert "a = e^1.49 / (e^(-2.38) + e^1.49 + e^0.17) ≈ 0.7764" in lines
    assert after("Answer", lines)[0].startswith("o2 ≈ 0.7764 is the largest of 3 outputs")


def test_every_formula_in_one_expression_has_the_number_plugged_in_and_is_true() -> None:
    """The plugged-in formula, evaluated as Python, gives the activation next to it."""
    names = {"e": math.e, "ln": math.log, "tanh": math.tanh, "pi": math.pi, "sqrt": math.sqrt}
    n_checked = 0
    for kind in ("sigmoid", "tanh", "gelu_tanh", "silu", "mish", "softplus", "softsign"):
        for z in (-1.25, 0.5):
            session = Session(Network([Layer(np.array([[z]]), [0], kind)]), np.array([[1.0]]))
            line = next(text for text in of(session) if text.startswith(f"a = {kind}({z}"))
            _, formula, result = re.split(" = | ≈ ", line.removeprefix("a = "))
            python = (
                formula.replace("^", "**").replace("·", "*").replace("π", "pi").replace("³", "**3")
            )
            python = re.sub(r"\|(.*)\|", r"abs(\1)", python).replace("√(", "sqrt(")
            assert eval(python, names) == pytest.approx(float(result), abs=6e-5)
            n_checked += 1
    assert n_checked == 14


@given(sessions(), st.sampled_from([2, 4, 6, 17]), st.data())
def test_every_sum_and_out_stands_there(session: Session, digits: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(0, session.n_samples - 1))
    lines = explain_forward(session, sample).lines(digits)
    trace = session.sample_trace(sample)
    found = {(line.kind, line.layer_index, line.neuron): line.text for line in lines}
    for layer_index, (layer, computed) in enumerate(
        zip(session.network.layers, trace.layers, strict=True)
    ):
        for neuron in range(layer.n_neurons):
            z, a = (float(values[0, neuron]) for values in computed)
            assert found["sum", layer_index, neuron].split()[-1] == format_number(z, digits)
            shown = format_within(a, layer.activation.limits, digits)
            assert found["out", layer_index, neuron].split()[-1] == shown.lstrip("<>")
    assert all("\n" not in line.text for line in lines)


def large() -> Session:
    generator = np.random.default_rng(1)
    return Session(
        Network(
            [
                Layer(generator.normal(size=(128, 784)) / 28, np.zeros(128), "relu"),
                Layer(generator.normal(size=(10, 128)) / 11, np.zeros(10), "softmax"),
            ]
        ),
        generator.normal(size=(1, 784)),
    )


@pytest.mark.parametrize(
    ("selected", "names", "counts"),
    [
        (None, list(range(1, 9)), ["120 more neurons"]),
        ((0, 3), list(range(1, 9)), ["120 more neurons"]),
        ((1, 9), list(range(1, 9)), ["120 more neurons"]),
        ((0, 8), list(range(1, 10)), ["119 more neurons"]),
        ((0, 9), [*range(1, 9), 10], ["1 more neuron", "118 more neurons"]),
        ((0, 127), [*range(1, 9), 128], ["119 more neurons"]),
    ],
)
def test_of_a_large_layer_the_rest_is_counted(
    selected: tuple[int, int] | None, names: list[int], counts: list[str]
) -> None:
    lines = explain_forward(large(), 0, selected).lines()
    first = [line for line in lines if line.layer_index == 0]
    assert [line.name for line in first if line.name] == [f"h{number}" for number in names]
    assert [line.text for line in first if line.kind == "note"] == [f"… {text}" for text in counts]
    assert "z = w(x1)·x1 + w(x2)·x2 + … + w(x784)·x784 + b" in texts(lines)
    assert sum(line.kind == "sum" and line.layer_index == 1 for line in lines) == 10
    assert max(len(line.text) for line in lines) < 300
    assert re.search(r"… \d+ more …", next(line.text for line in lines if line.name == "h1"))


@pytest.mark.parametrize("inputs", [[3.0, 2.0, 1.0], [1.0, 2.0, 3.0], [9.0, 0.0, 1.0]])
def test_the_answer_of_a_yes_no_output(inputs: list[float]) -> None:
    session = CLASSIFIER.evolve(inputs=np.array([inputs]))
    output = float(session.trace.outputs[0, 0])
    side = "at least" if output >= 0.5 else "below"
    said = f"o1 ≈ {format_number(output)} is {side} 0.5: the answer is {int(output >= 0.5)}"
    assert after("Answer", of(session))[0] == said


def test_the_answer_names_classes_and_stays_one_line_for_regression() -> None:
    lines = of(examples.load("spam-or-ham"))
    assert re.fullmatch(r"o1 .* 0\.5: the answer is (spam|ham)", after("Answer", lines)[0])
    assert "the network answers o1 = 325" in of(examples.load("house-price"))
    several = Session(
        Network([Layer([[1], [-1]], [0, 0], "sigmoid")]),
        np.array([[2.0]]),
        task="binary",
    )
    assert "o1 1, o2 0 (1 from 0.5 up, else 0)" in of(several)


@pytest.mark.parametrize(
    ("activation", "task", "targets", "worked_out", "value"),
    [
        ("identity", None, [1.0, -2.0], "((2 - 1)² + ((-3) - (-2))²) / 2 = 1", 1.0),
        ("sigmoid", "binary", [0.0, 1.0], "-(ln(1 - 0.8808) + ln 0.0474) / 2 ≈ 2.5878", 2.58776),
        (
            "sigmoid",
            "binary",
            [0.3, 1.0],
            "-((0.3·ln 0.8808 + 0.7·ln(1 - 0.8808)) + ln 0.0474) / 2 ≈ 2.2878",
            2.28776,
        ),
        ("softmax", None, [0.0, 1.0], "-ln 0.0067 ≈ 5.0067", 5.006715),
        ("log_softmax", "multiclass", [0.0, 1.0], "-(-5.0067) ≈ 5.0067", 5.006715),
    ],
)
def test_the_loss_with_its_numbers(
    activation: str, task: str | None, targets: list[float], worked_out: str, value: float
) -> None:
    """The values were worked out by hand: sigmoid(2), sigmoid(-3), ln(1 + e^5)."""
    session = Session(
        Network([Layer([[1.0], [-1.5]], [0, 0], activation)]),
        np.array([[2.0]]),
        targets=np.array([targets]),
        task=task,
    )
    last = [text for text in lines_of_loss(session) if text.startswith("loss = ")][-1]
    assert last == f"loss = {worked_out}"
    assert float(last.split()[-1]) == pytest.approx(value, abs=1e-4)


def test_without_targets_there_is_no_loss_and_an_unsuited_one_says_why() -> None:
    assert "set one, and there is a loss" in lines_of_loss(CLASSIFIER)[-1]
    session = SetActivation(1, "tanh").apply(
        CLASSIFIER.evolve(targets=np.array([[1.0]]), task="binary")
    )
    assert lines_of_loss(session) == [
        "Loss · bce",
        "there is no loss to trace back: bce needs outputs within 0…1: the last layer is tanh, "
        "expected sigmoid",
    ]


def test_layers_of_identity_are_one() -> None:
    session = SetActivation(0, "identity").apply(SetActivation(1, "identity").apply(CLASSIFIER))
    # W2 @ W1 and W2 @ b1 + b2, by hand.
    assert after("These 2 layers are one", of(session)) == [
        "o1 = 2·x1 + (-1.72)·x2 + (-0.62)·x3 + 0.44"
    ]
    assert not any("layers are one" in text for text in of(examples.load("house-price")))


def test_where_everything_is_straight_the_local_map_is_told() -> None:
    session = SetActivation(1, "identity").apply(CLASSIFIER)
    # h3 is off: only h1 and h2 count.
    assert after("Here the network is", of(session)) == ["o1 = 1.58·x1 + (-2.2)·x2 + 0.1·x3 + 0.14"]
    assert not any("Here the network" in text for text in of(CLASSIFIER))


def test_the_questions_follow_the_forward_pass() -> None:
    questions = explain_forward(CLASSIFIER).questions()
    assert questions == [
        Question(layer_index, neuron, of)
        for layer_index, neuron in [(0, 0), (0, 1), (0, 2), (1, 0)]
        for of in ("sum", "out")
    ]
    assert question_text(CLASSIFIER, questions[0]) == "h1: what is its sum z?"
    assert question_text(CLASSIFIER, questions[-1]) == "o1: what is its out a?"
    softmax = explain_forward(examples.load("three-classes")).questions()[6:]
    assert [question.of for question in softmax] == ["sum"] * 3 + ["out"] * 3


def test_what_is_not_finite_is_not_asked_for() -> None:
    session = Session(Network([Layer([[1e200]], [0], "sigmoid")]), np.array([[1e200]]))
    assert explain_forward(session).questions() == [Question(0, 0, "out")]


@given(sessions(numbers=st.floats(-4, 4, width=32)), st.data())
def test_what_is_hidden_cannot_be_read_off(session: Session, data: st.DataObject) -> None:
    forward = explain_forward(session)
    questions = forward.questions()
    n_known = data.draw(st.integers(0, len(questions) - 1))
    hidden = questions[n_known:]
    asked = hidden[0]
    lines = forward.lines(4, hidden)
    assert [line.kind for line in lines[-2:]] == ["heading", "note"]
    assert lines[-1].text == "?"
    for line in lines:
        if line.kind not in ("sum", "out"):
            continue
        assert line.layer_index is not None
        assert line.neuron is not None
        place = Question(line.layer_index, line.neuron, "sum" if line.kind == "sum" else "out")
        assert line.text.endswith(" = ?") == (place in hidden)
        if line.layer_index > asked.layer_index:
            assert re.fullmatch(r"z = \?|a = .*\(z\) = \?", line.text)
    now = next(
        line
        for line in lines
        if (line.kind, line.layer_index, line.neuron) == (asked.of, asked.layer_index, asked.neuron)
    )
    explanation = explain_neuron(session, asked.layer_index, asked.neuron)
    if asked.of == "sum":
        assert now.text == f"z = {explanation.sum().rsplit(' ', 2)[0]} = ?"
    elif not explanation.activation.row_wise:
        assert f"({format_number(explanation.pre_activation)})" in now.text


def test_no_weight_has_a_number_that_the_update_gives_to_another() -> None:
    # There w5 is h1→o1, the fifth weight of the network.
    assert "z = w(h1)·h1 + w(h2)·h2 + b" in of(examples.load("two-by-two"))
