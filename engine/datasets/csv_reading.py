"""A person's own data from a CSV file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.activations import FloatArray
from engine.datasets.csv_columns import Column, Columns, find_columns
from engine.datasets.csv_numbers import (
    MOST_NUMBERS,
    Convert,
    DecimalCommaError,
    Rows,
    chunks,
    numbers,
    with_comma,
    with_point,
)
from engine.datasets.csv_text import CsvText, open_csv
from engine.datasets.dataset import Dataset
from engine.formats.files import read_bounded
from engine.session import TASKS
from engine.text import printable

MOST_BYTES = 64_000_000
MOST_CLASSES = 1_000


def read_csv(
    path: str | os.PathLike[str],
    target_column: Column | None = None,
    feature_columns: Sequence[Column] | None = None,
    task: str | None = None,
) -> Dataset:
    """Return the data in a CSV file of at most 64 MB, see `parse_csv`.

    Raises ValueError, in one line without the name of the file, when it is not a regular file, too
    large or not such data; OSError when the file system refuses.
    """
    data = read_bounded(path, MOST_BYTES)
    name = printable(Path(path).stem)
    return parse_csv(data, name, target_column, feature_columns, task)


def parse_csv(
    data: bytes,
    name: str,
    target_column: Column | None = None,
    feature_columns: Sequence[Column] | None = None,
    task: str | None = None,
) -> Dataset:
    """Return the data in the bytes of a CSV file; `name` is what to call them.

    Encoding, delimiter (comma, semicolon, tab, blanks), heading and decimal comma are found out.
    Columns are told by name or by number from 1: the last is the target unless told, all others
    are features. A target of texts gives classes in alphabetical order, two of them one output
    of 0 and 1, more a one-hot output each; a target of the numbers 0 and 1 is binary; other numbers
    are a regression. With task "multiclass" or "binary" numbers are classes too, with "regression"
    0 and 1 are numbers. Raises ValueError in one line that names row and column, counted from 1
    as a spreadsheet does, for whatever cannot be read.
    """
    if task is not None and task not in TASKS:
        raise ValueError(f"task {task!r} is unknown; expected one of {', '.join(TASKS)}")
    text = open_csv(data)
    columns = find_columns(text, target_column, feature_columns)
    as_classes = columns.target_is_text if task is None else task != "regression"
    read = _read_classes if as_classes else _read_numbers
    # Python's own conversion is much faster than one that looks for what Python alone accepts.
    convert = with_point if b"_" in data else float
    try:
        return read(text, columns, convert, name, task)
    except DecimalCommaError:
        if text.delimiter == ",":
            raise
    return read(text, columns, with_comma, name, task)


def _read_numbers(
    text: CsvText, columns: Columns, convert: Convert, name: str, task: str | None
) -> Dataset:
    inputs, targets = [], []
    wanted = sorted((*columns.features, columns.target))
    places = [wanted.index(column) for column in columns.features]
    target = wanted.index(columns.target)
    for chunk in chunks(text, columns):
        values = numbers(chunk, wanted, columns, convert)
        inputs.append(values[:, places])
        targets.append(values[:, target : target + 1])
    joined = _joined(targets)
    if task is None:
        task = "binary" if np.array_equal(np.unique(joined), [0, 1]) else "regression"
    return Dataset(name, _joined(inputs), joined, columns.feature_names, None, task, note=text.note)


def _read_classes(
    text: CsvText, columns: Columns, convert: Convert, name: str, task: str | None
) -> Dataset:
    inputs, codes = [], []
    known: dict[str, int] = {}
    for chunk in chunks(text, columns):
        inputs.append(numbers(chunk, columns.features, columns, convert))
        codes.append(_codes(chunk, columns, known))
    classes = _sorted_classes(known)
    if len(classes) < 2:
        raise ValueError(
            f"{columns.label(columns.target)}, the target, is {classes[0][:40]!r} in every row; "
            f"expected at least two classes"
        )
    if task == "binary" and len(classes) > 2:
        raise ValueError(
            f"{columns.label(columns.target)}, the target, has {len(classes)} classes; "
            f"expected two for task binary"
        )
    order = np.empty(len(classes), np.intp)
    order[[known[label] for label in classes]] = np.arange(len(classes))
    answers = order[np.concatenate(codes)]
    one_output = len(classes) == 2 and task != "multiclass"
    if len(answers) * len(classes) > MOST_NUMBERS:
        raise ValueError(
            f"{len(answers):,} rows of {len(classes):,} classes are too many: "
            f"rows times classes may be {MOST_NUMBERS:,} at most"
        )
    targets = answers[:, np.newaxis].astype(float) if one_output else np.eye(len(classes))[answers]
    targets.setflags(write=False)
    return Dataset(
        name,
        _joined(inputs),
        targets,
        columns.feature_names,
        tuple(classes),
        "binary" if one_output else "multiclass",
        note=text.note,
    )


def _codes(chunk: Rows, columns: Columns, known: dict[str, int]) -> NDArray[np.intp]:
    """The class of each row, as a number that `known` gives to each text as it comes."""
    codes = []
    for row, cells in chunk:
        cell = cells[columns.target]
        code = known.get(cell)
        if code is None:
            label = printable(cell).strip()
            if not label:
                raise ValueError(
                    f"row {row}, {columns.label(columns.target)}: the cell is empty; "
                    f"expected a class"
                )
            code = known.setdefault(label, len(known))
            if len(known) > MOST_CLASSES:
                raise ValueError(
                    f"row {row}, {columns.label(columns.target)}: more than {MOST_CLASSES:,} "
                    f"different texts; is this column the target?"
                )
        codes.append(code)
    return np.array(codes, np.intp)


def _sorted_classes(known: dict[str, int]) -> list[str]:
    """The classes by the alphabet, or by size when all are numbers."""
    try:
        return sorted(known, key=float)
    except ValueError:
        return sorted(known)


def _joined(parts: list[FloatArray]) -> FloatArray:
    array = np.concatenate(parts)
    array.setflags(write=False)
    return array
