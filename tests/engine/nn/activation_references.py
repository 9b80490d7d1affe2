"""The activation functions in arbitrary precision, with mpmath, as references for the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
from mpmath import mp, mpf

from engine.nn.arrays import FloatArray

DIGITS = 50
# elu(-700) and -1 differ in the 305th digit, and the derivative is made of their difference.
DIGITS_FOR_DERIVATIVES = 700
MIN_NORMAL = float(np.finfo(np.float64).tiny)

_SELU_SCALE = "1.0507009873554804934193349852946"
_SELU_ALPHA = "1.6732632423543772848170429916717"


def _elu(x: Any, alpha: Any) -> Any:
    return x if x > 0 else alpha * mp.expm1(x)


def _clip(x: Any, lowest: float, highest: float) -> Any:
    return min(max(x, mpf(lowest)), mpf(highest))


def _normal_cdf(x: Any) -> Any:
    # 1 - Φ is far below the smallest float64 from here on, and mpmath refuses still larger x.
    return mp.erfc(-_clip(x, -1000, 1000) / mp.sqrt(2)) / 2


def _gelu_tanh_gate(x: Any) -> Any:
    return 2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)


FORMULAS: dict[str, Callable[..., Any]] = {
    "identity": lambda x: x,
    "step": lambda x: mpf(x > 0),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "tanh": lambda x: mp.tanh(x),
    "relu": lambda x: max(x, mpf(0)),
    "relu6": lambda x: _clip(x, 0, 6),
    "leaky_relu": lambda x, alpha: x if x > 0 else alpha * x,
    "elu": _elu,
    "selu": lambda x: mpf(_SELU_SCALE) * _elu(x, mpf(_SELU_ALPHA)),
    "celu": lambda x, alpha: x if x > 0 else alpha * mp.expm1(x / alpha),
    "gelu": lambda x: x * _normal_cdf(x),
    "gelu_tanh": lambda x: x / (1 + mp.exp(-_gelu_tanh_gate(x))),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "mish": lambda x: x * mp.tanh(mp.log1p(mp.exp(x))),
    "softplus": lambda x: mp.log1p(mp.exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "hard_sigmoid": lambda x, alpha, beta: _clip(alpha * x + beta, 0, 1),
    "hard_swish": lambda x: x * _clip(x / 6 + mpf(1) / 2, 0, 1),
    "thresholded_relu": lambda x, alpha: x if x > alpha else mpf(0),
    "hardtanh": lambda x, low, high: _clip(x, low, high),
    "sin": lambda x: mp.sin(x),
    "gaussian": lambda x: mp.exp(-(x**2)),
    "log_sigmoid": lambda x: -mp.log1p(mp.exp(-x)),
}


def reference(name: str, z: float, parameters: Sequence[float] = ()) -> Any:
    """Return activation(z) as an mpmath number."""
    with mpmath.workdps(DIGITS):
        return FORMULAS[name](mpf(z), *map(mpf, parameters))


def reference_derivative(name: str, z: float, parameters: Sequence[float] = ()) -> Any:
    """Return the derivative of the formula at z, not at a kink."""
    if name == "gelu":  # its formula takes seconds in so many digits
        with mpmath.workdps(DIGITS):
            return _normal_cdf(mpf(z)) + z * mp.npdf(mpf(z))
    with mpmath.workdps(DIGITS_FOR_DERIVATIVES):
        numbers = [mpf(parameter) for parameter in parameters]
        return mp.diff(lambda x: FORMULAS[name](x, *numbers), mpf(z))


def reference_softmax(row: Sequence[float]) -> list[Any]:
    with mpmath.workdps(DIGITS):
        return [1 / (1 + others) for others in _odds_against(row)]


def reference_log_softmax(row: Sequence[float]) -> list[Any]:
    with mpmath.workdps(DIGITS):
        return [-mp.log1p(others) for others in _odds_against(row)]


def _odds_against(row: Sequence[float]) -> list[Any]:
    """For each place the sum of e^(z - its z) over the other places."""
    return [
        mp.fsum(mp.exp(mpf(z) - mpf(own)) for place, z in enumerate(row) if place != own_place)
        for own_place, own in enumerate(row)
    ]


def ulps(values: FloatArray, references: Sequence[Any]) -> FloatArray:
    """Return how many units in the last place of the true result each value is off, unrounded.

    Only normal results count: where the true one is subnormal, or too large, the answer is 0.
    """
    distances = []
    for value, exact in zip(values.tolist(), references, strict=True):
        nearest = abs(float(exact))
        if MIN_NORMAL <= nearest < float("inf"):
            unit = mpf(float(np.spacing(nearest)))
            distances.append(float(abs(mpf(value) - exact) / unit))
        else:
            distances.append(0.0)
    return np.array(distances)


def sums(seed: int, count: int) -> FloatArray:
    """Return sums z of every size and both signs, thinly and then where the curves bend."""
    random = np.random.default_rng(seed)
    sizes = 10.0 ** random.uniform(-12, 12, count)
    return np.concatenate(
        [
            random.normal(scale=3, size=count),
            random.uniform(-40, 40, count),
            random.uniform(-720, 720, count),
            random.choice([-1.0, 1.0], count) * sizes,
            [-714.5, -709.9, -708.5, -38.4, -1e-300, 0.0, 1e-300, 37.5, 709.9, 1e300],
        ]
    )
