"""The derivative by the selected number, checked by actually moving that number, in words."""

from __future__ import annotations

import math
import sys

from engine.difference_check import DifferenceCheck, check_derivative
from engine.numbers import FULL_DIGITS, format_number
from engine.parameters import Parameter, parameter_value
from engine.session import Session
from engine.session_loss import session_loss
from tui.plots.cells import safe
from tui.plots.slope_ranking import Slopes

_STEP = 1e-3
_MOST_SAMPLES, _MOST_WORK = 20_000, 20_000_000
_AGREES = 1e-3
_ROUNDING_STEPS = 16
_DIGITS_OF_A_DIFFERENCE = 3


def check_in_words(slopes: Slopes, parameter: Parameter, digits: int) -> str:
    """Return what moving the number by a small step both ways does, and whether it is as computed.

    The two quantities are written with as many decimals as it takes to see the slope in them.
    """
    session = slopes.session
    if slopes.subject.is_loss and _takes_long(session):
        return f"not checked by moving ▶: {session.n_samples:,} samples take too long at every key"
    h = step_of(parameter_value(session, parameter, slopes.sample))
    try:
        check = check_derivative(
            session,
            parameter,
            lambda moved: _quantity(slopes, moved),
            h,
            slopes.sample,
            derivative=slopes.of(parameter),
        )
    except ValueError:
        return "▶ cannot be moved both ways by a small step, so its slope is not checked"
    name = "the loss" if slopes.subject.is_loss else safe(slopes.subject.name)
    return f"▶ moved by ±{format_number(h, FULL_DIGITS)}: {name} {_told(check, digits)}"


def _takes_long(session: Session) -> bool:
    """Whether two more passes over all samples would hold up every key."""
    work = session.n_samples * session.network.n_parameters
    return session.n_samples > _MOST_SAMPLES or work > _MOST_WORK


def step_of(value: float) -> float:
    """Return by how much a number of this size is moved: a power of ten, 0.001 up to 10."""
    return float(f"1e{math.floor(math.log10(_STEP * max(1.0, abs(value))) + 1e-9)}")


def _quantity(slopes: Slopes, session: Session) -> float:
    """What the derivatives are of, in a session in which a number was moved."""
    output = slopes.subject.output
    if output is not None:
        return float(session.sample_trace(slopes.sample).outputs[0, output])
    loss = session_loss(session)
    assert loss is not None
    return loss


def _told(check: DifferenceCheck, digits: int) -> str:
    difference = abs(check.above - check.below)
    if not math.isfinite(difference):
        ends = " → ".join(format_number(end, digits) for end in (check.below, check.above))
        return f"goes {ends}, which gives no slope"
    slope = format_number(check.slope, digits)
    verdict = _verdict(check, slope, digits)
    if difference == 0:
        return f"stays {format_number(check.above, digits)}: slope 0, {verdict}"
    places = _DIGITS_OF_A_DIFFERENCE - 1 - math.floor(math.log10(difference))
    shown = min(max(digits, places), FULL_DIGITS)
    ends = " → ".join(format_number(end, shown) for end in (check.below, check.above))
    return f"goes {ends}, slope {slope}, {verdict}"


def _verdict(check: DifferenceCheck, slope: str, digits: int) -> str:
    """Whether the slope found by moving is the derivative, or what it means that it is not."""
    computed = format_number(check.derivative, digits)
    if slope == computed:
        return "✓ as computed"
    size = max(abs(check.below), abs(check.above))
    rounding = _ROUNDING_STEPS * sys.float_info.epsilon * size / check.h
    apart = abs(check.slope - check.derivative)
    if apart <= _AGREES * max(abs(check.slope), abs(check.derivative)) + rounding:
        return f"✓ nearly the computed {computed}"
    return f"✗ not the computed {computed}, as it bends or jumps so near"
