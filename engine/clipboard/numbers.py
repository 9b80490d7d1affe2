"""Numbers from the clipboard: a scalar, row, column or matrix in any of the usual notations.

Brackets are read as written and printed by NumPy, Python, PyTorch, JSON and MATLAB.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.clipboard.tokens import (
    MAX_NUMBERS,
    Token,
    check_nothing_left_out,
    cleaned,
    number_of,
    quoted,
    tokens_of,
    too_many,
)
from engine.nn.arrays import FloatArray, read_only

Nested = float | str | list["Nested"] | dict[str, "Nested"]
"""A number or a nested list of them; within tables also a string, or a table by its keys."""

_DEEPEST = 8
_MAX_ROW_WIDTH = 60
"""NumPy wraps a printed row only if it is longer than this; shorter lines are rows."""

_WRAPPERS = frozenset(
    {
        "array",
        "Array",
        "DeviceArray",
        "asarray",
        "matrix",
        "mat",
        "tensor",
        "Tensor",
        "FloatTensor",
        "DoubleTensor",
        "as_tensor",
        "Parameter",
        "list",
        "tuple",
        "float",
        "float16",
        "float32",
        "float64",
        "int",
        "int32",
        "int64",
        "constant",
        "Variable",
    }
)
"""Calls that stand for their first argument."""

_FILLED = {"zeros": 0.0, "ones": 1.0}
_TABLES = frozenset({"dict", "OrderedDict"})
_CONSTANTS = frozenset({"none", "null", "undefined", "true", "false"})

_ASSIGNED = re.compile(r"\s*([A-Za-z_][\w.]*)[ \t]*=(?!=)", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?", re.ASCII)
_ROWS_ON_ONE_LINE = re.compile(r"\d[ \t]+[-+.\d]")
_TABLE = re.compile(r"\s*\{\s*(?:'[^'\n]*'|\"[^\"\n]*\"|\w+)\s*:")
_PARAMETER = re.compile(r"^\s*Parameter containing:\s*")
_ONE_ROW_PER_NEURON = re.compile(r"(?:^|[._])weights?_?\d*$", re.IGNORECASE)
_ONE_COLUMN_PER_NEURON = re.compile(r"kernel|coefs_", re.IGNORECASE)
_ARRAY_CALL = re.compile(r"\b(?:np|numpy)\.|\barray\(")


class Name(str):
    """An unquoted name, which stands for a value assigned elsewhere."""


@dataclass(eq=False, slots=True)
class _Row:
    """The items between a bracket and its counterpart.

    breaks: for each line end without a comma before it, the number of items so far and the line
    number. splits: the same for each semicolon.
    """

    items: list[Nested] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)
    has_commas: bool = False


@dataclass(eq=False, slots=True)
class BracketReader:
    """Parses values from tokens; place: the next token. widths: the length of each line.

    Parameters
    ----------
    tokens
        The parts of the text.
    widths
        How many neurons each layer has.
    place
        Which token comes next, from 0.
    has_tables
        Whether tables and strings are allowed; otherwise every token must be part of an array.
    """

    tokens: list[Token]
    widths: list[int]
    place: int = 0
    has_tables: bool = False

    def value(self, depth: int = 0) -> Nested:
        """Return the number, list, array or table at the current place, and move past it.

        Parameters
        ----------
        depth
            How deep it is nested.

        Returns
        -------
        Nested

        Raises
        ------
        ValueError
            Naming the line, when there is none.
        """
        if depth > _DEEPEST:
            raise ValueError(f"line {self._line()}: brackets within brackets, {_DEEPEST} deep")
        token = self._next("a number or a bracket")
        if token.kind == "number":
            return number_of(token.text, f"line {token.line}")
        if token.kind == "name":
            value = self._named(token, depth)
        elif token.text == "{" and self._is_table():
            value = self._table(token, depth)
        elif token.kind == "open":
            value = self._list(token, depth)
        else:
            raise ValueError(f"line {token.line}: expected a number, got {quoted(token.text)}")
        while (turn := self.peek()) and turn.kind == "turn":
            self.place += 1
            value = _turned(value, turn)
        return value

    def peek(self) -> Token | None:
        """Return the next token, or None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def skip(self, *kinds: str) -> bool:
        """Skip all tokens of these kinds; return whether there was one."""
        before = self.place
        while (token := self.peek()) and token.kind in kinds:
            self.place += 1
        return self.place > before

    def _named(self, name: Token, depth: int) -> Nested:
        """The value of a call, or the name itself as a string."""
        opening = self.peek()
        if opening is not None and opening.text == "(" and opening.touches:
            return self._call(name, depth)
        if not self.has_tables:
            raise ValueError(f"line {name.line}: {quoted(name.text)} is not a number")
        is_text = name.text[0] in "'\"" or name.text.lower() in _CONSTANTS
        return name.text.strip("'\"") if is_text else Name(name.text)

    def _call(self, name: Token, depth: int) -> Nested:
        function = name.text.rpartition(".")[2]
        if self.has_tables and function in _TABLES:
            self.place += 1
            if self._is_table():
                return self._table(name, depth)
            self.skip("line")
            table = table_of(self.value(depth + 1))
            self._leave_call(name)
            return table
        if function not in _WRAPPERS and function not in _FILLED:
            raise ValueError(
                f"line {name.line}: {quoted(name.text)} must be run to give numbers; "
                f"paste its result"
            )
        self.place += 1
        self.skip("line")
        value = self.value(depth + 1)
        if function in _FILLED:
            shape: list[Nested] = value if isinstance(value, list) else [value]
            while self.skip("comma") and (token := self.peek()) and token.kind == "number":
                shape = [*shape, self.value(depth + 1)]
            value = _filled(shape, _FILLED[function], name.line)
        self._leave_call(name)
        return value

    def _leave_call(self, name: Token) -> None:
        """Move past the closing bracket of a call, skipping dtype=… and the like."""
        depth = 1
        while depth:
            token = self._next(f"the bracket that ends {quoted(name.text)}")
            depth += (token.kind == "open") - (token.kind == "close")

    def _is_table(self) -> bool:
        """Whether the bracket just opened begins a table: it is empty, or a key comes first."""
        places = range(self.place, len(self.tokens))
        words = (self.tokens[place] for place in places if self.tokens[place].kind != "line")
        key, behind = next(words, None), next(words, None)
        if not self.has_tables or key is None:
            return False
        is_key = key.kind in ("name", "number")
        behind_key = behind is not None and behind.kind in ("colon", "is")
        return key.kind == "close" or (is_key and behind_key)

    def _table(self, opening: Token, depth: int) -> Nested:
        """The values by key; the last one of a repeated key, as in Python."""
        table: dict[str, Nested] = {}
        after_comma = True
        while True:
            token = self._next(f"the bracket that ends the one of line {opening.line}")
            if token.kind == "close":
                return table
            if token.kind == "comma":
                after_comma = True
            elif token.kind != "line":
                if not after_comma or token.kind not in ("name", "number"):
                    raise ValueError(
                        f"line {token.line}: expected a comma and a key, got {quoted(token.text)}"
                    )
                self.skip("line")
                if not self.skip("colon", "is"):
                    raise ValueError(f"line {token.line}: {quoted(token.text)} has no value")
                self.skip("line")
                table[token.text.strip("'\"")] = self.value(depth + 1)
                after_comma = False

    def _list(self, opening: Token, depth: int) -> Nested:
        row = _Row()
        after_comma = True
        while True:
            token = self._next(f"the bracket that ends the one of line {opening.line}")
            if token.kind == "close":
                break
            if token.kind == "comma":
                if after_comma:
                    raise ValueError(f"line {token.line}: a number is missing before a comma")
                row.has_commas = after_comma = True
            elif token.kind == "semicolon":
                row.splits.append(len(row.items))
                after_comma = True
            elif token.kind == "line":
                if not after_comma:
                    row.breaks.append((len(row.items), token.line))
            else:
                before = self.tokens[self.place - 2].kind
                if token.touches and before in ("number", "name"):
                    raise ValueError(
                        f"line {token.line}: expected a comma or a blank before "
                        f"{quoted(token.text)}"
                    )
                self.place -= 1
                row.items.append(self.value(depth + 1))
                after_comma = False
        return self._rows(row, nested=depth > 0)

    def _rows(self, row: _Row, *, nested: bool) -> Nested:
        """The items as rows if semicolons or line ends separate them, else as one list."""
        ends = [count for count, _ in row.breaks]
        if row.splits:
            return _split(row.items, sorted({*row.splits, *ends}))
        if any(isinstance(item, list) for item in row.items):
            return row.items
        rows = _split(row.items, ends)
        if len(rows) < 2 or not (row.has_commas or self._looks_like_rows(row, rows, nested=nested)):
            return row.items
        return rows

    def _looks_like_rows(self, row: _Row, rows: list[Nested], *, nested: bool) -> bool:
        """Whether lines without commas are MATLAB rows, not one row that NumPy has wrapped."""
        lengths = {len(cells) for cells in rows if isinstance(cells, list)}
        widest = max(self.widths[line - 1] for _, line in row.breaks)
        return not nested and len(lengths) == 1 and widest < _MAX_ROW_WIDTH

    def _next(self, expected: str) -> Token:
        token = self.peek()
        if token is None:
            raise ValueError(f"the text ends where {expected} is expected")
        self.place += 1
        return token

    def _line(self) -> int:
        token = self.peek()
        return token.line if token else len(self.widths)


def table_of(value: Nested) -> Nested:
    """Return a list of key and value pairs as a table; anything else is unchanged.

    Parameters
    ----------
    value
        A literal, lists and tables within each other.

    Returns
    -------
    Nested
    """
    if not isinstance(value, list) or not value:
        return value
    table: dict[str, Nested] = {}
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            return value
        table[pair[0]] = pair[1]
    return table


def _split(items: list[Nested], ends: list[int]) -> list[Nested]:
    """The items split at these places, without empty rows."""
    edges = [0, *ends, len(items)]
    rows: list[Nested] = []
    for start, stop in pairwise(edges):
        if stop > start:
            rows.append(items[start:stop])
    return rows


def _turned(value: Nested, turn: Token) -> Nested:
    """The transpose of a matrix; a plain list is a row in MATLAB, but not in NumPy."""
    if not isinstance(value, list):
        return value
    if not any(isinstance(row, list) for row in value):
        return [[number] for number in value] if turn.text.endswith("'") else value
    rows = [row for row in value if isinstance(row, list)]
    if len(rows) != len(value) or len({len(row) for row in rows}) != 1:
        raise ValueError(
            f"line {turn.line}: only a matrix with rows of one length can be transposed"
        )
    return [list(column) for column in zip(*rows, strict=True)]


def _filled(shape: list[Nested], number: float, line: int) -> Nested:
    """An array filled with one number, as np.zeros and np.ones make it."""
    sizes = [int(size) for size in shape if isinstance(size, float) and 1 <= size <= MAX_NUMBERS]
    if len(sizes) != len(shape) or not 1 <= len(sizes) <= 2:
        raise ValueError(f"line {line}: expected a shape of one or two numbers from 1 up")
    if sizes[0] * sizes[-1] > MAX_NUMBERS:
        raise too_many()
    row: list[Nested] = [number] * sizes[-1]
    return row if len(sizes) == 1 else [list(row) for _ in range(sizes[0])]


@dataclass(frozen=True, eq=False, slots=True)
class Pasted:
    """The numbers in a text.

    Parameters
    ----------
    values
        (n_rows, n_columns), always a matrix.
    flat
        Whether the text says neither row nor column, such as [1, 2, 3]; it is a row in `values`.
    name
        The name in the text, or None.
    one_row_per_neuron
        Whether rows are neurons, None if the text does not show it.
    """

    values: FloatArray
    flat: bool
    name: str | None = None
    one_row_per_neuron: bool | None = None

    @property
    def kind(self) -> Literal["number", "row", "column", "matrix"]:
        """Whether it is one number, a row, a column or a matrix."""
        n_rows, n_columns = self.values.shape
        if n_rows == 1:
            return "number" if n_columns == 1 else "row"
        return "column" if n_columns == 1 else "matrix"


def parse_numbers(text: str) -> Pasted:
    """Return the numbers in the text, which is never run.

    It may be NumPy, Python, PyTorch or MATLAB, as code or as printed, JSON, CSV, TSV as copied from
    spreadsheets (also with a decimal comma), or columns separated by blanks.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    Pasted

    Raises
    ------
    ValueError
        In one line, naming row and column or line, for anything else, for rows of different
        lengths, for numbers that are not finite, and for more than MAX_NUMBERS numbers.
    """
    text = _PARAMETER.sub("", cleaned(text))
    check_nothing_left_out(text)
    if any(bracket in text for bracket in "[({"):
        return _bracketed(text)
    if not any(map(str.isdigit, text)):
        word = quoted(text.split()[0])
        raise ValueError(
            f"line 1: {word} is a word; numbers can be pasted, or the weights and biases "
            f"of a network"
        )
    assigned = _ASSIGNED.match(text)
    name = assigned[1] if assigned else None
    rows = _delimited(text[assigned.end() :] if assigned else text)
    return pasted(rows, flat=len(rows) == 1, name=name)


def pasted(
    rows: list[list[float]],
    *,
    flat: bool,
    name: str | None = None,
    one_row_per_neuron: bool | None = None,
) -> Pasted:
    """Return the rows as a matrix.

    Parameters
    ----------
    rows
        Of equal length.
    flat
        The numbers in one row.
    name
        To which they were assigned, if to any.
    one_row_per_neuron
        Whether rows are neurons.

    Returns
    -------
    Pasted

    Raises
    ------
    ValueError
        Naming the row, if they differ in length.
    """
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(
                f"row {number} has {_count(len(row))}, row 1 has {_count(len(rows[0]))}"
            )
    if not rows or not rows[0]:
        raise ValueError("there are no numbers in it")
    values = read_only(np.array(rows, dtype=np.float64), "the pasted numbers", 2)
    return Pasted(values, flat, name, one_row_per_neuron)


def rows_of(value: Nested) -> tuple[list[list[float]], bool]:
    """Return a value as rows, and whether it is neither row nor column.

    Parameters
    ----------
    value
        A number, a list of them, or a list of such lists.

    Returns
    -------
    tuple[list[list[float]], bool]

    Raises
    ------
    ValueError
        Naming row and column, for lists nested deeper than a matrix, or mixed with numbers.
    """
    if isinstance(value, float):
        return [[value]], True
    if not isinstance(value, list):
        raise ValueError(f"{_what(value)} is not a number")
    if not any(isinstance(item, list) for item in value):
        return [_row(value, 1)], True
    rows = []
    for number, row in enumerate(value, start=1):
        if isinstance(row, float):
            raise ValueError(f"row {number} is a number, other rows are lists")
        if not isinstance(row, list):
            raise ValueError(f"row {number} is {_what(row)}, other rows are lists")
        rows.append(_row(row, number))
    return rows, False


def _row(cells: list[Nested], number: int) -> list[float]:
    row = []
    for column, cell in enumerate(cells, start=1):
        if not isinstance(cell, float):
            raise ValueError(
                f"row {number}, column {column} is {_what(cell)}; expected at most rows of numbers"
            )
        row.append(cell)
    return row


def _what(value: Nested) -> str:
    if isinstance(value, str):
        return quoted(value)
    return "a table" if isinstance(value, dict) else "a list"


def _bracketed(text: str) -> Pasted:
    if _TABLE.match(text):
        raise ValueError("line 1: a table without weights; a layer has its weights and its bias")
    widths = [len(line) for line in text.split("\n")]
    reader = BracketReader(tokens_of(text), widths)
    reader.skip("line")
    name = _skip_name(reader)
    values = [reader.value()]
    while reader.skip("line", "comma", "semicolon") and reader.peek():
        values.append(reader.value())
    token = reader.peek()
    if token:
        raise ValueError(f"line {token.line}: {quoted(token.text)} is one word too many")
    # Lines copied from inside a matrix are its rows.
    rows, flat = rows_of(values[0] if len(values) == 1 else list(values))
    return pasted(
        rows,
        flat=flat,
        name=name,
        one_row_per_neuron=_orientation_in(text, name) if not flat else None,
    )


def _skip_name(reader: BracketReader) -> str | None:
    """The name that the value is assigned to, if any; the reader moves past it."""
    first, second = (*reader.tokens[reader.place : reader.place + 2], None, None)[:2]
    if first and second and first.kind == "name" and second.kind == "is":
        reader.place += 2
        reader.skip("line")
        return first.text
    return None


def _orientation_in(text: str, name: str | None) -> bool | None:
    """Whether rows are neurons, or None if the text does not show it.

    PyTorch keeps one row per neuron, and so do tutorials that write the weights as plain lists;
    Keras and scikit-learn keep one column per neuron.
    """
    if name and _ONE_COLUMN_PER_NEURON.search(name):
        return False
    if "tensor(" in text.lower() or (name and _ONE_ROW_PER_NEURON.search(name)):
        return True
    is_plain_list = "," in text and ";" not in text and not _ARRAY_CALL.search(text)
    return True if is_plain_list and name is None else None


def _delimited(text: str) -> list[list[float]]:
    """The rows of a text without brackets."""
    separator, decimal_comma = None, False
    if "\t" in text:
        separator, decimal_comma = "\t", "." not in text
    elif ";" in text:
        if _ROWS_ON_ONE_LINE.search(text):
            text = text.replace(";", "\n")
        else:
            separator, decimal_comma = ";", "." not in text
    if separator is None and "," in text:
        separator = ","
    rows: list[list[float]] = []
    n_numbers = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = line.split(separator)
        if separator in (",", ";") and not cells[-1].strip() and len(cells) > 1:
            cells.pop()
        n_numbers += len(cells)
        if n_numbers > MAX_NUMBERS:
            raise too_many()
        rows.append(
            [
                _cell(cell.strip(' "'), decimal_comma, f"line {number}, column {column}")
                for column, cell in enumerate(cells, start=1)
            ]
        )
    return rows


def _cell(cell: str, decimal_comma: bool, place: str) -> float:
    if decimal_comma and _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    return number_of(cell, place)


def _count(n: int) -> str:
    return "1 number" if n == 1 else f"{n:,} numbers"
