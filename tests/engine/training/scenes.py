"""Small runs for the tests of training, and what identical means."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import Layer, Network, new_network
from engine.nn.layer import FrozenLayer
from engine.training import TrainingRun, TrainingSettings

FloatArray = NDArray[np.float64]


def samples(n_samples: int, n_features: int, n_outputs: int) -> tuple[FloatArray, FloatArray]:
    """Inputs and targets between -1 and 1."""
    random = np.random.default_rng(n_samples)
    inputs = random.uniform(-1, 1, (n_samples, n_features))
    return inputs, np.tanh(inputs[:, :1] * np.arange(1, n_outputs + 1) - 0.2)


def small_run(
    *, n_samples: int = 23, with_test: bool = True, frozen: Any = None, **settings: Any
) -> TrainingRun:
    """A run of 2-4-3-2 whose last batch of an epoch is smaller."""
    network = new_network((2, 4, 3, 2), ["tanh", "relu", "identity"], "xavier", 1)
    inputs, targets = samples(n_samples, 2, 2)
    test_inputs, test_targets = samples(7, 2, 2) if with_test else (None, None)
    chosen = TrainingSettings(**{"batch_size": 5, **settings})
    return TrainingRun(
        network,
        inputs,
        targets,
        chosen,
        task="regression",
        test_inputs=test_inputs,
        test_targets=test_targets,
        frozen=frozen,
    )


def numbers(network: Network) -> FloatArray:
    """All weights and biases in a row."""
    return np.concatenate(
        [part for layer in network.layers for part in (layer.weights.ravel(), layer.bias)]
    )


def bits(run: TrainingRun) -> tuple[bytes, bytes, bytes, int, int]:
    """Everything a run shows, to the last bit."""
    return (
        numbers(run.network).tobytes(),
        np.array(run.losses).tobytes(),
        np.array(run.test_losses).tobytes(),
        run.epoch,
        run.step_index,
    )


def everything_frozen(layer: Layer) -> FrozenLayer:
    """The mask of a whole layer."""
    return FrozenLayer(np.ones(layer.weights.shape, bool), np.ones(layer.bias.shape, bool))
