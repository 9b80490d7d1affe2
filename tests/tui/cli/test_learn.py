"""`nn-play learn`: the list, the checks, handouts, progress, and the learner's own forward pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.lessons import course
from tests.engine.lessons.lesson_files import HEAD, STEP, step_with
from tests.tui.cli.command_line import Command, command, failure
from tui.cli import _run
from tui.cli.play import Opening
from tui.files.lesson_progress import NO_PROGRESS, load_progress, save_progress

nn_play = pytest.fixture(command)

FORWARD = HEAD.replace("xor-by-hand", "own") + step_with("forward = true")


@pytest.fixture
def mine(nn_play: Command) -> Path:
    """A lesson of somebody's in the folder of the test."""
    path = Path("mine.toml")
    path.write_text(HEAD + STEP)
    return path


@pytest.fixture
def own() -> str:
    Path("own.toml").write_text(FORWARD)
    return "own.toml"


def test_the_list(nn_play: Command) -> None:
    listed = nn_play("learn", "--list", "--json").json
    assert [one["id"] for one in listed] == list(course.ids())
    for one in listed:
        assert list(one) == ["id", "title", "minutes", "steps", "requires"]
        assert one["steps"] == len(course.load(one["id"]).steps)
    first = course.load(course.ids()[0])
    save_progress(NO_PROGRESS.with_step(first, first.steps[0].id))
    lines = nn_play("learn", "--list").lines
    assert lines[0].split()[0] == first.id
    assert f"{first.title} (1 of {len(first.steps)} steps, {first.minutes} min)" in lines[0]
    assert failure(nn_play("learn", "--json")).startswith("--json goes with --list")


def test_a_lesson_or_the_list_opens_with_the_playground(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.cli.play.missing_terminal", lambda: None)
    opening = _run(["learn", str(mine)])
    assert isinstance(opening, Opening)
    assert opening.course is not None
    assert opening.course.lesson is not None
    assert opening.course.lesson.id == "xor-by-hand"
    opening = _run(["learn"])
    assert isinstance(opening, Opening)
    assert opening.course is not None
    assert opening.course.lesson is None
    opening = _run(["learn", course.ids()[0]])
    assert isinstance(opening, Opening)


def test_a_lesson_that_cannot_start_does_not_open(nn_play: Command, mine: Path) -> None:
    mine.write_text(HEAD + STEP.replace("W2[1,2] = 0", "remove h7"))
    assert failure(nn_play("learn", "mine.toml")).startswith(
        "mine.toml: steps[1]: remove h7: there is no neuron h7 in a network 2→2→1"
    )


def test_without_a_terminal_it_says_what_works(nn_play: Command) -> None:
    words = failure(nn_play("learn"))
    assert words.endswith(
        "is not a terminal, which the playground needs; 'nn-play learn export' prints a lesson "
        "without one"
    )


@pytest.mark.parametrize("command", [[], ["check"], ["export"], ["check-answer"]])
def test_an_unknown_lesson_is_named(nn_play: Command, command: list[str]) -> None:
    words = failure(nn_play("learn", *command, "one-nueron"))
    assert words.startswith("one-nueron: there is no such lesson; did you mean one-neuron?")
    words = failure(nn_play("learn", *command, "no/such.toml"))
    assert words.startswith("no/such.toml: no such file or directory")


def test_check_says_each_problem_with_its_place(nn_play: Command, mine: Path) -> None:
    assert nn_play("learn", "check", "mine.toml").output == "mine.toml: right, 1 step\n"
    mine.write_text(HEAD + STEP.replace("-2", "-0.2"))
    assert failure(nn_play("learn", "check", "mine.toml")) == (
        "mine.toml: steps[1].solution: it does not satisfy the goal: answer for (1, 1) is 1, "
        "should be 0"
    )
    mine.write_text(HEAD + STEP.replace("-2", "-0.2").replace("point_at", "pointat"))
    assert failure(nn_play("learn", "check", "mine.toml")) == (
        "mine.toml: steps[1]: unknown key 'pointat'; did you mean 'point_at'?"
    )


def test_check_prints_all_problems_when_there_are_several(nn_play: Command, mine: Path) -> None:
    mine.write_text(HEAD + STEP.replace("-2", "-0.2").replace("layer 2", "layer 3"))
    result = nn_play("learn", "check", "mine.toml")
    assert result.status == 2
    assert len(result.lines) == 2
    assert result.error == f"nn-play: error: 2 problems, the first: {result.lines[0]}\n"


def test_a_hostile_lesson_is_one_harmless_line(nn_play: Command) -> None:
    path = Path("evil\x1b[2J.toml")
    path.write_text(HEAD + STEP.replace("xor-step", "\\u001b[31m/../../etc/passwd"))
    words = failure(nn_play("learn", "check", str(path)))
    assert words.startswith(r"evil\x1b[2J.toml: steps[1].start: '[31m/../../etc/passwd' is not a ")


def test_export_prints_or_writes_a_handout(nn_play: Command, mine: Path) -> None:
    printed = nn_play("learn", "export", "mine.toml")
    assert printed.output.startswith("# XOR by hand\n")
    assert "W2[1,2] = -2" not in printed.output
    assert nn_play("learn", "export", "mine.toml", "--answers", "-o", "out.md").output == ""
    assert "W2[1,2] = -2" in Path("out.md").read_text()
    words = failure(nn_play("learn", "export", "mine.toml", "-o", "out.md"))
    assert words == "out.md: exists already; --force writes over it"
    two = nn_play("learn", "export", "mine.toml", "mine.toml").output
    assert two == printed.output + "\n" + printed.output


def test_progress_is_carried_along_and_reset(nn_play: Command, mine: Path) -> None:
    first = course.load(course.ids()[0])
    save_progress(NO_PROGRESS.with_step(first, first.steps[0].id, edits=2))
    nn_play("learn", "progress", "export", "kept.json")
    assert nn_play("learn", "progress", "export").json == json.loads(Path("kept.json").read_text())
    assert nn_play("learn", "progress", "reset", first.id).output == (
        f"progress of {first.id} reset\n"
    )
    assert load_progress() == NO_PROGRESS
    result = nn_play("learn", "progress", "import", "-", stdin=Path("kept.json").read_bytes())
    assert result.output == "progress of 1 lesson taken over\n"
    assert load_progress().done_in(first) == {first.steps[0].id}
    assert nn_play("learn", "progress", "reset").output == "progress of all lessons reset\n"
    assert load_progress() == NO_PROGRESS
    assert failure(nn_play("learn", "progress", "import", "mine.toml")) == (
        "mine.toml: is not the JSON that 'learn progress export' writes"
    )


def test_an_own_forward_pass_is_compared_and_counts(nn_play: Command, own: str) -> None:
    question = nn_play("learn", "check-answer", own).json
    assert list(question) == ["inputs", "layers"]
    assert question["layers"][0]["activation"] == "relu"
    answer = nn_play("run", "binary-classifier", "--json").output.encode()
    assert nn_play("learn", "check-answer", own, "-", stdin=answer).output == (
        "right: 2 layers for 1 sample\n"
    )
    kept = json.loads(nn_play("learn", "progress", "export").output)
    assert kept["own"]["one"]["done"] is True
    # z of h1 without its bias of 0.1 is 2.2.
    Path("wrong.json").write_text("[[[2.2, 3.4, 0]], [[0.1]]]")
    words = failure(nn_play("learn", "check-answer", own, "wrong.json"))
    assert words == (
        "layer 1, neuron h1, sample 1: a is 2.2, should be 2.3. 2.2 is what comes out when the "
        "bias 0.1 is forgotten"
    )
    assert failure(nn_play("learn", "check-answer", own, "-")).startswith("standard input: is not")


def test_a_lesson_without_such_a_step_says_so(nn_play: Command, mine: Path, own: str) -> None:
    assert failure(nn_play("learn", "check-answer", "mine.toml", "-")) == (
        "mine.toml: no step of this lesson asks for a forward pass"
    )
    assert failure(nn_play("learn", "check-answer", own, "-", "--step", "two")) == (
        "own.toml: step 'two' asks for none; one do"
    )


def test_help_lists_the_commands(nn_play: Command) -> None:
    text = nn_play("learn", "--help").output
    for name in ("check", "export", "check-answer", "progress", "--list", "--json"):
        assert f"  {name} " in text
    assert "Compare what your own forward pass printed" in text
    assert nn_play("learn", "export", "--help").output.startswith("Usage: nn-play learn export")
