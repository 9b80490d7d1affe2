"""Numbers in brackets, as NumPy, Python, PyTorch, JSON and MATLAB write and print them.

Nested tables of such numbers, as Python and JSON have them, are read where they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from engine.clipboard.tokens import MOST_NUMBERS, Token, number_of, quoted, too_many

Nested = float | str | list["Nested"] | dict[str, "Nested"]
"""A number or a list of them, of lists, and in tables also a text or a table by its keys."""

_DEEPEST = 8
_WIDEST_ROW = 60
"""NumPy breaks the line of a printed row only where it is longer; what is shorter is rows."""

_WRAPPERS = frozenset(
    {
        "array",
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
"""Calls whose first argument is what they hold."""

_FILLED = {"zeros": 0.0, "ones": 1.0}
_TABLES = frozenset({"dict", "OrderedDict"})
_CONSTANTS = frozenset({"none", "null", "undefined", "true", "false"})


class Name(str):
    """A name without quotes, which stands for what it was assigned elsewhere."""


@dataclass(eq=False, slots=True)
class _Row:
    """What stands between a bracket and its counterpart.

    breaks: how many items stand before each line end that no comma precedes, and that line's
    number. splits: the same before each semicolon.
    """

    items: list[Nested] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)
    has_commas: bool = False


@dataclass(eq=False, slots=True)
class BracketReader:
    """Reads values from words; place: the next word. widths: how long each line of the text is.

    has_tables: whether tables and texts are read too; else every word must be part of an array.
    """

    tokens: list[Token]
    widths: list[int]
    place: int = 0
    has_tables: bool = False

    def value(self, depth: int = 0) -> Nested:
        """Return the number, list, array or table at the present place, and go on behind it.

        Raises ValueError, naming the line, when there is none.
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
        """Return the next word, or None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def skip(self, *kinds: str) -> bool:
        """Go on behind all words of these kinds; return whether there was one."""
        before = self.place
        while (token := self.peek()) and token.kind in kinds:
            self.place += 1
        return self.place > before

    def _named(self, name: Token, depth: int) -> Nested:
        """What a name is followed by: the arguments of a call, else the name itself as a text."""
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
                f"line {name.line}: {quoted(name.text)} has to be run to give numbers; "
                f"paste what it gives"
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
        """Go on behind the bracket that ends a call, over dtype=… and the like."""
        depth = 1
        while depth:
            token = self._next(f"the bracket that ends {quoted(name.text)}")
            depth += (token.kind == "open") - (token.kind == "close")

    def _is_table(self) -> bool:
        """Whether what has just been opened is a table: empty, or a key comes first."""
        places = range(self.place, len(self.tokens))
        words = (self.tokens[place] for place in places if self.tokens[place].kind != "line")
        key, behind = next(words, None), next(words, None)
        if not self.has_tables or key is None:
            return False
        is_key = key.kind in ("name", "number")
        behind_key = behind is not None and behind.kind in ("colon", "is")
        return key.kind == "close" or (is_key and behind_key)

    def _table(self, opening: Token, depth: int) -> Nested:
        """The values by their keys; of a key that comes again the last one, as in Python."""
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
        """The items as rows where semicolons or line ends make them so, else as one list."""
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
        """Whether lines without commas are rows of MATLAB, not one row that NumPy has broken."""
        lengths = {len(cells) for cells in rows if isinstance(cells, list)}
        widest = max(self.widths[line - 1] for _, line in row.breaks)
        return not nested and len(lengths) == 1 and widest < _WIDEST_ROW

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
    """Return pairs of a key and a value as a table; what is no list of pairs stays as it is."""
    if not isinstance(value, list) or not value:
        return value
    table: dict[str, Nested] = {}
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            return value
        table[pair[0]] = pair[1]
    return table


def _split(items: list[Nested], ends: list[int]) -> list[Nested]:
    """The items cut before these places; no empty rows."""
    edges = [0, *ends, len(items)]
    rows: list[Nested] = []
    for start, stop in pairwise(edges):
        if stop > start:
            rows.append(items[start:stop])
    return rows


def _turned(value: Nested, turn: Token) -> Nested:
    """The matrix with rows and columns exchanged; a plain list is a row to MATLAB, not to NumPy."""
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
    """An array of one number, as np.zeros and np.ones make it."""
    sizes = [int(size) for size in shape if isinstance(size, float) and 1 <= size <= MOST_NUMBERS]
    if len(sizes) != len(shape) or not 1 <= len(sizes) <= 2:
        raise ValueError(f"line {line}: expected a shape of one or two numbers from 1 up")
    if sizes[0] * sizes[-1] > MOST_NUMBERS:
        raise too_many()
    row: list[Nested] = [number] * sizes[-1]
    return row if len(sizes) == 1 else [list(row) for _ in range(sizes[0])]
