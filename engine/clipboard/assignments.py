"""The numbers that a listing assigns to names: weights, biases, inputs and targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.clipboard.brackets import BracketReader
from engine.clipboard.reading import Pasted, pasted, rows_of
from engine.clipboard.tokens import NUMBER, check_nothing_left_out, quoted, tokens_of

Role = Literal["weights", "bias", "inputs", "targets"]

_ASSIGNED = re.compile(
    r"""(?:^|[;{,])[ \t]*(?:self\.)?
        (?:(?P<name>[A-Za-z_][\w.]*)[ \t]*(?::[^=\n]{0,60})?=(?!=)|["'](?P<key>[\w.]+)["'][ \t]*:)
        [ \t]*(?P<value>(?:[A-Za-z_][\w.]*)?[\[(]|[-+.\d])""",
    re.VERBOSE | re.ASCII | re.MULTILINE,
)
_BRACKET = re.compile(r"[\[(){}\]]")
_LINE = re.compile(r"^line \d+: ")
_AFTER_A_VALUE = re.compile(r"(?:\.T\b|')?(?=[ \t]*(?:$|[;,}\]\n)]))", re.MULTILINE)
_PARTS_OF_A_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_COMMENT = re.compile(r"#[^\n]*")

_MOST_ASSIGNED = 500
"""So many names with numbers, one that comes twice counted twice: enough for the weights and biases
of a hundred layers, printed twice."""

_WORDS: dict[str, Role] = {
    **dict.fromkeys(("w", "weight", "weights", "kernel", "kernels", "coef", "coefs"), "weights"),
    **dict.fromkeys(("b", "bias", "biases", "intercept", "intercepts"), "bias"),
}
_OTHER_WORDS: dict[str, Role] = {
    **dict.fromkeys(("x", "input", "inputs", "batch", "sample", "samples"), "inputs"),
    **dict.fromkeys(("y", "target", "targets", "label", "labels", "true"), "targets"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Assigned:
    """One name of a listing and its numbers.

    suffix: what tells it from others of its role, such as ("2",) of W2. numbers: what it is, or why
    that cannot be read.
    """

    name: str
    role: Role
    suffix: tuple[str, ...]
    numbers: Pasted | ValueError


@dataclass(frozen=True, slots=True)
class _Value:
    """The text of a value; is_whole: whether nothing follows it that would have to be computed."""

    name: str
    text: str
    line: int
    is_whole: bool


def without_comments(text: str) -> str:
    """Return the text without what stands behind a # up to the end of the line."""
    return _COMMENT.sub("", text)


def assignments_in(text: str) -> dict[tuple[Role, tuple[str, ...]], Assigned]:
    """Return what the listing assigns to names of weights, biases, inputs and targets.

    A name that is assigned more than once counts as last written out in numbers; it keeps its
    first place in the order. Raises ValueError where more are assigned than a listing has.
    """
    found: dict[tuple[Role, tuple[str, ...]], Assigned] = {}
    n_assigned = 0
    for value in _values(text):
        role, suffix = role_of(value.name)
        if role is None:
            continue
        n_assigned += 1
        if n_assigned > _MOST_ASSIGNED:
            raise ValueError(
                f"line {value.line}: up to {quoted(value.name)} more than {_MOST_ASSIGNED} names "
                f"have numbers; a network's listing has fewer"
            )
        key = (role, suffix)
        try:
            numbers: Pasted | ValueError = _numbers(value)
        except ValueError as error:
            if key in found:
                continue
            # Lines are counted within the value: only its first one is known in the listing.
            what = _LINE.sub("", str(error))
            numbers = ValueError(f"{value.name} (line {value.line}): {what}")
        found[key] = Assigned(value.name, role, suffix, numbers)
    return found


def role_of(name: str) -> tuple[Role | None, tuple[str, ...]]:
    """Return what a name stands for, None for nothing here, and what is left of it as a suffix."""
    parts = [part.lower() for part in _PARTS_OF_A_NAME.findall(name)]
    for place, part in enumerate(parts):
        if part in _WORDS:
            return _WORDS[part], tuple(parts[:place] + parts[place + 1 :])
    roles = {_OTHER_WORDS.get(part) for part in parts}
    return (roles.pop(), ()) if len(roles) == 1 else (None, ())


def _values(text: str) -> Iterator[_Value]:
    """Each name that something is assigned to which begins like numbers."""
    place, line, counted = 0, 1, 0
    while found := _ASSIGNED.search(text, place):
        start = found.start("value")
        end = _end_of_value(text, start)
        ending = _AFTER_A_VALUE.match(text, end)
        place = max(end, found.end())
        line += text.count("\n", counted, start)
        counted = start
        name = found["name"] or found["key"]
        stop = ending.end() if ending else end
        yield _Value(name, text[start:stop], line, is_whole=ending is not None)


def _end_of_value(text: str, start: int) -> int:
    """Where the brackets that begin at `start` are all closed, or the number ends."""
    number = NUMBER.match(text, start)
    if number:
        return number.end()
    depth = 0
    for bracket in _BRACKET.finditer(text, start):
        depth += 1 if bracket[0] in "[({" else -1
        if depth <= 0:
            return bracket.end()
    return len(text)


def _numbers(value: _Value) -> Pasted:
    if not value.is_whole:
        raise ValueError("is computed, not written out in numbers; paste what it gives")
    check_nothing_left_out(value.text)
    reader = BracketReader(tokens_of(value.text), [len(line) for line in value.text.split("\n")])
    rows, flat = rows_of(reader.value())
    token = reader.peek()
    if token:
        raise ValueError(f"{quoted(token.text)} is one word too many")
    return pasted(rows, flat=flat, name=value.name)
