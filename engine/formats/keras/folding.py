"""Turns the layers of a Keras model into ours: what is folded, left out, or refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.formats.keras.activations import activation_named, activation_of_layer, is_activation
from engine.formats.keras.config import KerasLayer
from engine.formats.tensors.values import checked_finite, shape_text
from engine.formats.toml.values import is_number
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.text import printable, quoted

Variables = Callable[[KerasLayer], Sequence[FloatArray]]
"""Gives the arrays of a layer in Keras' order."""

_ONLY_IN_TRAINING = (
    "Dropout",
    "GaussianDropout",
    "AlphaDropout",
    "GaussianNoise",
    "ActivityRegularization",
)
_MIN_DEVIATION = 1e-7
_IDENTITY = Activation("identity")
_MAX_NAME_LENGTH = 80


class Folding:
    """Collects dense layers in order and folds in what lies between them.

    Parameters
    ----------
    variables
        Gives the arrays of a layer in Keras' order; matrices are (n_inputs, n_neurons).
    keras_major
        The version of Keras, before the point.
    """

    def __init__(self, variables: Variables, keras_major: int) -> None:
        self.layers: list[Layer] = []
        self.notes: list[str] = []
        self._variables = variables
        self._keras_major = keras_major
        self._pending: tuple[FloatArray, FloatArray] | None = None
        self._pending_place = ""
        self._is_row = True

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
            self._is_row = type(shape) is not list or len(shape) <= 2
        elif kind == "Flatten":
            self._is_row = True
        elif kind == "Dense":
            self._add_dense(layer)
        elif is_activation(kind):
            self._activate(layer)
        elif kind in ("BatchNormalization", "Normalization", "Rescaling"):
            self._add_affine(layer)
        elif kind in _ONLY_IN_TRAINING:
            self.notes.append(f"{layer.place} ({kind}) acts in training only: left out")
        elif kind == "Lambda":
            raise ValueError(f"{layer.place} is Python code, which is never run")
        elif kind not in ("Identity",):
            raise ValueError(f"{layer.place} is a {quoted(kind)}, not part of a dense network")

    def finish(self) -> list[Layer]:
        """Return the layers; raise ValueError when there are none, or a scaling is left over."""
        if not self.layers:
            raise ValueError("the model has no Dense layer")
        if self._pending is not None:
            raise ValueError(f"{self._pending_place} has no dense layer beside it to take it")
        return self.layers

    def _add_dense(self, layer: KerasLayer) -> None:
        use_bias = layer.config.get("use_bias", True) is not False
        arrays = self._variables(layer)
        if len(arrays) != 1 + use_bias or arrays[0].ndim != 2:
            raise ValueError(f"{layer.place}: expected a matrix{' and a bias' * use_bias}")
        if not self._is_row:
            raise ValueError(f"{layer.place} reads something other than a row of numbers")
        weights = arrays[0].T
        bias = arrays[1] if use_bias else np.zeros(len(weights))
        if bias.shape != (len(weights),):
            raise ValueError(
                f"{layer.place}: its bias is {shape_text(bias.shape)}, expected {len(weights)}"
            )
        units = layer.config.get("units", len(weights))
        if units != len(weights):
            raise ValueError(
                f"{layer.place}: has {len(weights)} neurons in the file, not "
                f"{quoted(str(units)[:40])}"
            )
        n_before = self.layers[-1].n_neurons if self.layers else weights.shape[1]
        if weights.shape[1] != n_before:
            raise ValueError(
                f"{layer.place}: reads {weights.shape[1]} numbers, the layer before has {n_before}"
            )
        if not use_bias:
            self.notes.append(f"{layer.place} has no bias: taken as 0")
        if self._pending is not None:
            scale, shift = self._fitting(self._pending, weights.shape[1], self._pending_place)
            with np.errstate(all="ignore"):
                weights, bias = weights * scale, bias + weights @ shift
            self._pending = None
        activation = activation_named(
            layer.config.get("activation"), layer.place, self._keras_major
        )
        name = printable(layer.name)[:_MAX_NAME_LENGTH]
        self.layers.append(
            Layer(
                checked_finite(weights, layer.name),
                checked_finite(bias, layer.name),
                activation,
                name,
            )
        )

    def _activate(self, layer: KerasLayer) -> None:
        activation = activation_of_layer(
            layer.class_name, layer.config, layer.place, self._keras_major
        )
        if activation == _IDENTITY:
            return
        if not self.layers or self._pending is not None:
            raise ValueError(f"{layer.place}: an activation without a dense layer before it")
        last = self.layers[-1]
        if last.activation != _IDENTITY:
            raise ValueError(f"{layer.place}: a second activation, after {last.activation.text}")
        self.layers[-1] = last.replace(activation=activation)

    def _add_affine(self, layer: KerasLayer) -> None:
        """Fold x·scale + shift into the dense layer before, or keep it for the one after."""
        with np.errstate(all="ignore"):
            scale, shift = self._affine(layer)
        if self.layers and self._pending is None and self.layers[-1].activation == _IDENTITY:
            last = self.layers[-1]
            scale, shift = self._fitting((scale, shift), last.n_neurons, layer.place)
            with np.errstate(all="ignore"):
                weights = last.weights * scale[:, np.newaxis]
                bias = last.bias * scale + shift
            self.layers[-1] = last.replace(
                weights=checked_finite(weights, layer.name), bias=checked_finite(bias, layer.name)
            )
            where = "before"
        else:
            if self._pending is not None:
                before = self._pending
                with np.errstate(all="ignore"):
                    try:
                        scale, shift = before[0] * scale, before[1] * scale + shift
                    except ValueError:
                        raise ValueError(f"{layer.place} does not fit what is before it") from None
            self._pending, self._pending_place = (scale, shift), layer.place
            where = "behind"
        self.notes.append(
            f"{layer.place} ({layer.class_name}) was folded into the dense layer {where} it"
        )

    def _affine(self, layer: KerasLayer) -> tuple[FloatArray, FloatArray]:
        """Scale and shift, each () or (n,)."""
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
        if epsilon.ndim:
            raise ValueError(f"{layer.place}: its epsilon is not one number")
        gamma = arrays.pop(0) if scaled else np.float64(1)
        beta = arrays.pop(0) if center else np.float64(0)
        mean, variance = arrays
        scale = gamma / np.sqrt(variance + epsilon)
        return scale, beta - mean * scale

    def _mean_and_variance(self, layer: KerasLayer) -> tuple[FloatArray, FloatArray]:
        if layer.config.get("invert") is True:
            raise ValueError(f"{layer.place} undoes a normalisation, which is not read")
        if layer.config.get("mean") is not None:
            return (
                _numbers(layer.config["mean"], layer.place).squeeze(),
                _numbers(layer.config.get("variance"), layer.place).squeeze(),
            )
        arrays = self._variables(layer)
        if len(arrays) < 2 or any(array.ndim > 1 for array in arrays[:2]):
            raise ValueError(f"{layer.place}: expected its mean and variance")
        return arrays[0], arrays[1]

    @staticmethod
    def _fitting(
        affine: tuple[FloatArray, FloatArray], n_numbers: int, place: str
    ) -> tuple[FloatArray, FloatArray]:
        """Scale and shift as rows of n_numbers; raises ValueError when their length differs."""
        for array in affine:
            if array.ndim > 1 or array.size not in (1, n_numbers):
                raise ValueError(f"{place} has {array.size} numbers, its neighbour {n_numbers}")
        scale, shift = (np.broadcast_to(array, (n_numbers,)) for array in affine)
        return scale, shift


def _numbers(value: object, place: str) -> FloatArray:
    """A number, or nested lists of them, from a configuration."""
    return np.array(_checked(value, place), dtype=np.float64)


def _checked(value: Any, place: str) -> Any:
    if isinstance(value, list) and value and all(map(is_number, value)):
        return value
    if isinstance(value, list) and len(value) == 1:
        return _checked(value[0], place)
    if is_number(value):
        return value
    raise ValueError(f"{place}: expected numbers in its configuration")
