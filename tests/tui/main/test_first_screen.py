"""What a newcomer sees, and that moving and editing work from the keyboard alone."""

from __future__ import annotations

import pytest

from engine import Bias, Input, Weight, examples
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from engine.nn.initialisation import new_network
from engine.session.session import Session
from tests.tui.player import playing
from tui.state.selection import Target


async def test_the_first_screen_shows_the_whole_network() -> None:
    async with playing(size=(80, 24)) as player:
        text = player.text
        assert "Hidden layer into one sigmoid output" in text
        assert player.lines[0].endswith("3→3→1 · 16 parameters")
        h3 = player.line_with(" h3 ")
        for number in ("0.7", "0.8", "-1.2", "0.5", "-0.8", "0 off"):
            assert number in h3
        o1 = player.line_with("▸o1")
        assert "-2.38" in o1
        assert "0.0847" in o1
        assert "answer 0" in text
        assert "chance of 1" in text
        assert "o1: 0.4·2.3 + (-1)·3.1 + 0.6·0 + (-0.2) = -2.38   sigmoid(-2.38) ≈ 0.0847" in text
        assert "? help" in player.lines[-1]
        assert "q quit" in player.lines[-1]
        assert player.workspace.selection.cell == Input(0)
        await player.resize(120, 24)
        assert "3→3→1 · 16 parameters: 12 weights + 4 biases" in player.text


@pytest.mark.parametrize("name", examples.ids())
async def test_every_example_shows_its_outputs(name: str) -> None:
    async with playing(name) as player:
        session = player.workspace.session
        outputs = session.trace.outputs[0]
        for output in outputs:
            assert f"{output:.4f}".rstrip("0").rstrip(".") in player.text


async def test_the_numbers_of_an_example_can_be_typed_into_zeros() -> None:
    network = new_network((3, 3, 1), ("relu", "sigmoid"), "zeros")
    wanted = examples.load("binary-classifier")
    async with playing(Session(network)) as player:
        numbers = [*wanted.inputs[0]]
        for layer in wanted.network.layers:
            for weights, bias in zip(layer.weights, layer.bias, strict=True):
                numbers += [*weights, bias]
        for number in numbers:
            await player.type(f"{number:g}")
            await player.press("tab")
        typed = player.workspace.session
        for mine, its in zip(typed.network.layers, wanted.network.layers, strict=True):
            assert (mine.weights == its.weights).all()
            assert (mine.bias == its.bias).all()
        text = player.text
        for figure in ("2.3", "3.1", "-0.8", "0 off", "-2.38", "0.0847"):
            assert figure in text


async def test_a_nudge_is_seen_everywhere_and_undo_returns() -> None:
    async with playing() as player:
        before = player.lines
        await player.press("tab", "tab", "right")
        assert player.workspace.selection.cell == Weight(1, 0, 1)
        await player.press("right_square_bracket")
        o1 = player.line_with("▸o1")
        assert "-0.9" in o1
        assert "-2.07" in o1
        assert "0.112" in o1
        assert "11 %" in player.text
        assert "-2.07" in player.line_with("sigmoid(")
        await player.press("u")
        assert "undone: weight h2→o1 set to -0.9" in player.text
        assert player.line_with("▸o1") in before


async def test_nudges_add_up_without_rounding_noise() -> None:
    async with playing() as player:
        await player.press("right", *["right_square_bracket"] * 3)
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.5
        await player.press("J", "left_curly_bracket")
        assert player.workspace.session.network.layers[0].weights[0, 0] == -0.6


async def test_the_cursor_crosses_the_edges_of_panes() -> None:
    async with playing() as player:
        walk = [
            ("right", Weight(0, 0, 0)),
            ("end", Bias(0, 0)),
            ("down", Bias(0, 1)),
            ("down", Bias(0, 2)),
            ("down", Bias(1, 0)),
            ("right", Target(0)),
            ("left", Bias(1, 0)),
            ("home", Weight(1, 0, 0)),
            ("k", Weight(0, 2, 0)),
            ("h", Input(2)),
            ("up", Input(1)),
            ("l", Weight(0, 1, 0)),
            ("tab", Weight(1, 0, 0)),
            ("tab", Target(0)),
            ("shift+tab", Weight(1, 0, 0)),
        ]
        for key, cell in walk:
            await player.press(key)
            assert player.workspace.selection.cell == cell, key


async def test_undo_puts_the_cursor_back_where_it_was() -> None:
    async with playing() as player:
        await player.press("right", "K", "down", "down", "u")
        assert player.workspace.selection.cell == Weight(0, 0, 0)
        await player.press("left", "U")
        assert player.workspace.selection.cell == Weight(0, 0, 0)
        assert player.workspace.session.network.layers[0].weights[0, 0] == 0.3


async def test_the_target_of_a_class_is_its_name() -> None:
    start = Session(new_network((4, 3, 3), ["tanh", "softmax"], seed=1))
    iris = samples_of(load_dataset("iris", None, 0, 1), noise=0, seed=1, test_percent=0)
    async with playing(iris.apply(start)) as player:
        session = player.workspace.session
        assert session.targets is not None
        assert session.classes is not None
        for _ in range(3):
            row = session.targets[player.workspace.selection.sample]
            assert f"target {session.classes[int(row.argmax())]}" in player.pane("#inputs")
            await player.press(">")


async def test_the_class_from_one_half_up_is_named() -> None:
    async with playing("spam-or-ham") as player:
        assert player.workspace.session.classes == ("ham", "spam")
        assert "(spam from 0.5 up)" in player.pane("#outputs")
