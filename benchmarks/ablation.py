"""Ablation against the same batched passes in bare NumPy, in one run, side by side.

    python -m benchmarks.ablation [--json] [--seconds S]

Both compute the loss, the number of wrong answers and one sample's outputs without each hidden
neuron, its out held at 0 and at its mean, in float64 on one BLAS thread, and take turns so that a
busy machine slows both. The fastest turn of each counts.
"""

import os

# NumPy reads these when it is imported.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.decision_map import BARE
from benchmarks.forward import FloatArray
from benchmarks.turns import fastest_within
from benchmarks.verdict import verdict
from engine import Layer, Network, Session
from engine.analysis.ablation import ablation

BAR = 1.5
CASES: tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...] = (
    ((4, 8, 8, 3), ("relu", "relu", "softmax"), 150),
    ((64, 32, 10), ("relu", "softmax"), 1797),
    ((784, 128, 10), ("relu", "softmax"), 256),
)


@dataclass(frozen=True)
class Row:
    """One line of the result; times in microseconds."""

    sizes: str
    samples: int
    engine: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.engine / self.bare


def time_case(
    sizes: Sequence[int], activations: Sequence[str], n_samples: int, seconds: float
) -> Row:
    """Time both in turn, for `seconds` each, after checking that they agree."""
    generator = np.random.default_rng(0)
    parameters = [
        (generator.normal(size=(n, m)) / np.sqrt(m), generator.normal(size=n))
        for m, n in itertools.pairwise(sizes)
    ]
    inputs = generator.normal(size=(n_samples, sizes[0]))
    classes = generator.integers(0, sizes[-1], n_samples)
    targets = np.eye(sizes[-1])[classes]
    layers = zip(parameters, activations, strict=True)
    session = Session(
        Network([Layer(w, b, name) for (w, b), name in layers]), inputs, targets=targets
    )
    traces = session.trace.layers

    def measured(z: FloatArray, a: FloatArray) -> tuple[float, int]:
        shifted = z - z.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        wrong = np.count_nonzero(np.argmax(a, axis=1) != np.argmax(targets, axis=1))
        return -float((targets * logarithms).sum()) / n_samples, int(wrong)

    def bare() -> FloatArray:
        losses = []
        for index in range(len(sizes) - 2):
            outs = traces[index].activations
            for values in (np.zeros(outs.shape[1]), outs.mean(axis=0)):
                for neuron in range(outs.shape[1]):
                    held = outs.copy()
                    held[:, neuron] = values[neuron]
                    a = z = held
                    for (w, b), name in list(zip(parameters, activations, strict=True))[
                        index + 1 :
                    ]:
                        z = a @ w.T + b
                        a = BARE[name](z)
                    losses.append(measured(z, a)[0])
        return np.array(losses)

    def engine() -> FloatArray:
        found = ablation(session).layers
        return np.concatenate([part.losses for one in found for part in (one.at_zero, one.at_mean)])

    np.testing.assert_allclose(engine(), bare(), rtol=1e-9)
    times = fastest_within({"engine": engine, "bare": bare}, "bare", seconds)
    return Row("-".join(map(str, sizes)), n_samples, times["engine"], times["bare"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each contestant (1)")
    given = parser.parse_args()
    rows = [time_case(*case, given.seconds) for case in CASES]
    if given.json:
        printed = [
            asdict(row) | {"ratio": row.ratio, "bar": BAR, "holds": row.ratio <= BAR}
            for row in rows
        ]
        print(json.dumps(printed, indent=1))
        return
    print(
        "ablation of every hidden neuron, float64, one BLAS thread, microseconds (fastest turn)\n"
    )
    print(f"{'network':>15} {'samples':>8} {'engine':>11} {'bare':>11}   ratio to bare")
    for row in rows:
        print(
            f"{row.sizes:>15} {row.samples:>8} {row.engine:>11.1f} {row.bare:>11.1f}"
            f"   {verdict(row.ratio, BAR, '×')}"
        )


if __name__ == "__main__":
    main()
