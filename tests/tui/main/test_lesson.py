"""Lessons on the screen, by keys: what is shown and kept, and that nothing of one's own is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from engine import Input, examples, load
from engine.lessons import course
from engine.lessons.glossary import find
from engine.lessons.lesson import Lesson
from tests.engine.strategies import assert_identical
from tests.tui.learner import go_on, play_of, play_step
from tests.tui.lessons import every_kind
from tests.tui.player import Player, playing
from tui.app import PlaygroundApp
from tui.files.lesson_progress import load_progress
from tui.files.lesson_source import Course
from tui.panes.layout import LESSON_PANE, Needs, Span, layout_of
from tui.screens.dialogs.choose_lesson import ChooseLesson
from tui.screens.dialogs.glossary import Glossary
from tui.screens.dialogs.lists import Choices
from tui.screens.main.lesson import needs_of
from tui.state.lesson import enter
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace

IS_SOAK = settings.get_current_profile_name() == "soak"
LINES_OF_TEXT = 3
SOME = ("one-neuron", "two-layers", "xor")


async def open_lesson(player: Player, lesson: Lesson) -> None:
    screen = player.app.main_screen
    assert screen is not None
    screen.lessons.open(lesson)
    await player.settle()


async def play_to_the_end(player: Player, lesson: Lesson) -> None:
    await open_lesson(player, lesson)
    for step in lesson.steps:
        assert play_of(player).step is step
        assert f"of {len(lesson.steps)}" in player.line_with("Step ")
        await play_step(player)
        await go_on(player)
    assert "every step" in player.pane("#lesson")
    assert load_progress().is_done(lesson)


async def test_three_lessons_are_played_by_keys() -> None:
    async with playing(size=(80, 24)) as player:
        for id in SOME:
            await play_to_the_end(player, course.load(id))


@pytest.mark.skipif(not IS_SOAK, reason="takes minutes; make soak runs it")
@pytest.mark.parametrize("id", [id for id in course.ids() if id not in SOME])
async def test_every_lesson_is_played_by_keys(id: str) -> None:
    async with playing(size=(80, 24)) as player:
        await play_to_the_end(player, course.load(id))


@pytest.mark.parametrize("id", course.ids())
def test_no_step_and_no_reply_has_to_be_scrolled_at_80x24(id: str) -> None:
    lesson = course.load(id)
    own = Workspace.open(examples.load("xor-step"), None, ViewSettings())
    tall = Needs(99, Span(12, 14), (), Span(16, 20))
    for index, step in enumerate(lesson.steps):
        needs = needs_of(enter(own, lesson, index))
        assert needs is not None
        layout = layout_of(
            80, 24, LESSON_PANE, large=False, tips_shown=False, needs=tall, lesson=needs
        )
        assert layout.numbers_height is not None
        room = 24 - LINES_OF_TEXT - layout.numbers_height
        assert needs.lines(layout.lesson_width or 80) <= room, step.id


async def test_from_the_list_into_a_lesson_and_back_to_ones_own_network() -> None:
    async with playing("xor-step", size=(120, 36)) as player:
        await player.press("5", "enter")
        own = player.workspace
        before = player.lines
        await player.press("f4")
        listed = player.app.screen
        assert isinstance(listed, ChooseLesson)
        assert "One neuron, number by number" in player.text
        await player.press("enter")
        assert "One neuron, number" in player.lines[0]
        assert player.focused_pane == "lesson"
        # Enter goes on; a step to do puts the cursor where it is needed.
        await player.press("enter")
        assert player.workspace.selection.cell == Input(0)
        assert player.focused_pane == "inputs"
        await player.press("4", "enter")
        assert "✓ " in player.pane("#lesson")
        # Progress survives, and the list says so.
        await player.press("f4", "x")
        assert player.workspace.session is own.session
        assert player.workspace.history is own.history
        assert "back to your own network" in player.text
        assert player.lines[:-2] == before[:-2]
        await player.press("f4")
        assert "2 of 7" in player.line_with("One neuron, number")
        await player.press("enter")
        assert play_of(player).index == 2
        await player.press("x", "u")
        assert player.workspace.session.inputs[0, 0] == 0


async def test_the_panel_answers_hints_and_shows() -> None:
    lesson = every_kind()
    async with playing("xor-step", size=(80, 24)) as player:
        await open_lesson(player, lesson)
        text = player.prose("#lesson")
        # Nothing in a lesson is markup, and words of the glossary lose their stars.
        assert "[red]Nothing[/] is markup here, and a weight is a word." in text
        assert "Every kind [b]of step" in player.lines[0]
        await player.press("w")
        glossary = player.app.screen
        assert isinstance(glossary, Glossary)
        assert glossary.query_one(Choices).item == find("weight")
        await player.press("escape")
        # The help of every pane leads there too.
        await player.press("?", "g")
        assert isinstance(player.app.screen, Glossary)
        await player.press("escape", "escape", "enter")

        # Keys of the panel act in the panel alone.
        await player.press("f4", "h")
        assert "A weaker hint." in player.prose("#lesson")
        await player.press("enter")
        assert "not done yet" in player.notice
        await player.press("f4")
        assert player.focused_pane == "layers"
        # The lesson names the keys it uses.
        await player.press("N")
        assert len(player.workspace.session.network.layers) == 1
        assert "not needed in this step; F4 and then x leave the lesson" in player.notice
        await player.press("-", ".", "8", "enter")
        assert "✓ Now z is 0." in player.prose("#lesson")
        await player.press("f4")

        # What is asked for is not seen before it is answered.
        assert "?" in player.line_with("h1 ")
        assert "shown when you have answered" in player.text
        assert "go on" not in player.lines[-1]
        await player.press("u")
        assert "waits until the question is answered; x leaves the lesson" in player.notice
        assert "+ 2 = ?" in player.line_with(" h1:")
        await player.press("1", "escape")
        assert player.focused_pane == "lesson"
        await play_step(player)
        assert "Enter go on" in player.lines[-1]
        assert "?" not in player.line_with("h1 ")
        assert "shown when you have answered" not in player.text
        await player.press("r")
        assert "shown when you have answered" in player.pane("#view-left")
        assert "┤" not in player.pane("#view-left")
        await play_step(player)
        await player.press("enter")
        await play_step(player)
        assert player.workspace.session.inputs[0, 0] == 4
        await player.press("enter", "9")
        assert "answers are 1 to 2" in player.notice
        # The mouse answers too.
        rows = player.pane("#lesson").splitlines()
        row = next(y for y, text in enumerate(rows) if "1 a weight" in text)
        await player.pilot.click("#lesson", offset=(6, row))
        await player.settle()
        assert "A weight is multiplied." in player.prose("#lesson")
        await player.press("n")
        assert "1 step is not done yet" in player.prose("#lesson")


async def test_show_me_plays_the_solution_and_stops() -> None:
    async with playing(size=(120, 36)) as player:
        await open_lesson(player, every_kind())
        await player.press("enter", "f4", "s")
        screen = player.app.main_screen
        assert screen is not None
        screen.lessons.show_next()
        await player.settle()
        assert "show me 1 of 2: bias of o1 set to -1" in player.text
        assert player.focused_pane == "lesson"
        await player.press("s")
        screen.lessons.show_next()
        await player.settle()
        assert player.workspace.session.network.layers[0].bias[0] == -1
        assert not play_of(player).is_met
        await player.press("s")
        screen.lessons.show_next()
        screen.lessons.show_next()
        await player.settle()
        assert play_of(player).is_met
        kept = load_progress().step(every_kind(), "change")
        assert kept.done
        assert kept.edits is None


async def test_a_challenge_tells_its_par_and_keeps_the_best() -> None:
    challenge = replace(every_kind(), is_challenge=True)
    async with playing(size=(80, 24)) as player:
        await open_lesson(player, challenge)
        await player.press("enter")
        assert "Par: 2 edits. ○" in player.prose("#lesson")
        await player.press("-", "1", "enter", "-", ".", "9", "enter", "-", ".", "8", "enter")
        assert "(3 edits; 2 would do)" in player.prose("#lesson")
        await player.press("f4", "b")
        assert "Your best so far: 3." in player.prose("#lesson")


async def test_what_was_made_in_a_lesson_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    async with playing("xor-step", size=(80, 24)) as player:
        await open_lesson(player, every_kind())
        made = player.workspace.session
        await player.press("S", "ctrl+u", *str(path), "enter")
        assert "saved to" in player.text
        assert_identical(load(path), made)
        await player.press("enter")
        assert play_of(player).index == 1
        await player.press("f4", "x")
        assert_identical(player.workspace.session, examples.load("xor-step"))
        assert player.workspace.source is not None
        assert player.workspace.source.path is None


async def test_opening_something_else_leaves_the_lesson_first() -> None:
    async with playing("xor-step") as player:
        await player.press("5", "enter")
        own = player.workspace
        await open_lesson(player, every_kind())
        await player.press("q")
        assert "unsaved changes" in player.text
        assert player.workspace.session is own.session
        await player.press("escape")
        assert player.workspace.session is own.session


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Course(), "Learn in small steps"),
        (Course(every_kind()), "Step 1 of 5"),
        (None, "New here? F4: learn it in small steps"),
    ],
)
async def test_the_course_opens_with_the_playground_or_is_offered(
    given: Course | None, words: str
) -> None:
    session = examples.load("xor-step")
    app = PlaygroundApp(lambda: (session, None), given, offers_course=True)
    async with app.run_test(size=(80, 24)) as pilot:
        player = Player(app, pilot)
        while words not in player.text:
            await player.settle()
        if given is None:
            await player.press("right")
            assert words not in player.text
