"""A derivative checked by a central difference: the number is moved a little both ways."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.edits.numbers import set_parameter
from engine.nn.parameters import Parameter
from engine.session.names import parameter_name, parameter_value
from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class DifferenceCheck:
    """A quantity with the parameter lowered and raised by h, next to its derivative.

    Parameters
    ----------
    parameter
        Which is lowered and raised.
    h
        A number from 0 up.
    below, above
        The quantity at the parameter's value - h and + h.
    derivative
        How much it should rise per unit of the parameter.
    """

    parameter: Parameter
    h: float
    below: float
    above: float
    derivative: float

    @property
    def measured(self) -> float:
        """The central difference, (above - below) / 2h."""
        return (self.above - self.below) / (2.0 * self.h)


def check_derivative(
    session: Session,
    parameter: Parameter,
    quantity: Callable[[Session], float],
    h: float,
    sample: int = 0,
    *,
    derivative: float,
) -> DifferenceCheck:
    """Return `quantity` with the parameter moved by -h and by +h, to compare with `derivative`.

    An input is moved in `sample` only.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    parameter
        Which is moved: a weight, a bias or an input.
    quantity
        What is measured.
    h
        A number from 0 up.
    sample
        The index of the sample, from 0.
    derivative
        As backpropagation has it.

    Returns
    -------
    DifferenceCheck

    Raises
    ------
    ValueError
        When h is not above 0, or is so small or so large that float64 cannot hold the moved number.
    """
    if not (math.isfinite(h) and h > 0):
        raise ValueError(f"cannot move the parameter by {h}, expected a number above 0")
    value = parameter_value(session, parameter, sample)
    if value - h == value or value + h == value:
        raise ValueError(
            f"{parameter_name(session, parameter)} is {value}: moving it by {h} is lost in "
            f"rounding, take a larger step"
        )
    below, above = (
        quantity(set_parameter(parameter, moved, sample).apply(session))
        for moved in (value - h, value + h)
    )
    return DifferenceCheck(parameter, h, below, above, derivative)
