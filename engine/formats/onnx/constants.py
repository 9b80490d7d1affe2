"""What operations on constants give: weights that are turned, scaled, normed or put together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from engine.formats.onnx.node import Node
from engine.formats.onnx.tensors import FLOAT_NAMES, Array

MAX_NUMBERS = 30_000_000
"""How many numbers operations on constants may make, of all layers of a path together."""

_MAX_DIMENSIONS = 16
INTEGERS = (2, 3, 4, 5, 6, 7, 12, 13)
"""The integers of TensorProto.DataType."""

ARITHMETIC: dict[str, Callable[..., Array]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Pow": np.power,
    "Max": np.maximum,
    "Min": np.minimum,
    "Neg": np.negative,
    "Abs": np.abs,
    "Exp": np.exp,
    "Log": np.log,
    "Sqrt": np.sqrt,
    "Reciprocal": np.reciprocal,
}
"""What is done with each number, in float64."""

_REDUCTIONS: dict[str, Callable[..., Array]] = {
    "ReduceSum": np.sum,
    "ReduceMean": np.mean,
    "ReduceMax": np.max,
    "ReduceMin": np.min,
    "ReduceProd": np.prod,
    "ReduceL1": lambda array, **how: np.sum(np.abs(array), **how),
    "ReduceL2": lambda array, **how: np.sqrt(np.sum(np.square(array), **how)),
    "ReduceSumSquare": lambda array, **how: np.sum(np.square(array), **how),
}
_PLACEMENTS = (
    *("Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Expand"),
    *("Concat", "Slice", "Split", "Gather", "ArrayFeatureExtractor", "Shape", "ConstantOfShape"),
    *("DequantizeLinear", "MatMul"),
)
OPERATIONS = frozenset((*_PLACEMENTS, *ARITHMETIC, *_REDUCTIONS))
"""The operators that make a constant of constants."""

OF_THE_SAME_SIZE = ("Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten")


def computed(
    node: Node, arrays: Sequence[Array | None], value: Array | None = None, output: int = 0
) -> Array:
    """Return what a node makes of constants.

    Parameters
    ----------
    node
        Its operator is one of OPERATIONS.
    arrays
        What it reads, None for an input that is left out.
    value
        Its attribute of that name, with which ConstantOfShape fills; None for 0.
    output
        Which of its outputs, from 0.

    Returns
    -------
    Array

    Raises
    ------
    ValueError
        Naming the node, when they do not fit each other or would make too many numbers.
    """
    given = [array for array in arrays if array is not None]
    try:
        with np.errstate(all="ignore"):
            if node.op == "Split":
                return _parts(node, given, len(node.outputs))[output]
            result = _result(node, given, np.array(0.0, np.float32) if value is None else value)
    except (ValueError, IndexError, TypeError, OverflowError):
        raise node.refused("does not fit the constants it is for") from None
    return result


def _result(node: Node, arrays: list[Array], value: Array) -> Array:
    if node.op == "ConstantOfShape":
        return np.broadcast_to(value.ravel()[:1], _bounded(tuple(map(int, arrays[0].ravel()))))
    array, *others = arrays
    if node.op in ARITHMETIC:
        return _arithmetic(node.op, arrays)
    if node.op in _REDUCTIONS:
        axes = _integers(node, "axes", others) or None
        keeps = bool(node.integer_attribute("keepdims", 1))
        return np.asarray(_REDUCTIONS[node.op](array, axis=axes, keepdims=keeps))
    match node.op:
        case "Transpose":
            axes = _integers(node, "perm", [])
            return array.transpose(axes or None)
        case "Reshape":
            return array.reshape(_sizes(_integers(node, "shape", others), array, node))
        case "Flatten":
            axis = node.integer_attribute("axis", 1)
            return array.reshape(math.prod(array.shape[:axis]), -1)
        case "Squeeze":
            return np.squeeze(array, _integers(node, "axes", others) or None)
        case "Unsqueeze":
            return np.expand_dims(array, _integers(node, "axes", others))
        case "Cast":
            return _cast(array, node.integer_attribute("to", 0))
        case "Expand":
            shape = np.broadcast_shapes(array.shape, tuple(map(int, others[0].ravel())))
            return np.broadcast_to(array, _bounded(shape))
        case "Concat":
            return np.concatenate(arrays, axis=node.integer_attribute("axis", 0))
        case "Slice":
            return array[_slices(node, array.ndim, others)]
        case "Gather" | "ArrayFeatureExtractor":
            axis = node.integer_attribute("axis", 0 if node.op == "Gather" else -1)
            _bounded((others[0].size, array.size // max(array.shape[axis], 1)))
            return np.take(array, others[0], axis=axis)
        case "Shape":
            return np.array(array.shape, dtype=np.int64)
        case "DequantizeLinear":
            return _dequantised(node, array, others)
        case "MatMul":
            _bounded((array.size, others[0].shape[-1]))
            return array.astype(np.float64) @ others[0].astype(np.float64)
    return array


def _parts(node: Node, arrays: list[Array], n_parts: int) -> list[Array]:
    array, *others = arrays
    axis, sizes = node.integer_attribute("axis", 0), _integers(node, "split", others)
    size = -(-array.shape[axis] // n_parts)
    places = np.cumsum(sizes or (size,) * n_parts)
    if (places[-1] != array.shape[axis] and bool(sizes)) or len(places) != n_parts:
        raise ValueError
    return np.split(array, places[:-1], axis)


def _arithmetic(op: str, arrays: list[Array]) -> Array:
    _bounded(np.broadcast_shapes(*(array.shape for array in arrays)))
    if op in ("Max", "Min") and len(arrays) > 2:
        return reduce(lambda one, other: _arithmetic(op, [one, other]), arrays)
    if len(arrays) != getattr(ARITHMETIC[op], "nin", 0):
        raise ValueError
    if all(array.dtype.kind in "iu" for array in arrays):
        # Whole numbers, as in the computation of a shape, stay so; a quotient is cut off.
        result = ARITHMETIC[op](*(array.astype(np.int64) for array in arrays))
        return np.trunc(result).astype(np.int64)
    return np.asarray(ARITHMETIC[op](*(array.astype(np.float64) for array in arrays)))


def _bounded(shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(shape) > _MAX_DIMENSIONS or min(shape, default=0) < 0 or math.prod(shape) > MAX_NUMBERS:
        raise ValueError
    return shape


def _cast(array: Array, kind: int) -> Array:
    if kind in FLOAT_NAMES:
        return array if array.dtype.kind == "f" else array.astype(np.float64)
    if kind not in INTEGERS or not np.isfinite(array).all():
        raise ValueError
    return array.astype(np.int64)


def _sizes(sizes: tuple[int, ...], array: Array, node: Node) -> tuple[int, ...]:
    """A new shape, in which 0 stands for the size so far."""
    if node.integer_attribute("allowzero", 0):
        return sizes
    return tuple(array.shape[k] if size == 0 else size for k, size in enumerate(sizes))


def _slices(node: Node, n_dimensions: int, others: list[Array]) -> tuple[slice, ...]:
    """The parts along each axis, which newer models give as inputs and older ones as attributes."""
    starts, ends, axes, steps = (
        _integers(node, name, others[k : k + 1])
        for k, name in enumerate(("starts", "ends", "axes", "steps"))
    )
    parts = [slice(None)] * n_dimensions
    places = axes or tuple(range(len(starts)))
    for axis, start, end, step in zip(
        places, starts, ends, steps or (1,) * len(starts), strict=True
    ):
        # An end before the first number is what a negative step runs to.
        parts[axis] = slice(start, None if step < 0 and end < -(2**30) else end, step)
    return tuple(parts)


def _dequantised(node: Node, array: Array, others: list[Array]) -> Array:
    """(array - zero point) · scale, along an axis where there are several."""
    scale, *zero = others
    axis = node.integer_attribute("axis", 1)
    shape = [1] * array.ndim
    if scale.size > 1:
        shape[axis] = scale.size
    shifts = zero[0] if zero else np.zeros(scale.shape)
    parts = array, shifts.reshape(shape), scale.reshape(shape)
    numbers, shift, factor = (part.astype(np.float64) for part in parts)
    return (numbers - shift) * factor


def _integers(node: Node, name: str, extras: list[Array]) -> tuple[int, ...]:
    """Integers that newer models give as an input and older ones as an attribute."""
    if extras:
        return tuple(int(value) for value in extras[0].ravel()[:_MAX_DIMENSIONS])
    attribute = node.attributes.get(name)
    return () if attribute is None else tuple(attribute.ints[:_MAX_DIMENSIONS])
