"""The lower tail of the normal distribution, which NumPy does not have, for the exact GELU.

With t ≥ 0, Φ(-t) = e^(-t²/2) · r(t), where the ratio r is smooth: 1/2 at 0 and about
1 / (t·√(2π)) far out. It is computed as r(t) = p(s) / (5/4 + t), with s = (t - 4) / (t + 4) and
p a polynomial. Its coefficients come from interpolation, in 60 digits, of (5/4 + t) · r(t) at the
24 Chebyshev points of the range that s has for t in 0…39; its error is at most 6e-18 there.
5/4 is chosen so that p hardly changes: its first term is nearly all of it, so that few rounding
errors show.

Both the factor and the variable s are those of Shepherd and Laframboise, "Chebyshev approximation
of (1 + 2x)exp(x²)erfc x in 0 ≤ x < ∞" (1981); the exponent is split as by Cody, "Rational Chebyshev
approximations for the error function" (1969). Two-sums and splitting: Knuth, "The Art of Computer
Programming", volume 2, 4.2.2, and Dekker, "A floating-point technique for extending the available
precision" (1971).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_ARGUMENT = 39.0
"""Beyond it e^(-t²/2) is below the smallest float64, so that t may be clipped there."""

DENSITY_AT_ZERO = 0.3989422804014327
"""1 / √(2π)."""

_SHIFT = 1.25
_CENTRE = 4.0
_FIRST, *_REST = (
    0.4956558668353369,
    -0.13930290771363968,
    0.04509444855924117,
    0.010673512219116867,
    -0.024481636401500282,
    0.015813073609139673,
    -0.004875488072412469,
    -0.00012591963500984058,
    0.0006481010385933362,
    -0.0001058189773273878,
    -8.069110667285065e-05,
    2.2407935847233808e-05,
    1.2551019378688686e-05,
    -3.639530846180308e-06,
    -2.4476425089852176e-06,
    4.559076584326974e-07,
    5.286642200750154e-07,
    -1.1568388064155238e-08,
    -1.0889751614349992e-07,
    -1.7147081183692357e-08,
    1.783694975263012e-08,
    5.88821061100436e-09,
    -1.631648197848607e-09,
    -7.86219491625772e-10,
)


def half_square(t: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return t²/2 and its rounding error, for 0 ≤ t ≤ MAX_ARGUMENT.

    The exponential turns an absolute error of its exponent into a relative one, so that at t = 38
    the plain t²/2 would spoil the last three digits.

    Parameters
    ----------
    t
        Numbers from 0 to MAX_ARGUMENT, of any shape.

    Returns
    -------
    tuple[NDArray[np.float64], NDArray[np.float64]]
        Of the same shape: t²/2 as rounded, and what is missing from it.
    """
    square = t * t
    # The leading 24 bits of t, whose square is exact.
    high = t.astype(np.float32).astype(np.float64)
    rounding_error = (high * high - square) + (t - high) * (t + high)
    return 0.5 * square, 0.5 * rounding_error


def tail_ratio(t: NDArray[np.float64], rounding_error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Φ(-t) · e^(t²/2) · (1 - rounding_error), for 0 ≤ t ≤ MAX_ARGUMENT.

    Parameters
    ----------
    t
        Numbers from 0 to MAX_ARGUMENT, of any shape.
    rounding_error
        The small second result of `half_square`; corrected for here, it costs no further rounding.

    Returns
    -------
    NDArray[np.float64]
        Of the same shape.
    """
    s = (t - _CENTRE) / (t + _CENTRE)
    rest = np.full_like(t, _REST[-1])
    for coefficient in _REST[-2::-1]:
        rest *= s
        rest += coefficient
    rest *= s
    denominator = _SHIFT + t
    # The rounding error of the sum 5/4 + t, by a two-sum.
    t_part = denominator - _SHIFT
    denominator_error = (t - t_part) + (_SHIFT - (denominator - t_part))
    rest -= (rest + _FIRST) * (rounding_error + denominator_error / denominator)
    rest += _FIRST
    return rest / denominator
