"""Weights and biases as nested lists under names of any kind, as json.dump writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from engine.formats.json.values import (
    activation_of,
    is_matrix_object,
    matrix_in,
    matrix_of,
    row_of,
)
from engine.formats.reading import Reading, ReadOptions
from engine.formats.tensors.names import bias_by_name, says_part
from engine.formats.tensors.reading import NamedTensors, read_tensors
from engine.formats.toml.values import is_number
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray
from engine.text import quoted

_MAX_DEPTH = 8
_ACTIVATION_KEYS = (
    *("activations", "activation", "act", "activation_functions", "activation_function"),
    "hidden_activation",
)
_OUTPUT_KEYS = ("out_activation_", "out_activation", "output_activation")
_MAX_ARRAYS = 2_001
_ARRAY_ALONE = re.compile(r"layers\.[0-9]{1,4}")
"""The name of an array in a list without names, such as that of Keras' get_weights()."""


def read_named_arrays(table: dict[str, Any], options: ReadOptions) -> Reading:
    """Return the session of the arrays in the object, named by the keys that lead to them.

    Parameters
    ----------
    table
        The object.
    options
        What it does not tell.

    Returns
    -------
    Reading

    Raises
    ------
    ValueError
        When it holds no weights, or they are not a path of dense layers.
    """
    arrays: dict[str, FloatArray] = {}
    for name, array in _arrays(table, "", 0):
        if len(arrays) == _MAX_ARRAYS:
            raise ValueError(f"holds more than {_MAX_ARRAYS - 1:,} arrays")
        arrays[name] = array
    matrices = [
        name
        for name, array in arrays.items()
        if array.ndim == 2 or (says_part(name) and not bias_by_name(name))
    ]
    if not matrices:
        raise ValueError(_without_weights(table))
    others = [name for name in matrices if not says_part(name)]
    notes = []
    if len(others) < len(matrices):
        matrices = [name for name in matrices if name not in others]
        notes = [f"{quoted(name)} is neither weights nor a bias: left out" for name in others]
        arrays = {name: array for name, array in arrays.items() if name not in others}
    transposed = options.transposed
    if transposed is None and (
        _is_by_nielsen(table) or all(_is_symmetric(arrays[name]) for name in matrices)
    ):
        transposed = False
    stated = _activations(table, len(matrices))
    if stated == ():
        notes.append("tells one activation and has several layers: taken as those given")
    elif stated is not None:
        options.refuse_activations()
        options = replace(options, activations=stated)
    shapes = {name: array.shape for name, array in arrays.items()}
    tensors = NamedTensors(shapes, arrays.__getitem__, in_file_order=True, has_others=True)
    reading = read_tensors(tensors, options, transposed, "float64")
    return replace(reading, notes=(*notes, *reading.notes))


def _without_weights(table: dict[str, Any]) -> str:
    for is_of, what in _OTHERS:
        if is_of(table):
            return (
                f"is {what}, which is not read; write its weights and biases as lists of numbers: "
                '{"W1": [[…], …], "b1": […], "W2": …}'
            )
    if "class_name" in table and "config" in table:
        return (
            "is the architecture of a Keras model, without its weights; "
            "model.save('net.keras') writes both"
        )
    return (
        "is JSON without weights and biases; models of brain.js, Toy-Neural-Network and "
        "tensorflow.js are read, and weights and biases as lists of numbers"
    )


def _is_convnetjs(table: dict[str, Any]) -> bool:
    layers = table.get("layers")
    return isinstance(layers, list) and any(
        isinstance(layer, dict) and "layer_type" in layer for layer in layers
    )


_OTHERS: tuple[tuple[Callable[[dict[str, Any]], bool], str], ...] = (
    (lambda table: table.keys() >= {"neurons", "connections"}, "a network of Synaptic"),
    (lambda table: table.keys() >= {"nodes", "connections"}, "a network of Neataptic"),
    (_is_convnetjs, "a network of convnetjs"),
)
"""Libraries that keep each connection, or each filter, on its own."""


def _arrays(
    value: Any, name: str, depth: int, by_layer: bool = False
) -> Iterator[tuple[str, FloatArray]]:
    """Yield the arrays in a part of the file by the keys that lead to them.

    by_layer: whether a list under this name has an item for each layer.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"{quoted(name)} is nested too deeply")
    if is_matrix_object(value):
        value = matrix_in(value, quoted(name)).tolist()
    if isinstance(value, list | dict) and (neurons := _neurons(value)) is not None:
        weights, bias = neurons
        yield f"{name}.weights", matrix_of(weights, quoted(name))
        yield f"{name}.bias", row_of(bias, quoted(name))
        return
    if isinstance(value, dict):
        by_layer = any(_height(item) == 3 for key, item in value.items() if says_part(key))
        for key, item in value.items():
            yield from _arrays(item, f"{name}.{key}" if name else key, depth + 1, by_layer)
        return
    height = _height(value)
    is_bias = bias_by_name(name)
    if height == 2 and is_bias and not by_layer and len(value) == 1:
        value, height = value[0], 1
    if is_bias and is_number(value):
        value, height = [value], 1
    is_row = height == 1 or (height == 2 and is_bias and not by_layer and _is_column(value))
    if is_row or (height == 2 and not is_bias):
        read = row_of if is_row else matrix_of
        if says_part(name) or _ARRAY_ALONE.fullmatch(name):
            yield name, read(value, quoted(name))
        else:
            with suppress(ValueError):
                yield name, read(value, name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from _arrays(item, f"{name}.{number}", depth + 1)


def _neurons(value: list[Any] | dict[str, Any]) -> tuple[list[Any], list[Any]] | None:
    """The weights and the biases of a layer whose neurons each have theirs; None for others."""
    neurons = [*value.values()] if isinstance(value, dict) else value
    weights, biases = [], []
    for neuron in neurons:
        if not isinstance(neuron, dict):
            return None
        rows = [v for k, v in neuron.items() if says_part(k) and _height(v) == 1]
        own = [v for k, v in neuron.items() if bias_by_name(k) and is_number(v)]
        if len(rows) != 1 or len(own) != 1:
            return None
        weights += rows
        biases += own
    return (weights, biases) if neurons else None


def _height(value: Any) -> int:
    """How deep lists within lists go, by the first item of each; 0 if they end in a table."""
    height = 0
    while isinstance(value, list) and value and height <= _MAX_DEPTH:
        value, height = value[0], height + 1
    return height if type(value) in (int, float) else 0


def _is_by_nielsen(table: dict[str, Any]) -> bool:
    """Whether network2.py of "Neural Networks and Deep Learning" wrote it: rows, and sigmoid."""
    return table.keys() >= {"sizes", "weights", "biases", "cost"}


def _is_symmetric(matrix: FloatArray) -> bool:
    return np.array_equal(matrix, matrix.T)


def _is_column(value: list[Any]) -> bool:
    return all(isinstance(row, list) and len(row) == 1 for row in value)


def _activations(table: dict[str, Any], n_layers: int) -> tuple[Activation, ...] | None:
    """The activations that the file tells, () where it tells one for several layers, or None."""
    layers = table.get("layers")
    words: Any = next((table[key] for key in _ACTIVATION_KEYS if key in table), None)
    output: Any = next((table[key] for key in _OUTPUT_KEYS if key in table), None)
    if isinstance(layers, list) and words is None:
        tables = [layer for layer in layers if isinstance(layer, dict) and _has_weights(layer)]
        words = [next((layer[k] for k in _ACTIVATION_KEYS if k in layer), None) for layer in tables]
        words = None if None in words or not words else words
    if _is_by_nielsen(table):
        words = output = "sigmoid"
    if isinstance(words, str):
        if n_layers > 1 and not isinstance(output, str):
            # That of scikit-learn is of all layers but the last.
            return ()
        words = [words] * (n_layers - 1) + [output if n_layers > 1 else words]
    if not isinstance(words, list):
        return None
    if len(words) != n_layers:
        raise ValueError(f"tells {len(words)} activations, has {n_layers} layers with weights")
    return tuple(activation_of(word, f"layer {k}") for k, word in enumerate(words, start=1))


def _has_weights(layer: dict[str, Any]) -> bool:
    return any(says_part(key) and not bias_by_name(key) for key in layer)
