"""What the columns of a CSV file hold: numbers and how they are written, texts, dates, gaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.datasets.csv.numbers import FORMATS, NumberFormat, undress
from engine.datasets.preparation import MAX_VALUES
from engine.nn.arrays import FloatArray
from engine.text import printable

_MISSING = frozenset(
    {
        *("", "na", "n/a", "n/v", "n.a.", "n.a", "k.a.", "k. a.", "<na>", "#n/a", "#nv", "#na"),
        *("nan", "-nan", "nat", "null", "(null)", "none", "nil"),
        *("-", "--", "—", "–", ".", "..", "...", "?"),
    }
)
"""In lower case: what spreadsheets, pandas, R and people write into a cell without a value."""

_UNKNOWN = frozenset(
    {
        *("unknown", "missing", "not available", "not applicable", "not recorded", "no data"),
        *("empty", "nd", "n.d.", "tbd", "tba", "*", "**", "unbekannt", "fehlt", "keine angabe"),
        *("leer", "inconnu", "desconocido", "1.#qnan", "1.#ind", "-1.#ind"),
    }
)
"""Likewise, but only among numbers: in a column of texts they may be one of its kinds."""

_ERROR = re.compile(r"#[\w/ ]+[!?]")

_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_MONTH = (
    r"(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|août|ago|sep|oct|okt|nov|dec"
    r"|déc|dez|dic)[a-zäöüé]*\.?"
)
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim)"
_DAY = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?|\d{{4}}-?[wq]\d{{1,2}}"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}\.?[- ]{_MONTH}[- ]\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}}|{_MONTH}[- ]\d{{2,4}})"
)
_ZONE = r"(?: ?(?:Z|GMT|UTC|[MC]E[SZ]?T))?(?: ?[-+]\d{1,2}(?::?\d{2})?)?"
_DATE = re.compile(
    rf"(?:{_WEEKDAY}[a-zäöü]*\.?,? )?{_DAY}(?:[T ,]+{_TIME}{_ZONE})?|{_TIME}", re.IGNORECASE
)
_NAMED_DATE = re.compile(r"date|datum|day|tag", re.IGNORECASE)
_NAMED_TIME = re.compile(r"(?:.*[^a-z])?(?:date|datum|fecha|timestamp|unix_?time)s?(?:[^a-z].*)?")
_DAYS = ((20_000, 80_000), (5e8, 4e9), (5e11, 4e12))
"""Days since 1900 as a spreadsheet counts them, from 1954 to 2119; seconds, and milliseconds."""
_DAY_NUMBER = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)

_INDEX_NAME = re.compile(
    r"|#|(?:.*[ _.-])?(?:id|idx|index|key|nr\.?|no\.?|uuid|guid)|id[ _.-].*|.*[a-z](?:Id|ID)"
    r"|(?:row|line|case|obs|record|sample)s?[ _.-]?(?:names?|nr\.?|no\.?|number|id|index)?"
    r"|observation|unnamed: ?\d+(?:\.\d+|_level_\d+)?|level_0"
    r"|(?:lfd|lfdnr|lauf|zeilen?)[ _.-]*(?:nr\.?)?"
    r"|(?:zeilen|lauf|kunden|patienten|objekt)?nummer",
)
_MIN_UNNAMED_ROWS = 10
_MIN_TEXTS = 10
"""One cell of so many must be a text before numbers beside it count as kinds, not as numbers."""
_MIN_REPEATS = 2
"""So often each kind must occur on average."""

Cells = tuple[int, int, str]
"""How many cells, and the row and the text of the first."""


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


def is_missing(cell: str, empty: Collection[str] = ()) -> bool:
    """Return whether a clean cell stands for a value that is not there.

    Parameters
    ----------
    cell
        One without spaces around it.
    empty
        Further texts that do.

    Returns
    -------
    bool
    """
    if len(cell) < 7 and cell.lower() in _MISSING:
        return True
    return cell in empty or (cell[:1] == "#" and _ERROR.fullmatch(cell) is not None)


def is_unknown(cell: str) -> bool:
    """Return whether a clean cell among numbers stands for one that is not there.

    Parameters
    ----------
    cell
        One without spaces around it.

    Returns
    -------
    bool
    """
    return cell.lower() in _UNKNOWN


@dataclass(eq=False, slots=True)
class ColumnSurvey:
    """What the cells of one column are.

    Parameters
    ----------
    empty
        Texts that stand for no value, besides the usual ones.
    n_present
        Cells with a value.
    gaps
        Those without: how many, and the row and text of the first.
    unknowns
        Likewise those that have none among numbers.
    n_texts
        Cells that are no number in any of the formats that fit.
    unit
        That of all numbers; None where they are all plain.
    dressed
        The first cell that is more than a plain number, such as 80 kg or (50).
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

    empty: Collection[str] = ()
    n_present: int = 0
    gaps: Cells = (0, 0, "")
    unknowns: Cells = (0, 0, "")
    n_texts: int = 0
    unit: str | None = None
    dressed: str = ""
    fitting: list[NumberFormat] = field(default_factory=lambda: list(FORMATS))
    misfits: dict[NumberFormat, Cells] = field(default_factory=dict)
    texts: Counter[str] | None = field(default_factory=Counter)
    are_dates: bool = True
    separated: str = ""

    @property
    def is_text(self) -> bool:
        """Whether most cells are no numbers, or a few numbers and texts come again and again."""
        if 2 * self.n_texts > self.n_present:
            return True
        n_kinds = len(self.texts or ())
        is_kind = _MIN_TEXTS * self.n_texts >= self.n_present and self.n_texts > 0
        return is_kind and 0 < _MIN_REPEATS * n_kinds <= self.n_present

    @property
    def missing(self) -> Cells:
        """The cells without a value: how many, and the row and text of the first."""
        if self.is_text or not self.unknowns[0]:
            return self.gaps
        first = min(one[1:] for one in (self.gaps, self.unknowns) if one[0])
        return (self.gaps[0] + self.unknowns[0], *first)

    def is_gap(self, cell: str) -> bool:
        """Return whether a cell of this column has no value.

        Parameters
        ----------
        cell
            Its text.

        Returns
        -------
        bool
        """
        cell = clean(cell)
        return is_missing(cell, self.empty) or (
            self.unknowns[0] > 0 and not self.is_text and is_unknown(cell)
        )

    def bare(self, cell: str) -> str:
        """Return the number of a clean cell without unit, and with its minus in front.

        Parameters
        ----------
        cell
            Such as 80 kg, (50) or 1,5.

        Returns
        -------
        str
            The cell itself where it has another unit than its column, or is no number.
        """
        if self.unit is None:
            return cell
        bare = undress(cell)
        return cell if bare is None or bare[1] not in ("", self.unit) else bare[0]

    @property
    def is_hopeless(self) -> bool:
        """Whether the column cannot become a feature, whatever follows."""
        return self.is_text and self.texts is None and not self.are_dates

    @property
    def formats(self) -> list[NumberFormat]:
        """The formats that fit best."""
        wrong = {each: self.misfits.get(each, (0,))[0] for each in self.fitting}
        return [each for each in self.fitting if wrong[each] == min(wrong.values())]

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
        kinds = _kinds(rows, cells)
        missing = {cell for cell in kinds if is_missing(cell, self.empty)}
        self.gaps = _more(self.gaps, kinds, missing)
        present = {cell: kind for cell, kind in kinds.items() if cell not in missing}
        if self.texts is not None:
            self.texts.update({cell: count for cell, (count, _) in present.items()})
            if len(self.texts) > MAX_VALUES:
                self.texts = None
        if self.unit is not None or not any(each.fits([*present]) for each in self.fitting):
            present = self._without_unknowns(present)
            if self.unit is None:
                self._find_unit([*present])
        bare = {cell: self.bare(cell) for cell in present}
        self.n_present += _count(present, present)
        numbers = [*bare.values()]
        fitting = [] if self.misfits else [each for each in self.fitting if each.fits(numbers)]
        if fitting:
            self.fitting = fitting
            self.are_dates = self.are_dates and not numbers
            if not self.separated:
                self.separated = next((cell for cell in numbers if "." in cell or "," in cell), "")
            return
        texts = set(bare)
        for each in self.fitting:
            wrong = {cell for cell, number in bare.items() if not each.pattern.fullmatch(number)}
            if wrong:
                self.misfits[each] = _more(self.misfits.get(each, (0, 0, "")), present, wrong)
            texts &= wrong
        self.n_texts += _count(present, texts)
        self.are_dates = self.are_dates and all(map(_DATE.fullmatch, numbers))

    def _without_unknowns(self, present: _Kinds) -> _Kinds:
        """The cells without those that stand for no number, where most are numbers."""
        unknowns = set(filter(is_unknown, present))
        if 2 * _count(present, unknowns) > _count(present, present):
            return present
        self.unknowns = _more(self.unknowns, present, unknowns)
        return {cell: kind for cell, kind in present.items() if cell not in unknowns}

    def _find_unit(self, values: list[str]) -> None:
        """Look whether the cells are numbers with a unit, or with their minus elsewhere."""
        bare = [undress(cell) for cell in values]
        units = {one[1] for one in bare if one is not None}
        # Of numbers with a unit none may be without, or it could be another one.
        if len(units) != 1 or (units != {""} and (None in bare or self.n_present)):
            return
        if 2 * bare.count(None) > len(bare):
            return
        self.unit = units.pop()
        pairs = zip(values, bare, strict=True)
        self.dressed = next((cell for cell, one in pairs if one and one[0] != cell), "")


_Kinds = dict[str, tuple[int, int]]
"""Each text with how often it occurs, and its first row; many cells hold the same."""


def _kinds(rows: Sequence[int], cells: Sequence[str]) -> _Kinds:
    first_rows = dict(zip(reversed(cells), reversed(rows), strict=True))
    kinds: _Kinds = {}
    for cell, count in Counter(cells).items():
        text, row = clean(cell), first_rows[cell]
        before, first = kinds.get(text, (0, row))
        kinds[text] = (before + count, min(first, row))
    return kinds


def _count(kinds: _Kinds, texts: Iterable[str]) -> int:
    return sum(kinds[text][0] for text in texts)


def _more(cells: Cells, kinds: _Kinds, texts: Collection[str]) -> Cells:
    """The cells and those with some further texts."""
    if not texts:
        return cells
    first = cells[1:] if cells[0] else min((kinds[text][1], text) for text in texts)
    return (cells[0] + _count(kinds, texts), *first)


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
    """Return whether a column of numbers holds days such as 20260301, or times as one number.

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
    if name is None:
        return False
    low, high = values.min(), values.max()
    if _NAMED_TIME.fullmatch(name.lower()) and any(a <= low <= high <= b for a, b in _DAYS):
        return True
    if not _NAMED_DATE.search(name):
        return False
    return all(_DAY_NUMBER.fullmatch(f"{value:.17g}") for value in values.tolist())
