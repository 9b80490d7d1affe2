"""Where the path of dense layers begins and ends.

It begins at the only input of a graph, or at several that are concatenated; what follows its
outputs may only name classes: ArgMax, ZipMap, and one sigmoid split into two outputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.formats.onnx.constants import INTEGERS
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.joins import Part, joined, starting
from engine.formats.onnx.node import Node
from engine.formats.onnx.shapes import Dimensions, Place
from engine.formats.onnx.tensors import FLOAT_NAMES, holds_texts, shown
from engine.text import printable

if TYPE_CHECKING:
    from onnx import ValueInfoProto

_MAX_NAME_LENGTH = 80

_FIRST = ("ArgMax", "ZipMap", "Binarizer", "TopK")
_THRESHOLDS = ("Greater", "GreaterOrEqual")
_LATER = (
    *("ArrayFeatureExtractor", "Gather", "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"),
    *("Flatten", "LabelEncoder", "Not", *_FIRST, *_THRESHOLDS),
)
_YES_NO = (*_THRESHOLDS, "Binarizer")
_MAX_CLASSES = 100_000


@dataclass(frozen=True, eq=False, slots=True)
class Front:
    """Where the path begins, and the names of the features if each is an input of its own.

    part: what the inputs have become there, unless it is the inputs themselves.
    """

    place: Place
    features: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    part: Part | None = None


def find_front(graph: Graph) -> Front:
    """Return the start of the path; raise ValueError when there are several.

    Parameters
    ----------
    graph
        The graph of the ONNX file.

    Returns
    -------
    Front
    """
    inputs = {name: value for name, value in graph.inputs.items() if graph.readers.get(name)}
    if not inputs:
        raise ValueError("no input of the graph leads to an output")
    if len(inputs) > 1:
        return _side_by_side(graph, inputs)
    [(name, value)] = inputs.items()
    dimensions = _dimensions(value, graph)
    notes = []
    if dimensions is not None and len(dimensions) > 2:
        sample = "×".join("?" if size is None else str(size) for size in dimensions[1:])
        notes.append(f"input {shown(name)}: its samples of {sample} are read as one row each")
    return Front(Place(name, dimensions), notes=tuple(notes))


def _side_by_side(graph: Graph, inputs: dict[str, ValueInfoProto]) -> Front:
    """The inputs joined by linear operations, as the columns of a table by a Concat."""
    names = ", ".join(shown(name) for name in list(inputs)[:3])
    places = [Place(name, _dimensions(value, graph)) for name, value in inputs.items()]
    for place in places:
        if place.n_numbers is None:
            name = shown(place.tensor)
            raise ValueError(f"the number of columns of the input {name} is not known")
    starts = starting(places)
    part = None if starts is None else joined(graph, starts)
    if part is None:
        raise ValueError(
            f"the graph has {len(inputs)} inputs, {names}{' …' * (len(inputs) > 3)}; "
            f"only one path of dense layers can be opened"
        )
    features = [feature for place in places for feature in _features(place)]
    label = graph.makers[part.place.tensor].label
    note = f"{label}: {len(inputs)} inputs are read as one"
    if part.moved is not None and not part.rows[0].any():
        order, scale = part.moved
        if sorted(order) == [*range(len(features))] and (scale == 1.0).all():
            names_in_order = tuple(features[k] for k in order)
            return Front(Place(part.place.tensor, (None, len(order)), 0), names_in_order, (note,))
    return Front(part.place, tuple(features), (note,), part)


def _features(place: Place) -> list[str]:
    text = printable(place.tensor)[:_MAX_NAME_LENGTH]
    size = place.n_numbers or 0
    return [text] if size == 1 else [f"{text}[{k + 1}]" for k in range(size)]


def _dimensions(value: ValueInfoProto, graph: Graph) -> Dimensions | None:
    """The declared shape of an input; raises ValueError if it does not hold numbers."""
    if value.type.WhichOneof("value") not in (None, "tensor_type"):
        raise ValueError(f"input {shown(value.name)} is not a tensor")
    tensor = value.type.tensor_type
    # Whole numbers that are cast first may as well be given as others.
    is_cast = all(node.op == "Cast" for node in graph.readers.get(value.name, ()))
    if tensor.elem_type not in (0, *FLOAT_NAMES) and not (is_cast and tensor.elem_type in INTEGERS):
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


@dataclass(frozen=True, slots=True)
class Tail:
    """The nodes that turn outputs into classes, with the names of these and the task if known.

    classes: one for each output, or for 0 and 1 of a single one; None if they are not named.
    """

    nodes: tuple[Node, ...]
    classes: tuple[str, ...] | None
    task: str | None


def find_tail(graph: Graph, place: Place, width: int, after_activation: bool) -> Tail | None:
    """Return the nodes that read `place` to name classes, or None when none do.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    place
        Where the last layer ends.
    width
        How many outputs it has.
    after_activation
        Whether an activation was read already.

    Returns
    -------
    Tail | None
    """
    readers = graph.readers.get(place.tensor, [])
    nodes: dict[Node, None] = dict.fromkeys(_two_from_one(graph, place, width))
    for reader in readers:
        first = reader.op in _FIRST or (reader.op in _THRESHOLDS and after_activation)
        if first and reader not in nodes and _fits(reader, graph, place):
            nodes.update(dict.fromkeys(followers(graph, [reader]) or ()))
    if not nodes:
        return None
    yes_no = any(node.op in _YES_NO for node in nodes)
    chosen = any(node.op in ("ArgMax", "ZipMap") for node in nodes) and width > 1
    task = "binary" if yes_no else "multiclass" if chosen else None
    return Tail(tuple(nodes), _classes(graph, nodes, width), task)


def _two_from_one(graph: Graph, place: Place, width: int) -> list[Node]:
    """The nodes that turn p into two probabilities, 1 - p and p, and those that follow."""
    yes_no = any(reader.op == "Binarizer" for reader in graph.readers.get(place.tensor, []))
    for node in graph.readers.get(place.tensor, []):
        maker = graph.makers.get(node.inputs[0])
        if (
            (width == 1 or yes_no)
            and node.op == "Concat"
            and len(node.inputs) == 2
            and node.inputs[1] == place.tensor
            and node.integer_attribute("axis", 0) in (1, -1)
            and maker is not None
            and maker.op == "Sub"
            and maker.inputs[1:] == (place.tensor,)
            and graph.is_constant(maker.inputs[0])
            and graph.size_of(maker.inputs[0]) == 1
            and (graph.constant(maker.inputs[0]) == 1).all()
        ):
            following = followers(graph, [maker, node])
            if following is not None:
                return following
    return []


def followers(graph: Graph, first: Iterable[Node], more: tuple[str, ...] = ()) -> list[Node] | None:
    """Return the nodes and all that depend on them, or None if one does more than name classes.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    first
        The first of these nodes.
    more
        Further operators that may follow.

    Returns
    -------
    list[Node] | None
    """
    nodes = dict.fromkeys(first)
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        for name in node.outputs:
            for reader in graph.readers.get(name, []):
                if reader in nodes:
                    continue
                if reader.op not in (*_LATER, *more):
                    return None
                nodes[reader] = None
                waiting.append(reader)
    return [*nodes]


def _fits(node: Node, graph: Graph, place: Place) -> bool:
    match node.op:
        case "ArgMax":
            axis = node.integer_attribute("axis", 0)
            return axis in ((0, -2) if place.samples == 1 else (1, -1))
        case "Binarizer":
            return node.number_attribute("threshold", 0.0) == 0.5
        case "Greater" | "GreaterOrEqual":
            threshold = node.inputs[1] if len(node.inputs) == 2 else ""
            if not graph.is_constant(threshold) or graph.size_of(threshold) != 1:
                return False
            return bool((graph.constant(threshold) == 0.5).all())
    return True


def _classes(graph: Graph, nodes: dict[Node, None], width: int) -> tuple[str, ...] | None:
    expected = 2 if width == 1 else width
    for node in nodes:
        names = _names(graph, node)
        if len(names) == expected and names != [str(k) for k in range(expected)]:
            return tuple(names)
    return None


def _names(graph: Graph, node: Node) -> list[str]:
    if node.op == "ZipMap":
        texts = node.attributes.get("classlabels_strings")
        if texts is not None and texts.strings:
            return [text.decode("utf-8", "replace") for text in texts.strings[:_MAX_CLASSES]]
        numbers = node.attributes.get("classlabels_int64s")
        return [str(number) for number in numbers.ints[:_MAX_CLASSES]] if numbers else []
    if node.op in ("ArrayFeatureExtractor", "Gather") and graph.is_constant(node.inputs[0]):
        tensor = graph.initialiser(node.inputs[0])
        if tensor is not None and holds_texts(tensor):
            return graph.texts(node.inputs[0])
        if graph.size_of(node.inputs[0]) <= _MAX_CLASSES:
            labels = graph.constant(node.inputs[0])
            if np.array_equal(labels, labels.astype(np.int64)):
                return [str(int(label)) for label in labels.ravel()]
    return []
