"""Whether a guess is right, and the mistake made."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import Layer, Network, Session, examples, explain_neuron
from engine.explain.check_answer import (
    Diagnosis,
    NeuronNumber,
    _by_hand,
    decimals_typed,
    diagnose,
    true_text,
)
from engine.explain.mistakes import Mistake, double_mistakes, single_mistakes
from engine.explain.neuron import NeuronExplanation
from engine.text import format_number
from tests.engine.strategies import sessions

Of = Literal["sum", "out"]

CLASSIFIER = examples.load("binary-classifier")
H1 = explain_neuron(CLASSIFIER, 0, 0)
"""0.2·1 + (-0.5)·2 + 1·3 + 0.1 = 2.3, relu."""
H2 = explain_neuron(CLASSIFIER, 0, 1)
"""(-1.5)·1 + 2·2 + 0.3·3 + (-0.3) = 3.1, relu."""
H3 = explain_neuron(CLASSIFIER, 0, 2)
"""0.7·1 + 0.8·2 + (-1.2)·3 + 0.5 = -0.8, relu."""
O1 = explain_neuron(CLASSIFIER, 1, 0)
"""0.4·2.3 + (-1)·3.1 + 0.6·0 + (-0.2) = -2.38, sigmoid: 0.0847."""
SOFTMAX = explain_neuron(examples.load("three-classes"), 1, 1)
"""z 1.49 beside -2.38 and 0.17: 0.7764."""


def judged(explanation: NeuronExplanation, typed: str, of: Of, digits: int = 4) -> Diagnosis:
    """The diagnosis of a number as typed."""
    return diagnose(explanation, float(typed), of, digits, decimals_typed(typed))


@pytest.mark.parametrize(
    ("explanation", "typed", "of"),
    [
        (H1, "2.3", "sum"),
        (H1, "2.30", "sum"),
        (H1, "2.3", "out"),
        (H3, "0", "out"),
        (H3, "-.8", "sum"),
        (O1, "-2.38", "sum"),
        (O1, "-2.4", "sum"),
        (O1, "0.0847", "out"),
        (O1, "0.085", "out"),
        (O1, "8.5e-2", "out"),
        (O1, "0.08471", "out"),
        (SOFTMAX, "0.78", "out"),
    ],
)
def test_the_truth_rounded_to_two_figures_or_more_is_right(
    explanation: NeuronExplanation, typed: str, of: Of
) -> None:
    assert judged(explanation, typed, of) == Diagnosis(
        "right", f"right, {true_text(NeuronNumber(explanation, of))}"
    )


@pytest.mark.parametrize(
    ("explanation", "typed", "of", "sentence"),
    [
        (O1, "0.09", "out", "close: 0.09 is a little too large"),
        (O1, "0.08", "out", "close: 0.08 is a little too small"),
        (O1, "0.0846", "out", "close: 0.0846 is a little too small"),
        (O1, "-2.37", "sum", "close: -2.37 is a little too large"),
        (H1, "2", "sum", "close: 2 is a little too small"),
        (O1, "0.2", "out", "0.2 is too large"),
        (H1, "0", "out", "0 is too small"),
        (H1, "9", "sum", "9 is too large"),
        (H1, "1.1734", "sum", "1.1734 is too small"),
        (H1, "2.2", "sum", "2.2 is what comes out when the bias 0.1 is forgotten"),
        (H2, "3.7", "sum", "3.7 is what comes out when the bias -0.3 is subtracted, not added"),
        (H1, "4.3", "sum", "4.3 is what comes out when the sign of (-0.5)·2 is flipped"),
        (H3, "2.8", "sum", "2.8 is what comes out when (-1.2)·3 is left out"),
        (H1, "4.8", "sum", "4.8 is what comes out when -0.5 and 2 are added, not multiplied"),
        (H1, "-2.3", "sum", "-2.3 is what comes out when the sign of the sum is flipped"),
        (H3, "0", "sum", "0 is what comes out when relu is applied already"),
        (H3, "-0.8", "out", "-0.8 is what comes out when relu is not applied"),
        (H1, "3.1", "out", "3.1 is what comes out when relu is applied to 3.1, the sum of h2"),
        (O1, "-2.38", "out", "-2.38 is what comes out when sigmoid is not applied"),
        (O1, "0.9153", "out", "0.9153 is what comes out when the sign of the sum is flipped"),
        (O1, "0.5212", "out", "0.5212 is what comes out when sigmoid is applied twice"),
        (
            SOFTMAX,
            "4.4371",
            "out",
            "4.4371 is what comes out when e^z is not divided by the sum of e^z over the layer",
        ),
        (
            H1,
            "4.2",
            "sum",
            "4.2 is what comes out when the bias 0.1 is forgotten and "
            "the sign of (-0.5)·2 is flipped",
        ),
        (
            O1,
            "-2.18",
            "out",
            "-2.18 is what comes out when the bias -0.2 is forgotten and sigmoid is not applied",
        ),
    ],
)
def test_what_is_said_of_a_wrong_number(
    explanation: NeuronExplanation, typed: str, of: Of, sentence: str
) -> None:
    diagnosis = judged(explanation, typed, of)
    assert not diagnosis.is_right
    assert diagnosis.sentence == sentence


def test_of_two_mistakes_that_make_one_number_none_is_claimed() -> None:
    """Without its bias 1, or without its product 1·1, the sum is the same."""
    session = Session(Network([Layer([[1, 0.25]], [1], "tanh")]), np.array([[1.0, 3.0]]))
    found = judged(explain_neuron(session, 0, 0), "1.75", "sum")
    assert found.mistakes == ()
    assert (
        found.sentence
        == "1.75 is what comes out when the bias 1 is forgotten or when 1·1 is left out"
    )


def sum_of(weight: float, given: float, bias: float) -> NeuronExplanation:
    """The neuron of one input whose z is weight · given + bias; out = z."""
    network = Network([Layer([[weight]], [bias], "identity")])
    return explain_neuron(Session(network, np.array([[given]])), 0, 0)


@pytest.mark.parametrize(
    ("typed", "digits", "verdict"),
    [
        ("1.2", 4, "too few digits"),
        ("1.23", 4, "too few digits"),
        ("1.230", 4, "right"),
        ("1.2345", 4, "wrong"),
        ("1.23", 2, "ambiguous"),
        ("1.230", 2, "right"),
        ("1.2345", 2, "wrong"),
    ],
)
def test_a_mistake_that_cannot_be_told_from_right_is_called_neither(
    typed: str, digits: int, verdict: str
) -> None:
    """1.2345 - 0.0045 is 1.23, and with the bias forgotten 1.2345."""
    found = judged(sum_of(1.0, 1.2345, -0.0045), typed, "sum", digits)
    assert found.verdict == verdict
    assert bool(found.mistakes) == (verdict == "wrong")


def test_it_says_how_many_more_digits_tell() -> None:
    neuron = sum_of(-1.0, 0.1, -0.00390625)
    found = judged(neuron, "-0.1", "sum")
    assert found.sentence == "-0.1 has too few digits to tell it from a mistake: give 2 more"
    assert judged(neuron, "-0.10", "sum").sentence.endswith("give one more")
    assert judged(neuron, "-0.104", "sum").is_right
    assert judged(neuron, "-0.100", "sum").mistakes == (Mistake("bias forgotten"),)


def test_where_too_much_fits_no_reason_is_made_up() -> None:
    """To one decimal any of five products could have been left out; to three it is one."""
    session = Session(
        Network([Layer([[0.511, 0.521, 0.531, 0.541, 0.551]], [0], "tanh")]), np.ones((1, 5))
    )
    explanation = explain_neuron(session, 0, 0)
    diagnosis = judged(explanation, "2.1", "sum")
    assert (diagnosis.mistakes, diagnosis.sentence) == ((), "2.1 is too small")
    assert judged(explanation, "2.124", "sum").mistakes == (Mistake("product left out", 2),)


def test_of_very_many_inputs_only_the_bias_is_looked_at() -> None:
    generator = np.random.default_rng(5)
    session = Session(
        Network([Layer(generator.normal(size=(1, 784)), [0.25], "tanh")]),
        generator.normal(size=(1, 784)),
    )
    explanation = explain_neuron(session, 0, 0)
    z = explanation.pre_activation
    for place in (0, 400, 783):
        assert diagnose(explanation, z - float(explanation.products[place]), "sum").mistakes == ()
    assert diagnose(explanation, z - 0.25, "sum").mistakes == (Mistake("bias forgotten"),)


def test_what_follows_from_the_numbers_as_shown_is_right() -> None:
    """0.3333 times 3000 is 999.9 by hand, though the sum is 1000."""
    session = Session(Network([Layer([[1 / 3]], [0], "relu")]), np.array([[3000.0]]))
    explanation = explain_neuron(session, 0, 0)
    assert judged(explanation, "999.9", "sum").is_right
    assert judged(explanation, "1000", "sum").is_right
    assert not judged(explanation, "999.5", "sum").is_right


def test_a_zero_is_told_from_small_numbers() -> None:
    session = Session(Network([Layer([[1.0, -1.0]], [0], "relu")]), np.array([[0.5, 0.5]]))
    explanation = explain_neuron(session, 0, 0)
    assert judged(explanation, "0", "sum").is_right
    assert judged(explanation, "-0.0", "out").is_right
    assert not judged(explanation, "0.01", "sum").is_right
    assert not judged(explanation, "5e3", "sum").is_right
    assert not judged(H1, "0e300", "sum").is_right


@pytest.mark.parametrize("guess", [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324])
def test_any_number_gets_an_answer(guess: float) -> None:
    for explanation in (H1, H3, O1, SOFTMAX):
        for of in ("sum", "out"):
            assert not diagnose(explanation, guess, of).sentence.startswith("right") or (
                abs(guess) < 1 and explanation is H3
            )


def test_a_sum_that_is_not_finite_is_said_to_be_so() -> None:
    session = Session(Network([Layer([[1e200]], [0], "relu")]), np.array([[1e200]]))
    explanation = explain_neuron(session, 0, 0)
    assert diagnose(explanation, 1.0, "sum") == Diagnosis("wrong", "z is inf, not a finite number")
    assert diagnose(explanation, math.inf, "sum").is_right


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        ("2.30", 2),
        ("2", 0),
        (" -.5 ", 1),
        ("1.2e4", -3),
        ("8.5e-2", 3),
        ("1/3", None),
        ("inf", None),
    ],
)
def test_decimals_are_those_typed(text: str, decimals: int | None) -> None:
    assert decimals_typed(text) == decimals


KINDS = ("relu", "sigmoid", "tanh", "identity", "step", "softmax", "leaky_relu", "gelu")


@st.composite
def neurons(draw: st.DrawFn) -> NeuronExplanation:
    session = draw(sessions(among=KINDS))
    layer_index = draw(st.integers(0, len(session.network.layers) - 1))
    neuron = draw(st.integers(0, session.network.layers[layer_index].n_neurons - 1))
    return explain_neuron(session, layer_index, neuron)


def true_value(explanation: NeuronExplanation, of: Of) -> float:
    return explanation.pre_activation if of == "sum" else explanation.out


def as_typed(value: float, decimals: int) -> str:
    """The number with this many decimals, and at least two significant figures."""
    first_figure = math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(decimals, 1 - first_figure)}f}"


def around(explanation: NeuronExplanation, of: Of, typed: str, digits: int) -> list[str]:
    """Which of the true value and of single mistakes round to what was typed.

    The numbers as shown may be off by a little, and so may what they lead to.
    """
    truth, by_hand = true_value(explanation, of), _by_hand(explanation, of, digits)
    decimals = decimals_typed(typed)
    assert decimals is not None
    half = 0.5 * 10.0**-decimals * (1 + 1e-9) + 1e-14 * abs(truth)
    slack = abs(by_hand - truth)
    return [
        "truth" if one == truth else "mistake"
        for one in (truth, *(mistake.value for mistake in single_mistakes(explanation, of)))
        if abs(one - float(typed)) <= half + slack
    ]


@given(neurons(), st.sampled_from(["sum", "out"]), st.integers(2, 6), st.integers(0, 8))
def test_the_truth_is_never_called_wrong(
    explanation: NeuronExplanation, of: Of, digits: int, decimals: int
) -> None:
    truth = true_value(explanation, of)
    in_full = diagnose(explanation, truth, of, digits)
    shown = judged(explanation, format_number(truth, digits), of, digits)
    typed = as_typed(truth, decimals)
    found = judged(explanation, typed, of, digits)
    assert "wrong" not in (in_full.verdict, shown.verdict, found.verdict)
    assert found.is_right or "mistake" in around(explanation, of, typed, digits)


@given(neurons(), st.sampled_from(["sum", "out"]), st.integers(2, 6), st.data())
def test_a_mistake_is_never_called_right_nor_what_cannot_be_told_from_it(
    explanation: NeuronExplanation, of: Of, digits: int, data: st.DataObject
) -> None:
    mistakes = single_mistakes(explanation, of)
    assume(mistakes)
    made = data.draw(st.sampled_from(mistakes)).value
    truth = true_value(explanation, of)
    assume(abs(made - truth) > 1e-9 * (1 + np.abs(explanation.products).sum() + abs(truth)))
    assert not diagnose(explanation, made, of, digits).is_right
    typed = as_typed(made, data.draw(st.integers(0, 8)))
    found = judged(explanation, typed, of, digits)
    assert not found.is_right
    if typed == as_typed(truth, decimals_typed(typed) or 0):
        assert found.verdict in ("too few digits", "ambiguous")


@given(neurons(), st.sampled_from(["sum", "out"]), st.data())
def test_a_mistake_is_named_unless_others_come_to_the_same(
    explanation: NeuronExplanation, of: Of, data: st.DataObject
) -> None:
    two = data.draw(st.booleans())
    candidates = (double_mistakes if two else single_mistakes)(explanation, of)
    assume(candidates)
    made = data.draw(st.sampled_from(candidates))
    found = diagnose(explanation, made.value, of)
    slack = abs(_by_hand(explanation, of, 4) - true_value(explanation, of))
    half = 1e-12 * (1 + abs(made.value)) + slack
    near = [
        [one for one in ones if abs(one.value - made.value) <= half]
        for ones in (single_mistakes(explanation, of), double_mistakes(explanation, of))
    ]
    if found.mistakes:
        assert found.mistakes in [one.mistakes for one in near[len(found.mistakes) - 1]]
        assert all(mistake.clause(explanation) in found.sentence for mistake in found.mistakes)
    elif found.verdict == "wrong" and not found.sentence.startswith("close"):
        assert max(map(len, near)) > 1


@given(neurons(), st.sampled_from(["sum", "out"]), st.floats(-20, 20))
def test_what_is_said_of_any_number_holds(
    explanation: NeuronExplanation, of: Of, guess: float
) -> None:
    guess = round(guess, 2)
    found = judged(explanation, f"{guess:.2f}", of)
    truth = true_value(explanation, of)
    if found.is_right:
        assert abs(guess - truth) <= 0.06 * max(abs(truth), 0.1)
    elif found.mistakes:
        everything = [*single_mistakes(explanation, of), *double_mistakes(explanation, of)]
        values = [one.value for one in everything if one.mistakes == found.mistakes]
        assert min(abs(value - guess) for value in values) <= 0.05 * max(abs(guess), 0.5)
    elif found.verdict == "wrong" and "when" not in found.sentence:
        assert found.sentence.endswith(" too large" if guess > truth else " too small")
