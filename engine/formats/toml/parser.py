"""Parses the bytes of a TOML file into plain tables, in bounded time and memory.

tomllib takes microseconds for every number, and far too long for some small files, as it joins the
parts of a dotted key again and again. So long arrays of plain numbers are read by the JSON decoder,
whose syntax for them is the same, and the rest is checked before tomllib parses it.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from engine.text import printable

_LONG_ARRAY = 1_000
_MAX_STRING_LENGTH = 120_000
_MAX_WORD_LENGTH = 2_000
_MAX_KEY_PARTS = 3
_MAX_MARKS = 150_000
_MARKS_OF_A_TABLE = 10
_MAX_REASON_LENGTH = 200

# A float literal that stands for an array that was taken out; the digits that follow number it.
_STAND_IN = "0e000000"

_TOKEN = re.compile(r"""["'#]|=[ \t]*(?=\[)""")
_STRING = re.compile(
    r'''"""[^"\\]*(?:(?:\\.|"{1,2}(?!"))[^"\\]*)*"{3,5}'''
    r"""|'''.*?'{3,5}"""
    r'''|"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"'''
    r"""|'(?!'')[^'\n]*'""",
    re.DOTALL,
)
# The letters are those of true, false, nan and inf; "-" is an unset target.
_PLAIN_ARRAY = re.compile(r'(?:[-+.,\[\]0-9eE \t\ntrufalsin]++|"-")*+')
_LEADING_COMMA = re.compile(r"\[\s*,")
_TRAILING_COMMA = re.compile(r",(?=\s*\])")
_LONG_WORD = re.compile(rf"(?<!\w)\w{{{_MAX_WORD_LENGTH + 1}}}", re.ASCII)
_DOTTED_KEY = re.compile(rf"(?<![\w-])(?:[\w-]+[ \t]*\.[ \t]*){{{_MAX_KEY_PARTS}}}", re.ASCII)
_TABLE_LINE = re.compile(r"^[ \t]*\[", re.MULTILINE)


class _PlainArray:
    """An array that was taken out, returned to tomllib in place of its stand-in."""

    def __init__(self, array: list[Any]) -> None:
        self.array = array


def parse(data: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Parameters
    ----------
    data
        The bytes of the file.

    Returns
    -------
    dict[str, Any]

    Raises
    ------
    ValueError
        Naming the line, if it is not one.
    """
    try:
        # TOML treats \r\n as one line break; a byte order mark is accepted.
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8; a TOML file is UTF-8 text"
        ) from None
    text, arrays = _without_plain_arrays(text)

    def number(literal: str) -> float | _PlainArray:
        if arrays and literal.startswith(_STAND_IN):
            return _PlainArray(arrays[int(literal.removeprefix(_STAND_IN))])
        return float(literal)

    try:
        document = tomllib.loads(text, parse_float=number)
    except RecursionError:
        raise ValueError("arrays or tables are nested too deeply") from None
    except ValueError as error:
        reason = printable(str(error))
        if len(reason) > _MAX_REASON_LENGTH:
            reason = reason[:_MAX_REASON_LENGTH] + "…"
        raise ValueError(f"not valid TOML: {reason}") from None
    _put_back(document)
    return document


def _without_plain_arrays(text: str) -> tuple[str, list[list[Any]]]:
    """Take long arrays of plain numbers out of `text`, and refuse text that slows tomllib down.

    Lines and columns of the returned text stay the same. Strings and comments are skipped, so that
    what looks like an array inside them stays.
    """
    kept: list[str] = []
    skeleton: list[str] = []
    arrays: list[list[Any]] = []
    copied = position = steps = 0
    may_take_out = _STAND_IN not in text
    while token := _TOKEN.search(text, position):
        start, sign = token.start(), token[0][0]
        skeleton.append(text[position:start])
        steps += 1
        if steps > _MAX_MARKS:
            break
        if sign == "#":
            position = text.find("\n", start)
            if position < 0:
                position = len(text)
        elif sign == "=":
            skeleton.append(sign)
            position = token.end()
            found = _plain_array(text, position) if may_take_out else None
            if found is not None:
                array, end = found
                kept += text[copied:position], _stand_in(text[position:end], len(arrays))
                arrays.append(array)
                copied = position = end
        else:
            string = _STRING.match(text, start, start + _MAX_STRING_LENGTH)
            if string is None:
                _check_unclosed(text, start)
                # tomllib stops here and reports why.
                position = len(text)
                break
            # The checks below treat a string like any other word, as it may be part of a key.
            skeleton.append("s")
            position = string.end()
    skeleton.append(text[position:])
    kept.append(text[copied:])
    _check_skeleton("".join(skeleton), steps, text)
    return "".join(kept), arrays


def _plain_array(text: str, start: int) -> tuple[list[Any], int] | None:
    """The long array of numbers at `start` and its end, or None if it is not one.

    Booleans, nan and inf are accepted here; the reader reports their place.
    """
    match = _PLAIN_ARRAY.match(text, start)
    if match is None or len(match[0]) < _LONG_ARRAY or "null" in match[0]:
        return None
    # Every replacement keeps the length, so that the end stays where it is in the text.
    plain = match[0]
    if not _LEADING_COMMA.search(plain):
        plain = _TRAILING_COMMA.sub(" ", plain)
    plain = plain.replace("nan", "NaN").replace("inf", "NaN")
    try:
        array, length = json.JSONDecoder().raw_decode(plain)
    except (ValueError, RecursionError):
        return None
    return (array, start + length) if length >= _LONG_ARRAY else None


def _stand_in(array: str, number: int) -> str:
    """An array of one number that ends on the line and in the column where `array` ends."""
    literal = f"{_STAND_IN}{number}"
    lines = array.count("\n")
    if not lines:
        return f"[{literal.ljust(len(array) - 2)}]"
    last_line = array[array.rindex("\n") + 1 :]
    return f"[{literal}" + "\n" * lines + f"{' ' * (len(last_line) - 1)}]"


def _check_unclosed(text: str, start: int) -> None:
    """Raise ValueError unless the string that begins at `start` ends unclosed on its first line."""
    end = start + _MAX_STRING_LENGTH
    many_lines = text.startswith(('"""', "'''"), start)
    if len(text) > end and (many_lines or "\n" not in text[start:end]):
        line = _line_of(text, start)
        raise ValueError(f"line {line}: a text of more than {_MAX_STRING_LENGTH:,} characters")


def _check_skeleton(skeleton: str, steps: int, text: str) -> None:
    """Raise ValueError for anything that would take tomllib too long.

    skeleton: the text without quoted strings and comments. steps: how many of these there were.
    """
    for pattern, what in (
        (_LONG_WORD, f"a number or key of more than {_MAX_WORD_LENGTH:,} characters"),
        (_DOTTED_KEY, f"a key of more than {_MAX_KEY_PARTS} parts"),
    ):
        match = pattern.search(skeleton)
        if match is not None:
            # A key with quotes is not found in the text, as the skeleton leaves them out.
            start = text.find(match[0])
            raise ValueError(f"line {_line_of(text, start)}: {what}" if start >= 0 else what)
    marks = steps + sum(map(skeleton.count, ",\n[{="))
    marks += _MARKS_OF_A_TABLE * len(_TABLE_LINE.findall(skeleton))
    if marks > _MAX_MARKS:
        raise ValueError(
            "too many lines and values; long arrays are read when they hold plain numbers only, "
            "without comments, + signs or underscores"
        )


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _put_back(table: dict[str, Any]) -> None:
    """Replace the stand-ins by the arrays that were taken out."""
    for key, value in table.items():
        match value:
            case [_PlainArray() as plain]:
                table[key] = plain.array
            case dict():
                _put_back(value)
            case list():
                for item in value:
                    if type(item) is dict:
                        _put_back(item)
