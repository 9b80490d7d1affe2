"""Evaluates what the user types for a number, such as `0.5`, `1/3`, `pi` or `-2*sqrt(2)`."""

from __future__ import annotations

import re

from engine.formulas import parse_formula
from engine.text import printable

_MAX_LENGTH = 80
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_LEADING_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)", re.ASCII)


def evaluate(text: str) -> float:
    """Return the value of the expression in `text`.

    It may use sums, products, powers, a few functions of one number, pi and e. Raises ValueError
    saying what is wrong.
    """
    expression = text.strip()
    if not expression:
        raise ValueError("type a number, such as 0.5, 1/3 or pi")
    if len(expression) > _MAX_LENGTH:
        raise ValueError(f"too long for a number: at most {_MAX_LENGTH} characters")
    if _DECIMAL.fullmatch(expression):
        # Python's grammar rejects leading zeros, as in 01.
        expression = _LEADING_ZEROS.sub("", expression)
    try:
        formula = parse_formula(expression)
    except ValueError as error:
        if "," in expression:
            raise ValueError("write a decimal point, not a comma: 0.5") from None
        if "is not known" in str(error):
            raise
        raise ValueError(f"{printable(expression)} is not a number yet") from None
    return formula.number()


def parse_step(text: str) -> float:
    """Return the step given by `text`; raise ValueError unless it is a positive number."""
    step = evaluate(text)
    if step <= 0:
        raise ValueError("the step must be more than 0")
    return step
