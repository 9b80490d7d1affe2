"""The forward pass in arrays that are written again and again: for training, and for many points.

The formulas are those of `engine.nn.network`, which makes new values: z = W·x, a = f(z). Here
arrays have one row for each neuron and one column for each sample, W ends with the bias, and x with
a row of ones: so every array is contiguous, and a product needs no sum after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray


class LayerArrays:
    """What one layer reads and writes in a forward pass.

    Parameters
    ----------
    block
        (n_inputs + 1, n_neurons): the transposed weights, then the bias.
    activation
        That of the layer.
    z, outputs
        (n_neurons + 1, n_samples): the sums, whose last row means nothing, and the activations,
        whose last row is 1, as the next layer reads it.
    """

    def __init__(
        self, block: FloatArray, activation: Activation, z: FloatArray, outputs: FloatArray
    ) -> None:
        self.rows = block.T
        self.activation = activation
        self.z = z[:-1]
        self.a = outputs[:-1]
        self.outputs = outputs
        in_place = ACTIVATIONS[activation.name].in_place
        self.activate = in_place or partial(_activate, activation)


def forward(layers: Iterable[LayerArrays], x: FloatArray) -> None:
    """Compute the activations;

    Parameters
    ----------
    layers
        From the first to the last.
    x
        (n_inputs + 1, n_samples), the last row 1.
    """
    for layer in layers:
        layer.rows.dot(x, layer.z)
        layer.activate(layer.z, layer.a)
        x = layer.outputs


def _activate(activation: Activation, z: FloatArray, a: FloatArray) -> None:
    """a = f(z); a row-wise function works along the last axis, which here are the samples."""
    a[...] = activation.forward(z.T).T if activation.row_wise else activation.forward(z)
