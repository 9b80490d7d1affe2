"""The activation functions by name: their formulas, parameters, limits and descriptions.

The limits are the infimum and supremum of the activations; they are functions of the parameters
where they depend on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.nn import functional
from engine.nn.arrays import FloatArray
from engine.nn.functional import SELU_SCALE_ALPHA
from engine.nn.spelling import Spellings

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
# The minima of these functions, rounded down.
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


@dataclass(frozen=True, eq=False, slots=True)
class ActivationKind:
    """One activation function, whatever its parameters: its formulas, limits and descriptions.

    forward(z, *parameters) and derivative(z, *parameters): arrays of the shape of z; derivative
    is None for a row-wise function, which has backward(z, gradient) instead. limits(*parameters):
    infimum and supremum of the activations. defaults: the parameters with their default values, in
    order. parameter_spellings: other names of parameters, each with ours. nonzero: whether 0 is
    refused as a parameter. summary: completes "neuron: relu …". formula: the activation as a
    function of z, with {alpha} in place of a parameter's value. derivative_formula:
    the derivative as a function of z and of the activation a.
    """

    name: str
    forward: Callable[..., FloatArray]
    derivative: Callable[..., FloatArray] | None
    limits: Callable[..., Limits]
    summary: str
    formula: str
    defaults: tuple[tuple[str, float], ...] = ()
    parameter_spellings: tuple[tuple[str, str], ...] = ()
    nonzero: bool = False
    piecewise_linear: bool = False
    backward: Callable[[FloatArray, FloatArray], FloatArray] | None = None
    derivative_formula: str = ""

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.defaults)

    @property
    def default_parameters(self) -> tuple[float, ...]:
        return tuple(value for _, value in self.defaults)

    @property
    def row_wise(self) -> bool:
        """Whether an activation depends on the sums of the whole layer, not only on its own."""
        return self.derivative is None


_ROWS = (
    ActivationKind(
        "identity",
        functional.identity,
        functional.identity_derivative,
        ANYTHING,
        "passes its sum z on unchanged",
        "z",
        piecewise_linear=True,
        derivative_formula="1",
    ),
    ActivationKind(
        "step",
        functional.step,
        functional.step_derivative,
        FROM_0_TO_1,
        "gives 1 when its sum z is above 0, else 0",
        "1 if z > 0, else 0",
        piecewise_linear=True,
        derivative_formula="0",
    ),
    ActivationKind(
        "sigmoid",
        functional.sigmoid,
        functional.sigmoid_derivative,
        FROM_0_TO_1,
        "squashes its sum z into 0…1",
        "1 / (1 + e^-z)",
        derivative_formula="a·(1 - a)",
    ),
    ActivationKind(
        "tanh",
        functional.tanh,
        functional.tanh_derivative,
        FROM_MINUS_1_TO_1,
        "squashes its sum z into -1…1",
        "(e^z - e^-z) / (e^z + e^-z)",
        derivative_formula="1 - a²",
    ),
    ActivationKind(
        "relu",
        functional.relu,
        functional.relu_derivative,
        AT_LEAST_0,
        "passes a positive sum z on, gives 0 for the rest",
        "z if z > 0, else 0",
        piecewise_linear=True,
        derivative_formula="1 if z > 0, else 0",
    ),
    ActivationKind(
        "relu6",
        functional.relu6,
        functional.relu6_derivative,
        FROM_0_TO_6,
        "passes its sum z on between 0 and 6, cuts off the rest",
        "z, cut to 0…6",
        piecewise_linear=True,
        derivative_formula="1 if 0 < z < 6, else 0",
    ),
    ActivationKind(
        "leaky_relu",
        functional.leaky_relu,
        functional.leaky_relu_derivative,
        leaky_relu,
        "passes a positive sum z on, scales down a negative one",
        "z if z > 0, else {alpha}·z",
        (("alpha", 0.01),),
        parameter_spellings=(("negative_slope", "alpha"),),
        piecewise_linear=True,
        derivative_formula="1 if z > 0, else {alpha}",
    ),
    ActivationKind(
        "elu",
        functional.elu,
        functional.elu_derivative,
        elu,
        "passes a positive sum z on, levels off for negative ones",
        "z if z > 0, else {alpha}·(e^z - 1)",
        (("alpha", 1.0),),
        derivative_formula="1 if z > 0, else {alpha}·e^z",
    ),
    ActivationKind(
        "selu",
        functional.selu,
        functional.selu_derivative,
        SELU,
        "scales a positive sum z up a little, levels off for negative ones",
        "λ·z if z > 0, else λ·α·(e^z - 1), λ ≈ 1.0507, α ≈ 1.6733",
        derivative_formula="λ if z > 0, else λ·α·e^z, λ ≈ 1.0507, α ≈ 1.6733",
    ),
    ActivationKind(
        "celu",
        functional.celu,
        functional.celu_derivative,
        celu,
        "passes a positive sum z on, levels off smoothly for negative ones",
        "z if z > 0, else {alpha}·(e^(z / {alpha}) - 1)",
        (("alpha", 1.0),),
        nonzero=True,
        derivative_formula="1 if z > 0, else e^(z / {alpha})",
    ),
    ActivationKind(
        "gelu",
        functional.gelu,
        functional.gelu_derivative,
        GELU,
        "passes large sums z on, lets negative ones fade to 0",
        "z·Φ(z), Φ(z) the share of a normal distribution below z",
        derivative_formula="Φ(z) + z·φ(z), φ(z) the height of a normal distribution at z",
    ),
    ActivationKind(
        "gelu_tanh",
        functional.gelu_tanh,
        functional.gelu_tanh_derivative,
        GELU_TANH,
        "does nearly what gelu does, by way of tanh",
        "z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        derivative_formula=(
            "s·(1 + z·g·(1 - s)), "
            "s the sigmoid of √(8/π)·(z + 0.044715·z³), g = √(8/π)·(1 + 0.134145·z²)"
        ),
    ),
    ActivationKind(
        "silu",
        functional.silu,
        functional.silu_derivative,
        SILU,
        "weighs its sum z by the sigmoid of z",
        "z / (1 + e^-z)",
        derivative_formula="s + a·(1 - s), s = 1 / (1 + e^-z)",
    ),
    ActivationKind(
        "mish",
        functional.mish,
        functional.mish_derivative,
        MISH,
        "weighs its sum z by the tanh of its softplus",
        "z·tanh(ln(1 + e^z))",
        derivative_formula="t + z·(1 - t²)·s, t = tanh(ln(1 + e^z)), s = 1 / (1 + e^-z)",
    ),
    ActivationKind(
        "softplus",
        functional.softplus,
        functional.sigmoid,
        AT_LEAST_0,
        "passes large sums z on, bends smoothly to 0 for negative ones",
        "ln(1 + e^z)",
        derivative_formula="1 / (1 + e^-z)",
    ),
    ActivationKind(
        "softsign",
        functional.softsign,
        functional.softsign_derivative,
        FROM_MINUS_1_TO_1,
        "squashes its sum z into -1…1, slowly",
        "z / (1 + |z|)",
        derivative_formula="1 / (1 + |z|)²",
    ),
    ActivationKind(
        "hard_sigmoid",
        functional.hard_sigmoid,
        functional.hard_sigmoid_derivative,
        hard_sigmoid,
        "squashes its sum z into 0…1 with straight lines",
        "{alpha}·z + {beta}, cut to 0…1",
        (("alpha", 1 / 6), ("beta", 0.5)),
        piecewise_linear=True,
        derivative_formula="{alpha} if 0 < {alpha}·z + {beta} < 1, else 0",
    ),
    ActivationKind(
        "hard_swish",
        functional.hard_swish,
        functional.hard_swish_derivative,
        HARD_SWISH,
        "weighs its sum z by the hard_sigmoid of z",
        "z·h, h = z/6 + 1/2 cut to 0…1",
        derivative_formula="z/3 + 1/2 if -3 < z < 3, else 0 below and 1 above",
    ),
    ActivationKind(
        "thresholded_relu",
        functional.thresholded_relu,
        functional.thresholded_relu_derivative,
        thresholded_relu,
        "passes its sum z on above a threshold, else gives 0",
        "z if z > {alpha}, else 0",
        (("alpha", 1.0),),
        parameter_spellings=(("theta", "alpha"),),
        piecewise_linear=True,
        derivative_formula="1 if z > {alpha}, else 0",
    ),
    ActivationKind(
        "log_sigmoid",
        functional.log_sigmoid,
        functional.log_sigmoid_derivative,
        AT_MOST_0,
        "gives the logarithm of a sigmoid",
        "ln(1 / (1 + e^-z))",
        derivative_formula="1 / (1 + e^z)",
    ),
    ActivationKind(
        "softmax",
        functional.softmax,
        None,
        FROM_0_TO_1,
        "shares out 1 among the neurons of its layer",
        "e^z / (sum of e^z over the layer)",
        backward=functional.softmax_backward,
        derivative_formula="∂a_j/∂z_i = a_j·([i = j] - a_i)",
    ),
    ActivationKind(
        "log_softmax",
        functional.log_softmax,
        None,
        AT_MOST_0,
        "gives the logarithm of a softmax",
        "z - ln(sum of e^z over the layer)",
        backward=functional.log_softmax_backward,
        derivative_formula="∂a_j/∂z_i = [i = j] - e^a_i",
    ),
)

ACTIVATIONS: dict[str, ActivationKind] = {row.name: row for row in _ROWS}

ACTIVATION_SPELLINGS = Spellings(
    "activation",
    ACTIVATIONS,
    {
        "identity": ("linear", "none", "purelin"),
        "sigmoid": ("logistic", "logsig", "expit"),
        "tanh": ("tansig",),
        "relu": ("poslin",),
        "silu": ("swish",),
        "softsign": ("elliotsig",),
        "hard_swish": ("hard_silu",),
        "hard_sigmoid(1,0)": ("satlin",),
    },
    {
        **dict.fromkeys(("hardlim", "heaviside"), "the nearest is step: it is 0 at z = 0"),
        "prelu": "the nearest is leaky_relu: its slope is not learned",
        "rrelu": "the nearest is leaky_relu: its slope is not random",
        "quick_gelu": "the nearest are gelu and silu",
        "threshold": "the nearest is thresholded_relu: it gives 0 below its threshold",
        **dict.fromkeys(
            (
                *("hardlims", "sign", "signum", "compet", "hardmax", "softmin", "sparsemax"),
                *("softshrink", "hardshrink", "tanhshrink", "crelu", "squared_relu"),
                *("clipped_relu", "glu", "reglu", "geglu", "swiglu", "squareplus"),
                *("sparse_plus", "sparse_sigmoid", "exponential", "exp", "arctan", "atan"),
                *("sinh", "tribas", "satlins", "hardtanh", "maxout", "bent_identity"),
            ),
            "",
        ),
    },
)
"""None of the last group is one of ours under another name: softmin is the softmax of -z."""
