"""A learner's answers judged: a choice among several, or a number that was predicted."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from engine.explain.check_answer import (
    AskedNumber,
    NeuronNumber,
    decimals_typed,
    judge,
    true_text,
)
from engine.explain.mistakes import Candidate, Mistake
from engine.explain.neuron import explain_neuron
from engine.formulas import Formula
from engine.lessons.figures import DIGITS, figure, value_of
from engine.lessons.lesson import Step
from engine.lessons.play import filled_or_not
from engine.lessons.references import neuron_in
from engine.session.session import Session
from engine.text import format_number


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a prediction or a choice.

    Attributes
    ----------
    right
        Whether the answer is right.
    words
        What is said to it.
    """

    right: bool
    words: str


def answer_choice(step: Step, session: Session, index: int) -> Reply:
    """Return what choosing an answer means for a step of kind "choose".

    Parameters
    ----------
    step
        Which offers answers.
    session
        Where figures in the words come from.
    index
        Of the answer, from 0.

    Returns
    -------
    Reply
    """
    choice = step.choices[index]
    return Reply(choice.right, filled_or_not(choice.say, session, step.sample))


def answer_prediction(step: Step, session: Session, typed: str, value: float) -> Reply:
    """Return what a typed number means for a step of kind "predict".

    Parameters
    ----------
    step
        The step.
    session
        Before what the prediction is about.
    typed
        What was typed: its digits say how exact it is meant.
    value
        Its value.

    Returns
    -------
    Reply

    Raises
    ------
    ValueError
        When the session has no such number.
    """
    prediction = step.prediction
    assert prediction is not None
    for statement in prediction.after:
        session = statement.apply(session, step.sample)
    asked = _asked(prediction.of, session, step.sample)
    decimals = decimals_typed(typed)
    judged = judge(asked, value, DIGITS, decimals)
    tolerance = prediction.tolerance
    is_right = judged.is_right
    if tolerance is not None:
        is_right = abs(value - asked.value) <= tolerance * (1 + 1e-9)
    if is_right:
        return Reply(True, f"right, {_truth(asked)}")
    slack = tolerance or 0.5 * 10.0 ** -(DIGITS if decimals is None else decimals)
    fitting = []
    for mistake in prediction.wrong:
        # One that speaks of what the learner has removed fits nothing.
        with suppress(ValueError):
            off = abs(value - value_of(mistake.value, session, step.sample))
            if off <= slack * (1 + 1e-9):
                fitting.append((off, mistake.say))
    if fitting:
        _, say = min(fitting, key=lambda one: one[0])
        return Reply(False, filled_or_not(say, session, step.sample))
    if judged.is_right:
        side = "large" if value > asked.value else "small"
        return Reply(False, f"{typed.strip()} is a little too {side}")
    return Reply(False, judged.sentence)


def _truth(asked: AskedNumber) -> str:
    """What was asked for: "z = 2.3", and of a formula its value alone."""
    if isinstance(asked, NeuronNumber):
        return true_text(asked, DIGITS)
    return asked.shown(DIGITS)


def _asked(formula: Formula, session: Session, sample: int) -> AskedNumber:
    """The number asked for; the z or a of a neuron with the mistakes that Explain knows."""
    text = formula.text.strip()
    if formula.references == (text,) and text.endswith((".z", ".a")):
        place = neuron_in(session.network, text[:-2])
        explanation = explain_neuron(session, place.layer_index, place.neuron, sample)
        return NeuronNumber(explanation, "sum" if text.endswith(".z") else "out")
    return _FormulaNumber(formula, session, sample)


@dataclass(frozen=True, eq=False, slots=True)
class _FormulaNumber:
    """Any number of a session, as an AskedNumber; its mistakes are those that the lesson names."""

    formula: Formula
    session: Session
    sample: int

    @property
    def value(self) -> float:
        return value_of(self.formula, self.session, self.sample)

    @property
    def name(self) -> str:
        return self.formula.text

    @property
    def scale(self) -> float:
        return abs(self.value)

    def shown(self, digits: int) -> str:
        return format_number(self.value, digits)

    def by_hand(self, digits: int) -> float:
        """The value that the figures as shown lead to."""

        def shown(name: str) -> float:
            found = figure(self.session, name, self.sample)
            try:
                return float(found.text.replace(",", ""))
            except ValueError:
                return math.nan if found.value is None else found.value

        value = float(self.formula.value(shown))
        return value if np.isfinite(value) else self.value

    def single_mistakes(self) -> list[Candidate]:
        return []

    def double_mistakes(self) -> list[Candidate]:
        return []

    def clause(self, mistake: Mistake, digits: int) -> str:
        raise AssertionError(mistake)
