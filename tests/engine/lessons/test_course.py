"""Every lesson of the course, played from first step to last, wrong answers included."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from engine.lessons import course, glossary
from engine.lessons.answers import answer_choice, answer_prediction
from engine.lessons.check import Names, check_lesson
from engine.lessons.figures import value_of
from engine.lessons.lesson import Lesson, Step
from engine.lessons.play import end_of, progress, start_of
from engine.lessons.text import fill
from engine.session.session import Session
from engine.text import format_number

STEPS = [
    pytest.param(id, step.id, id=f"{id}.{step.id}")
    for id in course.ids()
    for step in course.load(id).steps
]
_DECIMAL = re.compile(r"\d+\.\d+")

_GIVEN = {
    # By how far a weight is moved.
    "slopes": ("0.01", "0.3"),
    # What the tutorials print.
    "find-the-mistake": ("1.303", "0.21366"),
}
"""Decimals that a text gives, beside those of its task."""


def _step(id: str, step_id: str) -> tuple[Lesson, int, Step]:
    lesson = course.load(id)
    index = [step.id for step in lesson.steps].index(step_id)
    return lesson, index, lesson.steps[index]


@pytest.mark.parametrize("id", course.ids())
def test_a_lesson_has_no_problem(id: str) -> None:
    assert check_lesson(course.load(id), Names(words=glossary.forms(), lessons=course.ids())) == []


@pytest.mark.parametrize("id", course.LESSONS)
def test_a_lesson_is_small_and_hands_on(id: str) -> None:
    lesson = course.load(id)
    assert lesson.id == id
    assert 3 <= len(lesson.steps) <= 8
    hands_on = sum(step.kind != "look" for step in lesson.steps)
    assert 3 * hands_on >= 2 * len(lesson.steps)
    earlier = course.LESSONS[: course.LESSONS.index(id)]
    assert set(lesson.requires) <= set(earlier)


@pytest.mark.parametrize(("id", "step_id"), STEPS)
def test_a_step_is_played(id: str, step_id: str) -> None:
    lesson, index, step = _step(id, step_id)
    start, end = start_of(lesson, index), end_of(lesson, index)
    fill(step.text, start, step.sample)
    assert bool(step.hints) == (step.kind in ("do", "predict"))
    assert step.done or step.kind == "look"
    match step.kind:
        case "do":
            _play_do(step, start, end)
        case "predict":
            _play_predict(step, start, end)
        case "choose":
            replies = [answer_choice(step, start, place) for place in range(len(step.choices))]
            assert [reply.right for reply in replies].count(True) == 1
            assert len({reply.words for reply in replies}) == len(replies)


def _play_do(step: Step, start: Session, end: Session) -> None:
    before = progress(step, start, start)
    assert not before.goal.ok
    assert before.keep is None or before.keep.ok
    assert before.words
    epochs = sum(statement.epochs for statement in step.solution)
    after = progress(step, end, start, edits=len(step.solution), epochs=epochs)
    assert after.goal.ok
    assert after.keep is None or after.keep.ok
    for diagnosis in step.diagnoses:
        session = start
        for statement in diagnosis.reached_by:
            session = statement.apply(session, step.sample)
        if diagnosis.reached_by:
            made = diagnosis.reached_by
            epochs = sum(statement.epochs for statement in made)
            now = progress(step, session, start, edits=len(made), epochs=epochs)
            assert not now.done
            assert now.diagnosis is diagnosis
            assert now.say


def _play_predict(step: Step, start: Session, end: Session) -> None:
    assert step.prediction is not None
    right = format_number(value_of(step.prediction.of, end, step.sample))
    assert answer_prediction(step, start, right, float(right)).right
    for wrong in step.prediction.wrong:
        typed = format_number(value_of(wrong.value, end, step.sample))
        reply = answer_prediction(step, start, typed, float(typed))
        assert not reply.right
        assert reply.words == fill(wrong.say, end, step.sample)
    off = format_number(value_of(step.prediction.of, end, step.sample) + 1234.5)
    assert not answer_prediction(step, start, off, float(off)).right


@pytest.mark.parametrize("id", course.ids())
def test_how_a_lesson_reads(id: str) -> None:
    for step in course.load(id).steps:
        texts = [step.text, step.done, *step.hints]
        for choice in step.choices:
            texts += choice.text, choice.say
        texts += [one.say for one in step.diagnoses]
        texts += [one.say for one in (step.prediction.wrong if step.prediction else ())]
        for text in texts:
            words = re.findall(r"[a-z]+", text.lower())
            assert not {"simply", "just", "obviously", "easy", "easily", "trivial"} & set(words)


@pytest.mark.parametrize("id", course.ids())
def test_a_figure_in_a_text_is_computed_or_one_of_the_task(id: str) -> None:
    path = resources.files("engine.lessons.course").joinpath(f"{id}.toml")
    steps = tomllib.loads(path.read_text(encoding="utf-8"))["steps"]
    keys = ("goal", "keep", "solution", "prepare", "ask")
    asked = f"{[step.get(key) for step in steps for key in keys]}"
    for step in steps:
        texts = [step["text"], step.get("done", ""), *step.get("hints", [])]
        texts += [one["say"] for one in (*step.get("choices", []), *step.get("diagnose", []))]
        for text in texts:
            for figure in _DECIMAL.findall(re.sub(r"\{[^{}]*\}", "", text)):
                assert figure in asked or figure in _GIVEN.get(id, ()), (step["id"], figure)
