"""The single path through a graph, from its inputs to its outputs, as layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.formats.onnx.activations import find_activation
from engine.formats.onnx.activations.matching import changes_nothing
from engine.formats.onnx.ends import Front, Tail, find_front, find_tail
from engine.formats.onnx.folding import Folding
from engine.formats.onnx.graph import Graph, Node
from engine.formats.onnx.operations import AFFINE, apply_affine, apply_gemm, apply_matmul
from engine.formats.onnx.shapes import Dimensions, Place, flattened, reshaped, squeezed, transposed
from engine.formats.onnx.tensors import shown
from engine.nn.layer import Layer

_WHAT_IT_IS = {
    "a convolution": ("Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv"),
    "a recurrence": ("LSTM", "GRU", "RNN", "Scan", "Loop"),
    "a choice between two graphs": ("If",),
    "pooling": ("MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "LpPool"),
    "a normalisation over a sample": (
        *("LayerNormalization", "InstanceNormalization", "GroupNormalization", "Normalizer"),
        *("LpNormalization", "RMSNormalization"),
    ),
    "attention": ("Attention", "MultiHeadAttention", "GroupQueryAttention"),
    "a junction of branches": ("Concat", "Sum", "Mean", "Einsum"),
    "a split into branches": ("Split",),
    "a quantised operation": (
        *("QuantizeLinear", "DequantizeLinear", "MatMulInteger", "QLinearMatMul", "QGemm"),
    ),
    "a set of trees": ("TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Path:
    """What was found along the path; notes: what was folded, left out or assumed."""

    layers: list[Layer]
    notes: tuple[str, ...]
    features: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    task: str | None


def find_path(graph: Graph) -> Path:
    """Return the layers of the graph; raise ValueError, naming the node, if it is not a path.

    Parameters
    ----------
    graph
        The graph of the ONNX file.

    Returns
    -------
    Path
    """
    # Overflow is detected, and reported, where the session is made.
    with np.errstate(all="ignore"):
        return _Walk(graph, find_front(graph)).path()


class _Walk:
    def __init__(self, graph: Graph, front: Front) -> None:
        self.graph = graph
        self.front = front
        self.place = front.place
        self.folding = Folding()
        self.notes: list[str] = [*front.notes]
        self.tail: Tail | None = None
        self.shapes: dict[str, Dimensions] = {}
        self.passed_outputs: set[str] = set()

    def path(self) -> Path:
        while self._step():
            pass
        self._check_end()
        if not self.folding.has_dense:
            raise ValueError("no dense layer (Gemm or MatMul) is in the graph")
        layers = self.folding.finish()
        if self.graph.n_unused:
            self.notes.append(f"{self.graph.n_unused} nodes that lead to no output: left out")
        tail = self.tail
        return Path(
            layers,
            (*self.notes, *self.folding.notes),
            self.front.features,
            None if tail is None else tail.classes,
            None if tail is None else tail.task,
        )

    def _step(self) -> bool:
        """Follow one operation; return False at the end of the path."""
        tensor = self.place.tensor
        if self.place.dimensions is not None:
            self.shapes[tensor] = self.place.dimensions
        if tensor in self.graph.outputs:
            self.passed_outputs.add(tensor)
        self._take_tail()
        readers = [node for node in self.graph.readers.get(tensor, ()) if node.op != "Shape"]
        if not readers:
            return False
        match = find_activation(self.graph, tensor)
        if match is not None:
            label = match.row_wise.label if match.row_wise else readers[0].label
            if match.row_wise is not None:
                self._check_axis(match.row_wise)
            self._know_width()
            self.folding.activation(match.activation, label)
            self._move(match.output)
        elif len(readers) > 1:
            labels = " and ".join(node.label for node in readers[:2])
            raise ValueError(
                f"{shown(tensor)} goes to {labels}: only one path without branches can be opened"
            )
        else:
            self._apply(readers[0])
        return True

    def _apply(self, node: Node) -> None:
        if changes_nothing(node, self.graph):
            if node.op == "Dropout":
                self.notes.append(f"{node.label}: left out; it acts in training only")
            self._move(node.outputs[0])
        elif node.op == "MatMul":
            self.place = apply_matmul(self.graph, node, self.place, self.folding)
            self._take_bias()
        elif node.op == "Gemm":
            self.place = apply_gemm(self.graph, node, self.place, self.folding)
        elif node.op in AFFINE:
            apply_affine(self.graph, node, self.place, self.folding)
            self._move(node.outputs[0])
        elif node.op == "Flatten":
            self.place = flattened(self.place, node)
        elif node.op == "Reshape":
            self.place = reshaped(self.place, node, self.graph, self.shapes)
        elif node.op == "Squeeze":
            self.place = squeezed(self.place, node)
        elif node.op == "Transpose":
            self.place = transposed(self.place, node)
        else:
            raise node.refused(self._why_refused(node))

    def _take_bias(self) -> None:
        """Take the addition after a MatMul as its bias, before it can be part of an activation."""
        readers = self.graph.readers.get(self.place.tensor, ())
        if (
            len(readers) == 1
            and readers[0].op == "Add"
            and self.place.tensor not in (self.graph.outputs)
        ):
            node = readers[0]
            others = [name for name in node.inputs if name != self.place.tensor]
            given = len(others) == 1 and self.graph.is_constant(others[0])
            if given and self.graph.constant(others[0]).ndim:
                apply_affine(self.graph, node, self.place, self.folding, noted=False)
                self._move(node.outputs[0])

    def _take_tail(self) -> None:
        width = self.folding.width
        if not self.folding.has_dense or width is None:
            return
        tail = find_tail(self.graph, self.place, width, self.folding.after_activation)
        if tail is not None:
            self.tail = tail
            self.graph.drop(tail.nodes)
            names = ", ".join(dict.fromkeys(node.op for node in tail.nodes))
            self.notes.append(f"{names} after the outputs: read as classes")
            for node in tail.nodes:
                self.passed_outputs.update(node.outputs)

    def _know_width(self) -> None:
        if self.folding.width is None:
            self.folding.width = self.place.n_numbers

    def _move(self, tensor: str) -> None:
        self.place = Place(tensor, self.place.dimensions, self.place.samples)

    def _check_axis(self, node: Node) -> None:
        axis = node.integer_attribute("axis", -1 if self.graph.opset >= 13 else 1)
        rank = 2 if self.place.rank is None else self.place.rank
        expected = 0 if self.place.samples == 1 or rank == 1 else 1
        if rank > 2 or axis not in (expected, expected - rank):
            raise node.refused(f"works along axis {axis}, not along the numbers of a sample")

    def _check_end(self) -> None:
        left = [name for name in self.graph.outputs if name not in self.passed_outputs]
        if self.place.tensor not in self.graph.outputs and self.tail is None:
            raise ValueError(f"the path ends at {shown(self.place.tensor)}, which is no output")
        for name in left:
            maker = self.graph.makers.get(name)
            where = "the graph" if maker is None else maker.label
            raise ValueError(f"{where}: output {shown(name)} is not on the one path")
        for name in self.graph.outputs:
            if (
                name in self.passed_outputs
                and name != self.place.tensor
                and not self._is_label(name)
            ):
                self.notes.append(f"output {shown(name)}: left out; the path goes on from it")

    def _is_label(self, name: str) -> bool:
        return self.tail is not None and any(name in node.outputs for node in self.tail.nodes)

    def _why_refused(self, node: Node) -> str:
        for what, operators in _WHAT_IT_IS.items():
            if node.op in operators:
                return f"{what}; only one path of dense layers can be opened"
        if node.op == "PRelu":
            return "has a slope for each neuron; only one slope for all can be opened"
        if node.op in ("Softmax", "LogSoftmax", "Clip", "Selu", "Gelu", "Swish"):
            return "with these settings it is not one of the known activations"
        return "neither a dense layer nor one of the known activations begins here"
