"""Forward and backward through a network, in arrays that every step overwrites.

    forward:   z = W·x,   a = f(z)
    backward:  δ = d loss / d z = f'(z) · d loss / d a
               d loss / d W = δ·xᵀ,   d loss / d x = Wᵀ·δ

Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors" (1986). The
arrays are laid out as in `engine.nn.in_place`; `engine.nn.backprop` has the same as new values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby, pairwise

import numpy as np

from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.in_place import LayerArrays, forward
from engine.nn.losses import loss, loss_derivative
from engine.training.parameters import FlatParameters

# NumPy handles zero-dimensional arrays faster than Python numbers.
_ONE: FloatArray = np.array(1.0)

_CLOSED_FORMS = {("bce", "sigmoid"), ("cross_entropy", "softmax")}
"""Losses whose derivative by the sum z of these activations is a - target, over a count."""

_DIFFERENCES = {"squared_error": 1.0, "mse": 2.0}
"""Losses whose derivative by the activation a is this factor times a - target, over a count."""


class TrainedLayer(LayerArrays):
    """What one layer reads and writes on the way back.

    Parameters
    ----------
    block, activation, z, outputs
        As in `LayerArrays`.
    gradient
        (n_inputs + 1, n_neurons), the derivatives of the loss with respect to `block`.
    derivative
        (n_neurons + 1, n_samples): f'(z); the last row means nothing.
    """

    def __init__(
        self,
        block: FloatArray,
        activation: Activation,
        z: FloatArray,
        outputs: FloatArray,
        gradient: FloatArray,
        derivative: FloatArray,
    ) -> None:
        super().__init__(block, activation, z, outputs)
        self.weights = block[:-1]
        self.gradient = gradient
        self.derivative = derivative[:-1]
        self.delta: FloatArray = np.empty_like(self.z)
        self.delta_columns = self.delta.T
        self.is_row_wise = activation.row_wise

    def apply_derivative(self) -> None:
        """Turn `delta` from d loss / d a into d loss / d z."""
        if self.is_row_wise:
            self.delta[...] = self.activation.backward(self.z.T, self.delta.T).T
        else:
            np.multiply(self.delta, self.derivative, self.delta)


class Passes:
    """The passes of a number of samples at once.

    Parameters
    ----------
    parameters
        Of which the forward pass reads the vector, and the backward pass writes the gradient.
    activations
        One for each layer.
    loss_name
        A key of `engine.nn.losses.LOSSES`.
    n_samples
        How many samples pass at once.
    is_whole
        Whether all targets are set.
    """

    def __init__(
        self,
        parameters: FlatParameters,
        activations: Sequence[Activation],
        loss_name: str,
        n_samples: int,
        is_whole: bool,
    ) -> None:
        ends = np.cumsum([0, *((block.shape[1] + 1) * n_samples for block in parameters.blocks)])
        z, a, derivatives = np.zeros(ends[-1]), np.ones(ends[-1]), np.empty(ends[-1])
        parts = [slice(start, stop) for start, stop in pairwise(ends)]
        self.layers = [
            TrainedLayer(
                block,
                activation,
                z[part].reshape(-1, n_samples),
                a[part].reshape(-1, n_samples),
                gradient,
                derivatives[part].reshape(-1, n_samples),
            )
            for block, gradient, activation, part in zip(
                parameters.blocks, parameters.gradient_blocks, activations, parts, strict=True
            )
        ]
        self._pairs = [*zip(self.layers[:0:-1], self.layers[-2::-1], strict=True)]
        self._loss_name = loss_name
        closed_form = (loss_name, activations[-1].name) in _CLOSED_FORMS
        self._is_closed_form = closed_form
        self._is_difference = is_whole and (closed_form or loss_name in _DIFFERENCES)
        of_samples = loss_name in ("squared_error", "cross_entropy")
        count = n_samples if of_samples else self.layers[-1].a.size
        self._factor: FloatArray = np.array(_DIFFERENCES.get(loss_name, 1.0) / count)
        # Layers in a row with the same activation have their derivatives computed at once: for
        # the smallest networks a call costs as much as its numbers.
        self._derivatives = []
        for activation, group in groupby(range(len(activations)), activations.__getitem__):
            indices = [*group]
            if not activation.row_wise:
                part = slice(ends[indices[0]], ends[indices[-1] + 1])
                compute = _DERIVATIVES.get(activation.name) or partial(_derivative, activation)
                self._derivatives.append((compute, z[part], a[part], derivatives[part]))

    def forward(self, x: FloatArray) -> None:
        """Compute the activations;

        Parameters
        ----------
        x
            (n_features + 1, n_samples), the last row 1.
        """
        forward(self.layers, x)

    def backward(self, x: FloatArray, targets: FloatArray) -> None:
        """Compute the gradient of the loss after `forward`;

        Parameters
        ----------
        x
            (n_features + 1, n_samples), the last row 1.
        targets
            (n_outputs, n_samples).
        """
        for compute, z, a, derivatives in self._derivatives:
            compute(z, a, derivatives)
        self._compare(targets)
        for layer, before in self._pairs:
            before.outputs.dot(layer.delta_columns, layer.gradient)
            layer.weights.dot(layer.delta, before.delta)
            before.apply_derivative()
        first = self.layers[0]
        x.dot(first.delta_columns, first.gradient)

    def loss(self, targets: FloatArray) -> float:
        """Return the loss after `forward`, inf or NaN included; raises as `losses.loss` does.

        Parameters
        ----------
        targets
            (n_outputs, n_samples).

        Returns
        -------
        float
        """
        last = self.layers[-1]
        if self._loss_name in _DIFFERENCES:
            # The same as below without its checks, which would double the time for small sets.
            difference = last.a - targets
            squares = float(np.vdot(difference, difference))
            if not math.isnan(squares):  # as it is where a target is not set
                return 0.5 * float(self._factor) * squares
        return loss(self._loss_name, last.z.T, last.a.T, targets.T, last.activation)

    def _compare(self, targets: FloatArray) -> None:
        """Compute d loss / d z of the last layer."""
        last = self.layers[-1]
        if not self._is_difference:
            last.delta[...] = loss_derivative(
                self._loss_name, last.z.T, last.a.T, targets.T, last.activation
            ).T
            return
        np.subtract(last.a, targets, last.delta)
        np.multiply(last.delta, self._factor, last.delta)
        if not self._is_closed_form:
            last.apply_derivative()


def _derivative(
    activation: Activation, z: FloatArray, a: FloatArray, derivative: FloatArray
) -> None:
    """f'(z)."""
    derivative[...] = activation.derivative(z)


def _relu_derivative(z: FloatArray, a: FloatArray, derivative: FloatArray) -> None:
    """1 where a > 0, else 0."""
    np.sign(a, derivative)


def _tanh_derivative(z: FloatArray, a: FloatArray, derivative: FloatArray) -> None:
    """1 - a²."""
    np.multiply(a, a, derivative)
    np.subtract(_ONE, derivative, derivative)


def _sigmoid_derivative(z: FloatArray, a: FloatArray, derivative: FloatArray) -> None:
    """a·(1 - a)."""
    np.subtract(_ONE, a, derivative)
    np.multiply(derivative, a, derivative)


_DERIVATIVES: dict[str, Callable[[FloatArray, FloatArray, FloatArray], None]] = {
    "relu": _relu_derivative,
    "tanh": _tanh_derivative,
    "sigmoid": _sigmoid_derivative,
}
"""The derivatives that are a short formula of the activation alone."""
