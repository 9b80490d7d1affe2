"""JSON from a file that nobody vouches for, in bounded time and memory."""

from __future__ import annotations

import json
import re
from typing import Any

from engine.formats.tensor_values import quoted

_MOST_MARKS = 400_000
_MOST_DIGITS = 20

# An unclosed text runs to the end, so that it is walked over once and not from each quote in it.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


def json_object(data: bytes, place: str) -> dict[str, Any]:
    """Return the object that the bytes describe.

    Raises ValueError that begins with `place` when they are no JSON object, have too many values,
    or give a name twice.
    """
    if _has_too_much(data):
        raise ValueError(f"{place}: too many values")
    try:
        table = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_int=_integer,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise ValueError(f"{place}: is not UTF-8 text") from None
    except RecursionError:
        raise ValueError(f"{place}: is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{place}: is not JSON, at character {error.pos + 1:,}") from None
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
    if type(table) is not dict:
        raise ValueError(f"{place}: is not a JSON object")
    return table


def _has_too_much(data: bytes) -> bool:
    """Whether parsing would take long: small values take thirty times their size in memory."""
    if sum(map(data.count, (b",", b"[", b"{", b'"'))) <= _MOST_MARKS:
        return False
    # What stands in texts does not count, such as the numbers of a document.
    outside: list[bytes] = []
    position = 0
    for text in _TEXT.finditer(data):
        outside.append(data[position : text.start()])
        position = text.end()
        if len(outside) > _MOST_MARKS:
            return True
    skeleton = b"".join([*outside, data[position:]])
    return sum(map(skeleton.count, (b",", b"[", b"{"))) > _MOST_MARKS


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"{quoted(name)} stands there twice")
            seen.add(name)
    return table


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number that JSON knows")
