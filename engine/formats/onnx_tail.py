"""What follows the outputs and only names their classes: ArgMax, ZipMap, and one sigmoid as two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.formats.onnx_graph import Graph
from engine.formats.onnx_node import Node
from engine.formats.onnx_shapes import Place
from engine.formats.onnx_tensors import holds_texts

_FIRST = ("ArgMax", "ZipMap", "Binarizer", "TopK")
_THRESHOLDS = ("Greater", "GreaterOrEqual")
_LATER = (
    *("ArrayFeatureExtractor", "Gather", "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"),
    *("Flatten", "LabelEncoder", "Not", *_FIRST, *_THRESHOLDS),
)
_YES_NO = (*_THRESHOLDS, "Binarizer")
_MOST_CLASSES = 100_000


@dataclass(frozen=True, slots=True)
class Tail:
    """The nodes that make classes of the outputs, the names of these, and the task if it is told.

    classes: one for each output, or of 0 and 1 for a single one; None where they have no names.
    """

    nodes: tuple[Node, ...]
    classes: tuple[str, ...] | None
    task: str | None


def find_tail(graph: Graph, place: Place, width: int, after_activation: bool) -> Tail | None:
    """Return the nodes that read `place` to name classes, or None when none do."""
    readers = graph.readers.get(place.tensor, [])
    nodes: dict[Node, None] = dict.fromkeys(_two_from_one(graph, place, width))
    for reader in readers:
        first = reader.op in _FIRST or (reader.op in _THRESHOLDS and after_activation)
        if first and reader not in nodes and _fits(reader, graph, place):
            nodes.update(dict.fromkeys(_following(graph, [reader]) or ()))
    if not nodes:
        return None
    yes_no = any(node.op in _YES_NO for node in nodes)
    chosen = any(node.op in ("ArgMax", "ZipMap") for node in nodes) and width > 1
    task = "binary" if yes_no else "multiclass" if chosen else None
    return Tail(tuple(nodes), _classes(graph, nodes, width), task)


def _two_from_one(graph: Graph, place: Place, width: int) -> list[Node]:
    """The nodes that make two chances, 1 - p and p, of each, and what follows them."""
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
            following = _following(graph, [maker, node])
            if following is not None:
                return following
    return []


def _following(graph: Graph, first: list[Node]) -> list[Node] | None:
    """The nodes and all that read what they make, or None when one does more than name classes."""
    nodes, waiting = dict.fromkeys(first), [*first]
    while waiting:
        node = waiting.pop()
        for name in node.outputs:
            for reader in graph.readers.get(name, []):
                if reader in nodes:
                    continue
                if reader.op not in _LATER:
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
            return [text.decode("utf-8", "replace") for text in texts.strings[:_MOST_CLASSES]]
        numbers = node.attributes.get("classlabels_int64s")
        return [str(number) for number in numbers.ints[:_MOST_CLASSES]] if numbers else []
    if node.op in ("ArrayFeatureExtractor", "Gather") and graph.is_constant(node.inputs[0]):
        tensor = graph.initialiser(node.inputs[0])
        if tensor is not None and holds_texts(tensor):
            return graph.texts(node.inputs[0])
        if graph.size_of(node.inputs[0]) <= _MOST_CLASSES:
            labels = graph.constant(node.inputs[0])
            if np.array_equal(labels, labels.astype(np.int64)):
                return [str(int(label)) for label in labels.ravel()]
    return []
