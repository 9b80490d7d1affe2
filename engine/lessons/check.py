"""Whether a lesson can be played: every problem of it in one line with its place."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from engine.edits.numbers import set_parameter
from engine.lessons.answers import answer_prediction
from engine.lessons.clauses import Is
from engine.lessons.figures import value_of
from engine.lessons.lesson import Diagnosis, Lesson, Step
from engine.lessons.play import progress, start_of
from engine.lessons.references import SampleReference, reference_in
from engine.lessons.statements import Statement
from engine.lessons.text import (
    MAX_CHOICE_LENGTH,
    MAX_HINT_LENGTH,
    MAX_TEXT_LENGTH,
    PLACEHOLDER,
    figure_if,
    fill,
    pieces,
    plain,
)
from engine.nn.parameters import parse_parameter
from engine.session.session import Session
from engine.text import format_number, quoted


@dataclass(frozen=True, slots=True)
class Names:
    """The names that the rest of the program knows; None for those not to be checked.

    Parameters
    ----------
    panes, views, keys
        Of the screen; keys are ids of commands.
    words
        The words of the glossary, in lower case.
    lessons
        The ids of all lessons.
    """

    panes: Collection[str] | None = None
    views: Collection[str] | None = None
    keys: Collection[str] | None = None
    words: Collection[str] | None = None
    lessons: Collection[str] | None = None


def check_lesson(lesson: Lesson, names: Names | None = None) -> list[str]:
    """Return what is wrong with a lesson that was read.

    Every step can start; no start satisfies its goal; every solution does, at its last statement
    and within `keep`; every diagnosis is said somewhere or said to be unreachable; every
    placeholder has a figure; every text fits the screen.

    Parameters
    ----------
    lesson
        As it was read.
    names
        What the rest of the program knows.

    Returns
    -------
    list of str
        One line for each problem, which begins with its place; empty when there is none.
    """
    known = names or Names()
    problems = list(_unknown(lesson.requires, known.lessons, "lesson", "requires"))
    for index, step in enumerate(lesson.steps):
        place = f"steps[{index + 1}]"
        try:
            start = start_of(lesson, index)
        except ValueError as error:
            problems.append(f"{place}: it cannot start: {error}")
            # The steps after it may start from what it leads to.
            break
        if step.sample >= start.n_samples:
            problems.append(f"{place}.sample: {_no_sample(step.sample, start)}")
            continue
        found, end = _problems(step, start, place, known)
        problems += found
        if end is None:
            break
    return problems


def _problems(
    step: Step, start: Session, place: str, known: Names
) -> tuple[list[str], Session | None]:
    """What is wrong with a step, and what its solution leads to; None when it leads nowhere."""
    problems = [
        *_unknown(step.uses.panes, known.panes, "pane", f"{place}.panes"),
        *_unknown(step.uses.views, known.views, "view", f"{place}.views"),
        *_unknown(step.uses.keys, known.keys, "command", f"{place}.keys"),
        *_unknown([step.view] if step.view else None, known.views, "view", f"{place}.view"),
    ]
    problems += _pointing(step, start, place)
    stages = [start]
    end: Session | None = start
    for k, statement in enumerate(step.changes, start=1):
        try:
            end = statement.apply(stages[-1], step.sample)
        except ValueError as error:
            what = "solution" if step.solution else "ask.after"
            problems.append(f"{place}.{what}[{k}]: {error}")
            end = None
            break
        stages.append(end)
    if step.goal is not None:
        problems += _goal(step, stages, place, is_complete=end is not None)
    for k, diagnosis in enumerate(step.diagnoses, start=1):
        problems += _diagnosis(step, diagnosis, stages, f"{place}.diagnose[{k}]", known)
    if step.prediction is not None:
        problems += _prediction(step, stages, place, known) if end is not None else []
    texts = [("text", step.text, start, MAX_TEXT_LENGTH), ("done", step.done, end, MAX_HINT_LENGTH)]
    texts += [
        (f"hints[{k}]", one, start, MAX_HINT_LENGTH) for k, one in enumerate(step.hints, start=1)
    ]
    for k, choice in enumerate(step.choices, start=1):
        texts.append((f"choices[{k}].text", choice.text, start, MAX_CHOICE_LENGTH))
        texts.append((f"choices[{k}].say", choice.say, start, MAX_HINT_LENGTH))
    for what, text, session, most in texts:
        if session is not None:
            problems += _text(text, session, step.sample, f"{place}.{what}", most, known)
    return problems, end


def _unknown(
    names: Collection[str] | None, known: Collection[str] | None, what: str, place: str
) -> Iterator[str]:
    for name in names or ():
        if known is not None and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield f"{place}: {what} {quoted(name)} is unknown{hint}"


def _no_sample(sample: int, start: Session) -> str:
    return f"there is no sample {sample + 1}; they count from 1 to {start.n_samples}"


def _pointing(step: Step, start: Session, place: str) -> Iterator[str]:
    if step.select is not None:
        try:
            parse_parameter(step.select, start.network)
        except ValueError as error:
            yield f"{place}.select: {error}"
    for name in step.point_at:
        try:
            reference = reference_in(start.network, name)
        except ValueError as error:
            yield f"{place}.point_at: {error}"
            continue
        if isinstance(reference, SampleReference) and reference.sample >= start.n_samples:
            yield f"{place}.point_at: {_no_sample(reference.sample, start)}"


def _goal(step: Step, stages: list[Session], place: str, *, is_complete: bool) -> Iterator[str]:
    """What is wrong with the way from the start to the goal, stage by stage."""
    start = stages[0]
    epochs = 0
    for count, session in enumerate(stages):
        if count:
            epochs += step.solution[count - 1].epochs
        now = progress(step, session, start, edits=count, epochs=epochs)
        if not count and now.goal.ok:
            yield f"{place}.goal: the start satisfies it already: {now.goal.words}"
            return
        if not count and now.keep is not None and not now.keep.ok:
            yield f"{place}.keep: the start does not keep to it: {now.keep.words}"
            return
        if now.done and count < len(step.solution):
            yield (
                f"{place}.solution: it is solved after {count} of {len(step.solution)} statements; "
                f"leave out the rest"
            )
            return
    if is_complete and not now.done:
        what = "goal" if not now.goal.ok else "keep"
        yield f"{place}.solution: it does not satisfy the {what}: {now.words}"


def _diagnosis(
    step: Step, diagnosis: Diagnosis, stages: list[Session], place: str, known: Names
) -> Iterator[str]:
    """Whether it is said anywhere, and what is wrong with what it says."""
    if diagnosis.unreachable:
        return
    start = stages[0]
    session, epochs = start, 0
    ways: list[tuple[Session, int, int]] = []
    for count, statement in enumerate(diagnosis.reached_by, start=1):
        try:
            session = statement.apply(session, step.sample)
        except ValueError as error:
            yield f"{place}.try[{count}]: {error}"
            return
        epochs += statement.epochs
        ways.append((session, count, epochs))
    if not ways:
        ways = [
            (stage, count, _epochs(step.solution[:count])) for count, stage in enumerate(stages)
        ]
        ways.append((_as_named(diagnosis, start, step.sample), 1, 0))
    others: list[Diagnosis] = []
    for session, edits, epochs in ways:
        found = progress(step, session, start, edits=edits, epochs=epochs).diagnosis
        if found is diagnosis:
            yield from _text(
                diagnosis.say, session, step.sample, f"{place}.say", MAX_HINT_LENGTH, known
            )
            return
        if found is not None:
            others.append(found)
    if others:
        first = step.diagnoses.index(others[-1]) + 1
        yield f"{place}: it is never said, as diagnose[{first}] holds first where it would be"
    else:
        yield (
            f"{place}.when: it holds neither at the start nor on the way of the solution; show "
            f'how to get there, as in try = ["W1[1,2] = 3"], or say unreachable = true'
        )


def _as_named(diagnosis: Diagnosis, start: Session, sample: int) -> Session:
    """The start with the numbers that the condition itself names, where it names some."""
    session = start
    for clause in diagnosis.when.clauses:
        if isinstance(clause, Is) and clause.bound.kind in _OFFSETS:
            value = clause.bound.low + _OFFSETS[clause.bound.kind]
            with suppress(ValueError):
                parameter = parse_parameter(clause.name, session.network)
                session = set_parameter(parameter, value, clause.sample or sample).apply(session)
    return session


_OFFSETS = {"=": 0.0, ">": 1.0, ">=": 0.0, "<": -1.0, "<=": 0.0, "to": 0.0}
"""How far beyond the number of a bound lies one that satisfies it."""


def _epochs(statements: tuple[Statement, ...]) -> int:
    return sum(statement.epochs for statement in statements)


def _prediction(step: Step, stages: list[Session], place: str, known: Names) -> Iterator[str]:
    """What is wrong with the number that is asked for, and with the known wrong answers."""
    prediction, start, end = step.prediction, stages[0], stages[-1]
    assert prediction is not None
    try:
        truth = value_of(prediction.of, end, step.sample)
    except ValueError as error:
        yield f"{place}.ask.of: {error}"
        return
    if not math.isfinite(truth):
        yield f"{place}.ask.of: {prediction.of.text} is {truth} here"
        return
    typed = format_number(truth)
    if not answer_prediction(step, start, typed, float(typed)).right:
        yield f"{place}.ask: {typed}, what the screen shows, does not count as right"
    places: dict[str, int] = {}
    for k, wrong in enumerate(prediction.wrong, start=1):
        at = f"{place}.ask.wrong[{k}]"
        try:
            value = value_of(wrong.value, end, step.sample)
        except ValueError as error:
            yield f"{at}.value: {error}"
            continue
        text = format_number(value)
        if not math.isfinite(value):
            yield f"{at}.value: {wrong.value.text} is {value} here"
        elif text in places:
            yield f"{at}.value: it is {text} here, as wrong[{places[text]}]"
        elif answer_prediction(step, start, text, float(text)).right:
            yield f"{at}.value: it is {text} here, which is right"
        places.setdefault(text, k)
        yield from _text(wrong.say, end, step.sample, f"{at}.say", MAX_HINT_LENGTH, known)


def _text(
    text: str, session: Session, sample: int, place: str, most: int, known: Names
) -> Iterator[str]:
    try:
        filled = fill(text, session, sample)
    except ValueError as error:
        yield f"{place}: {error}"
        return
    for name in PLACEHOLDER.findall(text):
        value = figure_if(session, name, sample).value if name else None
        if value is not None and not math.isfinite(value):
            yield f"{place}: {{{name}}} is {value} here"
    length = len(plain(filled))
    if length > most:
        yield f"{place}: {length} characters once filled in, at most {most} fit the screen"
    words = [part.text.lower() for part in pieces(filled) if part.is_word]
    yield from _unknown(words, known.words, "word of the glossary", place)
