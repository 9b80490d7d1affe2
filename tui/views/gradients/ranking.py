"""Parameters and inputs ranked by their derivatives, and a numerical check of one derivative."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from engine.analysis.difference_check import DifferenceCheck, check_derivative
from engine.nn.backprop import Gradients, strongest
from engine.nn.parameters import Parameter
from engine.session.loss import session_loss
from engine.session.names import parameter_value
from engine.session.session import Session
from engine.text import FULL_DIGITS, format_number
from tui.drawing.cells import safe
from tui.state.gradients import Subject, gradient_subject, gradients_for
from tui.views.scene import Scene

MAX_RANKED = 100

_STEP = 1e-3
_MAX_SAMPLES, _MAX_WORK = 20_000, 20_000_000
_AGREES = 1e-3
_ROUNDING_STEPS = 16
_DIGITS_OF_A_DIFFERENCE = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A parameter or input with its derivative; rank 1 is the strongest."""

    rank: int
    parameter: Parameter
    derivative: float


@dataclass(frozen=True, eq=False)
class SubjectGradients:
    """The derivatives of `subject` with respect to all parameters and the inputs of a sample."""

    session: Session
    sample: int
    subject: Subject

    @cached_property
    def ranking(self) -> tuple[Parameter, ...]:
        """The parameters and inputs with the largest derivatives in size, in order."""
        return _ranking(self._gradients, self._row)

    @property
    def n_numbers(self) -> int:
        """How many parameters and inputs there are, ranked or not."""
        network = self.session.network
        return network.n_parameters + network.n_features

    def of(self, parameter: Parameter) -> float:
        """Return the derivative with respect to one number."""
        return self._gradients.of(parameter, self._row)

    def in_sight(self, selected: Parameter, rows: int) -> list[Ranked]:
        """Return what a list of `rows` rows (one or more) shows: the strongest, and `selected`.

        If that is further down, a third of the rows show it and its neighbours; if it is not in the
        ranking, it comes last, with the rank it would have.
        """
        count = len(self.ranking)
        if selected not in self.ranking:
            listed = [(place + 1, self.ranking[place]) for place in range(min(rows - 1, count))]
            listed.append((self._rank(selected), selected))
        else:
            place = self.ranking.index(selected)
            n_around = max(1, rows // 3) if place >= rows else 0
            first = min(place - n_around // 2, count - n_around)
            places = [*range(min(rows - n_around, count)), *range(first, first + n_around)]
            listed = [(place + 1, self.ranking[place]) for place in places]
        return [Ranked(rank, parameter, self.of(parameter)) for rank, parameter in listed]

    @cached_property
    def _gradients(self) -> Gradients:
        return gradients_for(self.session, self.sample, self.subject)

    @property
    def _row(self) -> int:
        """The row of the gradients that belongs to the inputs of the sample."""
        return self.sample if self.subject.is_loss else 0

    def _rank(self, parameter: Parameter) -> int:
        """One more than the number of larger derivatives."""
        size = abs(self.of(parameter))
        if math.isnan(size):
            size = -1.0
        arrays = [self._gradients.inputs[self._row]]
        for layer in self._gradients.layers:
            arrays += [layer.weights, layer.bias]
        return 1 + sum(int(np.count_nonzero(np.abs(array) > size)) for array in arrays)


@lru_cache(maxsize=2)
def subject_gradients(scene: Scene) -> SubjectGradients:
    """Return the derivatives that the scene asks for, shared by title and drawing."""
    subject = gradient_subject(scene.session, scene.output, scene.view.gradient_of)
    return SubjectGradients(scene.session, scene.sample, subject)


@lru_cache(maxsize=4)
def _ranking(gradients: Gradients, row: int) -> tuple[Parameter, ...]:
    return tuple(strongest(gradients, row, most=MAX_RANKED))


def describe_check(gradients: SubjectGradients, parameter: Parameter, digits: int) -> str:
    """Return a sentence on what a small step both ways does, and whether it is as computed.

    The two quantities have as many decimals as it takes to see the slope in them.
    """
    session = gradients.session
    if gradients.subject.is_loss and _takes_long(session):
        return f"not checked by moving ▶: {session.n_samples:,} samples take too long at every key"
    h = step_of(parameter_value(session, parameter, gradients.sample))
    try:
        check = check_derivative(
            session,
            parameter,
            lambda moved: _quantity(gradients, moved),
            h,
            gradients.sample,
            derivative=gradients.of(parameter),
        )
    except ValueError:
        return "▶ cannot be moved both ways by a small step, so its slope is not checked"
    name = "the loss" if gradients.subject.is_loss else safe(gradients.subject.name)
    return f"▶ moved by ±{format_number(h, FULL_DIGITS)}: {name} {_effect(check, digits)}"


def _takes_long(session: Session) -> bool:
    """Whether two more passes over all samples would delay every key."""
    work = session.n_samples * session.network.n_parameters
    return session.n_samples > _MAX_SAMPLES or work > _MAX_WORK


def step_of(value: float) -> float:
    """Return the step for a number of this size: a power of ten, 0.001 for sizes up to 10."""
    return float(f"1e{math.floor(math.log10(_STEP * max(1.0, abs(value))) + 1e-9)}")


def _quantity(gradients: SubjectGradients, session: Session) -> float:
    """The differentiated quantity in a session in which a number was moved."""
    output = gradients.subject.output
    if output is not None:
        return float(session.sample_trace(gradients.sample).outputs[0, output])
    loss = session_loss(session)
    assert loss is not None
    return loss


def _effect(check: DifferenceCheck, digits: int) -> str:
    """How the quantity responds to the step, and the verdict on its slope."""
    difference = abs(check.above - check.below)
    if not math.isfinite(difference):
        ends = " → ".join(format_number(end, digits) for end in (check.below, check.above))
        return f"goes {ends}, which gives no slope"
    measured = format_number(check.measured, digits)
    verdict = _verdict(check, measured, digits)
    if difference == 0:
        return f"stays {format_number(check.above, digits)}: slope 0, {verdict}"
    places = _DIGITS_OF_A_DIFFERENCE - 1 - math.floor(math.log10(difference))
    shown = min(max(digits, places), FULL_DIGITS)
    ends = " → ".join(format_number(end, shown) for end in (check.below, check.above))
    return f"goes {ends}, slope {measured}, {verdict}"


def _verdict(check: DifferenceCheck, measured: str, digits: int) -> str:
    """Whether the measured slope agrees with the derivative, and if not, why."""
    computed = format_number(check.derivative, digits)
    if measured == computed:
        return "✓ as computed"
    size = max(abs(check.below), abs(check.above))
    rounding = _ROUNDING_STEPS * sys.float_info.epsilon * size / check.h
    apart = abs(check.measured - check.derivative)
    if apart <= _AGREES * max(abs(check.measured), abs(check.derivative)) + rounding:
        return f"✓ nearly the computed {computed}"
    return f"✗ not the computed {computed}: it bends or jumps too close"
