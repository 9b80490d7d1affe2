"""How the numbers of a CSV file are written: with which decimal mark, and which in thousands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SPACES = " \xa0\u2009\u202f"
_SEPARATOR = "\x1f"
"""Joins cells, to match many at once; a CSV file holds no control characters."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One way to write numbers.

    Parameters
    ----------
    decimal
        "." or ",".
    thousands
        The marks that may stand between groups of three digits, or "".
    pattern
        Matches a cell that is such a number.
    """

    decimal: str
    thousands: str
    pattern: re.Pattern[str]
    _all: re.Pattern[str]

    @classmethod
    def of(cls, decimal: str, thousands: str) -> NumberFormat:
        """Return the format with these marks.

        Parameters
        ----------
        decimal
            "." or ",".
        thousands
            Each character may be the mark between thousands; empty for no mark.

        Returns
        -------
        NumberFormat
        """
        point = re.escape(decimal)
        whole = r"\d+"
        if thousands:
            mark = f"[{re.escape(thousands)}]"
            # In India the groups above the thousands have two digits: 12,34,567.
            indian = rf"|[1-9]\d?(?:{mark}\d\d)+{mark}\d{{3}}(?!\d)" if mark == "[,]" else ""
            whole = rf"(?:[1-9]\d{{0,2}}(?:{mark}\d{{3}})++(?!\d){indian}|\d+)"
        number = rf"[-+]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][-+]?\d+)?"
        return cls(
            decimal,
            thousands,
            re.compile(number, re.ASCII),
            re.compile(rf"(?:{number}{_SEPARATOR})*+", re.ASCII),
        )

    def fits(self, cells: Sequence[str]) -> bool:
        """Return whether all cells, without spaces around them, are numbers of this format.

        Parameters
        ----------
        cells
            Clean ones of one column.

        Returns
        -------
        bool
        """
        return self._all.fullmatch(_SEPARATOR.join([*cells, ""])) is not None

    def parse(self, cell: str) -> float:
        """Return the number in a cell that fits the format.

        Parameters
        ----------
        cell
            Such as 1,234.5.

        Returns
        -------
        float
        """
        for mark in self.thousands:
            cell = cell.replace(mark, "")
        return float(cell.replace(",", ".") if self.decimal == "," else cell)

    @property
    def converter(self) -> Callable[[str], float]:
        """The quickest function that reads cells which fit."""
        return float if self.decimal == "." and not self.thousands else self.parse


POINT, COMMA = NumberFormat.of(".", ""), NumberFormat.of(",", "")
FORMATS = (
    POINT,
    COMMA,
    NumberFormat.of(".", ","),
    NumberFormat.of(",", "."),
    *(NumberFormat.of(decimal, marks) for marks in ("'’", _SPACES) for decimal in ".,"),
)
"""All that are read, the plainest first."""

_GROUPED = re.compile(
    rf"[-+]?[1-9]\d{{0,2}}(?:(?:[.,'’{_SPACES}]\d{{3}})+(?:[.,]\d*)?|(?:,\d\d)+,\d{{3}}(?:\.\d*)?)",
    re.ASCII,
)


def is_number(cell: str) -> bool:
    """Return whether a cell looks like a number in some format.

    Parameters
    ----------
    cell
        A clean one.

    Returns
    -------
    bool
    """
    text = cell.strip()
    try:
        float(text.replace(",", "."))
    except ValueError:
        return _GROUPED.fullmatch(text) is not None
    return "_" not in text


_CURRENCY = r"[A-Z]{0,3}[$€£¥₹₽₩₺]|Rs\.?|CHF|EUR|USD|GBP|INR|Fr\.|kr\.?"
_LETTER = r"[^\W0-9_]"
_DRESSED = re.compile(
    rf"""(?:=")?(?P<outer>{_CURRENCY}|)[{_SPACES}]*(?P<opened>\()?(?P<sign>[-+−–]?)(?P<currency>{_CURRENCY}|)[{_SPACES}]*(?P<inner>[-+−–]?)
    (?P<digits>[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?:[.,][0-9]*)?|[0-9.,'’]*[0-9][.,]?)
    (?:(?:[eEdD]|[{_SPACES}]*[×x*][{_SPACES}]*10\^?)(?P<power>[-+−]?[0-9]+))?[{_SPACES}]*
    (?P<unit>(?:[%‰°µ$€£¥₹₽₩₺]|{_LETTER})(?:{_LETTER}|[{_SPACES}%°²³/.*^$€£]){{0,11}}|)
    (?P<minus>-?)(?(opened)\))"?""",
    re.VERBOSE,
)


def undress(cell: str) -> tuple[str, str] | None:
    """Return the plain number in a cell such as $1,200, 80 kg, (50) or 1.5D+03, and its unit.

    Parameters
    ----------
    cell
        A clean one.

    Returns
    -------
    tuple of str or None
        The number, and the currency or unit, which may be empty; None for any other text.
    """
    match = _DRESSED.fullmatch(cell)
    if match is None or not is_number(match["digits"]):
        return None
    # A minus may stand in front, behind the currency or at the end.
    signs = match["sign"] + match["inner"] + match["minus"]
    if len(signs) > 1 or (signs and match["opened"]):
        return None
    minus = "-" if match["opened"] or signs in set("-−–") else ""
    power = f"e{match['power'].replace('−', '-')}" if match["power"] else ""
    return (
        f"{minus}{match['digits']}{power}",
        f"{match['outer']}{match['currency']}{match['unit'].strip()}",
    )


def unit_of(cell: str) -> str | None:
    """Return the unit of a cell that is a number, empty for none; None for a text.

    Parameters
    ----------
    cell
        As the file has it.

    Returns
    -------
    str or None
    """
    text = cell.strip()
    if is_number(text):
        return ""
    bare = undress(text)
    return None if bare is None else bare[1]


def best_formats(
    columns: Sequence[Sequence[NumberFormat]], delimiter: str, decimal: str | None
) -> tuple[list[NumberFormat], str | None]:
    """Choose a format for each column of numbers.

    A column that fits formats of both decimals, such as one of 1.234 and 2.500, follows the other
    columns; without such evidence it is read without marks between thousands, except that a comma
    is one where commas delimit cells.

    Parameters
    ----------
    columns
        For each column the formats that it fits, the best first.
    delimiter
        What separates cells.
    decimal
        "." or "," where the user has said it.

    Returns
    -------
    list of NumberFormat
        One for each column.
    str or None
        The decimal that decided, or None without evidence.
    """
    votes = [{each.decimal for each in fitting} for fitting in columns]
    certain = {vote.pop() for vote in votes if len(vote) == 1}
    if decimal is None and len(certain) == 1:
        decimal = certain.pop()
    preferred = decimal or ("." if delimiter == "," else None)
    chosen = [
        min(fitting, key=lambda one: preferred is not None and one.decimal != preferred)
        for fitting in columns
    ]
    return chosen, decimal
