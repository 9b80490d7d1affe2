"""An epoch of training against the tightest NumPy loop written by hand, side by side.

    python -m benchmarks.training [--json] [--epochs N]

250 points, batches of 10, 2-4-2-1 with tanh, plain gradient descent, shuffled, then the loss over
the 250 points: float64, one BLAS thread. The contestants take turns so that a busy machine slows
all, and the fastest turn of each counts. The hand-written loop fits this network alone: it has no
settings and no checks. scikit-learn's MLPClassifier.partial_fit and PyTorch are timed for
information where they are installed.
"""

import os

# NumPy reads these when it is imported.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import importlib
import itertools
import json
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.turns import fastest_turns
from benchmarks.verdict import verdict
from engine import Network, new_network
from engine.training import TrainingRun, TrainingSettings

FloatArray = NDArray[np.float64]
Epoch = Callable[[], float]

BAR = 1.35
LEARNING_RATE = 0.03
BATCH = 10
N_SAMPLES = 250
SIZES = (2, 4, 2, 1)
SEED = 0
EPOCHS_PER_TURN = 20
"""Long enough for a turn to outlast what the caches hold of the one before."""


def data(seed: int = SEED) -> tuple[FloatArray, FloatArray]:
    """Return points (250, 2) of a disc and a ring, and their targets 1 and -1, (250, 1)."""
    generator = np.random.default_rng(seed)
    inside = np.arange(N_SAMPLES) % 2 == 0
    radius = np.where(inside, generator.uniform(0, 2.5, N_SAMPLES), 4.25)
    angle = generator.uniform(0, 2 * np.pi, N_SAMPLES)
    inputs = np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])
    return inputs, np.where(inside, 1.0, -1.0)[:, np.newaxis]


def engine_epoch(network: Network, inputs: FloatArray, targets: FloatArray) -> Epoch:
    """Return a function that trains an epoch with the engine and returns the loss."""
    settings = TrainingSettings("sgd", LEARNING_RATE, loss="squared_error", seed=SEED)
    run = TrainingRun(network, inputs, targets, settings, task="regression")

    def epoch() -> float:
        run.run_epoch()
        return run.loss

    return epoch


def hand_written_epoch(
    network: Network,
    inputs: FloatArray,
    targets: FloatArray,
    with_loss: bool = True,
    vector: FloatArray | None = None,
) -> Epoch:
    """Return the same for this one network, with every trick known to save time.

    vector: (n_parameters,), holds the parameters, layer by layer the transposed weights above the
    bias. The tricks: everything preallocated and contiguous, parameters and gradient in one vector
    each, biases as weights of a constant 1, dot instead of matmul, the derivatives 1 - a² of all
    layers at once, learning rate and mean in one factor, bound methods and views made beforehand.
    """
    sizes = [(layer.n_inputs + 1, layer.n_neurons) for layer in network.layers]
    ends = np.cumsum([rows * columns for rows, columns in sizes])
    parameters = np.empty(ends[-1]) if vector is None else vector
    gradient = np.empty(ends[-1])
    w1, w2, w3 = (
        part.reshape(shape)
        for part, shape in zip(np.split(parameters, ends[:-1]), sizes, strict=True)
    )
    g1, g2, g3 = (
        part.reshape(shape)
        for part, shape in zip(np.split(gradient, ends[:-1]), sizes, strict=True)
    )
    for w, layer in zip((w1, w2, w3), network.layers, strict=True):
        w[:-1], w[-1] = layer.weights.T, layer.bias
    table = np.hstack([inputs, np.ones((N_SAMPLES, 1)), targets])
    shuffled = np.empty_like(table)
    batches = [
        (part[:, :3].T.dot, part[:, :3].T, part[:, 3:].T)
        for part in np.split(shuffled, N_SAMPLES // BATCH)
    ]
    activations, derivatives = np.ones(9 * BATCH), np.empty(9 * BATCH)
    a1, a2, a3 = (part.reshape(-1, BATCH) for part in np.split(activations, [5 * BATCH, 8 * BATCH]))
    s1, s2, s3 = (part.reshape(-1, BATCH) for part in np.split(derivatives, [5 * BATCH, 8 * BATCH]))
    s1, s2 = s1[:-1], s2[:-1]
    o1, o2 = a1[:-1], a2[:-1]
    d1, d2, d3 = np.empty((4, BATCH)), np.empty((2, BATCH)), np.empty((1, BATCH))
    d1_rows, d2_rows, d3_rows = d1.T, d2.T, d3.T
    forward1, forward2, forward3 = w1.T.dot, w2.T.dot, w3.T.dot
    back2, back1 = w3[:-1].dot, w2[:-1].dot
    product2, product3 = a1.dot, a2.dot
    tanh, square, multiply, subtract = np.tanh, np.square, np.multiply, np.subtract
    take, permutation = table.take, np.random.default_rng(SEED).permutation
    one, factor = np.array(1.0), np.array(LEARNING_RATE / BATCH)
    all_inputs, all_targets = table[:, :3].T, np.ascontiguousarray(table[:, 3:].T)
    all1, all2 = np.ones((5, N_SAMPLES)), np.ones((3, N_SAMPLES))
    all_o1, all_o2, all_o3 = all1[:-1], all2[:-1], np.empty((1, N_SAMPLES))
    flat = all_o3[0]

    def epoch() -> float:
        take(permutation(N_SAMPLES), 0, shuffled, "clip")
        for product1, x, y in batches:
            forward1(x, o1)
            tanh(o1, o1)
            forward2(a1, o2)
            tanh(o2, o2)
            forward3(a2, a3)
            tanh(a3, a3)
            square(activations, derivatives)
            subtract(one, derivatives, derivatives)
            subtract(a3, y, d3)
            multiply(d3, factor, d3)
            multiply(d3, s3, d3)
            product3(d3_rows, g3)
            back2(d3, d2)
            multiply(d2, s2, d2)
            product2(d2_rows, g2)
            back1(d2, d1)
            multiply(d1, s1, d1)
            product1(d1_rows, g1)
            subtract(parameters, gradient, parameters)
        if not with_loss:
            return np.nan
        forward1(all_inputs, all_o1)
        tanh(all_o1, all_o1)
        forward2(all1, all_o2)
        tanh(all_o2, all_o2)
        forward3(all2, all_o3)
        tanh(all_o3, all_o3)
        subtract(all_o3, all_targets, all_o3)
        return 0.5 * float(flat.dot(flat)) / N_SAMPLES

    return epoch


def scikit_learn_epoch(inputs: FloatArray, targets: FloatArray) -> Epoch | None:
    """Return one call of partial_fit; None where scikit-learn is not installed."""
    try:
        module = importlib.import_module("sklearn.neural_network")
    except ImportError:
        return None
    classifier = module.MLPClassifier(
        (4, 2),
        "tanh",
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        random_state=SEED,
    )
    classes = targets[:, 0] > 0

    def epoch() -> float:
        classifier.partial_fit(inputs, classes, classes=[False, True])
        return float(classifier.loss_)

    return epoch


def torch_epoch(inputs: FloatArray, targets: FloatArray) -> Epoch | None:
    """Return the usual loop of PyTorch on the CPU; None where it is not installed."""
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        return None
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    layers = []
    for n_inputs, n_neurons in itertools.pairwise(SIZES):
        layers += [torch.nn.Linear(n_inputs, n_neurons), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers).double()
    optimizer = torch.optim.SGD(model.parameters(), LEARNING_RATE)
    x, y = torch.from_numpy(inputs), torch.from_numpy(targets)

    def epoch() -> float:
        order = torch.randperm(N_SAMPLES)
        for batch in order.split(BATCH):
            optimizer.zero_grad()
            (0.5 * ((model(x[batch]) - y[batch]) ** 2).mean()).backward()
            optimizer.step()
        with torch.no_grad():
            return float(0.5 * ((model(x) - y) ** 2).mean())

    return epoch


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--epochs", type=int, default=1000, help="for each contestant (1000)")
    given = parser.parse_args()
    inputs, targets = data()
    network = new_network(SIZES, ["tanh"] * 3, "uniform(0.5)", SEED)
    engine = engine_epoch(network, inputs, targets)
    bare = hand_written_epoch(network, inputs, targets)
    for _ in range(20):
        np.testing.assert_allclose(engine(), bare(), rtol=1e-9)
    candidates = {
        "engine": engine,
        "by hand": bare,
        "by hand, no loss": hand_written_epoch(network, inputs, targets, with_loss=False),
        "scikit-learn": scikit_learn_epoch(inputs, targets),
        "PyTorch": torch_epoch(inputs, targets),
    }
    contestants = {name: epoch for name, epoch in candidates.items() if epoch is not None}
    times = fastest_turns(contestants, given.epochs // EPOCHS_PER_TURN, EPOCHS_PER_TURN)
    ratio = times["engine"] / times["by hand"]
    if given.json:
        print(json.dumps({"us": times, "ratio": ratio, "holds": ratio <= BAR}, indent=1))
        return
    print("an epoch of 250 points at batch 10, 2-4-2-1 tanh, microseconds (fastest turn)\n")
    for name in candidates:
        if name in times:
            factor = times[name] / times["engine"]
            print(f"{name:>18} {times[name]:>9.1f}   {factor:.2f} × the engine's time")
        else:
            print(f"{name:>18}   not installed")
    print(f"\nengine over the loop by hand: {verdict(ratio, BAR, '×')}")


if __name__ == "__main__":
    main()
