"""The slopes da/dz of the activation functions, and the backward steps of the row-wise ones.

At a kink a neuron counts as off, or as cut: there the slope is that of the flat side (0 for relu,
relu6, hard_sigmoid, thresholded_relu, step; alpha for leaky_relu), and for the others that of the
outer, straight or left-hand piece, as each says.
"""

from __future__ import annotations

import numpy as np

from engine.activation_functions import (
    GELU_TANH_CUBIC,
    GELU_TANH_LINEAR,
    MISH_FLAT,
    SELU_SCALE,
    SELU_SCALE_ALPHA,
    FloatArray,
    sigmoid,
    softmax,
)
from engine.normal_distribution import DENSITY_AT_ZERO, LARGEST, half_square, tail_ratio

_EXPONENTIAL_ZERO = 750.0
_GELU_TANH_FLAT = 25.0


def identity_slope(z: FloatArray) -> FloatArray:
    return np.ones_like(z)


def step_slope(z: FloatArray) -> FloatArray:
    """0 everywhere, at the jump too."""
    return np.zeros_like(z)


def sigmoid_slope(z: FloatArray) -> FloatArray:
    """a·(1 - a), from |z| so that neither factor loses its digits."""
    power = np.exp(-np.abs(z))
    return power / (1.0 + power) ** 2


def tanh_slope(z: FloatArray) -> FloatArray:
    """1 - a², which is four times the sigmoid's slope at 2z."""
    return 4.0 * sigmoid_slope(2.0 * z)


def relu_slope(z: FloatArray) -> FloatArray:
    """1 where z > 0, else 0."""
    return np.heaviside(z, 0.0)


def relu6_slope(z: FloatArray) -> FloatArray:
    """1 where 0 < z < 6, else 0."""
    return np.heaviside(z, 0.0) * np.heaviside(6.0 - z, 0.0)


def leaky_relu_slope(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > 0, else alpha."""
    above = np.heaviside(z, 0.0)
    return above + alpha * (1.0 - above)


def elu_slope(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > 0, else alpha·e^z."""
    return np.where(z > 0.0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def selu_slope(z: FloatArray) -> FloatArray:
    """λ where z > 0, else λ·α·e^z."""
    return np.where(z > 0.0, SELU_SCALE, SELU_SCALE_ALPHA * np.exp(np.minimum(z, 0.0)))


def celu_slope(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > 0, else e^(z / alpha)."""
    return np.exp(np.minimum(z, 0.0) / alpha)


def gelu_slope(z: FloatArray) -> FloatArray:
    """Φ(z) + z·φ(z); that of z and of -z add up to 1."""
    t = np.minimum(np.abs(z), LARGEST)
    exponent, lost = half_square(t)
    below = np.exp(-exponent) * (tail_ratio(t, lost) - t * DENSITY_AT_ZERO * (1.0 - lost))
    return np.where(z > 0.0, 1.0 - below, below)


def gelu_tanh_slope(z: FloatArray) -> FloatArray:
    """σ(g)·(1 + z·g'·σ(-g)) with the gate g = 2·√(2/π)·(z + 0.044715·z³)."""
    near = np.minimum(np.maximum(z, -_GELU_TANH_FLAT), _GELU_TANH_FLAT)
    square = near * near
    gate = near * (GELU_TANH_LINEAR + GELU_TANH_CUBIC * square)
    gate_slope = GELU_TANH_LINEAR + 3.0 * GELU_TANH_CUBIC * square
    return sigmoid(gate) * (1.0 + near * gate_slope * sigmoid(-gate))


def silu_slope(z: FloatArray) -> FloatArray:
    """σ(z)·(1 + z·σ(-z))."""
    near = np.minimum(np.maximum(z, -_EXPONENTIAL_ZERO), _EXPONENTIAL_ZERO)
    return sigmoid(near) * (1.0 + near * sigmoid(-near))


def mish_slope(z: FloatArray) -> FloatArray:
    """n / (n + 2) + z·4·e^z·(e^z + 1) / (n + 2)², with n = e^z·(e^z + 2)."""
    near = np.minimum(np.maximum(z, -_EXPONENTIAL_ZERO), MISH_FLAT)
    growth = np.exp(near)
    n = growth * (growth + 2.0)
    return n / (n + 2.0) + near * (4.0 * growth * (growth + 1.0) / (n + 2.0) ** 2)


def softsign_slope(z: FloatArray) -> FloatArray:
    return 1.0 / (1.0 + np.abs(z)) ** 2


def hard_sigmoid_slope(z: FloatArray, alpha: float, beta: float) -> FloatArray:
    """alpha where 0 < alpha·z + beta < 1, else 0."""
    line = alpha * z + beta
    return alpha * np.heaviside(line, 0.0) * np.heaviside(1.0 - line, 0.0)


def hard_swish_slope(z: FloatArray) -> FloatArray:
    """0 up to z = -3, 1 from z = 3, and z/3 + 1/2 between."""
    between = np.minimum(np.maximum(z, -3.0), 3.0)
    line = between / 3.0 + 0.5
    return np.where(z >= 3.0, 1.0, np.where(z <= -3.0, 0.0, line))


def thresholded_relu_slope(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > alpha, else 0."""
    return np.heaviside(z - alpha, 0.0)


def log_sigmoid_slope(z: FloatArray) -> FloatArray:
    return sigmoid(-z)


def softmax_backward(z: FloatArray, gradient: FloatArray) -> FloatArray:
    """a·(gradient - the row's sum of a·gradient)."""
    a = softmax(z)
    row_sums: FloatArray = np.sum(a * gradient, axis=-1, keepdims=True)
    return a * (gradient - row_sums)


def log_softmax_backward(z: FloatArray, gradient: FloatArray) -> FloatArray:
    """gradient - softmax(z)·(the row's sum of gradient)."""
    row_sums: FloatArray = np.sum(gradient, axis=-1, keepdims=True)
    return gradient - softmax(z) * row_sums
