"""Numbers in rows and columns without brackets: files, spreadsheets, and what consoles print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.clipboard.tokens import MAX_NUMBERS, NUMBER, number_of, too_many

Line = tuple[int, str]
"""A line and its number, from 1."""

_Row = tuple[int, list[str]]
"""The number of a line, and its cells."""

_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?", re.ASCII)
_DECIMAL_COMMAS = re.compile(
    rf"\s*{_DECIMAL_COMMA.pattern}(?:\s+{_DECIMAL_COMMA.pattern})+\s*", re.ASCII
)
_ONE_NUMBER = re.compile(r"\s*[-+]?\d*,\d+\s*", re.ASCII)
_SURELY_DECIMAL = re.compile(r"\s*(?:-0?,\d|[-+]?\d*,0\d|[-+]?0,\d{4})", re.ASCII)
"""No two whole numbers are written like -0,5 or 1,05; those like 0,1234 hardly ever."""

_LETTER = re.compile(r"[^\W\d_]")
_ROWS_ON_ONE_LINE = re.compile(r"\d[ \t]+[-+.\d]")
_OF_A_RULE = frozenset(" \t|+:=-")
_ROW_OF_R = re.compile(r"^\s*\[\d{1,6},\]", re.ASCII)
_PART_OF_R = re.compile(r"^\s*\[\d{1,6}\](?=\s)", re.ASCII)
_COLUMNS = re.compile(
    r"\s*(?:Columns? \d+(?: (?:through|to|and) \d+)?:?|\[,\d+\](?:\s+\[,\d+\])*)\s*", re.ASCII
)
"""What MATLAB, Octave and R print above some of the columns of a wide matrix."""

_FACTOR = re.compile(r"\s*1\.0+e([-+]?\d{1,3})\s*\*\s*", re.IGNORECASE | re.ASCII)
_DTYPE = re.compile(r"(?:Name: [^,\n]{0,60}, )?(?:Length: \d+, )?dtype: \w+", re.ASCII)
_ABOUT = re.compile(
    r"\s*(?:\d+(?:×\d+ |-element )[\w{}<>, ]{1,60}:|\[\d+ rows x \d+ columns\]"
    r"|\[torch\.\w+ of size [\dx]+\]|columns? \d+ to \d+)\s*",
    re.ASCII,
)
"""What Julia, pandas and an old PyTorch say of the numbers below or above."""

_SAID = re.compile(
    "|".join(f"(?:{pattern.pattern})" for pattern in (_COLUMNS, _FACTOR, _ABOUT, _DTYPE)),
    re.IGNORECASE | re.ASCII,
)
_ROW = re.compile(
    rf"[\s|]*(?:\[\d{{1,6}},?\]\s+)?{NUMBER.pattern}(?:[\s,;|]+{NUMBER.pattern})*[\s,;|]*",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a table.

    Parameters
    ----------
    rows
        Row after row.
    header
        The names of its columns; empty without.
    left_out
        What stood beside the numbers, in words.
    """

    rows: list[list[float]]
    header: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def is_about(line: str) -> bool:
    """Return whether a line only says something of the numbers beside it.

    Parameters
    ----------
    line
        Such as "  Columns 1 through 6", "   1.0e+03 *" or "dtype: float64".

    Returns
    -------
    bool
    """
    is_rule = "--" in line and _OF_A_RULE.issuperset(line)
    return is_rule or _SAID.fullmatch(line) is not None


def is_row(line: str) -> bool:
    """Return whether a line holds nothing but numbers.

    Parameters
    ----------
    line
        As it was pasted.

    Returns
    -------
    bool
    """
    return bool(_ROW.fullmatch(line) or _DECIMAL_COMMAS.fullmatch(line))


def table_in(lines: Sequence[Line], *, decimal_commas: bool = False) -> Table:
    """Return the numbers in the lines of one table.

    Columns that were printed below each other are put side by side again.

    Parameters
    ----------
    lines
        Also blank ones, and what is printed above and between the rows.
    decimal_commas
        Whether the rest of the text shows that it has them.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        Naming line and column, for what is no number.
    """
    parts: list[list[Line]] = [[]]
    exponent, is_series = "", False
    for number, line in lines:
        is_series |= _DTYPE.fullmatch(line) is not None
        if factor := _FACTOR.fullmatch(line):
            exponent = f"e{factor[1]}"
        elif _COLUMNS.fullmatch(line):
            parts.append([])
        elif line.strip() and not is_about(line):
            parts[-1].append((number, line))
    blocks = [_cells(part, decimal_commas=decimal_commas) for part in parts if part]
    if not blocks:
        raise ValueError("there are no numbers in it")
    other = next((block for block in blocks if len(block) != len(blocks[0])), None)
    if other is not None:
        raise ValueError(
            f"line {other[0][0]}: below are {len(other)} rows, the columns before have "
            f"{len(blocks[0])}"
        )
    left_out: list[str] = []
    header = _header(blocks[0])
    if header:
        left_out.append(f"the header in line {blocks[0][0][0]}")
        blocks = [block[1:] for block in blocks]
    if _has_names(blocks[0], header, is_series=is_series):
        left_out.append("the names of the rows")
        blocks = [[(number, cells[1:]) for number, cells in block] for block in blocks]
    rows = [
        [
            number_of(cell + exponent * bool(cell), f"line {number}, column {column}")
            for number, cells in rows
            for column, cell in enumerate(cells, start=1)
        ]
        for rows in zip(*blocks, strict=True)
    ]
    width = len(rows[0])
    return Table(rows, header[len(header) - width :] if len(blocks) == 1 else (), tuple(left_out))


def _header(rows: Sequence[_Row]) -> tuple[str, ...]:
    """The names of the columns, if the first line has them."""
    if len(rows) < 2:
        return ()
    first, width = rows[0][1], len(rows[1][1])
    is_shorter = width == len(first) + 1 and all(len(cells) == width for _, cells in rows[1:])
    index = [cells[0] for _, cells in rows[1:]]
    is_indexed = is_shorter and _are_names(first) and _are_names(index)
    begins_empty = len(first) == width > 1 and not first[0]
    has_words = all(map(_LETTER.match, filter(None, first)))
    return tuple(first) if is_indexed or begins_empty or has_words else ()


def _has_names(rows: Sequence[_Row], header: Sequence[str], *, is_series: bool) -> bool:
    """Whether the first column names the rows."""
    width = min(len(cells) for _, cells in rows)
    if width < 2:
        return False
    is_indexed = bool(header) and (len(header) < width or not header[0])
    return is_series or is_indexed or all(_LETTER.match(cells[0]) for _, cells in rows)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether these are words, or 0, 1, 2 … as pandas counts."""
    return all(map(_LETTER.match, cells)) or [*cells] == [str(k) for k in range(len(cells))]


def _cells(lines: Sequence[Line], *, decimal_commas: bool) -> list[_Row]:
    """The cells of each line, as plain numbers where they have a decimal comma."""
    text = "\n".join(line for _, line in lines)
    if _PART_OF_R.match(text):
        # A vector goes on in the next line.
        return [(lines[0][0], [cell for _, line in lines for cell in line.split()[1:]])]
    separator, has_commas = None, False
    if "|" in text:
        separator = "|"
    elif "\t" in text:
        separator, has_commas = "\t", "." not in text
    elif ";" in text and not _ROWS_ON_ONE_LINE.search(text):
        separator, has_commas = ";", "." not in text
    elif all(_DECIMAL_COMMAS.fullmatch(line) for _, line in lines) or (
        all(_ONE_NUMBER.fullmatch(line) for _, line in lines)
        and (decimal_commas or any(_SURELY_DECIMAL.match(line) for _, line in lines))
    ):
        has_commas = True
    elif "," in text and not any(map(_ROW_OF_R.match, (line for _, line in lines))):
        separator = ","
    rows: list[_Row] = []
    n_cells = 0
    for number, line in lines:
        for part in line.split(";") if separator is None else [line]:
            cells = _ROW_OF_R.sub("", part).split(separator)
            if separator == "|":
                cells = part.strip().removeprefix("|").removesuffix("|").split("|")
            elif separator in (",", ";") and not cells[-1].strip() and len(cells) > 1:
                cells.pop()
            n_cells += len(cells)
            if n_cells > MAX_NUMBERS:
                raise too_many()
            if cells:
                plain = [cell.strip(' "*`') for cell in cells]
                rows.append((number, [_plain(cell) for cell in plain] if has_commas else plain))
    return rows


def _plain(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell
