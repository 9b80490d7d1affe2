"""Whether a guess is right, and what went astray."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import Layer, Network, Session, examples, explain_neuron
from engine.diagnosis import Diagnosis, decimals_typed, diagnose, truth_words
from engine.explain import NeuronExplanation
from engine.numbers import format_number
from engine.slips import Slip, double_slips, single_slips
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
    """What is said of a number as it was typed."""
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
        True, f"right, {truth_words(explanation, of)}"
    )


@pytest.mark.parametrize(
    ("explanation", "typed", "of", "sentence"),
    [
        (O1, "0.09", "out", "close: 0.09 against 0.0847"),
        (O1, "0.08", "out", "close: 0.08 against 0.0847"),
        (O1, "0.0846", "out", "close: 0.0846 against 0.0847"),
        (O1, "-2.37", "sum", "close: -2.37 against -2.38"),
        (H1, "2", "sum", "close: 2 against 2.3"),
        (O1, "0.2", "out", "0.2 is 0.1153 too large"),
        (H1, "0", "out", "0 is 2.3 too small"),
        (H1, "9", "sum", "9 is 6.7 too large"),
        (H1, "1.1734", "sum", "1.1734 is 1.1266 too small"),
        (H1, "2.2", "sum", "2.2 is what comes out when the bias 0.1 is forgotten"),
        (H2, "3.7", "sum", "3.7 is what comes out when the bias -0.3 is subtracted, not added"),
        (H1, "4.3", "sum", "4.3 is what comes out when the sign of (-0.5)·2 is flipped"),
        (H1, "3.3", "sum", "3.3 is what comes out when (-0.5)·2 is left out"),
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


def test_the_simplest_of_several_explanations_is_named() -> None:
    """Without its bias 1, or without its product 1·1, the sum is the same."""
    session = Session(Network([Layer([[1, 0.25]], [1], "tanh")]), np.array([[1.0, 2.0]]))
    assert judged(explain_neuron(session, 0, 0), "1.5", "sum").slips == (Slip("bias forgotten"),)


def test_where_too_much_fits_no_reason_is_made_up() -> None:
    """To one decimal any of five products could have been left out; to three it is one."""
    session = Session(
        Network([Layer([[0.511, 0.521, 0.531, 0.541, 0.551]], [0], "tanh")]), np.ones((1, 5))
    )
    explanation = explain_neuron(session, 0, 0)
    diagnosis = judged(explanation, "2.1", "sum")
    assert (diagnosis.slips, diagnosis.sentence) == ((), "2.1 is 0.555 too small")
    assert judged(explanation, "2.124", "sum").slips == (Slip("product left out", 2),)


def test_of_very_many_inputs_only_the_bias_is_looked_at() -> None:
    generator = np.random.default_rng(5)
    session = Session(
        Network([Layer(generator.normal(size=(1, 784)), [0.25], "tanh")]),
        generator.normal(size=(1, 784)),
    )
    explanation = explain_neuron(session, 0, 0)
    z = explanation.pre_activation
    for place in (0, 400, 783):
        assert diagnose(explanation, z - float(explanation.products[place]), "sum").slips == ()
    assert diagnose(explanation, z - 0.25, "sum").slips == (Slip("bias forgotten"),)


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
    assert diagnose(explanation, 1.0, "sum") == Diagnosis(False, "z is inf, not a finite number")
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


@given(neurons(), st.sampled_from(["sum", "out"]), st.integers(2, 6), st.integers(0, 8))
def test_the_truth_is_never_called_wrong(
    explanation: NeuronExplanation, of: Of, digits: int, more: int
) -> None:
    truth = true_value(explanation, of)
    assert diagnose(explanation, truth, of, digits).is_right
    assert judged(explanation, repr(truth), of, digits).is_right
    assert judged(explanation, format_number(truth, digits), of, digits).is_right
    # With two significant figures or more, as typed in decimals.
    first_figure = math.floor(math.log10(abs(truth))) if truth else 0
    decimals = max(0, 1 - first_figure) + more
    assert judged(explanation, f"{truth:.{decimals}f}", of, digits).is_right


@given(neurons(), st.sampled_from(["sum", "out"]), st.data())
def test_a_slip_is_recognised_or_a_simpler_one_that_comes_to_the_same(
    explanation: NeuronExplanation, of: Of, data: st.DataObject
) -> None:
    two = data.draw(st.booleans())
    candidates = (double_slips if two else single_slips)(explanation, of)
    assume(candidates)
    made = data.draw(st.sampled_from(candidates))
    truth = true_value(explanation, of)
    found = diagnose(explanation, made.value, of)
    if found.is_right or found.sentence.startswith("close"):
        assert abs(made.value - truth) <= max(0.006 * abs(truth), 2e-3)
        return
    everything = [*single_slips(explanation, of), *double_slips(explanation, of)]
    near = [one for one in everything if abs(one.value - made.value) <= 1.1e-4]
    if not found.slips:
        assert len({one.value for one in near}) > 3
        return
    assert len(found.slips) <= len(made.slips)
    named = next(one for one in near if one.slips == found.slips)
    assert abs(named.value - made.value) <= 1.1e-4
    assert all(slip.words(explanation) in found.sentence for slip in found.slips)


@given(neurons(), st.sampled_from(["sum", "out"]), st.floats(-20, 20))
def test_a_named_slip_does_make_the_guess(
    explanation: NeuronExplanation, of: Of, guess: float
) -> None:
    guess = round(guess, 2)
    found = diagnose(explanation, guess, of)
    truth = true_value(explanation, of)
    if found.is_right:
        assert abs(guess - truth) <= 0.06 * max(abs(truth), 0.1)
    elif found.slips:
        everything = [*single_slips(explanation, of), *double_slips(explanation, of)]
        values = [one.value for one in everything if one.slips == found.slips]
        assert min(abs(value - guess) for value in values) <= 0.05 * max(abs(guess), 0.5)
    elif not found.sentence.startswith("close"):
        assert found.sentence.endswith(" too large" if guess > truth else " too small")
