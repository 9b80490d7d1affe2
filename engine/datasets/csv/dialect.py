"""From the bytes of a CSV file to its rows of cells: encoding, delimiter, quotes."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.datasets.csv.numbers import is_number
from engine.datasets.foreign import refuse_foreign
from engine.text import printable

DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", " ": "space"}
"""With their names; of two that fit equally well, the first is taken."""

MAX_BYTES = 64_000_000

SAMPLE_ROWS = 50
"""Rows examined to detect delimiter and heading."""

_SAMPLE_BYTES = 1_000_000
_MAX_SHOWN_LENGTH = 40
_MAX_TITLE_LINES = 40
_MAX_LAST_LINES = 5
_MAX_LAST_BYTES = 4_000
_TOTAL = re.compile(
    r"(?:grand |sub)?totals?|sum|mean|average|count|(?:gesamt)?summe|(?:ins)?gesamt|mittelwert"
    r"|durchschnitt|anzahl|somme|moyenne|suma",
    re.IGNORECASE,
)
"""What the first cell of a last row says that is no sample but computed from all."""

_WIDE_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# The first includes the letters of the second, and those that Windows adds.
_OLD_ENCODINGS = (("cp1252", "Windows-1252"), ("latin-1", "Latin-1"))

_NAMED_DELIMITER = re.compile(
    r'"?sep=([^\w\s"]|\t| )"?[ ;,\t]*(?=[\r\n])', re.ASCII | re.IGNORECASE
)

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_COMMENT = re.compile(r"[ \t]*(?:#|%|//)+[ \t]*")

_CONTROL_BYTES = bytes(set(range(32)) - set(b"\t\n\r")) + b"\x7f"


@dataclass(frozen=True, slots=True)
class CsvText:
    """The text of a CSV file.

    Parameters
    ----------
    data
        As UTF-8.
    delimiter
        One of DELIMITERS, or the one that the first line names, as in "sep=;", which is no row.
    notes
        What the user has to know.
    n_skipped
        Lines of the file before its first row.
    """

    data: bytes
    delimiter: str
    notes: tuple[str, ...] = ()
    n_skipped: int = 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row that is not blank, with its number in a spreadsheet, from 1.

        Raises ValueError, naming the row, for misplaced quotes.
        """
        lines = io.TextIOWrapper(io.BytesIO(self.data), "utf-8", newline="")
        reader = _cells(lines, self.delimiter, strict=True)
        row = self.n_skipped
        try:
            for cells in reader:
                row += 1
                if any(map(str.strip, cells)):
                    yield row, _without_gaps(cells) if self.delimiter == " " else cells
        except csv.Error as error:
            raise ValueError(f"row {row + 1}: {_reason(error)}") from None


def open_csv(data: bytes) -> CsvText:
    """Return the text in the bytes of a CSV file, detecting its encoding and delimiter.

    Encodings are UTF-8, UTF-16 and UTF-32 with a byte order mark, else Windows-1252 or Latin-1;
    the file may be packed by gzip. Lines above the table that are comments or a title, and below
    it a total or a remark, do not belong to it. The notes say so.

    Parameters
    ----------
    data
        The bytes of the file.

    Returns
    -------
    CsvText

    Raises
    ------
    ValueError
        Naming row and column, for what is not text.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    refuse_foreign(data)
    data, note = _as_utf8(data)
    # Some old programs end a text with ctrl+z.
    data = data.rstrip(b"\x1a")
    sample = data[:_SAMPLE_BYTES].decode("utf-8", "ignore")
    if len(data) > _SAMPLE_BYTES and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    named = _NAMED_DELIMITER.match(sample)
    delimiter = named[1] if named else _delimiter(sample)
    if len(data.translate(None, _CONTROL_BYTES)) != len(data):
        _refuse_control_character(CsvText(data, delimiter))
    return _table_of(data, sample, delimiter, named is not None, [note] if note else [])


def quote_cell(cell: str) -> str:
    """Return a cell in quotes for a message: short, without control characters.

    Parameters
    ----------
    cell
        Of any length, straight from the file.

    Returns
    -------
    str
    """
    text = printable(cell[: 2 * _MAX_SHOWN_LENGTH]).strip()
    return repr(text if len(text) <= _MAX_SHOWN_LENGTH else text[: _MAX_SHOWN_LENGTH - 1] + "…")


def _unpacked(data: bytes) -> bytes:
    """The bytes packed by gzip; raises ValueError for more than MAX_BYTES."""
    packed = zlib.decompressobj(wbits=31)
    try:
        unpacked = packed.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        raise ValueError("is packed by gzip, but damaged") from None
    if len(unpacked) > MAX_BYTES or not packed.eof:
        raise ValueError(f"is packed by gzip and unfinished, or above {MAX_BYTES // 10**6} MB")
    return unpacked


def _table_of(
    data: bytes, sample: str, delimiter: str, names_delimiter: bool, notes: list[str]
) -> CsvText:
    """The rows of the table in a text, without the lines above and below."""
    lines = _LINE.findall(sample)[: _MAX_TITLE_LINES + 1]
    widths = Counter(len(row) for row in _sample_rows(sample, delimiter) if len(row) > 1)
    width = max(widths, key=lambda size: (widths[size], size), default=1)
    first = _first_row(lines, int(names_delimiter), delimiter, width)
    if first is None:
        return CsvText(data, delimiter, tuple(notes))
    heading = _heading_behind_mark(lines[first - 1 : first + 1], delimiter, width) if first else ""
    size = len("".join(lines[:first]).encode())
    above = [*filter(str.strip, lines[names_delimiter : first - bool(heading)])]
    if above:
        more = f" and {len(above) - 1} more" if len(above) > 1 else ""
        notes.append(f"left out: {quote_cell(above[0])}{more} above the table")
    table, below = _without_last_lines(heading.encode() + data[size:], delimiter, width)
    notes += [f"left out: {quote_cell(line)} below the table" for line in below]
    return CsvText(table, delimiter, tuple(notes), first - bool(heading))


def _first_row(lines: list[str], start: int, delimiter: str, width: int) -> int | None:
    """The first line that belongs to the table: no comment, nor a title, nor a date above."""
    cells = [_cells_of(line, delimiter) for line in lines]
    filled = [sum(bool(cell.strip()) for cell in one) for one in cells]
    numbers = [any(map(is_number, one)) for one in cells]
    rows = [
        place
        for place in range(start, len(lines))
        if not _COMMENT.match(lines[place]) or (len(cells[place]) == width and not numbers[place])
        if filled[place] > 1 or width == 2 == len(cells[place]) or lines[place].count('"') % 2
    ]
    for place in rows:
        if lines[place].count('"') % 2:
            break
        if len(cells[place]) == width and not numbers[place] and any(numbers[place + 1 :]):
            return place
        if len(cells[place]) >= width:
            break
    return rows[0] if rows else None


def _heading_behind_mark(lines: list[str], delimiter: str, width: int) -> str:
    """A comment that names the columns of the row below it, without its mark; else nothing."""
    bare = _COMMENT.sub("", lines[0])
    names, row = _cells_of(bare, delimiter), _cells_of(lines[1], delimiter)
    is_heading = len(names) == width and all(map(str.strip, names)) and any(map(is_number, row))
    return bare if is_heading and bare != lines[0] and not any(map(is_number, names)) else ""


def _without_last_lines(data: bytes, delimiter: str, width: int) -> tuple[bytes, list[str]]:
    """The text without totals and remarks at its end, and these lines."""
    below: list[str] = []
    while len(below) < _MAX_LAST_LINES and width > 2:
        rest = data.rstrip()
        start = max(rest.rfind(b"\n"), rest.rfind(b"\r")) + 1
        line = rest[start:].decode("utf-8", "ignore") if len(rest) - start < _MAX_LAST_BYTES else ""
        cells = _cells_of(line, delimiter)
        filled = [cell for cell in cells if cell.strip()]
        is_short = len(filled) == 1 or len(cells) < width
        is_remark = is_short and filled[:1] == cells[:1] != [] and not any(map(is_number, filled))
        is_total = bool(filled) and _TOTAL.fullmatch(filled[0].strip(": ")) is not None
        if line.count('"') % 2 or not (is_remark or is_total) or rest[:start].count(b"\n") < 2:
            break
        below.insert(0, line)
        data = rest[:start]
    return data, below


def _cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line."""
    try:
        cells = next(_cells(iter([line]), delimiter), [])
    except csv.Error:
        return []
    return _without_gaps(cells) if delimiter == " " else cells


def _cells(lines: Iterable[str], delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    """The cells of each row; spaces may stand before a quotation mark, and tabs among spaces."""
    if delimiter == " ":
        lines = (line.replace("\t", " ") for line in lines)
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=delimiter != " ")


def name_in(cell: str) -> str:
    """Return a cell as the name of a column or a class, with plain spaces.

    Parameters
    ----------
    cell
        Straight from the file.

    Returns
    -------
    str
    """
    return re.sub(r"[^\S ]", " ", printable(cell)).strip()


def _as_utf8(data: bytes) -> tuple[bytes, str | None]:
    for mark, encoding, name in _WIDE_ENCODINGS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).encode(), None
            except UnicodeDecodeError as error:
                row = data[: error.start].decode(encoding, "ignore").count("\n") + 1
                raise ValueError(
                    f"row {row}: the file begins as {name}, and byte {error.start + 1:,} is not: "
                    f"{error.reason}"
                ) from None
    data = data.removeprefix(codecs.BOM_UTF8)
    if data.isascii() or _is_utf8(data):
        return data, None
    for encoding, name in _OLD_ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.encode(), f"the file is not UTF-8; it was read as {name}"
    raise AssertionError("every byte is a character of Latin-1")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    """The delimiter with which most rows have the same length, and most cells are numbers."""
    best, best_score = ",", (0.0, 0.0)
    for delimiter in DELIMITERS:
        rows = _sample_rows(sample, delimiter)
        sizes = Counter(len(cells) for cells in rows if len(cells) > 1)
        if not sizes:
            continue
        cells = [cell for row in rows for cell in row]
        numbers = sum(map(is_number, cells))
        score = (max(sizes.values()) / len(rows), numbers / len(cells))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in _cells(io.StringIO(sample, newline=""), delimiter):
            if any(map(str.strip, cells)):
                rows.append(_without_gaps(cells) if delimiter == " " else cells)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        # CsvText.rows reports it, with the row, once the delimiter is known.
        pass
    return rows


def _without_gaps(cells: list[str]) -> list[str]:
    """The cells of a row whose columns are aligned with several spaces."""
    return [cell for cell in cells if cell]


def _refuse_control_character(text: CsvText) -> None:
    control = {chr(byte) for byte in _CONTROL_BYTES}
    for row, cells in text.rows():
        for column, cell in enumerate(cells, start=1):
            found = control.intersection(cell)
            if found:
                code = min(ord(character) for character in found)
                raise ValueError(
                    f"row {row}, column {column}: the cell holds a control character "
                    f"(byte {code:#04x}); a CSV file is text"
                )


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a cell begins with a quotation mark that is not closed"
    if "field larger" in str(error):
        return f"a cell has more than {csv.field_size_limit():,} characters; is a quote not closed?"
    return "text follows the quotation mark that closes a cell; double a mark that is part of it"
