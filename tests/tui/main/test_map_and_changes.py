"""The questions that the views answer, from the first key to the figure on the screen."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Layer, Network, Session, examples
from engine.text import format_within
from tests.tui.player import Player, playing

LEFT = "#view-left"


def smooth_xor() -> Session:
    """The network of xor-step with sigmoids, its weights and biases ten times as large."""
    step = examples.load("xor-step")
    layers = [
        Layer(10 * layer.weights, 10 * layer.bias, "sigmoid", layer.name)
        for layer in step.network.layers
    ]
    return step.evolve(network=Network(layers))


async def go_to(player: Player, x1: float, x2: float) -> None:
    """Move the probe with the arrows."""
    for feature, wanted, back, on in ((0, x1, "left", "right"), (1, x2, "down", "up")):
        for _ in range(100):
            here = player.workspace.trace.inputs[0, feature]
            if abs(here - wanted) < 1e-9:
                break
            await player.press(on if here < wanted else back)


async def test_the_probe_tells_the_four_corners_of_xor_apart() -> None:
    session = smooth_xor()
    outputs = session.trace.outputs[:, 0]
    assert np.abs(outputs - [0.007, 0.992, 0.992, 0.000]).max() < 1e-3
    async with playing(session, size=(80, 24)) as player:
        await player.show("Map")
        pane = player.pane(LEFT)
        assert "h1" in pane
        assert "h2" in pane
        assert "◆" in pane
        await player.press(*["tab"] * 4)
        assert player.focused_pane == "view-left"
        for (x1, x2), out in zip(session.inputs, outputs, strict=True):
            await go_to(player, x1, x2)
            assert player.workspace.trace.outputs[0, 0] == pytest.approx(out, abs=1e-12)
            shown = format_within(player.workspace.trace.outputs[0, 0], (0.0, 1.0))
            assert shown in player.pane("#outputs")
            assert f"here {1 if out > 0.5 else 0}" in player.pane(LEFT)
            assert "h1" in player.pane(LEFT)


async def test_the_band_between_the_two_lines_is_of_the_other_colour() -> None:
    async with playing(smooth_xor(), size=(80, 24)) as player:
        await player.show("Map")
        rows = player.pane(LEFT).splitlines()[1:-2]
        middle = rows[len(rows) // 2]
        signs = [character for character in middle if character in "01"]
        assert signs[0] == "0"
        assert "1" in signs
        assert signs[-1] == "0"


async def test_what_changed_tells_the_true_story() -> None:
    async with playing("tiny-net", size=(120, 36)) as player:
        await player.show("What changed")
        await player.press("tab", "down", "]", "]", "]")
        await player.press("p", "P")
        before = player.workspace.session
        await player.press("u", "u", "u", "p", "U", "U", "U")
        assert player.workspace.session.network.layers[0].weights[1, 0] == pytest.approx(
            before.network.layers[0].weights[1, 0]
        )
        story = player.prose(LEFT)
        assert "since you pressed p" in player.pane(LEFT)
        assert "h2 rose by 0.18" in story
        assert "o1 rose by 0.0144" in story
        await player.press("u", "u", "u")
        assert "rose by" not in player.prose(LEFT)


async def test_keys_choose_what_the_map_shows() -> None:
    async with playing("three-classes", size=(120, 36)) as player:
        await player.press("o")
        assert player.workspace.view.views[0] == "Map"
        assert "neuron" in str(player.workspace.view.map)
        await player.press("o")
        assert "Neurons of layer 2 over x1 and x2" in player.pane(LEFT)
        await player.press("o", "O")
        assert player.workspace.view.map.content == "answer"
        assert not player.workspace.view.map.smooth
        before = player.workspace.view.map.features
        await player.press("x")
        if player.workspace.session.network.n_features > 2:
            assert player.workspace.view.map.features != before
        else:
            assert "more than two" in player.notice
