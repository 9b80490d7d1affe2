"""The forward pass and the backward pass, each written once::

    forward    z = W·x + b
               a = f(z)
    backward   δ = d loss / d z = f'(z) · d loss / d a
               d loss / d Wᵀ = x·δᵀ, and d loss / d b is the sum of δ over the samples
               d loss / d x = Wᵀ·δ, which is d loss / d a of the layer before

As in textbooks a sample is a column: W is (n_neurons, n_inputs), x (n_inputs, n_samples). Elsewhere
in the engine samples are rows, as in tables of data; `.T` turns one into the other without copying.

Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors" (1986).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray

_NEW: Any = None
"""No array yet: NumPy makes one where it is told to write to None."""


_MAX_NUMBERS = 8192
"""So many numbers are activated at a time: what is computed on the way stays in the cache."""


class LayerPass:
    """One layer in a pass: what it reads, what it computes, and what comes back to it.

    A pass makes its arrays, or overwrites those it finds here. Training and maps put some here
    beforehand, as making arrays takes as long as filling them.

    Parameters
    ----------
    weights
        (n_neurons, n_inputs), W.
    bias
        (n_neurons, 1), b; None where it is the last column of W, as the weight of an input that is
        always 1.
    activation
        The function f.

    Attributes
    ----------
    x
        (n_inputs, n_samples), for the backward pass.
    z, a
        (n_neurons, n_samples), the sums and the activations.
    a_and_1
        (n_neurons + 1, n_samples), `a` above a row of ones, where the next layer reads that.
    delta, delta_rows
        δ, (n_neurons, n_samples), and δᵀ, which shares its numbers.
    derivative
        (n_neurons, n_samples), f'(z) if it is computed beforehand, else None.
    columns
        (n_inputs, n_neurons), Wᵀ; None where nobody asks for d loss / d x.
    by_x
        (n_inputs, n_samples), d loss / d x.
    gradient, bias_gradient
        (n_inputs, n_neurons), d loss / d Wᵀ, and (n_neurons,), d loss / d b.
    """

    def __init__(
        self, weights: FloatArray, bias: FloatArray | None, activation: Activation
    ) -> None:
        self.weights = weights
        self.bias = bias
        self.activation = activation
        in_place = ACTIVATIONS[activation.name].in_place
        self.activate = in_place or partial(_activate, activation)
        self.x: FloatArray = _NEW
        self.z: FloatArray = _NEW
        self.a: FloatArray = _NEW
        self.a_and_1: FloatArray = _NEW
        self.delta: FloatArray = _NEW
        self.delta_rows: FloatArray = _NEW
        self.derivative: FloatArray | None = None
        self.columns: FloatArray | None = None
        self.by_x: FloatArray = _NEW
        self.gradient: FloatArray = _NEW
        self.bias_gradient: FloatArray = _NEW

    @classmethod
    def into(
        cls, weights: FloatArray, activation: Activation, z: FloatArray, a_and_1: FloatArray
    ) -> LayerPass:
        """Return one that writes to given arrays, and whose bias is the last column of `weights`.

        Parameters
        ----------
        weights
            (n_neurons, n_inputs + 1).
        activation
            The function f.
        z
            (n_neurons + 1, n_samples), of which the last row means nothing; it may be `a_and_1`.
        a_and_1
            (n_neurons + 1, n_samples), the last row 1.
        """
        layer = cls(weights, None, activation)
        layer.z, layer.a, layer.a_and_1 = z[:-1], a_and_1[:-1], a_and_1
        return layer

    def set_delta(self, rows: FloatArray) -> None:
        """Set δ.

        Parameters
        ----------
        rows
            (n_samples, n_neurons), δᵀ.
        """
        self.delta, self.delta_rows = rows.T, rows


def forward(layers: Iterable[LayerPass], x: FloatArray) -> None:
    """Compute z and a of each layer.

    Parameters
    ----------
    layers
        From the first to the last.
    x
        What the first of them reads.
    """
    for layer in layers:
        layer.z = z = layer.weights.dot(x, layer.z)
        if layer.bias is not None:
            z += layer.bias
        layer.a = x = layer.activate(z, layer.a)
        if layer.a_and_1 is not None:
            x = layer.a_and_1


def backward(layers: Sequence[LayerPass], by_a: FloatArray | None = None) -> None:
    """Compute δ, the gradient and d loss / d x of each layer.

    Parameters
    ----------
    layers
        From the first to the last, after `forward`; each knows its x.
    by_a
        (n_neurons, n_samples), d loss / d a of the last layer; None where its δ is known already.
    """
    for layer in reversed(layers):
        if by_a is not None:
            if layer.derivative is not None:
                np.multiply(by_a, layer.derivative, layer.delta)
            else:
                layer.set_delta(layer.activation.backward(layer.z.T, by_a.T))
        layer.gradient = layer.x.dot(layer.delta_rows, layer.gradient)
        if layer.bias is not None:
            layer.bias_gradient = layer.delta.sum(axis=1)
        if layer.columns is not None:
            by_a = layer.by_x = layer.columns.dot(layer.delta, layer.by_x)


def _activate(activation: Activation, z: FloatArray, out: FloatArray | None) -> FloatArray:
    """a = f(z); a row-wise function works on the sums of one sample at a time."""
    if out is None:
        return activation.forward(z.T).T if activation.row_wise else activation.forward(z)
    step = max(1, _MAX_NUMBERS // len(z))
    for start in range(0, z.shape[1], step):
        part = slice(start, start + step)
        out[:, part] = _activate(activation, z[:, part], None)
    return out
