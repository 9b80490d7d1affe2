"""Playing a lesson: what each key makes of the workspace, and what the panel then says."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from engine import Session, Weight
from engine.lessons.references import NeuronReference
from engine.nn.parameters import parse_parameter
from engine.session.names import counted
from engine.text import printable
from tui.files.lesson_source import VIEWS
from tui.state.formulas import evaluate
from tui.state.lesson_play import LessonPlay
from tui.state.pointing import references_in
from tui.state.selection import Selection, first_selection
from tui.state.training import pause_run
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace
from tui.theme import TextStyle

if TYPE_CHECKING:
    from engine.lessons.lesson import Lesson, Step
    from engine.lessons.play import Progress

# The playground starts without a lesson: what reads and judges one is imported when it is needed.

# Going through a lesson


def enter(workspace: Workspace, lesson: Lesson, index: int = 0) -> Workspace:
    """Return the workspace of a step; the user's own is put aside, with its history.

    What a stranger's lesson selects, points at or shows and there is not is left out. Raises
    ValueError if the step cannot start.
    """
    from engine.lessons.play import start_of

    own = pause_run(workspace.own)
    view = workspace.view
    if workspace.lesson is None:
        view = ViewSettings(views=own.view.views, speed=own.view.speed)
    step = lesson.steps[index] if index < len(lesson.steps) else None
    session = workspace.session if step is None else start_of(lesson, index)
    play = LessonPlay(lesson, index, session, is_met=step is None)
    workspace = Workspace.open(session, None, replace(view, large=False))
    workspace = replace(workspace, lesson=play, put_aside=own)
    if step is None:
        return workspace
    workspace = workspace.viewing(views=_views_of(step, view.views))
    return replace(workspace, selection=_selection_of(step, session))


def _views_of(step: Step, present: tuple[str, ...]) -> tuple[str, ...]:
    """The view that the step shows, then those it uses and is shown already, then the others."""
    used = VIEWS if step.uses.views is None else step.uses.views
    shown = [one for one in present if one in used]
    named = () if step.view is None else (step.view,)
    wanted = dict.fromkeys((*named, *shown, *(step.uses.views or ()), *present))
    return tuple(one for one in wanted if one in VIEWS)[: len(present)]


def _selection_of(step: Step, session: Session) -> Selection:
    selection = first_selection(session).of_sample(step.sample).within(session)
    if step.select is not None:
        with suppress(ValueError):
            selection = selection.at(parse_parameter(step.select, session.network), session)
    for found in references_in(step.point_at, session.network):
        match found:
            case NeuronReference(layer_index, neuron) if not isinstance(selection.cell, Weight):
                return selection.on(layer_index, neuron)
    return selection


def leave(workspace: Workspace) -> Workspace:
    """Return the user's own workspace, just as it was put aside."""
    return workspace.own


def next_step(workspace: Workspace) -> Workspace:
    """Return the workspace at the step after this one, or at the end of the lesson.

    A step that starts where this one ends starts from the lesson's own solution, so that its text
    and answers are true whatever the learner did. Only what was trained stays, with its losses.
    """
    play = _play(workspace)
    after = enter(workspace, play.lesson, min(play.index + 1, len(play.lesson.steps)))
    session = workspace.session
    following = _play(after).step
    stays = (
        following is not None
        and following.kind != "do"
        and following.given_start is None
        and not following.prepare
        and play.is_met
        and workspace.run is not None
        and session.network.sizes == after.session.network.sizes
    )
    if not stays:
        return after
    return replace(
        after,
        session=session,
        origin=session,
        saved=session,
        run=workspace.run,
        runs=workspace.runs,
        lesson=replace(_play(after), start=session),
    )


def previous_step(workspace: Workspace) -> Workspace:
    """Return the workspace at the step before this one; raises ValueError at the first."""
    play = _play(workspace)
    if play.index == 0:
        raise ValueError("this is the first step")
    return enter(workspace, play.lesson, play.index - 1)


def again(workspace: Workspace) -> Workspace:
    """Return the workspace at the beginning of the present step."""
    play = _play(workspace)
    return enter(workspace, play.lesson, play.index)


# What the learner does in a step


def checked(before: Workspace, workspace: Workspace) -> Workspace:
    """Return a changed workspace with its step marked as done if its goal holds now.

    An edit by hand ends "show me".
    """
    play = workspace.lesson
    if play is None or before.lesson is None or workspace.session is before.session:
        return workspace
    if play is before.lesson and play.n_shown is not None:
        play = replace(play, n_shown=None)
    is_open = not play.is_met and play.step is not None and play.step.kind == "do"
    if is_open and progress_of(workspace).done:
        play = replace(play, is_met=True)
    return workspace if play is workspace.lesson else replace(workspace, lesson=play)


def with_hint(workspace: Workspace) -> Workspace:
    """Return the workspace with the next hint shown; raises ValueError if there is none left."""
    play, step = _at_step(workspace)
    if not step.hints:
        raise ValueError("this step has no hints")
    if play.n_hints == len(step.hints):
        raise ValueError(f"no more hints{'; s shows how it is done' if step.solution else ''}")
    return replace(workspace, lesson=replace(play, n_hints=play.n_hints + 1))


def answered(workspace: Workspace, answer: str) -> Workspace:
    """Return the workspace with an answer: a number as it was typed, or the number of a choice.

    A right prediction is carried out. Raises ValueError if it is no answer.
    """
    from engine.lessons.play import answer_choice
    from engine.lessons.predictions import answer_prediction

    play, step = _at_step(workspace)
    if step.kind == "choose":
        if not 0 < int(answer) <= len(step.choices):
            raise ValueError(f"the answers are 1 to {len(step.choices)}")
        reply = answer_choice(step, workspace.session, int(answer) - 1)
    else:
        reply = answer_prediction(step, workspace.session, answer, evaluate(answer))
    if reply.right and step.prediction is not None:
        for statement in step.prediction.after:
            workspace = workspace.edited(statement.edit(workspace.session, step.sample))
    is_met = play.is_met or reply.right
    return replace(workspace, lesson=replace(play, answer=answer, reply=reply, is_met=is_met))


def read(workspace: Workspace) -> Workspace:
    """Return the workspace with a step that only had to be read marked as done."""
    play, _ = _at_step(workspace)
    return replace(workspace, lesson=replace(play, is_met=True))


def begin_showing(workspace: Workspace) -> Workspace:
    """Return the workspace at the beginning of the step, about to show its solution."""
    play, step = _at_step(workspace)
    if step.kind != "do":
        raise ValueError("there is nothing to show here; h gives a hint, n skips this step")
    there = again(workspace)
    shown = replace(
        _play(there), n_shown=0, was_shown=True, n_hints=play.n_hints, is_met=play.is_met
    )
    return replace(there, lesson=shown)


def show_next(workspace: Workspace) -> tuple[Workspace, str]:
    """Return the workspace with the next edit of the solution made, and what it was.

    The last one ends the showing.
    """
    play, step = _at_step(workspace)
    assert play.n_shown is not None
    sample = workspace.selection.sample
    statement = step.solution[play.n_shown]
    place = statement.place(workspace.session)
    after = workspace.edited(statement.edit(workspace.session, sample))
    if place is None:
        place = statement.place(after.session)
    if place is not None:
        after = after.selecting(after.selection.at(place, after.session))
    n_shown = play.n_shown + 1
    is_last = n_shown == len(step.solution)
    play = replace(
        play, n_shown=None if is_last else n_shown, epochs=play.epochs + statement.epochs
    )
    what = after.history.past[-1].description
    status = f"show me {n_shown} of {len(step.solution)}: {printable(what)}"
    return replace(after, lesson=play), status


def end_showing(workspace: Workspace) -> Workspace:
    """Return the workspace with "show me" stopped where it is."""
    return replace(workspace, lesson=replace(_play(workspace), n_shown=None))


# How a step stands


def _play(workspace: Workspace) -> LessonPlay:
    assert workspace.lesson is not None
    return workspace.lesson


def _at_step(workspace: Workspace) -> tuple[LessonPlay, Step]:
    """The lesson and its step; raises ValueError behind the last one."""
    play = _play(workspace)
    if play.step is None:
        raise ValueError("the lesson is done; Enter goes on")
    return play, play.step


def n_edits_of(workspace: Workspace) -> int:
    """Return how many edits were made since the step began."""
    return len(workspace.history.past)


def score_of(workspace: Workspace) -> int:
    """Return what the step counts: the edits, or the weights and biases."""
    _, step = _at_step(workspace)
    if step.score == "parameters":
        return workspace.session.network.n_parameters
    return n_edits_of(workspace)


def progress_of(workspace: Workspace) -> Progress:
    """Return how a step of kind "do" stands."""
    play, step = _at_step(workspace)
    epochs = play.epochs + (0 if workspace.run is None else workspace.run.epochs)
    return _progress(step, workspace.session, play.start, n_edits_of(workspace), epochs)


@lru_cache(maxsize=2)
def _progress(step: Step, session: Session, start: Session, edits: int, epochs: int) -> Progress:
    """Cached while only the cursor moves."""
    from engine.lessons.play import progress

    return progress(step, session, start, edits=edits, epochs=epochs)


# What the panel says

Kind = Literal["text", "choice", "ask", "right", "wrong", "open", "hint"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the panel, after its sign; one that is apart has a blank line before it."""

    kind: Kind
    text: str
    sign: str = ""
    sign_style: TextStyle = "plain"
    style: TextStyle = "plain"
    is_apart: bool = True


_SHORT_REPLY = Block("open", "so much room has what is not right yet, in one line or two", "○ ")


def title_of(workspace: Workspace) -> str:
    """Return the title of the panel: which step it is."""
    play = _play(workspace)
    if play.step is None:
        return "The end"
    return f"Step {play.index + 1} of {len(play.lesson.steps)}"


def blocks_of(workspace: Workspace) -> tuple[Block, ...]:
    """Return what the panel says: the text, what it asks, what is said to that, and the hints."""
    play = _play(workspace)
    step = play.step
    if step is None:
        done = Block("right", "You have done every step of this lesson.", "✓ ", "good")
        if play.n_open:
            number = counted(play.n_open, "step is", "steps are")
            done = Block("open", f"That was the last step. {number} not done yet.", "○ ", "muted")
        return done, Block("text", "Enter opens the next lesson, l shows them all, x leaves.")
    blocks = _task(play, step)
    if not play.is_met:
        blocks += _question(play, step)
    blocks += _replies(workspace, play, step)
    if not play.is_met:
        blocks += _hints(play, step)
    return tuple(blocks)


def words_of(workspace: Workspace) -> list[str]:
    """Return the words of the glossary in what the panel says, as they stand there."""
    from engine.lessons.text import pieces

    texts = (block.text for block in blocks_of(workspace))
    return [piece.text for text in texts for piece in pieces(text) if piece.is_word]


def longest_blocks(play: LessonPlay) -> tuple[tuple[Block, ...], ...]:
    """Return what a step may say: before it is done, to wrong answers with its hints, and after."""
    step = play.step
    if step is None:
        return ()
    task = _task(play, step)
    says, given = [choice.say for choice in step.choices if not choice.right], "0"
    if step.prediction is not None:
        says, given = [wrong.say for wrong in step.prediction.wrong], "0.0000"
    filled = [f"{given}: {_filled(say, play.start, step.sample)}" for say in says]
    open_ones = [Block("wrong", words, "✗ ") for words in filled] or [_SHORT_REPLY]
    done = _filled(step.done, play.start, step.sample)
    if step.kind == "do":
        end = [Block("right", f"{done} (1 edit)", "✓ ")]
    else:
        right = next((choice.say for choice in step.choices if choice.right), "right, z = 0.0000")
        end = _rightly(step, _filled(right, play.start, step.sample), done)
    before = *task, *_question(play, step)
    hints = _hints(play, step)
    return *((*before, one, *hints) for one in open_ones), (*task, *end)


def _rightly(step: Step, words: str, done: str) -> list[Block]:
    """What is said to a right answer: in one paragraph with the rest where it is a number."""
    words = words[:1].upper() + words[1:]
    if step.kind == "predict" and done:
        words, done = f"{words}. {done}", ""
    right = Block("right", words, "✓ ", "good")
    return [right, *([Block("text", done)] if done else [])]


def _task(play: LessonPlay, step: Step) -> list[Block]:
    """The text of a step, and what a challenge is measured by."""
    text = Block("text", _filled(step.text, play.start, step.sample))
    if not play.lesson.is_challenge or step.kind != "do" or (least := _par(play, step)) is None:
        return [text]
    fewest = counted(least, step.score.removesuffix("s"))
    best = "" if play.best is None else f" Your best so far: {play.best}."
    return [text, Block("text", f"Par: {fewest}.{best}", style="muted")]


def _question(play: LessonPlay, step: Step) -> list[Block]:
    if step.kind == "predict":
        return [Block("ask", "type a number, then Enter", "= ", "strong", "muted")]
    return [
        Block(
            "choice",
            _filled(choice.text, play.start, step.sample),
            f"{number} ",
            "strong",
            is_apart=number == 1,
        )
        for number, choice in enumerate(step.choices, start=1)
    ]


def _hints(play: LessonPlay, step: Step) -> list[Block]:
    """The hints asked for so far."""
    return [
        Block(
            "hint",
            _filled(hint, play.start, step.sample),
            "Hint: ",
            "strong",
            is_apart=number == 1,
        )
        for number, hint in enumerate(step.hints[: play.n_hints], start=1)
    ]


def _replies(workspace: Workspace, play: LessonPlay, step: Step) -> list[Block]:
    """What is said to the numbers as they are, or to the answer that was given."""
    done = _filled(step.done, workspace.session, step.sample)
    if step.kind == "do":
        stand = progress_of(workspace)
        if stand.done:
            return [
                Block("right", f"{done or 'That is it.'} {_edits(workspace, step)}", "✓ ", "good")
            ]
        said = [Block("open", stand.say)] if stand.say else []
        sign: tuple[str, TextStyle] = ("✓ ", "good") if play.is_met else ("○ ", "muted")
        words = f"It held; now {stand.words}" if play.is_met else stand.words
        return [Block("open", printable(words), *sign), *said]
    if play.reply is None:
        return []
    words = printable(play.reply.words)
    if not play.reply.right:
        given = "" if play.answer in words else f"{play.answer}: "
        return [Block("wrong", given + words, "✗ ", "bad")]
    return _rightly(step, words, done)


def _edits(workspace: Workspace, step: Step) -> str:
    """What it took, and whether less would do."""
    score, least = score_of(workspace), _par(_play(workspace), step)
    took = counted(score, step.score.removesuffix("s"))
    return f"({took})" if least is None or score <= least else f"({took}; {least} would do)"


def _par(play: LessonPlay, step: Step) -> int | None:
    """The par of a step; None where its solution cannot be carried out."""
    from engine.lessons.play import end_of, par

    try:
        return par(step, end_of(play.lesson, play.index))
    except ValueError:
        return None


def _filled(text: str, session: Session, sample: int) -> str:
    """A text filled, with nothing in it that a terminal could take for a command.

    Where the learner has removed what it speaks of, its placeholders stay.
    """
    from engine.lessons.text import fill

    with suppress(ValueError):
        text = fill(text, session, sample)
    return printable(text, keep="\n")


def keys_of(workspace: Workspace, *, has_focus: bool) -> str:
    """Return what stands in the lower border: the key that goes on, or those that help."""
    play = _play(workspace)
    step = play.step
    key = "Enter" if has_focus else "F4"
    if step is None or play.is_ready:
        return f"{key} goes on" if has_focus or play.is_met else "F4 leads here"
    if play.n_shown is not None:
        return "s stops"
    if not has_focus:
        return "F4 hint, show me, skip" if step.kind == "do" else "F4 to answer"
    if step.kind == "do":
        return "F4 back to the numbers"
    return "h hint" if step.hints else "type the number of an answer"
