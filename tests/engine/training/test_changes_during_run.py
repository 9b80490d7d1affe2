"""What may change during a run: numbers, settings, what is frozen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Network
from engine.nn.losses import loss
from engine.training import TrainingSettings
from tests.engine.training.scenes import bits, everything_frozen, numbers, samples, small_run

OPTIMIZERS = ["sgd", "momentum", "rmsprop", "adam"]


def test_frozen_numbers_never_move_nor_does_their_momentum() -> None:
    for optimizer in OPTIMIZERS:
        free = small_run(optimizer=optimizer)
        layers = free.network.layers
        masks: Any = [
            None,
            everything_frozen(layers[1]),
            everything_frozen(layers[2])._replace(
                weights=np.array([[True, False, False], [False, False, True]]),
                bias=np.array([False, True]),
            ),
        ]
        run = small_run(optimizer=optimizer, l1=0.01, l2=0.01)
        run.run_epoch()
        run.replace_frozen(masks)
        start, state = run.network, run.checkpoint().moment.numbers
        for _ in range(3):
            run.run_epoch()
        end, after = run.network, run.checkpoint().moment.numbers
        assert (end.layers[0].weights != start.layers[0].weights).any()
        assert end.layers[1].weights.tobytes() == start.layers[1].weights.tobytes()
        assert end.layers[1].bias.tobytes() == start.layers[1].bias.tobytes()
        same = end.layers[2].weights == start.layers[2].weights
        assert same.tolist() == masks[2].weights.tolist()
        assert (end.layers[2].bias == start.layers[2].bias).tolist() == [False, True]
        held = slice(12, 12 + 15)  # the second layer, after 4 · 3 numbers of the first
        assert after.state[:, held].tobytes() == state.state[:, held].tobytes()
        assert (after.state[:, :12] != state.state[:, :12]).any() or optimizer == "sgd"


def test_a_run_continues_from_an_edit() -> None:
    run = small_run(optimizer="momentum")
    run.run_steps(3)
    state = run.checkpoint().moment.numbers.state
    layers = run.network.layers
    edited = Network([layers[0].replace(bias=[5, 5, 5, 5], activation="sigmoid"), *layers[1:]])
    run.replace_network(edited)
    assert numbers(run.network).tobytes() == numbers(edited).tobytes()
    assert run.network.layers[0].activation.name == "sigmoid"
    assert run.checkpoint().moment.numbers.state.tobytes() == state.tobytes()
    assert run.step_index == 3
    run.run_epoch()
    assert run.epoch == 1
    last = run.network.forward(samples(23, 2, 2)[0]).layers[-1]
    expected = loss("mse", *last, samples(23, 2, 2)[1], edited.layers[-1].activation)
    assert run.loss == pytest.approx(expected, 1e-14)


def test_settings_changed_while_it_runs_keep_the_weights() -> None:
    run = small_run(optimizer="momentum")
    run.run_steps(2)
    before = run.checkpoint().moment.numbers
    run.replace_settings(TrainingSettings("momentum", 0.5, 0.1, batch_size=7, l2=0.1))
    after = run.checkpoint().moment.numbers
    assert after.parameters.tobytes() == before.parameters.tobytes()
    assert after.state.tobytes() == before.state.tobytes()
    assert run.step_index == 2
    run.run_steps(1)
    assert run.checkpoint().moment.place.n_seen == 17
    run.run_epoch()
    assert (run.epoch, run.n_steps) == (1, 4)
    run.replace_settings(TrainingSettings("adam"))
    fresh = run.checkpoint().moment.numbers
    assert not fresh.state.any()
    assert fresh.n_steps == 0
    assert fresh.state.shape == (2, len(fresh.parameters))


def test_a_loss_that_does_not_suit_changes_nothing() -> None:
    run = small_run()
    with pytest.raises(ValueError, match="cross_entropy"):
        run.replace_settings(TrainingSettings(loss="cross_entropy"))
    assert run.loss_name == "mse"
    run.run_epoch()
    expected = small_run()
    expected.run_epoch()
    assert bits(run) == bits(expected)


def test_another_activation_is_taken_over_without_a_warning() -> None:
    # e^1000 overflows inside the sigmoid, whose result is right nevertheless.
    run = small_run()
    layers = run.network.layers
    run.replace_network(Network([layers[0].replace(bias=[-1000.0] * 4), *layers[1:]]))
    layers = run.network.layers
    run.replace_network(Network([layers[0].replace(activation="sigmoid"), *layers[1:]]))
    run.run_epoch()
    assert np.isfinite(run.loss)


def test_a_network_taken_out_does_not_change_any_more() -> None:
    run = small_run()
    network = run.network
    before = numbers(network).tobytes()
    run.run_epoch()
    assert numbers(network).tobytes() == before
