"""What a listing assigns to names, in order: numbers, lists and tables of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.clipboard.numbers import BracketReader, Name, Nested, pasted, rows_of, table_of
from engine.clipboard.tokens import NUMBER, check_nothing_left_out, quoted, tokens_of

Role = Literal["weights", "bias", "inputs", "targets"]
Value = Nested | ValueError
"""The value assigned to a name, or why it cannot be read."""

_TEXT = r"""(?:"[^"\n]*"|(?<![\w\])}.])'[^'\n]*')"""
"""A quoted string; a quote after a bracket or a name is MATLAB's transpose."""

_ASSIGNED = re.compile(
    r"""(?:^|[;{,])[ \t]*(?:(?:const|let|var)[ \t]+)?(?:self\.)?
        (?P<name>[A-Za-z_][\w.]*)(?:\[["'](?P<key>\w+)["']\])?[ \t]*(?::[^=\n]{0,60})?=(?!=)
        [ \t]*(?P<value>(?:[A-Za-z_][\w.]*)?[\[(]|\{|[-+.\d])""",
    re.VERBOSE | re.ASCII | re.MULTILINE,
)
_SCOPE = re.compile(r"^(?:class[ \t]+(\w+)|\[{1,2}([A-Za-z_][\w.-]*)\]{1,2}[ \t]*$)", re.M | re.A)
_BRACKET = re.compile(rf"{_TEXT}|[\[(){{}}\]]")
_LINE = re.compile(r"^line \d+: ")
_AFTER_A_VALUE = re.compile(r"(?:\.T\b|')?(?=[ \t]*(?:$|[;,}\]\n)]))", re.MULTILINE)
_PARTS_OF_A_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_COMMENT = re.compile(rf"({_TEXT})|\#[^\n]*|(?:(?<=[,;{{}}\[\]])|^)[ \t]*//[^\n]*", re.MULTILINE)
_PARAMETER = re.compile(r"Parameter containing:\s*")
_KEY = re.compile(r"""\s*(?:[\[{(]|[\w.]*dict\(|["'][\w.]+["']\s*:)""", re.IGNORECASE | re.ASCII)
_KEY_WITHOUT_BRACKETS = re.compile(r"""\s*["'][\w.]+["']\s*:""", re.ASCII)
_ARRAY = re.compile(r"\s*(?:[\w.]{1,40}\.)?(?:[aA]rray|tensor)\(", re.ASCII)
_MATRIX_AND_MORE = re.compile(r"\]\s{0,99}\]\s{0,99}\n\s{0,99}\[")
_NESTED = re.compile(r"""["'{]|[\[(]\s{0,99}[\[(]\s{0,99}[\[(]""")
"""Never found in a single matrix, which need not be read twice."""

_ANY_KEY = re.compile(
    r"""["']?\b([\w.]{1,60})["']?[ \t]{0,9}(?::|=(?!=)|,[ \t]*(?:array|tensor)\()""", re.ASCII
)

_PRINTED_WITH_NAME = re.compile(
    r"^[ \t]*['\"]?([\w.]{1,60})['\"]?[ \t]*[:,]?[ \t\n]+(?=\[?(?:tensor|array)\()",
    re.ASCII | re.MULTILINE,
)
_NAME_ABOVE = re.compile(
    r"^[\w.]{0,60}?(coefs_|intercepts_)[ \t]*\n(?=\[)", re.ASCII | re.MULTILINE
)
_VARIABLE = re.compile(
    r"<(?:tf\.|Keras)?Variable "
    r"(?:'(?P<name>[\w./-]{1,200})(?::\d)?'|path=(?P<path>[\w./-]{1,200}),)"
    r"[^<>\[]{0,200}?\b(?:numpy|value)=\s*(?P<value>[^<>]*)>",
    re.ASCII,
)
"""As Keras 2 and 3 print one, with its numbers."""

_VARIABLE_ALONE = re.compile(r"<(?:tf\.|Keras)?Variable\b", re.ASCII)
_OF_A_MATLAB_NETWORK = re.compile(
    r"\b(?:\w{1,30}\.)?(IW|LW|b)\{(\d{1,3})(?:,\d{1,3})?\}[ \t]*=", re.ASCII
)
_MATLAB_MATRIX = re.compile(
    r"^([A-Za-z]\w{0,60})[ \t]*=[ \t]*\n(?:[ \t]*\n)?"
    r"(?:[ \t]*(1\.0e[-+]?\d{1,3})[ \t]*\*[ \t]*\n(?:[ \t]*\n)?)?"
    r"((?:[ \t]+[-+.\d][-+.\deE \t]*(?:\n|\Z))+)",
    re.ASCII | re.MULTILINE,
)

_MAX_ASSIGNED = 500
"""The maximum number of assignments of numbers: enough for the weights and biases of a hundred
layers, printed twice."""

_WORDS: dict[str, Role] = {
    **dict.fromkeys(("w", "weight", "weights", "kernel", "kernels", "coef", "coefs"), "weights"),
    **dict.fromkeys(("b", "bias", "biases", "intercept", "intercepts"), "bias"),
}
_OTHER_WORDS: dict[str, Role] = {
    **dict.fromkeys(("x", "input", "inputs", "batch", "sample", "samples"), "inputs"),
    **dict.fromkeys(("y", "target", "targets", "label", "labels", "true"), "targets"),
}
NOT_A_LAYER = frozenset(
    (
        *("d", "grad", "grads", "gradient", "gradients", "delta", "deltas", "velocity", "momentum"),
        *("decay", "init", "initializer", "regularizer", "constraint", "shape", "size", "std"),
        *("optimizer", "cache", "history"),
    )
)
"""A name such as weight_decay or dW is not that of weights."""


@dataclass(frozen=True, slots=True)
class _Value:
    """The text of a value; is_whole: whether nothing follows that would have to be computed."""

    name: str
    text: str
    line: int
    is_whole: bool


def without_comments(text: str) -> str:
    """Return the text without comments, from # or // to the end of the line.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    str
    """
    return _COMMENT.sub(lambda found: found[1] or "", _PARAMETER.sub("", text))


def as_assignments(text: str) -> str:
    """Return the text with what consoles print under a name written as assignments to it.

    That is `fc1.weight tensor(…)` of a loop over named parameters, `mlp.coefs_` above its list,
    Keras' variables, MATLAB's `W1 =` above a matrix, and the weights of its network object.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    str
    """
    text = _VARIABLE.sub(
        lambda found: f"('{found['name'] or found['path']}', {found['value']})", text
    )
    alone = _VARIABLE_ALONE.search(text)
    if alone:
        line = text.count("\n", 0, alone.start()) + 1
        raise ValueError(
            f"line {line}: a variable without its numbers; paste what model.get_weights() gives"
        )
    text = _PRINTED_WITH_NAME.sub(lambda found: f"{_assignable(found[1])} = ", text)
    text = _NAME_ABOVE.sub(lambda found: f"{found[1]} = ", text)
    text = _OF_A_MATLAB_NETWORK.sub(lambda found: f"{found[1][-1].upper()}{found[2]} =", text)
    return _MATLAB_MATRIX.sub(_matlab_matrix, text)


def _matlab_matrix(found: re.Match[str]) -> str:
    """A matrix as MATLAB prints it, written as it is typed; above it may be a common factor."""
    rows = found[3].strip().splitlines()
    if found[2]:
        exponent = found[2].removeprefix("1.0")
        rows = [NUMBER.sub(lambda cell: cell[0] + exponent, row) for row in rows]
    return f"{found[1]} = [{';'.join(rows)}]\n"


def _assignable(name: str) -> str:
    return name if name[0].isalpha() else f"layer{name}"


def table_in(text: str) -> Mapping[str, Value]:
    """Return what the listing assigns to names, or the one table or list that is the whole text.

    Such a list has the name "". For a name assigned more than once the last value written out in
    numbers counts, in the place of the first.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    Mapping[str, Value]

    Raises
    ------
    ValueError
        When there are too many assignments, or when a text that is a single table cannot be read.
    """
    found: dict[str, Value] = {}
    n_assigned = 0
    for value in _values(text):
        role, _ = role_of(value.name)
        if role is None and value.text[0] not in "[{(" and not _KEY.match(value.text):
            continue
        n_assigned += 1
        if n_assigned > _MAX_ASSIGNED:
            raise ValueError(
                f"line {value.line}: up to {quoted(value.name)} more than {_MAX_ASSIGNED} names "
                f"have numbers; a network's listing has fewer"
            )
        try:
            read = _read(value)
            if isinstance(read, list) and read and all(_is_known(item, found) for item in read):
                continue
            if role == "weights" and not holds_tables(read):
                _check_matrices(read)
            found[value.name] = read
        except ValueError as error:
            if value.name not in found and (role is not None or _holds_weights(value.text)):
                # Errors count lines within the value; in the listing only the first line of a value
                # is known.
                what = _LINE.sub("", str(error))
                found[value.name] = ValueError(f"{value.name} (line {value.line}): {what}")
    if not found:
        return _whole(text)
    return {
        name: value if isinstance(value, ValueError) else _without_known(value, found)
        for name, value in found.items()
    }


def role_of(name: str) -> tuple[Role | None, tuple[str, ...]]:
    """Return the role that a name states, None without one, and the rest of the name.

    Parameters
    ----------
    name
        To the left of an assignment, such as W1 or hidden_bias.

    Returns
    -------
    tuple[Role | None, tuple[str, ...]]
    """
    parts = words_of(name)
    if not NOT_A_LAYER.isdisjoint(parts):
        return None, ()
    for place, part in enumerate(parts):
        if part in _WORDS:
            return _WORDS[part], parts[:place] + parts[place + 1 :]
    roles = {_OTHER_WORDS.get(part) for part in parts}
    return (roles.pop(), ()) if len(roles) == 1 else (None, ())


def holds_tables(value: Nested) -> bool:
    """Return whether the value is a table, or a list that contains one.

    Parameters
    ----------
    value
        A literal, lists and tables within each other.

    Returns
    -------
    bool
    """
    if isinstance(value, list):
        return any(holds_tables(item) for item in value)
    return isinstance(value, dict)


def depth_of(value: Value) -> int:
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


def words_of(name: str) -> tuple[str, ...]:
    """Return the words and numbers of a name in lower case, "layer" and "2" for layer2.

    Parameters
    ----------
    name
        Such as layer2 or hiddenBias.

    Returns
    -------
    tuple[str, ...]
    """
    return tuple(part.lower() for part in _PARTS_OF_A_NAME.findall(name))


def _is_known(value: Nested, found: Mapping[str, Value]) -> bool:
    return isinstance(value, Name) and value in found


def _without_known(value: Nested, found: Mapping[str, Value]) -> Nested:
    """The value, with an empty string for each name that the listing itself defines."""
    if isinstance(value, dict):
        return {key: _without_known(item, found) for key, item in value.items()}
    if isinstance(value, list) and holds_tables(value):
        return [_without_known(item, found) for item in value]
    return "" if _is_known(value, found) else value


def _holds_weights(text: str) -> bool:
    return any(role_of(key)[0] == "weights" for key in _ANY_KEY.findall(text))


def _values(text: str) -> Iterator[_Value]:
    """Yield each assignment whose value begins like numbers or a table.

    A name assigned in several classes or sections counts separately in each.
    """
    scopes = [(found.start(), found[1] or found[2]) for found in _SCOPE.finditer(text)]
    n_scopes, scope_of = 0, dict[str, int]()
    place, line, counted = 0, 1, 0
    while found := _ASSIGNED.search(text, place):
        start = found.start("value")
        end = _end_of_value(text, start)
        ending = _AFTER_A_VALUE.match(text, end)
        place = max(end, found.end())
        line += text.count("\n", counted, start)
        counted = start
        stop = ending.end() if ending else end
        while n_scopes < len(scopes) and scopes[n_scopes][0] < start:
            n_scopes += 1
        name = found["key"] or found["name"]
        if scope_of.setdefault(name, n_scopes) != n_scopes:
            name = f"{scopes[n_scopes - 1][1]}{n_scopes}.{name}"
        yield _Value(name, text[start:stop], line, is_whole=ending is not None)


def _end_of_value(text: str, start: int) -> int:
    """Return where the brackets opened at `start` are all closed, or where the number ends."""
    number = NUMBER.match(text, start)
    if number:
        return number.end()
    depth = 0
    for bracket in _BRACKET.finditer(text, start):
        if bracket[0][0] in "\"'":
            continue
        depth += 1 if bracket[0] in "[({" else -1
        if depth <= 0:
            return bracket.end()
    return len(text)


def _whole(text: str) -> Mapping[str, Value]:
    """The table or list that makes up the whole text; empty if it is neither."""
    if _KEY_WITHOUT_BRACKETS.match(text):
        text = f"{{{text}}}"
    n_arrays = text.count("array(") + text.count("Array(") + text.count("tensor(")
    begins = _KEY.match(text) or _ARRAY.match(text)
    if not begins or not (n_arrays > 1 or _NESTED.search(text) or _MATRIX_AND_MORE.search(text)):
        return {}
    try:
        value = _read(_Value("", text.strip(), 1, is_whole=True), several=True)
    except ValueError:
        # A single matrix is read elsewhere, with its own error messages.
        if _holds_weights(text):
            raise
        return {}
    if isinstance(value, dict):
        return value
    match value:
        case [[*matrices], [*others]] if all(depth_of(item) == 2 for item in matrices):
            # As the two lists of scikit-learn are printed.
            if len(matrices) == len(others) and any(isinstance(item, list) for item in others):
                return {"weights": matrices, "biases": others}
    return {"": value}


def _check_matrices(value: Nested) -> None:
    """Raise ValueError, as the line is known here, unless it is one or more matrices."""
    for matrix in value if isinstance(value, list) and depth_of(value) > 2 else [value]:
        rows, flat = rows_of(matrix)
        pasted(rows, flat=flat)


def _read(value: _Value, *, several: bool = False) -> Nested:
    """The value that is written out; several: whether more may follow, to make one list."""
    if not value.is_whole:
        raise ValueError("is computed, not written out in numbers; paste its result")
    check_nothing_left_out(value.text)
    widths = [len(line) for line in value.text.split("\n")]
    reader = BracketReader(tokens_of(value.text), widths, has_tables=True)
    read = table_of(reader.value())
    values = [read]
    while reader.skip("line", "comma", "semicolon") and several and reader.peek():
        values.append(table_of(reader.value()))
        if len(values) > _MAX_ASSIGNED:
            raise ValueError(f"more than {_MAX_ASSIGNED} arrays; a network's listing has fewer")
    if len(values) > 1:
        read = table_of(list(values))
    token = reader.peek()
    if token:
        raise ValueError(f"{quoted(token.text)} is one word too many")
    return read
