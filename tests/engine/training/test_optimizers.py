"""The update rules: first steps worked by hand, and a plain implementation over many steps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Layer, Network, new_network
from engine.training import TrainingRun, TrainingSettings
from tests.engine.training.plain_python import PlainRun
from tests.engine.training.scenes import numbers, samples

W, B, X, Y, RATE = 2.0, 0.5, 3.0, 1.0, 0.01


def one_neuron_run(optimizer: str, **settings: float) -> TrainingRun:
    """out = w·x + b = 6.5 for the target 1: the gradients are 5.5·3 and 5.5."""
    chosen = TrainingSettings(
        optimizer, RATE, loss="squared_error", l1=settings.get("l1", 0), l2=settings.get("l2", 0)
    )
    network = Network([Layer([[W]], [B], "identity")])
    return TrainingRun(network, [[X]], [[Y]], chosen, task="regression")


def weight_and_bias(run: TrainingRun) -> list[float]:
    w, b = numbers(run.network)
    return [float(w), float(b)]


def test_sgd_by_hand() -> None:
    run = one_neuron_run("sgd")
    run.step()
    assert weight_and_bias(run) == pytest.approx([2 - 0.01 * 16.5, 0.5 - 0.01 * 5.5], 1e-15)


def test_momentum_by_hand() -> None:
    run = one_neuron_run("momentum")
    run.step()
    # The first velocity is the gradient: as sgd.
    assert weight_and_bias(run) == pytest.approx([1.835, 0.445], 1e-15)
    run.step()
    # out = 5.95, error 4.95: velocities 0.9·16.5 + 14.85 and 0.9·5.5 + 4.95.
    expected = [1.835 - 0.01 * 29.7, 0.445 - 0.01 * 9.9]
    assert weight_and_bias(run) == pytest.approx(expected, 1e-14)


def test_rmsprop_by_hand() -> None:
    run = one_neuron_run("rmsprop")
    run.step()
    # √(0.01·g²) = 0.1·|g|: every first step is ten times the rate, but for ε.
    expected = [2 - 0.01 * 16.5 / (1.65 + 1e-8), 0.5 - 0.01 * 5.5 / (0.55 + 1e-8)]
    assert weight_and_bias(run) == pytest.approx(expected, 1e-15)


def test_adam_by_hand() -> None:
    run = one_neuron_run("adam")
    run.step()
    # Corrected for the start, mean and root are g and |g|: every first step is the rate, but for ε.
    expected = [2 - 0.01 * 16.5 / (16.5 + 1e-8), 0.5 - 0.01 * 5.5 / (5.5 + 1e-8)]
    assert weight_and_bias(run) == pytest.approx(expected, 1e-15)
    out = expected[0] * X + expected[1]
    run.step()
    for place, (before, first, g) in enumerate(
        [(expected[0], 16.5, (out - Y) * X), (expected[1], 5.5, out - Y)]
    ):
        mean = (0.9 * 0.1 * first + 0.1 * g) / (1 - 0.81)
        squares = (0.999 * 0.001 * first**2 + 0.001 * g**2) / (1 - 0.998001)
        after = before - 0.01 * mean / (math.sqrt(squares) + 1e-8)
        assert weight_and_bias(run)[place] == pytest.approx(after, 1e-14)


def test_penalties_are_on_weights_only_and_not_in_the_reported_loss() -> None:
    run = one_neuron_run("sgd", l1=0.25, l2=0.5)
    assert run.losses == (0.5 * 5.5**2,)
    run.step()
    # The gradient of the weight gains 0.25·sign(2) + 0.5·2.
    assert weight_and_bias(run) == pytest.approx([2 - 0.01 * 17.75, 0.445], 1e-15)
    w, b = weight_and_bias(run)
    assert run.loss == pytest.approx(0.5 * (w * X + b - Y) ** 2, 1e-14)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.01, 0.0), (0.02, 0.03)])
def test_many_steps_are_those_of_plain_python(optimizer: str, l1: float, l2: float) -> None:
    activations = ["tanh", "sigmoid", "relu", "identity"]
    network = new_network((3, 4, 3, 3, 2), activations, "xavier", 5)
    inputs, targets = samples(11, 3, 2)
    settings = TrainingSettings(
        optimizer, 0.02, 0.8, batch_size=4, loss="squared_error", l1=l1, l2=l2, shuffle=False
    )
    run = TrainingRun(network, inputs, targets, settings, task="regression")
    plain = PlainRun(network, settings)
    for _ in range(12):
        run.run_epoch()
        for start in (0, 4, 8):  # the last batch has three samples
            rows = slice(start, start + 4)
            plain.step(inputs[rows].tolist(), targets[rows].tolist())
    for layer, weights, biases in zip(run.network.layers, plain.weights, plain.biases, strict=True):
        np.testing.assert_allclose(layer.weights, weights, rtol=0, atol=1e-12)
        np.testing.assert_allclose(layer.bias, biases, rtol=0, atol=1e-12)
    # All but those in and after a neuron that is off for every sample.
    moved = numbers(run.network) != numbers(network)
    assert np.count_nonzero(moved) >= len(moved) - 6
