"""Decides whether nodes compute a formula: products in any order, casts ignored.

Products, quotients and powers are decomposed into a number times factors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import permutations

import numpy as np

from engine.formats.onnx.activations.forms import ATTRIBUTE_DEFAULTS, CONSTANTS
from engine.formats.onnx.activations.patterns import (
    Call,
    Constant,
    Number,
    Parameter,
    Pattern,
    Product,
    Sum,
)
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.node import Node
from engine.formats.onnx.tensors import FLOAT_NAMES

MAX_FACTORS = 4

_MAX_FLOAT32 = 3.4e38
_COMPARISONS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not")

_JUNCTIONS = ("Concat", "Sum", "Mean", "Max", "Min")

_TOLERANCE = 2e-6
"""Relative: constants such as √2 may be float32, and some exporters write seven digits."""

_MIN_THRESHOLD = 15.0


@dataclass(frozen=True, slots=True)
class Scaled:
    """number · factors, computed by `nodes`; rounded: whether one of the numbers is a float32."""

    number: float
    factors: tuple[str, ...] = ()
    nodes: frozenset[Node] = frozenset()
    rounded: bool = False

    @property
    def alone(self) -> bool:
        """Whether it is one tensor, unscaled."""
        return self.number == 1.0 and len(self.factors) == 1

    def times(self, other: Scaled, nodes: frozenset[Node]) -> Scaled:
        """Return the product.

        Parameters
        ----------
        other
            The second factor.
        nodes
            The operators that make the product.

        Returns
        -------
        Scaled
        """
        return Scaled(
            self.number * other.number,
            (self.factors + other.factors)[: MAX_FACTORS + 1],
            self.nodes | other.nodes | nodes,
            self.rounded or other.rounded,
        )


@dataclass(frozen=True, slots=True)
class Products:
    """Decomposes tensors into factors, down to `start` and to whatever is not a product.

    width: how many numbers a sample has; so many equal ones count as one number.
    """

    graph: Graph
    start: str
    width: int | None = None
    _known: dict[str, Scaled] = field(default_factory=dict)

    def of(self, tensor: str) -> Scaled:
        """Return a tensor taken apart into its factors.

        Parameters
        ----------
        tensor
            Its name.

        Returns
        -------
        Scaled
        """
        if tensor not in self._known:
            self._known[tensor] = self._taken_apart(tensor)
        return self._known[tensor]

    def slope(self, name: str) -> Scaled:
        """The slope of a PRelu if it is the same for all neurons; it was learned, so it is kept in
        full.

        Parameters
        ----------
        name
            The name of the tensor of slopes.

        Returns
        -------
        Scaled
        """
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
        """The tensor at the start of a chain of copies and floating-point casts."""
        nodes = set()
        while name != self.start and not self.graph.is_constant(name):
            node = self.graph.makers.get(name)
            if node is None or not changes_nothing(node, self.graph):
                break
            nodes.add(node)
            name = node.inputs[0]
        return name, frozenset(nodes)

    def _number(self, name: str) -> Scaled | None:
        size = self.graph.size_of(name)
        if size != 1 and (size != self.width or not size):
            return None
        array = self.graph.constant(name)
        is_row = array.size == 1 or array.shape[-1] == array.size
        if array.dtype.kind not in "fiu" or not is_row or (array != array.flat[0]).any():
            return None
        value = float(array.flat[0])
        rounded = array.dtype in (np.float32, np.float16)
        if rounded and math.isfinite(value):
            value = float(str(array.flat[0]))
        if abs(value) >= _MAX_FLOAT32:
            value = math.copysign(math.inf, value)
        return Scaled(value, rounded=rounded)


def changes_nothing(node: Node, graph: Graph) -> bool:
    """Return whether the node passes a floating-point tensor on unchanged.

    Parameters
    ----------
    node
        The operator, which errors name.
    graph
        The graph of the ONNX file.

    Returns
    -------
    bool
    """
    if not node.inputs:
        return False
    if node.op == "Cast":
        maker = graph.makers.get(node.inputs[0])
        truth = maker is not None and maker.op in _COMPARISONS
        return node.integer_attribute("to", 0) in FLOAT_NAMES and not truth
    if node.op in _JUNCTIONS and len(node.inputs) == 1:
        return True
    return node.op == "Identity" or (node.op == "Dropout" and not _is_training(node, graph))


def reduces_rows(node: Node, graph: Graph) -> bool:
    """Return whether a reduction keeps the rank and works along axis 1 or the last one.

    Parameters
    ----------
    node
        The operator, which newer models tell the axes by an input, older ones by an attribute.
    graph
        The graph of the ONNX file.

    Returns
    -------
    bool
    """
    given = node.attributes.get("axes")
    axes = [] if given is None else [*given.ints]
    if len(node.inputs) > 1 and graph.is_constant(node.inputs[1]):
        axes = [*graph.constant(node.inputs[1]).ravel()]
    return axes in ([1], [-1]) and node.integer_attribute("keepdims", 1) == 1


def _is_training(node: Node, graph: Graph) -> bool:
    """Whether a Dropout is active: given by its third input, in old models by an attribute."""
    if len(node.inputs) > 2 and node.inputs[2]:
        return not graph.is_constant(node.inputs[2]) or bool(graph.constant(node.inputs[2]).any())
    return graph.opset < 7 and not node.integer_attribute("is_test", 0)


@dataclass(frozen=True, slots=True)
class Found:
    """The match so far: the values of parameters, and the nodes.

    rounded: parameters that are float32 in the file.
    """

    values: tuple[tuple[str, float], ...] = ()
    rounded: frozenset[str] = frozenset()
    nodes: frozenset[Node] = frozenset()


_Operand = str | Scaled


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches formulas against what the graph computes from the tensor `start`."""

    graph: Graph
    start: str
    products: Products

    def match(self, pattern: Pattern, tensor: str) -> Found | None:
        """Return the match if `tensor` is the formula applied to `start`, else None.

        Parameters
        ----------
        pattern
            The formula of an activation.
        tensor
            The name of the result.

        Returns
        -------
        Found | None
        """
        return next(self._matches(pattern, tensor, Found()), None)

    def _matches(self, pattern: Pattern, operand: _Operand, found: Found) -> Iterator[Found]:
        scaled = self.products.of(operand) if isinstance(operand, str) else operand
        match pattern:
            case Product():
                yield from self._product(pattern, scaled, found)
            case Number(value):
                if not scaled.factors and _near(scaled.number, value):
                    yield _with_nodes(found, scaled.nodes)
            case Parameter(name):
                if not scaled.factors:
                    yield from _bound(found, name, scaled)
            case _ if scaled.alone:
                yield from self._single(
                    pattern, scaled.factors[0], _with_nodes(found, scaled.nodes)
                )

    def _single(self, pattern: Pattern, tensor: str, found: Found) -> Iterator[Found]:
        if isinstance(pattern, Sum):
            if tensor == self.start:
                yield found
        elif isinstance(pattern, Constant):
            if self.graph.is_constant(tensor) and self._is_array(tensor, pattern.name):
                yield found
        elif isinstance(pattern, Call) and tensor != self.start:
            node = self.graph.makers.get(tensor)
            if node is not None and not self.graph.is_constant(tensor):
                yield from self._call(pattern, node, _with_nodes(found, {node}))

    def _call(self, pattern: Call, node: Node, found: Found) -> Iterator[Found]:
        op, orders = self._inputs(node)
        if op != pattern.op:
            return
        attributes = self._attributes(pattern, node, found)
        for inputs in orders:
            if attributes is not None and len(inputs) == len(pattern.inputs):
                yield from self._all(pattern.inputs, inputs, attributes)

    def _all(
        self, patterns: tuple[Pattern, ...], operands: tuple[_Operand, ...], found: Found
    ) -> Iterator[Found]:
        if not patterns:
            yield found
            return
        for more in self._matches(patterns[0], operands[0], found):
            yield from self._all(patterns[1:], operands[1:], more)

    def _product(self, pattern: Product, scaled: Scaled, found: Found) -> Iterator[Found]:
        if len(scaled.factors) != len(pattern.factors) or len(scaled.factors) > MAX_FACTORS:
            return
        found = _with_nodes(found, scaled.nodes)
        if pattern.parameter is None:
            bound: Iterable[Found] = [found] if _near(scaled.number, pattern.number) else []
        elif scaled.number == 0 and pattern.inverse:
            bound = []
        else:
            ratio = scaled.number / pattern.number
            value = 1.0 / ratio if pattern.inverse else ratio
            bound = _bound(found, pattern.parameter, replace(scaled, number=value))
        for start in bound:
            for factors in dict.fromkeys(permutations(scaled.factors)):
                yield from self._all(pattern.factors, factors, start)

    def _attributes(self, pattern: Call, node: Node, found: Found) -> Found | None:
        for name, expected in pattern.attributes:
            default = ATTRIBUTE_DEFAULTS.get((node.op, name), -1.0)
            if isinstance(expected, str):
                if node.text_attribute(name, str(default)) != expected:
                    return None
                continue
            value = node.number_attribute(name, float(default))
            if isinstance(expected, Parameter):
                number = Scaled(value, rounded=True)
                bound = next(_bound(found, expected.name, number), None)
                if bound is None:
                    return None
                found = bound
            elif not _near(value, expected):
                return None
        return found

    def _inputs(self, node: Node) -> tuple[str, list[tuple[_Operand, ...]]]:
        """The operator and its inputs, in both orders if it is commutative."""
        inputs: tuple[_Operand, ...] = node.inputs
        match node.op:
            case "ReduceSum" | "ReduceMax" | "ReduceLogSumExp" if reduces_rows(node, self.graph):
                inputs = (node.inputs[0], Scaled(-1.0))
            case "Clip":
                return node.op, [(node.inputs[0], *self._limits(node))]
            case "Less" | "LessOrEqual":
                return node.op.replace("Less", "Greater"), [inputs[::-1]]
            case "Sub" if len(inputs) == 2:
                negative = self.products.of(node.inputs[1])
                inputs = (inputs[0], replace(negative, number=-negative.number))
                return "Add", [inputs, inputs[::-1]]
            case "Add" | "Max" | "Min":
                return node.op, [inputs, inputs[::-1]]
            case "PRelu" if len(inputs) == 2 and self.graph.is_constant(node.inputs[1]):
                return node.op, [(node.inputs[0], self.products.slope(node.inputs[1]))]
        return node.op, [inputs]

    def _limits(self, node: Node) -> tuple[_Operand, _Operand]:
        limits: list[_Operand] = []
        for k, (name, default) in enumerate((("min", -math.inf), ("max", math.inf)), start=1):
            if len(node.inputs) > k and node.inputs[k]:
                limit = self.products.of(node.inputs[k])
            else:
                limit = Scaled(node.number_attribute(name, default))
            limits.append(limit)
        return limits[0], limits[1]

    def _is_array(self, tensor: str, name: str) -> bool:
        expected = CONSTANTS[name]
        if self.graph.size_of(tensor) != expected.size:
            return False
        array = self.graph.constant(tensor)
        return array.shape == expected.shape and np.allclose(array, expected, rtol=1e-12, atol=0)


def _with_nodes(found: Found, nodes: Iterable[Node]) -> Found:
    return replace(found, nodes=found.nodes.union(nodes))


def _bound(found: Found, name: str, scaled: Scaled) -> Iterator[Found]:
    """Bind the parameter to the number, unless that is infinite or it has another value already."""
    if not math.isfinite(scaled.number):
        return
    found = _with_nodes(found, scaled.nodes)
    if name == "threshold":
        # From here on softplus(z) equals z to the precision of a float32.
        if scaled.number >= _MIN_THRESHOLD:
            yield found
        return
    if name == "fraction" and not 0 <= scaled.number <= 1:
        return
    known = dict(found.values)
    if name in known:
        if _near(scaled.number, known[name]):
            yield found
        return
    rounded = found.rounded | {name} if scaled.rounded else found.rounded
    yield replace(found, values=(*found.values, (name, scaled.number)), rounded=rounded)


def _near(value: float, expected: float) -> bool:
    if value == expected:
        return True
    finite = math.isfinite(value) and math.isfinite(expected)
    return finite and abs(value - expected) <= _TOLERANCE * abs(expected)
