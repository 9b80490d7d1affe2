"""Evaluates what the user types for a number, such as `0.5`, `1/3`, `pi` or `-2*sqrt(2)`."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from engine.text import printable

_MAX_LENGTH = 80
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_NODES = (ast.BinOp, ast.Call, ast.Name, ast.UnaryOp)
_FUNCTIONS = {
    name: getattr(math, name)
    for name in ("sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "tanh", "fabs")
} | {"abs": abs, "ln": math.log}
_NAMES = {"pi": math.pi, "e": math.e, "tau": math.tau}
_ASCII_SPELLINGS = str.maketrans({"−": "-", "·": "*", "×": "*", "π": "pi", "√": "sqrt"})


def evaluate(text: str) -> float:
    """Return the value of the expression in `text`.

    It may use sums, products, powers, a few functions of one number, pi and e. Every number is a
    float64 from the start, so none can grow without bound. Raises ValueError saying what is wrong.
    """
    expression = text.strip().translate(_ASCII_SPELLINGS)
    if not expression:
        raise ValueError("type a number, such as 0.5, 1/3 or pi")
    if len(expression) > _MAX_LENGTH:
        raise ValueError(f"too long for a number: at most {_MAX_LENGTH} characters")
    try:
        value = _value(expression)
    except ZeroDivisionError:
        raise ValueError("division by zero") from None
    except OverflowError:
        raise ValueError("too large for a number") from None
    except (
        InvalidExpression,
        LookupError,
        RecursionError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise ValueError(_reason(printable(expression), error)) from None
    if isinstance(value, complex) or not isinstance(value, float) or math.isnan(value):
        raise ValueError(f"{printable(expression)} is not a number")
    if math.isinf(value):
        raise ValueError("too large for a number")
    return value + 0.0  # no negative zero: nobody types it on purpose


def _value(expression: str) -> Any:
    if _DECIMAL.fullmatch(expression):
        # Python's grammar rejects leading zeros, as in 01.
        return float(expression)
    with warnings.catch_warnings():
        # Python's warnings, as for 1if, would be printed across the screen.
        warnings.simplefilter("error", SyntaxWarning)
        parsed = ast.parse(expression, mode="eval").body
    return _evaluator().eval(expression, previously_parsed=parsed)


def _evaluator() -> SimpleEval:
    evaluator = SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names=_NAMES)
    evaluator.nodes = {node: evaluator.nodes[node] for node in _NODES} | {ast.Constant: _constant}
    return evaluator


def _constant(node: ast.Constant) -> Any:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise InvalidExpression("not a number")
    return float(node.value)


def _reason(expression: str, error: Exception) -> str:
    if "," in expression:
        return "write a decimal point, not a comma: 0.5"
    name = getattr(error, "name", None)
    if isinstance(name, str) and name:
        return f"{name} is not known; known are pi, e, sqrt, exp, log, sin, cos, tanh, abs"
    if "math domain error" in str(error) or "expected a" in str(error):
        return f"{expression} has no value"
    return f"{expression} is not a number yet"


def parse_step(text: str) -> float:
    """Return the step given by `text`; raise ValueError unless it is a positive number."""
    step = evaluate(text)
    if step <= 0:
        raise ValueError("the step must be more than 0")
    return step
