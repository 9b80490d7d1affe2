"""The limits of the activation functions: infimum and supremum of the outs.

Each is a function of the parameters, as the limits of some depend on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.activation_functions import SELU_SCALE_ALPHA

Limits = tuple[float, float]


def _always(lowest: float, highest: float = math.inf) -> Callable[..., Limits]:
    return lambda: (lowest, highest)


ANYTHING = _always(-math.inf)
AT_LEAST_0 = _always(0.0)
AT_MOST_0 = _always(-math.inf, 0.0)
FROM_0_TO_1 = _always(0.0, 1.0)
FROM_0_TO_6 = _always(0.0, 6.0)
FROM_MINUS_1_TO_1 = _always(-1.0, 1.0)

SELU = _always(-SELU_SCALE_ALPHA)
HARD_SWISH = _always(-0.375)
# The bottoms of the dips, rounded down.
GELU = _always(-0.16997120747990369)
GELU_TANH = _always(-0.17004075057125406)
SILU = _always(-0.2784645427610738)
MISH = _always(-0.30884341301725043)


def leaky_relu(alpha: float) -> Limits:
    return (-math.inf if alpha > 0 else 0.0, math.inf)


def elu(alpha: float) -> Limits:
    return (min(-alpha, 0.0), math.inf)


def celu(alpha: float) -> Limits:
    return (-alpha if alpha > 0 else -math.inf, math.inf)


def hard_sigmoid(alpha: float, beta: float) -> Limits:
    constant = min(max(beta, 0.0), 1.0)
    return (0.0, 1.0) if alpha else (constant, constant)


def thresholded_relu(alpha: float) -> Limits:
    return (min(alpha, 0.0), math.inf)
