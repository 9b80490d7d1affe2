"""Formulas of each activation in ONNX operators: those that we write, and those of exporters.

A single operator if there is one, and the chains that PyTorch, scikit-learn and others export.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.functional import SELU_SCALE, SELU_SCALE_ALPHA

_STEP = 0.25
_COUNT = np.arange(1.0, 27.0)

# erf(x) = 2/π · (h·x + Σ e^(-(k·h)²)·sin(2·k·h·x) / k), the trapezoidal rule for Dawson's integral
# erf(x) = 2/π · ∫ e^(-t²)·sin(2·x·t)/t dt. With h = 1/4 and 26 terms it is accurate to the last
# bits of float64 for |x| ≤ 6, beyond which erf is ±1. It is needed as onnxruntime has Erf for
# float32 only.
CONSTANTS: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
    "FREQUENCIES": 2.0 * _STEP * _COUNT,
    "AMPLITUDES": 2.0 / math.pi * np.exp(-((_STEP * _COUNT) ** 2)) / _COUNT,
    "LAST": np.array([-1]),
}

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
}
"""The default of an operator's attribute."""

_ROOT_2 = f"{math.sqrt(2.0)!r}"
_TANH_LINEAR = f"{math.sqrt(2.0 / math.pi)!r}"
_SCALE, _SCALE_ALPHA = f"{SELU_SCALE!r}", f"{SELU_SCALE_ALPHA!r}"
_SELU_ALPHA = f"{SELU_SCALE_ALPHA / SELU_SCALE!r}"
_CUT = f"Clip(Div(z, {_ROOT_2}), -6, 6)"
_WAVES = f"Mul(AMPLITUDES, Sin(Mul(FREQUENCIES, Unsqueeze({_CUT}, LAST))))"
_ERF = f"Add(Mul({2.0 * _STEP / math.pi!r}, {_CUT}), ReduceSum({_WAVES}, LAST, keepdims=0))"
_POWER_BELOW = "Sub(Exp(Min(z, 0)), 1)"

_WRITTEN_32: dict[str, str] = {
    "identity": "z",
    "step": "Where(Greater(z, 0), 1, 0)",
    "sigmoid": "Sigmoid(z)",
    "tanh": "Tanh(z)",
    "relu": "Relu(z)",
    "relu6": "Clip(z, 0, 6)",
    "leaky_relu": "LeakyRelu(z, alpha=alpha)",
    "elu": "Elu(z, alpha=alpha)",
    "selu": f"Selu(z, alpha={_SELU_ALPHA}, gamma={_SCALE})",
    "celu": "Celu(z, alpha=alpha)",
    "gelu": f"Mul(Mul(0.5, z), Add(1, Erf(Div(z, {_ROOT_2}))))",
    "gelu_tanh": (
        f"Mul(Mul(0.5, z), Add(1, Tanh(Mul({_TANH_LINEAR}, "
        f"Add(z, Mul(0.044715, Mul(z, Mul(z, z))))))))"
    ),
    "silu": "Mul(z, Sigmoid(z))",
    "mish": "Mul(z, Tanh(Softplus(z)))",
    "softplus": "Softplus(z)",
    "softsign": "Softsign(z)",
    "hard_sigmoid": "HardSigmoid(z, alpha=alpha, beta=beta)",
    "hard_swish": "HardSwish(z)",
    "thresholded_relu": "Where(Greater(z, alpha), z, 0)",
    "log_sigmoid": "Neg(Softplus(Neg(z)))",
    "softmax": "Softmax(z, axis=-1)",
    "log_softmax": "LogSoftmax(z, axis=-1)",
}

# Attributes are always float32, so in a model of float64 the parameters are tensors.
_WRITTEN_64: dict[str, str] = {
    **_WRITTEN_32,
    "leaky_relu": "PRelu(z, alpha)",
    "elu": f"Add(Max(z, 0), Mul(alpha, {_POWER_BELOW}))",
    "selu": f"Add(Mul({_SCALE}, Max(z, 0)), Mul({_SCALE_ALPHA}, {_POWER_BELOW}))",
    # The outer Min changes nothing, but distinguishes it from an elu when alpha is 1.
    "celu": "Add(Max(z, 0), Min(0, Mul(alpha, Sub(Exp(Div(Min(z, 0), alpha)), 1))))",
    "gelu": f"Mul(Mul(0.5, z), Add(1, {_ERF}))",
    "softplus": "Add(Max(z, 0), Log(Add(1, Exp(Neg(Abs(z))))))",
    "mish": "Mul(z, Tanh(Add(Max(z, 0), Log(Add(1, Exp(Neg(Abs(z))))))))",
    "log_sigmoid": "Sub(Min(z, 0), Log(Add(1, Exp(Neg(Abs(z))))))",
    "hard_sigmoid": "Clip(Add(Mul(z, alpha), beta), 0, 1)",
    "hard_swish": "Mul(z, Div(Clip(Add(z, 3), 0, 6), 6))",
}

_SOFTPLUS = (
    "Softplus(z)",
    "Where(Greater(z, threshold), z, Softplus(z))",
    "Log(Add(1, Exp(z)))",
    _WRITTEN_64["softplus"],
)

_LEAKY_BELOW = "Mul(alpha, z)"
_ELU_BELOW = "Mul(alpha, Sub(Exp(z), 1))"

_OTHERS: tuple[tuple[str, str], ...] = (
    ("sigmoid", "Div(1, Add(1, Exp(Neg(z))))"),
    ("sigmoid", "Reciprocal(Add(1, Exp(Neg(z))))"),
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
    ("elu(1)", f"Add(Max(z, 0), {_POWER_BELOW})"),
    ("selu", f"Mul({_SCALE}, Where(Greater(z, 0), z, Mul({_SELU_ALPHA}, Sub(Exp(z), 1))))"),
    ("selu", f"Mul({_SCALE}, Elu(z, alpha={_SELU_ALPHA}))"),
    ("celu(alpha)", "Add(Max(z, 0), Min(0, Mul(alpha, Sub(Exp(Div(z, alpha)), 1))))"),
    ("gelu", "Gelu(z, approximate='none')"),
    ("gelu_tanh", "Gelu(z, approximate='tanh')"),
    (
        "gelu_tanh",
        f"Mul(Mul(0.5, z), Add(1, Tanh(Mul(Mul({_TANH_LINEAR}, z), "
        f"Add(1, Mul(0.044715, Mul(z, z)))))))",
    ),
    ("silu", "Swish(z, alpha=1)"),
    ("silu", "Div(z, Add(1, Exp(Neg(z))))"),
    ("mish", "Mish(z)"),
    *(("mish", f"Mul(z, Tanh({form}))") for form in _SOFTPLUS),
    *(("softplus", form) for form in _SOFTPLUS),
    ("softsign", "Div(z, Add(1, Abs(z)))"),
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
    ("log_softmax", "Log(Softmax(z))"),
)


def written_form(name: str, dtype: str) -> str:
    """Return the formula with which an activation is written in a model of float32 or float64."""
    return (_WRITTEN_32 if dtype == "float32" else _WRITTEN_64)[name]


def known_forms() -> tuple[tuple[str, str], ...]:
    """Return pairs of an activation, such as "leaky_relu(alpha)", and a formula for it.

    Those with fewer parameters come first: a formula that fits with the numbers 0 and 6 is meant
    before one that fits with any numbers.
    """
    written = [*_WRITTEN_32.items(), *_WRITTEN_64.items()]
    mine = [(_with_parameters(name), form) for name, form in written if form != "z"]
    known = dict.fromkeys([*_OTHERS, *mine])
    return tuple(sorted(known, key=lambda pair: _n_open(pair[0])))


def _n_open(name: str) -> int:
    """How many parameters a name such as "hard_sigmoid(alpha,0)" leaves open."""
    return sum(map(str.isalpha, name.partition("(")[2].rstrip(")").split(",")))


def _with_parameters(name: str) -> str:
    names = ACTIVATIONS[name].parameter_names
    return f"{name}({','.join(names)})" if names else name
