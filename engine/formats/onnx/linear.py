"""The linear models of scikit-learn in ONNX, LinearClassifier and LinearRegressor, as layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.formats.folding import Dense, Folding
from engine.formats.onnx.node import Node
from engine.formats.onnx.shapes import Place
from engine.formats.onnx.tensors import shown
from engine.nn.activations import Activation
from engine.nn.arrays import FloatArray

LINEAR = ("LinearClassifier", "LinearRegressor")

_ACTIVATIONS = {
    "NONE": "identity",
    "LOGISTIC": "sigmoid",
    "SOFTMAX": "softmax",
    "SOFTMAX_ZERO": "softmax",
}


@dataclass(frozen=True, eq=False, slots=True)
class Linear:
    """A linear model as one layer.

    classes: the names of what a classifier tells apart, None if they are 0, 1 and so on. n_classes:
    how many there are, 0 for a regressor. of_two: the layer of one neuron that gives the second of
    two scores where the first follows from it, else None.
    """

    dense: Dense
    activation: Activation
    classes: tuple[str, ...] | None
    n_classes: int
    of_two: Dense | None
    notes: tuple[str, ...]


def linear_of(node: Node, place: Place, folding: Folding) -> Linear:
    """Return a linear model as a layer; raises ValueError for what no layer here computes.

    Parameters
    ----------
    node
        The operator, which errors name.
    place
        Where on the path from inputs to outputs the node is read.
    folding
        The layers found so far, which know how many numbers come to it.

    Returns
    -------
    Linear
    """
    if place.samples == 1 or place.rank not in (None, 2):
        raise node.refused("reads a tensor that is not one row a sample")
    coefficients, bias = _floats(node, "coefficients"), _floats(node, "intercepts")
    folding.reserve(coefficients.size + bias.size)
    names = _classes(node) if node.op == "LinearClassifier" else ()
    targets = node.integer_attribute("targets", 1)
    n_rows = targets if node.op == "LinearRegressor" else bias.size or len(names)
    if not 0 < n_rows <= coefficients.size or coefficients.size % n_rows:
        raise node.refused(f"has {coefficients.size:,} coefficients for {n_rows:,} outputs")
    if bias.size not in (0, n_rows):
        raise node.refused(f"has {bias.size:,} intercepts for {n_rows:,} outputs")
    if names and len(names) not in (n_rows, n_rows + (n_rows == 1)):
        raise node.refused(f"has {len(names):,} class labels for {n_rows:,} outputs")
    weights = coefficients.reshape(n_rows, -1)
    if place.n_numbers not in (None, weights.shape[1]):
        raise node.refused(
            f"reads {weights.shape[1]:,} numbers a sample, but what comes to it has "
            f"{place.n_numbers:,}"
        )
    dense = Dense(weights, bias if bias.size else None)
    activation, notes = _activation(node, n_rows)
    numbered = names == tuple(map(str, range(len(names))))
    of_two = _of_two(dense, names, activation)
    return Linear(dense, activation, None if numbered else names, len(names), of_two, notes)


def sums_to_one(dense: Dense, activation: Activation) -> bool:
    """Return whether the outputs of a layer are positive and their sum is always 1.

    Parameters
    ----------
    dense
        Its weights and biases.
    activation
        What it applies to its sums.

    Returns
    -------
    bool
    """
    return activation.name == "softmax" or (activation.name == "sigmoid" and _is_mirrored(dense))


def _activation(node: Node, n_rows: int) -> tuple[Activation, tuple[str, ...]]:
    transform = node.text_attribute("post_transform", "NONE")
    name = _ACTIVATIONS.get(transform)
    if name is None:
        raise node.refused(f"its post_transform {shown(transform)} is no activation known here")
    if name == "softmax" and n_rows == 1:
        raise node.refused(f"its post_transform {transform} of a single number says nothing")
    notes: tuple[str, ...] = ()
    if transform == "SOFTMAX_ZERO":
        notes = (f"{node.label}: SOFTMAX_ZERO is read as softmax; a sum of exactly 0 differs",)
    if name == "sigmoid" and n_rows == 1 and node.op == "LinearRegressor":
        notes = (f"{node.label}: LOGISTIC is applied, which onnxruntime leaves out for one target",)
    return Activation(name), notes


def _of_two(dense: Dense, names: tuple[str, ...], activation: Activation) -> Dense | None:
    if len(names) != 2:
        return None
    if len(dense.weights) == 1:
        return dense
    if activation.name == "sigmoid" and _is_mirrored(dense):
        return Dense(dense.weights[1:], None if dense.bias is None else dense.bias[1:])
    return None


def _is_mirrored(dense: Dense) -> bool:
    """Whether the second of two neurons has the weights and bias of the first, negated."""
    rows = [dense.weights] if dense.bias is None else [dense.weights, dense.bias]
    return len(dense.weights) == 2 and all(np.array_equal(row[0], -row[1]) for row in rows)


def _floats(node: Node, name: str) -> FloatArray:
    attribute = node.attributes.get(name)
    numbers = np.array([] if attribute is None else attribute.floats, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise node.refused(f"its {name} are not all finite numbers")
    return numbers


def _classes(node: Node) -> tuple[str, ...]:
    texts = node.attributes.get("classlabels_strings")
    if texts is not None and texts.strings:
        return tuple(text.decode("utf-8", "replace") for text in texts.strings)
    numbers = node.attributes.get("classlabels_ints")
    return () if numbers is None else tuple(map(str, numbers.ints))
