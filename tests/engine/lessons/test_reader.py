"""Lesson files: what is read, and what is wrong with one in a single line with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import examples, save
from engine.lessons.check import check_lesson
from engine.lessons.lesson import Uses
from engine.lessons.reader import MAX_BYTES, MAX_STEPS, load_lesson, read_lesson
from tests.engine.lessons.lesson_files import HEAD, LOOK, STEP, lesson, step_with


def test_a_lesson_as_it_stands_in_its_file() -> None:
    read = lesson(STEP)
    assert (read.id, read.title, read.minutes) == ("xor-by-hand", "XOR by hand", 5)
    assert len(read.digest) == 64
    (step,) = read.steps
    assert (step.id, step.kind, step.select) == ("or-to-xor", "do", "W1[1,2]")
    assert step.point_at == ("layer 2",)
    assert [one.text for one in step.solution] == ["W2[1,2] = -2"]
    assert step.hints == ("Which sample is wrong now?", "OR, but not AND.")
    assert step.diagnoses[0].say == "That is OR: {o1.z@4} is above 0."
    assert step.given_start is not None
    assert step.given_start.same_as(examples.load("xor-step"))


def test_a_network_may_stand_in_the_lesson() -> None:
    network = """
[steps.network]
inputs = [[1.0, 2.0]]
[[steps.network.layers]]
activation = "identity"
weights = [[3.0, 4.0]]
bias = [5.0]
"""
    text = step_with("").replace('start = "binary-classifier"', "")
    (step,) = lesson(text + network).steps
    assert step.given_start is not None
    assert step.given_start.trace.outputs.tolist() == [[16.0]]


def test_sizes_are_a_random_start_of_seed_0() -> None:
    text = step_with("").replace("binary-classifier", "2-4-1")
    (step,) = lesson(text).steps
    assert step.given_start is not None
    assert step.given_start.network.sizes == (2, 4, 1)


def test_a_step_uses_what_its_lesson_does_unless_it_says_so() -> None:
    first, second = lesson(
        'panes = ["inputs"]\nkeys = []\n' + LOOK + LOOK.replace('"look"', '"b"', 1) + "keys = ['u']"
    ).steps
    assert first.uses == Uses(("inputs",), None, ())
    assert second.uses == Uses(("inputs",), None, ("u",))


def test_texts_lose_control_characters() -> None:
    text = LOOK.replace('"Look."', '"Look \\u001b[2J here\\u202e.\\nAnd [b]there[/b]."')
    assert lesson(text).steps[0].text == "Look [2J here.\nAnd [b]there[/b]."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "key 'id' is missing"),
        ("id = 'a'\ntitle = 'b'", "key 'steps' is missing"),
        (HEAD, "key 'steps' is missing"),
        (HEAD + "steps = []", "steps: expected tables, each under a line [[steps]]"),
        (HEAD.replace("format = 1", "format = 2") + LOOK, "format: made by a newer nn-play"),
        (HEAD.replace("format = 1", "format = true") + LOOK, "format: expected 1"),
        (HEAD + "titel = 'x'" + LOOK, "unknown key 'titel'; did you mean 'title'?"),
        (HEAD.replace("xor-by-hand", "XOR by hand") + LOOK, "id: 'XOR by hand'; expected small"),
        (HEAD.replace("xor-by-hand", "../evil") + LOOK, "id: '../evil'; expected small letters"),
        (HEAD + "minutes = 0" + LOOK, "minutes: expected a whole number from 1 to 600"),
        (HEAD + "minutes = true" + LOOK, "minutes: expected a whole number from 1 to 600"),
        (HEAD + 'requires = ["A b"]' + LOOK, "requires[1]: 'A b'; expected small letters"),
        (HEAD + "requires = 3" + LOOK, "requires: expected texts in brackets, got a number"),
        (HEAD + "challenge = 1" + LOOK, "challenge: expected true or false, got a number"),
        (HEAD + LOOK * 2, "steps[2].id: 'look' is the id of steps[1] too"),
        (HEAD + LOOK * (MAX_STEPS + 1), f"steps: {MAX_STEPS + 1}, at most {MAX_STEPS} are allowed"),
        (HEAD + step_with("hint = ['x']"), "steps[1]: unknown key 'hint'; did you mean 'hints'?"),
        (
            HEAD + step_with("hints = 'x'"),
            "steps[1].hints: expected a list in brackets, got a",
        ),
        (HEAD + step_with("hints = ['']"), "steps[1].hints[1]: is empty"),
        (HEAD + step_with("hints = [1]"), "steps[1].hints[1]: expected a text in quotes, got a nu"),
        (HEAD + step_with("", "play"), "steps[1].kind: 'play' is unknown; expected look, do, pred"),
        (HEAD + step_with("", "do"), "steps[1]: key 'goal' is missing in a step of kind 'do'"),
        (HEAD + step_with("", "predict"), "steps[1]: key 'ask' is missing in a step of kind"),
        (HEAD + step_with("", "choose"), "steps[1]: key 'choices' is missing in a step of kind"),
        (
            HEAD + step_with("goal = { layers = 2 }"),
            "steps[1].goal: belongs to a step of kind 'do', this is 'look'",
        ),
        (
            HEAD + step_with("goal = { layerz = 2 }\nsolution = []", "do"),
            "steps[1].goal: unknown key 'layerz'; did you mean 'layers'?",
        ),
        (
            HEAD + step_with("goal = { layers = 2 }\nsolution = ['fly']", "do"),
            "steps[1].solution[1]: 'fly' is no statement; expected one like",
        ),
        (
            HEAD + step_with("ask = { of = 'h1.z', wrongs = [] }", "predict"),
            "steps[1].ask: unknown key 'wrongs'; did you mean 'wrong'?",
        ),
        (
            HEAD + step_with("ask = { of = '1 +' }", "predict"),
            "steps[1].ask.of: '1 +' is not a formula",
        ),
        (
            HEAD + step_with("ask = { of = 'h1.z', tolerance = nan }", "predict"),
            "steps[1].ask.tolerance: expected a finite number",
        ),
        (
            HEAD + step_with("choices = [{ text = 'a', say = 'b' }]", "choose"),
            "steps[1].choices: 1, expected 2 to 9",
        ),
        (
            HEAD + step_with("choices = [{ text = 'a', say = 'b' }, { text = 'c' }]", "choose"),
            "steps[1].choices[2]: key 'say' is missing",
        ),
        (
            HEAD
            + step_with(
                "choices = [{ text = 'a', say = 'b' }, { text = 'c', say = 'd' }]", "choose"
            ),
            "steps[1].choices: expected exactly one with right = true",
        ),
        (HEAD + step_with("sample = 0"), "steps[1].sample: expected a whole number from 1 to"),
        (HEAD + step_with("score = 'time'", "look"), "steps[1].score: belongs to a step of kind"),
        (HEAD + step_with("[steps.network]\nlayers = []"), "steps[1].network: start says already"),
        (
            HEAD + step_with("").replace("binary-classifier", "binary-clasifier"),
            "steps[1].start: there is no example 'binary-clasifier'; did you mean 'binary-classi",
        ),
        (
            HEAD + step_with("").replace("binary-classifier", "/etc/passwd"),
            "steps[1].start: '/etc/passwd' names a file; this lesson has none beside it",
        ),
        (
            HEAD + step_with("").replace("binary-classifier", "9999-9999"),
            "steps[1].start: '9999-9999' has more than 50,000 weights and biases",
        ),
        (
            HEAD + step_with("").replace('start = "binary-classifier"', ""),
            "steps[1].start: missing; the first step says which network it starts from",
        ),
        (
            HEAD
            + step_with("[steps.network]\n[[steps.network.layers]]\nweights = [[1]]").replace(
                'start = "binary-classifier"', ""
            ),
            "steps[1].network: layers[1]: key 'activation' is missing",
        ),
        (
            HEAD + step_with(f"prepare = {['train 1 step'] * 21}"),
            "it trains 21 times, at most 20 are allowed",
        ),
        (HEAD + "steps = " + "[" * 5_000, "arrays or tables are nested too deeply"),
        (HEAD + LOOK.replace("Look.", "x" * 3_000), "steps[1].text: 3,000 characters, at most"),
        ("\x00", "not valid TOML"),
        ("title = 'a\x1b[31m", "not valid TOML"),
    ],
)
def test_a_broken_lesson_names_the_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_lesson(text.encode())
    assert str(refused.value).startswith(message)
    assert str(refused.value).isprintable()


def test_a_huge_lesson_is_not_read() -> None:
    with pytest.raises(ValueError, match="more than 1 MB, the most for a lesson"):
        read_lesson(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ValueError, match="is not UTF-8"):
        read_lesson(b"\xff")


class TestFilesBeside:
    """A lesson's file may name networks in its folder, and nothing else."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "lessons"
        folder.mkdir()
        for where in (folder / "net.toml", tmp_path / "outside.toml"):
            save(examples.load("xor-step"), where)
        (folder / "link.toml").symlink_to(tmp_path / "outside.toml")
        return folder

    def _load(self, folder: Path, start: str) -> object:
        path = folder / "mine.toml"
        path.write_text(HEAD + step_with("").replace('"binary-classifier"', f"'{start}'"))
        return load_lesson(path).steps[0].given_start

    def test_one_beside_it_is_opened(self, folder: Path) -> None:
        assert examples.load("xor-step").same_as(self._load(folder, "net.toml"))

    @pytest.mark.parametrize(
        "start", ["../outside.toml", "link.toml", "sub/net.toml", "..", ".hidden.toml", "a\\b.toml"]
    )
    def test_anything_else_is_not(self, folder: Path, start: str) -> None:
        with pytest.raises(ValueError, match=r"^steps\[1\]\.start: .* is not a file beside the"):
            self._load(folder, start)

    def test_nor_an_absolute_path(self, folder: Path) -> None:
        with pytest.raises(ValueError, match=r"is not a file beside the lesson"):
            self._load(folder, "/net.toml")

    def test_a_missing_or_broken_one_is_named(self, folder: Path) -> None:
        with pytest.raises(ValueError, match=r"^steps\[1\]\.start: 'no\.toml': No such file"):
            self._load(folder, "no.toml")
        (folder / "bad.toml").write_text("layers = 3")
        with pytest.raises(ValueError, match=r"^steps\[1\]\.start: 'bad\.toml': layers: expected"):
            self._load(folder, "bad.toml")


_LINES = (HEAD + STEP).splitlines()
_VALUES = (
    *('""', "0", "-1", "1.5", "true", "nan", "1e308", "[]", "[[]]", "[[1, 2], [3]]", "{}"),
    *('"{h1.z}"', '"{"', '"> 1"', '"same"', '"1/0"', '"layer 99"', '"W0[0,0]"', '["h1", "h2"]'),
    *('["remove h1"]', '["remove layer 1"]', '["add layer after layer 1"]', "2000-01-01"),
    *('["W1[1,1] = 1e308"]', '["activation of layer 2 = softmax"]', '["data spiral, 10 samples"]'),
    *('["remove sample 1", "remove sample 1"]', '["add neuron to layer 2"]', '["derive x1^2"]'),
    *("{ layers = 2 }", "{ z = { h9 = 1 } }", "{ equal = ['h1', 'h2'] }", "{ slope = { o1 = 1 } }"),
    *("{ gradient = { 'W1[1,1]' = 0 } }", "{ matches = 'x1/0' }", "{ values = { sizes = 1 } }"),
    *("{ outputs = [['higher']] }", "{ same = 'outputs', over = [-2, 2] }", "{ only = ['h1'] }"),
)


@settings(max_examples=50)
@given(st.integers(0, len(_LINES) - 1), st.sampled_from(_VALUES), st.booleans())
def test_whatever_a_lesson_says_is_played_or_gets_one_line(
    line: int, value: str, drops_line: bool
) -> None:
    key, sign, _ = _LINES[line].partition("=")
    changed = [] if drops_line else [f"{key}= {value}" if sign else value]
    text = "\n".join([*_LINES[:line], *changed, *_LINES[line + 1 :]])
    try:
        problems = check_lesson(read_lesson(text.encode()))
    except ValueError as error:
        problems = [str(error)]
    assert all(problem.isprintable() for problem in problems)
