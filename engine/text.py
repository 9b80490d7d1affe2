"""Numbers and outside text made fit for a screen.

Numbers are rounded for reading and never passed off as exact when they are not; text from files
loses whatever a terminal could take for a command.
"""

from __future__ import annotations

import difflib
import math
import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

FULL_DIGITS = 17
"""As many digits as it takes to read the very same float64 back."""

_TEXTS_KEPT = 8192
"""From one edit to the next most numbers stay, and so do their texts."""

_EPSILON = sys.float_info.epsilon
_ROUNDING_STEPS = 16
_MAX_PLAIN = 1e7
_USUAL_DIGITS = 4
_MAX_DIGITS_BEFORE_A_LIMIT = 6

_DANGEROUS_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

MAX_QUOTE_LENGTH = 60


@lru_cache(maxsize=_TEXTS_KEPT)
def format_number(value: float, digits: int = 4) -> str:
    """Return `value` with at most `digits` decimals, without trailing zeros.

    A number too small or too large for that is written like "8.5e-6"; a number that is not zero
    is never written as "0": with fewer digits than usual it is written as with those. With
    FULL_DIGITS it is the shortest text that reads back the same.
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
    """Return a number that a person gave: as typed when that fits in `width`, else rounded."""
    text = format_number(value, FULL_DIGITS)
    return text if len(text) <= width else format_number(value, digits)


@lru_cache(maxsize=_TEXTS_KEPT)
def format_within(value: float, limits: tuple[float, float], digits: int = 4) -> str:
    """Return the out of an activation with these `limits`; one short of a limit is not shown as it.

    So 0.99996 stays 0.99996 at 4 decimals, and what is nearer still to 1 is "<1".
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
    """Return the text of a number in at most `width` characters, from 8 on, its size kept.

    "…" stands where digits are left out: 3.00000… or 1.79…e308.
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
    """Whether `text` is `value` but for the rounding that float64 sums of size `scale` carry."""
    try:
        shown = float(text)
    except ValueError:
        return False
    if not math.isfinite(value):
        return True
    size = abs(value) if scale is None else max(abs(value), scale)
    return abs(shown - value) <= _ROUNDING_STEPS * _EPSILON * size


def equals_sign(text: str, value: float, scale: float | None = None) -> str:
    """Return "=" where `text` is exact for `value`, "≈" where it is rounded."""
    return "=" if is_exact(text, value, scale) else "≈"


def equal_to(text: str, *, exact: bool) -> str:
    """Return the text of a number behind its sign: "= 2.3", "≈ 0.0847", or "< 1" for "<1"."""
    if text[0] in "<>":
        return f"{text[0]} {text[1:]}"
    return f"{'=' if exact else '≈'} {text}"


def _without_trailing_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tidy_exponent(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    return f"{_without_trailing_zeros(mantissa)}e{int(exponent)}"


def printable(text: str, keep: str = "") -> str:
    """Return `text` without control, formatting and private characters, save those in `keep`.

    An escape character would reach the terminal as a command, and a direction mark would turn a
    line around. A line break becomes a blank unless it is kept.
    """
    replaced = {
        ord(character): " " if character in "\n\r\t" else None
        for character in set(text).difference(keep)
        if character in "\n\r\t" or unicodedata.category(character) in _DANGEROUS_CATEGORIES
    }
    return text.translate(replaced)


def quoted(name: str) -> str:
    """Return the name of a tensor for an error or a note: short, printable, in quotes."""
    text = printable(name)
    return repr(text if len(text) <= MAX_QUOTE_LENGTH else text[:MAX_QUOTE_LENGTH] + "…")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "did you mean …?" for the nearest known word, else the list of what is known."""
    words = list(known)
    close = difflib.get_close_matches(word[:100], words, n=1)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(words)}"
