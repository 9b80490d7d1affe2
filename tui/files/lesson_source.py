"""Where a lesson comes from: the id of one of the course, or a file."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from tui.files.source import means_file, path_of
from tui.terminal import escaped, reason_of, shortened

if TYPE_CHECKING:
    from engine.lessons.lesson import Lesson

_MAX_NAME_LENGTH = 200

PANES = ("inputs", "layers", "outputs", "views")
"""What a lesson may say that it uses of the screen."""

VIEWS = (
    *("Curve", "What if", "Sum", "Samples", "Table", "What changed", "Which number matters"),
    *("Diagram", "Map", "Distribution", "Loss", "Confusion", "Runs", "Picture"),
)
"""The names of all views, for whoever checks a lesson without loading them."""


class Course(NamedTuple):
    """What of the course is opened with the playground: a lesson, or the list."""

    lesson: Lesson | None = None


class LessonError(ValueError):
    """A lesson that cannot be read: one printable line that begins with its name."""


def find_lesson(text: str) -> Lesson:
    """Return the lesson that `text` names; raise LessonError.

    A suffix or a slash means a file; anything else is the id of a lesson of the course.
    """
    from engine.lessons import course
    from engine.lessons.reader import load_lesson

    name = shortened(escaped(text), _MAX_NAME_LENGTH) or "''"
    try:
        if means_file(text):
            return load_lesson(path_of(text))
        if text not in course.ids():
            close = get_close_matches(text[:_MAX_NAME_LENGTH], course.ids(), n=1)
            hint = f"did you mean {close[0]}?" if close else "'nn-play learn --list' lists them"
            raise ValueError(
                f"there is no such lesson; {hint} (a file needs its suffix or a slash)"
            )
        return course.load(text)
    except OSError as error:
        raise LessonError(f"{name}: {reason_of(error)}") from error
    except ValueError as error:
        raise LessonError(f"{name}: {escaped(str(error))}") from error
