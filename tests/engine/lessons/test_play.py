"""Playing: starts, goals, diagnoses, predictions, choices, and texts with their figures."""

from __future__ import annotations

import pytest

from engine import AddNeuron, RemoveNeuron, Session, examples
from engine.edits.numbers import set_parameter
from engine.lessons.answers import Reply, answer_choice, answer_prediction
from engine.lessons.figures import figure
from engine.lessons.play import (
    end_of,
    par,
    progress,
    start_of,
)
from engine.lessons.text import Piece, figure_if, fill, pieces, plain
from engine.nn.parameters import Bias, Weight
from engine.session.names import parameter_value
from tests.engine.lessons.lesson_files import STEP, lesson, step_with

SMALL = examples.load("binary-classifier")
XOR = lesson(STEP)


def test_a_step_starts_from_its_example_as_prepared() -> None:
    start = start_of(XOR, 0)
    assert start.network.layers[1].weights.tolist() == [[1.0, 0.0]]
    assert end_of(XOR, 0).network.layers[1].weights.tolist() == [[1.0, -2.0]]


def test_a_step_without_a_start_goes_on_from_the_solution_before() -> None:
    second = step_with("").replace('start = "binary-classifier"', "")
    both = lesson(STEP + second)
    assert start_of(both, 1).same_as(end_of(both, 0))


def test_a_step_is_done_when_its_goal_holds_and_all_is_kept() -> None:
    step, start = XOR.steps[0], start_of(XOR, 0)
    now = progress(step, start, start)
    assert not now.done
    assert now.words == "answer for (1, 1) is 1, should be 0"
    # z = 1·1 + 0·1 - 0.5
    assert now.say == "That is OR: 0.5 is above 0."
    done = progress(step, end_of(XOR, 0), start, edits=1)
    assert done.done
    assert (done.words, done.say, done.diagnosis) == ("", "", None)
    wider = AddNeuron(0, 2).apply(end_of(XOR, 0))
    broken = progress(step, wider, start)
    assert not broken.done
    assert broken.goal.ok
    assert broken.words == "the number of hidden neurons is 3, should be at most 2"


def test_par_is_the_length_of_the_solution_or_the_parameters_it_leaves() -> None:
    assert par(XOR.steps[0], end_of(XOR, 0)) == 1
    fewest = lesson(STEP.replace("[[steps.diag", 'score = "parameters"\n[[steps.diag'))
    assert par(fewest.steps[0], end_of(fewest, 0)) == 9


@pytest.mark.parametrize(
    ("line", "typed", "right", "words"),
    [
        ("of = 'h1.z'", "2.3", True, "right, z = 2.3"),
        ("of = 'h1.z'", "2.2", False, "2.2 is what comes out when the bias 0.1 is forgotten"),
        ("of = 'o1.a'", "0.0847", True, "right, a ≈ 0.0847"),
        ("of = 'o1.a'", "-2.38", False, "-2.38 is what comes out when sigmoid is not applied"),
        ("of = 'W1[1,1] * x1'", "0.2", True, "right, 0.2"),
        ("of = 'W1[1,1] * x1'", "1.2", False, "1.2 is too large"),
        (
            "of = 'W1[1,1] * x1', wrong = [{ value = 'W1[1,1] + x1', say = 'Times {x1}.' }]",
            "1.2",
            False,
            "Times 1.",
        ),
        (
            "of = 'h1.z', wrong = [{ value = 'h1.z - b1[1]', say = 'And the bias?' }]",
            "2.2",
            False,
            "And the bias?",
        ),
        ("of = 'n_parameters', tolerance = 1", "17", True, "right, 16"),
        ("of = 'n_parameters', tolerance = 1", "18", False, "18 is too large"),
        # After x1 = 2: z = 0.4 - 1 + 3 + 0.1
        ("of = 'h1.z', after = ['x1 = 2']", "2.5", True, "right, z = 2.5"),
        ("of = 'h1.z', after = ['x1 = 2']", "9", False, "9 is too large"),
    ],
)
def test_a_typed_number_is_judged(line: str, typed: str, right: bool, words: str) -> None:
    step = lesson(step_with(f"ask = {{ {line} }}", "predict")).steps[0]
    reply = answer_prediction(step, SMALL, typed, float(typed))
    assert (reply.right, reply.words) == (right, words)


def test_a_choice_has_its_own_words() -> None:
    choices = "[{ text = '1', say = 'No: {h1.z}.' }, { text = '2', say = 'Yes.', right = true }]"
    step = lesson(step_with(f"choices = {choices}", "choose")).steps[0]
    assert answer_choice(step, SMALL, 0) == Reply(False, "No: 2.3.")
    assert answer_choice(step, SMALL, 1) == Reply(True, "Yes.")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("h1.z", "2.3"),
        ("o1.a", "0.0847"),
        ("h3.a", "0"),
        ("h3.slope", "0"),
        ("W1[2,3]", "0.3"),
        ("b2[1]", "-0.2"),
        ("x2", "2"),
        ("h1.sum", "0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3"),
        ("h1.out", "relu(2.3) = 2.3"),
        ("answer", "0"),
        ("sizes", "3→3→1"),
        ("n_parameters", "16"),
        ("n_weights", "12"),
        ("n_biases", "4"),
        ("n_hidden_neurons", "3"),
        ("W1.shape", "3×3"),
        ("x.shape", "1×3"),
        ("a2.shape", "1×1"),
        ("layer2.activation", "sigmoid"),
        ("= 2 * h1.z - x1", "3.6"),
        # 0.4 - 2 + 1.8 - 0.2, which floats do not quite add up to 0.
        ("= W2[1,1]*x1 + W2[1,2]*x2 + W2[1,3]*x3 + b2[1]", "0"),
        ("h1.z if x1 = 2", "2.5"),
        ("h1.z if x1 = 2 and b1[1] = 0", "2.4"),
        ("h1.z@1", "2.3"),
    ],
)
def test_a_figure_is_written_as_on_the_screen(name: str, text: str) -> None:
    assert figure_if(SMALL, name).text == text


def test_the_slopes_of_the_loss_are_those_of_finite_differences() -> None:
    session = examples.load("two-by-two")

    def loss(one: Session) -> float:
        assert one.loss is not None
        return one.loss

    for parameter, name in ((Weight(0, 1, 0), "dW1[2,1]"), (Bias(1, 0), "db2[1]")):
        value, h = parameter_value(session, parameter), 1e-6
        more, less = (set_parameter(parameter, value + by, 0).apply(session) for by in (h, -h))
        slope = (loss(more) - loss(less)) / (2 * h)
        assert figure(session, name).value == pytest.approx(slope, rel=1e-6)


def test_delta_is_the_slope_by_the_sum_of_one_sample() -> None:
    # squared error of the worked example: (a - y) · a · (1 - a)
    session = examples.load("two-by-two")
    a, y = (figure(session, name).value for name in ("o1.a", "y1"))
    assert a is not None
    assert y is not None
    delta = figure(session, "o1.delta").value
    loss_of = {"squared_error": 1.0, "mse": 2.0 / session.network.n_outputs}
    factor = loss_of[session.loss_name]
    assert delta == pytest.approx(factor * (a - y) * a * (1 - a), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("h1", "'h1' is no figure; did you mean 'h1.z'?"),
        ("h9.z", "there is no neuron h9"),
        ("h1.zz", "'h1.zz': did you mean 'z'?"),
        ("loss", "loss: there is none, as no target is set for it"),
        ("accuracy", "accuracy: there is none, as no answer can be right or wrong"),
        ("dW1[1,1]", "there is no loss to differentiate: no target is set"),
        ("y1", "y1 of sample 1 is not set"),
        ("y2", "there is no target y2; they count from 1 to 1"),
        ("W9[1,1]", "there is no layer 9"),
        ("h1.z@7", "there is no sample 7; they count from 1 to 1"),
        ("q1.shape", "'q1.shape' is no figure"),
        ("h1.z if fly", "'fly' is no statement"),
        ("= sizes + 1", "'sizes' is no number here"),
    ],
)
def test_what_is_no_figure_is_said(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        figure_if(SMALL.evolve(targets=None), name)
    assert str(refused.value).startswith(message)


def test_texts_are_filled_and_cut_at_words() -> None:
    text = "A *weight* of {W1[1,1]} in {{braces}} makes *z* {h1.z}."
    filled = fill(text, SMALL)
    assert filled == "A *weight* of 0.2 in {braces} makes *z* 2.3."
    assert pieces(filled) == [
        Piece("A ", False),
        Piece("weight", True),
        Piece(" of 0.2 in {braces} makes ", False),
        Piece("z", True),
        Piece(" 2.3.", False),
    ]
    assert plain(filled) == "A weight of 0.2 in {braces} makes z 2.3."
    for broken, message in (("{", "a brace { alone"), ("{h9.z}", "{h9.z}: there is no neuron h9")):
        with pytest.raises(ValueError, match=r".") as refused:
            fill(broken, SMALL)
        assert str(refused.value).startswith(message)


def test_what_is_said_survives_what_the_learner_removes() -> None:
    step = lesson(STEP.replace("That is OR: {o1.z@4}", "h2 gave {h2.a}, {o1.z@4}")).steps[0]
    start = start_of(XOR, 0)
    fewer = RemoveNeuron(0, 1).apply(start)
    assert progress(step, fewer, start).say == "h2 gave {h2.a}, {o1.z@4} is above 0."
