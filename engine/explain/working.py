"""One number worked out by hand: its formula in symbols, the numbers plugged in, the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from engine.explain.mistakes import Candidate, Mistake
from engine.explain.neuron import in_brackets, shown_in_a_sum, terms_in
from engine.text import equal_to, format_number, format_within, is_exact

UNKNOWN = "?"
"""Stands for a number that is still hidden."""

_MAX_SUM_LENGTH = 240

WorkedQuantity = Literal[
    "loss",
    "by_out",
    "derivative",
    "delta",
    "by_weight",
    "by_bias",
    "by_input",
    "mean",
    "penalised",
    "first_moment",
    "second_moment",
    "updated",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """Which number is worked out.

    Attributes
    ----------
    of
        "by_out" is d loss / d a of a neuron, "derivative" f'(z), "delta" d loss / d z,
        "by_weight" and "by_bias" d loss / d parameter of one sample, "mean" the same over the
        batch, "penalised" with L1 and L2 added, the moments the state of the optimiser,
        "updated" the parameter after the step, "by_input" d loss / d x.
    layer_index, neuron
        Where it is, from 0.
    input
        The weight's, or the feature, from 0; None for a bias and for numbers of a whole neuron.
    sample
        From 0; None for a number of the whole batch.
    """

    of: WorkedQuantity
    layer_index: int | None = None
    neuron: int | None = None
    input: int | None = None
    sample: int | None = None


class Operand(NamedTuple):
    """A number that is plugged into a formula.

    Attributes
    ----------
    value
        The number.
    given
        Whether it was typed and is shown so.
    limits
        Of the activation it comes from, else None.
    cell
        The number of this backward pass that it is, if any.
    """

    value: float
    given: bool = False
    limits: tuple[float, float] | None = None
    cell: Cell | None = None

    def plain(self, digits: int) -> str:
        """Return the number as the screen shows it.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        str
        """
        if self.limits is not None:
            return format_within(self.value, self.limits, digits)
        if self.given:
            return shown_in_a_sum(self.value, digits)
        return format_number(self.value, digits)

    def shown(self, digits: int) -> float:
        """Return the number that a reader of its text has; itself where the text is "<1".

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        float
        """
        text = self.plain(digits)
        return self.value if text[0] in "<>" else float(text)


class Term(NamedTuple):
    """One term of a sum.

    Attributes
    ----------
    template
        Such as "{}·{}".
    operands
        One for each pair of brackets.
    """

    template: str
    operands: tuple[Operand, ...]

    def text(self, digits: int) -> str:
        """Return the term with its numbers.

        Parameters
        ----------
        digits
            The most decimals.

        Returns
        -------
        str
        """
        return self.template.format(*(in_brackets(one.plain(digits)) for one in self.operands))


def product(*operands: Operand) -> Term:
    """Return the term that multiplies these numbers."""
    return Term("·".join("{}" for _ in operands), operands)


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """A sum of terms with numbers plugged in.

    Attributes
    ----------
    terms
        Which are added up.
    result
        Maps all operands, in order, to the number that they lead to.
    before, after
        The text around the sum.
    """

    terms: tuple[Term, ...]
    result: Callable[[Sequence[float]], float]
    before: str = ""
    after: str = ""

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The numbers that are plugged in, in order."""
        return tuple(operand for term in self.terms for operand in term.operands)

    @property
    def is_one_number(self) -> bool:
        """Whether it is a number that needs no arithmetic."""
        return (
            len(self.terms) == 1 and self.terms[0].template == "{}" and not self.before + self.after
        )

    def text(self, digits: int) -> str:
        """Return the numbers plugged in; a long sum is shortened, and what is left out counted.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        str
        """
        terms = terms_in(
            lambda place: self.terms[place].text(digits), len(self.terms), _MAX_SUM_LENGTH
        )
        return f"{self.before}{terms}{self.after}"

    def by_hand(self, digits: int) -> float:
        """Return the result of the numbers as shown.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        float
        """
        with np.errstate(all="ignore"):
            return float(self.result([operand.shown(digits) for operand in self.operands]))

    def is_shown_in_full(self, digits: int) -> bool:
        """Whether no operand is rounded.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        bool
        """
        return all(is_exact(one.plain(digits), one.value) for one in self.operands)


def sum_of_products(terms: Sequence[Term], **around: str) -> Expression:
    """Return the expression that adds up products.

    Parameters
    ----------
    terms
        The products, in the order in which they are read.
    **around
        Texts of the expression before and after the sum.

    Returns
    -------
    Expression
    """
    sizes = [len(term.operands) for term in terms]

    def result(values: Sequence[float]) -> float:
        total, start = 0.0, 0
        for size in sizes:
            total += float(np.prod(values[start : start + size]))
            start += size
        return total

    return Expression(tuple(terms), result, **around)


@dataclass(frozen=True, eq=False, slots=True)
class WorkedNumber:
    """A number of the backward pass or of the update: formula, numbers, result, mistakes.

    Attributes
    ----------
    cell
        Which number it is.
    name
        What it is called, such as "d loss / d a".
    owner
        The neuron or the parameter it belongs to.
    symbols
        The formula.
    expression
        The numbers plugged in, None where the formula says it all.
    value
        The result.
    wrong
        Gives the results of mistakes.
    reason
        In plain words, what the number means.
    is_short_way
        Whether it is a second way to a number that has been worked out already.
    is_irrational
        Whether the formula has a logarithm or a power of e, so that a rounded result is never
        exact.
    """

    cell: Cell
    name: str
    owner: str
    symbols: str
    expression: Expression | None
    value: float
    wrong: Callable[[], list[Candidate]] = list
    reason: str = ""
    is_short_way: bool = False
    is_irrational: bool = False

    @property
    def question(self) -> str:
        """The question that asks for it, such as "o1: what is d loss / d a?"."""
        owner = f"{self.owner}: " if self.owner else ""
        name = "the loss" if self.cell.of == "loss" else self.name
        after = " after the step" if self.cell.of == "updated" else ""
        return f"{owner}what is {name}{after}?"

    @property
    def scale(self) -> float:
        """The magnitude of the numbers added up, which bounds the rounding error."""
        terms = () if self.expression is None else self.expression.terms
        sizes = [abs(float(np.prod([one.value for one in term.operands]))) for term in terms]
        return max([abs(self.value), *sizes])

    def shown(self, digits: int) -> str:
        """Return the text of the result.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        str
        """
        return format_number(self.value, digits)

    def by_hand(self, digits: int) -> float:
        """Return the result of the numbers as shown.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        float
        """
        return self.value if self.expression is None else self.expression.by_hand(digits)

    def is_exact(self, digits: int) -> bool:
        """Whether the shown result is exactly what the shown numbers give.

        Parameters
        ----------
        digits
            The most decimals of computed numbers.

        Returns
        -------
        bool
        """
        shown = self.shown(digits)
        if not is_exact(shown, self.value):
            return False
        if self.expression is None or self.value == 0:
            return True
        return not self.is_irrational and self.expression.is_shown_in_full(digits)

    def text(self, digits: int = 4, *, is_known: bool = True, operands_known: bool = True) -> str:
        """Return "δ = (d loss / d a)·f'(z) = 0.7414·0.1868 ≈ 0.1385".

        Parameters
        ----------
        digits
            The most decimals of computed numbers.
        is_known
            Whether the result is given, else it is a question mark.
        operands_known
            Whether the numbers plugged in may be shown.

        Returns
        -------
        str
        """
        parts = [self.name, self.symbols] if self.symbols else [self.name]
        if operands_known and self.expression is not None and not self.expression.is_one_number:
            parts.append(self.expression.text(digits))
        end = equal_to(self.shown(digits), exact=self.is_exact(digits))
        return f"{' = '.join(parts)} {end if is_known else f'= {UNKNOWN}'}"

    def single_mistakes(self) -> list[Candidate]:
        """Return the result of each mistake, those that are not finite left out."""
        return [one for one in self.wrong() if np.isfinite(one.value)]

    def double_mistakes(self) -> list[Candidate]:
        """Return nothing: pairs of mistakes would explain almost any number here."""
        return []

    def clause(self, mistake: Mistake, digits: int) -> str:
        """Describe a mistake as a clause to follow "when".

        Parameters
        ----------
        mistake
            One of the mistakes of this number.
        digits
            The most decimals of computed numbers.

        Returns
        -------
        str
        """
        return mistake.in_words()
