"""The values in a pasted text: numbers, arrays, lists and tables, read from tokens and never run.

Brackets are read as written and printed by Python and NumPy, PyTorch, TensorFlow, JAX, JSON and
JavaScript, MATLAB, R, Julia, C and its relatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.clipboard.tokens import MAX_NUMBERS, Token, number_of, quoted, too_many
from engine.nn.arrays import FloatArray

Nested = float | str | list["Nested"] | dict[str, "Nested"]
"""A number or a nested list of them; also a string, or a table by its keys."""

_MAX_DEPTH = 8
_MAX_ROW_WIDTH = 60
"""NumPy wraps a printed row only if it is longer than this; shorter lines are rows."""

_WRAPPERS = frozenset(
    (
        *("array", "Array", "DeviceArray", "asarray", "matrix", "mat", "tensor", "Tensor"),
        *("FloatTensor", "DoubleTensor", "as_tensor", "Parameter", "list", "tuple", "float"),
        *("float16", "float32", "float64", "int", "int32", "int64", "constant", "Variable"),
        *("tensor1d", "tensor2d", "Float32Array", "Float64Array", "Float32", "Float64", "Matrix"),
        *("Vector", "vec", "arr1", "arr2", "transpose", "t", "from_numpy", "Value"),
    )
)
"""Calls that stand for their first argument."""

_TRANSPOSING = frozenset(("transpose", "t"))
_LISTS = frozenset(
    (
        *("c", "rbind", "cbind", "vstack", "column_stack", "listOf", "arrayOf", "doubleArrayOf"),
        *("floatArrayOf", "List", "Params", "Chain", "Sequential", "ParameterList"),
    )
)
"""Calls that stand for the list of their arguments."""

_BY_COLUMN = frozenset(("cbind", "column_stack"))
_FILLED: Mapping[str, float] = {"zeros": 0.0, "ones": 1.0, "full": math.nan, "eye": math.nan}
_TABLES = frozenset(("dict", "OrderedDict", "FrozenDict"))
_NEURONS = ("neuron", "perceptron", "node", "layer", "dense", "linear", "unit")
_CONSTANTS = frozenset(("none", "null", "undefined", "true", "false"))
_NUMBERS: Mapping[str, float] = {"np.pi": math.pi, "math.pi": math.pi, "pi": math.pi}
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {"sqrt": math.sqrt, "exp": math.exp}
_SAME = frozenset(
    (
        *("astype", "tolist", "numpy", "detach", "cpu", "float", "double", "copy", "clone"),
        *("requires_grad_", "to", "data", "asType", "toArray"),
    )
)
"""Methods that leave the numbers as they are."""

_FLAT = frozenset(("ravel", "flatten", "squeeze"))
_KEYWORDS = frozenset(("data", "value", "object"))
_KNOWN_CALLS = _WRAPPERS | _LISTS | _TABLES | frozenset(_FILLED)


def is_known_call(name: str, bracket: str) -> bool:
    """Return whether a call stands for numbers that are written in it.

    Parameters
    ----------
    name
        Such as np.array, Float32 or Neuron.
    bracket
        The one that follows the name.

    Returns
    -------
    bool
    """
    function = name.rpartition(".")[2].rstrip("!")
    return function in _KNOWN_CALLS or (bracket == "(" and _is_neuron(function))


def _is_neuron(function: str) -> bool:
    return any(word in function.lower() for word in _NEURONS)


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
class ValueReader:
    """Parses values from tokens.

    Parameters
    ----------
    tokens
        The parts of the text.
    widths
        The length of each line, by its number.
    place
        Which token comes next, from 0.
    n_computed
        How many numbers were computed so far, which is bounded as the text is.
    list_end
        Where the last plain list ended, which cannot be computed with.
    """

    tokens: list[Token]
    widths: Mapping[int, int]
    place: int = 0
    n_computed: int = 0
    list_end: int = -1

    def value(self, depth: int = 0) -> Nested:
        """Return the number, list, array or table at the current place, and move past it.

        Sums and products of numbers and arrays are computed.

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
        total = self._product(depth)
        while operator := self._operator("+", "-"):
            total = self._computed(*operator, total, self._product(depth))
        return total

    def peek(self) -> Token | None:
        """Return the next token, or None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def skip(self, *kinds: str) -> bool:
        """Skip all tokens of these kinds; return whether there was one."""
        before = self.place
        while (token := self.peek()) and token.kind in kinds:
            self.place += 1
        return self.place > before

    def _operator(self, *signs: str) -> tuple[Token, bool] | None:
        """Move past one of these signs; also return whether a list may follow it.

        In Python a whole number repeats a list, in MATLAB it multiplies a matrix.
        """
        token = self.peek()
        if token is None or token.kind != "operator" or token.text not in signs:
            return None
        if self.list_end == self.place and not self._is_float(self.place + 1):
            raise _list_in_formula(token)
        may_be_list = self._is_float(self.place - 1)
        self.place += 1
        self.skip("line")
        return token, may_be_list

    def _is_float(self, place: int) -> bool:
        """Whether the token is a number with a point or an exponent, which repeats no list."""
        token = self.tokens[place] if place < len(self.tokens) else None
        return token is not None and token.kind == "number" and not token.text.isdigit()

    def _product(self, depth: int) -> Nested:
        product = self._single(depth)
        while operator := self._operator("*", "/"):
            product = self._computed(*operator, product, self._single(depth))
        return product

    def _single(self, depth: int) -> Nested:
        if depth > _MAX_DEPTH:
            raise ValueError(f"line {self._line()}: brackets within brackets, {_MAX_DEPTH} deep")
        token = self._next("a number or a bracket")
        if token.kind == "operator" and token.text in "+-":
            value = self._single(depth + 1)
            return (
                self._computed(token._replace(text="*"), False, -1.0, value)
                if token.text == "-"
                else value
            )
        if token.kind == "number":
            return number_of(token.text, f"line {token.line}")
        if token.kind == "name":
            value = self._named(token, depth)
        elif token.text in "{(" and self._is_table(token.text):
            value = self._table(token, depth)
        elif token.kind == "open":
            value = self._list(token, depth)
        else:
            raise ValueError(f"line {token.line}: expected a number, got {quoted(token.text)}")
        while (turn := self.peek()) and turn.kind in ("turn", "method"):
            self.place += 1
            value = _turned(value, turn) if turn.kind == "turn" else self._method(value, turn)
        return value

    def _computed(self, sign: Token, may_be_list: bool, left: Nested, right: Nested) -> Nested:
        """The numbers that an operator makes of a number and a number or an array.

        Two arrays can only be added: their product is another one in MATLAB than in NumPy.
        """
        place = f"line {sign.line}"
        if self.list_end == self.place and not may_be_list:
            raise _list_in_formula(sign)
        a, b = _array(left, place), _array(right, place)
        if a.ndim and b.ndim and (sign.text in "*/" or a.shape != b.shape):
            raise ValueError(f"{place}: {quoted(sign.text)} of two arrays; paste the result")
        self._count(max(a.size, b.size))
        with np.errstate(all="ignore"):
            match sign.text:
                case "+":
                    result = a + b
                case "-":
                    result = a - b
                case "*":
                    result = a * b
                case _:
                    result = a / b
        if not np.isfinite(result).all():
            raise ValueError(f"{place}: {quoted(sign.text)} gives no finite number")
        return _nested(result)

    def _count(self, n: int) -> None:
        self.n_computed += n
        if self.n_computed > MAX_NUMBERS:
            raise too_many()

    def _named(self, name: Token, depth: int) -> Nested:
        """The value of a call, or the name itself as a string."""
        opening = self.peek()
        if opening is not None and opening.kind == "open" and opening.touches:
            if name.text[0] in "+-":
                value = self._call(name._replace(text=name.text[1:]), depth)
                sign = name._replace(text="*")
                return self._computed(sign, False, -1.0, value) if name.text[0] == "-" else value
            if opening.text == "(":
                return self._call(name, depth)
            if is_known_call(name.text, opening.text):
                return self._single(depth)
        if name.text in _NUMBERS:
            return _NUMBERS[name.text]
        is_text = name.text[0] in "'\"" or name.text.lower() in _CONSTANTS
        return name.text.strip("'\"") if is_text else Name(name.text)

    def _call(self, name: Token, depth: int) -> Nested:
        function = name.text.rpartition(".")[2].rstrip("!")
        if function not in _FUNCTIONS and not is_known_call(function, "("):
            others = ", others each time" if "rand" in name.text else ""
            raise ValueError(
                f"line {name.line}: {quoted(name.text)} must be run to give numbers{others}; "
                f"paste its result"
            )
        self.place += 1
        if function in _TABLES and self._is_table("{"):
            return self._table(name, depth)
        self.skip("line")
        first, following = self.peek(), self.tokens[self.place + 1 : self.place + 2]
        if first and first.text in _KEYWORDS and following and following[0].kind == "is":
            self.place += 2
            self.skip("line")
        if function in _WRAPPERS | _TABLES and function != "matrix":
            value = self.value(depth + 1)
            self._leave_call(name)
            return (
                table_of(value)
                if function in _TABLES
                else (_turned(value, name) if function in _TRANSPOSING else value)
            )
        given, keywords = self._arguments(name, depth)
        if function in _LISTS:
            return _turned(given, name) if function in _BY_COLUMN else given
        if _is_neuron(function):
            return _neuron(given, keywords, name)
        given = given or [value for key, value in keywords.items() if key == "shape"]
        if not given:
            raise ValueError(f"line {name.line}: {quoted(name.text)} without numbers")
        if function in _FUNCTIONS:
            return self._function(name, _FUNCTIONS[function], given[0])
        if function == "matrix":
            return self._matrix_of_r(given, keywords, name)
        return self._filled(function, given, name.line)

    def _function(self, name: Token, function: Callable[[float], float], value: Nested) -> float:
        if not isinstance(value, float):
            raise ValueError(f"line {name.line}: {quoted(name.text)} of more than one number")
        try:
            return function(value)
        except (ValueError, OverflowError):
            raise ValueError(f"line {name.line}: {quoted(name.text)} gives no number") from None

    def _arguments(self, name: Token, depth: int) -> tuple[list[Nested], dict[str, Nested]]:
        """The values by position and by keyword, up to the bracket that ends the call."""
        given: list[Nested] = []
        keywords: dict[str, Nested] = {}
        while True:
            token = self._next(f"the bracket that ends {quoted(name.text)}")
            if token.kind == "close":
                return given, keywords
            if token.kind in ("comma", "line"):
                continue
            behind = self.peek()
            if token.kind == "name" and behind is not None and behind.kind == "is":
                self.place += 1
                self.skip("line")
                keywords[token.text] = self.value(depth + 1)
            else:
                self.place -= 1
                given.append(self.value(depth + 1))

    def _leave_call(self, name: Token) -> None:
        """Move past the closing bracket of a call, skipping dtype=… and the like."""
        depth = 1
        while depth:
            token = self._next(f"the bracket that ends {quoted(name.text)}")
            depth += (token.kind == "open") - (token.kind == "close")

    def _method(self, value: Nested, method: Token) -> Nested:
        """The value after a method such as .reshape(2, 3) or .astype(float)."""
        name = method.text[1:]
        opening = self.peek()
        given: list[Nested] = []
        if opening is not None and opening.text == "(":
            self.place += 1
            if name in _SAME:
                # Among its arguments are types, such as torch.float64.
                self._leave_call(method)
            else:
                given, _ = self._arguments(method, 0)
        if name in _SAME:
            return value
        if name in _FLAT:
            return _flat(value)
        if name in _TRANSPOSING:
            return _turned(value, method)
        if name == "reshape":
            shape = given[0] if len(given) == 1 and isinstance(given[0], list) else given
            array = _array(value, f"line {method.line}")
            try:
                return _nested(array.reshape([int(_number(size)) for size in shape]))
            except (TypeError, ValueError, OverflowError):
                raise ValueError(
                    f"line {method.line}: {array.size} numbers do not have that shape"
                ) from None
        raise ValueError(f"line {method.line}: {quoted(method.text)} must be run; paste its result")

    def _matrix_of_r(
        self, given: list[Nested], keywords: Mapping[str, Nested], name: Token
    ) -> Nested:
        """R's matrix(c(…), nrow, ncol): filled by columns unless it says otherwise."""
        value = given[0]
        named = {**dict(zip(("nrow", "ncol", "byrow"), given[1:], strict=False)), **keywords}
        if not named.keys() & {"nrow", "ncol"} or not isinstance(value, list):
            return value
        numbers = _array(value, f"line {name.line}").ravel()
        sizes = [named.get("nrow", -1.0), named.get("ncol", -1.0)]
        order: Literal["C", "F"] = "C" if str(named.get("byrow")).lower() in ("true", "t") else "F"
        try:
            matrix = numbers.reshape([int(_number(size)) for size in sizes], order=order)
        except (ValueError, OverflowError):
            raise ValueError(
                f"line {name.line}: {numbers.size} numbers do not fill a matrix of that size"
            ) from None
        return _nested(matrix)

    def _filled(self, function: str, given: list[Nested], line: int) -> Nested:
        """An array filled with one number, as np.zeros, np.ones and np.full make it, or np.eye."""
        number = _FILLED[function]
        if function == "full":
            number = _number(given.pop()) if len(given) > 1 else math.nan
        shape = given[0] if isinstance(given[0], list) else given
        if function == "eye":
            shape = [given[0], given[-1]]
        sizes = [int(n) for n in shape if isinstance(n, float) and 1 <= n <= MAX_NUMBERS]
        if len(sizes) != len(shape) or not 1 <= len(sizes) <= 2:
            raise ValueError(f"line {line}: expected a shape of one or two numbers from 1 up")
        self._count(math.prod(sizes))
        filled = np.eye(sizes[0], sizes[1]) if function == "eye" else np.full(sizes, number)
        return _nested(filled)

    def _is_table(self, bracket: str) -> bool:
        """Whether the bracket just opened begins a table: a key comes first, or braces are empty.

        Julia's named tuples are tables in round brackets.
        """
        places = range(self.place, len(self.tokens))
        words = (self.tokens[place] for place in places if self.tokens[place].kind != "line")
        key, behind = next(words, None), next(words, None)
        if key is None:
            return False
        is_key = key.kind in ("name", "number")
        behind_key = behind is not None and behind.kind in (
            ("colon", "is") if bracket == "{" else ("is",)
        )
        return (bracket == "{" and key.kind == "close") or (is_key and behind_key)

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
        if not row.splits and (row.has_commas or len(row.items) < 2):
            if opening.text == "(" and len(row.items) == 1 and not row.has_commas:
                return row.items[0]
            self.list_end = self.place
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
        widest = max(self.widths.get(line, 0) for _, line in row.breaks)
        return not nested and len(lengths) == 1 and widest < _MAX_ROW_WIDTH

    def _next(self, expected: str) -> Token:
        token = self.peek()
        if token is None:
            raise ValueError(f"the text ends where {expected} is expected")
        self.place += 1
        return token

    def _line(self) -> int:
        token = self.peek()
        return token.line if token else max(self.widths)


def _list_in_formula(sign: Token) -> ValueError:
    return ValueError(
        f"line {sign.line}: {quoted(sign.text)} of a list is one thing in Python, another in "
        f"MATLAB; paste the result"
    )


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
        if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) is not str:
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


def _neuron(given: list[Nested], keywords: Mapping[str, Nested], name: Token) -> Nested:
    """The table of a neuron or a layer made by a call: of two values the deeper is the weights."""
    table: dict[str, Nested] = dict(keywords)
    numbers = [value for value in given if not isinstance(value, str)]
    words = [value for value in given if isinstance(value, str)]
    has_lists = any(isinstance(value, list) for value in numbers)
    if not (has_lists or keywords):
        raise ValueError(f"line {name.line}: {quoted(name.text)} without its numbers")
    if len(numbers) > 2 or len(words) > 1 or len({*map(depth_of, numbers)}) < len(numbers):
        raise ValueError(f"line {name.line}: which value of {quoted(name.text)} is the weights?")
    if numbers:
        weights, *bias = sorted(numbers, key=depth_of, reverse=True)
        table = {"weights": weights, **dict(zip(("bias",), bias, strict=False)), **table}
    if words:
        table.setdefault("activation", words[0])
    return table


def depth_of(value: object) -> int:
    """Return how deeply lists are nested; a table of numbers counts as a list.

    Parameters
    ----------
    value
        A literal, lists and tables within each other.

    Returns
    -------
    int
    """
    if isinstance(value, list):
        return 1 + max((depth_of(item) for item in value), default=0)
    return 1 if isinstance(value, dict) else 0


def _array(value: Nested, place: str) -> FloatArray:
    """The numbers to compute with; raises ValueError for anything else."""
    rows = value if isinstance(value, list) else [value]
    cells = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
    other = next((cell for cell in cells if not isinstance(cell, float)), None)
    if other is not None:
        what = quoted(other) if isinstance(other, str) else "more than a matrix"
        raise ValueError(f"{place}: cannot compute with {what}; paste the result")
    if len({len(row) if isinstance(row, list) else -1 for row in rows}) > 1:
        raise ValueError(f"{place}: the rows differ in length")
    return np.array(value, dtype=np.float64)


def _nested(array: FloatArray) -> Nested:
    value: Nested = array.tolist()
    return value


def _number(value: Nested) -> float:
    if not isinstance(value, float):
        raise ValueError("expected a number")
    return value


def _flat(value: Nested) -> Nested:
    if not isinstance(value, list):
        return value
    return [cell for row in value for cell in (row if isinstance(row, list) else [row])]
