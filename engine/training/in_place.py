"""Activations written into given arrays: the frequent ones fast, all others by their formulas.

Everything is a list of calls, put together once and run for every batch: a function and its
arguments, arrays that stay in place. Arrays here have one row per neuron and one column per sample.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from engine.activations import Activation, FloatArray

Call = tuple[Callable[..., object], tuple[object, ...]]

# NumPy takes an array of no dimension faster than a Python number.
ZERO: FloatArray = np.array(0.0)
ONE: FloatArray = np.array(1.0)

SLOPES_FROM_OUTS = ("tanh", "sigmoid", "relu")
"""Their slope is a short formula of the out alone."""


def run_calls(calls: list[Call]) -> None:
    """Run the calls in turn."""
    for function, arguments in calls:
        function(*arguments)


def activation_calls(activation: Activation, z: FloatArray, outs: FloatArray) -> list[Call]:
    """Return the calls that write the outs of the sums z, (n_neurons, n_samples) both."""
    match activation.name:
        case "identity":
            return [(np.copyto, (outs, z))]
        case "relu":
            # Of all functions NumPy wants this one's result named.
            return [(partial(np.maximum, out=outs), (z, ZERO))]
        case "tanh":
            return [(np.tanh, (z, outs))]
        case "sigmoid":
            return [
                (np.negative, (z, outs)),
                (np.exp, (outs, outs)),
                (np.add, (outs, ONE, outs)),
                (np.divide, (ONE, outs, outs)),
            ]
        case "softmax":
            row = np.empty((1, z.shape[1]))
            return [
                (np.maximum.reduce, (z, 0, None, row, True)),
                (np.subtract, (z, row, outs)),
                (np.exp, (outs, outs)),
                (np.add.reduce, (outs, 0, None, row, True)),
                (np.divide, (outs, row, outs)),
            ]
    return [(_forward, (activation, z, outs))]


def slope_calls(name: str, outs: FloatArray, slopes: FloatArray) -> list[Call]:
    """Return the calls that write the slopes da/dz, from outs of the same shape."""
    match name:
        case "tanh":  # 1 - a²
            return [(np.square, (outs, slopes)), (np.subtract, (ONE, slopes, slopes))]
        case "sigmoid":  # a·(1 - a)
            return [
                (np.subtract, (ONE, outs, slopes)),
                (np.multiply, (slopes, outs, slopes)),
            ]
        case "relu":  # 1 where a > 0, else 0
            return [(np.sign, (outs, slopes))]
    raise ValueError(f"the slope of {name} is not known from its outs alone")


def backward_calls(
    activation: Activation, z: FloatArray, slopes: FloatArray, delta: FloatArray
) -> list[Call]:
    """Return the calls that turn delta from d loss / d a into d loss / d z.

    slopes: what slope_calls wrote, where the activation is one of SLOPES_FROM_OUTS.
    """
    if activation.name == "identity":
        return []
    if activation.name in SLOPES_FROM_OUTS:
        return [(np.multiply, (delta, slopes, delta))]
    return [(_backward, (activation, z, delta))]


def _forward(activation: Activation, z: FloatArray, outs: FloatArray) -> None:
    # A row-wise function works along the last axis, which here is that of the samples.
    outs[...] = activation.forward(z.T).T if activation.row_wise else activation.forward(z)


def _backward(activation: Activation, z: FloatArray, delta: FloatArray) -> None:
    if activation.row_wise:
        delta[...] = activation.backward(z.T, delta.T).T
    else:
        delta[...] = activation.backward(z, delta)
