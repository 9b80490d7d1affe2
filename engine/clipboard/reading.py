"""Numbers from the clipboard: a scalar, row, column or matrix in any of the usual notations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.activations import FloatArray
from engine.arrays import read_only
from engine.clipboard.brackets import BracketReader, Nested
from engine.clipboard.tokens import (
    MOST_NUMBERS,
    check_nothing_left_out,
    cleaned,
    number_of,
    quoted,
    tokens_of,
    too_many,
)

_ASSIGNED = re.compile(r"\s*([A-Za-z_][\w.]*)[ \t]*=(?!=)", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?", re.ASCII)
_ROWS_ON_ONE_LINE = re.compile(r"\d[ \t]+[-+.\d]")
_PARAMETER = re.compile(r"^\s*Parameter containing:\s*")
_ONE_ROW_PER_NEURON = re.compile(r"(?:^|[._])weights?_?\d*$", re.IGNORECASE)
_ONE_COLUMN_PER_NEURON = re.compile(r"kernel|coefs_", re.IGNORECASE)
_ARRAY_CALL = re.compile(r"\b(?:np|numpy)\.|\barray\(")


@dataclass(frozen=True, eq=False, slots=True)
class Pasted:
    """Numbers that a text holds.

    values: (n_rows, n_columns), always a matrix. flat: whether the text says neither row nor
    column, as [1, 2, 3] does; it is a row in `values`. name: what the text calls it, or None.
    one_row_per_neuron: whether rows are neurons, where the text tells, else None.
    """

    values: FloatArray
    flat: bool
    name: str | None = None
    one_row_per_neuron: bool | None = None

    @property
    def kind(self) -> Literal["number", "row", "column", "matrix"]:
        n_rows, n_columns = self.values.shape
        if n_rows == 1:
            return "number" if n_columns == 1 else "row"
        return "column" if n_columns == 1 else "matrix"


def parse_numbers(text: str) -> Pasted:
    """Return the numbers in the text, which is never run.

    Read are NumPy, Python, PyTorch and MATLAB as code and as printed, JSON, CSV, TSV as
    spreadsheets copy it (with a decimal comma too), and columns parted by blanks. Raises
    ValueError in one line, naming row and column or line, for anything else, for rows of different
    lengths, for what is not finite, and for more than MOST_NUMBERS numbers.
    """
    text = _PARAMETER.sub("", cleaned(text))
    check_nothing_left_out(text)
    if any(bracket in text for bracket in "[({"):
        return _bracketed(text)
    assigned = _ASSIGNED.match(text)
    name = assigned[1] if assigned else None
    rows = _delimited(text[assigned.end() :] if assigned else text)
    return pasted(rows, flat=len(rows) == 1, name=name)


def pasted(
    rows: list[list[float]],
    *,
    flat: bool,
    name: str | None = None,
    one_row_per_neuron: bool | None = None,
) -> Pasted:
    """Return the rows as a matrix; ValueError, naming the row, when they differ in length."""
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"row {number} has {_count(len(row))}, row 1 has {_count(len(rows[0]))}"
            )
    if not rows or not rows[0]:
        raise ValueError("there are no numbers in it")
    values = read_only(np.array(rows, dtype=np.float64), "the pasted numbers", 2)
    return Pasted(values, flat, name, one_row_per_neuron)


def rows_of(value: Nested) -> tuple[list[list[float]], bool]:
    """Return a value as rows, and whether it says neither row nor column.

    Raises ValueError, naming row and column, for lists nested deeper than a matrix, or beside
    numbers.
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


def _bracketed(text: str) -> Pasted:
    widths = [len(line) for line in text.split("\n")]
    reader = BracketReader(tokens_of(text), widths)
    reader.skip("line")
    name = _skip_name(reader)
    values = [reader.value()]
    while reader.skip("line", "comma", "semicolon") and reader.peek():
        values.append(reader.value())
    token = reader.peek()
    if token:
        raise ValueError(f"line {token.line}: {quoted(token.text)} is one word too many")
    # Lines copied from inside a matrix are rows of it.
    rows, flat = rows_of(values[0] if len(values) == 1 else list(values))
    return pasted(
        rows, flat=flat, name=name, one_row_per_neuron=_told_by(text, name) if not flat else None
    )


def _skip_name(reader: BracketReader) -> str | None:
    """The name that the value is assigned to, if it is; the reader goes on behind it."""
    first, second = (*reader.tokens[reader.place : reader.place + 2], None, None)[:2]
    if first and second and first.kind == "name" and second.kind == "is":
        reader.place += 2
        reader.skip("line")
        return first.text
    return None


def _told_by(text: str, name: str | None) -> bool | None:
    """Whether rows are neurons, as far as the text tells.

    PyTorch keeps one row per neuron, and so do tutorials that write the weights as plain lists;
    Keras and scikit-learn keep one column per neuron.
    """
    if name and _ONE_COLUMN_PER_NEURON.search(name):
        return False
    if "tensor(" in text.lower() or (name and _ONE_ROW_PER_NEURON.search(name)):
        return True
    is_plain_list = "," in text and ";" not in text and not _ARRAY_CALL.search(text)
    return True if is_plain_list and name is None else None


def _delimited(text: str) -> list[list[float]]:
    """The rows of a text without brackets."""
    separator, decimal_comma = None, False
    if "\t" in text:
        separator, decimal_comma = "\t", "." not in text
    elif ";" in text:
        if _ROWS_ON_ONE_LINE.search(text):
            text = text.replace(";", "\n")
        else:
            separator, decimal_comma = ";", "." not in text
    if separator is None and "," in text:
        separator = ","
    rows: list[list[float]] = []
    n_numbers = 0
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = line.split(separator)
        if separator in (",", ";") and not cells[-1].strip() and len(cells) > 1:
            cells.pop()
        n_numbers += len(cells)
        if n_numbers > MOST_NUMBERS:
            raise too_many()
        rows.append(
            [
                _cell(cell.strip(' "'), decimal_comma, len(rows) + 1, column)
                for column, cell in enumerate(cells, start=1)
            ]
        )
    return rows


def _cell(cell: str, decimal_comma: bool, row: int, column: int) -> float:
    if decimal_comma and _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    return number_of(cell, f"row {row}, column {column}")


def _count(n: int) -> str:
    return "1 number" if n == 1 else f"{n:,} numbers"
