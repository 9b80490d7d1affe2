"""The forward pass against the same layers as bare NumPy calls, in one run, side by side.

    python -m benchmarks.forward [--json] [--seconds S]

Both compute in float64 on one BLAS thread, and take turns so that a busy machine slows both. The
fastest turn of each counts. The sigmoid is the stable one on both sides; the last column shows,
for information, the bare calls with the short formula 1 / (1 + exp(-z)).
"""

import os

# NumPy reads these when it is imported.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.turns import fastest_within
from benchmarks.verdict import verdict
from engine import Layer, Network

FloatArray = NDArray[np.float64]
Parameters = Sequence[tuple[FloatArray, FloatArray]]

SMALL_BAR = 3.0
"""For 3-3-1, and for one sample."""
LARGE_BAR = 1.2
"""For larger networks in batches of 64 and more."""
CASES: tuple[tuple[tuple[int, ...], int, float], ...] = (
    ((3, 3, 1), 1, SMALL_BAR),
    ((3, 3, 1), 1024, SMALL_BAR),
    ((784, 128, 10), 1, SMALL_BAR),
    ((784, 128, 10), 64, LARGE_BAR),
    ((784, 128, 10), 1024, LARGE_BAR),
    ((784, 512, 512, 10), 1, SMALL_BAR),
    ((784, 512, 512, 10), 64, LARGE_BAR),
    ((784, 512, 512, 10), 1024, LARGE_BAR),
)


@dataclass(frozen=True)
class Row:
    """One line of the result; times in microseconds."""

    sizes: str
    batch: int
    engine: float
    bare: float
    bare_short_sigmoid: float
    bar: float

    @property
    def ratio(self) -> float:
        return self.engine / self.bare


def stable_sigmoid(z: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z)) without overflow, in bare NumPy calls; any shape."""
    e = np.exp(-np.abs(z))
    a: FloatArray = np.where(z >= 0, 1.0, e) / (1.0 + e)
    return a


def short_sigmoid(z: FloatArray) -> FloatArray:
    """The formula as textbooks print it; any shape."""
    a: FloatArray = 1.0 / (1.0 + np.exp(-z))
    return a


def bare_forward(
    inputs: FloatArray, parameters: Parameters, sigmoid: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """ReLU layers and a sigmoid layer: inputs (n_samples, n_features) to outputs."""
    a = inputs
    for w, b in parameters[:-1]:
        a = np.maximum(a @ w.T + b, 0.0)
    w, b = parameters[-1]
    return sigmoid(a @ w.T + b)


def time_case(sizes: Sequence[int], batch: int, bar: float, seconds: float) -> Row:
    """Time the contestants in turn, for `seconds` each, after checking that they agree."""
    generator = np.random.default_rng(0)
    parameters = [
        (generator.normal(0, n_inputs**-0.5, (n_neurons, n_inputs)), np.zeros(n_neurons))
        for n_inputs, n_neurons in itertools.pairwise(sizes)
    ]
    inputs = generator.normal(size=(batch, sizes[0]))
    activations = ["relu"] * (len(parameters) - 1) + ["sigmoid"]
    network = Network(
        [Layer(w, b, name) for (w, b), name in zip(parameters, activations, strict=True)]
    )
    contestants: dict[str, Callable[[], FloatArray]] = {
        "engine": lambda: network.forward(inputs).outputs,
        "bare": lambda: bare_forward(inputs, parameters, stable_sigmoid),
        "short": lambda: bare_forward(inputs, parameters, short_sigmoid),
    }
    for contestant in contestants.values():
        np.testing.assert_allclose(contestant(), contestants["bare"](), rtol=1e-10)
    times = fastest_within(contestants, "bare", seconds)
    name = "-".join(map(str, sizes))
    return Row(name, batch, times["engine"], times["bare"], times["short"], bar)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forward")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each contestant (1)")
    given = parser.parse_args()
    rows = [time_case(*case, given.seconds) for case in CASES]
    if given.json:
        printed = [
            asdict(row) | {"ratio": row.ratio, "holds": row.ratio <= row.bar} for row in rows
        ]
        print(json.dumps(printed, indent=1))
        return
    print("forward pass, float64, one BLAS thread, microseconds (fastest turn)\n")
    print(f"{'network':>15} {'batch':>6} {'engine':>9} {'bare':>9} {'short':>9}   ratio to bare")
    for row in rows:
        print(
            f"{row.sizes:>15} {row.batch:>6} {row.engine:>9.1f} {row.bare:>9.1f}"
            f" {row.bare_short_sigmoid:>9.1f}   {verdict(row.ratio, row.bar, '×')}"
        )


if __name__ == "__main__":
    main()
