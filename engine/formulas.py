"""Reads formulas such as `abs(x1 - x2)` and computes them; nothing in them can run or grow.

A formula has numbers, + - * / ^, comparisons (1 where they hold, else 0), a few functions, pi and
e, and references: names such as x1, h1.z or W1[1,2] whose meaning the caller gives.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any

import numpy as np

from engine.text import nearest, printable, quoted

MAX_LENGTH = 200
_MAX_NODES = 300

_SPELLINGS = str.maketrans({"−": "-", "·": "*", "×": "*", "π": "pi", "√": "sqrt", "²": "^2"})
_REFERENCE = re.compile(
    r"(?<![\w.])([A-Za-z]\w*(?:\.\w+)*(?:\[[\d\s,]*\])?(?:@\d+)?)(?![\w.])(?!\s*\()", re.ASCII
)
_STAND_IN = "_reference"

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.USub: np.negative,
    ast.UAdd: np.positive,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}
_FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "abs": (np.abs, 1),
    "sqrt": (np.sqrt, 1),
    "exp": (np.exp, 1),
    "log": (np.log, 1),
    "ln": (np.log, 1),
    "log2": (np.log2, 1),
    "log10": (np.log10, 1),
    "sin": (np.sin, 1),
    "cos": (np.cos, 1),
    "tan": (np.tan, 1),
    "tanh": (np.tanh, 1),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), 1),
    "relu": (lambda z: np.maximum(z, 0), 1),
    "step": (lambda z: np.asarray(z > 0, dtype=np.float64), 1),
    "sign": (np.sign, 1),
    "floor": (np.floor, 1),
    "max": (np.maximum, 2),
    "min": (np.minimum, 2),
}
"""Each with its least number of arguments."""
_CONSTANTS = {"pi": np.pi, "e": np.e}
_KNOWN = "pi, e, sqrt, exp, log, sin, cos, tan, tanh, abs"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Parameters
    ----------
    text
        As it was written.
    references
        The names in it, each once, in the order in which they come.
    """

    text: str
    references: tuple[str, ...]
    _tree: ast.expr = field(repr=False, compare=False)

    def value(self, resolve: Callable[[str], Any]) -> Any:
        """Return its value, of the shape that the references broadcast to.

        Parameters
        ----------
        resolve
            Gives each reference its number or array; what it raises is passed on.

        Returns
        -------
        float64 or array
            NaN or infinite where there is no value, as at a division by 0.
        """
        known = {name: np.asarray(resolve(name), dtype=np.float64) for name in self.references}
        with np.errstate(all="ignore"):
            return np.asarray(_value(self._tree, list(known.values())), dtype=np.float64)[()]

    def number(self) -> float:
        """Return the value of a formula of numbers alone, such as 1/3 or -2*pi.

        Returns
        -------
        float
            Finite, and 0 without a sign: nobody types -0 on purpose.

        Raises
        ------
        ValueError
            When it names something, compares, or has no value.
        """
        shown = printable(self.text.strip())
        if self.references:
            name = self.references[0]
            if name in _FUNCTIONS or not name.isidentifier() or iskeyword(name):
                raise ValueError(f"{shown} is not a number")
            raise ValueError(f"{name} is not known; known are {_KNOWN}")
        if any(isinstance(node, ast.Compare) for node in ast.walk(self._tree)):
            raise ValueError(f"{shown} is not a number")
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
                value = float(_value(self._tree, []))
        except FloatingPointError as error:
            kind, _, where = str(error).partition(" encountered in ")
            if kind.startswith("overflow"):
                raise ValueError("too large for a number") from None
            if kind.startswith("divide") and not where.startswith("log"):
                raise ValueError("division by zero") from None
            raise ValueError(f"{shown} has no value") from None
        if not math.isfinite(value):
            raise ValueError("too large for a number")
        return value + 0.0


def parse_formula(text: str) -> Formula:
    """Return the formula in a text.

    Parameters
    ----------
    text
        At most MAX_LENGTH characters.

    Returns
    -------
    Formula

    Raises
    ------
    ValueError
        For anything that is not such a formula.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a formula of {len(text):,} characters; at most {MAX_LENGTH} are read")
    references: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        name = found[1].replace(" ", "")
        if name in _CONSTANTS:
            return name
        if name not in references:
            references.append(name)
        return f"{_STAND_IN}{references.index(name)}"

    plain = _REFERENCE.sub(stand_in, text.translate(_SPELLINGS)).replace("^", "**").strip()
    try:
        with warnings.catch_warnings():
            # Python's warnings, as for 1if, would be printed across the screen.
            warnings.simplefilter("error", SyntaxWarning)
            tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError, Warning):
        raise ValueError(f"{quoted(text)} is not a formula") from None
    if sum(1 for _ in ast.walk(tree)) > _MAX_NODES:
        raise ValueError(f"{quoted(text)} has too many parts for a formula")
    _check(tree, text)
    return Formula(text, tuple(references), tree)


def _check(tree: ast.expr, text: str) -> None:
    """Raise ValueError unless the tree has nothing but what `_value` computes."""
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return
        case ast.Name(id=name) if name in _CONSTANTS or name.startswith(_STAND_IN):
            return
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            parts = [left, right]
        case ast.UnaryOp(op, operand) if type(op) in _OPERATORS:
            parts = [operand]
        case ast.Compare(left, [op], [right]) if type(op) in _OPERATORS:
            parts = [left, right]
        case ast.Call(ast.Name(id=name), arguments, []):
            if name not in _FUNCTIONS:
                raise ValueError(
                    f"{quoted(text)}: {quoted(name)} is not known; {nearest(name, _FUNCTIONS)}"
                )
            _, count = _FUNCTIONS[name]
            if len(arguments) < count or (count == 1 and len(arguments) > 1):
                wanted = "one number" if count == 1 else "two numbers or more"
                raise ValueError(f"{quoted(text)}: {name} takes {wanted}")
            parts = arguments
        case _:
            raise ValueError(f"{quoted(text)} is not a formula")
    for part in parts:
        _check(part, text)


def _value(tree: ast.expr, references: list[Any]) -> Any:
    match tree:
        case ast.Constant(value=int() | float() as number):
            try:
                return np.float64(number)
            except OverflowError:
                return np.float64(np.inf)
        case ast.Name(id=name):
            if name in _CONSTANTS:
                return np.float64(_CONSTANTS[name])
            return references[int(name.removeprefix(_STAND_IN))]
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            result = _OPERATORS[type(op)](_value(left, references), _value(right, references))
            return np.asarray(result, dtype=np.float64)
        case ast.UnaryOp(op, operand):
            return _OPERATORS[type(op)](_value(operand, references))
        case ast.Call(ast.Name(id=name), arguments):
            function, _ = _FUNCTIONS[name]
            result, *others = [_value(argument, references) for argument in arguments]
            if not others:
                return function(result)
            for other in others:
                result = function(result, other)
            return result
    raise AssertionError(tree)
