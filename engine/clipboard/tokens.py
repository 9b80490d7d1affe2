"""The tokens of a pasted text: numbers, brackets, separators. None of it is ever run."""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple, get_args

from engine.text import printable

MAX_CHARACTERS = 1_000_000
MAX_NUMBERS = 200_000

_MAX_TOKENS = 3 * MAX_NUMBERS
"""Enough for a comma after each number and brackets around short rows."""

_MAX_DEPTH = 30
"""Deeper than the reader goes; a text of nothing but brackets is refused at once."""

TokenKind = Literal[
    "number",
    "name",
    "open",
    "close",
    "comma",
    "semicolon",
    "colon",
    "line",
    "turn",
    "method",
    "operator",
    "is",
]

NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][-+]?\d+)?", re.ASCII)

_SUFFIX = r"(?:\*\^[-+]?\d+|_?f(?:32|64)\b|f[-+]?\d+|[fFlL])?"
"""Of C, Rust, Julia and Mathematica: 0.5f, 0.5_f64, 5f-1, 5*^-1."""

_ENDING = re.compile(r"_?f(?:32|64)$|[fFlL]$")
_EXPONENT = re.compile(r"\*\^|[dDf](?=[-+\d])")

_TOKEN = re.compile(
    rf"""
      (?P<blank>[ \t]+|(?:\#|%|//)[^\n]*)
    | (?P<line>\n)
    | (?P<number>{NUMBER.pattern}{_SUFFIX}(?![\w.]))
    | (?P<turn>\.T\b|(?<=[\])])\.?')
    | (?P<method>(?<=[\])}}])\.[A-Za-z_]\w*)
    | (?P<name>[-+]?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*!?|'[^'\n]*'|"[^"\n]*"|<[^<>\n]*>)
    | (?P<open>[\[({{])
    | (?P<close>[\])}}])
    | (?P<comma>,)
    | (?P<semicolon>;)
    | (?P<colon>:)
    | (?P<operator>\*(?!\*)|/|[-+](?=[ \t\n(\[]))
    | (?P<is>=)
    """,
    re.VERBOSE | re.ASCII,
)
_KINDS: dict[str, TokenKind] = {kind: kind for kind in get_args(TokenKind)}
_MAX_QUOTE_LENGTH = 30


class Token(NamedTuple):
    """One token of the text.

    Parameters
    ----------
    kind
        What it is: a number, a name, a bracket …
    text
        As it was pasted.
    line
        Its line, from 1.
    touches
        Whether there is no blank before it.
    """

    kind: TokenKind
    text: str
    line: int
    touches: bool


def tokens_of(text: str, line: int = 1) -> list[Token]:
    """Return the tokens of the text.

    Parameters
    ----------
    text
        A part of what was pasted.
    line
        The number of its first line.

    Returns
    -------
    list[Token]

    Raises
    ------
    ValueError
        Naming the line, for an unexpected token and for too many numbers.
    """
    tokens: list[Token] = []
    place, touches, n_numbers, depth = 0, False, 0, 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"line {line}: {_word_at(text, place)} is not a number")
        kind, word = _KINDS.get(found.lastgroup or ""), found[0]
        place = found.end()
        if kind is None:
            touches = False
            continue
        n_numbers += kind == "number"
        if n_numbers > MAX_NUMBERS or len(tokens) > _MAX_TOKENS:
            raise too_many()
        depth += (kind == "open") - (kind == "close")
        if depth > _MAX_DEPTH:
            raise ValueError(f"line {line}: brackets within brackets, more than {_MAX_DEPTH} deep")
        tokens.append(Token(kind, word, line, touches))
        touches = kind != "line"
        line += kind == "line"
    return tokens


def number_of(word: str, place: str) -> float:
    """Return the number in the word.

    Parameters
    ----------
    word
        A part of the pasted text, such as -0.5 or 1e-3.
    place
        How a message names where it is.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        Naming `place`, if it is not one.
    """
    plain = _EXPONENT.sub("e", _ENDING.sub("", word))
    if not NUMBER.fullmatch(plain):
        raise ValueError(
            f"{place}: {quoted(word)} is not a number" if word else f"{place} is empty"
        )
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(f"{place}: {quoted(word)} is too large for a float64")
    return value


def too_many() -> ValueError:
    """Return the error for too many numbers."""
    return ValueError(f"more than {MAX_NUMBERS:,} numbers; a paste may hold no more")


def quoted(word: str) -> str:
    """Return the word in quotes, shortened if long and without control characters.

    Parameters
    ----------
    word
        A part of the pasted text.

    Returns
    -------
    str
    """
    clean = printable(word)
    return repr(clean if len(clean) <= _MAX_QUOTE_LENGTH else clean[:_MAX_QUOTE_LENGTH] + "…")


def _word_at(text: str, place: int) -> str:
    end = place + 1
    while end < len(text) and not text[end].isspace() and text[end] not in ",;[](){}":
        end += 1
    return quoted(text[place:end])
