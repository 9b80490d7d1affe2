"""Playing a lesson without a screen: where a step starts, and what the learner's answers mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

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
from engine.lessons.conditions import Result, evaluate
from engine.lessons.figures import DIGITS, figure, number
from engine.lessons.lesson import Diagnosis, Lesson, Step
from engine.lessons.references import neuron_in
from engine.lessons.text import fill
from engine.session.session import Session
from engine.text import format_number


@dataclass(frozen=True, slots=True)
class Progress:
    """How a step of kind "do" stands.

    Parameters
    ----------
    done
        Whether the goal holds and nothing was given up for it.
    goal
        The goal, with its first clause that does not hold.
    keep
        What must not be given up, likewise; None where nothing is.
    words
        What to tell the learner: what is not kept, else what does not hold yet, else "".
    say
        What the first diagnosis that holds says, filled; "" where none does.
    diagnosis
        That diagnosis.
    """

    done: bool
    goal: Result
    keep: Result | None
    words: str
    say: str
    diagnosis: Diagnosis | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a prediction or a choice: whether it is right, and the words."""

    right: bool
    words: str


@lru_cache(maxsize=64)
def start_of(lesson: Lesson, index: int) -> Session:
    """Return the session that a step starts from.

    Where the file names none, it is what the solution of the step before leads to.

    Parameters
    ----------
    lesson
        The lesson.
    index
        Of the step, from 0.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        Naming the statement that a session does not allow.
    """
    step = lesson.steps[index]
    session = step.given_start or end_of(lesson, index - 1)
    for statement in step.prepare:
        session = statement.apply(session, min(step.sample, session.n_samples - 1))
    return session


@lru_cache(maxsize=64)
def end_of(lesson: Lesson, index: int) -> Session:
    """Return the session that a step's solution leads to, or what follows its prediction.

    Parameters
    ----------
    lesson
        The lesson.
    index
        Of the step, from 0.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        Naming the statement that a session does not allow.
    """
    session = start_of(lesson, index)
    for statement in lesson.steps[index].changes:
        session = statement.apply(session, lesson.steps[index].sample)
    return session


def par(step: Step, end: Session) -> int:
    """Return the par of a step: how many edits its solution takes, or how many parameters are left.

    Parameters
    ----------
    step
        The step.
    end
        What its solution leads to.
    """
    return end.network.n_parameters if step.score == "parameters" else len(step.solution)


def progress(
    step: Step, session: Session, start: Session, *, edits: int = 0, epochs: int = 0
) -> Progress:
    """Return how a step of kind "do" stands.

    Parameters
    ----------
    step
        The step.
    session
        As it is now.
    start
        As it was when the step started.
    edits, epochs
        How many were made since.

    Returns
    -------
    Progress
    """
    assert step.goal is not None
    since = {"sample": step.sample, "edits": edits, "epochs": epochs}
    goal = evaluate(session, start, step.goal, **since)
    keep = None if step.keep is None else evaluate(session, start, step.keep, **since)
    kept = keep is None or keep.ok
    diagnosis = None
    if not (goal.ok and kept):
        held = (one for one in step.diagnoses if evaluate(session, start, one.when, **since).ok)
        diagnosis = next(held, None)
    say = "" if diagnosis is None else _filled(diagnosis.say, session, step.sample)
    words = "" if goal.ok else goal.words
    if keep is not None and not keep.ok:
        words = keep.words
    return Progress(goal.ok and kept, goal, keep, words, say, diagnosis)


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
    fitting = [
        (off, mistake.say)
        for mistake in prediction.wrong
        if (off := abs(value - value_of(mistake.value, session, step.sample))) <= slack * (1 + 1e-9)
    ]
    if fitting:
        _, say = min(fitting, key=lambda one: one[0])
        return Reply(False, _filled(say, session, step.sample))
    if judged.is_right:
        side = "large" if value > asked.value else "small"
        return Reply(False, f"{typed.strip()} is a little too {side}")
    return Reply(False, judged.sentence)


def answer_choice(step: Step, session: Session, index: int) -> Reply:
    """Return what choosing an answer means for a step of kind "choose".

    Parameters
    ----------
    step
        The step.
    session
        Where figures in the words come from.
    index
        Of the answer, from 0.

    Returns
    -------
    Reply
    """
    choice = step.choices[index]
    return Reply(choice.right, _filled(choice.say, session, step.sample))


def _truth(asked: AskedNumber) -> str:
    """What was asked for: "z = 2.3", and of a formula its value alone."""
    if isinstance(asked, NeuronNumber):
        return true_text(asked, DIGITS)
    return asked.shown(DIGITS)


def value_of(formula: Formula, session: Session, sample: int) -> float:
    """Return the value of a formula of figures.

    Parameters
    ----------
    formula
        Such as `h1.z - b1[1]`.
    session
        Where the figures come from.
    sample
        From 0.

    Returns
    -------
    float
    """
    return float(formula.value(lambda name: number(session, name, sample)))


def _filled(text: str, session: Session, sample: int) -> str:
    """A text filled; where the learner has removed what it speaks of, with its placeholders."""
    try:
        return fill(text, session, sample)
    except ValueError:
        return text


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
