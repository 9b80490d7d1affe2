"""A file whose cells are all plain numbers, which is quick to tell and to read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from engine.datasets.csv.class_column import ClassColumn
from engine.datasets.csv.columns import Columns, Rows, read_chunks
from engine.datasets.csv.dialect import CsvText
from engine.datasets.csv.numbers import FORMATS
from engine.datasets.csv.survey import clean, is_missing
from engine.datasets.csv.table import Table
from engine.datasets.preparation import FeatureColumn
from engine.datasets.targets import Targets
from engine.nn.arrays import FloatArray


def read_plain(text: CsvText, columns: Columns, as_labels: bool) -> Table | None:
    """Return the table where every cell is a number with a decimal point, which is quick to tell.

    Parameters
    ----------
    text
        The rows of the file.
    columns
        What its columns are.
    as_labels
        Whether the target is read as the name of a class.

    Returns
    -------
    Table or None
        None where a cell is anything else.

    Raises
    ------
    ValueError
        For a row of another length, and for too many rows or classes.
    """
    wanted = columns.features if as_labels else columns.used
    places = [wanted.index(column) for column in columns.features]
    parts: list[FloatArray] = []
    labels = ClassColumn(columns)
    # float alone is much faster than also checking for the underscores that only Python accepts.
    convert = _number if b"_" in text.data else float
    for number, chunk in enumerate(read_chunks(text, columns)):
        if number == 0 and text.delimiter != "," and _may_have_thousands(chunk, wanted):
            return None
        if len(wanted) == columns.n_columns:
            rows = [cells for _, cells in chunk]
        else:
            rows = [[cells[column] for column in wanted] for _, cells in chunk]
        n_numbers = len(rows) * len(wanted)
        try:
            flat = np.fromiter(map(convert, chain.from_iterable(rows)), np.float64, n_numbers)
        except ValueError:
            return None
        if not np.isfinite(flat).all():
            return None
        if as_labels:
            cells = [cells[columns.targets[0]] for _, cells in chunk]
            if any(is_missing(clean(cell)) for cell in set(cells)):
                return None
            labels.add([row for row, _ in chunk], cells)
        parts.append(flat.reshape(len(rows), len(wanted)))
    values = np.concatenate(parts)
    targets: Targets
    if as_labels:
        targets = labels.merged()
    else:
        targets = values[:, [wanted.index(column) for column in columns.targets]]
    inputs = values if places == list(range(values.shape[1])) else values[:, places]
    features = tuple((column, FeatureColumn(columns.key(column))) for column in columns.features)
    return Table(inputs, targets, features)


def _number(cell: str) -> float:
    if "_" in cell:
        # Python reads 1_000 as a number; a spreadsheet does not.
        raise ValueError(cell)
    return float(cell)


def _may_have_thousands(chunk: Rows, wanted: Sequence[int]) -> bool:
    """Whether in a column every number with a point could be one with points between thousands."""
    points_between_thousands = FORMATS[3]
    for column in wanted:
        cells = [clean(cells[column]) for _, cells in chunk]
        if any("." in cell for cell in cells) and points_between_thousands.fits(cells):
            return True
    return False
