"""Which of the known models a JSON file holds."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

from engine.formats.bounded import json_value
from engine.formats.json.brain_js import is_bare_brain_js, is_brain_js, read_brain_js
from engine.formats.json.named_arrays import read_named_arrays
from engine.formats.json.tensorflow_js import is_tensorflow_js, read_tensorflow_js
from engine.formats.json.toy_neural_network import is_toy_neural_network, read_toy_neural_network
from engine.formats.reading import Reading, ReadOptions

_PLACE = "the file"


def read_json(data: bytes, folder: Path, options: ReadOptions) -> Reading:
    """Return the session in the bytes of a JSON file.

    Parameters
    ----------
    data
        The bytes of the file.
    folder
        Where it lies; tensorflow.js keeps the weights beside it.
    options
        What the user says about the file.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        When it is not JSON, holds none of the known models, or one that is not a path of dense
        layers.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # As PowerShell writes what is redirected to a file.
        data = data.decode("utf-16", "replace").encode(errors="replace")
    table = json_value(data.removeprefix(codecs.BOM_UTF8), _PLACE)
    if isinstance(table, str):
        # What was turned into JSON twice, as JSON.stringify(nn.serialize()) does.
        table = json_value(table.encode(errors="replace"), _PLACE)
    if isinstance(table, list):
        table = {"layers": table}
    if not isinstance(table, dict):
        raise ValueError(f"{_PLACE}: is not a JSON object")
    if is_tensorflow_js(table):
        return read_tensorflow_js(table, folder, options)
    if is_bare_brain_js(table):
        return read_brain_js(table, options)
    return read_whole_model(table, options) or read_named_arrays(table, options)


def read_whole_model(table: dict[str, Any], options: ReadOptions) -> Reading | None:
    """Return the session in an object that holds a whole model; None for any other object.

    Parameters
    ----------
    table
        The object.
    options
        What the user says about it.

    Returns
    -------
    Reading | None

    Raises
    ------
    ValueError
        When it is not a path of dense layers.
    """
    if is_brain_js(table):
        return read_brain_js(table, options)
    if is_toy_neural_network(table):
        return read_toy_neural_network(table, options)
    return None
