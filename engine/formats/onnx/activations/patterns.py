"""Formulas of ONNX operators as text, such as "Mul(z, Sigmoid(z))", and their parsed form.

z is the sum of a neuron, inf is infinity, names in capitals are constant arrays, and all others are
parameters. Products become a number and factors in any order, and differences become sums, so
that one text covers every equivalent spelling.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum z of the neuron: where a formula begins."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a formula."""

    value: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number left open by the formula."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """One of the arrays in forms.CONSTANTS, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """number · parameter · factors; the parameter is in the denominator if `inverse`."""

    number: float
    parameter: str | None
    inverse: bool
    factors: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operator with its inputs, and the attributes that matter."""

    op: str
    inputs: tuple[Pattern, ...]
    attributes: tuple[tuple[str, float | str | Parameter], ...] = ()


Pattern = Sum | Number | Parameter | Constant | Product | Call


@lru_cache(maxsize=1024)
def parsed(text: str) -> Pattern:
    """Return the formula in `text` as a pattern; raise ValueError when it is none.

    Parameters
    ----------
    text
        Such as "Mul(z, Sigmoid(z))".

    Returns
    -------
    Pattern
    """
    return _pattern(ast.parse(text, mode="eval").body)


def number_in(expression: ast.expr) -> float | None:
    """Return the number in a part of a formula, such as -1, 1/6 or inf, or None.

    Parameters
    ----------
    expression
        As Python parses it.

    Returns
    -------
    float | None
    """
    match expression:
        case ast.Constant(int() | float() as value):
            return float(value)
        case ast.Name("inf"):
            return math.inf
        case ast.UnaryOp(ast.USub(), operand):
            positive = number_in(operand)
            return None if positive is None else -positive
        case ast.BinOp(left, ast.Div(), right):
            above, below = number_in(left), number_in(right)
            return None if above is None or below is None else above / below
    return None


def _pattern(expression: ast.expr) -> Pattern:
    number = number_in(expression)
    if number is not None:
        return Number(number)
    match expression:
        case ast.Name("z"):
            return Sum()
        case ast.Name("LAST"):
            # A constant with a single number matches as that number.
            return Number(-1.0)
        case ast.Name(name):
            return Constant(name) if name.isupper() else Parameter(name)
        case ast.Call(ast.Name(op), inputs, keywords):
            attributes = tuple((str(word.arg), _attribute(word.value)) for word in keywords)
            return _call(op, [_pattern(part) for part in inputs], attributes)
    raise ValueError(f"{ast.unparse(expression)} is not a formula")


def _attribute(expression: ast.expr) -> float | str | Parameter:
    number = number_in(expression)
    if number is not None:
        return number
    if isinstance(expression, ast.Constant):
        return str(expression.value)
    return Parameter(ast.unparse(expression))


def _call(
    op: str, inputs: list[Pattern], attributes: tuple[tuple[str, float | str | Parameter], ...]
) -> Pattern:
    match op, inputs:
        case "Neg", [one]:
            return _product([Number(-1.0), one])
        case "Mul", _:
            return _product(inputs)
        case "Div", [one, Number(value)]:
            return _product([one, Number(1.0 / value)])
        case "Div", [one, Parameter(name)]:
            return _product([one, Product(1.0, name, True, ())])
        case "Sub", [one, Number(value)]:
            return Call("Add", (one, Number(-value)))
        case "Sub", [one, other]:
            return Call("Add", (one, _product([Number(-1.0), other])))
    return Call(op, tuple(inputs), attributes)


def _product(parts: list[Pattern]) -> Pattern:
    number, parameter, inverse = 1.0, None, False
    factors: list[Pattern] = []
    for part in parts:
        match part:
            case Number(value):
                number *= value
            case Parameter(name):
                parameter = name
            case Product():
                number *= part.number
                if part.parameter is not None:
                    parameter, inverse = part.parameter, part.inverse
                factors += part.factors
            case _:
                factors.append(part)
    return Product(number, parameter, inverse, tuple(factors))
