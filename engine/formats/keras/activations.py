"""Maps the activations of Keras, by name or layer, to ours."""

from __future__ import annotations

from typing import Any

from engine.formats.toml.values import is_number
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.text import quoted

_OURS = {"swish": "silu", "hard_silu": "hard_swish"}
"""Our names for those of Keras; the others are in the table."""
for _kind in ACTIVATIONS.values():
    _name = _kind.keras if isinstance(_kind.keras, str) else _kind.keras[0]
    if _name.isidentifier():
        _OURS[_name] = _kind.name

_SLOPE_OF_LEAKY_RELU = 0.2
"""The default of the function leaky_relu; that of the layer LeakyReLU is 0.3."""

_LAYERS = ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "ThresholdedReLU")


def is_activation(class_name: str) -> bool:
    """Return whether a layer of this class only applies an activation.

    Parameters
    ----------
    class_name
        That of a Keras layer.

    Returns
    -------
    bool
    """
    return class_name in _LAYERS


def activation_named(value: object, place: str, keras_major: int) -> Activation:
    """Return the activation in a layer's configuration.

    Parameters
    ----------
    value
        A name, None, or the configuration of a layer that is the activation.
    place
        The layer, for messages.
    keras_major
        The version of Keras, before the point: hard_sigmoid changed with 3.

    Raises
    ------
    ValueError
        For a function that is not from Keras, or not among ours.
    """
    if value is None:
        return Activation("identity")
    if isinstance(value, dict):
        class_name, config = value.get("class_name"), value.get("config")
        if isinstance(class_name, str) and is_activation(class_name) and isinstance(config, dict):
            return activation_of_layer(class_name, config, place, keras_major)
        registered = value.get("registered_name")
        if class_name == "function" and registered in (None, "function", config):
            value = config
    if not isinstance(value, str):
        raise ValueError(f"{place}: its activation is custom code, which is not run")
    if value == "hard_sigmoid":
        return Activation(value, (1 / 6, 0.5) if keras_major >= 3 else (0.2, 0.5))
    if value == "leaky_relu":
        return Activation(value, (_SLOPE_OF_LEAKY_RELU,))
    if value in _OURS:
        return Activation(_OURS[value])
    raise ValueError(f"{place}: the activation {quoted(value)} is not one that can be computed")


def activation_of_layer(
    class_name: str, config: dict[str, Any], place: str, keras_major: int
) -> Activation:
    """Return the activation of an activation layer; raise ValueError as `activation_named` does.

    Parameters
    ----------
    class_name
        That of a Keras layer.
    config
        The configuration of the layer, as in the file.
    place
        How errors begin: the layer by its name.
    keras_major
        The version that wrote the file, as defaults differ.

    Returns
    -------
    Activation
    """
    if class_name == "Activation":
        return activation_named(config.get("activation"), place, keras_major)
    if class_name == "LeakyReLU":
        slope = config.get("negative_slope", config.get("alpha", 0.3))
        return Activation("leaky_relu", (_number(slope, place),))
    if class_name == "ELU":
        return Activation("elu", (_number(config.get("alpha", 1.0), place),))
    if class_name == "ThresholdedReLU":
        return Activation("thresholded_relu", (_number(config.get("theta", 1.0), place),))
    if class_name == "Softmax":
        if config.get("axis", -1) not in (-1, 1, [-1], [1]):
            raise ValueError(f"{place}: its softmax is not over the neurons of a layer")
        return Activation("softmax")
    return _relu(config, place)


def _relu(config: dict[str, Any], place: str) -> Activation:
    """The layer ReLU with at most one of its three settings; a combination is none of ours."""
    top = config.get("max_value")
    slope = _number(config.get("negative_slope") or 0, place)
    threshold = _number(config.get("threshold") or 0, place)
    if (top, slope, threshold) == (6, 0, 0):
        return Activation("relu6")
    if top is not None and (slope, threshold) == (0, 0):
        return Activation("hardtanh", (0.0, _number(top, place)))
    if top is None and threshold == 0:
        return Activation("leaky_relu", (slope,)) if slope else Activation("relu")
    if top is None and slope == 0:
        return Activation("thresholded_relu", (threshold,))
    raise ValueError(f"{place}: a ReLU with these settings is not one that can be computed")


def _number(value: Any, place: str) -> float:
    if isinstance(value, dict):
        # Keras 2 writes some as an array: {"type": "ndarray", "value": 0.3}.
        value = value.get("value")
    if not is_number(value):
        raise ValueError(f"{place}: a parameter of its activation is not a number")
    return float(value)
