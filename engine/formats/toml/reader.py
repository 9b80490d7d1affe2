"""Turns the tables of a TOML file into a session, and reports what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.formats.toml.training import data_of, frozen_of, training_of
from engine.formats.toml.values import (
    MAX_NAME_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_QUOTE_LENGTH,
    MAX_TITLE_LENGTH,
    check_keys,
    checked_text,
    counted,
    is_number,
    kind_of,
    matrix,
    not_a_number,
    targets_matrix,
    texts,
    vector,
)
from engine.nn.activations import Activation, activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.losses import TASKS
from engine.nn.network import Network
from engine.session.origin import DTYPES, Origin
from engine.session.session import Session
from engine.text import nearest, printable, quoted

NEWEST_FORMAT = 2
"""Files of format 2 may have unset targets, or say where they come from."""

MAX_LAYERS = 1_000

_ROUNDING = 1e-9

_KEYS = (
    "format",
    "title",
    "note",
    "task",
    "features",
    "classes",
    "inputs",
    "targets",
    "layers",
    "data",
    "training",
    "origin",
)
_LAYER_KEYS = ("name", "activation", "weights", "bias", "frozen", "tensors")
_ORIGIN_KEYS = ("dtype", "inputs", "outputs", "transposed")


def session_of(document: dict[str, Any]) -> Session:
    """Return the session that the tables describe.

    Weights and bias may already be arrays of finite numbers, when another format supplies them.

    Parameters
    ----------
    document
        The tables of the file.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        Naming the place.
    """
    _check_format(document.get("format", 1))
    check_keys(document, _KEYS, "")
    if "layers" not in document:
        raise ValueError("layers: missing; a network has at least one [[layers]] table")
    layers = document["layers"]
    if type(layers) is not list or any(type(layer) is not dict for layer in layers):
        raise ValueError("layers: expected tables, each under a line [[layers]]")
    if not 1 <= len(layers) <= MAX_LAYERS:
        raise ValueError(f"layers: expected 1 to {MAX_LAYERS:,}, got {len(layers):,}")
    network = Network(_layer(layer, f"layers[{k}]") for k, layer in enumerate(layers, start=1))
    parts: dict[str, Any] = {
        "title": _text_at(document, "title", MAX_TITLE_LENGTH),
        "note": _text_at(document, "note", MAX_NOTE_LENGTH, keep="\n"),
        "task": _task(document),
        "features": _texts_at(document, "features"),
        "classes": _texts_at(document, "classes"),
    }
    if "inputs" in document:
        parts["inputs"] = matrix(document["inputs"], "inputs")
    if "targets" in document:
        parts["targets"] = targets_matrix(document["targets"], "targets", network.n_outputs)
    if "data" in document:
        parts |= data_of(document["data"])
    if "training" in document:
        parts["training"] = training_of(document["training"])
    if "origin" in document:
        parts["origin"] = _origin(document["origin"])
    session = Session(network, **parts)
    if session.derived and "inputs" in parts:
        _check_derived(session, parts["inputs"])
    return session


def _check_derived(session: Session, inputs: FloatArray) -> None:
    """Raise ValueError when derived inputs in the file do not follow from the others."""
    if inputs.shape != session.inputs.shape:
        return
    # The last digits of a sine differ between machines.
    with np.errstate(all="ignore"):
        wrong = ~np.isclose(inputs, session.inputs, rtol=_ROUNDING, atol=_ROUNDING)
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        text = session.derived[column - session.n_base_features].text
        raise ValueError(
            f"inputs[{row + 1}][{column + 1}]: {inputs[row, column]}, but {text} is "
            f"{session.inputs[row, column]}; derived inputs may be left out"
        )


def _check_format(value: object) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"format: expected 1 or {NEWEST_FORMAT}")
    if value > NEWEST_FORMAT:
        raise ValueError(f"format: made by a newer nn-play; this one reads up to {NEWEST_FORMAT}")


def _task(document: dict[str, Any]) -> str | None:
    task = _text_at(document, "task", MAX_TITLE_LENGTH)
    if task is not None and task not in TASKS:
        raise ValueError(f"task: {task[:MAX_QUOTE_LENGTH]!r} is unknown; {nearest(task, TASKS)}")
    return task


def _text_at(table: dict[str, Any], key: str, most: int, keep: str = "") -> str | None:
    return checked_text(table[key], key, most, keep) if key in table else None


def _texts_at(table: dict[str, Any], key: str) -> tuple[str, ...] | None:
    return texts(table[key], key, MAX_NAME_LENGTH) if key in table else None


def _layer(table: dict[str, Any], place: str) -> Layer:
    check_keys(table, _LAYER_KEYS, f"{place}: ")
    for key in ("activation", "weights", "bias"):
        if key not in table:
            raise ValueError(f"{place}: key {key!r} is missing")
    name = (
        checked_text(table["name"], f"{place}.name", MAX_NAME_LENGTH) if "name" in table else None
    )
    weights = matrix(table["weights"], f"{place}.weights")
    bias = vector(table["bias"], f"{place}.bias")
    if len(bias) != len(weights):
        raise ValueError(
            f"{place}.bias: {counted(len(bias))}, expected {len(weights)}, "
            f"one for each row of weights"
        )
    frozen = None
    if "frozen" in table:
        frozen = frozen_of(table["frozen"], len(weights), weights.shape[1], f"{place}.frozen")
    applied = _activation(table["activation"], f"{place}.activation")
    return Layer(weights, bias, applied, name, frozen, tensors_of(table, place))


def tensors_of(table: dict[str, Any], place: str) -> tuple[str, ...]:
    """Return what another file calls the weights and the bias of a layer; empty for none.

    Parameters
    ----------
    table
        A layer, as the file has it.
    place
        How a message names where it is.

    Returns
    -------
    tuple[str, ...]

    Raises
    ------
    ValueError
        Naming the place.
    """
    if "tensors" not in table:
        return ()
    names = texts(table["tensors"], f"{place}.tensors", MAX_TITLE_LENGTH)
    if not 1 <= len(names) <= 2:
        raise ValueError(f"{place}.tensors: expected the name of the weights, and of the bias")
    return names


def _origin(value: object) -> Origin:
    """What [origin] says of the file that the session was first read from."""
    if not isinstance(value, dict):
        raise ValueError(f"origin: expected a table [origin], got {kind_of(value)}")
    check_keys(value, _ORIGIN_KEYS, "origin: ")
    parts: dict[str, Any] = {
        key: checked_text(value[key], f"origin.{key}", MAX_TITLE_LENGTH)
        for key in ("dtype", "inputs", "outputs")
        if key in value
    }
    dtype = parts.get("dtype", "float64")
    if dtype not in DTYPES:
        raise ValueError(f"origin.dtype: {quoted(dtype)} is unknown; {nearest(dtype, DTYPES)}")
    transposed = value.get("transposed", False)
    if type(transposed) is not bool:
        raise ValueError(f"origin.transposed: expected true or false, got {kind_of(transposed)}")
    return Origin(**parts, transposed=transposed)


def _activation(value: object, place: str) -> Activation:
    if isinstance(value, dict):
        for key, parameter in value.items():
            if key != "name" and not is_number(parameter):
                raise not_a_number(parameter, f"{place}.{printable(key)[:MAX_QUOTE_LENGTH]}")
    elif not isinstance(value, str):
        raise ValueError(f"{place}: expected a name or a table with a name, got {kind_of(value)}")
    try:
        return activation(value)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
