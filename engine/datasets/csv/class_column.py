"""A column of classes: their names as numbers, in order of appearance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.datasets.csv.columns import Columns
from engine.datasets.csv.dialect import name_in
from engine.datasets.labels import MAX_CLASSES, Labels, as_numbers, number_labels


class ClassColumn:
    """The classes of the rows as numbers, in order of appearance.

    Parameters
    ----------
    columns
        What the columns of the file are; the first target is the class.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._codes: list[int] = []
        self._known: dict[str, int] = {}

    def add(self, rows: Sequence[int], cells: Sequence[str]) -> None:
        """Take more rows.

        Parameters
        ----------
        rows
            Their numbers in the file.
        cells
            The class of each.

        Raises
        ------
        ValueError
            For an empty cell, and for too many classes.
        """
        label = self._columns.label(self._columns.targets[0])
        for row, cell in zip(rows, cells, strict=True):
            code = self._known.get(cell)
            if code is None:
                name = name_in(cell)
                if not name:
                    raise ValueError(f"row {row}, {label}: the cell is empty; expected a class")
                code = self._known.setdefault(name, len(self._known))
                if len(self._known) > MAX_CLASSES:
                    raise ValueError(
                        f"row {row}, {label}: more than {MAX_CLASSES:,} different texts; "
                        f"is this column the target?"
                    )
            self._codes.append(code)

    def merged(self) -> Labels:
        """Return the labels, merged by value if all are numbers: 1 and 1.0 are one class."""
        labels = Labels(tuple(self._known), np.array(self._codes, np.intp))
        values = as_numbers([name.replace(",", ".") for name in labels.names])
        return labels if values is None else number_labels(np.array(values)[labels.codes])


def capitals_note(label: str, texts: Sequence[str]) -> str | None:
    """Return a note where two of the texts differ only in capitals.

    Parameters
    ----------
    label
        The column.
    texts
        All of it, each once.

    Returns
    -------
    str or None
    """
    known: dict[str, str] = {}
    for text in texts:
        other = known.setdefault(text.casefold(), text)
        if other != text:
            return f"{label}: {name_in(other)[:20]} and {name_in(text)[:20]} are taken as different"
    return None
