"""A file of cells of any kind: looked at first, then read, with gaps dropped or filled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.csv.class_column import ClassColumn, capitals_note
from engine.datasets.csv.columns import Columns, Rows, read_chunks
from engine.datasets.csv.dialect import CsvText, name_in, quote_cell
from engine.datasets.csv.numbers import COMMA, POINT, NumberFormat, best_formats, undress
from engine.datasets.csv.survey import ColumnSurvey, clean
from engine.datasets.csv.table import Table
from engine.datasets.dataset import MAX_NUMBERS
from engine.datasets.preparation import (
    MAX_TEXT_LENGTH,
    MAX_VALUES,
    FeatureColumn,
    Preparation,
    values_in_order,
)
from engine.datasets.targets import Targets
from engine.nn.arrays import FloatArray
from engine.text import format_number, nearest

_MAX_LISTED = 4
_MAX_SHOWN = 40


class SurveyedTable:
    """A file whose cells are not all plain numbers: it is looked at first, then read.

    Parameters
    ----------
    text
        The rows of the file.
    columns
        What its columns are.
    as_labels
        Whether the target is read as the name of a class.
    decimal, empty, prepared
        As in `parse_csv`.
    to_answer
        Whether the targets may be missing.

    Raises
    ------
    ValueError
        For a column that cannot be an input but was asked for, or where no column can be one.
    """

    def __init__(
        self,
        text: CsvText,
        columns: Columns,
        as_labels: bool,
        decimal: str | None,
        empty: Sequence[str],
        prepared: Preparation | None,
        to_answer: bool,
    ) -> None:
        self._text = text
        self._columns = columns
        self._as_labels = as_labels
        self._empty = tuple(empty)
        self._given = (
            dict(zip(columns.features, prepared.features, strict=True)) if prepared else {}
        )
        self._surveys = {column: ColumnSurvey(empty=frozenset(empty)) for column in columns.used}
        for column, feature in self._given.items():
            self._surveys[column].unit = feature.unit
        for chunk in read_chunks(text, columns):
            rows, cells = _transposed(chunk)
            for column, survey in self._surveys.items():
                survey.add(rows, cells[column])
            if all(self._surveys[column].is_hopeless for column in columns.features):
                break
        if to_answer and not any(self._surveys[column].n_present for column in columns.targets):
            self._columns, self._as_labels = replace(columns, targets=()), False
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
                    self._notes.append(_values_note(label, kept[column]))
                    self._notes += filter(None, [capitals_note(label, values)])
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
            survey = self._surveys[column]
            if survey.dressed:
                self._note_unit(column, survey, number_format)
            cell = survey.separated
            others = [each for each in survey.formats if each != number_format]
            different = [
                format_number(each.parse(cell))
                for each in others
                if cell
                and each.pattern.fullmatch(cell)
                and each.parse(cell) != number_format.parse(cell)
            ]
            if decided is None and different and self._text.delimiter != ",":
                other = "," if number_format.decimal == "." else "."
                self._notes.append(
                    f"{self._columns.label(column)}: {name_in(cell)} was read as "
                    f"{format_number(number_format.parse(cell))}; it could also be {different[0]}: "
                    f"--decimal {other} reads it so"
                )
        return formats, decided

    def _note_unit(self, column: int, survey: ColumnSurvey, number_format: NumberFormat) -> None:
        """Tell how numbers with a unit are read; refuse another unit than the network learned."""
        feature = self._features.get(column)
        label, unit = self._columns.label(column), survey.unit or None
        if feature is not None and column not in self._given:
            self._features[column] = replace(feature, unit=unit)
        elif feature is not None and unit != feature.unit:
            raise ValueError(
                f"{label}: {quote_cell(survey.dressed)} has a unit, but the numbers "
                f"that the network learned from had none"
            )
        bare = survey.bare(survey.dressed)
        if number_format.pattern.fullmatch(bare):
            value = format_number(number_format.parse(bare))
            self._notes.append(
                f"{label}: {name_in(survey.dressed)[:_MAX_SHOWN]} is read as {value}"
            )

    def read(self, missing: str | None) -> Table:
        """Return the table.

        Parameters
        ----------
        missing
            What becomes of empty cells, as in `parse_csv`.

        Returns
        -------
        Table

        Raises
        ------
        ValueError
            In one report, for all cells that cannot be read.
        """
        self._refuse_troubles(missing)
        used = [*self._features, *self._columns.targets]
        parts: list[FloatArray] = []
        labels = ClassColumn(self._columns)
        n_rows = n_dropped = n_empty = 0
        for chunk in read_chunks(self._text, self._columns):
            n_rows += len(chunk)
            all_rows, cells = _transposed(chunk)
            empty = {
                column: _each(self._surveys[column].is_gap, cells[column], np.bool_)
                for column in used
            }
            needed = used if missing == "drop" else self._columns.targets
            gaps = [np.zeros(len(chunk), dtype=bool), *(empty[column] for column in needed)]
            kept = ~np.any(gaps, axis=0)
            n_dropped += len(chunk) - int(kept.sum())
            n_empty += sum(int(empty[column].sum()) for column in needed)
            rows = list(compress(all_rows, kept))
            columns = []
            for column in used:
                present = list(compress(cells[column], kept))
                if column in self._features:
                    columns.append(self._inputs(column, present, rows))
                elif self._as_labels:
                    labels.add(rows, present)
                else:
                    columns.append(self._numbers(column, present, rows))
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
        notes = []
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
        notes += self._notes
        read: Targets = labels.merged() if self._as_labels else targets
        record = missing if n_dropped or n_filled else None
        return Table(inputs, read, features, tuple(notes), record, self._decimal, self._empty)

    def _inputs(self, column: int, cells: list[str], rows: list[int]) -> FloatArray:
        """The inputs of one column, (n_rows, n_inputs), NaN for empty cells."""
        values = self._features[column].values
        if values is None:
            return self._numbers(column, cells, rows)
        survey = self._surveys[column]
        places = {value: place for place, value in enumerate(values)}

        def code(cell: str) -> int:
            return -1 if survey.is_gap(cell) else places.get(clean(cell), -2)

        codes: NDArray[np.intp] = _each(code, cells, np.intp)
        if (codes < -1).any():
            place = int(np.argmax(codes < -1))
            cell = clean(cells[place])
            raise ValueError(
                f"row {rows[place]}, {self._columns.label(column)}: {quote_cell(cell)} is none of "
                f"the texts known; {nearest(cell, values)}"
            )
        coded = np.eye(len(values))[codes]
        coded = coded if len(values) > 2 else coded[:, 1:]
        coded[codes < 0] = np.nan
        return coded

    def _numbers(self, column: int, cells: list[str], rows: list[int]) -> FloatArray:
        """The numbers of one column, (n_rows, 1), NaN for empty cells."""
        convert, survey = self._formats[column].converter, self._surveys[column]

        def number(cell: str) -> float:
            return math.nan if survey.is_gap(cell) else convert(survey.bare(clean(cell)))

        values: FloatArray = _each(number, cells, np.float64)
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            place = int(infinite[0])
            reason = _reason(clean(cells[place]), self._formats[column])
            raise ValueError(f"row {rows[place]}, {self._columns.label(column)}: {reason}")
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
        return self._inputs(column, [fill], [0])

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
        troubles: list[tuple[int, int, str, str]] = []
        counts: list[str] = []
        n_cells = n_missing = 0
        for column in sorted({*self._features, *self._columns.targets}):
            survey, found = self._surveys[column], []
            number_format = self._formats.get(column)
            count, row, cell = survey.missing
            if count and missing is None:
                n_missing += count
                troubles.append((row, column, self._empty_reason(column, cell), ""))
                found.append(f"{count:,} empty")
            if number_format is not None and number_format in survey.misfits:
                count, row, cell = survey.misfits[number_format]
                n_cells += count
                reason = _reason(cell, number_format, survey.unit)
                troubles.append((row, column, reason, cell))
                found.append(f"{count:,} not a number")
            if found:
                counts.append(f"{self._columns.name(column)[:20]} {' and '.join(found)}")
        if not troubles:
            return
        row, column, reason, odd = min(troubles)
        message = f"row {row}, {self._columns.label(column)}: {reason}"
        if n_missing + n_cells > 1:
            message += f" (in all: {_listed(counts)})"
        if n_missing:
            message += "; --missing drop leaves such rows out, --missing fill fills the cells"
        if _is_option(odd):
            message += f"; --empty {odd} takes it as an empty cell"
        raise ValueError(message)

    def _empty_reason(self, column: int, cell: str) -> str:
        wanted = "a number" if column in self._formats else "a class"
        if column in self._features and self._features[column].values is not None:
            wanted = "a text"
        what = f"{quote_cell(cell)} stands for no value" if cell else "the cell is empty"
        return f"{what}; expected {wanted}"


def _transposed(chunk: Rows) -> tuple[list[int], list[tuple[str, ...]]]:
    """The numbers of the rows, and the cells of each column."""
    return [row for row, _ in chunk], list(zip(*(cells for _, cells in chunk), strict=True))


def _each(function: Callable[[str], Any], cells: Sequence[str], kind: type[Any]) -> NDArray[Any]:
    """What a function makes of each cell; of equal ones, which are many, only once."""
    made = {cell: function(cell) for cell in set(cells)}
    return np.fromiter(map(made.__getitem__, cells), kind, len(cells))


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
    if max(survey.texts.values()) == 1:
        return "holds another text in every row"
    return None


def _values_note(label: str, feature: FeatureColumn) -> str:
    values = [name_in(value)[:_MAX_SHOWN] for value in feature.values or ()]
    shown = _listed(values)
    if len(values) == 2:
        return f"{label}: {values[0][:20]} is read as 0, {values[1][:20]} as 1"
    return f"{label}: an input of 0 and 1 for each of {shown}"


def _reason(cell: str, number_format: NumberFormat, unit: str | None = None) -> str:
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
    if unit and undress(cell):
        return f"{quoted} has another unit than {unit}"
    return f"{quoted} is text; expected a number"


def _is_option(text: str) -> bool:
    """Whether a text can be given as an option without thinking about quotes."""
    return text.isascii() and text.replace("-", "").replace(".", "").isalnum() and len(text) < 20


def _listed(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - _MAX_LISTED} more" if len(parts) > _MAX_LISTED else ""
    return ", ".join(parts[:_MAX_LISTED]) + more
