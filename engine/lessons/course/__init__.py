"""The lessons of the course, each a TOML file next to this one, named by its id.

Networks that several steps start from are beside them as `NAME.net.toml`.
"""

from __future__ import annotations

from functools import lru_cache

from engine.formats.toml import read_toml
from engine.lessons.lesson import Lesson
from engine.lessons.reader import read_lesson
from engine.session.session import Session
from engine.text import nearest

LESSONS: tuple[str, ...] = (
    "one-neuron",
    "weights",
    "bias",
    "activations",
    "yes-and-no",
    "a-line",
    "spam-or-ham",
    "a-layer",
    "two-layers",
    "one-change",
    "a-batch",
    "last-layer",
    "collapse",
    "xor",
    "counting",
    "silent",
    "slopes",
    "backward",
    "optimiser",
    "zeros",
    "rates",
    "overfitting",
    "iris",
    "find-the-mistake",
    "write-it-yourself",
    "be-the-neuron",
)
"""The ids in the order of the curriculum."""

CHALLENGES: tuple[str, ...] = ("gates", "draw-a-function", "fewest-parameters")
"""The ids of the challenges, which follow the lessons."""


def ids() -> tuple[str, ...]:
    """Return the ids of all lessons and challenges, in the order in which the list shows them."""
    return LESSONS + CHALLENGES


@lru_cache(maxsize=64)
def load(id: str) -> Lesson:
    """Return a lesson of the course.

    Parameters
    ----------
    id
        One of `ids`.

    Returns
    -------
    Lesson

    Raises
    ------
    ValueError
        For an unknown id, with the nearest.
    """
    if id not in ids():
        raise ValueError(f"there is no lesson {id[:60]!r}; {nearest(id, ids())}")
    # Imported here, as it is slow and most commands read no lesson.
    from importlib import resources

    folder = resources.files("engine.lessons.course")

    def beside(name: str) -> Session:
        return read_toml(folder.joinpath(name).read_bytes())

    return read_lesson(folder.joinpath(f"{id}.toml").read_bytes(), beside)
