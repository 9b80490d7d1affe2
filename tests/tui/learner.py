"""Somebody who plays lessons by keys alone, for tests."""

from __future__ import annotations

import re

from engine import Bias, Input, Parameter, SetBias, SetInput, SetWeight, Weight
from engine.lessons.figures import DIGITS, value_of
from engine.lessons.lesson import Step
from engine.lessons.statements import Statement
from engine.text import FULL_DIGITS, format_number
from tests.tui.player import Player
from tui.state.lesson_play import LessonPlay

_ACTIVATION = re.compile(r"activation of layer (\d+) = (.+)")
_ADDED = re.compile(r"add (?:a )?(neuron to|layer after) layer (\d+)")


def play_of(player: Player) -> LessonPlay:
    """The lesson that is being played."""
    play = player.workspace.lesson
    assert play is not None
    return play


async def play_step(player: Player) -> None:
    """Do the present step: wrong answers first where there are some, then the right one."""
    play = play_of(player)
    step = play.step
    assert step is not None
    if step.kind == "choose":
        await _choose(player, step)
    elif step.kind == "predict":
        await _predict(player, step)
    elif step.kind == "do":
        assert "○ " in player.pane("#lesson"), step.id
        await _do(player, step)
    if step.kind != "look":
        assert play_of(player).is_met, f"{play.lesson.id}, {step.id}:\n{player.text}"
        assert "✓ " in player.pane("#lesson"), f"{play.lesson.id}, {step.id}:\n{player.text}"


async def go_on(player: Player) -> None:
    """Go to the next step, with the key that the panel names."""
    await player.press("f4" if player.focused_pane != "lesson" else "enter")


async def _choose(player: Player, step: Step) -> None:
    rights = [number for number, one in enumerate(step.choices, start=1) if one.right]
    for number in range(1, len(step.choices) + 1):
        if number not in rights:
            await player.press(str(number))
            assert not play_of(player).is_met
            assert "✗ " in player.pane("#lesson")
    await player.press(str(rights[0]))


async def _predict(player: Player, step: Step) -> None:
    prediction = step.prediction
    assert prediction is not None
    session = player.workspace.session
    for statement in prediction.after:
        session = statement.apply(session, step.sample)
    truth = value_of(prediction.of, session, step.sample)
    await _answer(player, truth * 2 + 7.123)
    assert not play_of(player).is_met
    assert "✗ " in player.pane("#lesson")
    await _answer(player, truth)


async def _answer(player: Player, number: float) -> None:
    await player.burst(*format_number(number, DIGITS), "enter")


async def _do(player: Player, step: Step) -> None:
    for statement in step.solution:
        if not await _typed(player, statement):
            await _show(player)
            return


async def _typed(player: Player, statement: Statement) -> bool:
    """Make one statement by keys; return whether it has keys."""
    session = player.workspace.session
    if found := _ACTIVATION.fullmatch(statement.text):
        await go_to(player, Weight(int(found[1]) - 1, 0, 0))
        await player.press("a", *found[2], "enter")
        return True
    if found := _ADDED.fullmatch(statement.text):
        layer_index = int(found[2]) - 1
        last = session.network.layers[layer_index].n_neurons - 1
        await go_to(player, Weight(layer_index, last, 0))
        await player.press("n" if found[1] == "neuron to" else "N")
        return True
    edit = statement.edit(session, player.workspace.selection.sample)
    place = statement.place(session)
    if place is None or not isinstance(edit, SetWeight | SetBias | SetInput):
        return False
    await go_to(player, place)
    await player.burst(*format_number(edit.value, FULL_DIGITS), "enter")
    return True


async def _show(player: Player) -> None:
    """Have the solution shown, without the pauses in which a learner reads."""
    await player.press("f4", "s")
    screen = player.app.main_screen
    assert screen is not None
    while play_of(player).n_shown is not None:
        screen.lessons.show_next()
    await player.settle()


async def go_to(player: Player, place: Parameter) -> None:
    """Move the cursor to a number, with Tab and the arrows."""
    for _ in range(12):
        if _is_in_pane(player, place):
            break
        await player.press("tab")
    row, column = _row_and_column(player, place)
    here_row, here_column = _row_and_column(player, player.workspace.selection.parameter)
    await player.burst(
        *["down" if row > here_row else "up"] * abs(row - here_row),
        *["right" if column > here_column else "left"] * abs(column - here_column),
    )
    assert player.workspace.selection.cell == place


def _is_in_pane(player: Player, place: Parameter) -> bool:
    cell = player.workspace.selection.cell
    in_numbers = player.focused_pane in ("inputs", "layers")
    if isinstance(place, Input) or isinstance(cell, Input):
        return in_numbers and isinstance(cell, Input) and isinstance(place, Input)
    if not isinstance(cell, Weight | Bias):
        return False
    return in_numbers and cell.layer_index == place.layer_index


def _row_and_column(player: Player, place: Parameter) -> tuple[int, int]:
    match place:
        case Input(feature):
            return feature, 0
        case Weight(_, neuron, input):
            return neuron, input
        case Bias(layer_index, neuron):
            return neuron, player.workspace.session.network.layers[layer_index].n_inputs
