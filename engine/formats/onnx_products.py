"""Tensors of a graph as a number times factors: products, quotients and powers taken apart."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from engine.formats.onnx_graph import Graph
from engine.formats.onnx_node import Node
from engine.formats.onnx_tensors import FLOAT_NAMES

MOST_FACTORS = 4

_LARGEST_FLOAT32 = 3.4e38
_COMPARISONS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not")


@dataclass(frozen=True, slots=True)
class Scaled:
    """number · factors, as the nodes say; `rounded` when a number among them is a float32."""

    number: float
    factors: tuple[str, ...] = ()
    nodes: frozenset[Node] = frozenset()
    rounded: bool = False

    @property
    def alone(self) -> bool:
        return self.number == 1.0 and len(self.factors) == 1

    def times(self, other: Scaled, nodes: frozenset[Node]) -> Scaled:
        return Scaled(
            self.number * other.number,
            (self.factors + other.factors)[: MOST_FACTORS + 1],
            self.nodes | other.nodes | nodes,
            self.rounded or other.rounded,
        )


@dataclass(frozen=True, slots=True)
class Products:
    """Takes tensors apart, down to `start` and to what is no product."""

    graph: Graph
    start: str
    _known: dict[str, Scaled] = field(default_factory=dict)

    def of(self, tensor: str) -> Scaled:
        if tensor not in self._known:
            self._known[tensor] = self._taken_apart(tensor)
        return self._known[tensor]

    def slope(self, name: str) -> Scaled:
        """The slope of a PRelu when it is one for all; it was learned, so it is kept in full."""
        slopes = self.graph.constant(name)
        if slopes.size and slopes.dtype.kind == "f" and (slopes == slopes.flat[0]).all():
            return Scaled(float(slopes.flat[0]))
        return Scaled(1.0, (name,))

    def _taken_apart(self, tensor: str) -> Scaled:
        name, passed = self._passed_over(tensor)
        node = self.graph.makers.get(name)
        atom = Scaled(1.0, (name,), passed)
        if name == self.start:
            return atom
        if self.graph.is_constant(name):
            return self._number(name) or atom
        if node is None:
            return atom
        passed |= {node}
        match node.op, node.inputs:
            case "Mul", [one, other]:
                return self.of(one).times(self.of(other), passed)
            case "Neg", [one]:
                return self.of(one).times(Scaled(-1.0), passed)
            case "Div", [one, other]:
                divisor = self.of(other)
                if not divisor.factors and divisor.number:
                    return self.of(one).times(replace(divisor, number=1 / divisor.number), passed)
            case "Pow", [one, other]:
                exponent = self.of(other)
                if not exponent.factors and exponent.number in (2.0, 3.0):
                    power = self.of(one)
                    for _ in range(int(exponent.number) - 1):
                        power = power.times(self.of(one), passed)
                    return power
        return atom

    def _passed_over(self, name: str) -> tuple[str, frozenset[Node]]:
        """The tensor that a chain of copies and casts of floating-point numbers begins with."""
        nodes = set()
        while name != self.start and not self.graph.is_constant(name):
            node = self.graph.makers.get(name)
            if node is None or not changes_nothing(node, self.graph):
                break
            nodes.add(node)
            name = node.inputs[0]
        return name, frozenset(nodes)

    def _number(self, name: str) -> Scaled | None:
        if self.graph.size_of(name) != 1:
            return None
        array = self.graph.constant(name)
        if array.size != 1 or array.dtype.kind not in "fiu":
            return None
        value = float(array.flat[0])
        rounded = array.dtype in (np.float32, np.float16)
        if rounded and math.isfinite(value):
            value = float(str(array.flat[0]))
        if abs(value) >= _LARGEST_FLOAT32:
            value = math.copysign(math.inf, value)
        return Scaled(value, rounded=rounded)


def changes_nothing(node: Node, graph: Graph) -> bool:
    """Return whether the node hands a tensor of floating-point numbers on as it is."""
    if not node.inputs:
        return False
    if node.op == "Cast":
        maker = graph.makers.get(node.inputs[0])
        truth = maker is not None and maker.op in _COMPARISONS
        return node.integer_attribute("to", 0) in FLOAT_NAMES and not truth
    return node.op == "Identity" or (node.op == "Dropout" and not _is_training(node, graph))


def _is_training(node: Node, graph: Graph) -> bool:
    """Whether a Dropout says that it drops: by its third input, in old models by an attribute."""
    if len(node.inputs) > 2 and node.inputs[2]:
        return not graph.is_constant(node.inputs[2]) or bool(graph.constant(node.inputs[2]).any())
    return graph.opset < 7 and not node.integer_attribute("is_test", 0)
