"""Reads conditions from the tables of a lesson file, strictly."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any, Literal, get_args

from engine.formats.toml.values import (
    MAX_NAME_LENGTH,
    check_keys,
    checked_text,
    is_number,
    kind_of,
    matrix,
    not_a_number,
    texts,
)
from engine.formulas import Formula, parse_formula
from engine.lessons.bounds import Bound, BoundKind
from engine.lessons.clauses import (
    SAME_TOLERANCE,
    TOLERANCE,
    Activations,
    Answers,
    Done,
    Equal,
    Gives,
    Is,
    Matches,
    On,
    Only,
    Outputs,
    Part,
    Same,
    SameOutputs,
    Shape,
    Sizes,
    TruthTable,
    UsesActivations,
)
from engine.lessons.conditions import AnyOf, Clause, Condition, Not
from engine.nn.activations import activation
from engine.nn.arrays import FloatArray
from engine.text import nearest, quoted

MAX_DEPTH = 5
_MAX_PARTS = 200

TRUTH_TABLES: dict[str, tuple[int, ...]] = {
    "not": (1, 0),
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "nand": (1, 1, 1, 0),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "xnor": (1, 0, 0, 1),
    "majority": (0, 0, 0, 1, 0, 1, 1, 1),
    "parity": (0, 1, 1, 0, 1, 0, 0, 1),
}
"""Those that may be named; the rows count up in binary."""

SCALARS: dict[str, tuple[str, str]] = {
    "layers": ("n_layers", "the number of layers"),
    "hidden_neurons": ("n_hidden_neurons", "the number of hidden neurons"),
    "parameters": ("n_parameters", "the number of weights and biases"),
    "samples": ("n_samples", "the number of samples"),
    "loss": ("loss", "the loss"),
    "test_loss": ("test_loss", "the test loss"),
    "accuracy": ("accuracy", "the share of right answers"),
    "test_accuracy": ("test_accuracy", "the share of right answers on the test samples"),
}
"""Keys of one number, each also with max_ and min_ before it: its figure and its words."""

_COUNTS: tuple[Literal["edits", "epochs"], ...] = ("edits", "epochs")

_MODIFIERS = ("for", "tolerance", "over", "output", "sample", "called")
_TABLES = {"z": "{}.z", "a": "{}.a", "slope": "{}.slope", "values": "{}", "gradient": "d{}"}

_BOUND = re.compile(r"(>=|<=|>|<)\s*(\S+)")
_RANGE = re.compile(r"(\S+)\s+to\s+(\S+)")
_RELATIVE = ("same", "changed", "higher", "lower")
_BOUND_KINDS: dict[str, BoundKind] = {kind: kind for kind in get_args(BoundKind)}
_PARTS: dict[str, Part] = {part: part for part in get_args(Part)}


def read_condition(table: object, place: str, depth: int = 0) -> Condition:
    """Return the condition in a table; all its keys have to hold together.

    Parameters
    ----------
    table
        As TOML gives it.
    place
        How a message names where it is.
    depth
        How deep it lies in other conditions.

    Returns
    -------
    Condition

    Raises
    ------
    ValueError
        Naming the place.
    """
    if not isinstance(table, dict):
        raise ValueError(
            f"{place}: expected a table such as {{ answers = [0, 1] }}, got {kind_of(table)}"
        )
    if depth > MAX_DEPTH:
        raise ValueError(f"{place}: conditions are nested more than {MAX_DEPTH} deep")
    check_keys(table, KEYS, f"{place}: ")
    clauses: list[Clause] = []
    for key, value in table.items():
        if key in _MODIFIERS:
            continue
        at = f"{place}.{key}"
        if key in _READERS:
            clauses += _READERS[key](value, at, table)
        elif key in _TABLES:
            clauses += _figures(value, at, table, _TABLES[key])
        elif key in ("all", "any"):
            conditions = _conditions(value, at, depth)
            if key == "any":
                clauses.append(AnyOf(conditions))
            else:
                clauses += [clause for condition in conditions for clause in condition.clauses]
        elif key == "not":
            clauses.append(Not(read_condition(value, at, depth + 1)))
        else:
            clauses.append(_scalar(key, value, at))
    if not clauses:
        raise ValueError(f"{place}: says nothing to check; {_expected()}")
    if len(clauses) > _MAX_PARTS:
        raise ValueError(f"{place}: more than {_MAX_PARTS} parts")
    return Condition(tuple(clauses))


def read_bound(value: object, place: str, tolerance: float) -> Bound:
    """Return what a number has to be: a number, "> 0.9", "0.4 to 0.6", "higher".

    Parameters
    ----------
    value
        As TOML gives it.
    place
        How a message names where it is.
    tolerance
        How far off it may be, where a number is given.

    Returns
    -------
    Bound

    Raises
    ------
    ValueError
        Naming the place.
    """
    if is_number(value):
        return Bound("=", float(value), tolerance)
    if isinstance(value, str):
        text = value.strip()
        if text in _RELATIVE:
            return Bound(_BOUND_KINDS[text], 0.0, tolerance if text == "same" else 0.0)
        if found := _BOUND.fullmatch(text):
            return Bound(_BOUND_KINDS[found[1]], _number_in(found[2], place))
        if found := _RANGE.fullmatch(text):
            return Bound("to", _number_in(found[1], place), _number_in(found[2], place))
        if text[:1].isdecimal() or text[:1] == "-":
            return Bound("=", _number_in(text, place), tolerance)
    shown = quoted(value) if isinstance(value, str) else kind_of(value)
    raise ValueError(
        f'{place}: expected a number, "> 0.9", "<= 2", "0.4 to 0.6", "same", "changed", "higher" '
        f'or "lower", got {shown}'
    )


def _number_in(text: str, place: str) -> float:
    try:
        return parse_formula(text).number()
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _expected() -> str:
    return f"expected {', '.join(key for key in KEYS if key not in _MODIFIERS)}"


def _conditions(value: object, place: str, depth: int) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{place}: expected conditions in brackets, got {kind_of(value)}")
    return tuple(
        read_condition(one, f"{place}[{k}]", depth + 1) for k, one in enumerate(value, start=1)
    )


def _number_at(table: dict[str, Any], key: str, default: float, place: str) -> float:
    value = table.get(key, default)
    if not is_number(value):
        raise not_a_number(value, f"{place.rpartition('.')[0]}.{key}")
    return float(value)


def _tolerance(table: dict[str, Any], place: str) -> float:
    tolerance = _number_at(table, "tolerance", TOLERANCE, place)
    if tolerance < 0:
        raise ValueError(f"{place.rpartition('.')[0]}.tolerance: expected a number from 0 up")
    return tolerance


def _index_at(table: dict[str, Any], key: str, place: str) -> int | None:
    if key not in table:
        return None
    value = table[key]
    if type(value) is not int or not 1 <= value < 2**31:
        raise ValueError(f"{place.rpartition('.')[0]}.{key}: expected a whole number from 1 up")
    return value - 1


def _inputs(table: dict[str, Any], place: str) -> FloatArray | None:
    return matrix(table["for"], f"{place.rpartition('.')[0]}.for") if "for" in table else None


def _range(table: dict[str, Any], place: str) -> tuple[float, float] | None:
    if "over" not in table:
        return None
    value, at = table["over"], f"{place.rpartition('.')[0]}.over"
    if not isinstance(value, list) or len(value) != 2 or not all(map(is_number, value)):
        raise ValueError(f"{at}: expected two numbers, as in [-2, 2]")
    if not value[0] < value[1]:
        raise ValueError(f"{at}: expected the lower end first")
    return float(value[0]), float(value[1])


def _count_given(rows: list[Any], inputs: FloatArray | None, place: str) -> None:
    if inputs is not None and len(inputs) != len(rows):
        raise ValueError(f"{place}: {len(rows)} of them for {len(inputs)} rows of inputs")


def _answers(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{place}: expected answers in brackets, as in [0, 1, 1, 0]")
    inputs = _inputs(table, place)
    _count_given(value, inputs, place)
    wanted: list[Any] = []
    for k, one in enumerate(value, start=1):
        at = f"{place}[{k}]"
        if isinstance(one, str):
            wanted.append(None if one == "-" else checked_text(one, at, MAX_NAME_LENGTH))
        elif is_number(one) or (isinstance(one, list) and one and all(map(is_number, one))):
            wanted.append(one)
        else:
            raise ValueError(f"{at}: expected a number or the name of a class, got {kind_of(one)}")
    return [Answers(tuple(wanted), inputs)]


def _outputs(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{place}: expected rows of outputs, as in [[0.1], [0.9]]")
    inputs, tolerance = _inputs(table, place), _tolerance(table, place)
    _count_given(value, inputs, place)
    rows = [row if isinstance(row, list) else [row] for row in value]
    wanted = tuple(
        tuple(
            None if one == "-" else read_bound(one, f"{place}[{k}][{j}]", tolerance)
            for j, one in enumerate(row, start=1)
        )
        for k, row in enumerate(rows, start=1)
    )
    return [Outputs(wanted, inputs)]


def _truth_table(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    if isinstance(value, str):
        if value not in TRUTH_TABLES:
            raise ValueError(f"{place}: {quoted(value)} is unknown; {nearest(value, TRUTH_TABLES)}")
        return [TruthTable(TRUTH_TABLES[value], value.upper())]
    if (
        not isinstance(value, list)
        or len(value) not in (2, 4, 8, 16, 32)
        or any(type(one) is not int or one not in (0, 1) for one in value)
    ):
        raise ValueError(f'{place}: expected a name such as "xor", or 2, 4, 8 … times 0 or 1')
    return [TruthTable(tuple(value))]


def _matches(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    formula = read_formula(checked_text(value, place, 1_000), place)
    low, high = _range(table, place) or (-1.0, 1.0)
    tolerance = _number_at(table, "tolerance", 0.01, place)
    output = _index_at(table, "output", place) or 0
    return [Matches(formula, low, high, tolerance, output)]


def read_formula(text: str, place: str) -> Formula:
    """Return a formula such as "h1.z - b1[1]".

    Parameters
    ----------
    text
        As it stands in the file.
    place
        How a message names where it is.

    Returns
    -------
    Formula

    Raises
    ------
    ValueError
        Naming the place.
    """
    try:
        return parse_formula(text)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _same(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    clauses: list[Clause] = []
    span = _range(table, place)
    for part in texts([value] if isinstance(value, str) else value, place, MAX_NAME_LENGTH):
        if part not in _PARTS:
            raise ValueError(f"{place}: {quoted(part)} is unknown; {nearest(part, _PARTS)}")
        if part == "outputs" and (span or "tolerance" in table):
            tolerance = _number_at(table, "tolerance", SAME_TOLERANCE, place)
            clauses.append(SameOutputs(tolerance, *(span or (None, None))))
        else:
            clauses.append(Same(_PARTS[part]))
    return clauses


def _on(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    clauses: list[Clause] = []
    for name, samples in _table(value, place).items():
        if samples not in ("some", "every", "no"):
            raise ValueError(f'{place}.{name}: expected "some", "every" or "no"')
        clauses.append(On(name, samples))
    return clauses


def _gives(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    tolerance = _tolerance(table, place)
    clauses: list[Clause] = []
    for name, wanted in _table(value, place).items():
        at = f"{place}.{name}"
        if not isinstance(wanted, list) or not wanted:
            raise ValueError(f"{at}: expected one number for each sample, as in [0, 1, 1, 0]")
        bounds = (read_bound(one, f"{at}[{k}]", tolerance) for k, one in enumerate(wanted, start=1))
        clauses.append(Gives(name, tuple(bounds)))
    return clauses


def _equal(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    names = texts(value, place, MAX_NAME_LENGTH)
    if len(names) < 2:
        raise ValueError(f'{place}: expected two names or more, as in ["h1", "h2"]')
    tolerance = _tolerance(table, place)
    return [Equal(one, other, tolerance) for one, other in itertools.pairwise(names)]


def _only(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    return [Only(texts(value, place, MAX_NAME_LENGTH))]


def _sizes(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    return [Sizes(_whole_numbers(value, place))]


def _whole_numbers(value: object, place: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or any(type(one) is not int for one in value):
        raise ValueError(f"{place}: expected whole numbers in brackets, as in [2, 2, 1]")
    return tuple(value)


def _activation_names(value: object, place: str) -> tuple[str, ...]:
    names = texts(value, place, MAX_NAME_LENGTH)
    try:
        return tuple(activation(name).text for name in names)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _activations(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    return [Activations(None if value == "same" else _activation_names(value, place))]


def _uses(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    return [UsesActivations(_activation_names(value, place))]


def _uses_only(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    return [UsesActivations(_activation_names(value, place), only=True)]


def _shape(value: object, place: str, table: dict[str, Any]) -> list[Clause]:
    return [
        Shape(name, _whole_numbers(wanted, f"{place}.{name}"))
        for name, wanted in _table(value, place).items()
    ]


def _figures(value: object, place: str, table: dict[str, Any], form: str) -> list[Clause]:
    tolerance, sample = _tolerance(table, place), _index_at(table, "sample", place)
    called = ""
    if "called" in table:
        at = f"{place.rpartition('.')[0]}.called"
        called = checked_text(table["called"], at, MAX_NAME_LENGTH)
    clauses: list[Clause] = []
    for name, wanted in _table(value, place).items():
        bound = read_bound(wanted, f"{place}.{name}", tolerance)
        figure = form.format(name)
        label = f"the slope of the loss at {name}" if form == "d{}" else called
        clauses.append(Is(figure, bound, label, sample))
    return clauses


def _table(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{place}: expected a table such as {{ h1 = 0.5 }}, got {kind_of(value)}")
    for name in value:
        checked_text(name, place, MAX_NAME_LENGTH)
    return value


def _scalar(key: str, value: object, place: str) -> Clause:
    """One number of the session, or of what was done, with max_ and min_ as bounds."""
    prefix, _, name = key.partition("_")
    if prefix in ("max", "min"):
        if not is_number(value):
            raise not_a_number(value, place)
        bound = Bound("<=" if prefix == "max" else ">=", float(value))
    else:
        name, bound = key, read_bound(value, place, TOLERANCE)
    for what in _COUNTS:
        if name == what:
            return Done(what, bound)
    figure, label = SCALARS[name]
    return Is(figure, bound, label)


_READERS: dict[str, Callable[[object, str, dict[str, Any]], list[Clause]]] = {
    "answers": _answers,
    "outputs": _outputs,
    "truth_table": _truth_table,
    "matches": _matches,
    "same": _same,
    "on": _on,
    "gives": _gives,
    "equal": _equal,
    "only": _only,
    "sizes": _sizes,
    "activations": _activations,
    "uses": _uses,
    "uses_only": _uses_only,
    "shape": _shape,
}

_PLAIN = (*SCALARS, *_COUNTS)
KEYS = (
    *_READERS,
    *_TABLES,
    *_PLAIN,
    *(f"{side}_{name}" for side in ("max", "min") for name in _PLAIN),
    "all",
    "any",
    "not",
    *_MODIFIERS,
)
"""All keys of a condition."""
