"""Whether a number worked out by hand is right, and what went astray where it is not."""

from __future__ import annotations

import itertools
import math
import sys
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np

from engine.explain import NeuronExplanation, shown_in_a_sum
from engine.numbers import FULL_DIGITS, equals_sign, format_number, format_within
from engine.slips import Candidate, Quantity, Slip, double_slips, single_slips

_FEWEST_FIGURES = 2
_FIGURES_FOR_TWO = 3
"""So many pairs of slips are possible that one should come nearer to a guess than one slip."""
_ROUNDING = 16 * sys.float_info.epsilon
_NEARLY = 0.005
_NEARLY_BY_ONE_UNIT = 0.15
_MOST_THAT_FIT = 3
"""Where more different slips than this fit a guess, naming one of them would be made up."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is to be said of a guess.

    slips: what makes exactly this number, at most two of them; empty where the guess is right,
    close, or where nothing explains it. sentence: the same in plain words.
    """

    is_right: bool
    sentence: str
    slips: tuple[Slip, ...] = ()


def diagnose(
    explanation: NeuronExplanation,
    guess: float,
    of: Quantity,
    digits: int = 4,
    decimals: int | None = None,
) -> Diagnosis:
    """Judge `guess` for the sum z or the out a of a neuron whose numbers are shown at `digits`.

    decimals: as many as were typed, see `decimals_typed`; None counts those of the guess itself.
    It is right when it is the true value rounded to the decimals typed, no more than are shown, but
    to two significant figures at least; the value that the numbers as shown lead to is right too.
    Otherwise a slip is looked for in this order: one that makes the guess to all digits shown;
    rounding; one that makes it to the decimals typed; two of them.
    """
    name = "z" if of == "sum" else "a"
    truth = explanation.pre_activation if of == "sum" else explanation.out
    shown = _shown(explanation, of, digits)
    if not math.isfinite(truth):
        is_right = guess == truth or (math.isnan(guess) and math.isnan(truth))
        return Diagnosis(is_right, f"{name} is {truth}, not a finite number")
    if not math.isfinite(guess):
        return Diagnosis(False, f"{guess} is not a finite number")
    if decimals is None:
        decimals = _decimals_of(guess)
    with_figures = min(decimals if guess else max(decimals, 0), digits)
    by_hand = _by_hand(explanation, of, digits)
    if guess == _number(shown) or any(
        _is_rounded(guess, value, with_figures) for value in (truth, by_hand)
    ):
        return Diagnosis(True, f"right, {truth_words(explanation, of, digits)}")
    text = format_number(guess, max(decimals, digits))
    unit = 10.0**-with_figures
    # What is worked out from rounded numbers is off by as much with a slip as without.
    slack = min(abs(by_hand - truth), unit)
    fine = _half_of(guess, digits) + slack
    coarse = _half_of(guess, with_figures if guess else digits) + slack
    for_two = _half_of(guess, with_figures if guess else digits, _FIGURES_FOR_TWO) + slack
    singles = [
        candidate
        for candidate in single_slips(explanation, of)
        if abs(candidate.value - truth) > 3 * _half_of(truth, digits)
    ]
    slips = _fitting(singles, guess, fine)
    if not slips and _is_close(guess, truth, unit):
        return Diagnosis(False, f"close: {text} against {shown}")
    slips = (
        slips
        or _fitting(singles, guess, coarse)
        or _fitting(double_slips(explanation, of), guess, for_two)
    )
    if slips:
        words = " and ".join(slip.words(explanation, digits) for slip in slips)
        return Diagnosis(False, f"{text} is what comes out when {words}", slips)
    off = format_number(abs(guess - truth), digits)
    return Diagnosis(False, f"{text} is {off} too {'large' if guess > truth else 'small'}")


def truth_words(explanation: NeuronExplanation, of: Quantity, digits: int = 4) -> str:
    """Return what was asked for: "z = 2.3" or "a ≈ 0.0847"."""
    shown = _shown(explanation, of, digits)
    name, value = ("z", explanation.pre_activation) if of == "sum" else ("a", explanation.out)
    return f"{name} {equals_sign(shown, value)} {shown}"


def decimals_typed(text: str) -> int | None:
    """Return how many decimals a number has as it was typed, 2 for "2.30"; None for no number.

    Negative for one such as "1.2e4", whose last figure stands for thousands.
    """
    try:
        exponent = Decimal(text.strip()).as_tuple().exponent
    except InvalidOperation:
        return None
    return -exponent if isinstance(exponent, int) else None


def _decimals_of(guess: float) -> int:
    decimals = decimals_typed(format_number(guess, FULL_DIGITS))
    return FULL_DIGITS if decimals is None else decimals


def _shown(explanation: NeuronExplanation, of: Quantity, digits: int) -> str:
    if of == "sum":
        return format_number(explanation.pre_activation, digits)
    return format_within(explanation.out, explanation.activation.limits, digits)


def _number(text: str) -> float | None:
    """The number in a text; none in "<1", which stands for what is nearly a limit."""
    return None if text[0] in "<>" else float(text)


def _by_hand(explanation: NeuronExplanation, of: Quantity, digits: int) -> float:
    """The value that the numbers as they are shown lead to."""
    if of == "sum":
        weights, inputs = (
            np.array([float(shown_in_a_sum(number, digits)) for number in numbers])
            for numbers in (explanation.weights, explanation.inputs)
        )
        with np.errstate(all="ignore"):
            return float(weights @ inputs) + float(shown_in_a_sum(explanation.bias, digits))
    sums = np.array([float(format_number(float(z), digits)) for z in explanation.layer_sums])
    with np.errstate(all="ignore"):
        return float(explanation.activation.forward(sums)[explanation.neuron])


def _half_of(value: float, decimals: int, figures: int = _FEWEST_FIGURES) -> float:
    """Half a unit of the last of these decimals, or of the last of so many significant figures."""
    if value:
        decimals = max(decimals, figures - 1 - math.floor(math.log10(abs(value))))
    return 0.5 * 10.0**-decimals + _ROUNDING * abs(value)


def _is_rounded(guess: float, value: float, decimals: int) -> bool:
    """Whether `guess` is `value` rounded, either way where it lies in the middle."""
    return math.isfinite(value) and abs(guess - value) <= _half_of(value, decimals) * (1 + 1e-9)


def _is_close(guess: float, truth: float, unit: float) -> bool:
    """Whether the guess is off by one in its last figure, or by very little."""
    off = abs(guess - truth)
    by_one = off <= unit * (1 + 1e-9) and off <= _NEARLY_BY_ONE_UNIT * abs(truth)
    return by_one or off <= _NEARLY * abs(truth)


def _fitting(candidates: list[Candidate], guess: float, half: float) -> tuple[Slip, ...]:
    """The simplest slips that make the guess; none where too many different ones would."""
    fitting = [one for one in candidates if abs(one.value - guess) <= half]
    values = sorted(one.value for one in fitting)
    same = _ROUNDING * max((abs(value) for value in values), default=0.0)
    n_different = sum(after - before > same for before, after in itertools.pairwise(values))
    if not fitting or n_different >= _MOST_THAT_FIT:
        return ()
    return fitting[0].slips
