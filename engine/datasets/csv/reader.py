"""Samples from the columns of a CSV file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets.csv.columns import (
    MAX_NUMBERS,
    Column,
    Columns,
    Convert,
    DecimalCommaError,
    Rows,
    find_columns,
    parse_numbers,
    parse_with_comma,
    parse_with_point,
    read_chunks,
)
from engine.datasets.csv.dialect import CsvText, open_csv
from engine.datasets.dataset import Dataset
from engine.datasets.labels import (
    MAX_CLASSES,
    Labels,
    are_labels,
    as_numbers,
    class_names,
    class_targets,
    number_labels,
)
from engine.files import read_bounded
from engine.nn.arrays import FloatArray
from engine.nn.losses import TASKS
from engine.text import printable

MAX_BYTES = 64_000_000


def read_csv(
    path: str | os.PathLike[str],
    target_column: Column | None = None,
    feature_columns: Sequence[Column] | None = None,
    **meaning: Any,
) -> Dataset:
    """Return the data in a CSV file of at most 64 MB.

    Parameters
    ----------
    path
        The file; its name without the suffix becomes that of the data.
    target_column, feature_columns, **meaning
        As in `parse_csv`.

    Raises
    ------
    ValueError
        When it is not a regular file, is too large or does not hold such data: one line, without
        the file's name.
    OSError
        When the file system refuses.
    """
    data = read_bounded(path, MAX_BYTES)
    name = printable(Path(path).stem)
    return parse_csv(data, name, target_column, feature_columns, **meaning)


def parse_csv(
    data: bytes,
    name: str,
    target_column: Column | None = None,
    feature_columns: Sequence[Column] | None = None,
    *,
    classes: bool | None = None,
    network_task: str = "regression",
    known: Sequence[str] | None = None,
    one_hot: bool = False,
) -> Dataset:
    """Return the data in the bytes of a CSV file, under the given name.

    Encoding, delimiter (comma, semicolon, tab, spaces), heading and decimal comma are detected.

    Parameters
    ----------
    data
        The whole file.
    name
        What the data will be called.
    target_column, feature_columns
        By name or by number from 1: the last is the target unless one is named, all others are
        features.
    classes
        Whether the target holds classes, or None to detect it: texts are classes, and so are
        numbers for which `are_labels` says so; other numbers are a regression.
    network_task
        That of the network for which the data are meant.
    known
        The names of its classes, which are kept if the file has no others; otherwise the labels of
        the file become the names, in alphabetical order or by size.
    one_hot
        Whether two classes make an output each, as more do, instead of one output of 0 and 1. The
        labels 0 and 1 of one output are not kept as names.

    Raises
    ------
    ValueError
        For whatever cannot be read: one line that names row and column, counted from 1 as in a
        spreadsheet.
    """
    if network_task not in TASKS:
        raise ValueError(f"task {network_task!r} is unknown; expected one of {', '.join(TASKS)}")
    text = open_csv(data)
    columns = find_columns(text, target_column, feature_columns)
    as_labels = columns.target_is_text if classes is None else classes
    # float alone is much faster than also checking for the underscores that only Python accepts.
    convert = parse_with_point if b"_" in data else float
    try:
        inputs, target = _read(text, columns, convert, as_labels)
    except DecimalCommaError:
        if text.delimiter == ",":
            raise
        inputs, target = _read(text, columns, parse_with_comma, as_labels)
    if (
        classes is None
        and not isinstance(target, Labels)
        and are_labels(target, network_task, known)
    ):
        target = number_labels(target)
    names, task = None, "regression"
    if isinstance(target, Labels):
        names = _class_names(target, columns, known)
        targets = class_targets(target, names, one_hot)
        task = "binary" if targets.shape[1] == 1 else "multiclass"
        if names == ("0", "1") and task == "binary" and not as_numbers(known or ()):
            names = None
    else:
        targets = target[:, np.newaxis]
    label = columns.names[columns.target][:40] if columns.names else ""
    return Dataset(
        name,
        inputs,
        targets,
        columns.feature_names,
        names,
        task,
        note=text.note,
        target=label or f"column {columns.target + 1}",
    )


def _read(
    text: CsvText, columns: Columns, convert: Convert, as_labels: bool
) -> tuple[FloatArray, FloatArray | Labels]:
    """The inputs, (n_samples, n_features), and the target column, (n_samples,)."""
    inputs: list[FloatArray] = []
    if as_labels:
        codes: list[int] = []
        known: dict[str, int] = {}
        for chunk in read_chunks(text, columns):
            inputs.append(parse_numbers(chunk, columns.features, columns, convert))
            codes += _codes(chunk, columns, known)
        labels = Labels(tuple(known), np.array(codes, np.intp))
        return _joined(inputs), _merged(labels, text.delimiter)
    targets: list[FloatArray] = []
    wanted = sorted((*columns.features, columns.target))
    places = [wanted.index(column) for column in columns.features]
    for chunk in read_chunks(text, columns):
        values = parse_numbers(chunk, wanted, columns, convert)
        inputs.append(values[:, places])
        targets.append(values[:, wanted.index(columns.target)])
    return _joined(inputs), _joined(targets)


def _codes(chunk: Rows, columns: Columns, known: dict[str, int]) -> list[int]:
    """The class of each row as a number; `known` numbers the texts in order of appearance."""
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
            if len(known) > MAX_CLASSES:
                raise ValueError(
                    f"row {row}, {columns.label(columns.target)}: more than {MAX_CLASSES:,} "
                    f"different texts; is this column the target?"
                )
        codes.append(code)
    return codes


def _merged(labels: Labels, delimiter: str) -> Labels:
    """The labels, merged by value if all are numbers: 1 and 1.0 are one class."""
    names = labels.names
    values = as_numbers(names)
    if values is None and delimiter != ",":
        values = as_numbers([name.replace(",", ".") for name in names])
    return labels if values is None else number_labels(np.array(values)[labels.codes])


def _class_names(labels: Labels, columns: Columns, known: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the classes; raises ValueError for a single one, or too many for the rows."""
    names = class_names(labels, known)
    listed = ", ".join(known[:10]) if known else ""
    if len(names) < 2:
        raise ValueError(
            f"{columns.label(columns.target)}, the target, is {names[0][:40]!r} in every row; "
            f"expected at least two classes{f', or one of {listed}' if listed else ''}"
        )
    if len(labels.codes) * len(names) > MAX_NUMBERS:
        raise ValueError(
            f"{len(labels.codes):,} rows of {len(names):,} classes are too many: "
            f"rows times classes may be at most {MAX_NUMBERS:,}"
        )
    return names


def _joined(parts: list[FloatArray]) -> FloatArray:
    array = np.concatenate(parts)
    array.setflags(write=False)
    return array
