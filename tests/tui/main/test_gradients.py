"""Which number matters: derivatives below the numbers, and the keys that use them."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Layer, Network, Session, Weight, loss_gradients, session_loss
from tests.tui.main.test_compare import line_below
from tests.tui.player import playing
from tests.tui.views.scenes import classifier


async def test_each_derivative_stands_below_its_number_and_is_what_moving_it_does() -> None:
    async with playing() as player:
        await player.press("shift+tab", "shift+tab", "shift+tab", "1", "enter", "tab", "tab")
        await player.press("tab", "g")
        assert "∂ d loss (bce) / d number" in player.pane("#layers")
        session = player.workspace.session
        assert session.targets is not None
        gradients = loss_gradients(session.trace, session.targets, "bce")
        shown = line_below(player.pane("#layers"), "h2 ")
        expected = [*gradients.layers[0].weights[1], gradients.layers[0].bias[1]]
        assert [float(text.removeprefix("∂")) for text in shown[:4]] == pytest.approx(
            expected, abs=5e-5
        )
        before = session_loss(session)
        await player.press("s", "backspace", "backspace", "backspace")
        await player.type("0.001")
        await player.press("enter", "down", "]")
        after = session_loss(player.workspace.session)
        assert before is not None
        assert after is not None
        derivative = gradients.of(player.workspace.selection.parameter)
        assert derivative != 0
        assert (after - before) / 0.001 == pytest.approx(derivative, abs=2e-3)


async def test_the_strongest_and_the_next_are_jumped_to() -> None:
    async with playing() as player:
        await player.press("b")
        assert player.workspace.selection.cell == Weight(1, 0, 1)
        assert "no. 1 in strength: weight h2→o1" in player.text
        await player.press("B")
        assert "no. 2 in strength: weight x3→h2" in player.text
        assert player.workspace.selection.cell == Weight(0, 1, 2)
        await player.press("b")
        assert player.workspace.selection.cell == Weight(1, 0, 1)


async def test_downhill_lowers_the_loss_and_says_so() -> None:
    async with playing(classifier("tanh", "sigmoid")) as player:
        await player.press("tab", "d")
        comparison = player.workspace.comparison
        assert comparison is not None
        before = session_loss(comparison.session)
        after = session_loss(player.workspace.session)
        assert before is not None
        assert after is not None
        assert after < before
        assert "fell from" in player.text


async def test_downhill_says_when_the_step_is_too_long() -> None:
    network = Network([Layer([[1.0]], [0.0], "identity")])
    session = Session(network, np.array([[1.0]]), targets=np.array([[0.5]]))
    async with playing(session) as player:
        await player.press("tab", "s", "ctrl+u")
        await player.type("3")
        await player.press("enter", "d")
        assert player.workspace.session.network.layers[0].weights[0, 0] == -2
        assert "rose from 0.25 to 6.25: the step is too long" in player.text


async def test_without_targets_there_is_no_loss_to_lower() -> None:
    async with playing() as player:
        await player.press("tab", "d")
        assert "there is no loss" in player.notice
        assert not player.workspace.is_unsaved
        await player.press("g")
        assert "∂ d o1 / d number" in player.pane("#layers")
        await player.press("G")
        assert player.workspace.gradient_subject.name == "o1"


async def test_a_neuron_that_is_off_has_no_direction() -> None:
    async with playing() as player:
        await player.press("shift+tab", "shift+tab", "shift+tab", "1", "enter")
        await player.press("tab", "tab", "tab", "tab", "down", "down", "d")
        assert player.workspace.selection.cell == Weight(0, 2, 0)
        assert "no direction lowers the loss" in player.notice


async def test_the_output_that_derivatives_are_of_stays_when_the_cursor_leaves_it() -> None:
    async with playing("three-classes") as player:
        await player.press("tab", "tab", "down", "G")
        name = player.workspace.gradient_subject.name
        assert player.workspace.gradient_subject.output == 1
        await player.press("shift+tab")
        assert player.workspace.selection.layer_index == 0
        assert player.workspace.gradient_subject.name == name
        assert f"∂ d {name} / d number" in player.pane("#layers")
