"""A forward and a backward pass through preallocated arrays, for a fixed number of samples.

The formulas are those of `engine.network` and `engine.gradients`:
z = weights · inputs + bias, a = activation(z), and back from the loss
delta = d loss / d z, d loss / d weights = delta · inputsᵀ, d loss / d inputs = weightsᵀ · delta.
Arrays have one row per neuron and one column per sample, so that each layer's outs with a row of
ones below them lie in one piece and are the next layer's inputs as they stand.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.activations import Activation, FloatArray
from engine.loss_derivatives import loss_derivative
from engine.training.flat_parameters import FlatParameters
from engine.training.in_place import (
    SLOPES_FROM_OUTS,
    Call,
    activation_calls,
    backward_calls,
    slope_calls,
)

_CLOSED_FORMS = {("bce", "sigmoid"), ("cross_entropy", "softmax")}
"""Losses whose derivative by the sum z of these is a - target, over a count."""

DIFFERENCES = {"squared_error": 1.0, "mse": 2.0}
"""Losses whose derivative by the out a is this times a - target, over a count."""


class LayerArrays(NamedTuple):
    """What one layer reads and writes in a pass.

    inputs: (n_inputs + 1, n_samples), the last row 1. z, outs: (n_neurons, n_samples). place: where
    the outs and their row of ones lie in the vector of all layers' outs.
    """

    inputs: FloatArray
    z: FloatArray
    outs: FloatArray
    place: slice


class ForwardPass:
    """The forward pass of one batch.

    samples: (n_samples, n_features + 1 + n_outputs), to be filled by the caller: the inputs, a 1,
    the targets, NaN where one is not set. calls: what computes the outs from them.
    """

    def __init__(
        self, parameters: FlatParameters, activations: Sequence[Activation], n_samples: int
    ) -> None:
        n_inputs = parameters.blocks[0].shape[1]
        n_outputs = len(parameters.blocks[-1])
        self.samples: FloatArray = np.empty((n_samples, n_inputs + n_outputs))
        self.targets = self.samples[:, n_inputs:]
        self.layers: list[LayerArrays] = []
        self.calls: list[Call] = []
        rows = [len(block) + 1 for block in parameters.blocks]
        # One vector for all, so that the slopes of several layers are computed at a stroke.
        self._outs: FloatArray = np.ones(sum(rows) * n_samples)
        inputs = self.samples[:, :n_inputs].T
        stop = 0
        for block, n_rows, activation in zip(parameters.blocks, rows, activations, strict=True):
            start, stop = stop, stop + n_rows * n_samples
            with_ones = self._outs[start:stop].reshape(n_rows, n_samples)
            layer = LayerArrays(
                inputs, np.empty((n_rows - 1, n_samples)), with_ones[:-1], slice(start, stop)
            )
            self.layers.append(layer)
            # dot with an array for its result is faster than matmul where matrices are small.
            self.calls.append((block.dot, (inputs, layer.z)))
            self.calls += activation_calls(activation, layer.z, layer.outs)
            inputs = with_ones


class TrainingPass(ForwardPass):
    """The forward pass of one batch, then the backward pass, into the gradient of `parameters`.

    factor: by what the gradient is multiplied; it costs nothing here. is_whole: whether all targets
    are set in every batch.
    """

    def __init__(
        self,
        parameters: FlatParameters,
        activations: Sequence[Activation],
        n_samples: int,
        loss_name: str,
        factor: float = 1.0,
        *,
        is_whole: bool = True,
    ) -> None:
        super().__init__(parameters, activations, n_samples)
        self._slopes: FloatArray = np.empty_like(self._outs)
        self._activations = tuple(activations)
        self._loss_name = loss_name
        self._is_whole = is_whole
        self.calls += self._slope_calls()
        delta: FloatArray = np.empty_like(self.layers[-1].outs)
        self.calls += self._loss_calls(delta, factor)
        for index in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[index]
            self.calls.append((delta.dot, (layer.inputs.T, parameters.gradient_blocks[index])))
            if index:
                before = self.layers[index - 1]
                weights = parameters.blocks[index][:, :-1]
                by_outs = np.empty_like(before.outs)
                self.calls.append((weights.T.dot, (delta, by_outs)))
                self.calls += backward_calls(
                    self._activations[index - 1], before.z, self._slopes_of(index - 1), by_outs
                )
                delta = by_outs

    def _slope_calls(self) -> list[Call]:
        """One computation for each run of layers that have the same activation."""
        n_layers = len(self.layers)
        if (self._loss_name, self._activations[-1].name) in _CLOSED_FORMS:
            n_layers -= 1
        calls: list[Call] = []
        for name, run in itertools.groupby(
            range(n_layers), key=lambda index: self._activations[index].name
        ):
            if name in SLOPES_FROM_OUTS:
                indices = list(run)
                start = self.layers[indices[0]].place.start
                place = slice(start, self.layers[indices[-1]].place.stop)
                calls += slope_calls(name, self._outs[place], self._slopes[place])
        return calls

    def _slopes_of(self, index: int) -> FloatArray:
        layer = self.layers[index]
        return self._slopes[layer.place][: layer.outs.size].reshape(layer.outs.shape)

    def _loss_calls(self, delta: FloatArray, factor: float) -> list[Call]:
        """The calls that write factor · d loss / d z of the last layer."""
        layer, activation, name = self.layers[-1], self._activations[-1], self._loss_name
        count = len(self.samples) if name in ("squared_error", "cross_entropy") else delta.size
        share = np.array(factor * DIFFERENCES.get(name, 1.0) / count)
        scaled: list[Call] = [
            (np.subtract, (layer.outs, self.targets.T, delta)),
            (np.multiply, (delta, share, delta)),
        ]
        if self._is_whole and (name, activation.name) in _CLOSED_FORMS:
            return scaled
        if self._is_whole and name in DIFFERENCES:
            return scaled + backward_calls(activation, layer.z, self._slopes_of(-1), delta)
        arguments = (name, layer, self.targets, activation, delta)
        return [(_loss_derivative, arguments), (np.multiply, (delta, np.array(factor), delta))]


def _loss_derivative(
    name: str, layer: LayerArrays, targets: FloatArray, activation: Activation, delta: FloatArray
) -> None:
    delta[...] = loss_derivative(name, layer.z.T, layer.outs.T, targets, activation).T
