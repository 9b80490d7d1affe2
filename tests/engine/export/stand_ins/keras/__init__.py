"""As much of Keras 3 as the generated code calls, by its documentation, in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from . import activations as activations
from . import config as config
from . import layers as layers
from . import ops as ops


class Input:
    def __init__(self, shape: tuple[int, ...]) -> None:
        (self.units,) = shape


class Sequential:
    """Input first; every layer knows its number of units."""

    def __init__(self, parts: Sequence[Any]) -> None:
        first, *self.layers = parts
        sizes = [first.units, *(layer.units for layer in self.layers)]
        self.shapes = [
            shape for n_inputs, units in pairwise(sizes) for shape in ((n_inputs, units), (units,))
        ]
        self.weights: Sequence[Any] = []

    def set_weights(self, weights: Sequence[Any]) -> None:
        if [array.shape for array in weights] != self.shapes:
            raise ValueError(f"expected arrays of the shapes {self.shapes}")
        self.weights = weights

    def predict(self, values: Any, verbose: int) -> Any:
        for place, layer in enumerate(self.layers):
            kernel, bias = self.weights[2 * place : 2 * place + 2]
            values = layer.activation(values @ kernel + bias)
        return values.astype(config.floatx())
