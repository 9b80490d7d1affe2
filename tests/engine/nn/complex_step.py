"""Derivatives by the complex step: a second forward pass, in complex numbers, with other formulas.

Of a function that is analytic at a point, f(x + ih) has the imaginary part h·f'(x), without the
subtraction that costs a difference its digits (Squire and Trapp, 1998). A function made of pieces
is analytic on each of them; which one it is, the real part says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpc
from numpy.typing import NDArray

from engine import Network
from engine.nn.arrays import FloatArray

ComplexArray = NDArray[np.complex128]
Quantity = Callable[["ComplexPass"], Any]

STEP = 1e-30


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _elu(z: Any, alpha: float) -> Any:
    return np.where(z.real > 0, z, alpha * (np.exp(z) - 1))


def _gelu(z: Any) -> Any:
    with mpmath.workdps(60):  # the real part swamps an imaginary part of 1e-30 in fewer
        values = [mpc(at) * mp.erfc(-mpc(at) / mp.sqrt(2)) / 2 for at in z.ravel().tolist()]
    return np.array([complex(value) for value in values]).reshape(z.shape)


def _softmax(z: Any) -> Any:
    powers = np.exp(z)
    return powers / np.sum(powers, axis=1, keepdims=True)


def _hard_sigmoid(z: Any, alpha: float, beta: float) -> Any:
    line = alpha * z + beta
    return np.where(line.real <= 0, 0, np.where(line.real >= 1, 1, line))


COMPLEX_ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "identity": lambda z: z,
    "step": lambda z: np.where(z.real > 0, 1 + 0j, 0j),
    "sigmoid": _sigmoid,
    "tanh": lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "relu6": lambda z: np.where(z.real <= 0, 0, np.where(z.real >= 6, 6, z)),
    "leaky_relu": lambda z, alpha: np.where(z.real > 0, z, alpha * z),
    "elu": _elu,
    "selu": lambda z: 1.0507009873554805 * _elu(z, 1.6732632423543772),
    "celu": lambda z, alpha: np.where(z.real > 0, z, alpha * (np.exp(z / alpha) - 1)),
    "gelu": _gelu,
    "gelu_tanh": lambda z: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z * _sigmoid(z),
    "mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softsign": lambda z: z / (1 + np.sign(z.real) * z),
    "hard_sigmoid": _hard_sigmoid,
    "hard_swish": lambda z: z * _hard_sigmoid(z, 1 / 6, 0.5),
    "thresholded_relu": lambda z, alpha: np.where(z.real > alpha, z, 0),
    "hardtanh": lambda z, low, high: np.where(
        z.real <= low, low, np.where(z.real >= high, high, z)
    ),
    "sin": np.sin,
    "gaussian": lambda z: np.exp(-(z**2)),
    "log_sigmoid": lambda z: -np.log(1 + np.exp(-z)),
    "softmax": _softmax,
    "log_softmax": lambda z: np.log(_softmax(z)),
}


def _bce(a: Any, y: FloatArray, name: str) -> Any:
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def _cross_entropy(a: Any, y: FloatArray, name: str) -> Any:
    logarithms = a if name == "log_softmax" else np.log(a)
    return -np.sum(logarithms[y == 1]) / len(y)


def _huber(a: Any, y: FloatArray, name: str) -> Any:
    size = np.sign((a - y).real) * (a - y)
    return np.mean(np.where(size.real <= 1, size**2 / 2, size - 0.5))


COMPLEX_LOSSES: dict[str, Callable[[Any, FloatArray, str], Any]] = {
    "squared_error": lambda a, y, name: np.sum((a - y) ** 2) / 2 / len(y),
    "mse": lambda a, y, name: np.mean((a - y) ** 2),
    "mae": lambda a, y, name: np.mean(np.sign((a - y).real) * (a - y)),
    "huber": _huber,
    "bce": _bce,
    "cross_entropy": _cross_entropy,
}


class ComplexPass:
    """A network's numbers in complex arrays which a test may move, and its forward pass.

    arrays: by name, "x" and for the layer of index 0 "w0", "b0" and the amounts "z0" and "a0" that
    are added to its sums and activations, at first 0.
    """

    def __init__(self, network: Network, inputs: FloatArray) -> None:
        self.network = network
        self.arrays: dict[str, ComplexArray] = {"x": inputs.astype(np.complex128)}
        for index, layer in enumerate(network.layers):
            self.arrays[f"w{index}"] = layer.weights.astype(np.complex128)
            self.arrays[f"b{index}"] = layer.bias.astype(np.complex128)
            for added in (f"z{index}", f"a{index}"):
                self.arrays[added] = np.zeros((len(inputs), layer.n_neurons), np.complex128)

    def layers(self) -> list[tuple[Any, Any]]:
        """Return z and a of every layer."""
        found = []
        a: Any = self.arrays["x"]
        for index, layer in enumerate(self.network.layers):
            z = np.einsum("si,ni->sn", a, self.arrays[f"w{index}"])
            z = z + self.arrays[f"b{index}"] + self.arrays[f"z{index}"]
            formula = COMPLEX_ACTIVATIONS[layer.activation.name]
            a = formula(z, *layer.activation.parameters) + self.arrays[f"a{index}"]
            found.append((z, a))
        return found

    def loss(self, name: str, targets: FloatArray) -> Any:
        last = self.network.layers[-1].activation.name
        return COMPLEX_LOSSES[name](self.layers()[-1][1], targets, last)

    def derivatives(self, array: str, quantity: Quantity) -> FloatArray:
        """Return the derivative of the quantity by every number of the array, in its shape."""
        numbers = self.arrays[array]
        return np.reshape(
            [self.derivative(array, place, quantity) for place in np.ndindex(numbers.shape)],
            numbers.shape,
        )

    def derivative(self, array: str, place: tuple[int, ...], quantity: Quantity) -> Any:
        """Return the derivative of the quantity, a number or an array, by one number."""
        present = self.arrays[array][place]
        self.arrays[array][place] = present + 1j * STEP
        moved = quantity(self)
        self.arrays[array][place] = present
        return np.imag(moved) / STEP
