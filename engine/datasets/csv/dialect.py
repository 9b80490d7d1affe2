"""From the bytes of a CSV file to its rows of cells: encoding, delimiter, quotes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from engine.datasets.csv.numbers import is_number
from engine.text import printable

DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", " ": "space"}
"""With their names; of two that fit equally well, the first is taken."""

SAMPLE_ROWS = 50
"""Rows examined to detect delimiter and heading."""

_SAMPLE_BYTES = 1_000_000
_MAX_SHOWN_LENGTH = 40

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
    note
        What the user has to know, or None.
    """

    data: bytes
    delimiter: str
    note: str | None
    names_delimiter: bool = False

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row that is not blank, with its number in a spreadsheet, from 1.

        Raises ValueError, naming the row, for misplaced quotes.
        """
        lines = io.TextIOWrapper(io.BytesIO(self.data), "utf-8", newline="")
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        row = 0
        try:
            for row, cells in enumerate(reader, start=1):
                if row == 1 and self.names_delimiter:
                    continue
                if any(map(str.strip, cells)):
                    yield row, _without_gaps(cells) if self.delimiter == " " else cells
        except csv.Error as error:
            raise ValueError(f"row {row + 1}: {_reason(error)}") from None


def open_csv(data: bytes) -> CsvText:
    """Return the text in the bytes of a CSV file, detecting its encoding and delimiter.

    Encodings are UTF-8, UTF-16 and UTF-32 with a byte order mark, else Windows-1252 or Latin-1,
    which the note mentions.

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
    data, note = _as_utf8(data)
    sample = data[:_SAMPLE_BYTES].decode("utf-8", "ignore")
    if len(data) > _SAMPLE_BYTES and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    named = _NAMED_DELIMITER.match(sample)
    text = CsvText(data, named[1] if named else _delimiter(sample), note, named is not None)
    if len(data.translate(None, _CONTROL_BYTES)) != len(data):
        _refuse_control_character(text)
    return text


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
        numbers = sum(is_number(cell, delimiter) for cell in cells)
        score = (max(sizes.values()) / len(rows), numbers / len(cells))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
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
