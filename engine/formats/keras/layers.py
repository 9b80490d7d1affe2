"""Turns the layers of a Keras model into dense layers, folding in what lies between them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.formats.folding import Affine, Dense, Folding
from engine.formats.keras.activations import activation_named, activation_of_layer, is_activation
from engine.formats.keras.config import KerasLayer
from engine.formats.tensors.values import shape_text
from engine.formats.toml.values import MAX_NAME_LENGTH, is_number
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.text import printable, quoted

Variables = Callable[[KerasLayer], Sequence[FloatArray]]
"""Gives the arrays of a layer in Keras' order."""

_ONLY_IN_TRAINING = (
    *("Dropout", "GaussianDropout", "AlphaDropout", "SpatialDropout1D", "GaussianNoise"),
    "ActivityRegularization",
)
_MIN_DEVIATION = 1e-7
_MAX_SIZE = 1 << 24
_DENSE_EQUATION = re.compile(r"(\.\.\.|[a-z])([a-z]),\2([a-z])->\1\3")


class DensePath:
    """Takes the layers of a model in order.

    Parameters
    ----------
    variables
        Gives the arrays of a layer in Keras' order; matrices are (n_inputs, n_neurons).
    keras_major
        The version of Keras, before the point.
    """

    def __init__(self, variables: Variables, keras_major: int) -> None:
        self._variables = variables
        self._keras_major = keras_major
        self._folding = Folding()
        self._shape: tuple[int | None, ...] | None = None

    def add(self, layer: KerasLayer) -> None:
        """Take the next layer; raise ValueError when it is not part of a dense network.

        Parameters
        ----------
        layer
            In the order of the file.
        """
        kind, config = layer.class_name, layer.config
        if kind == "InputLayer":
            shape = config.get("batch_shape", config.get("batch_input_shape"))
            if type(shape) is list:
                self._shape = tuple(_size(size) for size in shape[1:])
                self._folding.width = self._n_numbers
        elif kind in ("Flatten", "Reshape"):
            self._reshape(layer)
        elif kind in ("Dense", "EinsumDense"):
            self._add_dense(layer)
        elif kind == "PReLU":
            self._apply(self._prelu(layer), layer)
        elif is_activation(kind):
            self._apply(activation_of_layer(kind, config, layer.place, self._keras_major), layer)
        elif kind in ("BatchNormalization", "Normalization", "Rescaling"):
            with np.errstate(all="ignore"):
                scale, shift = self._affine(layer)
                self._folding.affine(Affine(scale, shift), _label(layer))
        elif kind in _ONLY_IN_TRAINING:
            self.notes.append(f"{_label(layer)} acts in training only: left out")
        elif kind == "Lambda":
            raise ValueError(f"{layer.place} is Python code, which is never run")
        elif kind != "Identity":
            raise ValueError(f"{layer.place} is a {quoted(kind)}, not part of a dense network")

    def finish(self) -> list[Layer]:
        """Return the layers; raise ValueError when there are none."""
        if not self._folding.has_dense:
            raise ValueError("the model has no Dense layer")
        with np.errstate(all="ignore"):
            return self._folding.finish()

    @property
    def notes(self) -> list[str]:
        """A line for each layer that is not one of the network."""
        return self._folding.notes

    @property
    def _n_numbers(self) -> int | None:
        sizes = [size for size in self._shape or (None,) if size is not None]
        return math.prod(sizes) if self._shape and len(sizes) == len(self._shape) else None

    @property
    def _is_row(self) -> bool:
        """Whether a sample is one row of numbers, as far as is known."""
        return self._shape is None or {*self._shape[:-1]} <= {1}

    def _reshape(self, layer: KerasLayer) -> None:
        known = self._n_numbers
        target = layer.config.get("target_shape") if layer.class_name == "Reshape" else [-1]
        if type(target) is not list or not target:
            raise ValueError(f"{layer.place}: expected a new shape")
        self._shape = tuple(_size(size) for size in target)
        if None in self._shape and known is not None:
            rest = math.prod(size for size in self._shape if size is not None)
            self._shape = tuple(known // rest if size is None else size for size in self._shape)
        if known is not None and self._n_numbers != known:
            raise ValueError(f"{layer.place}: its new shape is not of {known:,} numbers")

    def _add_dense(self, layer: KerasLayer) -> None:
        config = layer.config
        use_bias = config.get("use_bias", True) is not False
        units = config.get("units")
        if layer.class_name == "EinsumDense":
            match = _DENSE_EQUATION.fullmatch(str(config.get("equation"))[:40].replace(" ", ""))
            if match is None:
                raise ValueError(f"{layer.place}: its equation is not that of a dense layer")
            use_bias = config.get("bias_axes") is not None
        arrays = self._variables(layer)
        if len(arrays) != 1 + use_bias or arrays[0].ndim != 2:
            raise ValueError(f"{layer.place}: expected a matrix{' and a bias' * use_bias}")
        if not self._is_row:
            raise ValueError(f"{layer.place} reads something other than a row of numbers")
        weights, bias = arrays[0].T, arrays[1] if use_bias else None
        if bias is not None and bias.shape != (len(weights),):
            raise ValueError(
                f"{layer.place}: its bias is {shape_text(bias.shape)}, expected {len(weights)}"
            )
        if units not in (None, len(weights)):
            raise ValueError(
                f"{layer.place}: has {len(weights)} neurons in the file, not "
                f"{quoted(str(units)[:40])}"
            )
        name = printable(layer.name)[:MAX_NAME_LENGTH]
        with np.errstate(all="ignore"):
            self._folding.dense(Dense(weights, bias, (), name), layer.place)
        self._shape = (*(self._shape or (None,))[:-1], len(weights))
        applied = activation_named(config.get("activation"), layer.place, self._keras_major)
        self._apply(applied, layer)

    def _apply(self, activation: Activation, layer: KerasLayer) -> None:
        if activation.name != "identity":
            with np.errstate(all="ignore"):
                self._folding.activation(activation, _label(layer))

    def _prelu(self, layer: KerasLayer) -> Activation:
        arrays = self._variables(layer)
        if len(arrays) != 1 or not arrays[0].size or (arrays[0] != arrays[0].flat[0]).any():
            raise ValueError(
                f"{layer.place}: has a slope for each neuron; only one slope for all can be opened"
            )
        return Activation("leaky_relu", (float(arrays[0].flat[0]),))

    def _affine(self, layer: KerasLayer) -> tuple[FloatArray, FloatArray]:
        """Scale and shift, each (n,), or (1,) for all numbers."""
        config = layer.config
        if layer.class_name == "Rescaling":
            return (
                _numbers(config.get("scale", 1), layer.place),
                _numbers(config.get("offset", 0), layer.place),
            )
        if config.get("axis", -1) not in (-1, 1, [-1], [1], None) or not self._is_row:
            raise ValueError(f"{layer.place} does not normalise rows of numbers")
        if layer.class_name == "Normalization":
            mean, variance = self._mean_and_variance(layer)
            scale = 1 / np.maximum(np.sqrt(variance), _MIN_DEVIATION)
            return scale, -mean * scale
        center, scaled = (config.get(key, True) is not False for key in ("center", "scale"))
        arrays = list(self._variables(layer))
        if len(arrays) != 2 + center + scaled or any(array.ndim != 1 for array in arrays):
            raise ValueError(f"{layer.place}: expected {2 + center + scaled} rows of numbers")
        if len({len(array) for array in arrays}) > 1:
            raise ValueError(f"{layer.place}: its rows of numbers have different lengths")
        epsilon = _numbers(config.get("epsilon", 1e-3), layer.place)
        if epsilon.size > 1:
            raise ValueError(f"{layer.place}: its epsilon is not one number")
        gamma = arrays.pop(0) if scaled else np.ones(1)
        beta = arrays.pop(0) if center else np.zeros(1)
        mean, variance = arrays
        scale = gamma / np.sqrt(variance + epsilon)
        return scale, beta - mean * scale

    def _mean_and_variance(self, layer: KerasLayer) -> tuple[FloatArray, FloatArray]:
        if layer.config.get("invert") is True:
            raise ValueError(f"{layer.place} undoes a normalisation, which is not read")
        if layer.config.get("mean") is not None:
            return (
                _numbers(layer.config["mean"], layer.place),
                _numbers(layer.config.get("variance"), layer.place),
            )
        arrays = self._variables(layer)
        if len(arrays) < 2 or any(array.ndim > 1 for array in arrays[:2]):
            raise ValueError(f"{layer.place}: expected its mean and variance")
        return arrays[0].reshape(-1), arrays[1].reshape(-1)


def _label(layer: KerasLayer) -> str:
    return f"{layer.place} ({layer.class_name})"


def _size(value: object) -> int | None:
    """A size, None for one that is left open."""
    return value if type(value) is int and 0 < value <= _MAX_SIZE else None


def _numbers(value: object, place: str) -> FloatArray:
    """A number, or nested lists of them, from a configuration, as (n,)."""
    return np.array(_checked(value, place), dtype=np.float64).reshape(-1)


def _checked(value: Any, place: str) -> Any:
    if isinstance(value, list) and value and all(map(is_number, value)):
        return value
    if isinstance(value, list) and len(value) == 1:
        return _checked(value[0], place)
    if is_number(value):
        return value
    raise ValueError(f"{place}: expected numbers in its configuration")
