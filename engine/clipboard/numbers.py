"""Numbers from the clipboard: a scalar, row, column or matrix in any of the usual notations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.clipboard.plain import check_nothing_left_out, cleaned, without_comments
from engine.clipboard.statements import Statement, statements_in
from engine.clipboard.tables import is_about, table_in
from engine.clipboard.tokens import quoted
from engine.clipboard.values import Nested
from engine.nn.arrays import FloatArray, read_only

_ROW_OF_R = re.compile(r"^[ \t]*\[\d{1,6},?\](?=\s)", re.MULTILINE | re.ASCII)
_ONE_ROW_PER_NEURON = re.compile(r"(?:^|[._])weights?_?\d*$", re.IGNORECASE)
_ONE_COLUMN_PER_NEURON = re.compile(r"kernel|coefs_", re.IGNORECASE)
_WHAT_IS_A_LISTING = "names of no weights or biases; paste one of them alone"
_ARRAY_CALL = re.compile(r"\b(?:np|numpy)\.|\barray\(")


@dataclass(frozen=True, eq=False, slots=True)
class Pasted:
    """The numbers in a text.

    Parameters
    ----------
    values
        (n_rows, n_columns), always a matrix.
    flat
        Whether the text says neither row nor column, such as [1, 2, 3]; it is a row in `values`.
    name
        The name in the text, or None.
    one_row_per_neuron
        Whether rows are neurons, None if the text does not show it.
    left_out
        What stood beside the numbers, such as a header, in words.
    """

    values: FloatArray
    flat: bool
    name: str | None = None
    one_row_per_neuron: bool | None = None
    left_out: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["number", "row", "column", "matrix"]:
        """Whether it is one number, a row, a column or a matrix."""
        n_rows, n_columns = self.values.shape
        if n_rows == 1:
            return "number" if n_columns == 1 else "row"
        return "column" if n_columns == 1 else "matrix"


def parse_numbers(text: str) -> Pasted:
    """Return the numbers in the text, which is never run.

    It may be NumPy, Python, PyTorch or MATLAB, as code or as printed, JSON, CSV, TSV as copied from
    spreadsheets (also with a decimal comma), or columns separated by blanks.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    Pasted

    Raises
    ------
    ValueError
        In one line, naming row and column or line, for anything else, for rows of different
        lengths, for numbers that are not finite, and for more than MAX_NUMBERS numbers.
    """
    code = without_comments(cleaned(text))
    if not any(map(str.isdigit, code)) and not any(sign in code for sign in "[({"):
        word = quoted((code.split() or ["#"])[0])
        raise ValueError(
            f"line 1: {word} is a word; numbers can be pasted, or the weights and biases "
            f"of a network"
        )
    lines = list(enumerate(code.split("\n"), start=1))
    own = _ROW_OF_R.sub("", "\n".join(line for _, line in lines if not is_about(line)))
    if not any(sign in own for sign in "[({<="):
        check_nothing_left_out(code)
        table = table_in(lines)
        return pasted(table.rows, flat=len(table.rows) == 1, left_out=table.left_out)
    statements = list(statements_in(code))
    if not statements:
        statements = [Statement("", code, 1)]
    names = [statement.name for statement in statements if statement.name]
    if names and len(statements) > 1:
        raise ValueError(f"{', '.join(map(quoted, names[:4]))}: {_WHAT_IS_A_LISTING}")
    values = [statement.read() for statement in statements]
    # Lines copied from inside a matrix are its rows.
    value = values[0] if len(values) == 1 else values
    if isinstance(value, dict):
        line = statements[0].line
        raise ValueError(
            f"line {line}: a table without weights; a layer has its weights and its bias"
        )
    rows, flat = rows_of(value)
    name = names[0] if names else None
    return pasted(
        rows,
        flat=flat,
        name=name,
        one_row_per_neuron=_orientation_in(code, name) if not flat else None,
    )


def pasted(
    rows: list[list[float]],
    *,
    flat: bool,
    name: str | None = None,
    one_row_per_neuron: bool | None = None,
    left_out: Sequence[str] = (),
) -> Pasted:
    """Return the rows as a matrix.

    Parameters
    ----------
    rows
        Of equal length.
    flat
        The numbers in one row.
    name
        To which they were assigned, if to any.
    one_row_per_neuron
        Whether rows are neurons.
    left_out
        What stood beside the numbers, in words.

    Returns
    -------
    Pasted

    Raises
    ------
    ValueError
        Naming the row, if they differ in length.
    """
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"row {number} has {_count(len(row))}, row 1 has {_count(len(rows[0]))}"
            )
    if not rows or not rows[0]:
        raise ValueError("there are no numbers in it")
    values = read_only(np.array(rows, dtype=np.float64), "the pasted numbers", 2)
    return Pasted(values, flat, name, one_row_per_neuron, tuple(left_out))


def rows_of(value: Nested) -> tuple[list[list[float]], bool]:
    """Return a value as rows, and whether it is neither row nor column.

    Parameters
    ----------
    value
        A number, a list of them, or a list of such lists.

    Returns
    -------
    tuple[list[list[float]], bool]

    Raises
    ------
    ValueError
        Naming row and column, for lists nested deeper than a matrix, or mixed with numbers.
    """
    if isinstance(value, float):
        return [[value]], True
    if not isinstance(value, list):
        raise ValueError(f"{_what(value)} is not a number")
    if not any(isinstance(item, list) for item in value):
        return [_row(value, 1)], True
    rows = []
    for number, row in enumerate(value, start=1):
        if isinstance(row, float):
            raise ValueError(f"row {number} is a number, other rows are lists")
        if not isinstance(row, list):
            raise ValueError(f"row {number} is {_what(row)}, other rows are lists")
        rows.append(_row(row, number))
    return rows, False


def _row(cells: list[Nested], number: int) -> list[float]:
    row = []
    for column, cell in enumerate(cells, start=1):
        if isinstance(cell, str):
            raise ValueError(f"row {number}, column {column}: {quoted(cell)} is not a number")
        if not isinstance(cell, float):
            raise ValueError(
                f"row {number}, column {column} is {_what(cell)}; expected at most rows of numbers"
            )
        row.append(cell)
    return row


def _what(value: Nested) -> str:
    if isinstance(value, str):
        return quoted(value)
    return "a table" if isinstance(value, dict) else "a list"


def _orientation_in(text: str, name: str | None) -> bool | None:
    """Whether rows are neurons, or None if the text does not show it.

    PyTorch keeps one row per neuron, and so do tutorials that write the weights as plain lists;
    Keras and scikit-learn keep one column per neuron.
    """
    if name and _ONE_COLUMN_PER_NEURON.search(name):
        return False
    if "tensor(" in text.lower() or (name and _ONE_ROW_PER_NEURON.search(name)):
        return True
    is_plain_list = "," in text and ";" not in text and not _ARRAY_CALL.search(text)
    return True if is_plain_list and name is None else None


def _count(n: int) -> str:
    return "1 number" if n == 1 else f"{n:,} numbers"
