"""Samples as training reads them: checked, and with a 1 for the bias."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.arrays import FloatArray, read_only
from engine.nn.network import Network
from engine.nn.targets import samples_with_target
from engine.training.flat_parameters import IntArray


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """What is learned from, or tested on.

    Attributes
    ----------
    inputs
        (n_samples, n_features + 1); the last column is 1, which the bias is the weight of.
    targets
        (n_samples, n_outputs); NaN where a target is not set, which is never all of a row.
    """

    inputs: FloatArray
    targets: FloatArray

    def __len__(self) -> int:
        return len(self.inputs)

    def rows(self, start: int, stop: int, order: IntArray | None = None) -> Samples:
        """Return the samples at the places `start` up to `stop` of an order, None for theirs.

        Parameters
        ----------
        start
            The first place.
        stop
            The place after the last.
        order
            The samples in another order, (n_samples,).

        Returns
        -------
        Samples
        """
        if order is None:
            return Samples(self.inputs[start:stop], self.targets[start:stop])
        chosen = order[start:stop]
        return Samples(self.inputs.take(chosen, 0), self.targets.take(chosen, 0))

    def batches(self, batch_size: int) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield the inputs and targets of whole batches, then of one with what is left.

        They are (n_batches, n_features + 1, batch_size) and (n_batches, n_outputs, batch_size): a
        batch has one column a sample.

        Parameters
        ----------
        batch_size
            How many samples a batch has.
        """
        whole = len(self.inputs) // batch_size * batch_size
        for start, stop in ((0, whole), (whole, len(self.inputs))):
            if start < stop:
                size = min(batch_size, stop - start)
                yield (
                    self.inputs[start:stop].reshape(-1, size, self.inputs.shape[1]).swapaxes(1, 2),
                    self.targets[start:stop]
                    .reshape(-1, size, self.targets.shape[1])
                    .swapaxes(1, 2),
                )


def check_finite(network: Network) -> None:
    """Raise ValueError, naming the place, when a weight or bias is NaN or infinite.

    Parameters
    ----------
    network
        Which is to be trained.
    """
    for number, layer in enumerate(network.layers, start=1):
        if layer.not_finite:
            raise ValueError(f"layer {number}: {layer.not_finite} is not a finite number")


def check_sizes(network: Network, trained: Network) -> None:
    """Raise ValueError when the sizes are not those of the network being trained.

    Parameters
    ----------
    network
        Which is to take its place.
    trained
        The network being trained.
    """
    if network.sizes != trained.sizes:
        wanted, given = ("-".join(map(str, some.sizes)) for some in (trained, network))
        raise ValueError(
            f"the network being trained is {wanted}, the other {given}; start another run"
        )


def checked_samples(
    network: Network, inputs: ArrayLike, targets: ArrayLike, prefix: str = ""
) -> Samples:
    """Return those samples that have some target.

    Parameters
    ----------
    network
        Which they have to fit.
    inputs
        (n_samples, n_features), finite numbers.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    prefix
        Put before "inputs" and "targets" in messages, such as "test ".

    Raises
    ------
    ValueError
        When there is no sample, the shapes do not fit the network, or a number is not finite.
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
    chosen = samples_with_target(y)
    return Samples(np.hstack([x, np.ones((len(x), 1))])[chosen], y[chosen])


def optional_samples(
    network: Network, inputs: ArrayLike | None, targets: ArrayLike | None, prefix: str
) -> Samples | None:
    """Return those samples that have some target, or None if there are none.

    Parameters
    ----------
    network
        Which they have to fit.
    inputs
        (n_samples, n_features), or None.
    targets
        (n_samples, n_outputs), or None.
    prefix
        Begins what errors call them, such as "test ".

    Returns
    -------
    Samples | None

    Raises
    ------
    ValueError
        When only one of them is given, and as `checked_samples` does.
    """
    if inputs is None and targets is None:
        return None
    if inputs is None or targets is None:
        raise ValueError(f"{prefix}samples need both inputs and targets")
    samples = checked_samples(network, inputs, targets, prefix)
    return samples if len(samples) else None
