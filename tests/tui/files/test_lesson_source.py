"""What lessons say of the screen, and where they come from."""

from __future__ import annotations

import pytest

from engine.lessons import course, glossary
from engine.lessons.check import Names, check_lesson
from tui.files.lesson_source import PANES, VIEWS, LessonError, find_lesson
from tui.screens.main.screen import COMMANDS
from tui.views import registry


def test_the_checker_knows_the_names_of_all_views() -> None:
    assert tuple(view.name for view in registry.VIEWS) == VIEWS


@pytest.mark.parametrize("id", course.ids())
def test_a_lesson_uses_what_the_screen_has(id: str) -> None:
    keys = {command.id for command in COMMANDS}
    names = Names(PANES, VIEWS, keys, glossary.forms(), course.ids())
    assert check_lesson(find_lesson(id), names) == []


def test_a_file_needs_its_suffix_or_a_slash() -> None:
    with pytest.raises(LessonError, match=r"there is no such lesson; did you mean xor\?"):
        find_lesson("xorr")
    with pytest.raises(LessonError, match=r"^\./xor: no such file or directory"):
        find_lesson("./xor")
