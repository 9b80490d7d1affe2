"""Playing a lesson: what each key makes of the workspace, and how a step stands."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from engine import Session, Weight
from engine.lessons.references import NeuronReference
from engine.nn.parameters import parse_parameter
from engine.text import printable
from tui.files.lesson_source import VIEWS
from tui.state.lesson_play import LessonPlay
from tui.state.pointing import references_in
from tui.state.selection import Selection, first_selection
from tui.state.training import pause_run
from tui.state.typed_numbers import evaluate
from tui.state.view_settings import ViewNames, ViewSettings
from tui.state.workspace import Workspace

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


def _views_of(step: Step, present: ViewNames) -> ViewNames:
    """The view that the step shows, then those it uses and is shown already, then the others."""
    used = VIEWS if step.uses.views is None else step.uses.views
    shown = [one for one in present if one in used]
    named = () if step.view is None else (step.view,)
    wanted = dict.fromkeys((*named, *shown, *(step.uses.views or ()), *present))
    left, right, third, *_ = (one for one in wanted if one in VIEWS)
    return left, right, third


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
    play = play_of(workspace)
    after = enter(workspace, play.lesson, min(play.index + 1, len(play.lesson.steps)))
    session = workspace.session
    following = play_of(after).step
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
        lesson=replace(play_of(after), start=session),
    )


def previous_step(workspace: Workspace) -> Workspace:
    """Return the workspace at the step before this one; raises ValueError at the first."""
    play = play_of(workspace)
    if play.index == 0:
        raise ValueError("this is the first step")
    return enter(workspace, play.lesson, play.index - 1)


def again(workspace: Workspace) -> Workspace:
    """Return the workspace at the beginning of the present step."""
    play = play_of(workspace)
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
    from engine.lessons.answers import answer_choice, answer_prediction

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
        play_of(there), n_shown=0, was_shown=True, n_hints=play.n_hints, is_met=play.is_met
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
    return replace(workspace, lesson=replace(play_of(workspace), n_shown=None))


# How a step stands


def play_of(workspace: Workspace) -> LessonPlay:
    """Return the lesson that is being played."""
    assert workspace.lesson is not None
    return workspace.lesson


def _at_step(workspace: Workspace) -> tuple[LessonPlay, Step]:
    """The lesson and its step; raises ValueError behind the last one."""
    play = play_of(workspace)
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
