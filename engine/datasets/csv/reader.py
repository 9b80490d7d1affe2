"""Samples from the columns of a CSV file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets.csv.class_column import capitals_note
from engine.datasets.csv.columns import Column, Columns, find_columns
from engine.datasets.csv.dialect import MAX_BYTES, open_csv
from engine.datasets.csv.plain_table import read_plain
from engine.datasets.csv.survey import are_day_numbers, numbers_rows
from engine.datasets.csv.surveyed_table import SurveyedTable
from engine.datasets.csv.table import Table, are_truths
from engine.datasets.dataset import Dataset
from engine.datasets.labels import Labels, are_counted
from engine.datasets.preparation import FeatureColumn, Preparation
from engine.datasets.targets import understand_targets
from engine.files import read_bounded
from engine.nn.losses import TASKS
from engine.text import format_number, printable

_MAX_TARGET_NAME = 40
_MIN_ONE_HOT = 3
_TARGET_NAME = re.compile(
    r"y|targets?|labels?|class|klasse|ziel(?:wert)?|outcome|diagnosis|species|result", re.IGNORECASE
)
_NO_VALUES = (-9.0, -99.0, -999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0)
"""Numbers that are written where nothing was measured."""


def read_csv(
    path: str | os.PathLike[str],
    target_column: Column | Sequence[Column] | None = None,
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

    Returns
    -------
    Dataset

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
    target_column: Column | Sequence[Column] | None = None,
    feature_columns: Sequence[Column] | None = None,
    *,
    classes: bool | None = None,
    network_task: str = "regression",
    known: Sequence[str] | None = None,
    one_hot: bool = False,
    missing: str | None = None,
    decimal: str | None = None,
    empty: Sequence[str] = (),
    prepared: Preparation | None = None,
    inputs: Sequence[str] | None = None,
) -> Dataset:
    """Return the data in the bytes of a CSV file.

    Encoding, delimiter (comma, semicolon, tab, spaces), heading, decimal comma and marks between
    thousands are detected. Columns that number the rows, dates and texts of too many kinds are left
    out unless they are named; other texts become inputs of 0 and 1. The notes of the data set say
    so.

    Parameters
    ----------
    data
        The whole file.
    name
        What the data will be called.
    target_column, feature_columns
        By name or by number from 1: the last is the target, or the last ones that are one-hot,
        unless some are named; all others are features.
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
    missing
        "drop" leaves out the rows with an empty cell or NA, "fill" puts in the column's mean or its
        commonest text; a row without a target is left out either way. None refuses them.
    decimal
        "." or ","; None to find it out from the columns.
    empty
        Texts that stand for an empty cell, besides the usual ones.
    prepared
        How an earlier file was read: this one is read in the same way.
    inputs
        The names of the inputs of a network that is to answer: columns with all these names are the
        features, in this order. Then, and with `prepared`, the file may lack targets.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        For whatever cannot be read: one line that names the first row and column, counted from 1 as
        in a spreadsheet, and how many cells are concerned.
    """
    if network_task not in TASKS:
        raise ValueError(f"task {network_task!r} is unknown; expected one of {', '.join(TASKS)}")
    text = open_csv(data)
    if prepared is not None:
        missing, decimal = missing or prepared.missing, decimal or prepared.decimal
        empty = empty or prepared.empty
        columns = find_columns(
            text, prepared.targets, [feature.column for feature in prepared.features], inputs
        )
    else:
        columns = find_columns(text, target_column, feature_columns, inputs)
    as_labels = columns.target_is_text if classes is None else classes
    as_labels = as_labels and len(columns.targets) == 1
    table = None
    if prepared is None and decimal != "," and not empty:
        table = read_plain(text, columns, as_labels)
    if table is None:
        table = SurveyedTable(
            text, columns, as_labels, decimal, empty, prepared, inputs is not None
        ).read(missing)
    if prepared is None and not columns.features_named:
        left_out = _row_numbers(table, columns)
        if left_out and table.missing is not None:
            # Their own gaps are no reason to leave a row out.
            features = tuple(one for one in columns.features if one not in left_out)
            columns = replace(columns, features=features)
            table = SurveyedTable(
                text, columns, as_labels, decimal, empty, prepared, inputs is not None
            ).read(missing)
        table = table.without(left_out)
        if target_column is None and classes is not False:
            table, columns = _with_one_hot_target(table, columns)
    names = [columns.name(column) for column in columns.targets]
    class_list, task = None, network_task
    targets = np.full((len(table.inputs), 1), np.nan)
    target = None
    if isinstance(table.targets, Labels) or table.targets.shape[1]:
        label = columns.label(columns.targets[0])
        targets, class_list, task = understand_targets(
            table.targets, names, label, classes, network_task, known, one_hot
        )
        target = ", ".join(names)[:_MAX_TARGET_NAME]
    notes = [*text.notes, *table.notes, *_suspicions(table, columns, target_column is None)]
    if network_task != "regression" == task and targets.shape[1] == 1 and classes is None:
        n_kinds = len(np.unique(targets))
        if n_kinds > 2 and are_counted(targets[:, 0]):
            notes.append(
                f"target {target}: {n_kinds} different whole numbers; --classes takes them as "
                f"classes"
            )
    return Dataset(
        name,
        table.inputs,
        targets,
        _input_names(table.features, columns),
        class_list,
        task,
        notes=tuple(notes),
        target=target,
        preparation=prepared or _preparation(table, columns),
    )


def _row_numbers(table: Table, columns: Columns) -> dict[int, str]:
    """The columns that count or identify the rows, or hold days as numbers, each with a note."""
    notes: dict[int, str] = {}
    for place, values in table.numbers():
        name = columns.names[place] if columns.names else None
        days = are_day_numbers(name, values)
        if days or numbers_rows(name, values, place):
            what = "holds dates" if days else "numbers the rows"
            notes[place] = f"left out: {columns.label(place)} {what}"
    return notes if len(notes) < len(table.features) else {}


def _suspicions(table: Table, columns: Columns, target_is_usual: bool) -> list[str]:
    """What may be wrong with a file although it can be read."""
    notes = []
    if columns.n_heading > 1:
        notes.append("left out: the second row of the heading")
    numbers = dict(table.numbers())
    if not isinstance(table.targets, Labels):
        numbers.update(zip(columns.targets, table.targets.T, strict=False))
    for column, values in sorted(numbers.items()):
        for value in (float(values.min()), float(values.max())):
            others = values[values != value] if value in _NO_VALUES else values[:0]
            if len(others) and _is_far(value, float(others.min()), float(others.max())):
                text = format_number(value)
                notes.append(
                    f"{columns.label(column)}: {text} in {len(values) - len(others):,} rows is far "
                    f"from all others; --empty {text} takes it as an empty cell"
                )
    if isinstance(table.targets, Labels):
        notes += filter(
            None, [capitals_note(columns.label(columns.targets[0]), table.targets.names)]
        )
    if target_is_usual and columns.names and columns.targets:
        target = columns.targets[0]
        likely = [
            column for column in table.places if _TARGET_NAME.fullmatch(columns.names[column])
        ]
        if target in numbers and numbers_rows(columns.names[target], numbers[target], target):
            notes.append(
                f"the target, {columns.label(target)}, only numbers the rows; --target-column "
                f"names another"
            )
        elif likely and not _TARGET_NAME.fullmatch(columns.names[target]):
            name = columns.names[likely[0]]
            notes.append(
                f"{columns.label(likely[0])} may be what to predict; --target-column {name} makes "
                f"it the target"
            )
    return notes


def _is_far(value: float, low: float, high: float) -> bool:
    """Whether a number is far from all others, or alone below 0."""
    distance = low - value if value < low else value - high
    return distance > 3 * (high - low) or (value < 0 <= low and distance > high - low)


def _with_one_hot_target(table: Table, columns: Columns) -> tuple[Table, Columns]:
    """Take the last columns together as the target where they are one-hot classes."""
    if columns.names is None or not columns.targets:
        return table, columns
    numbers = {**dict(table.numbers()), **dict(table.truths())}
    if not isinstance(table.targets, Labels):
        hot = table.targets[:, 0]
    elif are_truths(table.targets.names):
        hot = (table.targets.codes == (table.targets.names[1].lower() == "true")).astype(np.float64)
    else:
        return table, columns
    total, block = np.zeros(len(hot)), list[int]()
    for column in range(columns.targets[0], 0, -1):
        values = hot if column == columns.targets[0] else numbers.get(column)
        if values is None or not np.isin(values, (0, 1)).all() or not values.any():
            break
        block.insert(0, column)
        total = total + values
        if len(block) >= _MIN_ONE_HOT and (total == 1).all() and len(block) <= len(table.features):
            break
    else:
        return table, columns
    if len(block) < _MIN_ONE_HOT or not (total == 1).all():
        return table, columns
    stacked = np.column_stack([*(numbers[column] for column in block[:-1]), hot])
    names = ", ".join(columns.name(column) for column in block)
    note = (
        f"the last {len(block)} columns, {names[:60]}, have one 1 in each row: all are the target"
    )
    table = replace(table.without(dict.fromkeys(block[:-1], note)), targets=stacked)
    return table, replace(columns, targets=tuple(block))


def _input_names(
    features: Sequence[tuple[int, FeatureColumn]], columns: Columns
) -> tuple[str, ...]:
    """The names of the inputs from the heading, or x1, x2 … without one."""
    return tuple(
        chain.from_iterable(
            feature.input_names((columns.names[column] if columns.names else "") or f"x{number}")
            for number, (column, feature) in enumerate(features, start=1)
        )
    )


def _preparation(table: Table, columns: Columns) -> Preparation | None:
    """What is to be known to read other rows likewise; None where that goes without saying."""
    features = tuple(feature for _, feature in table.features)
    read = [column for column, _ in table.features]
    is_usual = (*read, *columns.targets) == tuple(range(columns.n_columns))
    if (
        is_usual
        and not table.empty
        and features == tuple(FeatureColumn(feature.column) for feature in features)
    ):
        return None
    targets = tuple(columns.key(column) for column in columns.targets)
    return Preparation(features, targets, table.missing, table.decimal, table.empty)
