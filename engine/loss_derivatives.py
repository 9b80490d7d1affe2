"""The derivatives of the losses by the outs a and by the sums z of the last layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.activation_functions import sigmoid, softmax
from engine.activations import Activation, FloatArray
from engine.losses import LOSS_SPELLINGS, counted_targets, loss, n_set_numbers, n_set_samples

Derivative = Callable[[FloatArray, FloatArray, FloatArray, Activation], FloatArray]


def loss_derivative(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> FloatArray:
    """Return d loss / d z of the last layer, (n_samples, n_outputs).

    The arguments and the errors raised are those of `engine.losses.loss`. Where the loss is inf,
    its derivative may be inf or NaN.
    """
    name = LOSS_SPELLINGS.named(name)
    # The loss itself knows what it is made for, and refuses everything else.
    loss(name, pre_activations, activations, targets, activation)
    counted = counted_targets(name, targets)
    layer = (pre_activations, activations, counted, activation)
    by_sums = _BY_SUMS.get((name, activation.name))
    with np.errstate(all="ignore"):
        if by_sums is not None:
            return _zero_where_unset(by_sums(*layer), counted)
        by_outs = _zero_where_unset(_BY_OUTS[name](*layer), counted)
        return activation.backward(pre_activations, by_outs)


def output_derivative(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> FloatArray:
    """Return d loss / d a of the last layer, (n_samples, n_outputs); 0 where no target is set.

    The arguments and the errors raised are those of `engine.losses.loss`.
    """
    name = LOSS_SPELLINGS.named(name)
    loss(name, pre_activations, activations, targets, activation)
    counted = counted_targets(name, targets)
    with np.errstate(all="ignore"):
        by_outs = _BY_OUTS[name](pre_activations, activations, counted, activation)
    return _zero_where_unset(by_outs, counted)


def _squared_error(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """a - y, over the number of samples."""
    return (a - y) / n_set_samples(y)


def _mse(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """2·(a - y), over the number of targets."""
    return 2.0 * (a - y) / n_set_numbers(y)


def _bce(z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation) -> FloatArray:
    """(1 - y) / (1 - a) - y / a, over the number of targets."""
    rest = sigmoid(-z) if activation.name == "sigmoid" else 1.0 - a
    return (_share(1.0 - y, rest) - _share(y, a)) / n_set_numbers(y)


def _cross_entropy(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """-y / a, over the number of samples; -y where a is a logarithm already."""
    return -(y if activation.name == "log_softmax" else _share(y, a)) / n_set_samples(y)


def _bce_of_sigmoid(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """a - y, over the number of targets.

    As (1 - y)·a - y·(1 - a), which keeps its digits where a is near y.
    """
    return ((1.0 - y) * a - y * sigmoid(-z)) / n_set_numbers(y)


def _cross_entropy_of_softmax(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """a - y of the softmax outs a, over the number of samples.

    Where y is 1, a - y is less the sum of the other outs, which keeps its digits where a is near 1.
    """
    others = (softmax(z) if activation.name == "log_softmax" else a) * (1.0 - y)
    rest: FloatArray = np.sum(others, axis=1, keepdims=True)
    return (others - y * rest) / n_set_samples(y)


def _zero_where_unset(derivative: FloatArray, targets: FloatArray) -> FloatArray:
    """The derivative, which by an output whose target is not set is 0."""
    unset = np.isnan(targets)
    return np.where(unset, 0.0, derivative) if unset.any() else derivative


def _share(weights: FloatArray, outs: FloatArray) -> FloatArray:
    """weights / outs, where 0 over 0 is 0: an out that no target asks about costs nothing."""
    return np.where(weights == 0, 0.0, weights / outs)


_BY_OUTS: dict[str, Derivative] = {
    "squared_error": _squared_error,
    "mse": _mse,
    "bce": _bce,
    "cross_entropy": _cross_entropy,
}

# By way of the outs these would be 0·∞ where an out is rounded to 0 or 1.
_BY_SUMS: dict[tuple[str, str], Derivative] = {
    ("bce", "sigmoid"): _bce_of_sigmoid,
    ("cross_entropy", "softmax"): _cross_entropy_of_softmax,
    ("cross_entropy", "log_softmax"): _cross_entropy_of_softmax,
}
