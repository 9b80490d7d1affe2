"""The progress of the course: what is kept, joined, forgotten, and refused."""

from __future__ import annotations

import dataclasses
import json

import pytest

from tests.engine.lessons.lesson_files import LOOK, STEP, lesson
from tui.files.lesson_progress import (
    MAX_BYTES,
    NO_PROGRESS,
    StepProgress,
    load_progress,
    parse_progress,
    progress_bytes,
    progress_path,
    save_progress,
)

XOR = lesson(STEP + LOOK)


def test_what_is_done_is_found_again() -> None:
    assert load_progress() == NO_PROGRESS
    progress = NO_PROGRESS.with_step(XOR, "or-to-xor", edits=3, hints=1)
    save_progress(progress)
    found = load_progress()
    assert found == progress
    assert found.step(XOR, "or-to-xor") == StepProgress(True, 3, 1, None)
    assert found.step(XOR, "look") == StepProgress()
    assert found.done_in(XOR) == {"or-to-xor"}
    assert not found.is_done(XOR)
    assert found.with_step(XOR, "look").is_done(XOR)
    assert json.loads(progress_path().read_bytes())["xor-by-hand"]["lesson_hash"] == XOR.digest


def test_the_best_score_is_kept_as_long_as_the_lesson_is_the_same() -> None:
    progress = NO_PROGRESS.with_step(XOR, "or-to-xor", score=5)
    assert progress.with_step(XOR, "or-to-xor", score=7).step(XOR, "or-to-xor").best == 5
    assert progress.with_step(XOR, "or-to-xor", score=2).step(XOR, "or-to-xor").best == 2
    other = dataclasses.replace(XOR, digest="0" * 64)
    assert progress.is_changed(other)
    assert progress.done_in(other) == {"or-to-xor"}
    assert progress.with_step(other, "or-to-xor", score=7).step(other, "or-to-xor").best == 7


def test_progress_is_joined_and_forgotten_by_lesson() -> None:
    other = dataclasses.replace(XOR, id="other")
    mine = NO_PROGRESS.with_step(XOR, "look")
    theirs = NO_PROGRESS.with_step(other, "look", edits=1)
    both = mine.joined(theirs)
    assert both.done_in(XOR) == both.done_in(other) == {"look"}
    assert both.without("other") == mine
    assert both.without() == NO_PROGRESS


def test_a_damaged_file_is_no_progress_and_no_error() -> None:
    save_progress(NO_PROGRESS.with_step(XOR, "look"))
    progress_path().write_bytes(b"{" * 10_000)
    assert load_progress() == NO_PROGRESS


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not the JSON that 'learn progress export' writes"),
        (b"[" * 100_000, "is not the JSON that 'learn progress export' writes"),
        (b"[]", "the file: expected an object"),
        (b'{"a": 1}', "lesson a: expected an object"),
        (b'{"\\u001b[2J": {}}', "lesson: one of the names is no id"),
        (b'{"a": {"lesson_hash": "xyz"}}', "lesson a: 'lesson_hash' is not a digest"),
        (b'{"a": {"b": []}}', "lesson a, step b: expected an object"),
        (b'{"a": {"b c": {}}}', "lesson a: step: one of the names is no id"),
        (b'{"a": {"b": {"done": 1}}}', "lesson a, step b: 'done' is neither true nor false"),
        (b'{"a": {"b": {"edits": -1}}}', "lesson a, step b: 'edits' is not a whole number from 0"),
        (b" " * (MAX_BYTES + 1), "more than 2 MB, the most for progress"),
    ],
)
def test_what_is_no_progress_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse_progress(data)
    assert str(refused.value).startswith(message)


def test_a_file_reads_back() -> None:
    progress = NO_PROGRESS.with_step(XOR, "look", edits=4, hints=2, score=9)
    assert parse_progress(progress_bytes(progress)) == progress
