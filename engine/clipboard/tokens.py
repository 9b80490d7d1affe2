"""The tokens of a pasted text: numbers, brackets, separators. None of it is ever run."""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple

from engine.text import printable

MAX_CHARACTERS = 1_000_000
MAX_NUMBERS = 200_000

_MAX_TOKENS = 3 * MAX_NUMBERS
"""Enough for a comma after each number and brackets around short rows."""

_DEEPEST = 30
"""Deeper than the reader goes; a text of nothing but brackets is refused at once."""

TokenKind = Literal[
    "number", "name", "open", "close", "comma", "semicolon", "colon", "line", "turn", "is"
]

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?", re.ASCII)

_TOKEN = re.compile(
    rf"""
      (?P<blank>[ \t]+|(?:\#|%|//)[^\n]*)
    | (?P<line>\n)
    | (?P<number>{NUMBER.pattern}(?![\w.]))
    | (?P<turn>\.T\b|(?<=[\])])\.?')
    | (?P<name>[-+]?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|'[^'\n]*'|"[^"\n]*"|<[^<>\n]*>)
    | (?P<open>[\[({{])
    | (?P<close>[\])}}])
    | (?P<comma>,)
    | (?P<semicolon>;)
    | (?P<colon>:)
    | (?P<is>=)
    """,
    re.VERBOSE | re.ASCII,
)
_KINDS: dict[str, TokenKind] = {
    "line": "line",
    "number": "number",
    "turn": "turn",
    "name": "name",
    "open": "open",
    "close": "close",
    "comma": "comma",
    "semicolon": "semicolon",
    "colon": "colon",
    "is": "is",
}
_ELISION = re.compile(r"\.\.\.|…")
_PROMPT = re.compile(r"^(?:>>>|In \[\d*\]:|Out\[\d*\]:)[ \t]?", re.MULTILINE)
_CONTINUED = re.compile(r"^\.\.\.(?:[ \t]|$)", re.MULTILINE)
_CALL_OF_A_SESSION = re.compile(
    r"^(?:>>>|In \[\d*\]:)[ \t]*[\w.]{1,80}\([^\n\[=]*\)[ \t]*\n(?=[^>\nI])",
    re.MULTILINE | re.ASCII,
)
"""The line that printed what follows it, such as >>> model.get_weights()."""

_CONTINUED_IN_MATLAB = re.compile(r"(?<=[\d,;\[=])[ \t]{0,20}\.\.\.[ \t]{0,20}\n")
"""Three dots at the end of a line that has a number: the row goes on in the next one."""

_PLAINER = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " ", "\ufeff": None}
)
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


def cleaned(text: str) -> str:
    """Return the text with plain line ends, minus signs and blanks, and without prompts.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When it is too long or empty.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"{len(text):,} characters are too many to paste; at most {MAX_CHARACTERS:,} are read"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_PLAINER)
    if _PROMPT.search(text):
        text = _CALL_OF_A_SESSION.sub("\n", text)
        text = _CONTINUED.sub("", _PROMPT.sub("", text))
    if not text.strip():
        raise ValueError("there is nothing to paste")
    if ";" in text and "array(" not in text and "tensor(" not in text:
        text = _CONTINUED_IN_MATLAB.sub(" ", text)
    return text.strip("\n")


def check_nothing_left_out(text: str) -> None:
    """Raise ValueError, naming the line, if three dots stand for omitted numbers.

    Parameters
    ----------
    text
        What was pasted.
    """
    found = _ELISION.search(text)
    if found:
        raise ValueError(
            f"line {text.count(chr(10), 0, found.start()) + 1}: {found[0]} stands for numbers that "
            f"are left out; print the whole array, in NumPy after "
            f"np.set_printoptions(threshold=10**6)"
        )


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of the text.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    list[Token]

    Raises
    ------
    ValueError
        Naming the line, for an unexpected token and for too many numbers.
    """
    tokens: list[Token] = []
    place, line, touches, n_numbers, depth = 0, 1, False, 0, 0
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
        if depth > _DEEPEST:
            raise ValueError(f"line {line}: brackets within brackets, more than {_DEEPEST} deep")
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
    if not NUMBER.fullmatch(word):
        raise ValueError(
            f"{place}: {quoted(word)} is not a number" if word else f"{place} is empty"
        )
    value = float(word.replace("d", "e").replace("D", "e"))
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
