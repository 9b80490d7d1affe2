"""The activations over whole arrays, from the references in arbitrary precision."""

from __future__ import annotations

import numpy as np

from engine.nn.arrays import FloatArray
from tests.engine.nn.activation_references import (
    reference,
    reference_log_softmax,
    reference_softmax,
)

_ROW_WISE = {"softmax": reference_softmax, "log_softmax": reference_log_softmax}


def activate(name: str, z: FloatArray, *parameters: float) -> FloatArray:
    """Return the activation of every sum, rounded to float64; z: (n_samples, n_neurons)."""
    if name in _ROW_WISE:
        rows = [[float(a) for a in _ROW_WISE[name](row)] for row in z.tolist()]
    else:
        rows = [
            [float(reference(name, number, parameters)) for number in row] for row in z.tolist()
        ]
    return np.array(rows, dtype=np.float64)
