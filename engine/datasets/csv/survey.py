"""What the columns of a CSV file hold: numbers and how they are written, texts, dates, gaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.datasets.csv.numbers import FORMATS, NumberFormat
from engine.datasets.preparation import MAX_VALUES
from engine.nn.arrays import FloatArray
from engine.text import printable

_MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "#nv", "#na", "nan", "null", "none", "nil", "-", "--", "?", "k.a.")
)
"""In lower case: what spreadsheets, pandas, R and people write into a cell without a value."""

_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?"
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez)[a-zäöü]*\.?"
_DATE = re.compile(
    rf"(?:\d{{4}}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}\.?[- ]{_MONTH}[- ]\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}}|{_MONTH}[- ]\d{{2,4}})"
    rf"(?:[T ,]+{_TIME}(?: ?Z| ?[-+]\d{{2}}:?\d{{2}})?)?|{_TIME}",
    re.IGNORECASE,
)
_NAMED_DATE = re.compile(r"date|datum|day|tag", re.IGNORECASE)
_DAY_NUMBER = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)

_INDEX_NAME = re.compile(
    r"|#|(?:.*[ _.-])?(?:id|idx|index|key|nr\.?|no\.?|uuid|guid)|id[ _.-].*|.*[a-z](?:Id|ID)"
    r"|(?:row|line|case|obs|record|sample)s?[ _.-]?(?:names?|nr\.?|no\.?|number|id|index)?"
    r"|observation|unnamed: ?\d+(?:_level_\d+)?|level_0|(?:lfd|lfdnr|lauf|zeilen?)[ _.-]*(?:nr\.?)?"
    r"|(?:zeilen|lauf|kunden|patienten|objekt)?nummer",
)
_MIN_UNNAMED_ROWS = 10


def clean(cell: str) -> str:
    """Return a cell without what is around or between its characters and cannot be seen.

    Parameters
    ----------
    cell
        As the file has it.

    Returns
    -------
    str
    """
    return (cell if cell.isascii() else printable(cell)).strip()


def is_missing(cell: str) -> bool:
    """Return whether a clean cell stands for a value that is not there.

    Parameters
    ----------
    cell
        One without spaces around it.

    Returns
    -------
    bool
    """
    return len(cell) < 5 and cell.lower() in _MISSING


@dataclass(eq=False, slots=True)
class ColumnSurvey:
    """What the cells of one column are.

    Parameters
    ----------
    n_present, n_missing
        Cells with and without a value.
    first_missing
        The row and the text of the first cell without one.
    n_texts
        Cells that are no number in any of the formats that fit.
    fitting
        The formats that all numbers fit; where none does, those that were still possible.
    misfits
        For each of those the count of wrong cells, and the row and text of the first.
    texts
        How often each text occurs; None if they are too many.
    are_dates
        Whether every cell is a date or a time.
    separated
        The first cell with a point or a comma.
    """

    n_present: int = 0
    n_missing: int = 0
    first_missing: tuple[int, str] = (0, "")
    n_texts: int = 0
    fitting: list[NumberFormat] = field(default_factory=lambda: list(FORMATS))
    misfits: dict[NumberFormat, tuple[int, int, str]] = field(default_factory=dict)
    texts: Counter[str] | None = field(default_factory=Counter)
    are_dates: bool = True
    separated: str = ""

    @property
    def is_text(self) -> bool:
        """Whether most cells are no numbers."""
        return 2 * self.n_texts > self.n_present

    @property
    def is_hopeless(self) -> bool:
        """Whether the column cannot become a feature, whatever follows."""
        return self.is_text and self.texts is None and not self.are_dates

    @property
    def formats(self) -> list[NumberFormat]:
        """The formats that fit best."""
        fewest = min((self._count(each) for each in self.fitting), default=0)
        return [each for each in self.fitting if self._count(each) == fewest]

    def _count(self, number_format: NumberFormat) -> int:
        return self.misfits.get(number_format, (0,))[0]

    def add(self, rows: Sequence[int], cells: Sequence[str]) -> None:
        """Take account of more cells, with the numbers of their rows.

        Parameters
        ----------
        rows
            The number of each row, from 1.
        cells
            The texts, one per row.
        """
        if self.is_hopeless:
            return
        pairs = [(row, clean(cell)) for row, cell in zip(rows, cells, strict=True)]
        present = [(row, cell) for row, cell in pairs if not is_missing(cell)]
        if len(present) < len(pairs):
            if not self.n_missing:
                self.first_missing = next(pair for pair in pairs if is_missing(pair[1]))
            self.n_missing += len(pairs) - len(present)
        values = [cell for _, cell in present]
        self.n_present += len(values)
        if self.texts is not None:
            self.texts.update(values)
            if len(self.texts) > MAX_VALUES:
                self.texts = None
        fitting = [] if self.misfits else [each for each in self.fitting if each.fits(values)]
        if fitting:
            self.fitting = fitting
            self.are_dates = self.are_dates and not values
            if not self.separated:
                self.separated = next((cell for cell in values if "." in cell or "," in cell), "")
            return
        for each in self.fitting:
            wrong = [place for place, cell in enumerate(values) if not each.pattern.fullmatch(cell)]
            if wrong:
                count, row, cell = self.misfits.get(each, (0, *present[wrong[0]]))
                self.misfits[each] = (count + len(wrong), row, cell)
        patterns = [each.pattern for each in self.fitting]
        self.n_texts += sum(not any(p.fullmatch(cell) for p in patterns) for cell in values)
        self.are_dates = self.are_dates and all(map(_DATE.fullmatch, values))


def numbers_rows(name: str | None, values: FloatArray, place: int) -> bool:
    """Return whether a column of numbers only counts or identifies the rows.

    Parameters
    ----------
    name
        The column's heading; None in a file without one.
    values
        (n_samples,).
    place
        The column, from 0.

    Returns
    -------
    bool
        True for different whole numbers under a name such as "id", or without one in the first
        column.
    """
    if len(values) < 2 or not (values == np.rint(values)).all():
        return False
    counts = values[0] in (0, 1) and bool((np.diff(values) == 1).all())
    if name is None:
        return place == 0 and counts and len(values) >= _MIN_UNNAMED_ROWS
    if name == "X" or (not name and place > 0):
        return place == 0 and counts
    is_named = _INDEX_NAME.fullmatch(name) or _INDEX_NAME.fullmatch(name.lower())
    return is_named is not None and len(np.unique(values)) == len(values)


def are_day_numbers(name: str | None, values: FloatArray) -> bool:
    """Return whether a column of numbers holds days such as 20260301.

    Parameters
    ----------
    name
        The column's heading, which has to speak of dates.
    values
        (n_samples,).

    Returns
    -------
    bool
    """
    if name is None or not _NAMED_DATE.search(name):
        return False
    return all(_DAY_NUMBER.fullmatch(f"{value:.17g}") for value in values.tolist())
