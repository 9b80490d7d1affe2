"""All that one frame of training shows, against the same work in bare NumPy, side by side.

    python -m benchmarks.training_frame [--json] [--frames N]

A frame is an epoch of 250 points at batch 10 through 2-4-2-1 with tanh, the loss over them and over
250 points for testing, and the activations of every neuron at 100×100 points: float64, one BLAS
thread. The bare side is the hand-written epoch of `benchmarks.training` and a plain product, sum
and tanh for each layer, with its points ready made, one per row; the engine starts from the two
axes and makes a session of its network. They take turns so that a busy machine slows both, and the
fastest turn of each counts.
"""

import os

# NumPy reads these when it is imported.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import itertools
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.training import (
    LEARNING_RATE,
    SEED,
    SIZES,
    FloatArray,
    data,
    hand_written_epoch,
)
from benchmarks.turns import fastest_turns
from benchmarks.verdict import verdict
from engine import Network, Session, new_network
from engine.analysis.decision_map import decision_map
from engine.training import TrainingRun, TrainingSettings

BAR = 1.3
AXIS = np.linspace(-6, 6, 100)
FRAMES_PER_TURN = 10


class Frame(NamedTuple):
    """Both losses, and for each layer the activations at all points, (…, n_neurons)."""

    loss: float
    test_loss: float | None
    activations: Sequence[FloatArray]


Contestant = Callable[[], Frame]
Samples = tuple[FloatArray, FloatArray]


def engine_frame(network: Network, train: Samples, test: Samples) -> Contestant:
    """Return a function that makes a frame with the engine."""
    settings = TrainingSettings("sgd", LEARNING_RATE, loss="squared_error", seed=SEED)
    run = TrainingRun(
        network,
        *train,
        settings,
        task="regression",
        test_inputs=test[0],
        test_targets=test[1],
    )
    session = Session(network, *train)

    def frame() -> Frame:
        run.run_epoch()
        trained = session.evolve(network=run.network)
        layers = decision_map(trained, (0, 1), AXIS, AXIS, every_layer=True).layers
        return Frame(run.loss, run.test_loss, layers)

    return frame


def bare_frame(network: Network, train: Samples, test: Samples) -> Contestant:
    """Return the same in bare NumPy, on the parameters of the hand-written epoch."""
    shapes = [(n_inputs + 1, n_neurons) for n_inputs, n_neurons in itertools.pairwise(SIZES)]
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    vector = np.empty(ends[-1])
    epoch = hand_written_epoch(network, *train, with_loss=False, vector=vector)
    blocks = [
        part.reshape(shape) for part, shape in zip(np.split(vector, ends[:-1]), shapes, strict=True)
    ]
    points = np.column_stack([np.tile(AXIS, len(AXIS)), np.repeat(AXIS, len(AXIS))])

    def activations_of(inputs: FloatArray) -> list[FloatArray]:
        activations = [inputs]
        for block in blocks:
            activations.append(np.tanh(activations[-1] @ block[:-1] + block[-1]))
        return activations[1:]

    def loss(inputs: FloatArray, targets: FloatArray) -> float:
        return float(0.5 * np.sum((activations_of(inputs)[-1] - targets) ** 2) / len(inputs))

    def frame() -> Frame:
        epoch()
        return Frame(loss(*train), loss(*test), activations_of(points))

    return frame


def check(engine: Contestant, bare: Contestant) -> None:
    """Raise AssertionError unless both give the same frame."""
    mine, other = engine(), bare()
    np.testing.assert_allclose(mine.loss, other.loss, rtol=1e-9)
    assert mine.test_loss is not None
    assert other.test_loss is not None
    np.testing.assert_allclose(mine.test_loss, other.test_loss, rtol=1e-9)
    for found, expected in zip(mine.activations, other.activations, strict=True):
        np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=0, atol=1e-9)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_frame")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--frames", type=int, default=400, help="for each contestant (400)")
    given = parser.parse_args()
    train, test = data(), data(SEED + 1)
    network = new_network(SIZES, ["tanh"] * 3, "uniform(0.5)", SEED)
    contestants = {
        "engine": engine_frame(network, train, test),
        "bare": bare_frame(network, train, test),
    }
    for _ in range(10):
        check(contestants["engine"], contestants["bare"])
    times = fastest_turns(contestants, given.frames // FRAMES_PER_TURN, FRAMES_PER_TURN)
    ratio = times["engine"] / times["bare"]
    if given.json:
        print(json.dumps({"us": times, "ratio": ratio, "holds": ratio <= BAR}, indent=1))
        return
    print(
        f"an epoch, both losses and {len(AXIS)}×{len(AXIS)} points of every neuron, 2-4-2-1 tanh, "
        f"microseconds (fastest turn)\n"
    )
    for name, microseconds in times.items():
        print(f"{name:>8} {microseconds:>9.1f}")
    print(f"\nengine over bare NumPy: {verdict(ratio, BAR, '×')}")


if __name__ == "__main__":
    main()
