"""Whether a number worked out by hand is right, and if not, which mistake explains it."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, Protocol

import numpy as np

from engine.explain.mistakes import Candidate, Mistake, Quantity, double_mistakes, single_mistakes
from engine.explain.neuron import NeuronExplanation, shown_in_a_sum
from engine.text import FULL_DIGITS, equal_to, format_number, format_within, is_exact

Verdict = Literal["right", "wrong", "too few digits", "ambiguous"]

_MIN_FIGURES = 2
_MIN_FIGURES_FOR_TWO = 3
"""Pairs of mistakes are so many that one must match a guess more closely than a single mistake."""

_ROUNDING = 16 * sys.float_info.epsilon
_RELATIVE_TOLERANCE = 0.005
"""Relative: so near to the truth a guess is called close."""

_TOLERANCE_OF_ONE_UNIT = 0.15
"""Relative: the same for a guess that is off by one in its last figure only."""

_MAX_NAMED = 2
"""Where more mistakes than this fit a guess, naming them would be no help."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The verdict on a guess, and why.

    Parameters
    ----------
    verdict
        "too few digits" when more would tell the right number from a mistake, "ambiguous" when not
        even the digits shown do.
    sentence
        The same in plain words; it never gives the answer away unless the guess is right.
    mistakes
        The one or two mistakes that lead to this number; empty when none or more than one
        explanation fits.
    """

    verdict: Verdict
    sentence: str
    mistakes: tuple[Mistake, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether the answer was right."""
        return self.verdict == "right"


class AskedNumber(Protocol):
    """A number to work out by hand, of the forward pass or of the backward pass.

    Its mistakes come with the simplest first.
    """

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def value(self) -> float:
        """The number itself."""
        ...

    @property
    def scale(self) -> float:
        """The magnitude of the terms added up, which bounds the rounding error."""
        ...

    def shown(self, digits: int) -> str:
        """Return its text with at most so many decimals.

        Parameters
        ----------
        digits
            The most decimals.
        """
        ...

    def by_hand(self, digits: int) -> float:
        """Return what the numbers as shown with so many decimals lead to.

        Parameters
        ----------
        digits
            The most decimals.
        """
        ...

    def single_mistakes(self) -> list[Candidate]:
        """Return what it would be after each single mistake."""
        ...

    def double_mistakes(self) -> list[Candidate]:
        """Return what it would be after each pair of mistakes."""
        ...

    def clause(self, mistake: Mistake, digits: int) -> str:
        """Describe a mistake, to follow "when".

        Parameters
        ----------
        mistake
            One of its mistakes.
        digits
            The most decimals.
        """
        ...


@dataclass(frozen=True, eq=False, slots=True)
class NeuronNumber:
    """The sum z or the activation a of a neuron, as an AskedNumber."""

    explanation: NeuronExplanation
    of: Quantity

    @property
    def name(self) -> str:
        """What it is called."""
        return "z" if self.of == "sum" else "a"

    @property
    def value(self) -> float:
        """The number itself."""
        return self.explanation.pre_activation if self.of == "sum" else self.explanation.out

    @property
    def scale(self) -> float:
        """The magnitude of the terms added up, which bounds the rounding error."""
        if self.of == "out":
            return abs(self.explanation.out)
        return float(np.abs(self.explanation.products).sum()) + abs(self.explanation.bias)

    def shown(self, digits: int) -> str:
        """Return its text with at most so many decimals.

        Parameters
        ----------
        digits
            The most decimals.
        """
        if self.of == "sum":
            return format_number(self.value, digits)
        return format_within(self.value, self.explanation.activation.limits, digits)

    def by_hand(self, digits: int) -> float:
        """Return what the numbers as shown with so many decimals lead to.

        Parameters
        ----------
        digits
            The most decimals.
        """
        return _by_hand(self.explanation, self.of, digits)

    def single_mistakes(self) -> list[Candidate]:
        """Return what it would be after each single mistake."""
        return single_mistakes(self.explanation, self.of)

    def double_mistakes(self) -> list[Candidate]:
        """Return what it would be after each pair of mistakes."""
        return double_mistakes(self.explanation, self.of)

    def clause(self, mistake: Mistake, digits: int) -> str:
        """Describe a mistake, to follow "when".

        Parameters
        ----------
        mistake
            One of its mistakes.
        digits
            The most decimals.
        """
        return mistake.clause(self.explanation, digits)


def diagnose(
    explanation: NeuronExplanation,
    guess: float,
    of: Quantity,
    digits: int = 4,
    decimals: int | None = None,
) -> Diagnosis:
    """Judge `guess` for the sum z or the activation a of a neuron, as `judge` does.

    Parameters
    ----------
    explanation
        How the neuron computes.
    guess
        The number answered.
    of
        Whether the sum z or the activation a was asked for.
    digits
        The most decimals with which the number and its operands are shown.
    decimals
        How many were typed, see `decimals_typed`; None for a computed number.

    Returns
    -------
    Diagnosis
    """
    return judge(NeuronNumber(explanation, of), guess, digits, decimals)


def judge(
    asked: AskedNumber, guess: float, digits: int = 4, decimals: int | None = None
) -> Diagnosis:
    """Judge `guess` for a number shown with `digits` decimals.

    Parameters
    ----------
    asked
        The number that was asked for.
    guess
        The number answered.
    digits
        The most decimals.
    decimals
        How many were typed, see `decimals_typed`; None for a computed number. A guess stands for
        every number that rounds to it, to at least two significant figures. It is right when these
        include the true value, or the value that the numbers as shown lead to, but not the result
        of a mistake; digits beyond those shown need not be right unless a mistake gives exactly
        those. A mistake is named when its result alone is among them: a single mistake before a
        pair.

    Returns
    -------
    Diagnosis
    """
    truth = asked.value
    if not math.isfinite(truth):
        is_right = guess == truth or (math.isnan(guess) and math.isnan(truth))
        return Diagnosis(
            "right" if is_right else "wrong", f"{asked.name} is {truth}, not a finite number"
        )
    if not math.isfinite(guess):
        return Diagnosis("wrong", f"{guess} is not a finite number")
    if decimals is None:
        decimals = FULL_DIGITS
    as_typed = 0 < decimals < FULL_DIGITS
    text = f"{guess:.{decimals}f}" if as_typed else format_number(guess, FULL_DIGITS)
    if not guess:
        decimals = max(decimals, digits)
    by_hand = asked.by_hand(digits)
    unit = 10.0 ** -min(decimals, digits)
    # Rounded inputs put the result of a mistake off by as much as the true one.
    slack = min(abs(by_hand - truth), unit)
    rounding = _ROUNDING * asked.scale
    singles = [one for one in asked.single_mistakes() if abs(one.value - truth) > rounding]
    explaining = _fitting(singles, guess, _half_of(guess, decimals) + slack)
    is_shown = guess == _number(asked.shown(digits))
    if is_shown or any(_is_rounded(guess, value, decimals) for value in (truth, by_hand)):
        if explaining:
            more = _more_decimals(explaining, truth, decimals, digits, slack)
            if more:
                return Diagnosis(
                    "too few digits",
                    f"{text} has too few digits to tell it from a mistake: "
                    f"give {'one' if more == 1 else more} more",
                )
            words = _clause_of(explaining[0], asked, digits)
            shown = true_text(asked, digits)
            return Diagnosis("ambiguous", f"{shown}; at these digits also when {words}")
        return _right(asked, digits)
    seems_right = any(
        _is_rounded(guess, value, min(decimals, digits)) for value in (truth, by_hand)
    )
    fine = _half_of(guess, max(decimals, digits)) + slack
    side = "large" if guess > truth else "small"
    if not seems_right and _is_close(guess, truth, unit) and not _fitting(explaining, guess, fine):
        return Diagnosis("wrong", f"close: {text} is a little too {side}")
    if not explaining:
        half = _half_of(guess, decimals, _MIN_FIGURES_FOR_TWO) + slack
        doubles = _fitting(asked.double_mistakes(), guess, half)
        explaining = doubles if len(doubles) == 1 else []
    if seems_right and not explaining:
        return _right(asked, digits)
    if not explaining or len(explaining) > _MAX_NAMED:
        return Diagnosis("wrong", f"{text} is too {side}")
    words = " or when ".join(_clause_of(mistake, asked, digits) for mistake in explaining)
    mistakes = explaining[0].mistakes if len(explaining) == 1 else ()
    return Diagnosis("wrong", f"{text} is what comes out when {words}", mistakes)


def _right(asked: AskedNumber, digits: int) -> Diagnosis:
    return Diagnosis("right", f"right, {true_text(asked, digits)}")


def _more_decimals(
    mistakes: list[Candidate], truth: float, decimals: int, digits: int, slack: float
) -> int:
    """How many more decimals tell these mistakes from the truth; 0 if even those shown do not."""
    apart = [abs(mistake.value - truth) - 2 * slack for mistake in mistakes]
    needed = [1 + math.floor(-math.log10(by)) for by in apart if by > 0]
    return max((one - decimals for one in needed if one <= digits), default=0)


def _clause_of(mistake: Candidate, asked: AskedNumber, digits: int) -> str:
    return " and ".join(asked.clause(single, digits) for single in mistake.mistakes)


def true_text(asked: AskedNumber, digits: int = 4) -> str:
    """Return the name of the number with its value, such as "z = 2.3".

    Parameters
    ----------
    asked
        The number that was asked for.
    digits
        The most decimals with which the number and its operands are shown.

    Returns
    -------
    str
    """
    shown = asked.shown(digits)
    return f"{asked.name} {equal_to(shown, exact=is_exact(shown, asked.value))}"


def decimals_typed(text: str) -> int | None:
    """Return how many decimals a typed number has, 2 for "2.30"; None if it is not a number.

    Negative for a number such as "1.2e4", whose last figure stands for thousands.

    Parameters
    ----------
    text
        What was typed.

    Returns
    -------
    int | None
    """
    try:
        exponent = Decimal(text.strip()).as_tuple().exponent
    except InvalidOperation:
        return None
    return -exponent if isinstance(exponent, int) else None


def _number(text: str) -> float | None:
    """The number in a text; None for "<1", which stands for a value just below a limit."""
    return None if text[0] in "<>" else float(text)


def _by_hand(explanation: NeuronExplanation, of: Quantity, digits: int) -> float:
    """The value that the numbers as shown lead to."""
    if of == "sum":
        shown = [explanation.input(place, digits) for place in range(len(explanation.inputs))]
        inputs = np.array(
            [
                value if _number(text) is None else float(text)
                for text, value in zip(shown, explanation.inputs.tolist(), strict=True)
            ]
        )
        weights = np.array([float(shown_in_a_sum(w, digits)) for w in explanation.weights])
        with np.errstate(all="ignore"):
            return float(weights @ inputs) + float(shown_in_a_sum(explanation.bias, digits))
    sums = np.array([float(format_number(float(z), digits)) for z in explanation.layer_sums])
    with np.errstate(all="ignore"):
        return float(explanation.activation.forward(sums)[explanation.neuron])


def _half_of(value: float, decimals: int, figures: int = _MIN_FIGURES) -> float:
    """Half a unit of the last decimal, or of the last significant figure if that is larger."""
    if value:
        decimals = max(decimals, figures - 1 - math.floor(math.log10(abs(value))))
    return 0.5 * 10.0**-decimals + _ROUNDING * abs(value)


def _is_rounded(guess: float, value: float, decimals: int) -> bool:
    """Whether `guess` is `value` rounded; a value exactly in the middle may round either way."""
    return math.isfinite(value) and abs(guess - value) <= _half_of(value, decimals) * (1 + 1e-9)


def _is_close(guess: float, truth: float, unit: float) -> bool:
    """Whether the guess is off by one in its last figure, or by very little."""
    off = abs(guess - truth)
    by_one = off <= unit * (1 + 1e-9) and off <= _TOLERANCE_OF_ONE_UNIT * abs(truth)
    return by_one or off <= _RELATIVE_TOLERANCE * abs(truth)


def _fitting(mistakes: list[Candidate], guess: float, half: float) -> list[Candidate]:
    """The mistakes whose result lies within `half` of the guess, the simplest first."""
    return [mistake for mistake in mistakes if abs(mistake.value - guess) <= half]
