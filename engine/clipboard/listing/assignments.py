"""What a listing assigns to names, in order: numbers, lists and tables of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.clipboard.names import role_of
from engine.clipboard.numbers import pasted, rows_of
from engine.clipboard.statements import Statement, statements_in
from engine.clipboard.tokens import quoted
from engine.clipboard.values import Name, Nested, depth_of, table_of

Value = Nested | ValueError
"""The value assigned to a name, or why it cannot be read."""

_LINE = re.compile(r"^line (\d+): ")
_REFERENCE = re.compile(r"[-+]?([A-Za-z_][\w.]*)\[", re.ASCII)
_ANY_KEY = re.compile(
    r"""["']?\b([\w.]{1,60})["']?[ \t]{0,9}(?::|=(?!=)|,[ \t]*(?:array|tensor)\()""", re.ASCII
)
_MAX_ASSIGNED = 500
"""The maximum number of assignments of numbers: enough for the weights and biases of a hundred
layers, printed twice."""


def table_in(text: str) -> Mapping[str, Value]:
    """Return what the listing assigns to names, or the one table or list that is the whole text.

    Such a list has the name "". For a name assigned more than once the last value written out in
    numbers counts, in the place of the first; what is printed more than once under the same name
    belongs to one layer after another.

    Parameters
    ----------
    text
        What was pasted, cleaned and without comments.

    Returns
    -------
    Mapping[str, Value]

    Raises
    ------
    ValueError
        When there are too many assignments, or when a text that is a single table cannot be read.
    """
    found: dict[str, Value] = {}
    alone: list[Statement] = []
    scope_of: dict[str, str] = {}
    n_assigned = 0
    for statement in statements_in(text):
        if not statement.name:
            alone.append(statement)
            continue
        role, _ = role_of(statement.name)
        if role is None and not _may_be_a_table(statement):
            continue
        n_assigned += 1
        if n_assigned > _MAX_ASSIGNED:
            raise ValueError(
                f"line {statement.line}: up to {quoted(statement.name)} more than {_MAX_ASSIGNED} "
                f"names have numbers; a network's listing has fewer"
            )
        reference = _REFERENCE.match(statement.text)
        if reference and reference[1].rpartition(".")[2] in found:
            continue
        name = statement.name
        if scope_of.setdefault(name, statement.scope) != statement.scope:
            name = f"{statement.scope}.{name}"
        _take(statement, name, found)
    if not found:
        return _whole(alone, text)
    return {
        name: value if isinstance(value, ValueError) else _without_known(value, found)
        for name, value in found.items()
    }


def _take(statement: Statement, name: str, found: dict[str, Value]) -> None:
    """Read a statement's value into the table, or why it cannot be read."""
    role, _ = role_of(name)
    try:
        read = statement.read()
        names = [part.strip() for part in name.split(",")]
        if len(names) > 1:
            if not isinstance(read, list) or len(read) != len(names):
                raise ValueError(f"{len(names)} names need as many values")
            found.update(zip(names, read, strict=True))
            return
        if isinstance(read, list) and read and all(_is_known(item, found) for item in read):
            return
        if role == "weights" and not holds_tables(read):
            _check_matrices(read)
    except ValueError as error:
        if name not in found and (role is not None or _holds_weights(statement.text)):
            line = _LINE.match(str(error))
            what = str(error)[line.end() :] if line else str(error)
            place = line[1] if line else statement.line
            found[name] = ValueError(f"{name} (line {place}): {what}")
        return
    if statement.is_printed and name in found:
        name = _further(name, read, found, statement.line)
    found[name] = read


def _further(name: str, value: Nested, found: Mapping[str, Value], line: int) -> str:
    """A name for what is printed under the same name as the layer before."""
    number = 2
    while (further := f"{name}_{number}") in found:
        number += 1
    before = found[name if number == 2 else f"{name}_{number - 1}"]
    if not holds_tables(value) and _shape(before) == _shape(value) != ():
        raise ValueError(
            f"line {line}: {name} is there again, as another layer or at a later time; paste one"
        )
    return further


def _shape(value: object) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, list) and value else ()


def _may_be_a_table(statement: Statement) -> bool:
    text = statement.text
    return not statement.rows and (text[0] in "[{('" or "(" in text[:60])


def holds_tables(value: Nested) -> bool:
    """Return whether the value is a table, or a list that contains one.

    Parameters
    ----------
    value
        A literal, lists and tables within each other.

    Returns
    -------
    bool
    """
    if isinstance(value, list):
        return any(holds_tables(item) for item in value)
    return isinstance(value, dict)


def _is_known(value: Nested, found: Mapping[str, Value]) -> bool:
    return isinstance(value, Name) and value in found


def _without_known(value: Nested, found: Mapping[str, Value]) -> Nested:
    """The value, with an empty string for each name that the listing itself defines."""
    if isinstance(value, dict):
        return {key: _without_known(item, found) for key, item in value.items()}
    if isinstance(value, list) and holds_tables(value):
        return [_without_known(item, found) for item in value]
    return "" if _is_known(value, found) else value


def _holds_weights(text: str) -> bool:
    return any(role_of(key)[0] == "weights" for key in _ANY_KEY.findall(text))


def _whole(alone: list[Statement], text: str) -> Mapping[str, Value]:
    """The table or list that the values without names make; empty if they make neither."""
    if len(alone) > _MAX_ASSIGNED:
        raise ValueError(f"more than {_MAX_ASSIGNED} arrays; a network's listing has fewer")
    try:
        # What describes a model may be printed above its numbers.
        values = [
            statement.read() for statement in alone if statement.rows or "[" in statement.text
        ]
    except ValueError:
        # A single matrix is read elsewhere, with its own error messages.
        if _holds_weights(text):
            raise
        return {}
    value = values[0] if len(values) == 1 else table_of(values)
    while isinstance(value, list) and len(value) == 1 and depth_of(value) > 3:
        value = value[0]
    if isinstance(value, dict):
        return value
    match value:
        case [[*matrices], [*others]] if all(depth_of(item) == 2 for item in matrices):
            # As the two lists of scikit-learn are printed.
            if len(matrices) == len(others) and any(isinstance(item, list) for item in others):
                return {"weights": matrices, "biases": others}
    return {"": value} if values else {}


def _check_matrices(value: Nested) -> None:
    """Raise ValueError, as the line is known here, unless it is one or more matrices."""
    for matrix in value if isinstance(value, list) and depth_of(value) > 2 else [value]:
        rows, flat = rows_of(matrix)
        pasted(rows, flat=flat)
