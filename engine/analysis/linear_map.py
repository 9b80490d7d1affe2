"""The linear map that a network equals: everywhere without activations, else near a sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.network import Network, Trace
from engine.nn.values import Value


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class LinearMap(Value):
    """outputs = inputs @ weights.T + bias.

    Parameters
    ----------
    weights
        (n_outputs, n_features), one row per output.
    bias
        (n_outputs,). Both are read-only.
    """

    weights: FloatArray
    bias: FloatArray


def collapse(network: Network) -> LinearMap | None:
    """Return the linear map that a stack of identity layers equals; None with other activations.

    For two layers: W = W2 @ W1, b = W2 @ b1 + b2. The outputs are equal up to rounding.

    Parameters
    ----------
    network
        Of any activations.

    Returns
    -------
    LinearMap | None
    """
    check_type(network, Network, "network")
    if any(layer.activation.name != "identity" for layer in network.layers):
        return None
    return _product((layer.weights, layer.bias) for layer in network.layers)


def local_linear_map(trace: Trace) -> LinearMap | None:
    """Return the linear map that a piecewise linear network equals around one sample.

    Each neuron counts as the straight line its sum lies on: a = derivative·z + offset. At a kink it
    is the line of the side where the neuron is off or cut; a step is constant. None when some
    activation is not piecewise linear.

    Parameters
    ----------
    trace
        Of one sample.

    Returns
    -------
    LinearMap | None

    Raises
    ------
    ValueError
        Unless `trace` holds one sample.
    """
    check_type(trace, Trace, "trace")
    if len(trace.inputs) != 1:
        raise ValueError(f"expected the trace of one sample, got {len(trace.inputs)} samples")
    if not all(layer.activation.piecewise_linear for layer in trace.network.layers):
        return None
    return _product(_pieces(trace))


def _pieces(trace: Trace) -> Iterable[tuple[FloatArray, FloatArray]]:
    """For each layer the weights and bias of the straight lines that its neurons are on."""
    for layer, computed in zip(trace.network.layers, trace.layers, strict=True):
        z, a = computed.pre_activations[0], computed.activations[0]
        with np.errstate(all="ignore"):
            derivatives = layer.activation.derivative(z)
            # Where it is flat the offset is the activation itself, even for an infinite sum.
            offsets = np.where(derivatives == 0.0, a, a - derivatives * z)
            weights = derivatives[:, np.newaxis] * layer.weights
            bias = derivatives * layer.bias + offsets
        yield weights, bias


def _product(layers: Iterable[tuple[FloatArray, FloatArray]]) -> LinearMap:
    """Compose linear layers, in order, into one map."""
    (weights, bias), *later = layers
    with np.errstate(all="ignore"):
        for next_weights, next_bias in later:
            weights = next_weights @ weights
            bias = next_weights @ bias + next_bias
    weights, bias = weights.copy(), bias.copy()
    weights.setflags(write=False)
    bias.setflags(write=False)
    return LinearMap(weights, bias)
