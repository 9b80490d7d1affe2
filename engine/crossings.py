"""Where an answer turns: the values of a parameter at which a number crosses a level."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.activations import FloatArray
from engine.network import Trace
from engine.parameters import Parameter
from engine.session import Session
from engine.sweeps import sweep

_POINTS = 201
_POINTS_TO_REFINE = 33
_ROUNDS = 12


def crossings(
    session: Session,
    parameter: Parameter,
    quantity: Callable[[Trace], FloatArray],
    limits: tuple[float, float],
    sample: int = 0,
) -> list[float]:
    """Return, in rising order, the values within `limits` at which `quantity` changes its sign.

    quantity: from a trace of n_points rows to (n_points,), such as an output minus 0.5. Zero counts
    as positive, as an answer is 1 from 0.5 up. A jump over zero counts. Two crossings closer
    together than a 200th of the range may be missed.
    """
    values = np.linspace(*limits, _POINTS)
    positive = quantity(sweep(session, parameter, values, sample).trace) >= 0
    found = []
    for place in np.flatnonzero(positive[1:] != positive[:-1]):
        low, high, sign = values[place], values[place + 1], positive[place]
        for _ in range(_ROUNDS):
            finer = np.linspace(low, high, _POINTS_TO_REFINE)
            same = (quantity(sweep(session, parameter, finer, sample).trace) >= 0) == sign
            turn = int(np.argmin(same))
            if turn == 0:
                break
            low, high = finer[turn - 1], finer[turn]
        found.append(float((low + high) / 2))
    return found
