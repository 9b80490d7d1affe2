"""A derivative checked by hand: the number is moved a little both ways, and the rise measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.edits import set_parameter
from engine.parameters import Parameter, parameter_name, parameter_value
from engine.session import Session


@dataclass(frozen=True, slots=True)
class DifferenceCheck:
    """A quantity with the parameter lowered and raised by h, beside its derivative.

    below, above: the quantity at the parameter's value - h and + h. derivative: what it should
    rise by for each unit of the parameter.
    """

    parameter: Parameter
    h: float
    below: float
    above: float
    derivative: float

    @property
    def slope(self) -> float:
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
    """Return `quantity` with the parameter moved by -h and by +h, to hold against `derivative`.

    An input is moved in `sample` only. Raises ValueError when h is not above 0, or so small, or so
    large, that float64 cannot hold the moved number.
    """
    if not (math.isfinite(h) and h > 0):
        raise ValueError(f"the parameter is to be moved by {h}, expected a number above 0")
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
