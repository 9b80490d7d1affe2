"""From the tables of a TOML file to a session: what may stand where, and what is wrong with it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Collection
from itertools import chain
from typing import Any

import numpy as np

from engine.activations import Activation, FloatArray, activation
from engine.layer import Layer
from engine.network import Network
from engine.parsing import nearest
from engine.session import TASKS, Session
from engine.text import printable

FORMAT = 1
MOST_LAYERS = 1_000
LONGEST_TITLE = 200
LONGEST_NOTE = 10_000
LONGEST_NAME = 80

_KEYS = ("format", "title", "note", "task", "features", "classes", "inputs", "targets", "layers")
_LAYER_KEYS = ("name", "activation", "weights", "bias")
_LONGEST_QUOTE = 60


def session_of(document: dict[str, Any]) -> Session:
    """Return the session that the tables describe; raise ValueError, naming the place, if none."""
    _check_keys(document, _KEYS, "")
    _check_format(document.get("format", FORMAT))
    if "layers" not in document:
        raise ValueError("layers: missing; a network has at least one [[layers]] table")
    layers = document["layers"]
    if type(layers) is not list or any(type(layer) is not dict for layer in layers):
        raise ValueError("layers: expected tables, each under a line [[layers]]")
    if not 1 <= len(layers) <= MOST_LAYERS:
        raise ValueError(f"layers: expected 1 to {MOST_LAYERS:,}, got {len(layers):,}")
    network = Network(_layer(layer, f"layers[{k}]") for k, layer in enumerate(layers, start=1))
    parts: dict[str, Any] = {
        "title": _text_at(document, "title", LONGEST_TITLE),
        "note": _text_at(document, "note", LONGEST_NOTE, keep="\n"),
        "declared_task": _task(document),
        "features": _texts_at(document, "features"),
        "classes": _texts_at(document, "classes"),
    }
    for key in ("inputs", "targets"):
        if key in document:
            parts[key] = _matrix(document[key], key)
    return Session(network, **parts)


def checked_text(value: object, place: str, most: int, keep: str = "") -> str:
    """Return a text without control characters save those in `keep`.

    Raises ValueError, naming the place, when it is no text or has more than `most` characters.
    """
    if not isinstance(value, str):
        raise ValueError(f"{place}: expected a text in quotes, got {_kind(value)}")
    text = printable(value, keep)
    if len(text) > most:
        raise ValueError(f"{place}: {len(text):,} characters, at most {most:,} are allowed")
    return text


def _check_keys(table: dict[str, Any], known: Collection[str], place: str) -> None:
    for key in table:
        if key not in known:
            quoted = repr(printable(key)[:_LONGEST_QUOTE])
            raise ValueError(f"{place}unknown key {quoted}; {nearest(key, known)}")


def _check_format(value: object) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"format: expected {FORMAT}")
    if value > FORMAT:
        raise ValueError(f"format: written by a newer version; this one reads format {FORMAT}")


def _task(document: dict[str, Any]) -> str | None:
    task = _text_at(document, "task", LONGEST_TITLE)
    if task is not None and task not in TASKS:
        raise ValueError(f"task: {task[:_LONGEST_QUOTE]!r} is unknown; {nearest(task, TASKS)}")
    return task


def _text_at(table: dict[str, Any], key: str, most: int, keep: str = "") -> str | None:
    return checked_text(table[key], key, most, keep) if key in table else None


def _texts_at(table: dict[str, Any], key: str) -> tuple[str, ...] | None:
    if key not in table:
        return None
    if type(table[key]) is not list:
        raise ValueError(f"{key}: expected texts in brackets, got {_kind(table[key])}")
    return tuple(
        checked_text(text, f"{key}[{k}]", LONGEST_NAME) for k, text in enumerate(table[key], 1)
    )


def _layer(table: dict[str, Any], place: str) -> Layer:
    _check_keys(table, _LAYER_KEYS, f"{place}: ")
    for key in ("activation", "weights", "bias"):
        if key not in table:
            raise ValueError(f"{place}: key {key!r} is missing")
    name = checked_text(table["name"], f"{place}.name", LONGEST_NAME) if "name" in table else None
    weights = _matrix(table["weights"], f"{place}.weights")
    bias = _vector(table["bias"], f"{place}.bias")
    if len(bias) != len(weights):
        raise ValueError(
            f"{place}.bias: {_count(len(bias))}, expected {len(weights)}, "
            f"one for each row of weights"
        )
    return Layer(weights, bias, _activation(table["activation"], f"{place}.activation"), name)


def _activation(value: object, place: str) -> Activation:
    if isinstance(value, dict):
        for key, parameter in value.items():
            if key != "name" and not _is_number(parameter):
                raise _not_a_number(parameter, f"{place}.{printable(key)[:_LONGEST_QUOTE]}")
    elif not isinstance(value, str):
        raise ValueError(f"{place}: expected a name or a table with a name, got {_kind(value)}")
    try:
        return activation(value)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _matrix(value: object, place: str) -> FloatArray:
    """The rows as (n_rows, n_columns)."""
    if type(value) is not list:
        raise ValueError(f"{place}: expected rows of numbers, got {_kind(value)}")
    if not value:
        raise ValueError(f"{place}: expected at least one row of numbers")
    if set(map(type, value)) != {list}:
        row = next(k for k, row in enumerate(value) if type(row) is not list)
        raise ValueError(
            f"{place}[{row + 1}]: expected a row of numbers such as [1.0, 2.0], "
            f"got {_kind(value[row])}"
        )
    n_columns = len(value[0])
    if not n_columns:
        raise ValueError(f"{place}[1]: expected at least one number")
    if set(map(len, value)) != {n_columns}:
        row = next(k for k, row in enumerate(value) if len(row) != n_columns)
        raise ValueError(
            f"{place}[{row + 1}]: {_count(len(value[row]))}, "
            f"expected {n_columns} as in the row before"
        )
    flat = _numbers(
        list(chain.from_iterable(value)),
        lambda k: f"{place}[{k // n_columns + 1}][{k % n_columns + 1}]",
    )
    return flat.reshape(len(value), n_columns)


def _vector(value: object, place: str) -> FloatArray:
    if type(value) is not list:
        raise ValueError(f"{place}: expected numbers in brackets, got {_kind(value)}")
    return _numbers(value, lambda k: f"{place}[{k + 1}]")


def _numbers(values: list[Any], place_of: Callable[[int], str]) -> FloatArray:
    """The values as finite float64, looked at in bulk; one by one only to place an error."""
    # NumPy would take booleans and texts of digits for numbers.
    if set(map(type, values)) <= {int, float}:
        with contextlib.suppress(OverflowError):
            array = np.array(values, dtype=np.float64)
            if np.isfinite(array).all():
                return array
    index = next(k for k, value in enumerate(values) if not _is_number(value))
    raise _not_a_number(values[index], place_of(index))


def _is_number(value: object) -> bool:
    try:
        return isinstance(value, int | float) and type(value) is not bool and math.isfinite(value)
    except OverflowError:
        return False


def _not_a_number(value: object, place: str) -> ValueError:
    if type(value) in (int, float):
        return ValueError(f"{place}: expected a finite number that a float64 can hold")
    return ValueError(f"{place}: expected a number, got {_kind(value)}")


def _count(count: int) -> str:
    return f"{count} number{'s' * (count != 1)}"


def _kind(value: object) -> str:
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case dict():
            return "a table"
        case _:
            return "a date or time"
