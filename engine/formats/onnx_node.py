"""One node of an ONNX graph: its operator, inputs, outputs and attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engine.formats.onnx_tensors import FLOAT_NAMES, Array, shown

if TYPE_CHECKING:
    from onnx import AttributeProto, NodeProto

_STANDARD_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_MOST_DIMENSIONS = 16


@dataclass(frozen=True, eq=False)
class Node:
    """One node of the graph. op: its operator, with the domain before it when that is not ONNX's.

    label: how it is named in messages.
    """

    number: int
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    label: str
    attributes: dict[str, AttributeProto] = field(repr=False)

    def number_attribute(self, name: str, default: float) -> float:
        """Return a number: of a float32 the shortest decimal that rounds to it, so 0.1 is 0.1.

        Exporters round to float32 what they were given; this is what they were given.
        """
        attribute = self.attributes.get(name)
        if attribute is None:
            return default
        if attribute.type == attribute.INT:
            return float(attribute.i)
        return float(str(np.float32(attribute.f)))

    def integer_attribute(self, name: str, default: int) -> int:
        attribute = self.attributes.get(name)
        return default if attribute is None else int(attribute.i)

    def text_attribute(self, name: str, default: str) -> str:
        attribute = self.attributes.get(name)
        return default if attribute is None else attribute.s.decode("utf-8", "replace")

    def refused(self, why: str) -> ValueError:
        """The error that names this node."""
        return ValueError(f"{self.label}: {why}")


def node_of(proto: NodeProto, number: int, functions: set[tuple[str, str]]) -> Node:
    """Return the node; raise ValueError when it calls one of the model's own functions."""
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
    """A constant as an operation on it leaves it."""
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
    """Whole numbers that newer models give as an input and older ones as an attribute."""
    if extras:
        return tuple(int(value) for value in extras[0].ravel()[:_MOST_DIMENSIONS])
    attribute = node.attributes.get(name)
    return () if attribute is None else tuple(attribute.ints[:_MOST_DIMENSIONS])
