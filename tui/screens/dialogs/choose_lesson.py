"""Chooses a lesson of the course, the next unfinished one first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.lessons import course
from engine.lessons.lesson import Lesson
from tui.files.lesson_progress import LessonProgress
from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.lists import Choose


class LessonEntry(NamedTuple):
    """A lesson, its number in the list, and how many of its steps are done."""

    lesson: Lesson
    number: str
    n_done: int
    missing: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        return self.n_done == len(self.lesson.steps)

    @property
    def searched_text(self) -> str:
        lesson = self.lesson
        return f"{self.number} {lesson.id} {lesson.title} {' '.join(lesson.concepts)}".casefold()


class ChooseLesson(Choose[LessonEntry]):
    """The lessons with what is done of each; what the highlighted one is about beside them."""

    DEFAULT_CSS = """
    ChooseLesson {
        #lesson-title {
            height: auto;
            text-style: bold;
            margin: 0 0 1 0;
        }
        #about {
            height: auto;
        }
        Choices {
            width: 50;
        }
        &.-wide Choices {
            width: 56;
        }
        &.-narrow #detail {
            height: 40%;
        }
    }
    """

    def __init__(self, progress: LessonProgress) -> None:
        super().__init__("Learn in small steps", "type to find one")
        self._progress = progress

    @cached_property
    def _entries(self) -> list[LessonEntry]:
        lessons = [course.load(id) for id in course.ids()]
        titles = {lesson.id: lesson.title for lesson in lessons}
        done = {lesson.id for lesson in lessons if self._progress.is_done(lesson)}
        entries = []
        for number, lesson in enumerate(lessons, start=1):
            missing = tuple(titles[id] for id in lesson.requires if id in titles and id not in done)
            sign = "★" if lesson.is_challenge else str(number)
            n_done = len(self._progress.done_in(lesson))
            entries.append(LessonEntry(lesson, sign, n_done, missing))
        # What is done comes last: the next one is always the first.
        return sorted(entries, key=lambda one: one.is_done)

    def matching(self, text: str) -> tuple[Sequence[LessonEntry], int, str]:
        wanted = text.casefold().split()
        found = [one for one in self._entries if all(word in one.searched_text for word in wanted)]
        return found, 0, "" if found else "no lesson matches"

    def label(self, item: LessonEntry) -> Content:
        sign = ("✓", "bold $text-success") if item.is_done else (item.number, "dim")
        is_begun = item.n_done and not item.is_done
        so_far = f"  {item.n_done} of {len(item.lesson.steps)}" if is_begun else ""
        return Content.assemble(
            Content.assemble(sign).pad_left(2 - len(sign[0])).pad_right(1),
            plain(item.lesson.title),
            (so_far, "dim"),
        )

    def compose_detail(self) -> Iterable[Widget]:
        yield Static(id="lesson-title")
        with VerticalScroll(can_focus=False):
            yield Static(id="about")

    def show_detail(self, item: LessonEntry) -> None:
        lesson = item.lesson
        paragraphs = [f"{lesson.minutes} minutes, {len(lesson.steps)} small steps."]
        if lesson.concepts:
            paragraphs.append(f"You will meet: {', '.join(lesson.concepts)}.")
        if item.missing:
            paragraphs.append(f"Better after: {', '.join(item.missing)}.")
        self.query_one("#lesson-title", Static).update(plain(lesson.title))
        self.query_one("#about", Static).update(plain("\n\n".join(paragraphs)))
