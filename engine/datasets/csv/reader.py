"""Samples from the columns of a CSV file."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets.csv.columns import (
    MAX_NUMBERS,
    Column,
    Columns,
    Rows,
    find_columns,
    read_chunks,
)
from engine.datasets.csv.dialect import CsvText, open_csv, quote_cell
from engine.datasets.csv.numbers import COMMA, FORMATS, POINT, NumberFormat, best_formats
from engine.datasets.csv.survey import (
    ColumnSurvey,
    are_day_numbers,
    clean,
    is_missing,
    numbers_rows,
)
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
from engine.datasets.preparation import (
    MAX_TEXT_LENGTH,
    MAX_VALUES,
    FeatureColumn,
    Preparation,
    values_in_order,
)
from engine.files import read_bounded
from engine.nn.arrays import FloatArray
from engine.nn.layer import BoolArray
from engine.nn.losses import TASKS
from engine.text import format_number, nearest, printable

MAX_BYTES = 64_000_000

_MAX_LISTED = 4
_MAX_TARGET_NAME = 40
_MIN_ONE_HOT = 3

Targets = FloatArray | Labels
"""Numbers, (n_samples, n_targets), or the classes of one column."""


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
    prepared: Preparation | None = None,
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
    prepared
        How an earlier file was read: this one is read in the same way.

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
        columns = find_columns(
            text, prepared.targets, [feature.column for feature in prepared.features]
        )
    else:
        columns = find_columns(text, target_column, feature_columns)
    as_labels = columns.target_is_text if classes is None else classes
    as_labels = as_labels and len(columns.targets) == 1
    table = None
    if prepared is None and decimal != ",":
        table = _read_plain(text, columns, as_labels)
    if table is None:
        table = _Survey(text, columns, as_labels, decimal, prepared).read(missing)
    if prepared is None and not columns.features_named:
        table = _without_row_numbers(table, columns)
        if target_column is None and classes is not False:
            table, columns = _with_one_hot_target(table, columns)
    targets, class_list, task = understand_targets(
        table.targets, columns, classes, network_task, known, one_hot
    )
    label = ", ".join(columns.name(column) for column in columns.targets)
    return Dataset(
        name,
        table.inputs,
        targets,
        _input_names(table.features, columns),
        class_list,
        task,
        notes=(*filter(None, [text.note]), *table.notes),
        target=label if len(label) <= _MAX_TARGET_NAME else label[: _MAX_TARGET_NAME - 1] + "…",
        preparation=prepared or _preparation(table, columns),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """What the columns of a file have become.

    inputs: (n_samples, n_inputs). features: each column that was read, with its place in the file.
    missing, decimal: as in a preparation.
    """

    inputs: FloatArray
    targets: Targets
    features: tuple[tuple[int, FeatureColumn], ...]
    notes: tuple[str, ...] = ()
    missing: str | None = None
    decimal: str | None = None

    def without(self, left_out: Collection[int], notes: Sequence[str]) -> _Table:
        """Return the table without some columns, given by their places in the file."""
        if not left_out:
            return self
        kept = [feature for feature in self.features if feature[0] not in left_out]
        mask = np.concatenate(
            [np.full(feature.n_inputs, place not in left_out) for place, feature in self.features]
        )
        return replace(
            self,
            inputs=self.inputs[:, mask],
            features=tuple(kept),
            notes=(*self.notes, *notes),
        )

    def numbers(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield each column of numbers, with its place in the file."""
        start = 0
        for place, feature in self.features:
            if feature.values is None:
                yield place, self.inputs[:, start]
            start += feature.n_inputs


def _read_plain(text: CsvText, columns: Columns, as_labels: bool) -> _Table | None:
    """The table where every cell is a number with a decimal point, which is quick to tell."""
    wanted = columns.features if as_labels else columns.used
    places = [wanted.index(column) for column in columns.features]
    parts: list[FloatArray] = []
    labels = _Codes(columns)
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
        targets = labels.merged(text.delimiter)
    else:
        targets = values[:, [wanted.index(column) for column in columns.targets]]
    inputs = values if places == list(range(values.shape[1])) else values[:, places]
    features = tuple((column, FeatureColumn(columns.key(column))) for column in columns.features)
    return _Table(inputs, targets, features)


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


class _Codes:
    """The classes of the rows as numbers, in order of appearance."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._codes: list[int] = []
        self._known: dict[str, int] = {}

    def add(self, rows: Sequence[int], cells: Sequence[str]) -> None:
        """Take more rows; raises ValueError for an empty cell and for too many classes."""
        label = self._columns.label(self._columns.targets[0])
        for row, cell in zip(rows, cells, strict=True):
            code = self._known.get(cell)
            if code is None:
                name = printable(cell).strip()
                if not name:
                    raise ValueError(f"row {row}, {label}: the cell is empty; expected a class")
                code = self._known.setdefault(name, len(self._known))
                if len(self._known) > MAX_CLASSES:
                    raise ValueError(
                        f"row {row}, {label}: more than {MAX_CLASSES:,} different texts; "
                        f"is this column the target?"
                    )
            self._codes.append(code)

    def merged(self, delimiter: str) -> Labels:
        """Return the labels, merged by value if all are numbers: 1 and 1.0 are one class."""
        labels = Labels(tuple(self._known), np.array(self._codes, np.intp))
        values = as_numbers(labels.names)
        if values is None and delimiter != ",":
            values = as_numbers([name.replace(",", ".") for name in labels.names])
        return labels if values is None else number_labels(np.array(values)[labels.codes])


class _Survey:
    """Reads a file whose cells are not all plain numbers: first looks at all, then reads them."""

    def __init__(
        self,
        text: CsvText,
        columns: Columns,
        as_labels: bool,
        decimal: str | None,
        prepared: Preparation | None,
    ) -> None:
        self._text = text
        self._columns = columns
        self._as_labels = as_labels
        self._given = (
            dict(zip(columns.features, prepared.features, strict=True)) if prepared else {}
        )
        self._surveys = {column: ColumnSurvey() for column in columns.used}
        for chunk in read_chunks(text, columns):
            rows = [row for row, _ in chunk]
            for column, survey in self._surveys.items():
                survey.add(rows, [cells[column] for _, cells in chunk])
            if all(self._surveys[column].is_hopeless for column in columns.features):
                break
        self._notes: list[str] = []
        self._features = self._kept_features()
        self._formats, self._decimal = self._chosen_formats(decimal)

    def _kept_features(self) -> dict[int, FeatureColumn]:
        """The features by their column, without those that cannot be one."""
        kept: dict[int, FeatureColumn] = {}
        reasons = []
        for column in self._columns.features:
            if column in self._given:
                kept[column] = self._given[column]
                continue
            survey, label = self._surveys[column], self._columns.label(column)
            reason = _why_no_feature(survey)
            if reason is None:
                key = self._columns.key(column)
                values = values_in_order(set(survey.texts or ())) if survey.is_text else None
                kept[column] = FeatureColumn(key, values)
                if values is not None:
                    self._notes.append(_told_values(label, kept[column]))
            elif self._columns.features_named:
                raise ValueError(f"{label} {reason}; it cannot be an input")
            else:
                reasons.append(f"{label} {reason}")
        if not kept:
            raise ValueError(f"no inputs are left: {_listed(reasons)}")
        self._notes += [f"left out: {reason}" for reason in reasons[:_MAX_LISTED]]
        if len(reasons) > _MAX_LISTED:
            self._notes.append(f"left out: {len(reasons) - _MAX_LISTED} more columns like these")
        return kept

    def _chosen_formats(self, decimal: str | None) -> tuple[dict[int, NumberFormat], str | None]:
        numeric = [column for column, feature in self._features.items() if feature.values is None]
        numeric += [] if self._as_labels else self._columns.targets
        numeric.sort()
        chosen, decided = best_formats(
            [self._surveys[column].formats for column in numeric], self._text.delimiter, decimal
        )
        formats = dict(zip(numeric, chosen, strict=True))
        for column, number_format in formats.items():
            cell = self._surveys[column].separated
            others = [each for each in self._surveys[column].formats if each != number_format]
            different = [
                format_number(each.parse(cell))
                for each in others
                if cell
                and each.pattern.fullmatch(cell)
                and each.parse(cell) != number_format.parse(cell)
            ]
            if decided is None and different and self._text.delimiter != ",":
                self._notes.append(
                    f"{self._columns.label(column)}: {cell} was read as "
                    f"{format_number(number_format.parse(cell))}; it could also be {different[0]}"
                )
        return formats, decided

    def read(self, missing: str | None) -> _Table:
        """Return the table, with empty cells as asked for; raises ValueError for all troubles."""
        self._refuse_troubles(missing)
        used = [*self._features, *self._columns.targets]
        parts: list[FloatArray] = []
        labels = _Codes(self._columns)
        n_rows = n_dropped = n_empty = 0
        for chunk in read_chunks(self._text, self._columns):
            n_rows += len(chunk)
            cells = {column: [clean(row[column]) for _, row in chunk] for column in used}
            empty = {column: np.array([*map(is_missing, cells[column])]) for column in used}
            needed = used if missing == "drop" else self._columns.targets
            kept = ~np.any([empty[column] for column in needed], axis=0)
            n_dropped += len(chunk) - int(kept.sum())
            n_empty += sum(int(empty[column].sum()) for column in needed)
            rows = [row for (row, _), keep in zip(chunk, kept.tolist(), strict=True) if keep]
            columns = []
            for column in used:
                present = [c for c, keep in zip(cells[column], kept.tolist(), strict=True) if keep]
                if column in self._features:
                    columns.append(self._inputs(column, present, empty[column][kept], rows))
                elif self._as_labels:
                    labels.add(rows, present)
                else:
                    columns.append(self._numbers(column, present, empty[column][kept], rows))
            parts.append(np.column_stack(columns))
            if n_rows * parts[0].shape[1] > MAX_NUMBERS:
                raise ValueError(
                    f"row {chunk[-1][0]}: more than {MAX_NUMBERS:,} numbers, the most that are "
                    f"read; leave out rows, or choose fewer feature columns"
                )
        values = np.concatenate(parts)
        if not len(values):
            raise ValueError(f"all {n_rows:,} rows have an empty cell; none is left")
        n_inputs = sum(feature.n_inputs for feature in self._features.values())
        inputs, targets = values[:, :n_inputs], values[:, n_inputs:]
        inputs, features, n_filled = self._filled(inputs)
        notes = list(self._notes)
        if n_dropped:
            notes.append(
                f"{n_dropped:,} of {n_rows:,} rows left out: {n_empty:,} "
                f"cell{'s' * (n_empty != 1)} empty or NA"
            )
        if n_filled:
            notes.append(
                f"{n_filled:,} empty cell{'s' * (n_filled != 1)} filled with the mean or the "
                f"commonest text of the column"
            )
        read: Targets = labels.merged(self._text.delimiter) if self._as_labels else targets
        record = missing if n_dropped or n_filled else None
        return _Table(inputs, read, features, tuple(notes), record, self._decimal)

    def _inputs(
        self, column: int, cells: list[str], empty: BoolArray, rows: list[int]
    ) -> FloatArray:
        """The inputs of one column, (n_rows, n_inputs), NaN for empty cells."""
        values = self._features[column].values
        if values is None:
            return self._numbers(column, cells, empty, rows)
        places = {value: place for place, value in enumerate(values)}
        codes = np.array([places.get(cell, -1) for cell in cells], np.intp)
        unknown = np.flatnonzero((codes < 0) & ~empty)
        if len(unknown):
            place = int(unknown[0])
            raise ValueError(
                f"row {rows[place]}, {self._columns.label(column)}: {quote_cell(cells[place])} "
                f"is none of the texts known; {nearest(cells[place], values)}"
            )
        coded = np.eye(len(values))[codes]
        coded = coded if len(values) > 2 else coded[:, 1:]
        coded[empty] = np.nan
        return coded

    def _numbers(
        self, column: int, cells: list[str], empty: BoolArray, rows: list[int]
    ) -> FloatArray:
        """The numbers of one column, (n_rows, 1), NaN for empty cells."""
        convert = self._formats[column].converter
        values = np.array(
            [math.nan if gap else convert(cell) for cell, gap in zip(cells, empty, strict=True)],
            dtype=np.float64,
        )
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            place = int(infinite[0])
            raise ValueError(
                f"row {rows[place]}, {self._columns.label(column)}: "
                f"{_reason(cells[place], self._formats[column])}"
            )
        return values[:, np.newaxis]

    def _filled(
        self, inputs: FloatArray
    ) -> tuple[FloatArray, tuple[tuple[int, FeatureColumn], ...], int]:
        """The inputs without gaps, the features with what fills them, and how many cells."""
        features, start, n_filled = [], 0, 0
        inputs = inputs.copy()
        for column, feature in self._features.items():
            part = inputs[:, start : start + feature.n_inputs]
            gaps = np.isnan(part[:, 0])
            start += feature.n_inputs
            if gaps.any():
                n_filled += int(gaps.sum())
                fill = feature.fill
                if fill is None:
                    fill = self._usual(column, part[~gaps])
                    feature = replace(feature, fill=fill)
                part[gaps] = self._coded(column, fill)
            features.append((column, feature))
        return inputs, tuple(features), n_filled

    def _coded(self, column: int, fill: float | str) -> float | FloatArray:
        """What fills a gap, as inputs."""
        if not isinstance(fill, str):
            return fill
        return self._inputs(column, [fill], np.zeros(1, dtype=bool), [0])

    def _usual(self, column: int, present: FloatArray) -> float | str:
        """The mean of a column, or its commonest text."""
        texts = self._surveys[column].texts
        values = self._features[column].values
        if values is not None and texts is not None:
            return max(values, key=lambda value: texts[value])
        with np.errstate(all="ignore"):
            mean = float(present.mean()) if len(present) else math.nan
        if not math.isfinite(mean):
            raise ValueError(
                f"{self._columns.label(column)}: there is no mean to fill its gaps with"
            )
        return mean

    def _refuse_troubles(self, missing: str | None) -> None:
        """Raise ValueError, in one report, for cells that cannot be read."""
        troubles: list[tuple[int, int, str]] = []
        counts: list[str] = []
        n_cells = n_missing = 0
        for column in sorted({*self._features, *self._columns.targets}):
            survey, found = self._surveys[column], []
            number_format = self._formats.get(column)
            if survey.n_missing and missing is None:
                n_missing += survey.n_missing
                row, cell = survey.first_missing
                troubles.append((row, column, self._empty_reason(column, cell)))
                found.append(f"{survey.n_missing:,} empty")
            if number_format is not None and number_format in survey.misfits:
                count, row, cell = survey.misfits[number_format]
                n_cells += count
                troubles.append((row, column, _reason(cell, number_format)))
                found.append(f"{count:,} not a number")
            if found:
                counts.append(f"{self._columns.name(column)[:20]} {' and '.join(found)}")
        if not troubles:
            return
        row, column, reason = min(troubles)
        message = f"row {row}, {self._columns.label(column)}: {reason}"
        if n_missing + n_cells > 1:
            message += f" (in all: {_listed(counts)})"
        if n_missing:
            message += "; --missing drop leaves such rows out, --missing fill fills the cells"
        raise ValueError(message)

    def _empty_reason(self, column: int, cell: str) -> str:
        wanted = "a number" if column in self._formats else "a class"
        if column in self._features and self._features[column].values is not None:
            wanted = "a text"
        what = f"{quote_cell(cell)} stands for no value" if cell else "the cell is empty"
        return f"{what}; expected {wanted}"


def _why_no_feature(survey: ColumnSurvey) -> str | None:
    """What keeps a column from being an input, or None."""
    if not survey.n_present:
        return "is empty"
    if not survey.is_text:
        return None
    if survey.are_dates:
        return "holds dates or times"
    if survey.texts is None:
        return f"holds more than {MAX_VALUES} different texts"
    if len(survey.texts) == 1:
        return "holds the same text in every row"
    if max(map(len, survey.texts)) > MAX_TEXT_LENGTH:
        return f"holds texts of more than {MAX_TEXT_LENGTH} characters"
    if len(survey.texts) == survey.n_present:
        return "holds another text in every row"
    return None


def _told_values(label: str, feature: FeatureColumn) -> str:
    values = feature.values or ()
    shown = _listed([value[:_MAX_TARGET_NAME] for value in values])
    if len(values) == 2:
        return f"{label}: {values[0][:20]} is read as 0, {values[1][:20]} as 1"
    return f"{label}: an input of 0 and 1 for each of {shown}"


def _reason(cell: str, number_format: NumberFormat) -> str:
    """What is wrong with a cell that is no finite number of this format."""
    quoted = quote_cell(cell)
    try:
        value = float(cell)
    except ValueError:
        value = 0.0
    if math.isinf(value):
        return f"{quoted} is too large or infinite; expected a finite number"
    if number_format.decimal == "," and POINT.pattern.fullmatch(cell):
        return f"{quoted} has a decimal point, but other numbers of the column have a comma"
    if number_format.decimal == "." and COMMA.pattern.fullmatch(cell):
        return f"{quoted} has a decimal comma; expected a decimal point"
    return f"{quoted} is text; expected a number"


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _MAX_LISTED} more" if len(parts) > _MAX_LISTED else ""
    return ", ".join(parts[:_MAX_LISTED]) + more


def _without_row_numbers(table: _Table, columns: Columns) -> _Table:
    """The table without columns that count or identify its rows, or hold days as numbers."""
    left_out: list[int] = []
    notes = []
    for place, values in table.numbers():
        name = columns.names[place] if columns.names else None
        days = are_day_numbers(name, values)
        if days or numbers_rows(name, values, place):
            left_out.append(place)
            what = "holds dates" if days else "numbers the rows"
            notes.append(f"left out: {columns.label(place)} {what}")
    if len(left_out) == len(table.features):
        return table
    return table.without(left_out, notes)


def _with_one_hot_target(table: _Table, columns: Columns) -> tuple[_Table, Columns]:
    """Take the last columns together as the target where they are one-hot classes."""
    if isinstance(table.targets, Labels) or columns.names is None:
        return table, columns
    hot = table.targets[:, 0]
    numbers = dict(table.numbers())
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
    table = replace(table.without(block[:-1], [note]), targets=stacked)
    return table, replace(columns, targets=tuple(block))


def understand_targets(
    target: Targets,
    columns: Columns,
    classes: bool | None,
    network_task: str,
    known: Sequence[str] | None,
    one_hot: bool,
) -> tuple[FloatArray, tuple[str, ...] | None, str]:
    """Return what a network is to answer.

    Parameters
    ----------
    target
        (n_samples, n_targets), or the classes of one column.
    columns
        Those of the targets, for their names.
    classes, network_task, known, one_hot
        As in `parse_csv`.

    Returns
    -------
    FloatArray
        The targets, (n_samples, n_outputs).
    tuple of str or None
        The names of the classes.
    str
        The task.

    Raises
    ------
    ValueError
        When the targets are not the classes they are to be, or there are too few or too many.
    """
    if not isinstance(target, Labels) and target.shape[1] > 1:
        return _of_several(target, columns, classes, known)
    if (
        classes is None
        and not isinstance(target, Labels)
        and are_labels(target[:, 0], network_task, known)
    ):
        target = number_labels(target[:, 0])
    if not isinstance(target, Labels):
        return target, None, "regression"
    names: tuple[str, ...] | None = _class_names(target, columns, known)
    assert names is not None
    targets = class_targets(target, names, one_hot)
    task = "binary" if targets.shape[1] == 1 else "multiclass"
    if names == ("0", "1") and task == "binary" and not as_numbers(known or ()):
        names = None
    return targets, names, task


def _of_several(
    targets: FloatArray, columns: Columns, classes: bool | None, known: Sequence[str] | None
) -> tuple[FloatArray, tuple[str, ...] | None, str]:
    """Several columns as targets: one-hot classes, a yes or no each, or numbers."""
    are_truths = bool(np.isin(targets, (0, 1)).all())
    if classes is False or not are_truths:
        if classes:
            raise ValueError(
                "the target columns hold other numbers than 0 and 1; they are no classes"
            )
        return targets, None, "regression"
    if not (targets.sum(axis=1) == 1).all():
        return targets, None, "binary"
    names = tuple(columns.name(column) for column in columns.targets)
    if known is not None and sorted(known) == sorted(names):
        targets, names = targets[:, [names.index(name) for name in known]], tuple(known)
    return targets, names, "multiclass"


def _class_names(labels: Labels, columns: Columns, known: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the classes; raises ValueError for a single one, or too many for the rows."""
    names = class_names(labels, known)
    listed = ", ".join(known[:10]) if known else ""
    if len(names) < 2:
        raise ValueError(
            f"{columns.label(columns.targets[0])}, the target, is {names[0][:40]!r} in every row; "
            f"expected at least two classes{f', or one of {listed}' if listed else ''}"
        )
    if len(labels.codes) * len(names) > MAX_NUMBERS:
        raise ValueError(
            f"{len(labels.codes):,} rows of {len(names):,} classes are too many: "
            f"rows times classes may be at most {MAX_NUMBERS:,}"
        )
    return names


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


def _preparation(table: _Table, columns: Columns) -> Preparation | None:
    """What is to be known to read other rows likewise; None where that goes without saying."""
    features = tuple(feature for _, feature in table.features)
    read = [column for column, _ in table.features]
    is_usual = (*read, *columns.targets) == tuple(range(columns.n_columns))
    if is_usual and all(feature.values is None and feature.fill is None for feature in features):
        return None
    targets = tuple(columns.key(column) for column in columns.targets)
    return Preparation(features, targets, table.missing, table.decimal)
