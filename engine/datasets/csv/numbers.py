"""How the numbers of a CSV file are written: with which decimal mark, and which in thousands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
            whole = rf"(?:[1-9]\d{{0,2}}(?:{mark}\d{{3}})++(?!\d)|\d+)"
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
    *(NumberFormat.of(decimal, marks) for marks in ("'’", " \xa0\u202f") for decimal in ".,"),
)
"""All that are read, the plainest first."""

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:[.,'’ \xa0\u202f]\d{3})+(?:[.,]\d*)?", re.ASCII)


def is_number(cell: str, delimiter: str) -> bool:
    """Return whether a cell looks like a number in some format.

    Parameters
    ----------
    cell
        A clean one.
    delimiter
        What stands between two cells. A decimal comma is not looked for where commas delimit cells.

    Returns
    -------
    bool
    """
    text = cell.strip()
    try:
        float(text if delimiter == "," else text.replace(",", "."))
    except ValueError:
        return _GROUPED.fullmatch(text) is not None
    return "_" not in text


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
