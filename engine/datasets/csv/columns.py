"""The columns of a CSV file: which are features, which are targets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from engine.datasets.csv.dialect import SAMPLE_ROWS, CsvText, name_in, quote_cell
from engine.datasets.csv.numbers import is_number, unit_of
from engine.datasets.csv.survey import clean, is_missing
from engine.datasets.dataset import MAX_NUMBERS
from engine.datasets.preparation import MAX_TEXT_LENGTH
from engine.text import nearest

MAX_FEATURES = 10_000

Column = str | int
"""A column by its name, or by its number from 1."""

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
    n_heading
        Rows of the heading: 0, 1 or, with the units below the names, 2.
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
    n_heading: int
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
    inputs: Sequence[str] | None = None,
) -> Columns:
    """Return the columns of a CSV file.

    The first row is a heading when, above columns of numbers, it has at least as many texts as
    numbers; or when no cell of the first rows is a number, and most do not come again. Years above
    other numbers count as texts, and so does 0, 1, 2 … over all columns. A second row without any
    number belongs to it. A heading that is one cell short has none above the first column, as R
    writes it. Empty columns behind the last are no target.

    Parameters
    ----------
    text
        The rows of the file.
    target_column
        The targets: names or numbers from 1, or a text such as "north,east"; None for the last
        column.
    feature_columns
        The features by name or number; None for all other columns.
    inputs
        The names of the inputs of a network that is to answer; None for one that is to learn. The
        former may do without targets, and takes columns of its own names.

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
    if {len(row) for row in sample[1:]} == {len(sample[0]) + 1} and any(
        row[-1].strip() for row in sample[1:]
    ):
        sample[0].insert(0, "")
    n_columns = len(sample[0])
    if n_columns == 1 and (inputs is None or len(inputs) > 1):
        raise ValueError(
            "row 1 has only one column; expected at least two, separated by commas, semicolons, "
            "tabs, bars or spaces"
        )
    n_heading = 0
    if _has_heading(sample):
        is_long = len(sample) > 2 and len(sample[1]) == n_columns
        n_heading = 2 if is_long and _has_second_heading(sample[1:]) else 1
    names = _names(sample[:n_heading])
    if names and len(sample) == n_heading:
        raise ValueError("the file has no rows of data after its heading")
    if inputs is not None:
        target_column, feature_columns = _of_answering(
            inputs, target_column, feature_columns, names, n_columns
        )
    targets = _targets(target_column, names, n_columns, sample)
    if feature_columns is None:
        last = n_columns if target_column is not None else targets[0]
        features = [column for column in range(last) if column not in targets]
    else:
        features = [
            _index(column, names, n_columns, "feature column") for column in feature_columns
        ]
    _check_features(features, targets)
    is_text = len(targets) == 1 and _is_text(targets[0], sample[n_heading:])
    named = feature_columns is not None
    return Columns(n_columns, n_heading, names, targets, tuple(features), named, is_text)


def _of_answering(
    inputs: Sequence[str],
    target_column: Column | Sequence[Column] | None,
    feature_columns: Sequence[Column] | None,
    names: tuple[str, ...] | None,
    n_columns: int,
) -> tuple[Column | Sequence[Column] | None, Sequence[Column] | None]:
    """The targets and features for a network that is to answer; the file may lack the targets."""
    if feature_columns is None and set(inputs) <= set(names or ()):
        feature_columns = inputs
        others = [name for name in names or () if name not in inputs]
        target_column = others[-1:] if target_column is None else target_column
    elif feature_columns is None and target_column is None and n_columns == len(inputs):
        target_column = []
    elif target_column is not None and not isinstance(target_column, str | int):
        there = [*(names or ()), *range(1, n_columns + 1)]
        target_column = target_column if all(one in there for one in target_column) else []
    return target_column, feature_columns


def _is_text(column: int, body: list[list[str]]) -> bool:
    """Whether most cells are no numbers, or not all of these have the same unit."""
    cells = [
        row[column] for row in body if column < len(row) and not is_missing(clean(row[column]))
    ]
    units = Counter(map(unit_of, cells))
    n_numbers = max(units[""], *(n for unit, n in units.items() if unit and n == len(cells)), 0)
    return 2 * n_numbers < len(cells)


def _names(heading: list[list[str]]) -> tuple[str, ...] | None:
    """One name a column, from the second row where the first has none, or the same twice."""
    if not heading:
        return None
    rows = [[*map(name_in, row)] for row in heading]
    counts = Counter(rows[0])
    return tuple(
        " ".join(filter(None, cells)) if counts[cells[0]] > 1 else cells[0]
        for cells in zip(*rows, strict=True)
    )


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
        if not wanted:
            raise ValueError("no target column; expected at least one")
    listed = [wanted] if isinstance(wanted, str | int) else list(wanted)
    targets = [_index(column, names, n_columns, "target column") for column in listed]
    for place, column in enumerate(targets):
        if column in targets[:place]:
            raise ValueError(f"column {column + 1} is a target twice")
    return tuple(targets)


def _has_heading(sample: list[list[str]]) -> bool:
    first, *body = sample
    below = [
        [row[column].strip() for row in body if column < len(row)] for column in range(len(first))
    ]
    n_repeated = sum(cell.strip() in cells for cell, cells in zip(first, below, strict=True))
    units = [set(map(unit_of, cells)) - {None} for cells in below]
    numeric = [column for column, found in enumerate(units) if found]
    if not numeric:
        return not any(unit_of(cell) == "" for cell in first) and 2 * n_repeated <= len(first)
    if _counts(first) and 2 * n_repeated < len(first):
        return True
    over_numbers = [column for column in numeric if first[column].strip()]
    texts = [
        column for column in over_numbers if unit_of(first[column]) not in {"", *units[column]}
    ]
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


def _counts(heading: list[str]) -> bool:
    """Whether the cells count 0, 1, 2 … as pandas names columns; an index may stand before them."""
    names = [cell.strip() for cell in heading]
    if not names[0]:
        del names[0]
    n_counted = sum(name == str(number) for number, name in enumerate(names))
    return n_counted > 1 and len(names) > 2 and not any(map(is_number, names[n_counted:]))


def _has_second_heading(body: list[list[str]]) -> bool:
    """Whether the first of the rows has no number where others have some, such as one of units."""
    first, *others = body
    cells = [
        clean(cell)
        for column, cell in enumerate(first)
        if any(column < len(row) and unit_of(row[column]) is not None for row in others)
    ]
    n_texts = sum(not is_missing(cell) for cell in cells)
    return (
        n_texts > 0 and 2 * n_texts >= len(cells) and all(unit_of(cell) is None for cell in cells)
    )


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
    width = columns.n_columns
    most_rows = MAX_NUMBERS // len(columns.features)
    chunk_size = max(1, _CELLS_AT_A_TIME // width)
    chunk: Rows = []
    rows = islice(text.rows(), columns.n_heading, None)
    for count, (row, cells) in enumerate(rows, start=1):
        if len(cells) != width:
            if len(cells) < width or any(map(str.strip, cells[width:])):
                raise ValueError(
                    f"row {row}, column {min(len(cells), width) + 1}: the row has {len(cells):,} "
                    f"cells, expected {width:,} as in the first row"
                )
            del cells[width:]
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
