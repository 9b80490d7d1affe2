"""The arrays into which the passes of training write, batch after batch.

Making arrays would take as long as filling them. The passes themselves are those of
`engine.nn.passes`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import groupby, pairwise

import numpy as np

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.losses import CLOSED_FORMS, DIFFERENCES, LOSSES, loss, loss_derivative
from engine.nn.passes import LayerPass, backward, forward
from engine.training.flat_parameters import FlatParameters


class Buffers:
    """A pass of a number of samples at once, again and again.

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
        # One vector for all layers; each has a row too many, which in `a` is 1 and else unused.
        ends = np.cumsum([0, *((block.shape[1] + 1) * n_samples for block in parameters.blocks)])
        z, a, derivative = np.zeros(ends[-1]), np.ones(ends[-1]), np.empty(ends[-1])
        self.layers: list[LayerPass] = []
        for block, gradient, activation, (start, stop) in zip(
            parameters.blocks, parameters.gradient_blocks, activations, pairwise(ends), strict=True
        ):
            own_z, own_a, own_derivative = (
                vector[start:stop].reshape(-1, n_samples) for vector in (z, a, derivative)
            )
            layer = LayerPass.into(block.T, activation, own_z, own_a)
            layer.set_delta(np.empty_like(layer.z).T)
            layer.derivative = None if activation.row_wise else own_derivative[:-1]
            layer.gradient = gradient
            if self.layers:  # of the first, nobody asks for d loss / d x
                before = self.layers[-1]
                layer.x, layer.columns = before.a_and_1, block[:-1]
                layer.by_x = np.empty_like(before.a)
            self.layers.append(layer)
        # Layers in a row with the same activation have their derivatives computed at once: for
        # the smallest networks a call costs as much as its numbers.
        self._derivatives = []
        for activation, group in groupby(range(len(activations)), activations.__getitem__):
            indices = [*group]
            part = slice(ends[indices[0]], ends[indices[-1] + 1])
            of_a = ACTIVATIONS[activation.name].derivative_of_a
            if of_a is not None:
                self._derivatives.append((of_a, a[part], derivative[part]))
            elif not activation.row_wise:
                compute = partial(_write_derivative, activation)
                self._derivatives.append((compute, z[part], derivative[part]))
        last = self.layers[-1]
        self._loss_name = loss_name
        self._is_closed_form = (loss_name, activations[-1].name) in CLOSED_FORMS
        self._is_difference = is_whole and (self._is_closed_form or loss_name in DIFFERENCES)
        self._by_a = np.empty_like(last.a)
        count = n_samples if LOSSES[loss_name].of_samples else last.a.size
        # NumPy multiplies faster by a zero-dimensional array than by a Python number.
        self._factor: FloatArray = np.array(DIFFERENCES.get(loss_name, 1.0) / count)

    def forward(self, x: FloatArray) -> None:
        """Compute the sums and the activations.

        Parameters
        ----------
        x
            (n_features + 1, n_samples), the last row 1.
        """
        self.layers[0].x = x
        forward(self.layers, x)

    def backward(self, targets: FloatArray) -> None:
        """Compute the gradient of the loss, after `forward`.

        Parameters
        ----------
        targets
            (n_outputs, n_samples).
        """
        for compute, values, derivative in self._derivatives:
            compute(values, derivative)
        last = self.layers[-1]
        if not self._is_difference:
            z, a = last.z.T, last.a.T
            last.set_delta(loss_derivative(self._loss_name, z, a, targets.T, last.activation))
            backward(self.layers)
            return
        difference = last.delta if self._is_closed_form else self._by_a
        np.subtract(last.a, targets, difference)
        np.multiply(difference, self._factor, difference)
        backward(self.layers, None if self._is_closed_form else difference)

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
        if self._loss_name in DIFFERENCES:
            # Its derivative, the factor times a - y, integrated. Below there are checks as well,
            # which would double the time for small sets.
            difference = last.a - targets
            squares = float(np.vdot(difference, difference))
            if not math.isnan(squares):  # as it is where a target is not set
                return 0.5 * float(self._factor) * squares
        return loss(self._loss_name, last.z.T, last.a.T, targets.T, last.activation)


def _write_derivative(activation: Activation, z: FloatArray, out: FloatArray) -> None:
    """f'(z)."""
    out[...] = activation.derivative(z)
