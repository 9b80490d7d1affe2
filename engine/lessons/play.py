"""Playing a lesson without a screen: where a step starts and ends, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.lessons.lesson import Diagnosis, Lesson, Step
from engine.lessons.text import fill
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.lessons.conditions import Result


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


@lru_cache(maxsize=64)
def start_of(lesson: Lesson, index: int) -> Session:
    """Return the session that a step starts from.

    Where the file names none, it is what the solution of the step before leads to.

    Parameters
    ----------
    lesson
        Whose start it is.
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
        Which is played to its end.
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
        One of the lesson's.
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
        Which is being done.
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
    # Imported here: the screen knows of lessons from its start, and few sessions play one.
    from engine.lessons.conditions import evaluate

    assert step.goal is not None
    since = {"sample": step.sample, "edits": edits, "epochs": epochs}
    goal = evaluate(session, start, step.goal, **since)
    keep = None if step.keep is None else evaluate(session, start, step.keep, **since)
    kept = keep is None or keep.ok
    diagnosis = None
    if not (goal.ok and kept):
        held = (one for one in step.diagnoses if evaluate(session, start, one.when, **since).ok)
        diagnosis = next(held, None)
    say = "" if diagnosis is None else filled_or_not(diagnosis.say, session, step.sample)
    words = "" if goal.ok else goal.words
    if keep is not None and not keep.ok:
        words = keep.words
    return Progress(goal.ok and kept, goal, keep, words, say, diagnosis)


def filled_or_not(text: str, session: Session, sample: int) -> str:
    """Return a text filled, or as it stands where the learner has removed what it speaks of.

    Parameters
    ----------
    text
        With placeholders.
    session
        Where the figures come from.
    sample
        From 0.

    Returns
    -------
    str
    """
    try:
        return fill(text, session, sample)
    except ValueError:
        return text
