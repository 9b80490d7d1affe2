"""Playing a lesson without a screen: from step to step, what is kept, and what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import Bias, Input, SetBias, SetInput, SetWeight, Weight, examples
from engine.lessons import course
from engine.lessons.reader import read_lesson
from tests.tui.lessons import every_kind
from tests.tui.screen_text import is_harmless
from tests.tui.trained import by_play
from tui.files.source import Source
from tui.panes.lesson import fitting, height_needed, lines_of
from tui.panes.title_line import title_of
from tui.state import lesson as playing
from tui.state import lesson_panel as panel
from tui.state.lesson_panel import Block
from tui.state.lesson_play import LessonPlay
from tui.state.pointing import hidden_in, is_asking, pointed_at
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace

LESSON = every_kind()
LOOK, DO, PREDICT, AFTER, CHOOSE, END = range(6)


def own() -> Workspace:
    """The workspace of somebody who has changed something and looks at two views."""
    view = ViewSettings(views=("Map", "Samples", "Curve"), tips_shown=False)
    session = examples.load("xor-step")
    workspace = Workspace.open(session, Source("xor-step", None, "xor-step"), view)
    return workspace.edited(SetWeight(0, 0, 0, 0.25))


def at(index: int) -> Workspace:
    return playing.enter(own(), LESSON, index)


def play_of(workspace: Workspace) -> LessonPlay:
    assert workspace.lesson is not None
    return workspace.lesson


def edited(workspace: Workspace, *edits: SetBias | SetInput) -> Workspace:
    """The workspace after edits, each checked as the screen does."""
    for edit in edits:
        workspace = playing.checked(workspace, workspace.edited(edit))
    return workspace


def said(workspace: Workspace) -> str:
    """All that the panel says."""
    return "\n".join(block.sign + block.text for block in panel.blocks_of(workspace))


@pytest.mark.parametrize("index", [DO, PREDICT, CHOOSE])
def test_room_is_made_for_the_hints_that_are_shown(index: int) -> None:
    workspace, width = at(index), 44
    for _ in play_of(workspace).lesson.steps[index].hints:
        before = height_needed(play_of(workspace), width)
        workspace = playing.with_hint(workspace)
        inner = lines_of(panel.blocks_of(workspace), width - 4)
        assert height_needed(play_of(workspace), width) >= max(before, len(inner) + 2)


def test_of_several_hints_that_do_not_fit_the_last_one_stays() -> None:
    task, *hints = Block("text", "a " * 40), *(Block("hint", f"hint {n}") for n in (1, 2, 3))
    whole = (task, *hints)
    assert fitting(whole, 20, 99) == whole
    assert [block.text for block in fitting(whole, 20, 8)] == [task.text, "hint 2", "hint 3"]
    tight = fitting(whole, 20, 5)
    assert [block.text for block in tight] == [task.text, "hint 3"]
    assert len(lines_of(tight, 20)) == 5
    assert fitting((task,), 20, 2) == (task,)


def test_the_own_network_comes_back_untouched_with_its_history() -> None:
    before = own()
    workspace = playing.enter(before, LESSON)
    for _ in range(len(LESSON.steps)):
        workspace = playing.next_step(workspace)
    after = playing.leave(workspace)
    assert after.session is before.session
    assert after.history is before.history
    assert after.view == before.view
    assert (after.lesson, after.put_aside) == (None, None)
    undone, _ = after.undo()
    assert float(undone.session.network.layers[0].weights[0, 0]) == 1


def test_a_lesson_leaves_unsaved_work_unsaved_and_adds_none() -> None:
    clean = Workspace.open(examples.load("xor-step"), None, ViewSettings())
    assert not edited(playing.enter(clean, LESSON, DO), SetBias(0, 0, 3.0)).is_unsaved
    assert at(DO).is_unsaved


def test_a_step_begins_where_it_says() -> None:
    workspace = at(LOOK)
    assert workspace.view.views[0] == "Sum"
    assert (workspace.selection.layer_index, workspace.selection.neuron) == (0, 0)
    assert workspace.selection.cell == Input(0)
    workspace = playing.next_step(workspace)
    assert workspace.selection.cell == Bias(0, 0)
    # A view that the lesson does not use is replaced.
    assert at(PREDICT).view.views[0] == "Curve"
    assert not workspace.history.past


def test_a_goal_is_met_the_moment_it_holds_and_stays_met() -> None:
    workspace = at(DO)
    assert "○ " in said(workspace)
    assert "-1.2" in said(workspace)
    workspace = edited(workspace, SetBias(0, 0, 0.8))
    assert not play_of(workspace).is_met
    assert "That is the right size." in said(workspace)
    workspace = edited(workspace, SetBias(0, 0, -0.8))
    assert play_of(workspace).is_met
    assert "✓ Now z is 0. (2 edits)" in said(workspace)
    workspace = edited(workspace, SetBias(0, 0, 1.0))
    assert play_of(workspace).is_met
    assert "It held; now" in said(workspace)


def test_what_was_to_be_kept_is_said_first() -> None:
    workspace = edited(at(DO), SetInput(0, 0, 14.0))
    assert not play_of(workspace).is_met
    assert "hours studied is 14" in said(workspace)


def test_more_edits_than_needed_are_told() -> None:
    workspace = at(DO)
    workspace = edited(workspace, *(SetBias(0, 0, bias) for bias in (-1.5, -1.0, -0.8)))
    assert "(3 edits; 2 would do)" in said(workspace)


def test_a_right_number_and_what_follows_from_it_are_one_paragraph() -> None:
    wordy = replace(LESSON.steps[PREDICT], done="So much for {h1.z}.")
    lesson = replace(LESSON, steps=(*LESSON.steps[:PREDICT], wordy, *LESSON.steps[PREDICT + 1 :]))
    workspace = playing.answered(playing.enter(own(), lesson, PREDICT), "2.3")
    assert "✓ Right, z = 2.3. So much for 2.3." in said(workspace)


@pytest.mark.parametrize("index", [PREDICT, CHOOSE])
def test_the_panel_has_room_for_the_replies_to_wrong_answers(index: int) -> None:
    texts = [blocks[-1].text for blocks in panel.longest_blocks(play_of(at(index)))]
    said = {PREDICT: "That is without the bias.", CHOOSE: "A weight is multiplied."}[index]
    assert any(text.endswith(said) for text in texts)


def test_hints_come_one_by_one() -> None:
    workspace = playing.with_hint(at(DO))
    assert "A weaker hint." in said(workspace)
    assert "too low" not in said(workspace)
    workspace = playing.with_hint(workspace)
    # Its figure is that of the start.
    assert "The bias -2 is too low." in said(workspace)
    with pytest.raises(ValueError, match="no more hints; s shows"):
        playing.with_hint(workspace)
    with pytest.raises(ValueError, match="no hints"):
        playing.with_hint(at(CHOOSE))


def test_the_solution_is_shown_edit_by_edit_from_the_start() -> None:
    workspace = playing.begin_showing(edited(at(DO), SetBias(0, 0, 5.0)))
    assert workspace.session.network.layers[0].bias[0] == -2
    before = workspace
    workspace, status = playing.show_next(workspace)
    workspace = playing.checked(before, workspace)
    assert status == "show me 1 of 2: bias of o1 set to -1"
    assert workspace.session.network.layers[0].bias[0] == -1
    assert play_of(workspace).n_shown == 1
    before = workspace
    workspace, _ = playing.show_next(workspace)
    workspace = playing.checked(before, workspace)
    play = play_of(workspace)
    assert (play.n_shown, play.is_met, play.was_shown) == (None, True, True)
    assert workspace.selection.cell == Bias(0, 0)


def test_an_edit_by_hand_ends_the_showing() -> None:
    workspace = edited(playing.begin_showing(at(DO)), SetBias(0, 0, 5.0))
    assert play_of(workspace).n_shown is None
    with pytest.raises(ValueError, match="nothing to show"):
        playing.begin_showing(at(CHOOSE))


def test_a_prediction_is_judged_and_hides_what_it_asks_for() -> None:
    workspace = at(PREDICT)
    assert is_asking(workspace)
    hidden = hidden_in(workspace)
    assert {(0, 0, "z"), (0, 0, "a"), (1, 0, "z"), (1, 0, "a")} <= hidden
    assert (0, 1, "z") not in hidden
    truth = float(workspace.trace.layers[0].pre_activations[0, 0])
    bias = float(workspace.session.network.layers[0].bias[0])
    workspace = playing.answered(workspace, f"{truth - bias:.4f}")
    assert not play_of(workspace).is_met
    assert "That is without the bias." in said(workspace)
    workspace = playing.answered(workspace, f"{truth:.4f}")
    assert play_of(workspace).is_met
    assert not hidden_in(workspace)
    with pytest.raises(ValueError, match="not known"):
        playing.answered(at(PREDICT), "one")


def test_a_prediction_of_a_change_is_carried_out_once_it_is_right() -> None:
    workspace = at(AFTER)
    assert not is_asking(workspace)
    workspace = playing.answered(workspace, "-1")
    assert play_of(workspace).is_met
    assert workspace.session.inputs[0, 0] == 4
    assert "✓ Right" in said(workspace)


def test_every_answer_to_a_question_has_its_own_words() -> None:
    workspace = playing.answered(at(CHOOSE), "1")
    assert "✗ 1: A weight is multiplied." in said(workspace)
    workspace = playing.answered(workspace, "2")
    assert play_of(workspace).is_met
    assert "✓ Yes, the bias.\nIt is the same for every sample." in said(workspace)
    # The other answers make room for what is said.
    assert "a weight" not in said(workspace)
    for number in ("0", "3"):
        with pytest.raises(ValueError, match="1 to 2"):
            playing.answered(at(CHOOSE), number)


def test_back_and_forth_and_the_end() -> None:
    with pytest.raises(ValueError, match="first step"):
        playing.previous_step(at(LOOK))
    assert play_of(playing.previous_step(at(DO))).index == LOOK
    workspace = playing.next_step(at(CHOOSE))
    assert play_of(workspace).index == END
    assert panel.title_of(workspace) == "The end"
    assert play_of(playing.next_step(workspace)).index == END
    assert play_of(playing.previous_step(workspace)).index == CHOOSE


def test_what_the_text_speaks_of_is_found_while_it_is_there() -> None:
    names = {type(one).__name__ for one in pointed_at(at(PREDICT))}
    assert names == {"NeuronReference", "LayerReference"}
    assert pointed_at(at(DO)) == {Bias(0, 0)}
    assert pointed_at(own()) == frozenset()
    assert Weight(0, 0, 0) not in pointed_at(at(DO))


def test_words_of_the_glossary_are_found() -> None:
    assert panel.words_of(at(LOOK)) == ["weight"]


def test_a_hostile_lesson_is_harmless_text() -> None:
    hostile = "\x1b[31m\u202ex[@click=app.quit]\x07"
    first, *others = LESSON.steps
    step = replace(first, text=hostile, point_at=(), hints=(hostile,))
    lesson = replace(LESSON, title=hostile, steps=(step, *others))
    workspace = playing.with_hint(playing.enter(own(), lesson))
    for text in (said(workspace), title_of(workspace), panel.title_of(workspace)):
        assert is_harmless(text)
    assert "x[@click=app.quit]" in said(workspace)


def test_what_was_trained_stays_for_a_question_about_it() -> None:
    lesson = course.load("optimiser")
    index = [step.id for step in lesson.steps].index("let-it-run")
    before = playing.enter(own(), lesson, index)
    trained = playing.checked(before, by_play(before, 60))
    assert play_of(trained).is_met
    after = playing.next_step(trained)
    assert after.session is trained.session
    assert after.run is not None
    assert after.run.epochs == 60
    assert not after.history.past
    # Whoever has not trained meets the lesson's own solution.
    skipped = playing.next_step(before)
    assert skipped.run is None
    assert skipped.session is not before.session


def test_what_a_lesson_names_and_there_is_not_is_left_out() -> None:
    one_step = b"""
format = 1
id = "astray"
title = "Astray"
challenge = true
[[steps]]
id = "one"
kind = "do"
start = "adjustable-neuron"
sample = 9
select = "W7[1,2]"
view = "Nowhere"
point_at = ["h9", "o1"]
text = "{h9.z} is not here."
goal = { values = { "h9.z" = 1 } }
solution = ["W7[1,2] = 1"]
[[steps]]
id = "two"
kind = "predict"
start = "adjustable-neuron"
text = "?"
ask = { of = "h9.z" }
[[steps]]
id = "three"
kind = "look"
prepare = ["W7[1,2] = 1"]
text = "No start."
"""
    lesson = read_lesson(one_step)
    workspace = playing.enter(own(), lesson)
    assert workspace.view.views == own().view.views
    assert workspace.selection.sample == 0
    assert len(pointed_at(workspace)) == 1
    assert "{h9.z} is not here." in said(workspace)
    assert "Par" not in said(workspace)
    with pytest.raises(ValueError, match=r"W7\[1,2\]"):
        playing.show_next(playing.begin_showing(workspace))
    workspace = playing.next_step(workspace)
    assert not hidden_in(workspace)
    with pytest.raises(ValueError, match="h9"):
        playing.answered(workspace, "1")
    with pytest.raises(ValueError, match=r"W7\[1,2\]"):
        playing.next_step(workspace)
