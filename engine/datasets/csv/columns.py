"""The columns of a CSV file: which are features, which are targets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from engine.datasets.csv.dialect import SAMPLE_ROWS, CsvText, quote_cell
from engine.datasets.csv.numbers import is_number
from engine.datasets.preparation import MAX_TEXT_LENGTH
from engine.text import nearest, printable

MAX_FEATURES = 10_000

Column = str | int
"""A column by its name, or by its number from 1."""

MAX_NUMBERS = 20_000_000
"""In one file: 160 MB in memory."""

_CELLS_AT_A_TIME = 200_000
_YEAR = re.compile(r"(?:1[89]|20)\d\d", re.ASCII)

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
    targets
        The columns of the answers.
    features
        The columns that may become inputs.
    features_named
        Whether the user named them.
    target_is_text
        Whether the target is one column, most of whose first cells are not numbers.
    """

    n_columns: int
    names: tuple[str, ...] | None
    targets: tuple[int, ...]
    features: tuple[int, ...]
    features_named: bool
    target_is_text: bool

    @property
    def used(self) -> tuple[int, ...]:
        """All targets and features, in the file's order."""
        return tuple(sorted((*self.targets, *self.features)))

    def label(self, column: int) -> str:
        """Return the column as a message names it: "column 2 (age)".

        Parameters
        ----------
        column
            Its index, from 0.

        Returns
        -------
        str
        """
        named = f" ({self.names[column][:40]})" if self.names and self.names[column] else ""
        return f"column {column + 1}{named}"

    def name(self, column: int) -> str:
        """Return the column as a sentence names it: "age", or "column 2" without a heading.

        Parameters
        ----------
        column
            Its index, from 0.

        Returns
        -------
        str
        """
        return (self.names[column][:40] if self.names else "") or f"column {column + 1}"

    def key(self, column: int) -> Column:
        """Return what finds the column again in another file: its name, or its number from 1.

        Parameters
        ----------
        column
            Its index, from 0.

        Returns
        -------
        str or int
        """
        name = self.names[column] if self.names else ""
        is_clear = 0 < len(name) <= MAX_TEXT_LENGTH and (self.names or ()).count(name) == 1
        return name if is_clear else column + 1


def find_columns(
    text: CsvText,
    target_column: Column | Sequence[Column] | None,
    feature_columns: Sequence[Column] | None,
) -> Columns:
    """Return the columns of a CSV file.

    The first row is a heading when, above columns of numbers, it has at least as many texts as
    numbers; or when no cell of the first rows is a number. Years above other numbers count as
    texts. Empty columns behind the last are no target.

    Parameters
    ----------
    text
        The rows of the file.
    target_column
        The targets: names or numbers from 1, or a text such as "north,east"; None for the last
        column.
    feature_columns
        The features by name or number; None for all other columns.

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
    targets = _targets(target_column, names, n_columns, sample)
    if feature_columns is None:
        last = n_columns if target_column is not None else targets[0]
        features = [column for column in range(last) if column not in targets]
    else:
        features = [
            _index(column, names, n_columns, "feature column") for column in feature_columns
        ]
    _check_features(features, targets)
    body = sample[has_heading:]
    target = targets[0]
    cells = [row[target] for row in body if target < len(row) and row[target].strip()]
    n_texts = sum(not is_number(cell, text.delimiter) for cell in cells)
    is_text = len(targets) == 1 and 2 * n_texts > len(cells)
    named = feature_columns is not None
    return Columns(n_columns, names, targets, tuple(features), named, is_text)


def _targets(
    wanted: Column | Sequence[Column] | None,
    names: tuple[str, ...] | None,
    n_columns: int,
    sample: list[list[str]],
) -> tuple[int, ...]:
    if wanted is None:
        filled = (
            column
            for column in range(n_columns - 1, 0, -1)
            if any(column < len(row) and row[column].strip() for row in sample)
        )
        return (next(filled, n_columns - 1),)
    if isinstance(wanted, str) and "," in wanted and not (names and wanted in names):
        wanted = [part.strip() for part in wanted.split(",") if part.strip()]
    listed = [wanted] if isinstance(wanted, str | int) else list(wanted)
    targets = [_index(column, names, n_columns, "target column") for column in listed]
    for place, column in enumerate(targets):
        if column in targets[:place]:
            raise ValueError(f"column {column + 1} is a target twice")
    if not targets:
        raise ValueError("no target column; expected at least one")
    return tuple(targets)


def _has_heading(sample: list[list[str]], delimiter: str) -> bool:
    first, *body = sample
    numeric = [
        column
        for column in range(len(first))
        if any(column < len(row) and is_number(row[column], delimiter) for row in body)
    ]
    if not numeric:
        return not any(is_number(cell, delimiter) for cell in first)
    over_numbers = [column for column in numeric if first[column].strip()]
    texts = [column for column in over_numbers if not is_number(first[column], delimiter)]
    years = [
        column
        for column in over_numbers
        if _is_year(first[column])
        and not any(column < len(row) and _is_year(row[column]) for row in body)
    ]
    steps = {int(first[b]) - int(first[a]) for a, b in pairwise(years)}
    n_texts = len(texts)
    if texts or steps in ({1}, {-1}) or (len(years) > 2 and len(steps) == 1 and steps != {0}):
        n_texts += len(years)
    return n_texts > 0 and 2 * n_texts >= len(over_numbers)


def _is_year(cell: str) -> bool:
    return _YEAR.fullmatch(cell.strip()) is not None


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


def _check_features(features: list[int], targets: tuple[int, ...]) -> None:
    if not features:
        raise ValueError("no feature columns; expected at least one")
    for target in targets:
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


def read_chunks(text: CsvText, columns: Columns) -> Iterator[Rows]:
    """Yield the rows of data, without the heading, in lists of a bounded size.

    Parameters
    ----------
    text
        The file, decoded.
    columns
        What the file's columns are.

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
