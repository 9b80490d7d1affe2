"""One dense layer, or some of its neurons, from a file that is too large to open as a network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import BinaryIO

import numpy as np

from engine.files import open_regular
from engine.formats.reading import check_count
from engine.formats.tensors.safetensors_header import Header, TensorEntry, read_header
from engine.formats.tensors.values import DTYPE_NAMES, checked_finite, float64_of, shape_text
from engine.nn.activations import Activation
from engine.nn.arguments import check_type
from engine.nn.arrays import FloatArray
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.session.session import Session
from engine.text import nearest, printable, quoted

_MAX_NAME_LENGTH = 80

Choice = slice | Sequence[int] | None
"""Which neurons or inputs, from 0: all (None), those of a slice, or those of a list."""


def list_tensors(path: str | os.PathLike[str]) -> tuple[TensorEntry, ...]:
    """Return the tensors of a safetensors file, reading only its header.

    Parameters
    ----------
    path
        A .safetensors file.

    Returns
    -------
    tuple[TensorEntry, ...]

    Raises
    ------
    ValueError
        When it is not one.
    OSError
        When the file system refuses.
    """
    check_type(path, str | os.PathLike, "path")
    with open_regular(path) as file:
        return tuple(_header(file).tensors.values())


def borrow(
    path: str | os.PathLike[str],
    tensor_name: str,
    bias_name: str | None = None,
    neurons: Choice = None,
    inputs: Choice = None,
    activation: Activation | str = "identity",
    transposed: bool = False,
) -> Session:
    """Return a network of one layer from a matrix in a safetensors file.

    Only the bytes of the chosen neurons and inputs are read.

    Parameters
    ----------
    path
        A .safetensors file.
    tensor_name
        The matrix, as `list_tensors` names it.
    bias_name
        Of the row of biases; None for a bias of 0.
    neurons
        Which rows of the matrix to take, from 0; None for all.
    inputs
        Which columns to take, from 0; None for all.
    activation
        What the layer applies to its sums, which the file does not say.
    transposed
        Whether the matrix has one column per neuron instead of one row.

    Returns
    -------
    Session

    Raises
    ------
    ValueError
        When there is no such matrix, neuron or input, when there are too many, or when a number is
        not finite.
    """
    check_type(path, str | os.PathLike, "path")
    with open_regular(path) as file:
        header = _header(file)
        entry = _entry(header, tensor_name, 2)
        n_rows, n_columns = entry.shape
        n_neurons, n_inputs = (n_columns, n_rows) if transposed else (n_rows, n_columns)
        neuron_list = _chosen(neurons, n_neurons, "neuron")
        input_list = _chosen(inputs, n_inputs, "input")
        check_count(len(neuron_list) * (len(input_list) + 1))
        rows, columns = (input_list, neuron_list) if transposed else (neuron_list, input_list)
        matrix = _part(file, entry, rows, columns)
        weights = np.ascontiguousarray(matrix.T) if transposed else matrix
        bias = np.zeros(len(neuron_list))
        if bias_name is not None:
            bias_entry = _entry(header, bias_name, 1)
            if bias_entry.shape != (n_neurons,):
                raise ValueError(
                    f"{quoted(bias_name)} has {bias_entry.shape[0]:,} numbers, expected "
                    f"{n_neurons:,}, one for each neuron of {quoted(tensor_name)}"
                )
            as_row = TensorEntry(
                bias_name, (1, n_neurons), bias_entry.dtype, bias_entry.n_bytes, bias_entry.start
            )
            bias = checked_finite(_part(file, as_row, [0], neuron_list)[0], bias_name)
    name = printable(tensor_name)[:_MAX_NAME_LENGTH]
    layer = Layer(checked_finite(weights, tensor_name), bias, activation, name)
    return Session(Network([layer]), title=name)


def _header(file: BinaryIO) -> Header:
    return read_header(file, os.fstat(file.fileno()).st_size)


def _entry(header: Header, name: str, n_dimensions: int) -> TensorEntry:
    if name not in header.tensors:
        known = (printable(known) for known in header.tensors)
        hint = nearest(name, known) if len(header.tensors) <= 20 else "see the list of its tensors"
        raise ValueError(f"there is no tensor {quoted(name)}; {hint}")
    entry = header.tensors[name]
    if len(entry.shape) != n_dimensions:
        expected = "a matrix" if n_dimensions == 2 else "a row of biases"
        raise ValueError(f"{quoted(name)} is {shape_text(entry.shape)}, expected {expected}")
    if entry.dtype not in DTYPE_NAMES:
        raise ValueError(
            f"{quoted(name)} holds {entry.dtype}; weights are read as {', '.join(DTYPE_NAMES)}"
        )
    return entry


def _chosen(choice: Choice, count: int, what: str) -> Sequence[int]:
    if choice is None:
        chosen: Sequence[int] = range(count)
    elif isinstance(choice, slice):
        chosen = range(count)[choice]
    else:
        chosen = choice
        for index in chosen:
            if not 0 <= index < count:
                raise ValueError(f"{what} {index + 1:,} does not exist; there are {count:,}")
    if not chosen:
        raise ValueError(f"no {what} is chosen; there are {count:,}")
    return chosen


def _part(
    file: BinaryIO, entry: TensorEntry, rows: Sequence[int], columns: Sequence[int]
) -> FloatArray:
    """Read the chosen rows and columns as float64, skipping other rows and the margins."""
    n_columns = entry.shape[1]
    item_bytes = entry.n_bytes // (entry.shape[0] * n_columns)
    first, last = min(columns), max(columns) + 1
    part = np.empty((len(rows), len(columns)))
    picked = np.array(columns, dtype=np.intp) - first
    whole = last - first == n_columns
    for start, stop in _runs(rows) if whole else ((k, k + 1) for k in range(len(rows))):
        file.seek(entry.start + (rows[start] * n_columns + first) * item_bytes)
        shape = (stop - start, last - first)
        data = file.read(shape[0] * shape[1] * item_bytes)
        if len(data) < shape[0] * shape[1] * item_bytes:
            raise ValueError("the file was cut short while being read")
        part[start:stop] = float64_of(data, entry.dtype, shape)[:, picked]
    return part


_ROWS_AT_ONCE = 64


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """The ranges of the list whose rows are consecutive in the file, as (start, stop)."""
    breaks = [
        k for k, (a, b) in enumerate(pairwise(rows), 1) if b != a + 1 or k % _ROWS_AT_ONCE == 0
    ]
    return list(pairwise([0, *breaks, len(rows)]))
