"""Random inputs, to see a batch of samples go through a network."""

from __future__ import annotations

import numpy as np

from engine.nn.arguments import check_type, check_whole
from engine.nn.arrays import FloatArray
from engine.nn.initialisation import check_seed
from engine.text import nearest

DISTRIBUTIONS = {
    "normal": "around 0, with standard deviation 1",
    "uniform": "between -1 and 1, each as likely",
}
"""How inputs can be drawn, in words."""

MAX_NUMBERS = 10_000_000
_STREAM = 1


def random_inputs(
    n_samples: int, n_features: int, distribution: str = "normal", seed: int = 0
) -> FloatArray:
    """Return randomly drawn inputs, (n_samples, n_features).

    They are independent of the weights that a network draws from the same seed.

    Parameters
    ----------
    n_samples
        From 1 up.
    n_features
        How many inputs a sample has.
    distribution
        "normal" (standard) or "uniform" (over -1 … 1).
    seed
        From 0 up; the same seed gives the same numbers.

    Returns
    -------
    FloatArray

    Raises
    ------
    TypeError
        When an argument is of another kind.
    ValueError
        For fewer than one sample or too many, a negative seed, or an unknown distribution.
    """
    check_whole(n_samples, "n_samples")
    check_seed(seed)
    check_type(distribution, str, "distribution")
    if distribution not in DISTRIBUTIONS:
        hint = nearest(distribution, DISTRIBUTIONS)
        raise ValueError(f"there are no {distribution[:60]!r} inputs; {hint}")
    most = max(1, MAX_NUMBERS // n_features)
    if not 1 <= n_samples <= most:
        raise ValueError(f"samples: expected a whole number from 1 to {most:,}")
    random = np.random.default_rng([seed, _STREAM])
    shape = n_samples, n_features
    return random.normal(size=shape) if distribution == "normal" else random.uniform(-1, 1, shape)
