"""Which columns a CSV file has, and which of them are the features and the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from engine.datasets.csv_text import SAMPLE_ROWS, CsvText, is_number, shown
from engine.parsing import nearest
from engine.text import printable

MOST_FEATURES = 10_000

Column = str | int
"""A column by its name, or by its number from 1."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a CSV file; all indices from 0.

    n_columns: of every row. names: one for each from the heading, or None without a heading.
    target_is_text: whether most of the target's first cells are no numbers.
    """

    n_columns: int
    names: tuple[str, ...] | None
    target: int
    features: tuple[int, ...]
    target_is_text: bool

    def label(self, column: int) -> str:
        """Return the column as a message names it: "column 2 (age)"."""
        named = f" ({self.names[column][:40]})" if self.names and self.names[column] else ""
        return f"column {column + 1}{named}"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the features from the heading, x1, x2 … where there is none."""
        return tuple(
            (self.names[column] if self.names else "") or f"x{feature}"
            for feature, column in enumerate(self.features, start=1)
        )


def find_columns(
    text: CsvText, target_column: Column | None, feature_columns: Sequence[Column] | None
) -> Columns:
    """Return the columns of a CSV file: the last is the target unless told, all others features.

    The first row is a heading when it has texts over columns of numbers, at least as many as it
    has numbers there; or when no cell of the first rows is a number. Raises ValueError for a file
    without data, of one column, of too many features, and for columns that do not exist or are
    named twice.
    """
    sample = [cells for _, cells in islice(text.rows(), SAMPLE_ROWS + 1)]
    if not sample:
        raise ValueError("the file has no rows")
    n_columns = len(sample[0])
    if n_columns == 1:
        raise ValueError(
            "row 1 has one column only; expected at least two, parted by commas, semicolons, tabs "
            "or spaces"
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
    """The index from 0 of a column by name or number; a name goes before a number."""
    if names is not None and column in names:
        if names.count(str(column)) > 1:
            raise ValueError(
                f"{what} {shown(str(column))}: {names.count(str(column))} columns have that name; "
                f"give its number, from 1"
            )
        return names.index(str(column))
    if isinstance(column, str):
        if not (column.isascii() and column.strip().isdecimal() and len(column) < 10):
            known = nearest(column, names[:20]) if names else "the file has no heading with names"
            raise ValueError(f"there is no {what} {shown(column)}; {known}")
        column = int(column)
    if not 1 <= column <= n_columns:
        raise ValueError(f"there is no {what} {column}; they count from 1 to {n_columns:,}")
    return column - 1


def _check_features(features: list[int], target: int) -> None:
    if not features:
        raise ValueError("no feature columns; expected at least one")
    if target in features:
        raise ValueError(f"column {target + 1} is the target and a feature too")
    seen: set[int] = set()
    for column in features:
        if column in seen:
            raise ValueError(f"column {column + 1} is a feature twice")
        seen.add(column)
    if len(features) > MOST_FEATURES:
        raise ValueError(
            f"row 1 has {len(features):,} columns of features, up to column {max(features) + 1:,}; "
            f"at most {MOST_FEATURES:,} are read: name those to take as feature columns"
        )
