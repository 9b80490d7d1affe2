"""The handout: a lesson as Markdown, with its figures, and with the answers for the teacher."""

from __future__ import annotations

from engine.lessons.handout import handout
from tests.engine.lessons.lesson_files import STEP, lesson, step_with

PREDICT = step_with(
    "ask = { of = 'h1.z', wrong = [{ value = 'h1.z - b1[1]', say = 'And the bias?' }] }", "predict"
)
CHOOSE = step_with(
    "choices = [{ text = 'a', say = 'No.' }, { text = 'b', say = 'Yes.', right = true }]", "choose"
).replace('"one"', '"two"')


def test_the_figures_are_filled_in_and_the_tasks_have_room() -> None:
    text = handout(lesson(STEP + PREDICT + CHOOSE))
    assert text.startswith("# XOR by hand\n\n*about 5 minutes, 3 steps*\n\n## 1 of 3\n")
    assert "|  | h1 | h2 | bias |\n| --- | --- | --- | --- |\n| o1 | 1 | 0 | -0.5 |" in text
    assert (
        "| sample | x1 | x2 | target o1 |\n| --- | --- | --- | --- |\n| 1 | 0 | 0 | 0 |\n" in text
    )
    assert "h1 says OR: it gives 1 for 0, 1. Make the four answers 0 1 1 0." in text
    assert "At first: answer for (1, 1) is 1, should be 0." in text
    assert "My answer: ____" in text
    assert "- [ ] a\n- [ ] b\n" in text
    # The network of the third step is that of the second.
    assert text.count("Layer 1, relu:") == 1
    for secret in ("Answer\n", "W2[1,2] = -2", "2.3", "Yes."):
        assert secret not in text


def test_the_teacher_has_the_answers() -> None:
    text = handout(lesson(STEP + PREDICT + CHOOSE), answers=True)
    assert "- `W2[1,2] = -2` (par: 1 edit)\n- Now o1 gives 0 for 1, 1.\n" in text
    assert "- 2.3\n- not 2.2: And the bias?\n" in text
    assert "- **wrong**: a → No.\n- **right**: b → Yes.\n" in text


def test_words_of_the_glossary_are_bold_and_nothing_else_is_markup() -> None:
    text = step_with("").replace(
        '"Look."', '"A *weight*, <script>alert(1)</script>, [x](http://y.z) `a` _b_\\n# no heading"'
    )
    lines = handout(lesson(text)).splitlines()
    assert lines[-2:] == [
        r"A **weight**, \<script>alert(1)\</script>, [x\](http://y.z) \`a\` \_b\_",
        r"\# no heading",
    ]


def test_large_networks_are_not_printed() -> None:
    text = step_with("").replace("binary-classifier", "40-20-1")
    assert "Layer 1: 40 → 20, relu" in handout(lesson(text))
