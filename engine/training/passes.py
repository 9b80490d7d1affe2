"""Forward and backward passes through preallocated arrays, for a fixed number of samples.

The formulas are those of `engine.nn.network` and `engine.nn.backprop`:
z = weights · inputs + bias, a = activation(z), and backwards from the loss
delta = d loss / d z, d loss / d weights = delta · inputsᵀ, d loss / d inputs = weightsᵀ · delta.
Arrays have one row per neuron and one column per sample, so that each layer's activations and a
row of ones below them are contiguous, and serve as the next layer's inputs without a copy.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.losses import loss, loss_derivative, n_counted
from engine.nn.targets import has_unset
from engine.training.parameters import FlatParameters

Call = tuple[Callable[..., object], tuple[object, ...]]

# NumPy handles zero-dimensional arrays faster than Python numbers.
ZERO: FloatArray = np.array(0.0)
ONE: FloatArray = np.array(1.0)

DERIVATIVES_FROM_ACTIVATIONS = ("tanh", "sigmoid", "relu")
"""Activations whose derivative is a short formula of the activation alone."""

_CLOSED_FORMS = {("bce", "sigmoid"), ("cross_entropy", "softmax")}
"""Losses whose derivative by the sum z of these activations is a - target, over a count."""

DIFFERENCES = {"squared_error": 1.0, "mse": 2.0}
"""Losses whose derivative by the activation a is this factor times a - target, over a count."""

_MAX_NUMBERS = 50_000
"""Sums computed at a time, roughly: as many as stay in the processor's cache."""


def run_calls(calls: list[Call]) -> None:
    """Run the calls in turn."""
    for function, arguments in calls:
        function(*arguments)


def activation_calls(activation: Activation, z: FloatArray, activations: FloatArray) -> list[Call]:
    """Return the calls that write the activations of the sums z, (n_neurons, n_samples) both."""
    match activation.name:
        case "identity":
            return [(np.copyto, (activations, z))]
        case "relu":
            # np.maximum takes `out` by keyword only here: NumPy deprecates the third position.
            return [(partial(np.maximum, out=activations), (z, ZERO))]
        case "tanh":
            return [(np.tanh, (z, activations))]
        case "sigmoid":
            return [
                (np.negative, (z, activations)),
                (np.exp, (activations, activations)),
                (np.add, (activations, ONE, activations)),
                (np.divide, (ONE, activations, activations)),
            ]
        case "softmax":
            row = np.empty((1, z.shape[1]))
            return [
                (np.maximum.reduce, (z, 0, None, row, True)),
                (np.subtract, (z, row, activations)),
                (np.exp, (activations, activations)),
                (np.add.reduce, (activations, 0, None, row, True)),
                (np.divide, (activations, row, activations)),
            ]
    return [(_forward, (activation, z, activations))]


def derivative_calls(name: str, activations: FloatArray, derivatives: FloatArray) -> list[Call]:
    """Return the calls that write the derivatives da/dz, from activations of the same shape."""
    match name:
        case "tanh":  # 1 - a²
            return [
                (np.square, (activations, derivatives)),
                (np.subtract, (ONE, derivatives, derivatives)),
            ]
        case "sigmoid":  # a·(1 - a)
            return [
                (np.subtract, (ONE, activations, derivatives)),
                (np.multiply, (derivatives, activations, derivatives)),
            ]
        case "relu":  # 1 where a > 0, else 0
            return [(np.sign, (activations, derivatives))]
    raise ValueError(f"the derivative of {name} does not follow from its activations alone")


def backward_calls(
    activation: Activation, z: FloatArray, derivatives: FloatArray, delta: FloatArray
) -> list[Call]:
    """Return the calls that turn delta from d loss / d a into d loss / d z.

    derivatives: what derivative_calls wrote, where the activation is one of
    DERIVATIVES_FROM_ACTIVATIONS.
    """
    if activation.name == "identity":
        return []
    if activation.name in DERIVATIVES_FROM_ACTIVATIONS:
        return [(np.multiply, (delta, derivatives, delta))]
    return [(_backward, (activation, z, delta))]


def _forward(activation: Activation, z: FloatArray, activations: FloatArray) -> None:
    # A row-wise function works along the last axis, which here is the samples.
    activations[...] = activation.forward(z.T).T if activation.row_wise else activation.forward(z)


def _backward(activation: Activation, z: FloatArray, delta: FloatArray) -> None:
    if activation.row_wise:
        delta[...] = activation.backward(z.T, delta.T).T
    else:
        delta[...] = activation.backward(z, delta)


class LayerArrays(NamedTuple):
    """What one layer reads and writes in a pass.

    inputs: (n_inputs + 1, n_samples), the last row 1. z, activations: (n_neurons, n_samples).
    place: of the activations and their row of ones in the vector of all layers' activations.
    """

    inputs: FloatArray
    z: FloatArray
    activations: FloatArray
    place: slice


class ForwardPass:
    """The forward pass of one batch.

    samples: (n_samples, n_features + 1 + n_outputs), to be filled by the caller: the inputs, a 1,
    the targets, NaN where one is not set. calls: those that compute the activations.
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
        # One vector for all, so that one call computes the derivatives of several layers.
        self._layer_activations: FloatArray = np.ones(sum(rows) * n_samples)
        inputs = self.samples[:, :n_inputs].T
        stop = 0
        for block, n_rows, activation in zip(parameters.blocks, rows, activations, strict=True):
            start, stop = stop, stop + n_rows * n_samples
            with_ones = self._layer_activations[start:stop].reshape(n_rows, n_samples)
            layer = LayerArrays(
                inputs, np.empty((n_rows - 1, n_samples)), with_ones[:-1], slice(start, stop)
            )
            self.layers.append(layer)
            # dot into an array is faster than matmul for small matrices.
            self.calls.append((block.dot, (inputs, layer.z)))
            self.calls += activation_calls(activation, layer.z, layer.activations)
            inputs = with_ones


class TrainingPass(ForwardPass):
    """The forward pass of one batch, then the backward pass, into the gradient of `parameters`.

    factor: multiplies the gradient, at no extra cost. is_whole: whether all targets are set in
    every batch.
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
        self._derivatives: FloatArray = np.empty_like(self._layer_activations)
        self._activations = tuple(activations)
        self._loss_name = loss_name
        self._is_whole = is_whole
        self.calls += self._derivative_calls()
        delta: FloatArray = np.empty_like(self.layers[-1].activations)
        self.calls += self._loss_calls(delta, factor)
        for index in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[index]
            self.calls.append((delta.dot, (layer.inputs.T, parameters.gradient_blocks[index])))
            if index:
                before = self.layers[index - 1]
                weights = parameters.blocks[index][:, :-1]
                by_activations = np.empty_like(before.activations)
                self.calls.append((weights.T.dot, (delta, by_activations)))
                self.calls += backward_calls(
                    self._activations[index - 1],
                    before.z,
                    self._derivatives_of(index - 1),
                    by_activations,
                )
                delta = by_activations

    def _derivative_calls(self) -> list[Call]:
        """One computation for each run of consecutive layers with the same activation."""
        n_layers = len(self.layers)
        if (self._loss_name, self._activations[-1].name) in _CLOSED_FORMS:
            n_layers -= 1
        calls: list[Call] = []
        for name, run in itertools.groupby(
            range(n_layers), key=lambda index: self._activations[index].name
        ):
            if name in DERIVATIVES_FROM_ACTIVATIONS:
                indices = list(run)
                start = self.layers[indices[0]].place.start
                place = slice(start, self.layers[indices[-1]].place.stop)
                calls += derivative_calls(
                    name, self._layer_activations[place], self._derivatives[place]
                )
        return calls

    def _derivatives_of(self, index: int) -> FloatArray:
        layer = self.layers[index]
        return self._derivatives[layer.place][: layer.activations.size].reshape(
            layer.activations.shape
        )

    def _loss_calls(self, delta: FloatArray, factor: float) -> list[Call]:
        """The calls that write factor · d loss / d z of the last layer."""
        layer, activation, name = self.layers[-1], self._activations[-1], self._loss_name
        count = len(self.samples) if name in ("squared_error", "cross_entropy") else delta.size
        scale = np.array(factor * DIFFERENCES.get(name, 1.0) / count)
        scaled: list[Call] = [
            (np.subtract, (layer.activations, self.targets.T, delta)),
            (np.multiply, (delta, scale, delta)),
        ]
        if self._is_whole and (name, activation.name) in _CLOSED_FORMS:
            return scaled
        if self._is_whole and name in DIFFERENCES:
            return scaled + backward_calls(activation, layer.z, self._derivatives_of(-1), delta)
        arguments = (name, layer, self.targets, activation, delta)
        return [(_loss_derivative, arguments), (np.multiply, (delta, np.array(factor), delta))]


def _loss_derivative(
    name: str, layer: LayerArrays, targets: FloatArray, activation: Activation, delta: FloatArray
) -> None:
    delta[...] = loss_derivative(name, layer.z.T, layer.activations.T, targets, activation).T


class MeanLoss:
    """The loss of the current parameters over `table`, in chunks of bounded size.

    table: (n_samples, n_features + 1 + n_outputs), the inputs, a 1, the targets, NaN where one is
    not set; at least one has to count for the loss.
    """

    def __init__(
        self,
        parameters: FlatParameters,
        activations: Sequence[Activation],
        loss_name: str,
        table: FloatArray,
    ) -> None:
        self._table = table
        self._loss_name = loss_name
        self._last_activation = activations[-1]
        n_neurons = sum(len(block) for block in parameters.blocks)
        n_outputs = len(parameters.blocks[-1])
        self._targets = table[:, -n_outputs:]
        self._is_whole = not has_unset(self._targets)
        self._chunk = min(len(table), max(1, _MAX_NUMBERS // n_neurons))
        rest = len(table) % self._chunk
        self._passes = {
            n_samples: ForwardPass(parameters, activations, n_samples)
            for n_samples in (self._chunk, rest)
            if n_samples
        }
        if self._chunk == len(table):
            np.copyto(self._passes[len(table)].samples, table)

    def value(self) -> float:
        """Return the loss, which may be inf or NaN; raises ValueError as `losses.loss` does."""
        n_samples = len(self._table)
        if self._chunk == n_samples:
            return self._loss_of(self._passes[n_samples])
        total, total_count = 0.0, 0
        for start in range(0, n_samples, self._chunk):
            chunk = self._table[start : start + self._chunk]
            count = len(chunk)
            if not self._is_whole:
                count = n_counted(self._loss_name, self._targets[start : start + self._chunk])
            if count:
                np.copyto(self._passes[len(chunk)].samples, chunk)
                total += self._loss_of(self._passes[len(chunk)]) * count
                total_count += count
        return total / total_count

    def _loss_of(self, forward: ForwardPass) -> float:
        run_calls(forward.calls)
        last = forward.layers[-1]
        if self._is_whole and self._loss_name in DIFFERENCES:
            # The same as below without its checks, which would double the time for small sets.
            difference = last.activations - forward.targets.T
            count = (
                2 * len(forward.samples)
                if self._loss_name == "squared_error"
                else last.activations.size
            )
            return float(np.vdot(difference, difference)) / count
        return loss(
            self._loss_name, last.z.T, last.activations.T, forward.targets, self._last_activation
        )
