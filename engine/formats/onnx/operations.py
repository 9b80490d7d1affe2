"""The operations that become weights and biases: Gemm, MatMul, and elementwise scalings."""

from __future__ import annotations

import numpy as np

from engine.formats.folding import Affine, Dense, Folding
from engine.formats.onnx.branches import branch_numbers
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.node import Node
from engine.formats.onnx.shapes import Dimensions, Place
from engine.formats.onnx.tensors import Array, shown
from engine.formats.toml.values import MAX_NAME_LENGTH
from engine.nn.arrays import FloatArray
from engine.text import printable

AFFINE = ("Add", "Sub", "Mul", "Div", "Neg", "BatchNormalization", "Scaler")

_ROWS, _COLUMNS = 0, 1


def apply_matmul(graph: Graph, node: Node, place: Place, folding: Folding) -> Place:
    """Add inputs · weights, or weights · inputs if samples are columns; return the next place.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    node
        The operator, which errors name.
    place
        Where on the path from inputs to outputs the node is read.
    folding
        The layers found so far, which take it in.

    Returns
    -------
    Place
    """
    first, name, matrix = _operands(graph, node, place, folding)
    samples = _ROWS if first else _COLUMNS
    if matrix.ndim == 1:
        matrix = matrix[:, np.newaxis] if first else matrix[np.newaxis]
    place = _directed(place, samples, node)
    weights = matrix.T if first else matrix
    folding.dense(Dense(_in_full(weights), None, (name,), _layer_name(name)), node.label)
    return _following(place, node, len(weights))


def apply_gemm(graph: Graph, node: Node, place: Place, folding: Folding) -> Place:
    """Add alpha·A'·B' + beta·C, where A or B is the inputs; return the next place.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    node
        The operator, which errors name.
    place
        Where on the path from inputs to outputs the node is read.
    folding
        The layers found so far, which take it in.

    Returns
    -------
    Place
    """
    first, constant, matrix = _operands(graph, node, place, folding)
    turned_inputs, turned_weights = (
        bool(node.integer_attribute(name, 0))
        for name in (("transA", "transB") if first else ("transB", "transA"))
    )
    if turned_weights:
        matrix = matrix.T
    # Row k of the result is a sample if the inputs come first, else a neuron.
    samples = (_ROWS if first else _COLUMNS) ^ int(turned_inputs)
    place = _directed(place, samples, node)
    weights = _in_full(matrix.T if first else matrix)
    alpha, beta = node.number_attribute("alpha", 1.0), node.number_attribute("beta", 1.0)
    if alpha != 1.0:
        weights = weights * alpha
    bias = None
    place = Place(place.tensor, place.dimensions, _ROWS if first else _COLUMNS)
    after = _following(place, node, len(weights))
    if len(node.inputs) > 2 and node.inputs[2]:
        if not graph.is_constant(node.inputs[2]):
            raise node.refused("adds a tensor computed elsewhere, which joins branches")
        folding.reserve(graph.size_of(node.inputs[2]))
        per_neuron = after.per_number(graph.numbers(node.inputs[2]), node)
        if per_neuron.size not in (1, len(weights)):
            raise node.refused(f"has {per_neuron.size} biases for {len(weights)} neurons")
        bias = np.array(np.broadcast_to(per_neuron, len(weights)))
        if beta != 1.0:
            bias = bias * beta
    tensors = (constant,) if bias is None else (constant, graph.stored_as(node.inputs[2]))
    folding.dense(Dense(weights, bias, tensors, _layer_name(constant)), node.label)
    return after


def affine_of(
    graph: Graph, node: Node, place: Place, folding: Folding, shapes: dict[str, Dimensions]
) -> Affine:
    """Return an elementwise scaling; raises ValueError if both operands are on the path.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    node
        The operator, which errors name.
    place
        Where on the path from inputs to outputs the node is read.
    folding
        The layers found so far, which count its numbers.
    shapes
        Those of the tensors on the path so far.

    Returns
    -------
    Affine
    """
    match node.op:
        case "BatchNormalization":
            affine = _batch_normalisation(graph, node, place)
        case "Scaler":
            affine = _scaler(node, place)
        case "Neg":
            affine = Affine(np.array([-1.0]), None)
        case _:
            affine = _arithmetic(graph, node, place, folding, shapes)
    for array in (affine.scale, affine.shift):
        if array is not None and not np.isfinite(array).all():
            raise node.refused("its numbers are not finite")
    return affine


def _arithmetic(
    graph: Graph, node: Node, place: Place, folding: Folding, shapes: dict[str, Dimensions]
) -> Affine:
    if len(node.inputs) != 2 or all(map(graph.varies, node.inputs)):
        raise node.refused("joins branches; only one path of dense layers can be opened")
    first = not graph.varies(node.inputs[1])
    name = node.inputs[1 if first else 0]
    if graph.is_constant(name):
        folding.reserve(graph.size_of(name))
        numbers = graph.numbers(name)
    else:
        numbers = branch_numbers(graph, name, place, shapes, node)
        folding.reserve(numbers.size)
    constant = place.per_number(numbers, node)
    match node.op:
        case "Add":
            return Affine(None, constant)
        case "Sub":
            return Affine(None, -constant) if first else Affine(np.array([-1.0]), constant)
        case "Mul":
            return Affine(constant, None)
        case "Div" if first:
            with np.errstate(divide="ignore"):
                return Affine(1.0 / constant, None)
    raise node.refused("divides by the numbers of a sample")


def _batch_normalisation(graph: Graph, node: Node, place: Place) -> Affine:
    """(x - mean) / √(variance + epsilon) · scale + shift, with the values fixed by training."""
    if node.integer_attribute("training_mode", 0) or len(node.inputs) != 5:
        raise node.refused("normalises by the batch; export the model in inference mode")
    dimensions = place.dimensions or (None, None)
    is_row = len(dimensions) == 2 or (len(dimensions) > 2 and {*dimensions[2:]} == {1})
    if place.samples == _COLUMNS or not is_row:
        raise node.refused("normalises a tensor that is not one row a sample")
    for name in node.inputs[1:]:
        if not graph.is_constant(name):
            raise node.refused(f"{shown(name)} is computed, not given")
    scale, shift, mean, variance = (
        graph.numbers(name).astype(np.float64).ravel() for name in node.inputs[1:]
    )
    if not len(scale) == len(shift) == len(mean) == len(variance):
        raise node.refused("its four rows of numbers differ in length")
    with np.errstate(all="ignore"):
        factor = scale / np.sqrt(variance + node.number_attribute("epsilon", 1e-5))
        return Affine(factor, shift - mean * factor)


def _scaler(node: Node, place: Place) -> Affine:
    """(x - offset) · scale."""
    if place.samples == _COLUMNS or place.rank not in (None, 2):
        raise node.refused("scales a tensor that is not one row a sample")
    rows = []
    for name, default in (("offset", 0.0), ("scale", 1.0)):
        attribute = node.attributes.get(name)
        values = [default] if attribute is None or not attribute.floats else attribute.floats
        rows.append(np.array(values, dtype=np.float64))
    offset, scale = rows
    if 1 not in (offset.size, scale.size) and offset.size != scale.size:
        raise node.refused("has different numbers of offsets and scales")
    return Affine(scale, -offset * scale)


def _operands(graph: Graph, node: Node, place: Place, folding: Folding) -> tuple[bool, str, Array]:
    """Whether the inputs come first, and the name and numbers of the weights."""
    if len(node.inputs) < 2:
        raise node.refused("has too few inputs")
    one, other = node.inputs[:2]
    first = one == place.tensor
    constant = other if first else one
    if not graph.is_constant(constant) or (not first and other != place.tensor):
        raise node.refused("multiplies two computed tensors, neither of them weights")
    is_row = place.has_rows and node.op == "MatMul" and first
    if place.rank is not None and place.rank > 2 and not is_row:
        raise node.refused(f"reads tensors of {place.rank} dimensions; expected one row a sample")
    folding.reserve(graph.size_of(constant))
    return first, graph.stored_as(constant), _matrix(graph, node, constant)


def _matrix(graph: Graph, node: Node, name: str) -> Array:
    matrix = graph.numbers(name)
    if matrix.dtype.kind != "f":
        raise node.refused(f"the weights {shown(name)} are not floating-point numbers")
    if matrix.ndim != 2 and not (matrix.ndim == 1 and node.op == "MatMul"):
        raise node.refused(
            f"the weights {shown(name)} have {matrix.ndim} dimensions, expected rows and columns"
        )
    return matrix


def _directed(place: Place, samples: int, node: Node) -> Place:
    """The place with samples along the axis that the multiplication takes."""
    if place.rank == 1 and place.samples is None:
        return place
    if place.rank == 1 or place.samples not in (None, samples):
        raise node.refused("confuses samples with the numbers of a sample")
    return Place(place.tensor, place.dimensions, samples)


def _following(place: Place, node: Node, width: int) -> Place:
    if place.rank == 1 and place.samples is None:
        return Place(node.outputs[0], (width,), None)
    if place.has_rows and place.dimensions is not None and place.rank != 2:
        return Place(node.outputs[0], (*place.dimensions[:-1], width), _ROWS)
    dimensions: Dimensions = (None, width) if place.samples == _ROWS else (width, None)
    return Place(node.outputs[0], dimensions, place.samples)


def _in_full(matrix: Array) -> FloatArray:
    """The numbers as float64, in an array that a Layer can keep without copying."""
    weights = np.array(matrix, dtype=np.float64, order="C")
    weights.setflags(write=False)
    return weights


def _layer_name(weights: str) -> str | None:
    """The name of a layer, "fc1" for weights called "fc1.weight"; None if it is a number."""
    name = printable(weights.removesuffix(".weight"))
    named = weights.endswith(".weight") and any(map(str.isalpha, name))
    return name if named and len(name) <= MAX_NAME_LENGTH else None
