"""Numbers, rows and matrices within JSON from untrusted sources, checked one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.formats.toml.values import is_number
from engine.nn.activations import Activation, activation
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.text import printable, quoted

_MAX_NAME_LENGTH = 60
_KEYS_OF_A_MATRIX = {"rows", "cols", "data", "matrix"}


def list_of(value: object, place: str) -> list[Any]:
    """Return a list; an object with the keys 0, 1 … counts as one, as typed arrays are written.

    Parameters
    ----------
    value
        A part of the file.
    place
        How errors begin.

    Returns
    -------
    list[Any]

    Raises
    ------
    ValueError
        For anything else, and for an empty list.
    """
    if isinstance(value, dict) and value.keys() == {str(k) for k in range(len(value))}:
        value = [value[str(k)] for k in range(len(value))]
    if not isinstance(value, list) or not value:
        raise ValueError(f"{place}: expected a list of numbers")
    return value


def row_of(value: object, place: str) -> FloatArray:
    """Return a list of numbers, or of lists of one number each, as (n,).

    Parameters
    ----------
    value
        A part of the file.
    place
        How errors begin.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        Naming the number, counted from 1, that is none.
    """
    numbers = []
    for number, item in enumerate(list_of(value, place), start=1):
        if isinstance(item, list) and len(item) == 1:
            item = item[0]
        if not is_number(item):
            raise ValueError(f"{place}: number {number} is not a finite number")
        numbers.append(float(item))
    return np.array(numbers)


def matrix_of(value: object, place: str) -> FloatArray:
    """Return a list of rows as (n_rows, n_columns).

    Parameters
    ----------
    value
        A part of the file.
    place
        How errors begin.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        Naming the row, counted from 1, that is none or has another length than the first.
    """
    rows = []
    for number, item in enumerate(list_of(value, place), start=1):
        rows.append(row_of(item, f"{place}, row {number}"))
        if len(rows[-1]) != len(rows[0]):
            raise ValueError(
                f"{place}: row {number} has {len(rows[-1])} numbers, row 1 has {len(rows[0])}"
            )
    return np.array(rows)


def is_matrix_object(value: object) -> bool:
    """Return whether a part of the file is a matrix as classes of JavaScript keep it.

    Parameters
    ----------
    value
        A part of the file.

    Returns
    -------
    bool
    """
    return isinstance(value, dict) and {"rows", "cols"} <= value.keys() <= _KEYS_OF_A_MATRIX


def matrix_in(value: dict[str, Any], place: str) -> FloatArray:
    """Return the matrix in an object with rows, cols and data, which may be rows or one list.

    Parameters
    ----------
    value
        Of which rows and cols may be missing.
    place
        How errors begin.

    Returns
    -------
    FloatArray

    Raises
    ------
    ValueError
        When the numbers are not as many as rows and cols say.
    """
    data = list_of(value.get("data", value.get("matrix")), place)
    nested = any(isinstance(item, list | dict) for item in data)
    numbers = matrix_of(data, place) if nested else row_of(data, place)
    n_columns = numbers.shape[-1] if nested else value.get("cols", 1)
    if not nested and type(n_columns) is int and n_columns > 0 == len(numbers) % n_columns:
        numbers = numbers.reshape(-1, n_columns)
    if (value.get("rows", len(numbers)), value.get("cols", n_columns)) != numbers.shape:
        raise ValueError(f"{place}: its rows and cols are not those of its data")
    return numbers


def layer_of(
    weights: FloatArray, bias: FloatArray, place: str, applied: Activation, before: Layer | None
) -> Layer:
    """Return the layer of these numbers.

    Parameters
    ----------
    weights
        (n_neurons, n_inputs).
    bias
        (n_neurons,).
    place
        How errors begin.
    applied
        The activation.
    before
        The layer before it, None for the first.

    Returns
    -------
    Layer

    Raises
    ------
    ValueError
        When the shapes do not fit.
    """
    if len(bias) != len(weights):
        raise ValueError(
            f"{place}: {len(bias)} biases, expected {len(weights)}, one for each neuron"
        )
    if before is not None and weights.shape[1] != before.n_neurons:
        raise ValueError(
            f"{place}: each neuron has {weights.shape[1]} weights, expected {before.n_neurons}, "
            f"one for each neuron of the layer before"
        )
    return Layer(weights, bias, applied)


def activation_of(word: object, place: str) -> Activation:
    """Return the activation with this name in the file.

    Parameters
    ----------
    word
        A part of the file.
    place
        How errors begin.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        When it is not the name of one.
    """
    if not isinstance(word, str):
        raise ValueError(f"{place}: the activation is not a name")
    try:
        return activation(word[:_MAX_NAME_LENGTH])
    except ValueError:
        raise ValueError(f"{place}: the activation {quoted(word)} is unknown") from None


def name_of(text: str) -> str:
    """Return a name from the file as the screen can show it.

    Parameters
    ----------
    text
        A key of the file.

    Returns
    -------
    str
    """
    return printable(text)[:_MAX_NAME_LENGTH]
