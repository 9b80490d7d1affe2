"""The decision map against its passes in bare NumPy, in one run, side by side.

    python -m benchmarks.decision_map [--json] [--seconds S]

Both compute the outputs at 120×80 points in float64 on one BLAS thread, and take turns so that a
busy machine slows both. The fastest turn of each counts. The bare passes get their points ready
made, one per row; the engine gets the two axes, and also returns the activations of the first
layer.
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

from benchmarks.forward import FloatArray, stable_sigmoid
from benchmarks.turns import fastest_within
from benchmarks.verdict import verdict
from engine import Layer, Network, Session
from engine.analysis.decision_map import decision_map

BAR = 1.5
ACROSS = np.linspace(-6, 6, 120)
UP = np.linspace(-6, 6, 80)
CASES: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
    ((2, 4, 2, 1), ("tanh", "tanh", "sigmoid")),
    ((4, 8, 8, 3), ("relu", "relu", "softmax")),
)


@dataclass(frozen=True)
class Row:
    """One line of the result; times in microseconds."""

    sizes: str
    activations: str
    engine: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.engine / self.bare


def relu(z: FloatArray) -> FloatArray:
    return np.maximum(z, 0.0)


def softmax(z: FloatArray) -> FloatArray:
    """e^z over the sum of e^z of each row, shifted against overflow, in bare NumPy calls."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    a: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return a


BARE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "tanh": np.tanh,
    "relu": relu,
    "sigmoid": stable_sigmoid,
    "softmax": softmax,
}


def time_case(sizes: Sequence[int], activations: Sequence[str], seconds: float) -> Row:
    """Time both in turn, for `seconds` each, after checking that they agree."""
    generator = np.random.default_rng(0)
    parameters = [
        (generator.normal(size=(n_neurons, n_inputs)), generator.normal(size=n_neurons))
        for n_inputs, n_neurons in itertools.pairwise(sizes)
    ]
    sample = generator.normal(size=(1, sizes[0]))
    layers = zip(parameters, activations, strict=True)
    session = Session(Network([Layer(w, b, name) for (w, b), name in layers]), sample)
    points = np.repeat(sample, len(ACROSS) * len(UP), axis=0)
    points[:, 0] = np.tile(ACROSS, len(UP))
    points[:, 1] = np.repeat(UP, len(ACROSS))

    def engine() -> FloatArray:
        return decision_map(session, (0, 1), ACROSS, UP, layer_index=0).outputs

    def bare() -> FloatArray:
        a = points
        for (w, b), name in zip(parameters, activations, strict=True):
            a = BARE[name](a @ w.T + b)
        return a

    np.testing.assert_allclose(engine().reshape(-1, sizes[-1]), bare(), rtol=1e-9, atol=1e-12)
    times = fastest_within({"engine": engine, "bare": bare}, "bare", seconds)
    return Row("-".join(map(str, sizes)), ", ".join(activations), times["engine"], times["bare"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.decision_map")
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
        f"decision map, {len(ACROSS)}×{len(UP)} points, float64, one BLAS thread, microseconds "
        f"(fastest turn)\n"
    )
    print(f"{'network':>15} {'activations':>21} {'engine':>9} {'bare':>9}   ratio to bare")
    for row in rows:
        print(
            f"{row.sizes:>15} {row.activations:>21} {row.engine:>9.1f} {row.bare:>9.1f}"
            f"   {verdict(row.ratio, BAR, '×')}"
        )


if __name__ == "__main__":
    main()
