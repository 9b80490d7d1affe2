"""The one table of activation functions: all that this program knows about each of them.

To add one, add one row to _ROWS; nothing else needs to change. Its functions are those of
`engine.nn.functional`, or stand beside its row. A format whose column is left empty refuses the
activation in one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from engine.nn import functional
from engine.nn.arrays import FloatArray
from engine.nn.erf import MAX_ARGUMENT, half_square
from engine.nn.functional import SELU_SCALE, SELU_SCALE_ALPHA
from engine.nn.spelling import Spellings

Limits = tuple[float, float]
Code = str | tuple[str, str]
"""A text, or two: that for the default parameters, and that for any others."""

_FORMATS = {
    "numpy": "NumPy code",
    "pytorch": "PyTorch code",
    "keras": "Keras code",
    "latex": "LaTeX",
    "onnx": "an ONNX model",
    "onnx_float64": "an ONNX model of float64",
}
"""The columns that may be empty, as a refusal calls them."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ActivationKind:
    """One activation function, whatever its parameters: a row of the table.

    In texts {alpha} stands for the value of the parameter alpha. An empty column is a refusal.

    Attributes
    ----------
    name : str
        In lower case, words joined by underscores.
    forward : callable
        forward(z, **parameters), the activations: a new array of the shape of z.
    derivative : callable or None
        derivative(z, *parameters), da/dz at each z; None for a row-wise function.
    backward : callable or None
        backward(z, gradient) of a row-wise function: d loss / d z from d loss / d a.
    in_place : callable or None
        in_place(z, out) writes the activations to out, where NumPy does so in a single call.
    derivative_of_a : callable or None
        derivative_of_a(a, out) writes da/dz to out, where a alone gives it in one or two calls. It
        may lose digits where a is rounded: training has no use for them.
    limits : callable
        limits(*parameters): infimum and supremum of the activations.
    summary : str
        Completes "neuron: relu …".
    formula, latex : str
        The activation as a function of z, in plain symbols and in LaTeX.
    derivative_formula : str
        The derivative as a function of z and of the activation a.
    short : str
        What the curve's title says, in a few words; derived from the limits if empty.
    defaults : tuple of (str, float)
        The parameters with their default values, in order.
    refusal : callable
        refusal(*parameters): what is wrong with finite parameters, or None.
    aliases : tuple of str
        Other names that mean exactly the same.
    parameter_aliases : tuple of (str, str)
        Other names of parameters, each with ours.
    piecewise_linear : bool
        Whether the curve is made of straight lines.
    radius : float
        The curve is first drawn for z from -radius to radius.
    corners : callable
        corners(*parameters): where the curve bends out of sight of the first radius.
    jump : callable
        jump(*parameters): the z after which the curve jumps, or None.
    saturates : bool
        Whether a derivative near 0 means that a neuron no longer listens: not for a curve that is
        flat by design, or that goes on to rise and fall.
    off_up_to : callable
        off_up_to(*parameters): the sum up to which a neuron gives 0 and is flat, or None.
    numpy : str
        The body of a function of z and the parameters, without the final `return`; it may call
        other activations by name.
    pytorch : Code
        A module: of `nn`, or Function(…), which applies a function of z.
    keras : Code
        A name of `keras.activations`, or a lambda.
    scikit_learn_hidden, scikit_learn_output : str
        The name in scikit-learn for hidden layers and for the last one.
    onnx, onnx_float64 : str
        ONNX operators, as a formula of z and the parameters. Attributes are always float32, so in
        a model of float64 parameters are tensors; by default both are the same.
    """

    name: str
    forward: Callable[..., FloatArray]
    derivative: Callable[..., FloatArray] | None = None
    backward: Callable[[FloatArray, FloatArray], FloatArray] | None = None
    limits: Callable[..., Limits]
    summary: str
    formula: str
    derivative_formula: str = ""
    latex: str = ""
    short: str = ""
    defaults: tuple[tuple[str, float], ...] = ()
    refusal: Callable[..., str | None] = lambda *_: None
    aliases: tuple[str, ...] = ()
    parameter_aliases: tuple[tuple[str, str], ...] = ()
    in_place: Callable[[FloatArray, FloatArray | None], FloatArray] | None = None
    derivative_of_a: Callable[[FloatArray, FloatArray], object] | None = None
    piecewise_linear: bool = False
    radius: float = 4.0
    corners: Callable[..., tuple[float, ...]] = lambda *_: ()
    jump: Callable[..., float | None] = lambda *_: None
    saturates: bool = True
    off_up_to: Callable[..., float | None] = lambda *_: None
    numpy: str = ""
    pytorch: Code = ""
    keras: Code = ""
    scikit_learn_hidden: str = ""
    scikit_learn_output: str = ""
    onnx: str = ""
    onnx_float64: str = ""

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(name for name, _ in self.defaults)

    @property
    def default_parameters(self) -> tuple[float, ...]:
        """Their values where none are given, in order."""
        return tuple(value for _, value in self.defaults)

    @property
    def row_wise(self) -> bool:
        """Whether an activation depends on the sums of the whole layer, not only on its own."""
        return self.derivative is None

    def code(self, column: str) -> Code:
        """Return a column that may be empty.

        Parameters
        ----------
        column
            One of "numpy", "pytorch", "keras", "latex", "onnx" and "onnx_float64".

        Returns
        -------
        str or tuple of str

        Raises
        ------
        ValueError
            If the column is empty: this activation cannot be written so.
        """
        found: Code = getattr(self, column) or (self.onnx if column == "onnx_float64" else "")
        if not found:
            raise ValueError(
                f"{self.name} cannot be written as {_FORMATS[column]}; "
                f"choose another activation or another format"
            )
        return found

    def filled(self, text: str, values: Iterable[str]) -> str:
        """Return a text of this row with values in place of its parameters.

        Parameters
        ----------
        text
            A formula or code, with {alpha} where the parameter alpha stands.
        values
            One for each parameter, in order.

        Returns
        -------
        str
        """
        for name, value in zip(self.parameter_names, values, strict=True):
            text = text.replace(f"{{{name}}}", value)
        return text


def _always(lowest: float, highest: float = math.inf) -> Callable[..., Limits]:
    return lambda: (lowest, highest)


_ANYTHING = _always(-math.inf)
_AT_LEAST_0 = _always(0.0)
_AT_MOST_0 = _always(-math.inf, 0.0)
_FROM_0_TO_1 = _always(0.0, 1.0)
_FROM_MINUS_1_TO_1 = _always(-1.0, 1.0)


def _hard_sigmoid_limits(alpha: float, beta: float) -> Limits:
    constant = min(max(beta, 0.0), 1.0)
    return (0.0, 1.0) if alpha else (constant, constant)


def _latex_cases(above: str, below: str, threshold: str = "0") -> str:
    return rf"\begin{{cases}} {above} & z > {threshold} \\ {below} & \text{{else}} \end{{cases}}"


def hardtanh(z: FloatArray, min: float, max: float) -> FloatArray:
    """z, cut to min…max (Collobert, "Large Scale Machine Learning", 2004)."""
    return np.minimum(np.maximum(z, min), max)


def hardtanh_derivative(z: FloatArray, min: float, max: float) -> FloatArray:
    """1 where min < z < max, else 0."""
    return np.heaviside(z - min, 0.0) * np.heaviside(max - z, 0.0)


def gaussian(z: FloatArray) -> FloatArray:
    """e^-z² (Broomhead and Lowe, 1988), corrected for the rounding of z²."""
    half, half_error = half_square(np.minimum(np.abs(z), MAX_ARGUMENT))
    return np.exp(-2.0 * half) * (1.0 - 2.0 * half_error)


def gaussian_derivative(z: FloatArray) -> FloatArray:
    """-2·z·e^-z², with z cut where e^-z² is 0, as ∞·0 would be NaN."""
    return -2.0 * np.minimum(np.maximum(z, -MAX_ARGUMENT), MAX_ARGUMENT) * gaussian(z)


# erf(x) = 2/π · (h·x + Σ e^(-(k·h)²)·sin(2·k·h·x) / k), the trapezoidal rule for Dawson's integral
# erf(x) = 2/π · ∫ e^(-t²)·sin(2·x·t)/t dt. With h = 1/4 and 26 terms it is accurate to the last
# bits of float64 for |x| ≤ 6, beyond which erf is ±1. It is needed as onnxruntime has Erf for
# float32 only.
ERF_STEP = 0.25
"""h; the writer of ONNX holds the terms' FREQUENCIES and AMPLITUDES."""

ONNX_ROOT_2 = f"{math.sqrt(2.0)!r}"
ONNX_TANH_LINEAR = f"{math.sqrt(2.0 / math.pi)!r}"
ONNX_SELU_SCALE, ONNX_SELU_SCALE_ALPHA = f"{SELU_SCALE!r}", f"{SELU_SCALE_ALPHA!r}"
ONNX_SELU_ALPHA = f"{SELU_SCALE_ALPHA / SELU_SCALE!r}"
ONNX_POWER_BELOW = "Sub(Exp(Min(z, 0)), 1)"
_CUT = f"Clip(Div(z, {ONNX_ROOT_2}), -6, 6)"
_WAVES = f"Mul(AMPLITUDES, Sin(Mul(FREQUENCIES, Unsqueeze({_CUT}, LAST))))"
_ERF = f"Add(Mul({2.0 * ERF_STEP / math.pi!r}, {_CUT}), ReduceSum({_WAVES}, LAST, keepdims=0))"

# NumPy handles zero-dimensional arrays faster than Python numbers.
_ZERO: FloatArray = np.array(0.0)

_ROWS = (
    ActivationKind(
        name="identity",
        forward=functional.identity,
        derivative=functional.identity_derivative,
        in_place=np.positive,
        limits=_ANYTHING,
        summary="passes its sum z on unchanged",
        formula="z",
        derivative_formula="1",
        latex="z",
        short="z unchanged",
        aliases=("linear", "none", "purelin"),
        piecewise_linear=True,
        numpy="z",
        pytorch="nn.Identity()",
        keras="linear",
        scikit_learn_hidden="identity",
        scikit_learn_output="identity",
        onnx="z",
    ),
    ActivationKind(
        name="step",
        forward=functional.step,
        derivative=functional.step_derivative,
        limits=_FROM_0_TO_1,
        summary="gives 1 when its sum z is above 0, else 0",
        formula="1 if z > 0, else 0",
        derivative_formula="0",
        latex=_latex_cases("1", "0"),
        short="1 above 0, else 0",
        piecewise_linear=True,
        jump=lambda: 0.0,
        saturates=False,
        off_up_to=lambda: 0.0,
        numpy="np.where(z > 0, 1.0, 0.0)",
        pytorch="Function(lambda z: (z > 0).to(z.dtype))",
        keras="lambda z: keras.ops.cast(z > 0, z.dtype)",
        onnx="Where(Greater(z, 0), 1, 0)",
    ),
    ActivationKind(
        name="sigmoid",
        forward=functional.sigmoid,
        derivative=functional.sigmoid_derivative,
        derivative_of_a=functional.sigmoid_derivative_of_a,
        limits=_FROM_0_TO_1,
        summary="squashes its sum z into 0…1",
        formula="1 / (1 + e^-z)",
        derivative_formula="a·(1 - a)",
        latex=r"\frac{1}{1 + e^{-z}}",
        aliases=("logistic", "logsig", "expit"),
        radius=6.0,
        numpy="""\
# 1 / (1 + e^-z), without the overflow of e^-z where z is far below 0
e = np.exp(-np.abs(z))
np.where(z >= 0, 1.0, e) / (1 + e)""",
        pytorch="nn.Sigmoid()",
        keras="sigmoid",
        scikit_learn_hidden="logistic",
        scikit_learn_output="logistic",
        onnx="Sigmoid(z)",
    ),
    ActivationKind(
        name="tanh",
        forward=functional.tanh,
        derivative=functional.tanh_derivative,
        derivative_of_a=functional.tanh_derivative_of_a,
        in_place=np.tanh,
        limits=_FROM_MINUS_1_TO_1,
        summary="squashes its sum z into -1…1",
        formula="(e^z - e^-z) / (e^z + e^-z)",
        derivative_formula="1 - a²",
        latex=r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
        aliases=("tansig",),
        numpy="np.tanh(z)",
        pytorch="nn.Tanh()",
        keras="tanh",
        scikit_learn_hidden="tanh",
        onnx="Tanh(z)",
    ),
    ActivationKind(
        name="relu",
        forward=functional.relu,
        derivative=functional.relu_derivative,
        in_place=lambda z, out: np.maximum(z, _ZERO, out=out),
        derivative_of_a=np.sign,
        limits=_AT_LEAST_0,
        summary="passes a positive sum z on, gives 0 for the rest",
        formula="z if z > 0, else 0",
        derivative_formula="1 if z > 0, else 0",
        latex=r"\max(0, z)",
        aliases=("poslin",),
        piecewise_linear=True,
        off_up_to=lambda: 0.0,
        numpy="np.maximum(0, z)",
        pytorch="nn.ReLU()",
        keras="relu",
        scikit_learn_hidden="relu",
        onnx="Relu(z)",
    ),
    ActivationKind(
        name="relu6",
        forward=functional.relu6,
        derivative=functional.relu6_derivative,
        limits=_always(0.0, 6.0),
        summary="passes its sum z on between 0 and 6, cuts off the rest",
        formula="z, cut to 0…6",
        derivative_formula="1 if 0 < z < 6, else 0",
        latex=r"\min(\max(0, z), 6)",
        piecewise_linear=True,
        radius=8.0,
        corners=lambda: (6.0,),
        off_up_to=lambda: 0.0,
        numpy="np.minimum(np.maximum(0, z), 6)",
        pytorch="nn.ReLU6()",
        keras="relu6",
        onnx="Clip(z, 0, 6)",
    ),
    ActivationKind(
        name="leaky_relu",
        forward=functional.leaky_relu,
        derivative=functional.leaky_relu_derivative,
        limits=lambda alpha: (-math.inf if alpha > 0 else 0.0, math.inf),
        summary="passes a positive sum z on, scales down a negative one",
        formula="z if z > 0, else {alpha}·z",
        derivative_formula="1 if z > 0, else {alpha}",
        latex=_latex_cases("z", r"{alpha} \cdot z"),
        short="{alpha}·z below 0",
        defaults=(("alpha", 0.01),),
        parameter_aliases=(("negative_slope", "alpha"),),
        piecewise_linear=True,
        numpy="np.where(z > 0, z, alpha * z)",
        pytorch="nn.LeakyReLU({alpha})",
        keras="lambda z: keras.activations.leaky_relu(z, negative_slope={alpha})",
        onnx="LeakyRelu(z, alpha=alpha)",
        onnx_float64="PRelu(z, alpha)",
    ),
    ActivationKind(
        name="elu",
        forward=functional.elu,
        derivative=functional.elu_derivative,
        limits=lambda alpha: (min(-alpha, 0.0), math.inf),
        summary="passes a positive sum z on, levels off for negative ones",
        formula="z if z > 0, else {alpha}·(e^z - 1)",
        derivative_formula="1 if z > 0, else {alpha}·e^z",
        latex=_latex_cases("z", r"{alpha} \cdot (e^{z} - 1)"),
        defaults=(("alpha", 1.0),),
        numpy="np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))",
        pytorch="nn.ELU({alpha})",
        keras=("elu", "lambda z: keras.activations.elu(z, alpha={alpha})"),
        onnx="Elu(z, alpha=alpha)",
        onnx_float64=f"Add(Max(z, 0), Mul(alpha, {ONNX_POWER_BELOW}))",
    ),
    ActivationKind(
        name="selu",
        forward=functional.selu,
        derivative=functional.selu_derivative,
        limits=_always(-SELU_SCALE_ALPHA),
        summary="scales a positive sum z up a little, levels off for negative ones",
        formula="λ·z if z > 0, else λ·α·(e^z - 1), λ ≈ 1.0507, α ≈ 1.6733",
        derivative_formula="λ if z > 0, else λ·α·e^z, λ ≈ 1.0507, α ≈ 1.6733",
        latex=_latex_cases(r"\lambda z", r"\lambda \alpha (e^{z} - 1)")
        + r",\ \lambda \approx 1.0507,\ \alpha \approx 1.6733",
        numpy="""\
scale, alpha = 1.0507009873554805, 1.6732632423543772
scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))""",
        pytorch="nn.SELU()",
        keras="selu",
        onnx=f"Selu(z, alpha={ONNX_SELU_ALPHA}, gamma={ONNX_SELU_SCALE})",
        onnx_float64=f"Add(Mul({ONNX_SELU_SCALE}, Max(z, 0)), "
        f"Mul({ONNX_SELU_SCALE_ALPHA}, {ONNX_POWER_BELOW}))",
    ),
    ActivationKind(
        name="celu",
        forward=functional.celu,
        derivative=functional.celu_derivative,
        limits=lambda alpha: (-alpha if alpha > 0 else -math.inf, math.inf),
        summary="passes a positive sum z on, levels off smoothly for negative ones",
        formula="z if z > 0, else {alpha}·(e^(z / {alpha}) - 1)",
        derivative_formula="1 if z > 0, else e^(z / {alpha})",
        latex=_latex_cases("z", r"{alpha} \cdot (e^{z / {alpha}} - 1)"),
        defaults=(("alpha", 1.0),),
        refusal=lambda alpha: None if alpha else "alpha is 0, expected any other number",
        numpy="np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0) / alpha))",
        pytorch="nn.CELU({alpha})",
        keras=("celu", "lambda z: keras.activations.celu(z, alpha={alpha})"),
        onnx="Celu(z, alpha=alpha)",
        # The outer Min changes nothing, but distinguishes it from an elu when alpha is 1.
        onnx_float64="Add(Max(z, 0), Min(0, Mul(alpha, Sub(Exp(Div(Min(z, 0), alpha)), 1))))",
    ),
    # The lower limits of the next four are minima, rounded down.
    ActivationKind(
        name="gelu",
        forward=functional.gelu,
        derivative=functional.gelu_derivative,
        limits=_always(-0.16997120747990369),
        summary="passes large sums z on, lets negative ones fade to 0",
        formula="z·Φ(z), Φ(z) the share of a normal distribution below z",
        derivative_formula="Φ(z) + z·φ(z), φ(z) the height of a normal distribution at z",
        latex=r"z \cdot \Phi(z)",
        radius=3.0,
        numpy="""\
# z times the share of a normal distribution below z
share = np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)) / 2
z * share""",
        pytorch="nn.GELU()",
        keras="gelu",
        onnx=f"Mul(Mul(0.5, z), Add(1, Erf(Div(z, {ONNX_ROOT_2}))))",
        onnx_float64=f"Mul(Mul(0.5, z), Add(1, {_ERF}))",
    ),
    ActivationKind(
        name="gelu_tanh",
        forward=functional.gelu_tanh,
        derivative=functional.gelu_tanh_derivative,
        limits=_always(-0.17004075057125406),
        summary="does nearly what gelu does, by way of tanh",
        formula="z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³)))",
        derivative_formula=(
            "s·(1 + z·g·(1 - s)), "
            "s the sigmoid of √(8/π)·(z + 0.044715·z³), g = √(8/π)·(1 + 0.134145·z²)"
        ),
        latex=r"\frac{z}{2} \left(1 + \tanh\left(\sqrt{\frac{2}{\pi}} "
        r"(z + 0.044715 z^3)\right)\right)",
        radius=3.0,
        numpy="""\
# z / 2 * (1 + tanh(u)) is z * sigmoid(2 * u)
u = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
z * sigmoid(2 * u)""",
        pytorch="nn.GELU(approximate='tanh')",
        keras="lambda z: keras.activations.gelu(z, approximate=True)",
        onnx=f"Mul(Mul(0.5, z), Add(1, Tanh(Mul({ONNX_TANH_LINEAR}, "
        f"Add(z, Mul(0.044715, Mul(z, Mul(z, z))))))))",
    ),
    ActivationKind(
        name="silu",
        forward=functional.silu,
        derivative=functional.silu_derivative,
        limits=_always(-0.2784645427610738),
        summary="weighs its sum z by the sigmoid of z",
        formula="z / (1 + e^-z)",
        derivative_formula="s + a·(1 - s), s = 1 / (1 + e^-z)",
        latex=r"\frac{z}{1 + e^{-z}}",
        aliases=("swish",),
        numpy="z * sigmoid(z)",
        pytorch="nn.SiLU()",
        keras="silu",
        onnx="Mul(z, Sigmoid(z))",
    ),
    ActivationKind(
        name="mish",
        forward=functional.mish,
        derivative=functional.mish_derivative,
        limits=_always(-0.30884341301725043),
        summary="weighs its sum z by the tanh of its softplus",
        formula="z·tanh(ln(1 + e^z))",
        derivative_formula="t + z·(1 - t²)·s, t = tanh(ln(1 + e^z)), s = 1 / (1 + e^-z)",
        latex=r"z \cdot \tanh(\ln(1 + e^{z}))",
        numpy="z * np.tanh(softplus(z))",
        pytorch="nn.Mish()",
        keras="mish",
        onnx="Mul(z, Tanh(Softplus(z)))",
        onnx_float64="Mul(z, Tanh(Add(Max(z, 0), Log(Add(1, Exp(Neg(Abs(z))))))))",
    ),
    ActivationKind(
        name="softplus",
        forward=functional.softplus,
        derivative=functional.sigmoid,
        limits=_AT_LEAST_0,
        summary="passes large sums z on, bends smoothly to 0 for negative ones",
        formula="ln(1 + e^z)",
        derivative_formula="1 / (1 + e^-z)",
        latex=r"\ln(1 + e^{z})",
        numpy="""\
# ln(1 + e^z), without the overflow of e^z
np.maximum(0, z) + np.log1p(np.exp(-np.abs(z)))""",
        # Above its threshold it returns z itself: the default of 20 would lose half of the digits.
        pytorch="nn.Softplus(threshold=40)",
        keras="softplus",
        onnx="Softplus(z)",
        onnx_float64="Add(Max(z, 0), Log(Add(1, Exp(Neg(Abs(z))))))",
    ),
    ActivationKind(
        name="softsign",
        forward=functional.softsign,
        derivative=functional.softsign_derivative,
        limits=_FROM_MINUS_1_TO_1,
        summary="squashes its sum z into -1…1, slowly",
        formula="z / (1 + |z|)",
        derivative_formula="1 / (1 + |z|)²",
        latex=r"\frac{z}{1 + |z|}",
        aliases=("elliotsig",),
        radius=6.0,
        numpy="z / (1 + np.abs(z))",
        pytorch="nn.Softsign()",
        keras="softsign",
        onnx="Softsign(z)",
    ),
    ActivationKind(
        name="hard_sigmoid",
        forward=functional.hard_sigmoid,
        derivative=functional.hard_sigmoid_derivative,
        limits=_hard_sigmoid_limits,
        summary="squashes its sum z into 0…1 with straight lines",
        formula="{alpha}·z + {beta}, cut to 0…1",
        derivative_formula="{alpha} if 0 < {alpha}·z + {beta} < 1, else 0",
        latex=r"\min(\max(0, {alpha} \cdot z + {beta}), 1)",
        defaults=(("alpha", 1 / 6), ("beta", 0.5)),
        piecewise_linear=True,
        radius=6.0,
        corners=lambda alpha, beta: (-beta / alpha, (1 - beta) / alpha) if alpha else (),
        off_up_to=lambda alpha, beta: -beta / alpha if alpha > 0 else None,
        numpy="np.clip(alpha * z + beta, 0, 1)",
        pytorch=(
            "nn.Hardsigmoid()",
            "Function(lambda z: torch.clamp({alpha} * z + {beta}, 0, 1))",
        ),
        keras=("hard_sigmoid", "lambda z: keras.ops.clip({alpha} * z + {beta}, 0, 1)"),
        onnx="HardSigmoid(z, alpha=alpha, beta=beta)",
        onnx_float64="Clip(Add(Mul(z, alpha), beta), 0, 1)",
    ),
    ActivationKind(
        name="hard_swish",
        forward=functional.hard_swish,
        derivative=functional.hard_swish_derivative,
        limits=_always(-0.375),
        summary="weighs its sum z by the hard_sigmoid of z",
        formula="z·h, h = z/6 + 1/2 cut to 0…1",
        derivative_formula="z/3 + 1/2 if -3 < z < 3, else 0 below and 1 above",
        latex=r"z \cdot \min(\max(0, \tfrac{z}{6} + \tfrac{1}{2}), 1)",
        aliases=("hard_silu",),
        off_up_to=lambda: -3.0,
        numpy="z * np.clip(z + 3, 0, 6) / 6",
        pytorch="nn.Hardswish()",
        keras="hard_swish",
        onnx="HardSwish(z)",
        onnx_float64="Mul(z, Div(Clip(Add(z, 3), 0, 6), 6))",
    ),
    ActivationKind(
        name="thresholded_relu",
        forward=functional.thresholded_relu,
        derivative=functional.thresholded_relu_derivative,
        limits=lambda alpha: (min(alpha, 0.0), math.inf),
        summary="passes its sum z on above a threshold, else gives 0",
        formula="z if z > {alpha}, else 0",
        derivative_formula="1 if z > {alpha}, else 0",
        latex=_latex_cases("z", "0", "{alpha}"),
        short="off up to {alpha}",
        defaults=(("alpha", 1.0),),
        parameter_aliases=(("theta", "alpha"),),
        piecewise_linear=True,
        corners=lambda alpha: (alpha,),
        jump=lambda alpha: alpha or None,
        off_up_to=lambda alpha: alpha if alpha >= 0 else None,
        numpy="np.where(z > alpha, z, 0.0)",
        pytorch="nn.Threshold({alpha}, 0.0)",
        keras="lambda z: keras.activations.threshold(z, {alpha}, 0.0)",
        onnx="Where(Greater(z, alpha), z, 0)",
    ),
    ActivationKind(
        name="hardtanh",
        forward=hardtanh,
        derivative=hardtanh_derivative,
        limits=lambda min, max: (min, max),
        summary="passes its sum z on between two numbers, cuts off the rest",
        formula="z, cut to {min}…{max}",
        derivative_formula="1 if {min} < z < {max}, else 0",
        latex=r"\min(\max({min}, z), {max})",
        defaults=(("min", -1.0), ("max", 1.0)),
        refusal=lambda min, max: (
            None if min < max else f"min is {min:g}, expected a number below max, {max:g}"
        ),
        aliases=("satlins",),
        parameter_aliases=(("min_val", "min"), ("max_val", "max")),
        piecewise_linear=True,
        corners=lambda min, max: (min, max),
        off_up_to=lambda min, _: 0.0 if min == 0 else None,
        numpy="np.clip(z, min, max)",
        pytorch="nn.Hardtanh({min}, {max})",
        keras=("hard_tanh", "lambda z: keras.ops.clip(z, {min}, {max})"),
        onnx="Clip(z, min, max)",
    ),
    ActivationKind(
        name="sin",
        forward=np.sin,
        derivative=np.cos,
        limits=_FROM_MINUS_1_TO_1,
        summary="turns its sum z into a wave between -1 and 1",
        formula="the sine of z, z in radians",
        derivative_formula="cos(z)",
        latex=r"\sin(z)",
        short="a wave in -1…1",
        aliases=("sine",),
        radius=8.0,
        saturates=False,
        numpy="np.sin(z)",
        pytorch="Function(torch.sin)",
        keras="lambda z: keras.ops.sin(z)",
        onnx="Sin(z)",
    ),
    ActivationKind(
        name="gaussian",
        forward=gaussian,
        derivative=gaussian_derivative,
        limits=_FROM_0_TO_1,
        summary="gives 1 for a sum z of 0, fades to 0 on both sides",
        formula="e^(-z²)",
        derivative_formula="-2·z·a",
        latex="e^{-z^2}",
        short="a hump in 0…1",
        aliases=("radbas",),
        radius=3.0,
        numpy="np.exp(-z * z)",
        pytorch="Function(lambda z: torch.exp(-z * z))",
        keras="lambda z: keras.ops.exp(-z * z)",
        onnx="Exp(Neg(Mul(z, z)))",
    ),
    ActivationKind(
        name="log_sigmoid",
        forward=functional.log_sigmoid,
        derivative=functional.log_sigmoid_derivative,
        limits=_AT_MOST_0,
        summary="gives the logarithm of a sigmoid",
        formula="ln(1 / (1 + e^-z))",
        derivative_formula="1 / (1 + e^z)",
        latex=r"\ln \frac{1}{1 + e^{-z}}",
        numpy="np.minimum(0, z) - np.log1p(np.exp(-np.abs(z)))",
        pytorch="nn.LogSigmoid()",
        keras="log_sigmoid",
        onnx="Neg(Softplus(Neg(z)))",
        onnx_float64="Sub(Min(z, 0), Log(Add(1, Exp(Neg(Abs(z))))))",
    ),
    ActivationKind(
        name="softmax",
        forward=functional.softmax,
        backward=functional.softmax_backward,
        limits=_FROM_0_TO_1,
        summary="shares out 1 among the neurons of its layer",
        formula="e^z / (sum of e^z over the layer)",
        derivative_formula="∂a_j/∂z_i = a_j·([i = j] - a_i)",
        latex=r"\frac{e^{z}}{\sum_j e^{z_j}}",
        short="shares adding up to 1",
        numpy="""\
powers = np.exp(z - z.max(axis=1, keepdims=True))
powers / powers.sum(axis=1, keepdims=True)""",
        pytorch="nn.Softmax(dim=1)",
        keras="softmax",
        scikit_learn_output="softmax",
        onnx="Softmax(z, axis=-1)",
    ),
    ActivationKind(
        name="log_softmax",
        forward=functional.log_softmax,
        backward=functional.log_softmax_backward,
        limits=_AT_MOST_0,
        summary="gives the logarithm of a softmax",
        formula="z - ln(sum of e^z over the layer)",
        derivative_formula="∂a_j/∂z_i = [i = j] - e^a_i",
        latex=r"z - \ln \sum_j e^{z_j}",
        short="logs of shares",
        numpy="""\
shifted = z - z.max(axis=1, keepdims=True)
shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))""",
        pytorch="nn.LogSoftmax(dim=1)",
        keras="log_softmax",
        onnx="LogSoftmax(z, axis=-1)",
    ),
)

ACTIVATIONS: dict[str, ActivationKind] = {row.name: row for row in _ROWS}

ACTIVATION_SPELLINGS = Spellings(
    "activation",
    ACTIVATIONS,
    {
        **{row.name: row.aliases for row in _ROWS},
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
                *("sinh", "tribas", "maxout", "bent_identity"),
            ),
            "",
        ),
    },
)
"""None of the last group is one of ours under another name: softmin is the softmax of -z."""
