"""The checker: a lesson that plays, and each way in which one does not."""

from __future__ import annotations

import pytest

from engine.lessons.check import Names, check_lesson
from tests.engine.lessons.lesson_files import LOOK, STEP, lesson, step_with


def test_a_lesson_that_plays_has_no_problem() -> None:
    assert check_lesson(lesson(STEP)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'prepare = ["W2[1,2] = 0"]',
            "",
            "steps[1].goal: the start satisfies it already: every answer is as wanted",
        ),
        (
            "max_hidden_neurons = 2",
            "max_hidden_neurons = 1",
            "steps[1].keep: the start does not keep to it: the number of hidden neurons is 2, "
            "should be at most 1",
        ),
        (
            '["W2[1,2] = -2"]',
            '["W2[1,2] = -0.2"]',
            "steps[1].solution: it does not satisfy the goal: answer for (1, 1) is 1, should be 0",
        ),
        (
            '["W2[1,2] = -2"]',
            '["add neuron to layer 1", "W2[1,2] = -2"]',
            "steps[1].solution: it does not satisfy the keep: the number of hidden neurons is 3, "
            "should be at most 2",
        ),
        (
            '["W2[1,2] = -2"]',
            '["W2[1,2] = -2", "b1[1] = -0.4"]',
            "steps[1].solution: it is solved after 1 of 2 statements; leave out the rest",
        ),
        (
            '["W2[1,2] = -2"]',
            '["W9[1,2] = -2"]',
            "steps[1].solution[1]: W9[1,2] = -2: there is no layer 9; they count from 1 to 2",
        ),
        (
            'prepare = ["W2[1,2] = 0"]',
            'prepare = ["remove h7"]',
            "steps[1]: it cannot start: remove h7: there is no neuron h7 in a network 2→2→1; the "
            "last one is o1",
        ),
        (
            "answers = [0, 1, 1, 1] }",
            "answers = [1, 1, 1, 1] }",
            "steps[1].diagnose[1].when: it holds neither at the start nor on the way of the "
            'solution; show how to get there, as in try = ["W1[1,2] = 3"], or say unreachable = '
            "true",
        ),
        (
            "That is OR: {o1.z@4} is above 0.",
            "That is {h9.z}.",
            "steps[1].diagnose[1].say: {h9.z}: there is no neuron h9 in a network 2→2→1; the last "
            "one is o1",
        ),
        ("{h1.a@2}", "{h1.a@5}", "steps[1].text: {h1.a@5}: there is no sample 5; they count from"),
        ("{o1.a@4}", "{log}", "steps[1].done: {log}: 'log' is no figure; expected one of h1.z"),
        ("{o1.a@4}", "{= 1 / h1.a}", "steps[1].done: {= 1 / h1.a} is inf here"),
        (
            "OR, but not AND.",
            "y" * 161,
            "steps[1].hints[2]: 161 characters once filled in, at most 160 fit the screen",
        ),
        (
            "Make the four answers 0 1 1 0.",
            "y" * 280,
            "steps[1].text: 313 characters once filled in, at most 280 fit the screen",
        ),
        (
            'select = "W1[1,2]"',
            'select = "W1[1,9]"',
            "steps[1].select: there is no input 9 in layer 1; they count from 1 to 2",
        ),
        (
            'point_at = "layer 2"',
            'point_at = ["o1", "layer 3"]',
            "steps[1].point_at: there is no layer 3; they count from 1 to 2",
        ),
        (
            'point_at = "layer 2"',
            'point_at = "sample 5"',
            "steps[1].point_at: there is no sample 5; they count from 1 to 4",
        ),
        (
            'select = "W1[1,2]"',
            "sample = 5",
            "steps[1].sample: there is no sample 5; they count from 1 to 4",
        ),
    ],
)
def test_what_does_not_play_is_said(old: str, new: str, problem: str) -> None:
    assert old in STEP
    found = check_lesson(lesson(STEP.replace(old, new)))
    assert found[0].startswith(problem)


DIAGNOSE = '[[steps.diagnose]]\nwhen = { values = { "W2[1,2]" = "> 0" } }\nsay = "More?"\n'


def test_a_diagnosis_is_reached_by_its_own_numbers_or_by_what_it_tries() -> None:
    assert check_lesson(lesson(STEP + DIAGNOSE))[0].startswith(
        "steps[1].diagnose[2]: it is never said, as diagnose[1] holds first where it would be"
    )
    first = STEP.replace("[[steps.diagnose]]", DIAGNOSE + "[[steps.diagnose]]")
    assert check_lesson(lesson(first)) == []
    all_on = '[[steps.diagnose]]\nwhen = { answers = [1, 1, 1, 1] }\nsay = "All."\n'
    tried = 'try = ["b2[1] = 1", "W2[1,2] = 1"]\n'
    assert check_lesson(lesson(STEP + all_on + tried)) == []
    assert check_lesson(lesson(STEP + all_on + "unreachable = true\n")) == []
    broken = check_lesson(lesson(STEP + all_on + 'try = ["b9[1] = 1"]\n'))
    assert broken[0].startswith("steps[1].diagnose[2].try[1]: b9[1] = 1: there is no layer 9")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("of = 'h1.z'", None),
        ("of = 'o1.a', wrong = [{ value = 'o1.z', say = 'No.' }]", None),
        ("of = 'h9.z'", "steps[1].ask.of: there is no neuron h9"),
        ("of = '1 / (x1 - 1)'", "steps[1].ask.of: 1 / (x1 - 1) is inf here"),
        (
            "of = 'h1.z', wrong = [{ value = 'h1.a', say = 'No.' }]",
            "steps[1].ask.wrong[1].value: it is 2.3 here, which is right",
        ),
        (
            "of = 'h1.z', wrong = [{ value = '1', say = 'a' }, { value = 'x1', say = 'b' }]",
            "steps[1].ask.wrong[2].value: it is 1 here, as wrong[1]",
        ),
        (
            "of = 'h1.z', wrong = [{ value = 'log(-1)', say = 'a' }]",
            "steps[1].ask.wrong[1].value: log(-1) is nan here",
        ),
        (
            "of = 'h1.z', wrong = [{ value = 'h9.z', say = 'a' }, { value = '1', say = 'b' }]",
            "steps[1].ask.wrong[1].value: there is no neuron h9",
        ),
        ("of = 'h1.z', after = ['x9 = 1']", "steps[1].ask.after[1]: x9 = 1: there is no input 9"),
    ],
)
def test_predictions_are_answerable(line: str, problem: str | None) -> None:
    found = check_lesson(lesson(step_with(f"ask = {{ {line} }}", "predict")))
    if problem is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(problem)


def test_names_of_the_screen_and_of_the_glossary_are_known() -> None:
    text = LOOK.replace("Look.", "A *neurn*.") + 'view = "Sampels"\npanes = ["input"]\nkeys = ["u"]'
    names = Names(("inputs",), ("Samples", "Sum"), ("undo",), ("neuron",), ("first",))
    read = lesson('requires = ["frst"]\n' + text)
    assert check_lesson(read, names) == [
        "requires: lesson 'frst' is unknown; did you mean 'first'?",
        "steps[1].panes: pane 'input' is unknown; did you mean 'inputs'?",
        "steps[1].keys: command 'u' is unknown",
        "steps[1].view: view 'Sampels' is unknown; did you mean 'Samples'?",
        "steps[1].text: word of the glossary 'neurn' is unknown; did you mean 'neuron'?",
    ]
    assert check_lesson(read) == []
