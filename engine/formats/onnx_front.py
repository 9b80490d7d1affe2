"""Where the path begins: at the one input of a graph, or at several that are put side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.formats.onnx_graph import Graph
from engine.formats.onnx_shapes import Dimensions, Place
from engine.formats.onnx_tensors import FLOAT_NAMES, shown
from engine.text import printable

if TYPE_CHECKING:
    from onnx import ValueInfoProto

_LONGEST_NAME = 80
_MOST_INPUTS = 10_000


@dataclass(frozen=True, eq=False, slots=True)
class Front:
    """Where the path begins, and the names of the features where each is an input of its own."""

    place: Place
    features: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def find_front(graph: Graph) -> Front:
    """Return the beginning of the path; raise ValueError when there are several."""
    inputs = {name: value for name, value in graph.inputs.items() if graph.readers.get(name)}
    if not inputs:
        raise ValueError("no input of the graph leads to an output")
    if len(inputs) > 1:
        return _side_by_side(graph, inputs)
    [(name, value)] = inputs.items()
    dimensions = _dimensions(value)
    notes = []
    if dimensions is not None and len(dimensions) > 2:
        sample = "×".join("?" if size is None else str(size) for size in dimensions[1:])
        notes.append(f"input {shown(name)}: its samples of {sample} are read as one row each")
    return Front(Place(name, dimensions), notes=tuple(notes))


def _side_by_side(graph: Graph, inputs: dict[str, ValueInfoProto]) -> Front:
    """The inputs that one Concat puts beside each other, as for the columns of a table."""
    readers = {node for name in inputs for node in graph.readers[name]}
    node = next(iter(readers))
    names = ", ".join(shown(name) for name in list(inputs)[:3])
    if len(inputs) > _MOST_INPUTS or len(readers) > 1 or node.op != "Concat":
        raise ValueError(
            f"the graph has {len(inputs)} inputs, {names}{' …' * (len(inputs) > 3)}; "
            f"only one path of dense layers can be opened"
        )
    if {*node.inputs} != {*inputs} or node.integer_attribute("axis", 0) not in (1, -1):
        raise node.refused("puts together what are not columns of inputs")
    features: list[str] = []
    for name in node.inputs:
        dimensions = _dimensions(inputs[name])
        width = dimensions[1] if dimensions is not None and len(dimensions) == 2 else None
        if width is None:
            raise node.refused(f"how many columns the input {shown(name)} has is not told")
        text = printable(name)[:_LONGEST_NAME]
        if width > _MOST_INPUTS or len(features) > _MOST_INPUTS:
            raise node.refused("puts too many columns together")
        features += [text] if width == 1 else [f"{text}[{k + 1}]" for k in range(width)]
    note = f"{node.label}: its {len(node.inputs)} inputs are read as one"
    return Front(Place(node.outputs[0], (None, len(features)), 0), tuple(features), (note,))


def _dimensions(value: ValueInfoProto) -> Dimensions | None:
    """The shape that an input declares; raises ValueError for one that is not of numbers."""
    if value.type.WhichOneof("value") not in (None, "tensor_type"):
        raise ValueError(f"input {shown(value.name)} is not a tensor")
    tensor = value.type.tensor_type
    if tensor.elem_type not in (0, *FLOAT_NAMES):
        raise ValueError(f"input {shown(value.name)} is not of floating-point numbers")
    if not tensor.HasField("shape"):
        return None
    sizes = tuple(
        size.dim_value if size.HasField("dim_value") and size.dim_value > 0 else None
        for size in tensor.shape.dim
    )
    if len(sizes) > 8 or not sizes:
        raise ValueError(f"input {shown(value.name)} has {len(sizes)} dimensions")
    return sizes
