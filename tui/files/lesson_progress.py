"""What the learner has done of the course: kept in the state folder, and as a file to carry along.

It is JSON, `{lesson: {"lesson_hash": digest, step: {done, edits, hints, best}, …}}`; ids
have no underscore.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.files.state_folder import from_json, read_kept, state_folder

if TYPE_CHECKING:
    from engine.lessons.lesson import Lesson

MAX_BYTES = 2_000_000
_MAX_COUNT = 1_000_000
_HASH = "lesson_hash"
_ID = re.compile(r"[a-z0-9-]{1,80}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{0,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far a step is.

    edits: how many the learner took when it was done; None where they were not counted. hints: how
    many were shown. best: the fewest edits or parameters of a challenge, None without any.
    """

    done: bool = False
    edits: int | None = None
    hints: int = 0
    best: int | None = None


@dataclass(frozen=True, slots=True)
class _OfLesson:
    digest: str
    steps: Mapping[str, StepProgress]


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """How far every lesson is; a change returns a new one."""

    lessons: Mapping[str, _OfLesson]

    def step(self, lesson: Lesson, step_id: str) -> StepProgress:
        """Return how far a step is."""
        kept = self.lessons.get(lesson.id)
        return StepProgress() if kept is None else kept.steps.get(step_id, StepProgress())

    def done_in(self, lesson: Lesson) -> frozenset[str]:
        """Return the ids of the lesson's steps that are done."""
        return frozenset(step.id for step in lesson.steps if self.step(lesson, step.id).done)

    def is_done(self, lesson: Lesson) -> bool:
        """Return whether every step of the lesson is done."""
        return len(self.done_in(lesson)) == len(lesson.steps)

    def is_changed(self, lesson: Lesson) -> bool:
        """Return whether the lesson is another version than the one that was played."""
        kept = self.lessons.get(lesson.id)
        return kept is not None and kept.digest != lesson.digest

    def with_step(
        self,
        lesson: Lesson,
        step_id: str,
        *,
        edits: int | None = None,
        hints: int = 0,
        score: int | None = None,
    ) -> LessonProgress:
        """Return the progress with a step done; the best score of the same lesson is kept."""
        before = self.step(lesson, step_id)
        best = None if self.is_changed(lesson) else before.best
        if score is not None:
            best = score if best is None else min(best, score)
        return self._with(lesson, step_id, StepProgress(True, edits, hints, best))

    def _with(self, lesson: Lesson, step_id: str, step: StepProgress) -> LessonProgress:
        kept = self.lessons.get(lesson.id)
        steps = {**(kept.steps if kept else {}), step_id: step}
        return LessonProgress({**self.lessons, lesson.id: _OfLesson(lesson.digest, steps)})

    def without(self, lesson_id: str | None = None) -> LessonProgress:
        """Return the progress without a lesson's, or without any."""
        if lesson_id is None:
            return LessonProgress({})
        return LessonProgress({id: kept for id, kept in self.lessons.items() if id != lesson_id})

    def joined(self, other: LessonProgress) -> LessonProgress:
        """Return the progress with that of another: its lessons replace those of the same id."""
        return LessonProgress({**self.lessons, **other.lessons})


NO_PROGRESS = LessonProgress({})


def progress_path() -> Path:
    """Return the path of the file of progress."""
    return state_folder() / "lessons.json"


def load_progress(tell: Callable[[str], object] = lambda line: None) -> LessonProgress:
    """Return what was kept, or none; tell: called when the file is damaged and put aside."""
    return read_kept(progress_path(), MAX_BYTES, parse_progress, tell) or NO_PROGRESS


def save_progress(progress: LessonProgress) -> None:
    """Keep the progress, all of it or nothing; raises OSError or ValueError if it cannot be."""
    # Imported here: the list is shown before the engine is needed.
    from engine.files import write_atomically

    path = progress_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, progress_bytes(progress))


def progress_bytes(progress: LessonProgress) -> bytes:
    """Return the progress as the bytes of a file."""
    table = {
        id: {_HASH: kept.digest} | {step: asdict(one) for step, one in kept.steps.items()}
        for id, kept in progress.lessons.items()
    }
    return json.dumps(table, indent=1).encode() + b"\n"


def parse_progress(data: bytes) -> LessonProgress:
    """Return the progress in the bytes of a file; raises ValueError naming the place."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES / 1e6:g} MB, the most for progress")
    try:
        table = from_json(data)
    except ValueError:
        raise ValueError("is not the JSON that 'learn progress export' writes") from None
    lessons = {}
    for id, kept in _object(table, "the file").items():
        _check_id(id, "lesson")
        place = f"lesson {id}"
        found = dict(_object(kept, place))
        digest = found.pop(_HASH, "")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise ValueError(f"{place}: {_HASH!r} is not a digest")
        steps = {}
        for step, value in found.items():
            _check_id(step, f"{place}: step")
            steps[step] = _step(_object(value, f"{place}, step {step}"), f"{place}, step {step}")
        lessons[id] = _OfLesson(digest, steps)
    return LessonProgress(lessons)


def _step(table: dict[str, Any], place: str) -> StepProgress:
    done = table.get("done", False)
    if not isinstance(done, bool):
        raise ValueError(f"{place}: 'done' is neither true nor false")
    counts = {key: table.get(key) for key in ("edits", "hints", "best")}
    for key, count in counts.items():
        if count is not None and (type(count) is not int or not 0 <= count <= _MAX_COUNT):
            raise ValueError(f"{place}: {key!r} is not a whole number from 0 up")
    return StepProgress(done, counts["edits"], counts["hints"] or 0, counts["best"])


def _object(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{place}: expected an object")
    return value


def _check_id(id: str, what: str) -> None:
    if not _ID.fullmatch(id):
        # What is no id is not repeated: it comes from outside.
        raise ValueError(f"{what}: one of the names is no id")
