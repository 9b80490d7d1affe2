"""The formulas of the activation functions, each followed by its derivative.

A function maps sums z of any shape to a new float64 array of the same shape, and so does its
derivative; alpha and beta are the parameters of `engine.nn.activation_table`. A derivative "of a"
takes the activations instead, and writes to `out`. `softmax` and `log_softmax` work along the last
axis, where every activation depends on every sum: instead of a derivative they have
`..._backward(z, gradient)`, which takes d loss / d a and returns d loss / d z.

An intermediate step may overflow even though the result is right: the caller silences NumPy's
warnings once per pass.
"""

from __future__ import annotations

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.erf import DENSITY_AT_ZERO, MAX_ARGUMENT, half_square, tail_ratio

# NumPy combines two arrays faster than an array and a Python number: for one sample of three
# neurons that saves a third of the time of relu or sigmoid.
_ZERO: FloatArray = np.array(0.0)
_ONE: FloatArray = np.array(1.0)

SELU_SCALE = 1.0507009873554805
"""λ of Klambauer et al., "Self-Normalizing Neural Networks" (2017)."""

SELU_SCALE_ALPHA = 1.7580993408473768
"""λ·α, from the same paper."""

GELU_TANH_LINEAR = 1.5957691216057308
"""2·√(2/π), from the tanh approximation of Hendrycks and Gimpel, "Gaussian Error Linear Units"
(2016): z · sigmoid(2·√(2/π)·(z + 0.044715·z³))."""

GELU_TANH_CUBIC = 0.07135481627260025
"""2·√(2/π) · 0.044715, from the same formula."""

MISH_FLAT = 40.0
"""From here up mish(z) equals z to the last bit, so that z is clipped here before e^z."""

_MAX_FLOAT = float(np.finfo(np.float64).max)
# Below e^-708 float64 numbers are subnormal and lose digits: from e^-700 down, the exponent is
# raised by 64 and the result scaled back.
_FAR_TAIL = -700.0
_LIFT = 64.0
_UNLIFT = 1.603810890548638e-28  # e^-64

# e^-750 is 0 in float64, and so is e to the power of the gate of gelu_tanh at -25.
_EXPONENTIAL_ZERO = 750.0
_GELU_TANH_FLAT = 25.0


def identity(z: FloatArray) -> FloatArray:
    """z."""
    return np.positive(z)


def identity_derivative(z: FloatArray) -> FloatArray:
    """1."""
    return np.ones_like(z)


def step(z: FloatArray) -> FloatArray:
    """1 where z > 0, else 0.

    McCulloch and Pitts, "A logical calculus of the ideas immanent in nervous activity" (1943).
    """
    return np.heaviside(z, _ZERO)


def step_derivative(z: FloatArray) -> FloatArray:
    """0 everywhere, at the jump too."""
    return np.zeros_like(z)


def sigmoid(z: FloatArray) -> FloatArray:
    """1 / (1 + e^-z), compensated for rounding in the denominator.

    Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors" (1986).
    """
    power = np.exp(-z)
    total = _ONE + power
    a = _ONE / total
    # fmin drops the NaN of ∞ - ∞, where a is 0. Without the compensation one result in 20,000
    # would be off by more than 2 units in the last place.
    return a - a * a * np.fmin((power - total) + _ONE, _ONE)


def sigmoid_derivative(z: FloatArray) -> FloatArray:
    """a·(1 - a), computed from |z| so that neither factor loses digits."""
    power = np.exp(-np.abs(z))
    return power / (1.0 + power) ** 2


def sigmoid_derivative_of_a(a: FloatArray, out: FloatArray) -> None:
    """a·(1 - a)."""
    np.subtract(_ONE, a, out)
    np.multiply(out, a, out)


def tanh(z: FloatArray) -> FloatArray:
    """(e^z - e^-z) / (e^z + e^-z).

    LeCun, Bottou, Orr and Müller, "Efficient backprop" (1998).
    """
    return np.tanh(z)


def tanh_derivative(z: FloatArray) -> FloatArray:
    """1 - a², computed as four times the derivative of sigmoid at 2z."""
    return 4.0 * sigmoid_derivative(2.0 * z)


def tanh_derivative_of_a(a: FloatArray, out: FloatArray) -> None:
    """1 - a²."""
    np.multiply(a, a, out)
    np.subtract(_ONE, out, out)


def relu(z: FloatArray) -> FloatArray:
    """z where z > 0, else 0.

    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines" (2010).
    """
    return np.maximum(z, _ZERO)


def relu_derivative(z: FloatArray) -> FloatArray:
    """1 where z > 0, else 0."""
    return np.heaviside(z, 0.0)


def relu6(z: FloatArray) -> FloatArray:
    """z, cut to 0…6.

    Krizhevsky, "Convolutional deep belief networks on CIFAR-10" (2010).
    """
    return np.minimum(np.maximum(z, _ZERO), 6.0)


def relu6_derivative(z: FloatArray) -> FloatArray:
    """1 where 0 < z < 6, else 0."""
    return np.heaviside(z, 0.0) * np.heaviside(6.0 - z, 0.0)


def leaky_relu(z: FloatArray, alpha: float) -> FloatArray:
    """z where z > 0, else alpha·z.

    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).
    """
    return np.maximum(z, _ZERO) + alpha * np.minimum(z, _ZERO)


def leaky_relu_derivative(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > 0, else alpha."""
    above = np.heaviside(z, 0.0)
    return above + alpha * (1.0 - above)


def elu(z: FloatArray, alpha: float) -> FloatArray:
    """z where z > 0, else alpha·(e^z - 1).

    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential
    linear units (ELUs)" (2016).
    """
    return np.maximum(z, _ZERO) + alpha * np.expm1(np.minimum(z, _ZERO))


def elu_derivative(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > 0, else alpha·e^z."""
    return np.where(z > 0.0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def selu(z: FloatArray) -> FloatArray:
    """λ·z where z > 0, else λ·α·(e^z - 1).

    Klambauer et al., "Self-normalizing neural networks" (2017).
    """
    return SELU_SCALE * np.maximum(z, _ZERO) + SELU_SCALE_ALPHA * np.expm1(np.minimum(z, _ZERO))


def selu_derivative(z: FloatArray) -> FloatArray:
    """λ where z > 0, else λ·α·e^z."""
    return np.where(z > 0.0, SELU_SCALE, SELU_SCALE_ALPHA * np.exp(np.minimum(z, 0.0)))


def celu(z: FloatArray, alpha: float) -> FloatArray:
    """z where z > 0, else alpha·(e^(z / alpha) - 1).

    Barron, "Continuously differentiable exponential linear units" (2017).
    """
    return np.maximum(z, _ZERO) + alpha * np.expm1(np.minimum(z, _ZERO) / alpha)


def celu_derivative(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > 0, else e^(z / alpha)."""
    return np.exp(np.minimum(z, 0.0) / alpha)


def gelu(z: FloatArray) -> FloatArray:
    """z·Φ(z), as max(z, 0) - t·Φ(-t) with t = |z|, which keeps every digit of the negative tail.

    Hendrycks and Gimpel, "Gaussian error linear units (GELUs)" (2016).
    """
    t = np.minimum(np.abs(z), MAX_ARGUMENT)
    exponent, rounding_error = half_square(t)
    return np.maximum(z, _ZERO) - np.exp(-exponent) * (t * tail_ratio(t, rounding_error))


def gelu_derivative(z: FloatArray) -> FloatArray:
    """Φ(z) + z·φ(z); the derivatives at z and at -z add up to 1."""
    t = np.minimum(np.abs(z), MAX_ARGUMENT)
    exponent, rounding_error = half_square(t)
    t_density = t * DENSITY_AT_ZERO * (1.0 - rounding_error)
    below = np.exp(-exponent) * (tail_ratio(t, rounding_error) - t_density)
    return np.where(z > 0.0, 1.0 - below, below)


def gelu_tanh(z: FloatArray) -> FloatArray:
    """z · sigmoid(2·√(2/π)·(z + 0.044715·z³)), which is z/2·(1 + tanh(√(2/π)·(…))).

    From the same paper.
    """
    return _gated(z, z * (GELU_TANH_LINEAR + GELU_TANH_CUBIC * (z * z)))


def gelu_tanh_derivative(z: FloatArray) -> FloatArray:
    """σ(g)·(1 + z·g'·σ(-g)) with the gate g = 2·√(2/π)·(z + 0.044715·z³)."""
    near = np.minimum(np.maximum(z, -_GELU_TANH_FLAT), _GELU_TANH_FLAT)
    square = near * near
    gate = near * (GELU_TANH_LINEAR + GELU_TANH_CUBIC * square)
    gate_derivative = GELU_TANH_LINEAR + 3.0 * GELU_TANH_CUBIC * square
    return sigmoid(gate) * (1.0 + near * gate_derivative * sigmoid(-gate))


def silu(z: FloatArray) -> FloatArray:
    """z · sigmoid(z).

    Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning" (2018).
    """
    return _gated(z, z)


def silu_derivative(z: FloatArray) -> FloatArray:
    """σ(z)·(1 + z·σ(-z))."""
    near = np.minimum(np.maximum(z, -_EXPONENTIAL_ZERO), _EXPONENTIAL_ZERO)
    return sigmoid(near) * (1.0 + near * sigmoid(-near))


def mish(z: FloatArray) -> FloatArray:
    """z·tanh(ln(1 + e^z)), where the tanh is n / (n + 2) with n = e^z·(e^z + 2).

    Misra, "Mish: a self regularized non-monotonic activation function" (2020).
    """
    growth = np.exp(np.minimum(z, MISH_FLAT))
    n = growth * (growth + 2.0)
    return _with_far_tail(z * (n / (n + 2.0)), z, z)


def mish_derivative(z: FloatArray) -> FloatArray:
    """n / (n + 2) + z·4·e^z·(e^z + 1) / (n + 2)², with n = e^z·(e^z + 2)."""
    near = np.minimum(np.maximum(z, -_EXPONENTIAL_ZERO), MISH_FLAT)
    growth = np.exp(near)
    n = growth * (growth + 2.0)
    return n / (n + 2.0) + near * (4.0 * growth * (growth + 1.0) / (n + 2.0) ** 2)


def softplus(z: FloatArray) -> FloatArray:
    """ln(1 + e^z), without overflow.

    Dugas et al., "Incorporating second-order functional knowledge for better option pricing"
    (2001).
    """
    return np.maximum(z, _ZERO) + np.log1p(np.exp(np.minimum(z, -z)))


def softsign(z: FloatArray) -> FloatArray:
    """z / (1 + |z|).

    Turian, Bergstra and Bengio, "Quadratic features and deep architectures for chunking" (2009).
    """
    finite = np.minimum(np.maximum(z, -_MAX_FLOAT), _MAX_FLOAT)
    return finite / (_ONE + np.abs(finite))


def softsign_derivative(z: FloatArray) -> FloatArray:
    """1 / (1 + |z|)²."""
    return 1.0 / (1.0 + np.abs(z)) ** 2


def hard_sigmoid(z: FloatArray, alpha: float, beta: float) -> FloatArray:
    """alpha·z + beta, cut to 0…1.

    Courbariaux, Bengio and David, "BinaryConnect" (2015), with other slopes.
    """
    return np.minimum(np.maximum(alpha * z + beta, _ZERO), _ONE)


def hard_sigmoid_derivative(z: FloatArray, alpha: float, beta: float) -> FloatArray:
    """alpha where 0 < alpha·z + beta < 1, else 0."""
    line = alpha * z + beta
    return alpha * np.heaviside(line, 0.0) * np.heaviside(1.0 - line, 0.0)


def hard_swish(z: FloatArray) -> FloatArray:
    """z · hard_sigmoid(z); z itself is cut at -3, as -∞·0 would be NaN.

    Howard et al., "Searching for MobileNetV3" (2019).
    """
    return np.maximum(z, -3.0) * (np.minimum(np.maximum(z + 3.0, _ZERO), 6.0) / 6.0)


def hard_swish_derivative(z: FloatArray) -> FloatArray:
    """0 up to z = -3, z/3 + 1/2 up to z = 3, and 1 from there on."""
    between = np.minimum(np.maximum(z, -3.0), 3.0)
    line = between / 3.0 + 0.5
    return np.where(z >= 3.0, 1.0, np.where(z <= -3.0, 0.0, line))


def thresholded_relu(z: FloatArray, alpha: float) -> FloatArray:
    """z where z > alpha, else 0; tested as z <= alpha so that NaN stays NaN.

    Konda, Memisevic and Krueger, "Zero-bias autoencoders and the benefits of co-adapting features"
    (2015).
    """
    return np.where(z <= alpha, 0.0, z)


def thresholded_relu_derivative(z: FloatArray, alpha: float) -> FloatArray:
    """1 where z > alpha, else 0."""
    return np.heaviside(z - alpha, 0.0)


def log_sigmoid(z: FloatArray) -> FloatArray:
    """ln(sigmoid(z)), without taking the logarithm of a rounded 0."""
    return np.minimum(z, _ZERO) - np.log1p(np.exp(np.minimum(z, -z)))


def log_sigmoid_derivative(z: FloatArray) -> FloatArray:
    """sigmoid(-z)."""
    return sigmoid(-z)


def softmax(z: FloatArray) -> FloatArray:
    """e^z over the row sum of e^z; a row that contains +∞, or only -∞, becomes all NaN.

    Bridle, "Probabilistic interpretation of feedforward classification network outputs" (1990); the
    shift against overflow is that of Goodfellow, Bengio and Courville, "Deep Learning" (2016), 4.1.
    """
    _, powers = _shifted_powers(z)
    return powers / np.add.reduce(powers, axis=-1, keepdims=True)


def softmax_backward(z: FloatArray, gradient: FloatArray) -> FloatArray:
    """a·(gradient - row sum of a·gradient): the Jacobian diag(a) - a·aᵀ times the gradient."""
    a = softmax(z)
    row_sums: FloatArray = np.sum(a * gradient, axis=-1, keepdims=True)
    return a * (gradient - row_sums)


def log_softmax(z: FloatArray) -> FloatArray:
    """ln(softmax(z)), without taking the logarithm of a rounded 0 or 1.

    Blanchard, Higham and Higham, "Accurately computing the log-sum-exp and softmax functions"
    (2021).
    """
    shifted, powers = _shifted_powers(z)
    # The largest sum contributes exactly 1, which log1p adds itself: the others keep their digits.
    np.put_along_axis(powers, np.argmax(z, axis=-1, keepdims=True), 0.0, axis=-1)
    return shifted - np.log1p(np.add.reduce(powers, axis=-1, keepdims=True))


def log_softmax_backward(z: FloatArray, gradient: FloatArray) -> FloatArray:
    """gradient - softmax(z)·(row sum of gradient): the Jacobian transposed times the gradient."""
    row_sums: FloatArray = np.sum(gradient, axis=-1, keepdims=True)
    return gradient - softmax(z) * row_sums


def _shifted_powers(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """z minus the maximum of its row, so that nothing overflows, and e to the power of it."""
    largest = np.maximum.reduce(z, axis=-1, keepdims=True)
    shifted = z - largest
    # The rounding error of the subtraction, which the exponential would magnify: the two-sum of
    # Knuth, "The Art of Computer Programming", volume 2, 4.2.2.
    z_part = shifted + largest
    rounding_error = (z - z_part) - (largest - (z_part - shifted))
    powers = np.exp(shifted)
    # fmax drops the NaN of a shift by -∞, whose power is 0 anyway.
    powers += powers * np.fmax(rounding_error, -_ONE)
    return shifted, powers


def _gated(z: FloatArray, gate: FloatArray) -> FloatArray:
    """z · sigmoid(gate)."""
    return _with_far_tail(z / (_ONE + np.exp(-gate)), z, gate)


def _with_far_tail(result: FloatArray, z: FloatArray, gate: FloatArray) -> FloatArray:
    """The result, replaced by z · e^gate where e^gate alone would be subnormal."""
    far = gate < _FAR_TAIL
    if not far.any():
        return result
    # Adding 64 to a number in -1024…-576 is exact; the largest float replaces ∞, as ∞·0 is NaN.
    tail = np.maximum(z, -_MAX_FLOAT) * np.exp(gate + _LIFT) * _UNLIFT
    return np.where(far, tail, result)
