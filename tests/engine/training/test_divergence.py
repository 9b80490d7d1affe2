"""Runs that go wrong: the place, the cause, and the last good state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import Layer, Network, new_network
from engine.training import StopConditions, TrainingDiverged, TrainingRun, TrainingSettings, train
from tests.engine.training.scenes import bits, numbers, small_run


def run_epochs(run: TrainingRun, n_epochs: int) -> None:
    for _ in range(n_epochs):
        run.run_epoch()


def failure_of(run: TrainingRun, most_epochs: int = 3000) -> TrainingDiverged:
    """Train until the run diverges, and assert that all numbers are still finite."""
    with pytest.raises(TrainingDiverged) as caught:
        run_epochs(run, most_epochs)
    assert "\n" not in str(caught.value)
    assert np.isfinite(numbers(run.network)).all()
    return caught.value


def test_it_names_epoch_step_layer_neuron_and_cause() -> None:
    # w → w - 1e200·(w·1 - 0)·1: w is 1, -1e200, then beyond everything.
    network = Network([Layer([[1.0]], [0.0], "identity", "line")])
    settings = TrainingSettings(
        learning_rate=1e200, batch_size=1, loss="squared_error", shuffle=False
    )
    run = TrainingRun(network, [[1.0], [1.0]], [[0.0], [0.0]], settings, task="regression")
    error = failure_of(run)
    assert (error.epoch, error.step, error.layer_index, error.neuron) == (1, 2, 0, 0)
    assert str(error).startswith("training went wrong in epoch 1, step 2: layer 1, o1: ")
    assert "learning rate 1e+200 is probably too large" in error.cause
    # The run is back before the step that failed.
    assert (run.epoch, run.step_index) == (0, 1)
    assert run.network.layers[0].weights[0, 0] == pytest.approx(-1e200)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_last_good_state_is_that_of_single_steps(optimizer: str) -> None:
    settings: Any = {"optimizer": optimizer, "learning_rate": 1e150, "seed": 5}
    run, stepped = small_run(**settings), small_run(**settings)
    error = failure_of(run)
    for _ in range(error.step - 1 + (error.epoch - 1) * stepped.n_steps):
        stepped.step()
    before = bits(stepped)
    with pytest.raises(TrainingDiverged) as caught:
        stepped.step()
    assert str(caught.value) == str(error)
    assert bits(stepped) == before
    assert numbers(stepped.network).tobytes() == numbers(run.network).tobytes()


def test_after_going_wrong_it_goes_on_with_a_smaller_rate() -> None:
    run = small_run(learning_rate=50.0)
    start = run.checkpoint()
    failure_of(run)
    run.restore(start)
    run.replace_settings(TrainingSettings(learning_rate=0.05, batch_size=5))
    run.run_epoch()
    assert run.loss < run.losses[0]


def test_large_inputs_are_named_as_a_cause() -> None:
    network = new_network((2, 3, 1), ["relu", "identity"], "he", 1)
    inputs = np.random.default_rng(0).normal(size=(20, 2)) * 1e4
    run = TrainingRun(
        network, inputs, inputs[:, :1], TrainingSettings("momentum"), task="regression"
    )
    assert "standardise them" in failure_of(run).cause


def test_too_strong_a_penalty_is_named_as_a_cause() -> None:
    error = failure_of(small_run(learning_rate=0.5, l2=20.0, optimizer="sgd"))
    assert "the L2 rate 20 is too large" in error.cause


def test_a_loss_beyond_all_bounds_takes_the_run_back() -> None:
    # A hard_sigmoid reaches 0 or 1, where bce is infinite although no weight is.
    # The second step takes the output from 1/18 to 1, where the target of the first sample is 0.
    network = Network([Layer([[0.0]], [0.0], "hard_sigmoid")])
    settings = TrainingSettings(learning_rate=4.0, batch_size=1, loss="bce", shuffle=False)
    run = TrainingRun(network, [[1.0], [1.0]], [[0.0], [1.0]], settings, task="binary")
    before = bits(run)
    error = failure_of(run)
    assert (error.epoch, error.step, error.layer_index, error.neuron) == (1, 2, 0, 0)
    assert error.what == "the loss is no longer a finite number"
    assert "logarithm of an out that is exactly 0 or 1: make the last layer" in error.cause
    assert bits(run) == before


def test_a_derivative_beyond_all_bounds_is_found_in_the_backward_pass() -> None:
    network = Network(
        [Layer([[1e200]], [0.0], "tanh", "hidden"), Layer([[1e200]], [0.0], "identity")]
    )
    run = TrainingRun(network, [[0.0]], [[1e200]], TrainingSettings(), task="regression")
    error = failure_of(run)
    assert (error.layer_index, error.neuron) == (0, 0)
    assert error.what == "the derivative of the loss by its sum z became infinite"


def test_training_to_an_end_reports_the_failure() -> None:
    run = small_run(learning_rate=1e150)
    outcome = train(run, StopConditions(epochs=10))
    assert outcome.failure is not None
    assert outcome.stopped_because == str(outcome.failure)
    assert outcome.epochs == run.epoch
