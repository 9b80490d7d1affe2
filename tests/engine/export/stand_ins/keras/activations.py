"""Activations by their documented names, parameters and defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.engine.export.textbook import activate

_NAMES = {
    "linear": ("identity",),
    "hard_sigmoid": ("hard_sigmoid", 1 / 6, 0.5),
    "hard_tanh": ("hardtanh", -1, 1),
    "elu": ("elu", 1),
    "celu": ("celu", 1),
    **{
        name: (name,)
        for name in (
            "sigmoid",
            "tanh",
            "relu",
            "relu6",
            "selu",
            "gelu",
            "silu",
            "mish",
            "softplus",
            "softsign",
            "hard_swish",
            "log_sigmoid",
            "softmax",
            "log_softmax",
        )
    },
}


def by_name(name: str) -> Callable[[Any], Any]:
    ours, *parameters = _NAMES[name]
    return lambda values: activate(str(ours), values, *map(float, parameters))


def leaky_relu(values: Any, negative_slope: float = 0.2) -> Any:
    return activate("leaky_relu", values, negative_slope)


def elu(values: Any, alpha: float = 1.0) -> Any:
    return activate("elu", values, alpha)


def celu(values: Any, alpha: float = 1.0) -> Any:
    return activate("celu", values, alpha)


def gelu(values: Any, approximate: bool = False) -> Any:
    return activate("gelu_tanh" if approximate else "gelu", values)


def threshold(values: Any, threshold: float, default_value: float) -> Any:
    return np.where(values > threshold, values, default_value)
