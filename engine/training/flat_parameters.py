"""All weights and biases of a network in one vector, with a view of it for each layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.layer import FrozenLayer
from engine.nn.network import Network
from engine.nn.parameters import Bias, Weight

IntArray = NDArray[np.intp]


def place_of(network: Network, parameter: Weight | Bias) -> int:
    """Return the place of a weight or a bias in the vector of `FlatParameters`.

    Parameters
    ----------
    network
        Whose parameters are in the vector.
    parameter
        One of them.

    Returns
    -------
    int
    """
    layer = network.layers[parameter.layer_index]
    row = parameter.input if isinstance(parameter, Weight) else layer.n_inputs
    before = sum(layer.n_parameters for layer in network.layers[: parameter.layer_index])
    return before + row * layer.n_neurons + parameter.neuron


class FlatParameters:
    """The parameters as a mutable vector, and their gradient as another.

    Each layer is a block (n_inputs + 1, n_neurons) of both: the transposed weights, and the bias as
    the weights of an input that is always 1. So one product gives the sums with their bias, one the
    gradient of both, and each part of a block is contiguous.

    Attributes
    ----------
    vector, gradient
        (n_parameters,), layer by layer.
    blocks, gradient_blocks
        Their views, one for each layer.
    """

    def __init__(self, network: Network) -> None:
        self.vector: FloatArray = np.empty(network.n_parameters)
        self.gradient: FloatArray = np.zeros(network.n_parameters)
        self._shapes = [(layer.n_inputs + 1, layer.n_neurons) for layer in network.layers]
        self.blocks = self._blocks_of(self.vector)
        self.gradient_blocks = self._blocks_of(self.gradient)
        self.load(network)

    def load(self, network: Network) -> None:
        """Copy the numbers of a network of the same sizes.

        Parameters
        ----------
        network
            Whose numbers are copied.
        """
        for block, layer in zip(self.blocks, network.layers, strict=True):
            block[:-1] = layer.weights.T
            block[-1] = layer.bias

    def to_network(self, like: Network) -> Network:
        """Return a network of the current numbers, with the activations and names of `like`.

        Parameters
        ----------
        like
            A network of the same sizes.

        Returns
        -------
        Network
        """
        return Network(
            layer.replace(weights=block[:-1].T, bias=block[-1])
            for layer, block in zip(like.layers, self.blocks, strict=True)
        )

    def neuron_at(self, place: int) -> tuple[int, int]:
        """Return the layer and the neuron, from 0, of a place in the vector.

        Parameters
        ----------
        place
            A place in the vector, from 0.

        Returns
        -------
        tuple[int, int]
        """
        layer_index = 0
        while place >= self.blocks[layer_index].size:
            place -= self.blocks[layer_index].size
            layer_index += 1
        return layer_index, place % self.blocks[layer_index].shape[1]

    def weights_as_ones(self) -> FloatArray:
        """Return a vector with 1 at each weight and 0 at each bias."""
        ones = np.ones_like(self.vector)
        for block in self._blocks_of(ones):
            block[-1] = 0.0
        return ones

    def frozen_places(self, frozen: Sequence[FrozenLayer | None] | None) -> IntArray:
        """Return the places of the frozen numbers in the vector.

        Parameters
        ----------
        frozen
            The masks, one (or None) for each layer; None when nothing is frozen.

        Raises
        ------
        ValueError
            When the masks do not have the shapes of the layers.
        """
        marks = np.zeros_like(self.vector)
        if frozen is None:
            return np.flatnonzero(marks)
        check_type(frozen, list | tuple, "frozen")
        blocks = self._blocks_of(marks)
        if len(frozen) != len(blocks):
            raise ValueError(
                f"frozen: {len(frozen)} masks, expected {len(blocks)}, one for each layer"
            )
        for number, (block, mask) in enumerate(zip(blocks, frozen, strict=True), start=1):
            check_type(mask, FrozenLayer | None, f"frozen: mask {number}")
            if mask is None:
                continue
            weights, bias = np.asarray(mask.weights), np.asarray(mask.bias)
            n_inputs, n_neurons = block.shape[0] - 1, block.shape[1]
            if weights.shape != (n_neurons, n_inputs) or bias.shape != (n_neurons,):
                raise ValueError(
                    f"frozen: the masks of layer {number} have shapes {weights.shape} and "
                    f"{bias.shape}, expected {(n_neurons, n_inputs)} and {(n_neurons,)}"
                )
            block[:-1] = weights.T
            block[-1] = bias
        return np.flatnonzero(marks)

    def _blocks_of(self, vector: FloatArray) -> list[FloatArray]:
        ends = np.cumsum([n_rows * n_columns for n_rows, n_columns in self._shapes])
        parts = np.split(vector, ends[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)]
