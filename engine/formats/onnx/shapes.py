"""The shapes along a path: the axis of the samples, and whether Flatten and Reshape keep them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.formats.onnx.constants import computed
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.node import Node
from engine.formats.onnx.tensors import Array
from engine.nn.arrays import FloatArray

Dimensions = tuple[int | None, ...]
"""Sizes, None for an unknown one, such as the number of samples."""

Sizes = list[int | None]

_ELEMENTWISE = (
    *("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Neg", "Abs", "Exp", "Log", "Sqrt"),
    *(
        "Reciprocal",
        "Identity",
        "Cast",
        "Clip",
        "Tanh",
        "Sigmoid",
        "Relu",
        "Softplus",
        "RandomNormalLike",
    ),
    *("RandomUniformLike", "Softmax", "Dropout"),
)
REARRANGING = (
    *("Transpose", "Squeeze", "Unsqueeze", "Slice", "Split", "Gather", "ArrayFeatureExtractor"),
)
"""The operators that move the numbers of a sample, or drop some."""

_N_SAMPLES = 5
_MAX_READ = 1_000
_MAX_NUMBERS = 1 << 20
"""Of a sample whose numbers are moved."""

_MAX_DEPTH = 12
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
    def has_rows(self) -> bool:
        """Whether each sample is one row of numbers, however many axes of size 1 are before it."""
        dimensions = self.dimensions
        is_known = dimensions is not None and len(dimensions) > 1 and self.samples != 1
        return is_known and {*(dimensions or ())[1:-1]} <= {1}

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


def rearranged(place: Place, node: Node, graph: Graph) -> tuple[Place, NDArray[np.intp]] | None:
    """Return the place after an operation that moves the numbers of each sample, or drops some.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator, which errors name.
    graph
        The graph of the ONNX file, in which one output of the node is needed.

    Returns
    -------
    tuple[Place, NDArray[np.intp]] | None
        Also which of the numbers before each number now is; None where the shape is not known, or
        the operands are not constants.

    Raises
    ------
    ValueError
        Naming the node, when it mixes samples.
    """
    n_numbers, others = place.n_numbers, [name for name in node.inputs[1:] if name]
    if n_numbers is None or place.dimensions is None or place.samples == 1:
        return None
    if not 0 < n_numbers <= _MAX_NUMBERS or not all(map(graph.is_constant, others)):
        return None
    n_samples = 1 if place.rank == 1 else _N_SAMPLES
    # What it does to numbers is seen from what it does to their places, in a few samples.
    shape = place.dimensions if place.rank == 1 else (_N_SAMPLES, *place.dimensions[1:])
    places = np.arange(n_numbers * n_samples)
    operands = [graph.constant(name) if name else None for name in node.inputs[1:]]
    output = next(k for k, name in enumerate(node.outputs) if graph.needs(name))
    operands.insert(0, places.reshape([size or 1 for size in shape]))
    result = computed(node, operands, None, output)
    tensor = node.outputs[output]
    if place.rank == 1 and result.ndim == 1:
        return Place(tensor, result.shape), result
    if not result.ndim or len(result) != n_samples or not result.size:
        raise node.refused("changes what a sample is")
    rows = result.reshape(n_samples, -1)
    if not all(np.array_equal(row, rows[0] + k * n_numbers) for k, row in enumerate(rows)):
        raise node.refused("changes what a sample is")
    return Place(tensor, (None, *result.shape[1:]), 0), rows[0]


def reduced(place: Place, node: Node, graph: Graph) -> Place | None:
    """Return the place after a sum or mean over the numbers of each row; None for other axes.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator, which newer models tell the axes by an input, older ones by an attribute.
    graph
        The graph of the ONNX file.

    Returns
    -------
    Place | None
    """
    given = node.attributes.get("axes")
    axes = [] if given is None else [*given.ints]
    if len(node.inputs) > 1 and graph.is_constant(node.inputs[1]):
        axes = [*graph.constant(node.inputs[1]).ravel()]
    if axes not in ([1], [-1]) or place.rank != 2 or place.samples == 1:
        return None
    keeps = node.integer_attribute("keepdims", 1) == 1
    return Place(node.outputs[0], (None, 1) if keeps else (None,), 0)


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


def is_strung_together(
    place: Place, node: Node, graph: Graph, shapes: dict[str, Dimensions]
) -> bool:
    """Return whether a Reshape puts the several numbers of every sample into one column or row.

    Parameters
    ----------
    place
        Where the node is read.
    node
        The operator.
    graph
        The graph of the ONNX file.
    shapes
        Those of the tensors so far, for a shape computed from them.

    Returns
    -------
    bool
    """
    several = place.rank == 2 and place.samples != 1 and place.n_numbers not in (None, 1)
    return several and _target(node, graph, shapes) in ([-1], [-1, 1], [1, -1])


def check_expanded(place: Place, node: Node, graph: Graph, shapes: dict[str, Dimensions]) -> None:
    """Raise ValueError unless an Expand leaves every sample as it is.

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
    """
    target, old = _target(node, graph, shapes), place.dimensions
    if target is None or old is None or len(target) > len(old):
        raise node.refused("a new shape that cannot be known beforehand")
    sizes = [*zip(old[::-1], target[::-1], strict=False)][::-1]
    samples = 1 if place.samples == 1 else 0
    for axis, (size, wanted) in enumerate(sizes, start=len(old) - len(target)):
        same = size == wanted and (size is not None or axis == samples)
        if not same and wanted != 1:
            raise node.refused("changes what a sample is")


def transposed(place: Place, node: Node) -> Place:
    """Return the place after rows and columns change places; raises ValueError for other axes.

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
    target = _Evaluation(graph, shapes).value(node.inputs[1])
    return None if target is None or len(target) > _MAX_DIMENSIONS else target


def shape_of(name: str, graph: Graph, shapes: dict[str, Dimensions]) -> Sizes | None:
    """Return the shape of a tensor computed from others, None if it cannot be known.

    Parameters
    ----------
    name
        The name of the tensor.
    graph
        The graph of the ONNX file.
    shapes
        Those of the tensors on the path so far.

    Returns
    -------
    Sizes | None
    """
    return _Evaluation(graph, shapes).shape(name, 0)


class _Evaluation:
    """Follows small computations on shapes; None stands for what cannot be followed."""

    def __init__(self, graph: Graph, shapes: dict[str, Dimensions]) -> None:
        self.graph = graph
        self.shapes = shapes
        self.values: dict[str, Sizes | None] = {}
        self.sizes: dict[str, Sizes | None] = {}

    def value(self, name: str, depth: int = 0) -> Sizes | None:
        """Return the whole numbers in a tensor."""
        if name not in self.values:
            self.values[name] = None
            if self.graph.is_constant(name):
                self.values[name] = _constant_sizes(name, self.graph)
            elif depth < _MAX_DEPTH and name in self.graph.makers:
                self.values[name] = self._computed(self.graph.makers[name], depth + 1)
        return self.values[name]

    def shape(self, name: str, depth: int) -> Sizes | None:
        """Return the shape of a tensor."""
        if name not in self.sizes:
            self.sizes[name] = None
            if name in self.shapes:
                self.sizes[name] = [*self.shapes[name]]
            elif self.graph.is_constant(name):
                if self.graph.size_of(name) <= _MAX_READ:
                    self.sizes[name] = [*self.graph.constant(name).shape]
            elif depth < _MAX_DEPTH and name in self.graph.makers:
                self.sizes[name] = self._shape_made(self.graph.makers[name], depth + 1)
        return self.sizes[name]

    def _computed(self, node: Node, depth: int) -> Sizes | None:
        if node.op == "Shape":
            sizes = self.shape(node.inputs[0], depth)
            end = node.integer_attribute("end", _MAX_DIMENSIONS)
            return None if sizes is None else sizes[node.integer_attribute("start", 0) : end]
        parts = [self.value(part, depth) for part in node.inputs[:_MAX_DIMENSIONS]]
        known = [part for part in parts if part is not None]
        return _combined(node.op, known) if len(known) == len(parts) else None

    def _shape_made(self, node: Node, depth: int) -> Sizes | None:
        if node.op == "ConstantOfShape":
            return self.value(node.inputs[0], depth)
        if node.op == "Expand" and len(node.inputs) == 2:
            return _broadcast(
                [self.shape(node.inputs[0], depth), self.value(node.inputs[1], depth)]
            )
        if node.op in _ELEMENTWISE:
            names = [name for name in node.inputs[:_MAX_DIMENSIONS] if name]
            return _broadcast([self.shape(name, depth) for name in names])
        return None


def _broadcast(shapes: list[Sizes | None]) -> Sizes | None:
    known = [shape for shape in shapes if shape is not None]
    rank = max((len(shape) for shape in known), default=0)
    if len(known) < len(shapes) or rank > _MAX_DIMENSIONS:
        return None
    result: Sizes = []
    for axis in range(-rank, 0):
        sizes = {shape[axis] for shape in known if len(shape) >= -axis} - {1}
        if len(sizes) > 1:
            return None
        result.append(sizes.pop() if sizes else 1)
    return result


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
        case (("ReduceProd" | "Mul"), _) if all(
            size is not None for part in parts for size in part
        ):
            return [math.prod(size or 0 for part in parts for size in part)]
    return None
