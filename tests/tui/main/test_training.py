"""Training on the screen: played, paused, stepped, edited meanwhile, undone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import numpy as np
import pytest

from engine import Network, Session, SetTarget, session_loss
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from engine.nn.initialisation import new_network
from engine.session.training import run_of
from engine.text import format_number
from engine.training import Checkpoint, TrainingRun
from engine.training.settings import TrainingSettings
from tests.tui.player import Player, playing
from tests.tui.trained import circle
from tui.screens.main.trainer import Trainer
from tui.state.run_record import Start

PATIENCE = 20.0


async def until(player: Player, condition: Callable[[], bool]) -> None:
    """Let the app go on until the condition holds."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not condition():
        assert asyncio.get_running_loop().time() < end, "it never came about"
        await asyncio.sleep(0.02)
        await player.settle()
    # A frame is shown by a timer, which nobody waits for: it may be half done.
    await player.settle()


def epochs(player: Player) -> int:
    run = player.workspace.run
    return 0 if run is None else run.epochs


async def test_the_map_bends_and_the_loss_falls() -> None:
    async with playing(circle(), size=(80, 24)) as player:
        await player.show("Map")
        map_before = player.pane("#view-left")
        await player.press("space")
        assert player.workspace.is_training
        await until(player, lambda: epochs(player) > 200)
        await player.press("space")
        await until(player, lambda: not player.workspace.is_training)
        run = player.workspace.run
        assert run is not None
        assert run.losses[-1] < run.losses[0] / 2
        assert run.test_losses is not None
        assert player.pane("#view-left") != map_before
        assert "paused" in player.lines[0]
        await player.show("Loss")
        assert "Loss" in player.pane("#view-left")


async def test_steps_are_those_of_the_engine_to_the_last_bit() -> None:
    session = circle()
    settings = TrainingSettings()
    run = TrainingRun(
        session.network,
        session.training_inputs,
        session.training_targets if session.training_targets is not None else [],
        settings,
        task=session.task,
    )
    async with playing(session) as player:
        await player.press("Z")
        await until(player, lambda: epochs(player) == 1)
        run.run_epoch()
        shown = player.workspace.session.network.layers[0].weights
        assert (shown == run.network.layers[0].weights).all()
        await player.press("z")
        run.step()
        wanted = run.network.layers[0].weights
        await until(
            player,
            lambda: bool((player.workspace.session.network.layers[0].weights == wanted).all()),
        )
        assert not player.workspace.is_training


async def test_undo_takes_an_edit_made_meanwhile_back_and_then_the_whole_run() -> None:
    session = circle()
    async with playing(session) as player:
        await player.press("tab", "space")
        await until(player, lambda: epochs(player) > 5)
        await player.press("7", "enter")
        assert player.workspace.session.network.layers[0].weights[0, 0] != pytest.approx(
            session.network.layers[0].weights[0, 0]
        )
        n_epochs = epochs(player)
        await until(player, lambda: epochs(player) > n_epochs + 5)
        await player.press("u")
        assert "undone: weight" in player.text
        assert player.workspace.is_training
        n_epochs = epochs(player)
        await until(player, lambda: epochs(player) > n_epochs)
        await player.press("u")
        assert not player.workspace.is_training
        for mine, its in zip(
            player.workspace.session.network.layers, session.network.layers, strict=True
        ):
            assert np.array_equal(mine.weights, its.weights)
            assert np.array_equal(mine.bias, its.bias)
        assert not player.workspace.is_unsaved
        await player.press("U")
        assert "run 1 of training" in player.text
        redone = player.workspace.session.network.layers[0].weights
        assert not np.array_equal(redone, session.network.layers[0].weights)


async def test_redo_leads_to_just_what_undo_left() -> None:
    async with playing(circle()) as player:
        await player.press("tab", "space")
        await until(player, lambda: epochs(player) > 5)
        await player.press("7", "enter")
        n_epochs = epochs(player)
        await until(player, lambda: epochs(player) > n_epochs + 5)
        await player.press("space")
        await until(player, lambda: not player.workspace.is_training)
        await player.press("E")
        states = [numbers(player)]
        for _ in range(3):
            await player.press("u")
            states.append(numbers(player))
        assert not player.workspace.is_unsaved
        for state in reversed(states[:-1]):
            await player.press("U")
            assert numbers(player) == state
        assert len(set(states)) == 3, "the start of the run is there twice"


async def test_a_run_made_again_has_its_epochs_and_its_curve() -> None:
    async with playing(circle()) as player:
        await player.show("Loss")
        await player.press("tab", "space")
        await until(player, lambda: epochs(player) > 5)
        await player.press("space")
        await until(player, lambda: not player.workspace.is_training)
        title, curve, run = player.lines[0], player.pane("#view-left"), player.workspace.run
        assert run is not None
        assert f"epoch {run.epochs}" in title
        await player.press("u")
        assert "epoch" not in player.lines[0]
        assert player.workspace.run is None
        assert player.pane("#view-left") != curve
        await player.press("U")
        assert player.lines[0] == title
        assert player.pane("#view-left") == curve
        assert [one.number for one in player.workspace.runs] == []
        await player.press("u", "U", "Z")
        again = player.workspace.run
        assert again is not None
        assert (again.number, again.epochs) == (1, run.epochs + 1)
        await player.press("u")
        assert player.lines[0] == title
        await player.press("u")
        assert player.workspace.run is None
        assert [(one.number, one.epochs) for one in player.workspace.runs] == [(1, run.epochs)]
        await player.press("U")
        assert player.lines[0] == title
        await player.press("n")
        assert player.workspace.run is None
        assert [one.number for one in player.workspace.runs] == [1]
        await player.press("u")
        assert player.lines[0] == title


async def test_a_run_is_taken_back_before_its_first_epoch_too() -> None:
    session = circle().evolve(training=TrainingSettings(batch_size=1))
    async with playing(session) as player:
        before = numbers(player)
        await player.press("z")
        await until(player, lambda: numbers(player) != before)
        assert epochs(player) == 0
        await player.press("u")
        assert player.workspace.run is None
        assert numbers(player) == before
        await player.press("F", "F")
        await player.burst("space", "u")
        assert not player.workspace.is_training
        assert player.workspace.run is None
        assert numbers(player) == before
        assert "epoch" not in player.lines[0]


def numbers(player: Player) -> bytes:
    return numbers_in(player.workspace.session.network)


def numbers_in(network: Network) -> bytes:
    return b"".join(layer.weights.tobytes() + layer.bias.tobytes() for layer in network.layers)


async def test_other_data_meanwhile_begin_another_run() -> None:
    async with playing(circle()) as player:
        await player.press("space")
        await until(player, lambda: epochs(player) > 2)
        await player.press("]")
        await player.settle()
        assert player.workspace.run is not None
        assert player.workspace.run.number == 1
        await player.press("i")
        await until(player, lambda: (player.workspace.run or 0) != 0 and epochs(player) > 0)
        assert player.workspace.is_training
        assert [run.number for run in player.workspace.runs] == [1]
        await player.press("E")
        assert not player.workspace.is_training
        assert len(player.workspace.runs) == 2


async def test_without_targets_nothing_is_trained() -> None:
    async with playing() as player:
        await player.press("space")
        assert "training needs targets" in player.notice
        assert player.workspace.run is None


async def test_divergence_is_reported_and_the_last_good_numbers_stay() -> None:
    start = Session(new_network((2, 3, 1), ["identity", "identity"], seed=2))
    data = load_dataset("plane", 60, 0, 1)
    session = samples_of(data, noise=0, seed=1, test_percent=0).apply(start)
    session = session.evolve(training=TrainingSettings(learning_rate=50.0))
    async with playing(session) as player:
        await player.press("space")
        await until(player, lambda: not player.workspace.is_training)
        assert "training went wrong in epoch" in player.notice
        layers = player.workspace.session.network.layers
        assert all(np.isfinite(layer.weights).all() for layer in layers)


async def test_the_speed_is_kept_to() -> None:
    async with playing(circle()) as player:
        await player.press("F", "F")
        assert "1 epoch a second" in player.text
        await player.press("space")
        await until(player, lambda: epochs(player) == 1)
        assert "▶ epoch 1 · 1 a second · loss 0." in player.lines[0]
        await player.press("space")
        assert epochs(player) <= 2
        assert "a second" not in player.lines[0]


async def test_the_smallest_screen_says_that_it_trains() -> None:
    async with playing(circle(), size=(40, 12)) as player:
        assert "o1 0." in player.lines[0]
        await player.press("space")
        await until(player, lambda: epochs(player) > 0)
        assert "▶ epoch " in player.lines[0]
        await player.press("space")
        await until(player, lambda: not player.workspace.is_training)
        assert "o1 0." in player.lines[0]


async def trained(player: Player) -> None:
    """Train for some epochs and pause."""
    n_epochs = epochs(player)
    await player.press("space")
    await until(player, lambda: epochs(player) > n_epochs + 20)
    await player.press("space")


async def test_title_and_plots_belong_to_the_numbers() -> None:
    async with playing(circle()) as player:
        await player.show("Loss")
        await trained(player)
        shown = (player.lines[0], player.pane("#view-left"))
        run = player.workspace.run
        assert run is not None
        assert f"epoch {run.epochs} · loss {format_number(run.losses[-1])} · test" in shown[0]
        await player.press("tab", "7", "enter")
        loss = format_number(session_loss(player.workspace.session) or 0.0)
        then = f"paused · epoch {run.epochs}: {format_number(run.losses[-1])}"
        assert f"{then} · now {loss} · test " in player.lines[0]
        assert "Loss now " in player.pane("#view-left")
        await player.press("u")
        assert (player.lines[0], player.pane("#view-left")) == shown
        await player.press("R", "enter")
        assert "epoch" not in player.lines[0]
        assert ", no run in progress" in player.pane("#view-left")
        assert player.workspace.run is None
        await player.press("Z")
        assert player.workspace.run is not None
        assert (player.workspace.run.number, epochs(player)) == (2, 1)
        assert "epoch 1 · loss " in player.lines[0]
        await player.press("u", "u")
        assert player.lines[0] == shown[0]
        assert player.pane("#view-left").splitlines()[0] == shown[1].splitlines()[0]
        assert [run.number for run in player.workspace.runs] == [2]


async def test_a_new_start_while_it_trains_is_a_new_run() -> None:
    async with playing(circle()) as player:
        await player.press("F", "F", "space")
        await until(player, lambda: epochs(player) >= 2)
        await player.press("r")
        there = player.workspace
        assert there.is_training
        assert there.run is not None
        assert there.run.number == 2
        assert len(there.run.losses) == there.run.epochs + 1
        assert there.run.losses[0] == pytest.approx(session_loss(circle()))
        (first,) = there.runs
        assert first.number == 1
        await until(player, lambda: epochs(player) > 0)
        await player.press("u")
        assert not player.workspace.is_training
        assert player.workspace.run is None
        assert not player.workspace.is_unsaved
        await player.press("u")
        run = player.workspace.run
        assert run is not None
        assert (run.number, run.losses.tolist()) == (1, first.losses.tolist())
        # What it goes on from is kept by the edit that undo took back, not by what is only shown.
        assert first.state is None
        assert run.state is not None


async def test_keys_in_a_burst_train_and_undo_as_one_by_one() -> None:
    session = circle()
    engine = run_of(session, TrainingSettings())
    states = [engine.checkpoint()]
    for train in (engine.step, engine.step, engine.run_epoch):
        train()
        states.append(engine.checkpoint())
    async with playing(session) as player:
        await player.burst("space", "space", "u", "z", "z", "u", "z", "u", "U", "Z", "u", "U", "u")
        assert numbers(player) == numbers_of(engine, states[2])
        assert not player.workspace.is_training
        run = player.workspace.run
        assert run is not None
        assert (run.epochs, run.step_index) == (0, 2)
        await player.burst("U", "u", "u", "u")
        assert numbers(player) == numbers_of(engine, states[0])
        assert player.workspace.run is None
        await player.burst("U", "U", "U")
        assert numbers(player) == numbers_of(engine, states[3])
        assert epochs(player) == 1
        await player.burst("space", "z", "u")
        assert not player.workspace.is_training
        assert player.workspace.history.past[-1].description == "run 1 of training"
        await player.burst("u", "z")
        engine.restore(states[3])
        engine.step()
        assert numbers(player) == numbers_of(engine, engine.checkpoint())


async def test_a_step_that_cannot_be_made_is_no_edit_and_says_why() -> None:
    async with playing(circle()) as player:
        await player.press("Z")
        # Typed it would be refused, but a file may have been written by hand.
        assert player.app.main_screen is not None
        player.app.main_screen.edit(SetTarget(0, 0, 5.0))
        await player.settle()
        before = numbers(player)
        assert "epoch 1: " in player.lines[0]
        assert "no loss now" in player.lines[0]
        for key in ("z", "Z", "space"):
            player.app.clear_notifications()
            await player.press(key)
            await until(player, lambda: not player.workspace.is_training)
            assert "bce: the target of sample 1" in player.notice
            assert numbers(player) == before
        assert "epoch 1: " in player.lines[0]
        assert len(player.workspace.history.past) == 3
        await player.press("u", "u")
        assert "loss 0." in player.lines[0]


async def test_a_long_epoch_can_be_paused() -> None:
    short = circle()
    assert short.targets is not None
    times = 800
    session = short.evolve(
        inputs=np.tile(short.inputs, (times, 1)),
        targets=np.tile(short.targets, (times, 1)),
        n_test=0,
        training=TrainingSettings(batch_size=1),
    )
    async with playing(session) as player:
        await player.burst("Z", "space")
        assert not player.workspace.is_training
        assert player.workspace.history.past[-1].description == "one epoch of run 1"
        assert epochs(player) == 0
        await player.press("u")
        assert player.workspace.run is None
        assert numbers(player) == numbers_in(session.network)


def test_a_long_epoch_ends_with_its_last_step() -> None:
    session, settings = circle(), TrainingSettings()
    engine = run_of(session, settings)
    engine.step()
    trainer = Trainer(session, settings)
    try:
        trainer.step(Start(session, settings, trainer.latest.checkpoint))
        here = trainer.result()
        start = Start(session.evolve(network=here.network), settings, here.checkpoint)
        trainer.play(start, None, n_epochs=1)
        end = time.monotonic() + PATIENCE
        while trainer.latest.version < trainer.version or trainer.latest.is_playing:
            assert time.monotonic() < end, "it never ends"
            time.sleep(0.01)
    finally:
        trainer.close()
    engine.run_epoch()
    assert trainer.latest.epoch == 1
    assert trainer.latest.losses.tolist() == list(engine.losses)
    assert numbers_in(trainer.latest.network) == numbers_in(engine.network)


def numbers_of(run: TrainingRun, state: Checkpoint) -> bytes:
    run.restore(state)
    return numbers_in(run.network)
