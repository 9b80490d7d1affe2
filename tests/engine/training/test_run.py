"""Runs: stepped, stopped, rewound, replayed, edited, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Layer, Network, new_network
from engine.nn.losses import loss
from engine.training import TrainingRun, TrainingSettings
from engine.training.settings import BatchSize
from tests.engine.training.plain_python import PlainRun
from tests.engine.training.scenes import bits, everything_frozen, samples, small_run

OPTIMIZERS = ["sgd", "momentum", "rmsprop", "adam"]


def test_a_run_counts_epochs_steps_and_losses() -> None:
    run = small_run()
    assert (run.epoch, run.step_index, run.n_steps, len(run.losses)) == (0, 0, 5, 1)
    run.step()
    run.step()
    assert (run.epoch, run.step_index, len(run.losses)) == (0, 2, 1)
    run.run_epoch()
    assert (run.epoch, run.step_index, len(run.losses)) == (1, 0, 2)
    run.run_steps(4)
    assert (run.epoch, run.step_index) == (1, 4)
    run.run_steps(3)  # no further than the end of the epoch
    assert (run.epoch, run.step_index, len(run.losses)) == (2, 0, 3)
    assert run.test_losses is not None
    assert run.losses[-1] == run.loss
    assert run.test_losses[-1] == run.test_loss
    assert run.losses[2] < run.losses[1] < run.losses[0]


def test_losses_are_those_of_the_network_at_that_moment() -> None:
    run = small_run(n_samples=23)
    inputs, targets = samples(23, 2, 2)
    test_inputs, test_targets = samples(7, 2, 2)
    for _ in range(3):
        for x, y, mine in ((inputs, targets, run.loss), (test_inputs, test_targets, run.test_loss)):
            last = run.network.forward(x).layers[-1]
            expected = loss("mse", *last, y, run.network.layers[-1].activation)
            assert mine == pytest.approx(expected, 1e-14)
        run.run_epoch()


def test_a_target_that_is_not_set_in_the_test_set_alone_does_not_count() -> None:
    network = new_network((2, 1), ["identity"])
    inputs, targets = samples(3, 2, 1)
    some = np.where([[True], [False], [True]], targets, np.nan)
    runs = [
        TrainingRun(
            network,
            inputs,
            targets,
            TrainingSettings(),
            task="regression",
            test_inputs=x,
            test_targets=y,
        )
        for x, y in ((inputs, some), (inputs[[0, 2]], targets[[0, 2]]))
    ]
    assert runs[0].test_loss == runs[1].test_loss
    assert runs[0].loss == runs[1].loss


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("shuffle", [True, False])
def test_equal_seeds_give_equal_runs_to_the_last_bit(optimizer: str, shuffle: bool) -> None:
    one, other = (small_run(optimizer=optimizer, shuffle=shuffle, seed=4) for _ in range(2))
    for _ in range(6):
        one.run_epoch()
        for _ in range(other.n_steps):
            other.step()
    assert bits(one) == bits(other)


def test_another_seed_gives_another_order() -> None:
    one, other = small_run(seed=1), small_run(seed=2)
    one.run_epoch()
    other.run_epoch()
    assert one.losses[0] == other.losses[0]
    assert one.losses[1] != other.losses[1]


def test_every_epoch_sees_every_sample_once_in_an_order_of_its_own() -> None:
    # With a rate of 1 and only b moving, b adds up the targets: each is a digit of its own.
    network = Network([Layer([[0.0]], [0.0], "identity")])
    targets = 10.0 ** np.arange(6)[:, np.newaxis]
    settings = TrainingSettings(learning_rate=1e-6, batch_size=4, loss="squared_error", seed=3)
    run = TrainingRun(network, np.zeros((6, 1)), targets, settings, task="regression")
    firsts = set()
    for _ in range(8):
        before = run.network.layers[0].bias[0]
        run.step()
        first = (run.network.layers[0].bias[0] - before) * 4e6
        run.step()
        second = (run.network.layers[0].bias[0] - before) * 2e6 - first / 2
        firsts.add(round(first))
        assert first + second == pytest.approx(111111, 1e-3)
    assert len(firsts) > 3


@given(
    optimizer=st.sampled_from(OPTIMIZERS),
    shuffle=st.booleans(),
    before=st.integers(0, 14),
    between=st.integers(1, 14),
)
def test_a_rewound_run_goes_the_same_way_again(
    optimizer: str, shuffle: bool, before: int, between: int
) -> None:
    run = small_run(optimizer=optimizer, shuffle=shuffle, l1=0.001, l2=0.001)
    for _ in range(before):
        run.step()
    start, there = run.checkpoint(), bits(run)
    for _ in range(between):
        run.step()
    end, later = run.checkpoint(), bits(run)
    run.restore(start)
    assert bits(run) == there
    for _ in range(between):
        run.step()
    assert bits(run) == later
    run.restore(start)
    run.step()
    run.restore(end)  # forward again
    assert bits(run) == later


def test_a_checkpoint_brings_back_settings_activations_and_frozen_numbers() -> None:
    run = small_run(optimizer="adam")
    run.step()
    start = run.checkpoint()
    run.run_epoch()
    straight = bits(run)
    run.restore(start)
    run.replace_settings(TrainingSettings("rmsprop", 0.2, batch_size=3, seed=9, shuffle=False))
    layers = run.network.layers
    run.replace_network(Network([layers[0].replace(activation="gelu"), *layers[1:]]))
    run.replace_frozen([everything_frozen(layer) for layer in layers])
    run.run_epoch()
    run.restore(start)
    run.run_epoch()
    assert bits(run) == straight
    assert run.settings.optimizer == "adam"


def test_a_checkpoint_cannot_be_written_to() -> None:
    run = small_run(optimizer="adam")
    for array in (
        run.checkpoint().moment.numbers.parameters,
        run.checkpoint().moment.numbers.state,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_the_smaller_last_batch_is_a_mean_of_its_own() -> None:
    settings = TrainingSettings(batch_size=4, loss="squared_error", shuffle=False)
    network = new_network((2, 3, 1), ["tanh", "identity"], "xavier", 2)
    inputs, targets = samples(9, 2, 1)
    run = TrainingRun(network, inputs, targets, settings, task="regression")
    plain = PlainRun(network, settings)
    for _ in range(5):
        run.run_epoch()
        for start in (0, 4, 8):
            rows = slice(start, start + 4)
            plain.step(inputs[rows].tolist(), targets[rows].tolist())
    np.testing.assert_allclose(run.network.layers[0].weights, plain.weights[0], atol=1e-14)


@pytest.mark.parametrize("batch_size", ["all", 23, 1000])
def test_a_batch_may_be_all_samples(batch_size: BatchSize) -> None:
    run = small_run(batch_size=batch_size, shuffle=False)
    plain = PlainRun(run.network, TrainingSettings(learning_rate=0.03))
    inputs, targets = samples(23, 2, 2)
    assert run.n_steps == 1
    run.step()
    plain.step(inputs.tolist(), targets.tolist())
    # The default loss mse of two outputs is squared_error here: 2 / (n·2) = 1 / n.
    np.testing.assert_allclose(run.network.layers[2].bias, plain.biases[2], atol=1e-15)
    assert run.epoch == 1


def test_what_a_run_refuses() -> None:
    network = new_network((2, 1), ["identity"])
    good: Any = {"inputs": [[1, 2]], "targets": [[1]], "task": "regression"}

    def refused(message: str, **changes: Any) -> None:
        given_to_it = {"network": network, "settings": TrainingSettings(), **good, **changes}
        with pytest.raises(ValueError, match=message) as caught:
            TrainingRun(**given_to_it)
        assert "\n" not in str(caught.value)

    refused("at least one sample", inputs=np.empty((0, 2)), targets=np.empty((0, 1)))
    refused("each sample has 3 numbers, expected 2", inputs=[[1, 2, 3]])
    refused(r"targets have shape \(1, 2\)", targets=[[1, 2]])
    refused(r"inputs\[1\]\[2\] is not a finite", inputs=[[1, np.nan]])
    refused(r"test targets\[1\]\[1\]", test_inputs=[[1, 2]], test_targets=[[np.inf]])
    refused("test samples need both inputs and targets", test_inputs=[[1, 2]])
    refused("0…1", settings=TrainingSettings(loss="bce"))
    refused("unknown task", task="clustering")
    refused(r"layer 1: weights\[1\]\[1\]", network=Network([Layer([[np.nan, 1]], [0], "tanh")]))
    refused("2 masks, expected 1", frozen=[None, None])
    refused("masks of layer 1", frozen=[everything_frozen(Layer([[1]], [0], "tanh"))])
    run = TrainingRun(network, settings=TrainingSettings(), **good)
    with pytest.raises(ValueError, match="2-1, the other 2-2-1"):
        run.replace_network(new_network((2, 2, 1), ["tanh", "identity"]))


def test_a_run_goes_on_with_other_numbers_in_its_samples() -> None:
    run = small_run(n_samples=23)
    run.run_epoch()
    inputs, targets = samples(23, 2, 2)
    test_inputs, test_targets = samples(7, 2, 2)
    moved = np.array(inputs) + 0.25
    run.replace_samples(moved, targets, test_inputs, test_targets)
    run.run_epoch()
    last = run.network.forward(moved).layers[-1]
    expected = loss("mse", *last, targets, run.network.layers[-1].activation)
    assert run.loss == pytest.approx(expected, rel=1e-12)
    assert len(run.losses) == 3
    with pytest.raises(ValueError, match="the run has 23 samples, and is given 22"):
        run.replace_samples(moved[:22], targets[:22], test_inputs, test_targets)
    with pytest.raises(ValueError, match="the run has 7 test samples, and is given 0"):
        run.replace_samples(moved, targets)


def test_the_table_of_losses_grows_and_returned_arrays_stay() -> None:
    run = small_run(n_samples=23)
    first = run.loss_table()
    start = run.checkpoint()
    for _ in range(300):
        run.run_epoch()
    table = run.loss_table()
    assert run.test_losses is not None
    np.testing.assert_array_equal(table, np.transpose([run.losses, run.test_losses]))
    np.testing.assert_array_equal(first, table[:1])
    run.restore(start)
    run.run_epoch()
    np.testing.assert_array_equal(run.loss_table(), table[:2])
    assert len(table) == 301
    assert np.isnan(small_run(with_test=False).loss_table()[:, 1]).all()
