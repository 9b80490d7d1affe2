"""What an activation function does to a sum z, in the few words a title has room for."""

from __future__ import annotations

import math

import numpy as np

from engine.activations import Activation
from engine.numbers import format_number

_FAR_BELOW = -1e4
_NOTHING = 1e-9


def short_words(activation: Activation) -> str:
    """Return the name without its parameters, and what it does: "sigmoid, z into 0…1"."""
    return f"{activation.name}, {_effect(activation)}"


def _effect(activation: Activation) -> str:
    low, high = activation.limits
    match activation.name:
        case "identity":
            return "z unchanged"
        case "step":
            return "1 above 0, else 0"
        case "leaky_relu":
            return f"{_number(activation.parameters[0])}·z below 0"
        case "thresholded_relu":
            return f"off up to {_number(activation.parameters[0])}"
        case "log_softmax":
            return "logs of shares"
    if activation.row_wise:
        return "shares adding up to 1"
    if low == high:
        return f"always {_number(low)}"
    if math.isfinite(low) and math.isfinite(high):
        into = "z cut to" if activation.piecewise_linear else "z into"
        return f"{into} {_number(low)}…{_number(high)}"
    if high == 0:
        return "never above 0"
    with np.errstate(all="ignore"):
        far_below = float(activation.forward(np.array([_FAR_BELOW]))[0])
    if not math.isfinite(far_below):
        return "far down below 0"
    if abs(far_below) > _NOTHING:
        return f"levels off at {_number(far_below)}"
    return "off below 0" if activation.piecewise_linear else "fades to 0 below 0"


def _number(value: float) -> str:
    return format_number(value, 2)
