"""Branches of a graph that read no inputs, such as √variance, or zeros of the shape of the mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.formats.onnx.constants import ARITHMETIC
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.node import Node
from engine.formats.onnx.shapes import Dimensions, Place, shape_of
from engine.formats.onnx.tensors import FLOAT_NAMES, Array, array_of, shown
from engine.nn.arrays import FloatArray

_MAX_NUMBERS = 100_000
_MAX_DEPTH = 20

_OPERATIONS: dict[str, Callable[..., Array]] = {
    **ARITHMETIC,
    "Identity": np.positive,
    "Cast": np.positive,
}


def branch_numbers(
    graph: Graph, name: str, place: Place, shapes: dict[str, Dimensions], node: Node
) -> Array:
    """Return what a branch that reads no inputs gives for every sample, computed in float64.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    name
        The last tensor of the branch.
    place
        What it is combined with.
    shapes
        Those of the tensors on the path so far.
    node
        The operator that combines them, which errors name.

    Returns
    -------
    Array

    Raises
    ------
    ValueError
        When the branch cannot be computed beforehand, or would make a sample larger.
    """
    with np.errstate(all="ignore"):
        numbers = _computed(graph, name, {}, 0)
    if numbers is None:
        raise node.refused(f"{shown(name)} is computed in a way that cannot be followed")
    shape, dimensions = shape_of(name, graph, shapes), place.dimensions
    if shape is None or dimensions is None or len(shape) > len(dimensions):
        raise node.refused(f"{shown(name)} has a shape that cannot be known beforehand")
    for size, expected in zip(shape[::-1], dimensions[::-1], strict=False):
        if size not in (1, expected):
            raise node.refused(f"{shown(name)} changes what a sample is")
    return numbers


def _computed(
    graph: Graph, name: str, known: dict[str, FloatArray | None], depth: int
) -> FloatArray | None:
    if name not in known:
        known[name] = None
        maker = graph.makers.get(name)
        if graph.is_constant(name):
            if graph.size_of(name) <= _MAX_NUMBERS:
                known[name] = _real(graph.numbers(name))
        elif maker is not None and depth < _MAX_DEPTH:
            known[name] = _made(graph, maker, known, depth + 1)
    return known[name]


def _made(
    graph: Graph, node: Node, known: dict[str, FloatArray | None], depth: int
) -> FloatArray | None:
    if node.op == "ConstantOfShape":
        value = node.attributes.get("value")
        # One number stands for all; the shape is checked apart.
        number = np.zeros(1) if value is None else array_of(value.t, node.label, graph.external)
        return _real(number.reshape(())) if number.size == 1 else None
    if node.op == "Expand":
        return _computed(graph, node.inputs[0], known, depth)
    operation = _OPERATIONS.get(node.op)
    n_inputs = getattr(operation, "nin", 0)
    if operation is None or len(node.inputs) != n_inputs:
        return None
    if node.op == "Cast" and node.integer_attribute("to", 0) not in FLOAT_NAMES:
        return None
    parts = [_computed(graph, part, known, depth) for part in node.inputs]
    given = [part for part in parts if part is not None]
    if len(given) < len(parts):
        return None
    try:
        shape = np.broadcast_shapes(*(part.shape for part in given))
    except ValueError:
        return None
    if int(np.prod(shape, dtype=np.float64)) > _MAX_NUMBERS:
        return None
    return np.asarray(operation(*given), dtype=np.float64)


def _real(array: Array) -> FloatArray | None:
    """The numbers as float64; None for whole numbers, which other rules of division hold for."""
    return array.astype(np.float64) if array.dtype.kind == "f" else None
