"""The cells of a CSV file as numbers, many at a time, and what is wrong with one that is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np

from engine.activations import FloatArray
from engine.datasets.csv_columns import Columns
from engine.datasets.csv_text import CsvText, shown

MOST_NUMBERS = 20_000_000
"""In one file: 160 MB in memory."""

_CELLS_AT_A_TIME = 200_000

Convert = Callable[[str], float]
Rows = list[tuple[int, list[str]]]


class DecimalCommaError(ValueError):
    """A cell is a number if its comma is a decimal comma, which was not expected."""


def with_point(cell: str) -> float:
    """Return the number in a cell; raise ValueError when it is none."""
    if "_" in cell:
        # Python takes 1_000 for a number; a spreadsheet does not.
        raise ValueError(cell)
    return float(cell)


def with_comma(cell: str) -> float:
    """Return the number in a cell with a decimal comma; raise ValueError when it is none."""
    if "." in cell:
        # Whether 1.234 is a thousand or one and a bit, nobody can tell.
        raise ValueError(cell)
    return with_point(cell.replace(",", "."))


def chunks(text: CsvText, columns: Columns) -> Iterator[Rows]:
    """Yield the rows of data, without the heading, in lists of a size for memory and speed.

    Raises ValueError, naming row and column, for a row of another length than the first, and
    for more numbers in all than MOST_NUMBERS.
    """
    most_rows = MOST_NUMBERS // len(columns.features)
    chunk_size = max(1, _CELLS_AT_A_TIME // columns.n_columns)
    chunk: Rows = []
    rows = text.rows()
    if columns.names is not None:
        next(rows)
    for count, (row, cells) in enumerate(rows, start=1):
        if len(cells) != columns.n_columns:
            place = min(len(cells), columns.n_columns) + 1
            raise ValueError(
                f"row {row}, column {place}: the row has {len(cells):,} cells, expected "
                f"{columns.n_columns:,} as in the first row"
            )
        if count > most_rows:
            raise ValueError(
                f"row {row}: more than {MOST_NUMBERS:,} numbers, the most that are read; "
                f"leave out rows, or take fewer feature columns"
            )
        chunk.append((row, cells))
        if len(chunk) == chunk_size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def numbers(chunk: Rows, wanted: Sequence[int], columns: Columns, convert: Convert) -> FloatArray:
    """Return the wanted columns of some rows as numbers, (n_rows, n_wanted).

    Raises ValueError, naming row and column, for a cell that is empty, text or not finite;
    DecimalCommaError for one that is a number with a decimal comma while `convert` wants a point.
    """
    if len(wanted) == columns.n_columns:
        rows = [cells for _, cells in chunk]
    else:
        rows = [[cells[column] for column in wanted] for _, cells in chunk]
    try:
        values = np.fromiter(
            map(convert, chain.from_iterable(rows)), np.float64, len(rows) * len(wanted)
        )
    except ValueError:
        values = np.array([np.nan])
    if not np.isfinite(values).all():
        _refuse_first(chunk, wanted, columns, convert)
    return values.reshape(len(rows), len(wanted))


def _refuse_first(chunk: Rows, wanted: Sequence[int], columns: Columns, convert: Convert) -> None:
    for row, cells in chunk:
        for column in wanted:
            reason = _reason(cells[column], convert)
            if reason is not None:
                raise type(reason)(f"row {row}, {columns.label(column)}: {reason}")


def _reason(cell: str, convert: Convert) -> ValueError | None:
    """What is wrong with a cell, or None when it is a finite number."""
    if not cell.strip():
        return ValueError("the cell is empty; expected a number")
    try:
        number = convert(cell)
    except ValueError:
        return _no_number(cell, convert)
    if math.isnan(number):
        return ValueError(f"{shown(cell)} is not a number; fill the cell or leave the row out")
    if math.isinf(number):
        return ValueError(f"{shown(cell)} is too large or infinite; expected a finite number")
    return None


def _no_number(cell: str, convert: Convert) -> ValueError:
    if convert is with_comma and _converts(with_point, cell):
        return ValueError(
            f"{shown(cell)} has a decimal point, where other numbers of the file have a comma"
        )
    if convert is not with_comma and _converts(with_comma, cell):
        return DecimalCommaError(f"{shown(cell)} has a decimal comma; expected a decimal point")
    return ValueError(f"{shown(cell)} is text; expected a number")


def _converts(convert: Convert, cell: str) -> bool:
    try:
        convert(cell)
    except ValueError:
        return False
    return True
