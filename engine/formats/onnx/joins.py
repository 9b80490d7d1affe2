"""Branches of linear operations that come together again, as one matrix and one row of shifts.

Each number on such branches is a sum of the numbers that they begin with, each times a weight, plus
a shift; so shifts and weights are what the operations are applied to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.formats.folding import Folding
from engine.formats.onnx.activations.matching import changes_nothing
from engine.formats.onnx.constants import MAX_NUMBERS
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.linear import linear_of
from engine.formats.onnx.node import Node
from engine.formats.onnx.operations import AFFINE, affine_of, apply_gemm, apply_matmul
from engine.formats.onnx.shapes import (
    REARRANGING,
    Place,
    flattened,
    rearranged,
    reduced,
    reshaped,
)
from engine.nn.arrays import FloatArray

_MAX_INPUTS = 10_000


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """A tensor of the branches.

    rows: (1 + n_inputs, n_numbers), first the shift of each number, then its weights.
    """

    place: Place
    rows: FloatArray

    @property
    def moved(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], FloatArray] | None:
        """Which input each number is, and times what; None where one is a sum of several."""
        weights = self.rows[1:]
        if (np.count_nonzero(weights, axis=0) != 1).any():
            return None
        places = np.argmax(weights != 0, axis=0)
        return places, weights[places, np.arange(len(places))]


def starting(places: list[Place]) -> list[Part] | None:
    """Return parts that are the inputs themselves, in this order; None when there are too many.

    Parameters
    ----------
    places
        The tensors at which the branches begin.

    Returns
    -------
    list[Part] | None
    """
    sizes = [place.n_numbers for place in places]
    if any(place.samples == 1 or not place.n_numbers for place in places):
        return None
    n_inputs = sum(size or 0 for size in sizes)
    if n_inputs > _MAX_INPUTS or (n_inputs + 1) * n_inputs > MAX_NUMBERS:
        return None
    rows = np.vstack([np.zeros((1, n_inputs)), np.eye(n_inputs)])
    ends = np.cumsum([size or 0 for size in sizes])[:-1]
    return [Part(*pair) for pair in zip(places, np.split(rows, ends, axis=1), strict=True)]


def joined(graph: Graph, starts: list[Part]) -> Part | None:
    """Return the first tensor that everything from these on goes through, None if there is none.

    Parameters
    ----------
    graph
        The graph of the ONNX file, as far as it leads to the outputs.
    starts
        Where the branches begin.

    Returns
    -------
    Part | None
    """
    parts = {part.place.tensor: part for part in starts}
    open_reads = {name: [*graph.readers.get(name, ())] for name in parts}
    tried: set[Node] = set()
    n_numbers = 0
    while True:
        ends = [name for name, reads in open_reads.items() if reads or name in graph.outputs]
        if len(ends) == 1 and ends[0] != starts[0].place.tensor:
            return parts[ends[0]]
        ready = {
            node
            for reads in open_reads.values()
            for node in reads
            if node not in tried
            and all(name in parts for name in node.inputs if graph.varies(name))
        }
        if not ready:
            return None
        node = min(ready, key=lambda node: node.number)
        tried.add(node)
        try:
            made = _made(graph, node, parts)
        except ValueError:
            made = None
        if made is None:
            continue
        n_numbers += made.rows.size
        if n_numbers > MAX_NUMBERS:
            return None
        parts[made.place.tensor] = made
        open_reads[made.place.tensor] = [*graph.readers.get(made.place.tensor, ())]
        for name in {*node.inputs} & open_reads.keys():
            open_reads[name].remove(node)


def _made(graph: Graph, node: Node, parts: dict[str, Part]) -> Part | None:
    """What a node makes of parts; None when it is not linear."""
    read = [parts[name] for name in node.inputs if name in parts]
    if len(node.outputs) > 1 and sum(map(graph.needs, node.outputs)) > 1:
        return None
    shapes = {name: part.place.dimensions for name, part in parts.items()}
    known = {name: sizes for name, sizes in shapes.items() if sizes is not None}
    if len(read) > 1 or node.op in ("Concat", "FeatureVectorizer"):
        return _together(graph, node, read)
    [part] = read
    place, rows = part.place, part.rows
    if changes_nothing(node, graph):
        return Part(replace(place, tensor=node.outputs[0]), rows)
    if node.op in ("MatMul", "Gemm"):
        folding = Folding()
        apply = apply_matmul if node.op == "MatMul" else apply_gemm
        after = apply(graph, node, place, folding)
        [layer] = folding.finish()
        return _shifted(Part(after, rows @ layer.weights.T), layer.bias)
    if node.op == "LinearRegressor":
        linear = linear_of(node, place, Folding())
        if linear.activation.name != "identity":
            return None
        after = Place(node.outputs[0], (None, len(linear.dense.weights)), 0)
        shift = 0.0 if linear.dense.bias is None else linear.dense.bias
        return _shifted(Part(after, rows @ linear.dense.weights.T), shift)
    if node.op in AFFINE:
        affine = affine_of(graph, node, place, Folding(), known)
        scale = 1.0 if affine.scale is None else affine.scale
        shift = 0.0 if affine.shift is None else affine.shift
        return _shifted(Part(replace(place, tensor=node.outputs[0]), rows * scale), shift)
    if node.op in ("ReduceMean", "ReduceSum"):
        to = reduced(place, node, graph)
        sums = rows.sum(axis=1, keepdims=True)
        mean = rows.shape[1] if node.op == "ReduceMean" else 1
        return None if to is None else Part(to, sums / mean)
    if node.op == "Flatten":
        return Part(flattened(place, node), rows)
    if node.op == "Reshape":
        return Part(reshaped(place, node, graph, known), rows)
    found = rearranged(place, node, graph) if node.op in REARRANGING else None
    return None if found is None else Part(found[0], rows[:, found[1]])


def _shifted(part: Part, shift: FloatArray | float) -> Part:
    rows = part.rows.copy()
    rows[0] += shift
    return Part(part.place, rows)


def _together(graph: Graph, node: Node, read: list[Part]) -> Part | None:
    """What a node makes of several parts, of which each sample is a row."""
    if any(part.place.rank != 2 for part in read) or len(read) < len(node.inputs):
        return None
    sizes = [part.rows.shape[1] for part in read]
    if node.op == "FeatureVectorizer" or (
        node.op == "Concat" and node.integer_attribute("axis", 0) in (1, -1)
    ):
        named = {part.place.tensor: part for part in read}
        rows = np.hstack([named[name].rows for name in node.inputs])
    elif node.op in ("Add", "Sub") and len(read) == 2 and (sizes[0] == sizes[1] or 1 in sizes):
        rows = read[0].rows + read[1].rows * (1.0 if node.op == "Add" else -1.0)
    else:
        return None
    return Part(Place(node.outputs[0], (None, rows.shape[1]), 0), rows)
