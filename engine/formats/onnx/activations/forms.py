"""Formulas of each activation in ONNX operators: those that we write, and those of exporters.

A single operator if there is one, and the chains that PyTorch, scikit-learn and others export.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.nn.activation_table import (
    ACTIVATIONS,
    ERF_STEP,
    ONNX_POWER_BELOW,
    ONNX_SELU_ALPHA,
    ONNX_SELU_SCALE,
    ONNX_TANH_LINEAR,
)

_COUNT = np.arange(1.0, 27.0)

CONSTANTS: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
    "FREQUENCIES": 2.0 * ERF_STEP * _COUNT,
    "AMPLITUDES": 2.0 / math.pi * np.exp(-((ERF_STEP * _COUNT) ** 2)) / _COUNT,
    "LAST": np.array([-1]),
}
"""The terms of the series for erf, and an axis."""

ATTRIBUTE_DEFAULTS: dict[tuple[str, str], float | str] = {
    ("LeakyRelu", "alpha"): 0.01,
    ("Elu", "alpha"): 1.0,
    ("Celu", "alpha"): 1.0,
    ("HardSigmoid", "alpha"): 0.2,
    ("HardSigmoid", "beta"): 0.5,
    ("ThresholdedRelu", "alpha"): 1.0,
    ("Selu", "alpha"): 1.6732632,
    ("Selu", "gamma"): 1.0507010,
    ("Swish", "alpha"): 1.0,
    ("Gelu", "approximate"): "none",
    ("ReduceSum", "keepdims"): 1.0,
    ("ReduceMax", "keepdims"): 1.0,
    ("ReduceLogSumExp", "keepdims"): 1.0,
}
"""The default of an operator's attribute."""

_SOFTPLUS = (
    "Softplus(z)",
    "Where(Greater(z, threshold), z, Softplus(z))",
    "Log(Add(1, Exp(z)))",
    str(ACTIVATIONS["softplus"].code("onnx_float64")),
)

_BELOW_MAX = "Sub(z, ReduceMax(z, LAST, keepdims=1))"

_LEAKY_BELOW = "Mul(alpha, z)"
_ELU_BELOW = "Mul(alpha, Sub(Exp(z), 1))"

_OTHERS: tuple[tuple[str, str], ...] = (
    ("sigmoid", "Div(1, Add(1, Exp(Neg(z))))"),
    ("sigmoid", "Reciprocal(Add(1, Exp(Neg(z))))"),
    ("tanh", "Sub(Div(2, Add(1, Exp(Mul(-2, z)))), 1)"),
    ("leaky_relu(fraction)", "Max(z, Mul(fraction, z))"),
    ("relu", "Max(z, 0)"),
    ("relu", "Clip(z, 0, inf)"),
    ("relu", "Where(Greater(z, 0), z, 0)"),
    ("relu", "Where(GreaterOrEqual(0, z), 0, z)"),
    ("relu6", "Min(Relu(z), 6)"),
    ("relu6", "Min(Max(z, 0), 6)"),
    ("relu6", "Max(Min(z, 6), 0)"),
    ("relu6", "Clip(Relu(z), 0, 6)"),
    ("relu6", "Clip(Relu(z), -inf, 6)"),
    ("step", "Cast(Greater(z, 0))"),
    ("step", "Where(GreaterOrEqual(0, z), 0, 1)"),
    ("leaky_relu(alpha)", f"Where(Greater(z, 0), z, {_LEAKY_BELOW})"),
    ("leaky_relu(alpha)", f"Where(GreaterOrEqual(z, 0), z, {_LEAKY_BELOW})"),
    ("elu(alpha)", f"Where(Greater(z, 0), z, {_ELU_BELOW})"),
    ("elu(alpha)", f"Where(GreaterOrEqual(z, 0), z, {_ELU_BELOW})"),
    ("elu(1)", f"Add(Max(z, 0), {ONNX_POWER_BELOW})"),
    (
        "selu",
        f"Mul({ONNX_SELU_SCALE}, Where(Greater(z, 0), z, Mul({ONNX_SELU_ALPHA}, Sub(Exp(z), 1))))",
    ),
    ("selu", f"Mul({ONNX_SELU_SCALE}, Elu(z, alpha={ONNX_SELU_ALPHA}))"),
    ("celu(alpha)", "Add(Max(z, 0), Min(0, Mul(alpha, Sub(Exp(Div(z, alpha)), 1))))"),
    ("gelu", "Gelu(z, approximate='none')"),
    ("gelu_tanh", "Gelu(z, approximate='tanh')"),
    (
        "gelu_tanh",
        f"Mul(Mul(0.5, z), Add(1, Tanh(Mul(Mul({ONNX_TANH_LINEAR}, z), "
        f"Add(1, Mul(0.044715, Mul(z, z)))))))",
    ),
    ("silu", "Swish(z, alpha=1)"),
    ("silu", "Div(z, Add(1, Exp(Neg(z))))"),
    ("mish", "Mish(z)"),
    *(("mish", f"Mul(z, Tanh({form}))") for form in _SOFTPLUS),
    *(("softplus", form) for form in _SOFTPLUS),
    ("softsign", "Div(z, Add(1, Abs(z)))"),
    ("hardtanh(min,max)", "Min(Max(z, min), max)"),
    ("hardtanh(min,max)", "Max(Min(z, max), min)"),
    ("hard_sigmoid(alpha,beta)", "Max(0, Min(1, Add(Mul(z, alpha), beta)))"),
    ("hard_sigmoid(alpha,beta)", "Min(1, Max(0, Add(Mul(z, alpha), beta)))"),
    ("hard_sigmoid", "Div(Clip(Add(z, 3), 0, 6), 6)"),
    ("hard_sigmoid(alpha,0)", "Clip(Mul(z, alpha), 0, 1)"),
    ("hard_swish", "Mul(z, HardSigmoid(z, alpha=1/6, beta=0.5))"),
    ("hard_swish", "Mul(z, Clip(Add(Mul(z, 1/6), 0.5), 0, 1))"),
    ("thresholded_relu(alpha)", "ThresholdedRelu(z, alpha=alpha)"),
    ("thresholded_relu(alpha)", "Where(GreaterOrEqual(alpha, z), 0, z)"),
    ("thresholded_relu(alpha)", "Mul(z, Cast(Greater(z, alpha)))"),
    ("log_sigmoid", "Log(Sigmoid(z))"),
    ("softmax", "Softmax(z)"),
    ("log_softmax", "LogSoftmax(z)"),
    ("softmax", "Div(Exp(z), ReduceSum(Exp(z), LAST, keepdims=1))"),
    ("softmax", f"Div(Exp({_BELOW_MAX}), ReduceSum(Exp({_BELOW_MAX}), LAST, keepdims=1))"),
    ("log_softmax", "Log(Softmax(z))"),
    ("log_softmax", "Sub(z, ReduceLogSumExp(z, LAST, keepdims=1))"),
    ("log_softmax", "Sub(z, Log(ReduceSum(Exp(z), LAST, keepdims=1)))"),
    ("log_softmax", f"Sub({_BELOW_MAX}, Log(ReduceSum(Exp({_BELOW_MAX}), LAST, keepdims=1)))"),
)


def written_form(name: str, dtype: str) -> str:
    """Return the formula with which an activation is written in a model of float32 or float64.

    Parameters
    ----------
    name
        A key of ACTIVATIONS.
    dtype
        "float32" or "float64".

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an activation without one.
    """
    return str(ACTIVATIONS[name].code("onnx" if dtype == "float32" else "onnx_float64"))


def known_forms() -> tuple[tuple[str, str], ...]:
    """Return pairs of an activation, such as "leaky_relu(alpha)", and a formula for it.

    Those with fewer parameters come first: a formula that fits with the numbers 0 and 6 is meant
    before one that fits with any numbers.
    """
    mine = [
        (_with_parameters(name), form)
        for column in ("onnx", "onnx_float64")
        for name, kind in ACTIVATIONS.items()
        if (form := getattr(kind, column)) and form != "z"
    ]
    known = dict.fromkeys([*_OTHERS, *mine])
    return tuple(sorted(known, key=lambda pair: _n_open(pair[0])))


def _n_open(name: str) -> int:
    """How many parameters a name such as "hard_sigmoid(alpha,0)" leaves open."""
    return sum(map(str.isalpha, name.partition("(")[2].rstrip(")").split(",")))


def _with_parameters(name: str) -> str:
    names = ACTIVATIONS[name].parameter_names
    return f"{name}({','.join(names)})" if names else name
