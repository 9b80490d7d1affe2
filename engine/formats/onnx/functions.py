"""The nodes of a model, with those inside its functions in place of the calls.

PyTorch can write a module as a function; onnxruntime writes operators of its own, which are taken
apart into standard ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.formats.onnx.node import Node
from engine.formats.onnx.tensors import shown

if TYPE_CHECKING:
    from onnx import AttributeProto, FunctionProto, ModelProto, NodeProto

MAX_NODES = 10_000

_STANDARD_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_MICROSOFT = "com.microsoft"
_PRODUCT = re.compile(r"([a-z])(?!\1)([a-z]),(?:\2(?!\1|\2)([a-z])->\1\3|(?!\1|\2)([a-z])\2->\1\4)")
"""The sums over products that are one of rows and a matrix, as ij,jk->ik and ij,kj->ik."""
_MAX_DEPTH = 40
_AXES_CHANGED = 13
"""The version of the operators from which a softmax works along the last axis."""


@dataclass(frozen=True, eq=False, slots=True)
class _Place:
    """Where nodes stand: in the graph, or in a function that is called.

    label: how their names begin in messages. prefix: how those of their tensors begin. names: what
    their tensors are called in the graph. attributes: those that the call gives.
    """

    label: str = ""
    prefix: str = ""
    names: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, AttributeProto] = field(default_factory=dict)
    depth: int = 0

    def tensor(self, name: str) -> str:
        return self.names.get(name, f"{self.prefix}{name}" if name else "")


def nodes_of(model: ModelProto, opset: int) -> list[Node]:
    """Return all nodes of a model in order, none of which calls a function of the model.

    Parameters
    ----------
    model
        The file.
    opset
        The version of the operators.

    Returns
    -------
    list[Node]

    Raises
    ------
    ValueError
        When there are too many, or a function calls itself or is of another version.
    """
    functions = {_key(entry.domain, entry.name, entry): entry for entry in model.functions}
    nodes: list[Node] = []
    n_waiting = len(model.graph.node)
    _check_number(n_waiting)
    waiting = _in_order(model.graph.node, _Place())
    while waiting:
        proto, place, number = waiting.pop()
        node = _node(proto, place, number, len(nodes) + 1)
        function = functions.get(_key(proto.domain, proto.op_type, proto))
        if function is not None:
            _check_version(function, node, opset)
            body, inner = function.node, _called(function, node, place, n_waiting)
        elif parts := [*_taken_apart(proto)]:
            body, inner = parts, place
        else:
            nodes.append(node)
            continue
        n_waiting += len(body)
        _check_number(n_waiting)
        if inner.depth > _MAX_DEPTH:
            raise node.refused(f"functions that call each other more than {_MAX_DEPTH} deep")
        waiting += _in_order(body, inner)
    return nodes


def _check_number(n_nodes: int) -> None:
    if n_nodes > MAX_NODES:
        raise ValueError(f"{n_nodes:,} nodes; at most {MAX_NODES:,} are opened")


def _key(domain: str, name: str, proto: NodeProto | FunctionProto) -> tuple[str, str, str]:
    return domain, name, getattr(proto, "overload", "")


def _in_order(nodes: Iterable[NodeProto], place: _Place) -> list[tuple[NodeProto, _Place, int]]:
    """What is to be looked at next, the first at the end."""
    return [(node, place, number) for number, node in enumerate(nodes, start=1)][::-1]


def _node(proto: NodeProto, place: _Place, number: int, place_in_graph: int) -> Node:
    standard = proto.domain in _STANDARD_DOMAINS
    op = proto.op_type if standard else f"{proto.domain}.{proto.op_type}"
    label = f"node {shown(proto.name)}" if proto.name else f"node {number}"
    label = f"{place.label}{label} ({shown(op)[1:-1]})"
    if op == "Sum" and len(proto.input) == 2:
        op = "Add"
    attributes = {
        attribute.name: place.attributes.get(attribute.ref_attr_name)
        if attribute.ref_attr_name
        else attribute
        for attribute in proto.attribute
    }
    return Node(
        place_in_graph,
        op,
        tuple(map(place.tensor, proto.input)),
        tuple(map(place.tensor, proto.output)),
        label,
        {name: attribute for name, attribute in attributes.items() if attribute is not None},
    )


def _called(function: FunctionProto, node: Node, place: _Place, count: int) -> _Place:
    """The inside of a function for one call of it."""
    names = dict.fromkeys(function.input, "")
    names |= zip(function.input, node.inputs, strict=False)
    names |= {
        inside: outside
        for inside, outside in zip(function.output, node.outputs, strict=False)
        if outside and inside not in function.input
    }
    attributes = {attribute.name: attribute for attribute in function.attribute_proto}
    # A control character is in no name of a person, so that the names are new ones.
    prefix = f"{shown(node.op)[1:-1]}\0{count}\0"
    label = place.label or f"{node.label}, "
    return _Place(label, prefix, names, attributes | node.attributes, place.depth + 1)


def _check_version(function: FunctionProto, node: Node, opset: int) -> None:
    for entry in function.opset_import:
        if entry.domain in ("", "ai.onnx"):
            version: int = entry.version
            if (version < _AXES_CHANGED) != (opset < _AXES_CHANGED):
                raise node.refused(f"a function for version {version} of the operators")


def _taken_apart(proto: NodeProto) -> Iterator[NodeProto]:
    """An operator of onnxruntime, or a product written as a sum, as others; else nothing."""
    is_sum = proto.op_type == "Einsum" and proto.domain in _STANDARD_DOMAINS
    if proto.domain != _MICROSOFT and not is_sum:
        return
    from onnx import helper

    inputs, outputs = [*proto.input], [*proto.output]
    between = f"{outputs[0] if outputs else ''}\0"
    multiplies = [
        attribute for attribute in proto.attribute if attribute.name in _ATTRIBUTES_OF_GEMM
    ]
    match proto.op_type:
        case "Einsum" if len(inputs) == 2 and _PRODUCT.fullmatch(_equation(proto)):
            turned = _equation(proto)[4] == _equation(proto)[1]
            parts = [helper.make_node("Gemm", inputs, outputs, transB=int(turned))]
        case "FusedMatMul" if len(inputs) == 2:
            parts = [helper.make_node("Gemm", inputs, outputs)]
            parts[0].attribute.extend(multiplies)
        case "FusedGemm":
            given = {attribute.name: attribute.s for attribute in proto.attribute}
            activation = given.get("activation", b"Identity").decode("utf-8", "replace")
            parts = [helper.make_node("Gemm", inputs, [between])]
            parts[0].attribute.extend(multiplies)
            parts.append(helper.make_node(activation, [between], outputs))
            parts[1].attribute.extend(
                helper.make_attribute(attribute.name.removeprefix("activation_"), attribute.f)
                for attribute in proto.attribute
                if attribute.name.startswith("activation_")
            )
        case "Gelu" | "FastGelu" | "BiasGelu":
            biased = len(inputs) == 2 and all(inputs)
            form = "tanh" if proto.op_type == "FastGelu" else "none"
            last = [between] if biased else inputs[:1]
            parts = [helper.make_node("Add", inputs, [between])] * biased
            parts.append(helper.make_node("Gelu", last, outputs, approximate=form))
        case _:
            return
    for part in parts:
        part.name = proto.name
        yield part


def _equation(proto: NodeProto) -> str:
    texts = [attribute.s for attribute in proto.attribute if attribute.name == "equation"]
    return b"".join(texts[:1]).decode("utf-8", "replace").replace(" ", "")


_ATTRIBUTES_OF_GEMM = ("alpha", "beta", "transA", "transB")
