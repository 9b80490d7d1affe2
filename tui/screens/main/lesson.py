"""The commands of the course: its list, and what the learner does in a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.timer import Timer

from tui.files.lesson_progress import LessonProgress, load_progress, save_progress
from tui.panes.layers import natural_heights
from tui.panes.layout import NUMBER_PANES, LessonNeeds
from tui.panes.lesson import LessonPane, height_needed
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.cell_editing import CellEditing
from tui.screens.main.command import HELP, LESSON, MOVE, TYPE, UNDO, Command
from tui.screens.main.cursor import Cursor
from tui.screens.main.views import view_id
from tui.state import lesson as playing
from tui.state.lesson_panel import words_of
from tui.state.lesson_play import LessonPlay
from tui.state.pointing import is_asking
from tui.state.workspace import Workspace
from tui.terminal import reason_of
from tui.views import registry

if TYPE_CHECKING:
    from engine.lessons.lesson import Lesson
    from tui.files.lesson_source import Course
    from tui.screens.dialogs.choose_lesson import LessonEntry

_SECONDS_BETWEEN_EDITS = 1.5

_ALWAYS_OPEN = (LESSON, MOVE, TYPE, UNDO, HELP)
"""The groups whose commands act in every lesson, also in one that names the keys it uses."""

_OPEN_WHILE_ASKING = (LESSON, MOVE, HELP)
"""Those that act while a number is asked for: the others could show it."""

_SAVING = ("save", "save-as")
"""Commands that act in every step: what was made in a lesson is the learner's to keep."""

_NEEDS: dict[str, Callable[[LessonPlay], bool]] = {
    "lesson-hint": lambda play: play.step is not None and bool(play.step.hints),
    "lesson-show": lambda play: play.step is not None and play.step.kind == "do",
    "lesson-skip": lambda play: play.step is not None and not play.is_met,
    "lesson-back": lambda play: play.index > 0,
}
"""When the keys of the panel that are not always of use act."""

_VIEW_OF = {view_id(view.name): view.name for view in registry.VIEWS}
"""The view that a command shows, by its id."""


def needs_of(workspace: Workspace) -> LessonNeeds | None:
    """Return the room that the present step of a lesson needs; None if none is played."""
    play = workspace.lesson
    if play is None:
        return None
    numbers = frozenset(pane for pane in NUMBER_PANES if play.uses_pane(pane))
    height = sum(natural_heights(workspace))
    lines = partial(height_needed, replace(play, n_hints=0))
    return LessonNeeds(numbers, play.n_views, height, lines, partial(height_needed, play))


class Lessons:
    """The course on the screen: its panel, "show me", and the progress that is kept."""

    def __init__(self, screen: WorkspaceScreen, cursor: Cursor, editing: CellEditing) -> None:
        self._screen = screen
        self._cursor = cursor
        self._editing = editing
        self._timer: Timer | None = None

    @property
    def _pane(self) -> LessonPane:
        return self._screen.query_one(LessonPane)

    def allows(self, command: Command) -> bool:
        """Return whether a command acts in the present step."""
        workspace = self._screen.present
        play = workspace.lesson
        if play is None:
            return command.group is not LESSON or command.id == "lesson"
        if command.id in _NEEDS:
            return _NEEDS[command.id](play)
        if command.id in _SAVING:
            return True
        if is_asking(workspace):
            return command.group in _OPEN_WHILE_ASKING
        view = _VIEW_OF.get(command.id)
        if view is not None and play.uses.views is not None:
            return view in play.uses.views
        keys = play.uses.keys
        return keys is None or command.group in _ALWAYS_OPEN or command.id in keys

    def say_why_not(self) -> None:
        """Say why a key of the playground does nothing in the present step."""
        if is_asking(self._screen.present):
            why = "This key waits until the question is answered"
        else:
            why = "This key is not needed in this step"
        leads = "x leaves" if self._screen.focused is self._pane else "F4 and then x leave"
        self._screen.refuse(f"{why}; {leads} the lesson")

    # The list, and from one step to the next.

    def turn_to(self) -> None:
        """Open the list; in a lesson go on, or into the panel, or from there to the numbers."""
        play = self._screen.present.lesson
        if play is None:
            self.list_all()
        elif play.is_met:
            self.go_on()
        elif self._screen.focused is self._pane:
            self._cursor.focus()
        else:
            self._focus_panel()

    def open_course(self, course: Course) -> None:
        """Open the lesson that was asked for when the playground was started, or the list."""
        if course.lesson is None:
            self.list_all()
        else:
            self.open(course.lesson)

    def list_all(self) -> None:
        """Choose a lesson, the next unfinished one first."""
        # Imported here to keep start-up quick.
        from tui.screens.dialogs.choose_lesson import ChooseLesson

        def take(chosen: LessonEntry | None) -> None:
            if chosen is not None:
                self.open(chosen.lesson)

        self._screen.app.push_screen(ChooseLesson(self._progress()), take)

    def open(self, lesson: Lesson) -> None:
        """Open a lesson at its first step that is not done, or at the first if all are."""
        done = self._progress().done_in(lesson)
        undone = [place for place, step in enumerate(lesson.steps) if step.id not in done]
        self.go(partial(playing.enter, lesson=lesson, index=undone[0] if undone else 0))

    def go_on(self) -> None:
        """Go to the next step if this one is done, else do what is still to be done."""
        workspace = self._screen.present
        play = workspace.lesson
        assert play is not None
        if play.step is None:
            self._open_following(play.lesson)
        elif play.is_met or play.step.kind == "look":
            if not play.is_met:
                self._screen.change(playing.read(workspace))
            self.go(playing.next_step)
        elif play.step.kind == "predict":
            self._editing.ask("", self)
        elif play.step.kind == "choose":
            self._screen.refuse("press the number of an answer; n skips this step")
        else:
            self._screen.refuse("not done yet; h gives a hint, s shows how, n skips this step")

    def _open_following(self, lesson: Lesson) -> None:
        """Open the lesson after this one, or the list where none is left."""
        from engine.lessons import course

        ids = course.ids()
        place = ids.index(lesson.id) + 1 if lesson.id in ids else len(ids)
        if place < len(ids):
            self.open(course.load(ids[place]))
        else:
            self.leave()
            self.list_all()

    def leave(self) -> None:
        """Bring back the user's own network, just as it was."""
        self._screen.change(playing.leave(self._screen.present), "back to your own network")
        self._cursor.focus()

    def go(self, step: Callable[[Workspace], Workspace]) -> None:
        """Change to another step, with the focus where it is needed."""
        try:
            workspace = step(self._screen.present)
        except ValueError as error:
            self._screen.refuse(str(error))
            return
        play = workspace.lesson
        if play is not None:
            play = with_progress(play, self._progress())
        self._screen.change(replace(workspace, lesson=play))
        if play is not None and play.step is not None and play.step.kind == "do":
            self._cursor.focus()
        else:
            self._focus_panel()

    def _focus_panel(self) -> None:
        pane = self._pane
        pane.display = True
        self._screen.query_one("#plots").display = True
        self._screen.set_focus(pane, scroll_visible=False)

    # Hints, "show me", and the progress.

    def _progress(self) -> LessonProgress:
        return load_progress(partial(self._screen.notify, timeout=12, markup=False))

    def hint(self) -> None:
        """Give the next hint, each stronger than the one before."""
        self._screen.attempt(lambda: (playing.with_hint(self._screen.present), ""))

    def show_me(self) -> None:
        """Play the solution, one edit at a time, or stop that."""
        workspace = self._screen.present
        play = workspace.lesson
        if play is not None and play.n_shown is not None:
            self._screen.change(playing.end_showing(workspace), "stopped")
            return
        if self._screen.attempt(
            lambda: (playing.begin_showing(workspace), "the step from its beginning; s stops")
        ):
            if self._timer is not None:
                self._timer.stop()
            self._timer = self._screen.set_interval(_SECONDS_BETWEEN_EDITS, self.show_next)

    def show_next(self) -> None:
        """Make the next edit of the solution, unless it was stopped."""
        play = self._screen.present.lesson
        if play is not None and play.n_shown is not None:
            if not self._screen.attempt(lambda: playing.show_next(self._screen.present)):
                self._screen.change(playing.end_showing(self._screen.present))
        elif self._timer is not None:
            self._timer.stop()
            self._timer = None

    def keep(self, before: Workspace) -> None:
        """Keep the progress where a step has just been done."""
        workspace = self._screen.present
        play, earlier = workspace.lesson, before.lesson
        if play is None or play is earlier or not play.is_met or play.step is None:
            return
        is_new = earlier is None or earlier.step is not play.step or not earlier.is_met
        if is_new:
            self._save(workspace)

    def _save(self, workspace: Workspace) -> None:
        """Write that the present step is done."""
        play = workspace.lesson
        assert play is not None
        assert play.step is not None
        by_hand = play.step.kind == "do" and not play.was_shown
        progress = self._progress().with_step(
            play.lesson,
            play.step.id,
            edits=playing.n_edits_of(workspace) if by_hand else None,
            hints=play.n_hints,
            score=playing.score_of(workspace) if by_hand and play.lesson.is_challenge else None,
        )
        try:
            save_progress(progress)
        except OSError as error:
            self._screen.refuse(f"your progress could not be kept: {reason_of(error)}")
        except ValueError as error:
            self._screen.refuse(f"your progress could not be kept: {error}")

    def show_words(self) -> None:
        """Open the glossary, with the words of the step first."""
        from engine.lessons import glossary
        from tui.screens.dialogs.glossary import Glossary

        workspace = self._screen.present
        texts = words_of(workspace) if workspace.lesson is not None else ()
        found = map(glossary.find, texts)
        first = dict.fromkeys(word for word in found if word is not None)
        self._screen.app.push_screen(Glossary(tuple(first)))

    def scroll(self, by: int) -> None:
        """Show a later or an earlier part of the text."""
        self._pane.scroll_lines(by)

    # Answers.

    def type(self, character: str) -> None:
        """Choose the answer of that number, or begin to type one."""
        play = self._screen.present.lesson
        step = None if play is None or play.is_met else play.step
        if step is None or step.kind in ("look", "do"):
            self._screen.refuse("numbers are typed in the panes; F4 leads back there")
        elif step.kind == "predict":
            self._editing.ask(character, self)
        elif character.isdecimal():
            self._answer(character)

    def _answer(self, text: str) -> None:
        self._screen.attempt(lambda: (playing.answered(self._screen.present, text), ""))

    @property
    def region(self) -> Region | None:
        """Where a number is typed."""
        return self._pane.answer_region

    def take(self, text: str) -> None:
        """Take a number that was typed."""
        self._answer(text)
        self._focus_panel()

    def stop_typing(self) -> None:
        """Return to the panel."""
        self._focus_panel()


def with_progress(play: LessonPlay, progress: LessonProgress) -> LessonPlay:
    """Return a lesson with what was kept of it that the panel tells."""
    lesson = play.lesson
    if play.step is None:
        return replace(play, n_open=len(lesson.steps) - len(progress.done_in(lesson)))
    return replace(play, best=progress.step(lesson, play.step.id).best)


def _command(
    keys: str,
    id: str,
    label: str,
    run: Callable[[Lessons], None],
    help: str = "",
    *,
    shown_as: str | None = None,
) -> Command:
    return Command(
        keys,
        f"lesson-{id}",
        label,
        LESSON,
        run,
        Lessons,
        help,
        shown_as=shown_as,
        where="lesson",
    )


_CHARACTERS = {str(digit): str(digit) for digit in range(10)} | {"minus": "-", "full_stop": "."}

COMMANDS = (
    Command(
        "f4",
        "lesson",
        "learn in small steps",
        LESSON,
        Lessons.turn_to,
        Lessons,
        help="The lessons; in one of them to its panel and back, and on when a step is done",
        shown_as="F4",
    ),
    Command("", "glossary", "glossary", HELP, Lessons.show_words, Lessons, "What words mean"),
    _command("enter", "next", "go on", Lessons.go_on, "To the next step"),
    _command("h", "hint", "hint", Lessons.hint, "Each is stronger than the one before"),
    _command(
        "s", "show", "show me", Lessons.show_me, "Plays the solution, one change at a time; s stops"
    ),
    _command(
        "n",
        "skip",
        "skip",
        partial(Lessons.go, step=playing.next_step),
        "To the next step without doing this one",
    ),
    _command(
        "b",
        "back",
        "back",
        partial(Lessons.go, step=playing.previous_step),
        "To the step before this one",
    ),
    _command(
        "r",
        "again",
        "again",
        partial(Lessons.go, step=playing.again),
        "This step from its beginning",
    ),
    _command("w", "words", "words", Lessons.show_words, "What the words of this text mean"),
    _command("l", "list", "all lessons", Lessons.list_all),
    _command("x", "leave", "leave", Lessons.leave, "Your own network comes back as it was"),
    _command("up,k", "up", "read back", partial(Lessons.scroll, by=-1), shown_as="↑ k"),
    _command("down,j", "down", "read on", partial(Lessons.scroll, by=1), shown_as="↓ j"),
    *(
        _command(
            key,
            f"type-{key.replace('_', '-')}",
            "answer" if key == "0" else "",
            partial(Lessons.type, character=character),
            "Type a number, or choose an answer by its number",
            shown_as="0-9" if key == "0" else None,
        )
        for key, character in _CHARACTERS.items()
    ),
)
