"""Typing, formulas, structure, samples and names, through the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from textual.events import Paste

from engine import Bias, Input, Weight
from tests.tui.player import playing
from tui.state.selection import Target


async def test_a_digit_starts_a_new_value_and_escape_leaves_the_old_one() -> None:
    async with playing() as player:
        await player.press("right")
        await player.type("7.5")
        assert "weight x1→h1 = 7.5   Enter takes it" in player.text
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.2
        await player.press("escape")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.2
        assert "Enter takes it" not in player.text
        assert not player.workspace.is_unsaved


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1/3", 1 / 3),
        ("=pi", np.pi),
        ("=sqrt(2)", 2**0.5),
        ("-2*0.5", -1.0),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("0.1+0.2", 0.1 + 0.2),
    ],
)
async def test_formulas(typed: str, value: float) -> None:
    async with playing() as player:
        await player.press("right")
        await player.type(typed)
        await player.press("enter")
        assert player.workspace.session.network.layers[0].weights[0, 0] == value
        assert player.workspace.selection.cell == Weight(0, 0, 0)


async def test_text_that_is_no_number_is_refused_with_the_reason() -> None:
    async with playing() as player:
        await player.press("right", "equals_sign")
        await player.type("foo")
        assert "foo is not known" in player.text
        await player.press("enter")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.2
        await player.press(*["backspace"] * 3)
        await player.type("1/0")
        assert "division by zero" in player.text
        await player.press("escape")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.2


async def test_enter_edits_the_number_as_it_stands() -> None:
    async with playing() as player:
        await player.press("right", "enter")
        await player.type("5")
        await player.press("enter")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.25


async def test_a_pasted_number_is_typed_and_cannot_carry_commands() -> None:
    async with playing() as player:
        await player.press("right")
        pane = player.app.focused
        assert pane is not None
        pane.post_message(Paste("\x1b]0;x\x07 -3.25\n"))
        await player.settle()
        assert "\x1b" not in player.text
        await player.press("escape", "right")
        pane.post_message(Paste(" -3.25\n"))
        await player.settle()
        await player.press("enter")
        assert player.workspace.session.network.layers[0].weights[0, 1] == -3.25


async def test_the_step_can_be_chosen() -> None:
    async with playing() as player:
        await player.press("right", "s")
        await player.press(*["backspace"] * 3)
        await player.type("1/8")
        await player.press("enter", "K")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.325


async def test_a_neuron_comes_and_goes_without_changing_anything_else() -> None:
    async with playing() as player:
        before = player.workspace.session.trace.outputs[0, 0]
        await player.press("right", "n")
        assert player.workspace.session.network.n_parameters == 4 * 4 + 5
        assert player.workspace.selection.cell == Weight(0, 1, 0)
        assert player.workspace.session.trace.outputs[0, 0] == before
        assert " h4 " in player.text
        await player.press("delete", "delete")
        assert " h3 " not in player.text
        await player.press("u", "u", "u")
        assert player.workspace.session.trace.outputs[0, 0] == before
        assert not player.workspace.is_unsaved


async def test_the_last_neuron_is_not_removed() -> None:
    async with playing() as player:
        await player.press("tab", "tab", "delete")
        assert player.workspace.session.network.sizes == (3, 3, 1)
        assert "has only one neuron" in player.text


async def test_a_layer_comes_and_goes() -> None:
    async with playing() as player:
        before = player.workspace.session.trace.outputs[0, 0]
        await player.press("right", "N")
        assert player.workspace.session.network.n_parameters == 28
        assert "Layer 2 · identity" in player.text
        assert "h2.1" in player.text
        assert player.workspace.selection.cell == Weight(1, 0, 0)
        assert player.workspace.session.trace.outputs[0, 0] == pytest.approx(before, rel=1e-15)
        await player.press("D")
        assert player.workspace.session.network.sizes == (3, 3, 1)
        assert "Layer 3" not in player.text


async def test_an_input_comes_and_goes() -> None:
    async with playing() as player:
        await player.press("n")
        assert player.workspace.session.network.sizes == (4, 3, 1)
        assert player.workspace.selection.cell == Input(1)
        await player.press("delete")
        assert player.workspace.session.inputs.tolist() == [[1, 2, 3]]


async def test_targets_are_edited_in_the_outputs_pane() -> None:
    async with playing() as player:
        await player.press("tab", "tab", "tab")
        assert player.workspace.selection.cell == Target(0)
        await player.type("1")
        await player.press("enter")
        assert player.workspace.session.targets is not None
        assert "✗ not the target" in player.text
        await player.type("0")
        await player.press("enter")
        assert "✓ as the target" in player.text
        await player.press("delete")
        assert player.workspace.session.targets is None
        assert "target" in player.text


async def test_a_target_that_the_loss_cannot_use_is_refused_where_it_is_typed() -> None:
    async with playing() as player:
        await player.press("tab", "tab", "tab", "2")
        assert "target of o1: a target for bce is a number from 0 to 1" in player.text
        await player.press("enter")
        assert player.workspace.session.targets is None
        await player.press("backspace", "1", "enter", "]")
        assert player.workspace.session.targets == 1
        assert "a target for bce is a number from 0 to 1" in player.notice


async def test_tab_enters_the_panes_of_another_network_at_their_first_cells() -> None:
    async with playing() as player:
        await player.press("tab", "right", "down", "tab", "end", "tab")
        await player.press("ctrl+e", *"and", "enter")
        await player.press("tab")
        assert player.workspace.selection.cell == Weight(0, 0, 0)


async def test_the_next_wrong_sample() -> None:
    async with playing("xor-step") as player:
        await player.press("/")
        assert player.notice == "every answer is right"
        await player.press("tab", "tab", "tab", "1", "enter", "/")
        assert player.notice == "no other answer is wrong"
        await player.press(">", ">", "/")
        assert player.workspace.selection.sample == 0
        assert "✗ not the target" in player.text


async def test_samples() -> None:
    async with playing("xor-step") as player:
        assert "sample 1/4" in player.text
        await player.press("greater_than_sign")
        assert "sample 2/4" in player.text
        assert player.line_with("▸o1").count("1") >= 3
        await player.press("i")
        assert player.workspace.session.n_samples == 5
        assert "sample 3/5" in player.text
        await player.press("I", "less_than_sign")
        assert "sample 2/4" in player.text


async def test_the_activation_is_chosen_by_name_and_all_numbers_stay() -> None:
    async with playing() as player:
        before = player.workspace.session.network.layers[0]
        await player.press("right", "a")
        await player.type("leaky_relu(0.5)")
        await player.press("enter")
        after = player.workspace.session.network.layers[0]
        assert after.activation.text == "leaky_relu(0.5)"
        assert after.weights is before.weights
        assert "Layer 1 · hidden · leaky_relu(0.5)" in player.text
        assert "-0.4" in player.line_with(" h3 ")


async def test_a_random_start_can_be_repeated_and_undone() -> None:
    async with playing() as player:
        before = player.workspace.session.network.layers[0].weights.tolist()
        await player.press("R", "enter")
        first = player.workspace.session.network.layers[0].weights.tolist()
        assert first != before
        assert np.abs(first).max() <= 1
        await player.press("r")
        assert player.workspace.session.network.layers[0].weights.tolist() == before
        await player.press("u", "u")
        assert player.workspace.session.network.layers[0].weights.tolist() == before


async def test_names() -> None:
    async with playing() as player:
        await player.press("f2")
        await player.press(*["backspace"] * 2)
        await player.type("age")
        await player.press("enter")
        assert player.workspace.session.features == ("age", "x2", "x3")
        assert "age" in player.text
        await player.press("right", "f2")
        await player.press(*["backspace"] * 6)
        await player.type("first")
        await player.press("enter")
        assert "Layer 1 · first · relu" in player.text
        assert player.workspace.selection.cell == Weight(0, 0, 0)


async def test_undo_and_redo_through_many_kinds_of_edit() -> None:
    async with playing("xor-step") as player:
        start = player.workspace.session
        await player.press("K", "right", "J", "n", "N", "i", "K", "delete", "D", "R", "enter", "r")
        n_edits = len(player.workspace.history.past)
        assert n_edits == 10
        await player.press(*["u"] * n_edits)
        back = player.workspace.session
        assert back.inputs.tolist() == start.inputs.tolist()
        for mine, its in zip(back.network.layers, start.network.layers, strict=True):
            assert mine.weights.tolist() == its.weights.tolist()
        await player.press(*["U"] * n_edits)
        assert len(player.workspace.history.past) == n_edits
        await player.press("U")
        assert "there is nothing to redo" in player.text


async def test_bias_column_and_end_key() -> None:
    async with playing() as player:
        await player.press("right", "end")
        assert player.workspace.selection.cell == Bias(0, 0)
        await player.type("5")
        await player.press("enter")
        assert player.workspace.session.network.layers[0].bias[0] == 5
