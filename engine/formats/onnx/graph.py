"""The indexed graph of an ONNX model: nodes, producers and readers of tensors, constants."""

from __future__ import annotations

import copy
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.formats.onnx.constants import MAX_NUMBERS, OF_THE_SAME_SIZE, OPERATIONS, computed
from engine.formats.onnx.functions import nodes_of
from engine.formats.onnx.node import Node
from engine.formats.onnx.tensors import FLOAT_NAMES, Array, array_of, check_finite, shown, texts_of

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, TensorProto

    from engine.formats.onnx.tensors import ExternalData

_SHAPE_ONLY = ("Shape", "Size")
"""What these give depends on the size of what they read alone."""

_VARYING = (
    *("If", "Loop", "Scan", "RandomNormal", "RandomUniform", "RandomNormalLike"),
    *("RandomUniformLike", "Bernoulli", "Multinomial"),
)
"""What these give is never known beforehand."""

_NOT_FLOAT = (
    *("ArgMax", "ArgMin", "Shape", "Size", "NonZero", "TopK", "Not", "And", "Or", "Equal"),
    *("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "LabelEncoder", "QuantizeLinear"),
)
"""What these give may be whole numbers or truth values."""

_MAX_KEPT = 1_000


class Graph:
    """A graph with its nodes in order, as far as what they compute from the inputs is needed.

    Raises ValueError for two tensors of the same name, or a tensor that nothing produces.
    """

    def __init__(self, model: ModelProto, external: ExternalData) -> None:
        graph = model.graph
        self.external = external
        self.opset = _opset(model)
        self.outputs = tuple(dict.fromkeys(output.name for output in graph.output))
        if not self.outputs:
            raise ValueError("the graph has no output")
        self._initialisers = _initialisers(graph)
        self.inputs = {
            value.name: value for value in graph.input if value.name not in self._initialisers
        }
        self._constants = {*self._initialisers}
        self._varying = set(self.inputs)
        self.makers: dict[str, Node] = {}
        self._nodes: list[Node] = []
        for node in nodes_of(model, self.opset):
            self._add(self._with_plain_cast(node))
        for output in self.outputs:
            self._check_known(output, "the graph")
        self.n_unused = self._count_unused()
        self.readers: dict[str, list[Node]] = {}
        self._kept: dict[str, Array] = {}
        self._latest: tuple[str, Array] | None = None
        self._n_computed = 0
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
        part._kept, part._latest, part._n_computed, part.dtypes = {}, None, 0, {}
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
        return name in self._constants

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
        if self._latest is None or self._latest[0] != name:
            self._latest = name, self._computed(name)
        array = self._latest[1]
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

    def stored_as(self, name: str) -> str:
        """Return what a constant is called before it is only turned, cast or copied.

        Parameters
        ----------
        name
            The name of a constant.

        Returns
        -------
        str
        """
        while name in self.makers and self.makers[name].op in OF_THE_SAME_SIZE:
            name = self.makers[name].inputs[0]
        return name

    def size_of(self, name: str) -> int:
        """Return the number of elements of a constant, before any is read if that is possible.

        Parameters
        ----------
        name
            The name of a tensor.

        Returns
        -------
        int
        """
        name = self.stored_as(name)
        if name in self._initialisers:
            return _count(self._initialisers[name])
        node = self.makers[name]
        return _size(node) if node.op == "Constant" else self.constant(name).size

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

    def _with_plain_cast(self, node: Node) -> Node:
        """The node; one that casts to the type of another tensor as Cast, which reads no other."""
        if node.op != "CastLike" or len(node.inputs) != 2 or not self._is_float(node.inputs[1]):
            return node
        from onnx import TensorProto, helper

        to = helper.make_attribute("to", TensorProto.FLOAT)
        return replace(node, op="Cast", inputs=node.inputs[:1], attributes={"to": to})

    def _is_float(self, name: str) -> bool:
        """Whether a tensor holds floating-point numbers, as far as that is seen at once."""
        tensor, maker = self._initialisers.get(name), self.makers.get(name)
        if tensor is not None:
            return tensor.data_type in FLOAT_NAMES
        if maker is None:
            return name in self.inputs
        if maker.op == "Cast":
            return maker.integer_attribute("to", 0) in FLOAT_NAMES
        return name in self._varying and maker.op not in _NOT_FLOAT

    def _add(self, node: Node) -> None:
        self._nodes.append(node)
        for name in filter(None, node.inputs):
            self._check_known(name, node.label)
        for name in node.outputs:
            if name and (name in self.makers or name in self._constants or name in self.inputs):
                raise node.refused(f"makes {shown(name)}, which exists already")
            self.makers[name] = node
        if node.op in _VARYING or (
            node.op not in _SHAPE_ONLY and not self._varying.isdisjoint(node.inputs)
        ):
            self._varying.update(node.outputs)
        read = {*filter(None, node.inputs)}
        of_constants = node.op in OPERATIONS and any(node.inputs[:1]) and read <= self._constants
        if node.op == "Constant" or of_constants:
            self._constants.update(node.outputs)

    def _check_known(self, name: str, where: str) -> None:
        if name not in self.makers and name not in self._constants and name not in self.inputs:
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
        """What a constant is; the nodes that make it are run one by one, however many there are."""
        known: dict[str, Array] = {}
        waiting = [name]
        while waiting:
            name = waiting[-1]
            node = self.makers.get(name)
            missing = [] if node is None else [k for k in node.inputs if k and k not in known]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if name in known:
                continue
            known[name] = self._made(name, node, known)
        return known[name]

    def _made(self, name: str, node: Node | None, known: dict[str, Array]) -> Array:
        if name in self._kept:
            return self._kept[name]
        if node is None:
            return self._read(self._initialisers[name], f"tensor {shown(name)}", name)
        if node.op == "Constant":
            return self._constant_node(node)
        fill = node.attributes.get("value")
        value = None if fill is None else array_of(fill.t, node.label, self.external)
        parts = [known.get(part) for part in node.inputs]
        array = computed(node, parts, value, node.outputs.index(name))
        if not any(array is part for part in parts):
            self._n_computed += array.size
        if self._n_computed > MAX_NUMBERS:
            raise node.refused(f"operations on constants make more than {MAX_NUMBERS:,} numbers")
        return array

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
