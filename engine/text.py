"""Formatting numbers, and cleaning text from outside, for the screen.

Numbers are rounded for reading but never passed off as exact; text from files loses everything
that a terminal could take for a command.
"""

from __future__ import annotations

import difflib
import math
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

FULL_DIGITS = 17
"""Enough digits to read the same float64 back."""

_TEXTS_KEPT = 8192
"""Cached texts: most numbers stay the same from one edit to the next."""

_EPSILON = sys.float_info.epsilon
# The error, in units of epsilon, that a sum of a few terms may carry and still count as exact.
_ROUNDING_STEPS = 16
# Larger numbers are written with an exponent: they would not fit into a column.
_MAX_PLAIN = 1e7
_USUAL_DIGITS = 4
_MAX_DIGITS_BEFORE_A_LIMIT = 6

_DANGEROUS_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

MAX_QUOTE_LENGTH = 60


@lru_cache(maxsize=_TEXTS_KEPT)
def format_number(value: float, digits: int = 4) -> str:
    """Return `value` with at most `digits` decimals, without trailing zeros.

    A number too small or too large for that is written like "8.5e-6". A number other than zero is
    never written as "0": if need be it gets the usual 4 digits. With FULL_DIGITS the result is the
    shortest text that reads back as the same number.

    Parameters
    ----------
    value
        Any float64.
    digits
        The most decimals.

    Returns
    -------
    str
    """
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if digits >= FULL_DIGITS:
        text = repr(value)
        return text.removesuffix(".0") if "e" not in text else _tidy_exponent(text)
    if abs(value) >= _MAX_PLAIN:
        return _tidy_exponent(f"{value:.{digits}e}")
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        if digits < _USUAL_DIGITS:
            return format_number(value, _USUAL_DIGITS)
        return _tidy_exponent(f"{value:.{digits - _USUAL_DIGITS + 1}e}")
    return _without_trailing_zeros(text)


@lru_cache(maxsize=_TEXTS_KEPT)
def format_given(value: float, digits: int = 4, width: int = 7) -> str:
    """Return a number that a user gave: as typed if it fits into `width`, else rounded.

    Parameters
    ----------
    value
        Any float64.
    digits
        The most decimals.
    width
        The most characters.

    Returns
    -------
    str
    """
    text = format_number(value, FULL_DIGITS)
    return text if len(text) <= width else format_number(value, digits)


@lru_cache(maxsize=_TEXTS_KEPT)
def format_within(value: float, limits: tuple[float, float], digits: int = 4) -> str:
    """Return an activation as text, but never as one of its `limits` unless it reaches it.

    So 0.99996 stays 0.99996 at 4 decimals, and a number still closer to 1 becomes "<1".

    Parameters
    ----------
    value
        An activation of a neuron.
    limits
        The lowest and the highest value.
    digits
        The most decimals.

    Returns
    -------
    str
    """
    text = format_number(value, digits)
    for limit, sign in ((limits[0], ">"), (limits[1], "<")):
        if value != limit and math.isfinite(limit) and text == format_number(limit, digits):
            for more in range(digits + 1, _MAX_DIGITS_BEFORE_A_LIMIT + 1):
                text = format_number(value, more)
                if text != format_number(limit, more):
                    return text
            return sign + format_number(limit, digits)
    return text


def cut_number(text: str, width: int) -> str:
    """Return the text of a number cut to `width` characters (at least 8), its magnitude kept.

    "…" marks digits left out: 3.00000… or 1.79…e308.

    Parameters
    ----------
    text
        That of a number.
    width
        The most characters.

    Returns
    -------
    str
    """
    if len(text) <= width:
        return text
    mantissa, _, exponent = text.partition("e")
    whole = mantissa.partition(".")[0]
    if not exponent and len(whole) < width:
        return text[: width - 1].removesuffix(".") + "…"
    if not exponent:
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        mantissa, exponent = f"{sign}{digits[0]}.{digits[1:]}", str(len(digits) - 1)
    end = f"…e{exponent}"
    return mantissa[: max(1, width - len(end))].removesuffix(".") + end


def is_exact(text: str, value: float, scale: float | None = None) -> bool:
    """Whether `text` is `value` up to the rounding errors of float64 sums of size `scale`.

    Parameters
    ----------
    text
        That of a number, as it is shown.
    value
        What `text` stands for.
    scale
        The size of the terms of a sum.

    Returns
    -------
    bool
    """
    try:
        shown = float(text)
    except ValueError:
        return False
    if not math.isfinite(value):
        return True
    size = abs(value) if scale is None else max(abs(value), scale)
    return abs(shown - value) <= _ROUNDING_STEPS * _EPSILON * size


def equals_sign(text: str, value: float, scale: float | None = None) -> str:
    """Return "=" if `text` is exact for `value`, "≈" if it is rounded.

    Parameters
    ----------
    text
        That of a number, as it is shown.
    value
        What `text` stands for.
    scale
        The size of the terms of a sum.

    Returns
    -------
    str
    """
    return "=" if is_exact(text, value, scale) else "≈"


def equal_to(text: str, *, exact: bool) -> str:
    """Return the text of a number after its sign: "= 2.3", "≈ 0.0847", or "< 1" for "<1".

    Parameters
    ----------
    text
        That of a number, as it is shown.
    exact
        Whether it is exact.

    Returns
    -------
    str
    """
    if text[0] in "<>":
        return f"{text[0]} {text[1:]}"
    return f"{'=' if exact else '≈'} {text}"


def _without_trailing_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tidy_exponent(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return f"{_without_trailing_zeros(mantissa)}e{int(exponent)}"


def printable(text: str, keep: str = "") -> str:
    """Return `text` without control, formatting and private-use characters, except those in `keep`.

    An escape character would reach the terminal as a command, and a direction mark would reverse a
    line. Line breaks and tabs become spaces unless they are kept.

    Parameters
    ----------
    text
        Any text, from a file too.
    keep
        Characters that stay.

    Returns
    -------
    str
    """
    replaced = {
        ord(character): " " if character in "\n\r\t" else None
        for character in set(text).difference(keep)
        if character in "\n\r\t" or unicodedata.category(character) in _DANGEROUS_CATEGORIES
    }
    return text.translate(replaced)


def quoted(name: str) -> str:
    """Return a name for an error message or a note: short, printable, in quotes.

    Parameters
    ----------
    name
        Of a tensor, a layer, a column …

    Returns
    -------
    str
    """
    text = printable(name)
    return repr(text if len(text) <= MAX_QUOTE_LENGTH else text[:MAX_QUOTE_LENGTH] + "…")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "did you mean …?" with the nearest known word, or a list of all known words.

    Parameters
    ----------
    word
        What was typed, and is none of them.
    known
        All words that could have been meant.

    Returns
    -------
    str
    """
    words = list(known)
    close = difflib.get_close_matches(word[:100], words, n=1)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(words)}"


def misspelt(word: str, known: Iterable[str]) -> str:
    """Return "did you mean …?" with the known word that is one misspelling away, or a list of all.

    Misspelled is a word with a letter too many, left out or another, or two exchanged; one of three
    letters or fewer is another word.

    Parameters
    ----------
    word
        What was typed, and is none of them.
    known
        All words that could have been meant.

    Returns
    -------
    str
    """
    words = list(known)
    close = [other for other in words if len(word) > 3 and _is_misspelling(word, other)]
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(words)}"


def _is_misspelling(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1:
        return False
    start = next(
        (k for k, (one, two) in enumerate(zip(word, other, strict=False)) if one != two),
        min(len(word), len(other)),
    )
    rest, wanted = word[start:], other[start:]
    exchanged = rest[1:2] + rest[:1] + rest[2:]
    return wanted in (rest[1:], exchanged) or wanted[1:] in (rest, rest[1:])
