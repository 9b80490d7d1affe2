"""Activation functions as values: a name, its parameters, and what they compute."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.nn.activation_table import ACTIVATION_SPELLINGS, ACTIVATIONS, ActivationKind, Limits
from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray, floats
from engine.nn.spelling import Spellings

_SPECIFICATION = re.compile(r"([^()]*)(?:\(([^()]*)\))?")
_MAX_QUOTE_LENGTH = 40
# In a formula longer decimals become fractions with a small denominator, such as 1/6.
_MAX_DECIMAL_LENGTH = 6
_MAX_DENOMINATOR = 12


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function with its parameters.

    Parameters
    ----------
    name
        A key of ACTIVATIONS: "identity", never "linear".
    parameters
        In the order of `parameter_names`; those left out at the end get their defaults. Any finite
        number of either sign is accepted, as in ONNX, unless the table refuses it.

    Raises
    ------
    ValueError
        For an unknown name, for too many parameters, and for those that are not finite numbers.
    """

    name: str
    parameters: tuple[float, ...] = ()
    _forward: Callable[[FloatArray], FloatArray] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_type(self.name, str, "activation")
        if self.name not in ACTIVATIONS:
            meant = ACTIVATION_SPELLINGS.named(self.name)
            raise ValueError(f"activation {self.name!r} is called {meant!r} here")
        kind = ACTIVATIONS[self.name]
        parameters = _checked(kind, self.parameters)
        object.__setattr__(self, "parameters", parameters)
        # Bound once, not in every pass: a pass of the smallest networks takes only microseconds.
        named = dict(zip(kind.parameter_names, parameters, strict=True))
        forward = partial(kind.forward, **named) if named else kind.forward
        object.__setattr__(self, "_forward", forward)

    def __call__(self, z: ArrayLike) -> FloatArray:
        """Return the activations for any sums.

        Parameters
        ----------
        z
            Numbers in any shape, or one number; a row-wise function works along the last axis.

        Returns
        -------
        FloatArray
            Of the same shape.

        Raises
        ------
        ValueError
            When some are not numbers.
        """
        sums = floats(z, "z")
        with np.errstate(all="ignore"):
            a: FloatArray = self.forward(np.atleast_1d(sums)).reshape(sums.shape)[()]
        return a

    def forward(self, z: FloatArray) -> FloatArray:
        """Return the activations a for the sums z.

        The caller silences NumPy's overflow warnings, once per pass.

        Parameters
        ----------
        z
            The sums, of any shape; a row-wise function works along the last axis.

        Returns
        -------
        FloatArray
            A new array of the same shape.
        """
        return self._forward(z)

    def derivative(self, z: FloatArray) -> FloatArray:
        """Return the derivative da/dz at each z.

        At a kink it is that of the side where the neuron is off or cut off: 0 for relu at 0.

        Parameters
        ----------
        z
            The sums, of any shape.

        Returns
        -------
        FloatArray
            Of the same shape.

        Raises
        ------
        ValueError
            For a row-wise function, whose activations each depend on the whole row.
        """
        derivative = ACTIVATIONS[self.name].derivative
        if derivative is None:
            raise ValueError(
                f"{self.name} has no elementwise derivative, as every activation depends on the "
                f"whole row; use backward"
            )
        return derivative(z, *self.parameters)

    def is_off(self, z: FloatArray, a: FloatArray) -> NDArray[np.bool_]:
        """Return where a neuron is off: where both its activation and its derivative are 0.

        z, a and the result have the same shape. Neurons of functions that cannot saturate are never
        off.

        Parameters
        ----------
        z
            The sums, of any shape; a row-wise function works along the last axis.
        a
            The activations for z.

        Returns
        -------
        NDArray of bool
        """
        if not self.saturates or a.all():
            return np.zeros(a.shape, bool)
        with np.errstate(all="ignore"):
            off: NDArray[np.bool_] = (a == 0) & (self.derivative(z) == 0)
        return off

    def backward(self, z: FloatArray, gradient: FloatArray) -> FloatArray:
        """Return d loss / d z from `gradient`, d loss / d a; all have the shape of z.

        Parameters
        ----------
        z
            The sums, of any shape; a row-wise function works along the last axis.
        gradient
            d loss / d a, of the shape of z.

        Returns
        -------
        FloatArray
        """
        row_wise = ACTIVATIONS[self.name].backward
        return gradient * self.derivative(z) if row_wise is None else row_wise(z, gradient)

    @property
    def text(self) -> str:
        """The name, and the parameters when they are not the default: "leaky_relu(0.3)"."""
        if self.parameters == ACTIVATIONS[self.name].default_parameters:
            return self.name
        return f"{self.name}({','.join(map(_decimal, self.parameters))})"

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of the parameters, in order."""
        return ACTIVATIONS[self.name].parameter_names

    @property
    def row_wise(self) -> bool:
        """Whether an activation depends on the sums of the whole layer, not only on its own."""
        return ACTIVATIONS[self.name].row_wise

    @property
    def piecewise_linear(self) -> bool:
        """Whether the curve is made of straight lines."""
        return ACTIVATIONS[self.name].piecewise_linear

    @property
    def saturates(self) -> bool:
        """Whether a derivative near 0 means that a neuron no longer listens, as for no step."""
        return ACTIVATIONS[self.name].saturates and not self.row_wise

    @property
    def limits(self) -> Limits:
        """The infimum and supremum of the activations; ±inf where there is none."""
        return ACTIVATIONS[self.name].limits(*self.parameters)

    @property
    def summary(self) -> str:
        """What the neuron does with its sum z, as read after its name: "squashes …"."""
        return ACTIVATIONS[self.name].summary

    @property
    def formula(self) -> str:
        """The activation as a formula in z, with this function's parameters as numbers."""
        return self._with_parameters(ACTIVATIONS[self.name].formula)

    @property
    def derivative_formula(self) -> str:
        """The derivative da/dz as a formula in z and a, with the parameters as numbers."""
        return self._with_parameters(ACTIVATIONS[self.name].derivative_formula)

    def _with_parameters(self, formula: str) -> str:
        numbers = [_in_formula(formula, value) for value in self.parameters]
        return ACTIVATIONS[self.name].filled(formula, numbers)

    def code(self, column: str) -> str:
        """Return the activation in another language, with the values of its parameters.

        Parameters
        ----------
        column
            One of "pytorch", "keras" and the other columns of the table that may be empty.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If this activation has nothing in the column.
        """
        kind = ACTIVATIONS[self.name]
        code = kind.code(column)
        if isinstance(code, tuple):
            code = code[self.parameters != kind.default_parameters]
        return kind.filled(code, map(repr, self.parameters))


def activation(specification: str | Activation | Mapping[str, object]) -> Activation:
    """Return the activation that `specification` describes.

    Parameters
    ----------
    specification
        A name in any of the spellings of ACTIVATION_SPELLINGS ("relu", "ReLU", "logistic"),
        with parameters ("leaky_relu(0.2)", "LeakyReLU(negative_slope=0.2)"), a mapping
        ({"name": "leaky_relu", "alpha": 0.1}), or an Activation, which is returned as it is.
        Parameters left out get their defaults.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        For an unknown name, suggesting the nearest known one, and for wrong parameters.
    """
    if isinstance(specification, Activation):
        return specification
    if isinstance(specification, str):
        return _from_text(specification)
    if isinstance(specification, Mapping):
        return _from_mapping(specification)
    raise ValueError(
        f"an activation is a name or a table with a name, not {_quoted(specification)}"
    )


def _from_text(specification: str) -> Activation:
    match = _SPECIFICATION.fullmatch(specification.strip())
    if match is None:
        raise ValueError(
            f"activation {_quoted(specification)} is not of the form relu or leaky_relu(0.2)"
        )
    in_order: list[object] = []
    by_name: dict[str, object] = {}
    for part in match[2].split(",") if match[2] and match[2].strip() else []:
        key, equals, value = part.partition("=")
        if equals:
            by_name[key.strip()] = value
        else:
            in_order.append(part)
    return _build(match[1], in_order, by_name)


def _from_mapping(specification: Mapping[str, object]) -> Activation:
    name = specification.get("name")
    if not isinstance(name, str):
        raise ValueError('an activation given as a table needs a name, such as name = "relu"')
    return _build(name, [], {key: value for key, value in specification.items() if key != "name"})


def _build(name: str, in_order: Sequence[object], by_name: Mapping[str, object]) -> Activation:
    """The activation with these parameters; a spelling may imply some, as satlin does."""
    ours, _, own = ACTIVATION_SPELLINGS.named(name).partition("(")
    kind = ACTIVATIONS[ours]
    given = [*own.rstrip(")").split(","), *in_order] if own else in_order
    parameters = [_number(kind, value) for value in given]
    if by_name:
        parameters += kind.default_parameters[len(parameters) :]
    for key, value in by_name.items():
        parameters[_parameter_index(kind, key)] = _number(kind, value)
    return Activation(kind.name, tuple(parameters))


def _parameter_index(kind: ActivationKind, key: str) -> int:
    """The index of the parameter that `key` names; raises ValueError for an unknown one."""
    if not kind.defaults:
        raise ValueError(f"{kind.name} has no parameter {_quoted(key)}; it has none")
    theirs = {ours: (name,) for name, ours in kind.parameter_aliases}
    names = Spellings(f"{kind.name}: parameter", kind.parameter_names, theirs, {})
    return kind.parameter_names.index(names.named(key))


def _checked(kind: ActivationKind, given: tuple[float, ...]) -> tuple[float, ...]:
    """The parameters as finite floats, completed by the defaults."""
    defaults = kind.default_parameters
    check_type(given, tuple | list, f"{kind.name}: parameters")
    if len(given) > len(defaults):
        takes = ", ".join(kind.parameter_names) or "none"
        raise ValueError(
            f"{kind.name}: got {len(given)} parameters, expected at most {len(defaults)} ({takes})"
        )
    parameters = (*(_number(kind, value) for value in given), *defaults[len(given) :])
    for name, value in zip(kind.parameter_names, parameters, strict=True):
        if not math.isfinite(value):
            raise ValueError(f"{kind.name}: {name} is {value}, expected a finite number")
    refusal = kind.refusal(*parameters)
    if refusal:
        raise ValueError(f"{kind.name}: {refusal}")
    return parameters


def _number(kind: ActivationKind, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{kind.name}: parameter {_quoted(value)} is not a number")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{kind.name}: a parameter is too large for a float64") from None
    except ValueError:
        raise ValueError(f"{kind.name}: parameter {_quoted(value)} is not a number") from None


def _quoted(value: object) -> str:
    """The value as an error message quotes it: short, without control characters."""
    text = " ".join(repr(value).split()) if not isinstance(value, str) else repr(value)
    return text if len(text) <= _MAX_QUOTE_LENGTH else text[:_MAX_QUOTE_LENGTH] + "…"


def _decimal(value: float) -> str:
    """The shortest text that reads back as the same float64, 2 rather than 2.0."""
    return repr(value).removesuffix(".0")


def _in_formula(formula: str, value: float) -> str:
    """A number inside a formula: 1/6 rather than sixteen decimals, (-1) beside a factor."""
    text = _decimal(value)
    fraction = Fraction(value).limit_denominator(_MAX_DENOMINATOR)
    if len(text) > _MAX_DECIMAL_LENGTH and float(fraction) == value:
        text = str(fraction)
    return f"({text})" if value < 0 and "·" in formula else text
