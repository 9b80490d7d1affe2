"""The shapes along a path: the axis of the samples, and whether Flatten and Reshape keep them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.formats.onnx.graph import Graph, Node
from engine.formats.onnx.tensors import Array
from engine.nn.arrays import FloatArray

Dimensions = tuple[int | None, ...]
"""Sizes, None for an unknown one, such as the number of samples."""

Sizes = list[int | None]

_DEEPEST = 12
_MAX_DIMENSIONS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A tensor on the path. samples: the axis of the samples, None while unknown.

    dimensions: its shape, None if not even its rank is known. n_numbers: the number of values per
    sample, None if unknown.
    """

    tensor: str
    dimensions: Dimensions | None
    samples: int | None = None

    @property
    def rank(self) -> int | None:
        """How many axes there are, None if that is not known."""
        return None if self.dimensions is None else len(self.dimensions)

    @property
    def n_numbers(self) -> int | None:
        """How many numbers a sample has, None if that is not known."""
        if self.dimensions is None:
            return None
        if self.samples == 1:
            return self.dimensions[0]
        sizes = self.dimensions if self._is_one_sample else self.dimensions[1:]
        known = [size for size in sizes if size is not None]
        return math.prod(known) if len(known) == len(sizes) else None

    @property
    def _is_one_sample(self) -> bool:
        return self.samples is None and self.rank == 1

    def per_number(self, constant: Array, node: Node) -> FloatArray:
        """Return a constant combined with every sample as (n,), or (1,) for a single number.

        Parameters
        ----------
        constant
            The other operand, broadcast against the samples.
        node
            The operator, which errors name.

        Returns
        -------
        FloatArray

        Raises
        ------
        ValueError
            When it differs between samples, or would make the sample larger.
        """
        if constant.size == 1:
            return np.array(constant, dtype=np.float64).reshape(1)
        shape = constant.shape
        if self.samples == 1:
            fits = len(shape) == 2 and shape[1] == 1
        elif self._is_one_sample or self.dimensions is None:
            fits = len(shape) == 1 or (len(shape) == 2 and shape[0] == 1)
        else:
            fits = len(shape) < len(self.dimensions) or (
                len(shape) == len(self.dimensions) and shape[0] == 1
            )
            sample = [size for size in self.dimensions[1:] if size is not None]
            if fits and len(sample) == len(self.dimensions) - 1 and math.prod(sample) <= 1 << 24:
                one = constant.reshape(shape[-len(sample) :]) if sample else constant
                try:
                    one = np.broadcast_to(one, sample)
                except ValueError:
                    fits = False
                else:
                    return np.array(one, dtype=np.float64).ravel()
        if not fits:
            shown = "×".join(map(str, shape))
            raise node.refused(f"combines every sample with numbers of the shape {shown}")
        return np.array(constant, dtype=np.float64).ravel()


def flattened(place: Place, node: Node) -> Place:
    """Return the place after a Flatten that keeps samples apart; raises ValueError otherwise.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator, which errors name.

    Returns
    -------
    Place
    """
    axis = node.integer_attribute("axis", 1)
    if axis < 0 and place.rank is not None:
        axis += place.rank
    if axis != 1 or place.samples == 1 or place.rank == 1:
        raise node.refused("changes what a sample is")
    return Place(node.outputs[0], (None, place.n_numbers), 0)


def reshaped(place: Place, node: Node, graph: Graph, shapes: dict[str, Dimensions]) -> Place:
    """Return the place after a Reshape that keeps samples apart and their numbers in order.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator, which errors name.
    graph
        The graph of the ONNX file.
    shapes
        Those of the tensors so far, for a shape computed from them.

    Returns
    -------
    Place

    Raises
    ------
    ValueError
        Naming the node, for any other Reshape.
    """
    target = _target(node, graph, shapes)
    old = place.dimensions
    if target is None or place.samples == 1 or not target:
        raise node.refused("a new shape that cannot be known beforehand")
    if not node.integer_attribute("allowzero", 0) and old is not None:
        target = [old[k] if size == 0 and k < len(old) else size for k, size in enumerate(target)]
    n_numbers = place.n_numbers
    if len(target) == 1:
        if n_numbers != 1 and place.rank != 1:
            raise node.refused("runs the samples together")
        return Place(node.outputs[0], (None,) if place.rank != 1 else old, place.samples)
    first, *rest = target
    samples = None if old is None or place.rank == 1 else old[0]
    rest_size = math.prod(size for size in rest if size is not None and size >= 0)
    if (
        None in rest
        or rest.count(-1) + (first == -1) > 1
        or any(size is not None and size < -1 for size in target)
    ):
        raise node.refused("a new shape that cannot be known beforehand")
    if -1 in rest:
        if n_numbers is None and rest_size == 1 and len(rest) == 1:
            return Place(node.outputs[0], (None, None), 0)
        if first not in (None, 0, 1, samples) or not n_numbers or n_numbers % max(rest_size, 1):
            raise node.refused("changes what a sample is")
        rest = [n_numbers // rest_size if size == -1 else size for size in rest]
    elif n_numbers not in (None, rest_size) or first not in (None, -1, 0, 1, samples):
        raise node.refused("changes what a sample is")
    return Place(node.outputs[0], (None, *rest), 0)


def squeezed(place: Place, node: Node) -> Place:
    """Return the place after a last axis of size 1 is dropped; raises ValueError otherwise.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator, which errors name.

    Returns
    -------
    Place
    """
    if place.rank != 2 or place.samples == 1 or place.n_numbers != 1:
        raise node.refused("changes what a sample is")
    return Place(node.outputs[0], (None,), 0)


def transposed(place: Place, node: Node) -> Place:
    """Return the place after a transposition; raises ValueError for more than two axes.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator, which errors name.

    Returns
    -------
    Place
    """
    axes = node.attributes.get("perm")
    order = None if axes is None else tuple(axes.ints)
    if order is not None and order == tuple(range(len(order))):
        return Place(node.outputs[0], place.dimensions, place.samples)
    if place.rank not in (None, 2) or order not in (None, (1, 0)):
        raise node.refused("changes what a sample is")
    turned = None if place.dimensions is None else place.dimensions[::-1]
    return Place(node.outputs[0], turned, None if place.samples is None else 1 - place.samples)


def _target(node: Node, graph: Graph, shapes: dict[str, Dimensions]) -> Sizes | None:
    old = node.attributes.get("shape")
    if old is not None:
        return list(old.ints[: _MAX_DIMENSIONS + 1])
    if len(node.inputs) < 2:
        return None
    target = _evaluated(node.inputs[1], graph, shapes, {}, 0)
    return None if target is None or len(target) > _MAX_DIMENSIONS else target


def _evaluated(
    name: str,
    graph: Graph,
    shapes: dict[str, Dimensions],
    known: dict[str, Sizes | None],
    depth: int,
) -> Sizes | None:
    """Evaluate a small computation on shapes; None if it cannot be followed."""
    if name not in known:
        known[name] = None
        if graph.is_constant(name):
            known[name] = _constant_sizes(name, graph)
        elif depth < _DEEPEST and name in graph.makers:
            node = graph.makers[name]
            if node.op == "Shape":
                sizes = shapes.get(node.inputs[0])
                end = node.integer_attribute("end", _MAX_DIMENSIONS)
                start = node.integer_attribute("start", 0)
                known[name] = None if sizes is None else list(sizes[start:end])
            else:
                inputs = node.inputs[:_MAX_DIMENSIONS]
                parts = [_evaluated(part, graph, shapes, known, depth + 1) for part in inputs]
                known[name] = _combined(node.op, [part for part in parts if part is not None])
                if None in parts:
                    known[name] = None
    return known[name]


def _constant_sizes(name: str, graph: Graph) -> Sizes | None:
    if graph.size_of(name) > _MAX_DIMENSIONS:
        return None
    constant = graph.constant(name)
    return [int(size) for size in constant.ravel()] if constant.dtype.kind in "iu" else None


def _combined(op: str, parts: list[Sizes]) -> Sizes | None:
    match op, parts:
        case (("Cast" | "Identity" | "Unsqueeze" | "Squeeze"), [sizes, *_]):
            return sizes
        case "Gather", [sizes, [int() as index]] if -len(sizes) <= index < len(sizes):
            return [sizes[index]]
        case "Slice", [sizes, [int() as start], [int() as end], *more] if len(more) < 2:
            return sizes[start:end]
        case "Concat", _:
            return [size for part in parts for size in part][: _MAX_DIMENSIONS + 1]
    return None
