"""Finds the activations in a graph: a single node, or a chain of nodes that computes one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.formats.onnx.activations.forms import known_forms
from engine.formats.onnx.activations.matching import Found, Matcher, Products, changes_nothing
from engine.formats.onnx.activations.patterns import (
    Call,
    Number,
    Parameter,
    Pattern,
    Product,
    parsed,
)
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.node import Node
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation

_MAX_CHAIN_LENGTH = 24
_ROW_WISE = ("Softmax", "LogSoftmax", "ReduceSum", "ReduceMax", "ReduceLogSumExp")


@dataclass(frozen=True, eq=False, slots=True)
class Match:
    """An activation, the nodes that compute it, and the tensor with its result."""

    activation: Activation
    nodes: frozenset[Node]
    output: str

    @property
    def row_wise(self) -> list[Node]:
        """Those of these nodes that work along an axis, for an activation of a whole row."""
        return [node for node in self.nodes if self.activation.row_wise and node.op in _ROW_WISE]


def find_activation(graph: Graph, tensor: str, width: int | None = None) -> Match | None:
    """Return the longest chain of nodes from `tensor` that computes an activation, or None.

    Nothing else may read the tensors that the chain reads or makes: that would be a branch.

    Parameters
    ----------
    graph
        Which has the tensor.
    tensor
        The name of the sums z.
    width
        How many numbers of a sample there are, None if that is not known.

    Raises
    ------
    ValueError
        When a constant of the chain cannot be read, or its parameters are not an activation's.
    """
    matcher = Matcher(graph, tensor, Products(graph, tensor, width))
    for node in reversed(_chain(graph, tensor)):
        output = node.outputs[0]
        if changes_nothing(node, graph):
            continue
        for name, pattern in _forms().get(node.op, ()):
            found = matcher.match(pattern, output)
            if found is not None and _is_closed(graph, tensor, found.nodes, output):
                return Match(_activation(name, found), found.nodes, output)
    return None


def _chain(graph: Graph, tensor: str) -> list[Node]:
    """The nodes, in order, that depend only on `tensor` and constants."""
    reached, chain = {tensor}, list[Node]()
    waiting = [*graph.readers.get(tensor, ())]
    while waiting and len(chain) < _MAX_CHAIN_LENGTH:
        node = min(waiting, key=lambda node: node.number)
        waiting.remove(node)
        known = all(not name or name in reached or graph.is_constant(name) for name in node.inputs)
        if node in chain or not known or node.op not in _operators() or not node.outputs:
            continue
        chain.append(node)
        reached.add(node.outputs[0])
        waiting += graph.readers.get(node.outputs[0], ())
    return chain


def _is_closed(graph: Graph, tensor: str, nodes: frozenset[Node], output: str) -> bool:
    inner = {node.outputs[0] for node in nodes} - {output} | {tensor}
    return all(
        reader in nodes for name in inner for reader in graph.readers.get(name, ())
    ) and not any(name in graph.outputs for name in inner - {tensor})


@cache
def _forms() -> dict[str, list[tuple[str, Pattern]]]:
    """The formulas, grouped by the operators that may come last in them."""
    forms: dict[str, list[tuple[str, Pattern]]] = {}
    for name, text in known_forms():
        pattern = parsed(text)
        for op in _last_operators(pattern):
            forms.setdefault(op, []).append((name, pattern))
    return forms


def _last_operators(pattern: Pattern) -> tuple[str, ...]:
    match pattern:
        case Product():
            return ("Mul", "Div", "Neg")
        case Call("Add"):
            return ("Add", "Sub")
        case Call(op):
            return (op,)
    return ()


@cache
def _operators() -> frozenset[str]:
    """All operators in the formulas, their equivalents, and those that change nothing."""
    named = {op for _, text in known_forms() for op in re.findall(r"\w+(?=\()", text)}
    return frozenset(named | {"Less", "LessOrEqual", "Pow", "Identity", "Dropout"})


def _activation(name: str, found: Found) -> Activation:
    """The activation called `name`, with the numbers found for its parameters."""
    match parsed(name):
        case Call(kind, arguments):
            defaults = ACTIVATIONS[kind].default_parameters
            values = (
                _value(argument, default, found)
                for argument, default in zip(arguments, defaults, strict=True)
            )
            return Activation(kind, tuple(values))
    return Activation(name)


def _value(argument: Pattern, default: float, found: Found) -> float:
    match argument:
        case Number(value):
            return value
        case Parameter(name):
            value = dict(found.values)[name]
            # A float32 was rounded by the exporter, which meant 1/6.
            meant = name in found.rounded and np.float32(value) == np.float32(default)
            return default if meant else value
    raise ValueError(f"{argument} is not a parameter")
