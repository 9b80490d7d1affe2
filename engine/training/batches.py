"""Samples as the training loop reads them: inputs, a 1 for the bias, and targets in one row."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.arrays import FloatArray, read_only
from engine.nn.network import Network
from engine.nn.targets import samples_with_target


def check_finite(network: Network) -> None:
    """Raise ValueError, naming the place, when a weight or bias is NaN or infinite."""
    for number, layer in enumerate(network.layers, start=1):
        if layer.not_finite:
            raise ValueError(f"layer {number}: {layer.not_finite} is not a finite number")


def check_sizes(network: Network, trained: Network) -> None:
    """Raise ValueError when the sizes are not those of the network being trained."""
    if network.sizes != trained.sizes:
        wanted, given = ("-".join(map(str, some.sizes)) for some in (trained, network))
        raise ValueError(
            f"the network being trained is {wanted}, the other {given}; start another run"
        )


def sample_table(
    network: Network, inputs: ArrayLike, targets: ArrayLike, prefix: str = ""
) -> FloatArray:
    """Return the table (n_samples, n_features + 1 + n_outputs).

    Samples without any target are left out; in the others a target that is not set is NaN.
    prefix: put before "inputs" and "targets" in messages, such as "test ". Raises ValueError when
    there is no sample, the shapes do not fit the network, or a number is infinite.
    """
    x = read_only(inputs, f"{prefix}inputs", 2)
    y = read_only(targets, f"{prefix}targets", 2)
    if not len(x):
        raise ValueError(f"{prefix}inputs: expected at least one sample")
    if x.shape[1] != network.n_features:
        raise ValueError(
            f"{prefix}inputs: each sample has {x.shape[1]} numbers, expected {network.n_features}"
        )
    if y.shape != (len(x), network.n_outputs):
        raise ValueError(
            f"{prefix}targets have shape {y.shape}, expected {(len(x), network.n_outputs)}, "
            f"one row a sample and one number for each output"
        )
    for name, not_finite in (("inputs", ~np.isfinite(x)), ("targets", np.isinf(y))):
        if not_finite.any():
            row, column = (int(index) for index in np.argwhere(not_finite)[0])
            raise ValueError(f"{prefix}{name}[{row + 1}][{column + 1}] is not a finite number")
    table = np.hstack([x, np.ones((len(x), 1)), y])
    return table[samples_with_target(y)]


def optional_table(
    network: Network, inputs: ArrayLike | None, targets: ArrayLike | None, prefix: str
) -> FloatArray | None:
    """Return the table, or None when both are None or no target is set.

    Raises ValueError when only one of them is given, and as `sample_table` does.
    """
    if inputs is None and targets is None:
        return None
    if inputs is None or targets is None:
        raise ValueError(f"{prefix}samples need both inputs and targets")
    table = sample_table(network, inputs, targets, prefix)
    return table if len(table) else None


def split_table(table: FloatArray, n_features: int) -> tuple[FloatArray, FloatArray]:
    """Return the inputs and the targets in some rows of such a table."""
    return table[:, :n_features].copy(), table[:, n_features + 1 :].copy()
