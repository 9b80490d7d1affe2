"""The walk through a step: each stage, leaving at any of them, and the step at the end."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Session, examples, new_network
from engine.nn.values import same_content
from engine.training.settings import TrainingSettings
from tests.tui.main.test_training import until
from tests.tui.player import Player, playing
from tui.screens.dialogs.walk.dialog import Walk
from tui.screens.dialogs.walk.stages import STAGES, StepWalk
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace


def is_open(player: Player) -> bool:
    return isinstance(player.app.screen, Walk)


def walk_of(session: Session) -> StepWalk:
    return StepWalk(Workspace.open(session, None, ViewSettings()))


def lit(player: Player) -> set[str | None]:
    assert player.app.main_screen is not None
    return {pane.id for pane in player.app.main_screen.query(".-lit")}


async def test_the_stages_show_before_and_after_and_the_last_one_makes_the_step_of_z() -> None:
    async with playing("two-by-two", size=(80, 24)) as player:
        await player.press("z")
        by_z = player.workspace
        await player.press("u")
        before = player.workspace
        n_edits = len(before.history.past)
        await player.press(":")
        assert "[Forward]" in player.text
        assert "o1  gives 0.7514, should give 0.01" in player.text
        assert lit(player) == {"inputs", "layers", "outputs"}
        await player.press("enter")
        assert "/ 2 ≈ 0.2984" in player.text
        assert lit(player) == {"outputs"}
        await player.press(":")
        assert "o1  δ ≈ 0.1385: its sum z should fall" in player.text
        assert "o2  δ ≈ -0.0381: its sum z should rise" in player.text
        # Layers whose height changes are fitted a frame later.
        await until(player, lambda: "∂-0.02" in player.text)
        await player.press("backspace", ":", "space")
        assert "Loss 0.2984 → 0.291" in player.text
        assert "w(h1→o1) = 0.4 - 0.5·0.0822 ≈ 0.3589" in player.text
        await until(player, lambda: "-0.0411" in player.text and "+0.0113" in player.text)
        assert "+ − by the step" in player.text
        assert "Make the step" in player.text
        assert player.workspace.session is before.session
        await player.press(":")
        assert not is_open(player)
        assert lit(player) == set()
        assert same_content(player.workspace.session, by_z.session)
        assert len(player.workspace.history.past) == n_edits + 1
        await player.press("u")
        assert same_content(player.workspace.session, before.session)


async def test_in_the_middle_of_a_run_it_is_the_next_step_with_what_the_optimiser_remembers() -> (
    None
):
    session = examples.load("xor-step").evolve(
        network=new_network((2, 2, 1), ["tanh", "sigmoid"], seed=1),
        training=TrainingSettings("adam", 0.1, batch_size=3, loss="bce"),
    )
    async with playing(session, size=(80, 24)) as player:
        await player.press("z", "z", "z")
        walk = StepWalk(player.workspace)
        assert len(walk.batch) == 1
        expected = walk.moved(3).preview.session.network
        await player.press(":", ":", ":", ":", ":")
        assert same_content(player.workspace.session.network, expected)
        assert player.workspace.history.past[-1].description == "one step of run 1"
        by_walk = player.workspace.session
        await player.press("u", "z")
        assert same_content(player.workspace.session, by_walk)


async def test_escape_leaves_everything_as_it_was_at_every_stage() -> None:
    async with playing("two-by-two", size=(80, 24)) as player:
        await player.press("right", "p")
        before, lines = player.workspace, player.lines
        for n_stages, key in enumerate(("escape", "q", "ctrl+g", "escape")):
            await player.press(":", *[":"] * n_stages)
            assert is_open(player)
            assert f"[{STAGES[n_stages]}]" in player.text
            await player.press(key)
            assert not is_open(player)
            assert player.workspace is before
            assert player.lines == lines


@pytest.mark.parametrize("size", [(40, 12), (120, 36)], ids=["40x12", "120x36"])
async def test_it_fits_every_size(size: tuple[int, int]) -> None:
    async with playing("xor-step", size=size) as player:
        await player.press(":", ":", ":", ":", "down", "pagedown", "up", "pageup")
        assert "Make the step" in player.text
        await player.resize(80, 24)
        assert "Make the step" in player.text
        await player.press("escape")
        assert not is_open(player)


async def test_without_targets_it_says_why_and_it_pauses_a_run() -> None:
    async with playing("binary-classifier", size=(80, 24)) as player:
        await player.press(":")
        assert not is_open(player)
        assert "training needs targets" in player.text
    async with playing("two-by-two", size=(80, 24)) as player:
        await player.press("space", ":")
        assert is_open(player)
        assert not player.workspace.is_training
        await player.press("escape")


def test_a_batch_is_named_and_only_a_whole_one_has_derivatives_below_the_numbers() -> None:
    session = examples.load("xor-step").evolve(
        network=new_network((2, 2, 1), ["tanh", "sigmoid"], seed=1),
        training=TrainingSettings(batch_size=3, shuffle=False, loss="mse"),
    )
    walk = walk_of(session)
    assert "takes 3 samples at once (1, 2, 3); shown is sample 1" in walk.lines()[0].text
    assert walk.moved(1).lines()[-1].text.count(" + ") == 2
    assert not walk.moved(2).preview.view.gradients_shown
    whole = walk_of(session.evolve(training=TrainingSettings(batch_size="all", loss="mse")))
    assert whole.moved(2).preview.view.gradients_shown
    after = whole.moved(3).preview
    assert after.pinned is whole.workspace.session
    assert not np.array_equal(
        after.session.network.layers[0].weights, session.network.layers[0].weights
    )
    fourth = walk_of(session)
    fourth = StepWalk(fourth.workspace.selecting(fourth.workspace.selection.of_sample(3)), place=0)
    assert "shown is sample 1" in fourth.lines()[0].text
