"""The indexed graph of an ONNX model: nodes, producers and readers of tensors, constants."""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.formats.onnx.tensors import FLOAT_NAMES, Array, array_of, check_finite, shown, texts_of

if TYPE_CHECKING:
    from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto

    from engine.formats.onnx.tensors import ExternalData

_STANDARD_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_MAX_DIMENSIONS = 16

MAX_NODES = 10_000

_SHAPE_ONLY = ("Shape", "Size")
"""What these give depends on the size of what they read alone."""

_VARYING = (
    *("If", "Loop", "Scan", "RandomNormal", "RandomUniform", "RandomNormalLike"),
    *("RandomUniformLike", "Bernoulli", "Multinomial"),
)
"""What these give is never known beforehand."""

_FOLDED = ("Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze")
_DEEPEST = 20
_MAX_KEPT = 1_000


@dataclass(frozen=True, eq=False)
class Node:
    """One node of the graph. op: its operator, prefixed by its domain unless that is a standard
    one. label: its name in messages.
    """

    number: int
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    label: str
    attributes: dict[str, AttributeProto] = field(repr=False)

    def number_attribute(self, name: str, default: float) -> float:
        """Return a number; for a float32 the shortest decimal that rounds to it, so 0.1 is 0.1.

        This recovers the number that the exporter rounded to float32.

        Parameters
        ----------
        name
            The name of an attribute.
        default
            What a missing attribute means.

        Returns
        -------
        float
        """
        attribute = self.attributes.get(name)
        if attribute is None:
            return default
        if attribute.type == attribute.INT:
            return float(attribute.i)
        return float(str(np.float32(attribute.f)))

    def integer_attribute(self, name: str, default: int) -> int:
        """Return a whole number among the attributes.

        Parameters
        ----------
        name
            The name of the attribute.
        default
            What a missing attribute means.

        Returns
        -------
        int
        """
        attribute = self.attributes.get(name)
        return default if attribute is None else int(attribute.i)

    def text_attribute(self, name: str, default: str) -> str:
        """Return a text among the attributes.

        Parameters
        ----------
        name
            The name of the attribute.
        default
            What a missing attribute means.

        Returns
        -------
        str
        """
        attribute = self.attributes.get(name)
        return default if attribute is None else attribute.s.decode("utf-8", "replace")

    def refused(self, why: str) -> ValueError:
        """Return an error that names this node.

        Parameters
        ----------
        why
            What is wrong, as the sentence ends.

        Returns
        -------
        ValueError
        """
        return ValueError(f"{self.label}: {why}")


def node_of(proto: NodeProto, number: int, functions: set[tuple[str, str]]) -> Node:
    """Return the node; raise ValueError when it calls one of the model's own functions.

    Parameters
    ----------
    proto
        The operator as the file stores it.
    number
        Its place in the file, from 1.
    functions
        The functions that the file defines.

    Returns
    -------
    Node
    """
    standard = proto.domain in _STANDARD_DOMAINS
    op = proto.op_type if standard else f"{proto.domain}.{proto.op_type}"
    label = f"node {shown(proto.name)}" if proto.name else f"node {number}"
    node = Node(
        number,
        op,
        tuple(proto.input),
        tuple(proto.output),
        f"{label} ({shown(op)[1:-1]})",
        {attribute.name: attribute for attribute in proto.attribute},
    )
    if (proto.domain, proto.op_type) in functions:
        raise node.refused("a function of the model; export it with its functions inlined")
    return node


def folded(node: Node, array: Array, extras: list[Array], opset: int) -> Array:
    """Return a constant after an operation on it.

    Parameters
    ----------
    node
        The operator, which errors name.
    array
        The constant, of any shape.
    extras
        Further operands.
    opset
        The version of the operators.

    Returns
    -------
    Array
    """
    try:
        match node.op:
            case "Transpose":
                axes = node.attributes.get("perm")
                return array.transpose(tuple(axes.ints) if axes is not None else None)
            case "Reshape":
                return array.reshape(_integers(node, "shape", extras))
            case "Squeeze":
                return np.squeeze(array, _integers(node, "axes", extras) or None)
            case "Unsqueeze":
                return np.expand_dims(array, _integers(node, "axes", extras))
            case "Cast" if array.dtype.kind != "f":
                return array.astype(np.float64)
            case "Cast" if node.integer_attribute("to", 0) not in FLOAT_NAMES:
                raise ValueError
            case _:
                return array
    except ValueError:
        raise node.refused("does not fit the constant it is for") from None


def _integers(node: Node, name: str, extras: list[Array]) -> tuple[int, ...]:
    """Integers that newer models give as an input and older ones as an attribute."""
    if extras:
        return tuple(int(value) for value in extras[0].ravel()[:_MAX_DIMENSIONS])
    attribute = node.attributes.get(name)
    return () if attribute is None else tuple(attribute.ints[:_MAX_DIMENSIONS])


class Graph:
    """A graph with its nodes in order, as far as what they compute from the inputs is needed.

    Raises ValueError for two tensors of the same name, or a tensor that nothing produces.
    """

    def __init__(self, model: ModelProto, external: ExternalData) -> None:
        graph = model.graph
        self.external = external
        self.opset = _opset(model)
        self.outputs = tuple(dict.fromkeys(output.name for output in graph.output))
        if len(graph.node) > MAX_NODES:
            raise ValueError(f"{len(graph.node):,} nodes; at most {MAX_NODES:,} are opened")
        if not self.outputs:
            raise ValueError("the graph has no output")
        self._initialisers = _initialisers(graph)
        self.inputs = {
            value.name: value for value in graph.input if value.name not in self._initialisers
        }
        functions = {(function.domain, function.name) for function in model.functions}
        nodes = [node_of(node, k, functions) for k, node in enumerate(graph.node, start=1)]
        self._depths = dict.fromkeys(self._initialisers, 0)
        self._varying = set(self.inputs)
        self.makers: dict[str, Node] = {}
        for node in nodes:
            self._add(node)
        for output in self.outputs:
            self._check_known(output, "the graph")
        self._nodes = nodes
        self.n_unused = self._count_unused()
        self.readers: dict[str, list[Node]] = {}
        self._kept: dict[str, Array] = {}
        self.dtypes: dict[str, int] = {}

    def towards(self, outputs: Iterable[str]) -> Graph:
        """Return the part of the graph that computes some of its outputs from the inputs.

        Parameters
        ----------
        outputs
            The names of outputs of this graph.

        Returns
        -------
        Graph
        """
        part = copy.copy(self)
        part.outputs = tuple(outputs)
        part.readers = {}
        for node in part._leading_to_outputs():
            for name in dict.fromkeys(node.inputs):
                part.readers.setdefault(name, []).append(node)
        part._kept, part.dtypes = {}, {}
        return part

    def varies(self, name: str) -> bool:
        """Return whether a tensor depends on the numbers of the inputs, not on their shape alone.

        Parameters
        ----------
        name
            The name of the tensor.

        Returns
        -------
        bool
        """
        return name in self._varying

    def needs(self, name: str) -> bool:
        """Return whether a tensor is an output of this part of the graph, or leads to one.

        Parameters
        ----------
        name
            The name of the tensor.

        Returns
        -------
        bool
        """
        return name in self.outputs or bool(self.readers.get(name))

    def is_read(self, name: str) -> bool:
        """Return whether a node of the whole graph reads a tensor.

        Parameters
        ----------
        name
            The name of the tensor.

        Returns
        -------
        bool
        """
        return any(name in node.inputs for node in self._nodes)

    def is_constant(self, name: str) -> bool:
        """Return whether a tensor is the same for all inputs.

        Parameters
        ----------
        name
            The name of the tensor.

        Returns
        -------
        bool
        """
        return name in self._depths

    def constant(self, name: str) -> Array:
        """Return the numbers of a constant; raises ValueError when they cannot be read.

        Parameters
        ----------
        name
            The name of a tensor.

        Returns
        -------
        Array
        """
        if name in self._kept:
            return self._kept[name]
        array = self._computed(name)
        if array.size <= _MAX_KEPT:
            self._kept[name] = array
        return array

    def numbers(self, name: str) -> Array:
        """Return a floating-point constant with finite numbers, in the dtype of the file.

        Parameters
        ----------
        name
            The name of a tensor.

        Returns
        -------
        Array
        """
        array = self.constant(name)
        check_finite(array, f"tensor {shown(name)}")
        return array

    def size_of(self, name: str) -> int:
        """Return the declared number of elements of a constant, before any is read.

        Parameters
        ----------
        name
            The name of a tensor.

        Returns
        -------
        int
        """
        while name not in self._initialisers:
            node = self.makers[name]
            if node.op == "Constant":
                return _size(node)
            name = node.inputs[0]
        return _count(self._initialisers[name])

    def texts(self, name: str) -> list[str]:
        """Return the strings of an initialiser that holds class names.

        Parameters
        ----------
        name
            The name of a tensor.

        Returns
        -------
        list[str]
        """
        return texts_of(self._initialisers[name], f"tensor {shown(name)}")

    def initialiser(self, name: str) -> TensorProto | None:
        """Return the stored tensor of this name, None if there is none.

        Parameters
        ----------
        name
            The name of the tensor.

        Returns
        -------
        TensorProto or None
        """
        return self._initialisers.get(name)

    def drop(self, nodes: Iterable[Node]) -> None:
        """Forget these nodes as readers.

        Parameters
        ----------
        nodes
            Operators of this graph.
        """
        gone = set(nodes)
        for name, readers in self.readers.items():
            self.readers[name] = [node for node in readers if node not in gone]

    def _add(self, node: Node) -> None:
        depths = []
        for name in node.inputs:
            if name:
                self._check_known(name, node.label)
                depths.append(self._depths.get(name))
        for name in node.outputs:
            if name and (name in self.makers or name in self._depths or name in self.inputs):
                raise node.refused(f"makes {shown(name)}, which exists already")
            self.makers[name] = node
        if node.op in _VARYING or (
            node.op not in _SHAPE_ONLY and not self._varying.isdisjoint(node.inputs)
        ):
            self._varying.update(node.outputs)
        if node.op == "Constant" and len(node.outputs) == 1:
            self._depths[node.outputs[0]] = 1
        elif node.op in _FOLDED and depths and None not in depths and len(node.outputs) == 1:
            depth = 1 + max(known for known in depths if known is not None)
            if depth > _DEEPEST:
                raise node.refused(f"more than {_DEEPEST} operations on a constant")
            self._depths[node.outputs[0]] = depth

    def _check_known(self, name: str, where: str) -> None:
        if name not in self.makers and name not in self._depths and name not in self.inputs:
            raise ValueError(f"{where}: reads {shown(name)}, which nothing before it makes")

    def _leading_to_outputs(self) -> list[Node]:
        needed, kept = set(self.outputs), []
        for node in reversed(self._nodes):
            if not self._varying.isdisjoint(needed.intersection(node.outputs)):
                needed.update(self._varying.intersection(node.inputs))
                kept.append(node)
        return kept[::-1]

    def _count_unused(self) -> int:
        needed, count = set(self.outputs), 0
        for node in reversed(self._nodes):
            if needed.intersection(node.outputs):
                if not node.inputs and node.op != "Constant":
                    raise node.refused("has no inputs")
                needed.update(node.inputs)
            else:
                count += node.op != "Constant"
        return count

    def _computed(self, name: str) -> Array:
        if name in self._initialisers:
            return self._read(self._initialisers[name], f"tensor {shown(name)}", name)
        node = self.makers[name]
        if node.op == "Constant":
            return self._constant_node(node)
        array = self.constant(node.inputs[0])
        return folded(node, array, [self.constant(extra) for extra in node.inputs[1:]], self.opset)

    def _constant_node(self, node: Node) -> Array:
        for name, attribute in node.attributes.items():
            match name:
                case "value":
                    return self._read(attribute.t, node.label, node.outputs[0])
                case "value_float":
                    return np.array(attribute.f, dtype=np.float32)
                case "value_floats":
                    return np.array(attribute.floats, dtype=np.float32)
                case "value_int":
                    return np.array(attribute.i, dtype=np.int64)
                case "value_ints":
                    return np.array(attribute.ints, dtype=np.int64)
        raise node.refused("a constant of a kind that is not read")

    def _read(self, tensor: TensorProto, label: str, name: str) -> Array:
        array = array_of(tensor, label, self.external)
        if array.dtype.kind == "f":
            self.dtypes[name] = tensor.data_type
        return array


def _opset(model: ModelProto) -> int:
    versions: list[int] = [
        entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")
    ]
    if not versions:
        raise ValueError("not a model: it does not say which version of the operators it uses")
    return max(versions)


def _initialisers(graph: GraphProto) -> dict[str, TensorProto]:
    if graph.sparse_initializer:
        raise ValueError("sparse tensors are not read")
    initialisers = {tensor.name: tensor for tensor in graph.initializer}
    if len(initialisers) != len(graph.initializer):
        [(twice, _)] = Counter(tensor.name for tensor in graph.initializer).most_common(1)
        raise ValueError(f"tensor {shown(twice)} is there more than once")
    return initialisers


def _size(constant: Node) -> int:
    for name, attribute in constant.attributes.items():
        if name == "value":
            return _count(attribute.t)
        if name in ("value_floats", "value_ints"):
            return len(attribute.floats) + len(attribute.ints)
    return 1


def _count(tensor: TensorProto) -> int:
    sizes: tuple[int, ...] = tuple(tensor.dims)
    return math.prod(sizes)
