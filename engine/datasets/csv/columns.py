"""The columns of a CSV file: which are features or target, and their cells as numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from engine.datasets.csv.dialect import SAMPLE_ROWS, CsvText, is_number, quote_cell
from engine.nn.arrays import FloatArray
from engine.text import nearest, printable

MAX_FEATURES = 10_000

Column = str | int
"""A column by its name, or by its number from 1."""

MAX_NUMBERS = 20_000_000
"""In one file: 160 MB in memory."""

_CELLS_AT_A_TIME = 200_000

Convert = Callable[[str], float]
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a CSV file; all indices from 0.

    Parameters
    ----------
    n_columns
        Cells in every row.
    names
        One per column from the heading, or None without one.
    target
        A target.
    features
        A name for each input.
    target_is_text
        Whether most of the target's first cells are not numbers.
    """

    n_columns: int
    names: tuple[str, ...] | None
    target: int
    features: tuple[int, ...]
    target_is_text: bool

    def label(self, column: int) -> str:
        """Return the column as a message names it: "column 2 (age)".

        Parameters
        ----------
        column
            From 0.

        Returns
        -------
        str
        """
        named = f" ({self.names[column][:40]})" if self.names and self.names[column] else ""
        return f"column {column + 1}{named}"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the features from the heading, or x1, x2 … without one."""
        return tuple(
            (self.names[column] if self.names else "") or f"x{feature}"
            for feature, column in enumerate(self.features, start=1)
        )


def find_columns(
    text: CsvText, target_column: Column | None, feature_columns: Sequence[Column] | None
) -> Columns:
    """Return the columns of a CSV file.

    The first row is a heading when, above columns of numbers, it has at least as many texts as
    numbers; or when no cell of the first rows is a number.

    Parameters
    ----------
    text
        The rows of the file.
    target_column
        The target: a name or a number from 1; None for the last column.
    feature_columns
        The features, in the same way; None for all other columns.

    Returns
    -------
    Columns

    Raises
    ------
    ValueError
        For a file without data, with one column or with too many features, and for columns that do
        not exist or are named twice.
    """
    sample = [cells for _, cells in islice(text.rows(), SAMPLE_ROWS + 1)]
    if not sample:
        raise ValueError("the file has no rows")
    n_columns = len(sample[0])
    if n_columns == 1:
        raise ValueError(
            "row 1 has only one column; expected at least two, separated by commas, semicolons, "
            "tabs or spaces"
        )
    has_heading = _has_heading(sample, text.delimiter)
    names = tuple(printable(cell).strip() for cell in sample[0]) if has_heading else None
    if has_heading and len(sample) == 1:
        raise ValueError("the file has no rows of data after its heading")
    target = n_columns - 1
    if target_column is not None:
        target = _index(target_column, names, n_columns, "target column")
    if feature_columns is None:
        features = [column for column in range(n_columns) if column != target]
    else:
        features = [
            _index(column, names, n_columns, "feature column") for column in feature_columns
        ]
    _check_features(features, target)
    body = sample[has_heading:]
    cells = [row[target] for row in body if target < len(row) and row[target].strip()]
    n_texts = sum(not is_number(cell, text.delimiter) for cell in cells)
    return Columns(n_columns, names, target, tuple(features), 2 * n_texts > len(cells))


def _has_heading(sample: list[list[str]], delimiter: str) -> bool:
    first, *body = sample
    numeric = {
        column
        for row in body
        for column, cell in enumerate(row[: len(first)])
        if is_number(cell, delimiter)
    }
    if not numeric:
        return not any(is_number(cell, delimiter) for cell in first)
    over_numbers = [first[column] for column in numeric if first[column].strip()]
    n_numbers = sum(is_number(cell, delimiter) for cell in over_numbers)
    n_texts = len(over_numbers) - n_numbers
    return n_texts > 0 and n_texts >= n_numbers


def _index(column: Column, names: tuple[str, ...] | None, n_columns: int, what: str) -> int:
    """The index from 0 of a column by name or number; a name takes precedence."""
    if names is not None and column in names:
        if names.count(str(column)) > 1:
            raise ValueError(
                f"{what} {quote_cell(str(column))}: {names.count(str(column))} columns have that "
                f"name; give a number, from 1"
            )
        return names.index(str(column))
    if isinstance(column, str):
        if not (column.isascii() and column.strip().isdecimal() and len(column) < 10):
            known = nearest(column, names[:20]) if names else "the file has no heading with names"
            raise ValueError(f"there is no {what} {quote_cell(column)}; {known}")
        column = int(column)
    if not 1 <= column <= n_columns:
        raise ValueError(f"there is no {what} {column}; they count from 1 to {n_columns:,}")
    return column - 1


def _check_features(features: list[int], target: int) -> None:
    if not features:
        raise ValueError("no feature columns; expected at least one")
    if target in features:
        raise ValueError(f"column {target + 1} is both the target and a feature")
    seen: set[int] = set()
    for column in features:
        if column in seen:
            raise ValueError(f"column {column + 1} is a feature twice")
        seen.add(column)
    if len(features) > MAX_FEATURES:
        raise ValueError(
            f"row 1 has {len(features):,} columns of features, up to column {max(features) + 1:,}; "
            f"at most {MAX_FEATURES:,} are read: name the feature columns to take"
        )


class DecimalCommaError(ValueError):
    """A cell is a number if its comma is a decimal comma, which was not expected."""


def parse_with_point(cell: str) -> float:
    """Return the number in a cell.

    Parameters
    ----------
    cell
        The text.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When it is not one.
    """
    if "_" in cell:
        # Python reads 1_000 as a number; a spreadsheet does not.
        raise ValueError(cell)
    return float(cell)


def parse_with_comma(cell: str) -> float:
    """Return the number in a cell with a decimal comma.

    Parameters
    ----------
    cell
        The text.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When it is not one.
    """
    if "." in cell:
        # 1.234 could mean 1234 or 1.234.
        raise ValueError(cell)
    return parse_with_point(cell.replace(",", "."))


def read_chunks(text: CsvText, columns: Columns) -> Iterator[Rows]:
    """Yield the rows of data, without the heading, in lists of a bounded size.

    Parameters
    ----------
    text
        What was typed or read.
    columns
        The columns.

    Returns
    -------
    Iterator[Rows]

    Raises
    ------
    ValueError
        Naming row and column, for a row whose length differs from the first, and for more than
        MAX_NUMBERS numbers in all.
    """
    most_rows = MAX_NUMBERS // len(columns.features)
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
                f"row {row}: more than {MAX_NUMBERS:,} numbers, the most that are read; "
                f"leave out rows, or choose fewer feature columns"
            )
        chunk.append((row, cells))
        if len(chunk) == chunk_size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def parse_numbers(
    chunk: Rows, wanted: Sequence[int], columns: Columns, convert: Convert
) -> FloatArray:
    """Return the wanted columns of some rows as numbers, (n_rows, n_wanted).

    Parameters
    ----------
    chunk
        A part of the file.
    wanted
        How many there shall be.
    columns
        The columns.
    convert
        Turns a text into a number.

    Returns
    -------
    FloatArray
        (n_rows, n_wanted).

    Raises
    ------
    ValueError
        Naming row and column, for a cell that is empty, text or not finite.
    DecimalCommaError
        For a number with a decimal comma where `convert` expects a point.
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
        return _not_a_number(cell, convert)
    if math.isnan(number):
        return ValueError(f"{quote_cell(cell)} is not a number; fill the cell or leave the row out")
    if math.isinf(number):
        return ValueError(f"{quote_cell(cell)} is too large or infinite; expected a finite number")
    return None


def _not_a_number(cell: str, convert: Convert) -> ValueError:
    if convert is parse_with_comma and _converts(parse_with_point, cell):
        return ValueError(
            f"{quote_cell(cell)} has a decimal point, but other numbers in the file have a comma"
        )
    if convert is not parse_with_comma and _converts(parse_with_comma, cell):
        return DecimalCommaError(
            f"{quote_cell(cell)} has a decimal comma; expected a decimal point"
        )
    return ValueError(f"{quote_cell(cell)} is text; expected a number")


def _converts(convert: Convert, cell: str) -> bool:
    try:
        convert(cell)
    except ValueError:
        return False
    return True
