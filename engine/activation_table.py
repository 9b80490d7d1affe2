"""The activation functions by name: for each its formulas, parameters, limits and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import activation_derivatives as slopes
from engine import activation_functions as functions
from engine import activation_limits as limits
from engine.activation_functions import FloatArray
from engine.activation_limits import Limits
from engine.spelling import Spellings


@dataclass(frozen=True, eq=False, slots=True)
class ActivationKind:
    """What is known of one activation function, whatever its parameters.

    forward(z, *parameters) and derivative(z, *parameters): arrays of the shape of z; derivative
    is None for a row-wise function, which has backward(z, gradient) instead. limits(*parameters):
    infimum and supremum of the outs. defaults: the parameters with their default values, in order.
    parameter_spellings: what else some are called. nonzero: whether none may be 0. summary: goes
    on after "neuron: relu …". formula: the out as a function of z, with {alpha} where a
    parameter's value stands.
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

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.defaults)

    @property
    def default_parameters(self) -> tuple[float, ...]:
        return tuple(value for _, value in self.defaults)

    @property
    def row_wise(self) -> bool:
        """Whether an out depends on the sums of the whole layer, not on its own alone."""
        return self.derivative is None


_ROWS = (
    ActivationKind(
        "identity",
        functions.identity,
        slopes.identity_slope,
        limits.ANYTHING,
        "passes its sum z on unchanged",
        "z",
        piecewise_linear=True,
    ),
    ActivationKind(
        "step",
        functions.step,
        slopes.step_slope,
        limits.FROM_0_TO_1,
        "gives 1 when its sum z is above 0, else 0",
        "1 if z > 0, else 0",
        piecewise_linear=True,
    ),
    ActivationKind(
        "sigmoid",
        functions.sigmoid,
        slopes.sigmoid_slope,
        limits.FROM_0_TO_1,
        "squashes its sum z into 0…1",
        "1 / (1 + e^-z)",
    ),
    ActivationKind(
        "tanh",
        functions.tanh,
        slopes.tanh_slope,
        limits.FROM_MINUS_1_TO_1,
        "squashes its sum z into -1…1",
        "(e^z - e^-z) / (e^z + e^-z)",
    ),
    ActivationKind(
        "relu",
        functions.relu,
        slopes.relu_slope,
        limits.AT_LEAST_0,
        "passes a positive sum z on, gives 0 for the rest",
        "z if z > 0, else 0",
        piecewise_linear=True,
    ),
    ActivationKind(
        "relu6",
        functions.relu6,
        slopes.relu6_slope,
        limits.FROM_0_TO_6,
        "passes its sum z on between 0 and 6, cuts off the rest",
        "z, cut to 0…6",
        piecewise_linear=True,
    ),
    ActivationKind(
        "leaky_relu",
        functions.leaky_relu,
        slopes.leaky_relu_slope,
        limits.leaky_relu,
        "passes a positive sum z on, scales down a negative one",
        "z if z > 0, else {alpha}·z",
        (("alpha", 0.01),),
        parameter_spellings=(("negative_slope", "alpha"),),
        piecewise_linear=True,
    ),
    ActivationKind(
        "elu",
        functions.elu,
        slopes.elu_slope,
        limits.elu,
        "passes a positive sum z on, levels off for negative ones",
        "z if z > 0, else {alpha}·(e^z - 1)",
        (("alpha", 1.0),),
    ),
    ActivationKind(
        "selu",
        functions.selu,
        slopes.selu_slope,
        limits.SELU,
        "scales a positive sum z up a little, levels off for negative ones",
        "λ·z if z > 0, else λ·α·(e^z - 1), λ ≈ 1.0507, α ≈ 1.6733",
    ),
    ActivationKind(
        "celu",
        functions.celu,
        slopes.celu_slope,
        limits.celu,
        "passes a positive sum z on, levels off smoothly for negative ones",
        "z if z > 0, else {alpha}·(e^(z / {alpha}) - 1)",
        (("alpha", 1.0),),
        nonzero=True,
    ),
    ActivationKind(
        "gelu",
        functions.gelu,
        slopes.gelu_slope,
        limits.GELU,
        "passes large sums z on, lets negative ones fade to 0",
        "z·Φ(z), Φ(z) the share of a normal distribution below z",
    ),
    ActivationKind(
        "gelu_tanh",
        functions.gelu_tanh,
        slopes.gelu_tanh_slope,
        limits.GELU_TANH,
        "does nearly what gelu does, by way of tanh",
        "z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
    ),
    ActivationKind(
        "silu",
        functions.silu,
        slopes.silu_slope,
        limits.SILU,
        "weighs its sum z by the sigmoid of z",
        "z / (1 + e^-z)",
    ),
    ActivationKind(
        "mish",
        functions.mish,
        slopes.mish_slope,
        limits.MISH,
        "weighs its sum z by the tanh of its softplus",
        "z·tanh(ln(1 + e^z))",
    ),
    ActivationKind(
        "softplus",
        functions.softplus,
        functions.sigmoid,
        limits.AT_LEAST_0,
        "passes large sums z on, bends smoothly to 0 for negative ones",
        "ln(1 + e^z)",
    ),
    ActivationKind(
        "softsign",
        functions.softsign,
        slopes.softsign_slope,
        limits.FROM_MINUS_1_TO_1,
        "squashes its sum z into -1…1, slowly",
        "z / (1 + |z|)",
    ),
    ActivationKind(
        "hard_sigmoid",
        functions.hard_sigmoid,
        slopes.hard_sigmoid_slope,
        limits.hard_sigmoid,
        "squashes its sum z into 0…1 with straight lines",
        "{alpha}·z + {beta}, cut to 0…1",
        (("alpha", 1 / 6), ("beta", 0.5)),
        piecewise_linear=True,
    ),
    ActivationKind(
        "hard_swish",
        functions.hard_swish,
        slopes.hard_swish_slope,
        limits.HARD_SWISH,
        "weighs its sum z by the hard_sigmoid of z",
        "z·h, h = z/6 + 1/2 cut to 0…1",
    ),
    ActivationKind(
        "thresholded_relu",
        functions.thresholded_relu,
        slopes.thresholded_relu_slope,
        limits.thresholded_relu,
        "passes its sum z on above a threshold, else gives 0",
        "z if z > {alpha}, else 0",
        (("alpha", 1.0),),
        parameter_spellings=(("theta", "alpha"),),
        piecewise_linear=True,
    ),
    ActivationKind(
        "log_sigmoid",
        functions.log_sigmoid,
        slopes.log_sigmoid_slope,
        limits.AT_MOST_0,
        "gives the logarithm of a sigmoid",
        "ln(1 / (1 + e^-z))",
    ),
    ActivationKind(
        "softmax",
        functions.softmax,
        None,
        limits.FROM_0_TO_1,
        "shares out 1 among the neurons of its layer",
        "e^z / (sum of e^z over the layer)",
        backward=slopes.softmax_backward,
    ),
    ActivationKind(
        "log_softmax",
        functions.log_softmax,
        None,
        limits.AT_MOST_0,
        "gives the logarithm of a softmax",
        "z - ln(sum of e^z over the layer)",
        backward=slopes.log_softmax_backward,
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
        **dict.fromkeys(("hardlim", "heaviside"), "step is near: it is 0 at z = 0"),
        "prelu": "leaky_relu is near: its slope is not learned",
        "rrelu": "leaky_relu is near: its slope is not random",
        "quick_gelu": "gelu and silu are near",
        "threshold": "thresholded_relu is near: it gives 0 below its threshold",
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
"""hardlim is 1 at 0, and softmin is softmax of -z: none of these others is one of ours."""
