"""The single path through a graph, from its inputs to its outputs, as layers."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.formats.folding import Affine, Dense, Folding
from engine.formats.onnx.activations import find_activation
from engine.formats.onnx.activations.matching import changes_nothing
from engine.formats.onnx.ends import Front, Tail, find_front, find_tail, followers
from engine.formats.onnx.graph import Graph
from engine.formats.onnx.joins import Part, joined, starting
from engine.formats.onnx.linear import LINEAR, linear_of, sums_to_one
from engine.formats.onnx.node import Node
from engine.formats.onnx.operations import AFFINE, affine_of, apply_gemm, apply_matmul
from engine.formats.onnx.shapes import (
    REARRANGING,
    Dimensions,
    Place,
    check_expanded,
    flattened,
    is_strung_together,
    rearranged,
    reshaped,
    transposed,
)
from engine.formats.onnx.tensors import FLOAT_NAMES, kind_name, shown
from engine.formats.reading import MAX_PARAMETERS, OutputUnknownError
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


_MAX_OUTPUTS = 12
"""Of so many outputs it is found out which of them are those of a network; any can be named."""

_MAX_READ = 2 * MAX_PARAMETERS
"""Numbers read to find that out."""

_FLOAT32 = 1
"""TensorProto.FLOAT, of which the numbers among the attributes are."""

_NO_DENSE = "no dense layer (Gemm or MatMul) is in the graph"


@dataclass(frozen=True, eq=False, slots=True)
class Path:
    """What was found along the path.

    notes: what was folded, left out or assumed. dtype: that of the numbers that the model takes.
    inputs, outputs: the names of the tensors where it begins and ends, None
    where that is no input, or no output, of the graph.
    """

    layers: list[Layer]
    notes: tuple[str, ...]
    features: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    task: str | None
    dtype: str
    inputs: str | None
    outputs: str | None


def find_path(graph: Graph, output: str | None = None) -> Path:
    """Return the layers that lead to an output; raise ValueError, naming the node, if none do.

    Parameters
    ----------
    graph
        The graph of the ONNX file.
    output
        The name of the output to open; None for the only one that is a network's.

    Returns
    -------
    Path

    Raises
    ------
    OutputUnknownError
        When there are several and none is named.
    ValueError
        For anything but a single path of dense layers.
    """
    # Overflow is detected, and reported, where the session is made.
    with np.errstate(all="ignore"):
        if output is not None:
            return _named(graph, output)
        varying = [name for name in graph.outputs if graph.varies(name)]
        try:
            return _walked(graph, varying or graph.outputs, {})
        except ValueError as error:
            if len(varying) < 2:
                raise
            return _only_network(graph, varying, error)


def _named(graph: Graph, output: str) -> Path:
    """The path to one output, and the names of classes that another output has for it."""
    if output not in graph.outputs:
        listed = ", ".join(shown(name) for name in graph.outputs[:_MAX_OUTPUTS])
        more = " …" * (len(graph.outputs) > _MAX_OUTPUTS)
        raise ValueError(f"has no output {shown(output)}; it has {listed}{more}")
    if not graph.varies(output):
        raise ValueError(f"output {shown(output)} does not depend on the inputs")
    path = _walked(graph, [output], {})
    for other in graph.outputs[:_MAX_OUTPUTS]:
        if path.classes is None and other != output and graph.varies(other):
            with contextlib.suppress(ValueError):
                both = _walked(graph, [output, other], {})
                if both.outputs == path.outputs and len(both.layers) == len(path.layers):
                    path = replace(path, classes=both.classes, task=both.task or path.task)
    return path


def _walked(graph: Graph, outputs: Sequence[str], reasons: dict[str, str]) -> Path:
    """The path to these outputs, with notes on the others and why they are left out."""
    part = graph.towards(outputs)
    unread = [name for name in graph.inputs if not part.readers.get(name)]
    path = _Walk(part, find_front(part), Folding()).path()
    left: dict[str, list[str]] = {}
    opened = set(outputs)
    for name in graph.outputs:
        if name not in opened:
            constant = "" if graph.varies(name) else "; the same for all inputs"
            left.setdefault(f"left out{reasons.get(name, constant)}", []).append(name)
    notes = [f"{_counted('output', names)}: {why}" for why, names in left.items()]
    if unread:
        notes.append(f"{_counted('input', unread)}: left out; nothing that is opened reads it")
    return replace(path, notes=(*path.notes, *notes))


def _counted(noun: str, names: Sequence[str]) -> str:
    listed = ", ".join(shown(name) for name in names[:_MAX_OUTPUTS])
    return f"{noun}{'s' * (len(names) > 1)} {listed}{' …' * (len(names) > _MAX_OUTPUTS)}"


def _only_network(graph: Graph, outputs: Sequence[str], error: ValueError) -> Path:
    """The path to the one of several outputs that is a network's; error: why not to all at once."""
    unknown = OutputUnknownError([(name, None) for name in outputs])
    if len(outputs) > _MAX_OUTPUTS:
        raise unknown
    n_read = 0
    walks: dict[str, _Found] = {}
    reasons: dict[str, str] = {}
    refusals: list[ValueError] = []
    for name in outputs:
        if n_read > _MAX_READ:
            raise unknown
        part = graph.towards([name])
        folding = Folding()
        try:
            walk = _Walk(part, find_front(part), folding)
            n_outputs = walk.path().layers[-1].n_neurons
        except ValueError as refusal:
            if str(refusal) == _NO_DENSE:
                reasons[name] = "; no dense layer leads to it"
            else:
                reasons[name] = f"; {refusal}"
                refusals.append(refusal)
        else:
            walks[name] = _Found(walk.place.tensor, frozenset(walk.visited), n_outputs)
        n_read += folding.n_numbers
    # What another path passes on its way, or ends in too, is no network of its own.
    ends = {found.end: name for name, found in reversed(walks.items())}
    ends |= {name: name for name in walks if name in ends}
    last = {
        name: found
        for name, found in walks.items()
        if ends[found.end] == name
        and not any(
            found.end in other.visited for other in walks.values() if other.end != found.end
        )
    }
    if not last:
        raise refusals[0] if len(refusals) == 1 else error
    if len(last) > 1:
        raise OutputUnknownError([(name, found.n_outputs) for name, found in last.items()])
    try:
        return _walked(graph, [*walks], reasons)
    except ValueError:
        return _walked(graph, [*last], reasons)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the path to an output ends, the tensors on it, and how many outputs it has."""

    end: str
    visited: frozenset[str]
    n_outputs: int


def _swaps(node: Node) -> bool:
    """Whether a Transpose makes rows of columns."""
    axes = node.attributes.get("perm")
    return axes is None or tuple(axes.ints) == (1, 0)


class _Walk:
    def __init__(self, graph: Graph, front: Front, folding: Folding) -> None:
        self.graph = graph
        self.front = front
        self.place = front.place
        self.folding = folding
        self.notes: list[str] = [*front.notes]
        self.tail: Tail | None = None
        self.shapes: dict[str, Dimensions] = {}
        self.visited: set[str] = set()
        self.passed_outputs: set[str] = set()
        if front.part is not None:
            self.folding.width = len(front.part.rows) - 1
            self._take(front.part)

    def path(self) -> Path:
        while self._step():
            pass
        self._check_end()
        if not self.folding.has_dense:
            raise ValueError(_NO_DENSE)
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
            self._dtype(),
            self.front.place.tensor if self.front.place.tensor in self.graph.inputs else None,
            self.place.tensor if self.place.tensor in self.graph.outputs else None,
        )

    def _step(self) -> bool:
        """Follow one operation; return False at the end of the path."""
        tensor = self.place.tensor
        self.visited.add(tensor)
        if self.place.dimensions is not None:
            self.shapes[tensor] = self.place.dimensions
        if tensor in self.graph.outputs:
            self.passed_outputs.add(tensor)
        self._take_tail()
        readers = self.graph.readers.get(tensor, ())
        if not readers:
            return False
        match = find_activation(self.graph, tensor)
        if match is not None:
            label = match.row_wise[0].label if match.row_wise else readers[0].label
            for node in match.row_wise:
                self._check_axis(node)
            self._know_width()
            self.folding.activation(match.activation, label)
            self._move(match.output)
        elif len(readers) > 1 and not self._join():
            labels = " and ".join(node.label for node in readers[:2])
            raise ValueError(
                f"{shown(tensor)} goes to {labels}: only one path without branches can be opened"
            )
        elif len(readers) == 1:
            self._apply(readers[0])
        return True

    def _join(self) -> bool:
        """Take branches of linear operations that come together again as one layer."""
        starts = starting([self.place])
        part = None if starts is None else joined(self.graph, starts)
        if part is None:
            return False
        self._know_width()
        label = self.graph.makers[part.place.tensor].label
        self.notes.append(f"{label}: branches that come together here are read as one")
        self._take(part)
        return True

    def _take(self, part: Part) -> None:
        """Go on from what branches have become."""
        label = self.graph.makers[part.place.tensor].label
        shift = part.rows[0] if part.rows[0].any() else None
        if part.moved is None:
            self.folding.dense(Dense(part.rows[1:].T.copy(), shift), label, joins=True)
        else:
            places, scale = part.moved
            self.folding.select(places, label)
            if shift is not None or (scale != 1.0).any():
                self.folding.affine(Affine(scale, shift), label)
        self.place = part.place

    def _scale(self, node: Node, bias: str | None = None) -> None:
        affine = affine_of(self.graph, node, self.place, self.folding, self.shapes)
        if affine.width is None:
            self._know_width()
        self.folding.affine(affine, node.label, bias)
        self._move(node.outputs[0])

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
            if not any(node.inputs[2:]):
                self._take_bias()
        elif node.op in AFFINE:
            self._scale(node)
        elif node.op == "Flatten":
            self.place = flattened(self.place, node)
        elif node.op in REARRANGING and self._rearrange(node):
            pass
        elif node.op == "Expand":
            check_expanded(self.place, node, self.graph, self.shapes)
            self._leave_out(node, "it changes nothing")
        elif node.op == "Imputer" and np.isnan(node.number_attribute("replaced_value_float", 0.0)):
            self._leave_out(node, "it fills in numbers that are missing")
        elif node.op == "Normalizer" and self._sums_to_one(node):
            self._leave_out(node, "it changes nothing, since the outputs add up to 1")
        elif node.op in LINEAR:
            self._linear(node)
        elif (
            node.op == "Reshape"
            and self._is_last(node)
            and is_strung_together(self.place, node, self.graph, self.shapes)
        ):
            self._leave_out(node, "it strings the outputs of all samples into one column")
        elif node.op == "Reshape":
            self.place = reshaped(self.place, node, self.graph, self.shapes)
        elif node.op == "Transpose":
            self.place = transposed(self.place, node)
        else:
            raise node.refused(self._why_refused(node))

    def _rearrange(self, node: Node) -> bool:
        """Follow the one output that is needed of a node that moves the numbers of a sample."""
        n_needed = sum(map(self.graph.needs, node.outputs))
        if n_needed != 1 or node.inputs[0] != self.place.tensor:
            return False
        if node.op == "Transpose" and self.place.rank in (None, 2) and _swaps(node):
            return False
        found = rearranged(self.place, node, self.graph)
        if found is None:
            return False
        self._know_width()
        self.place, places = found
        self.folding.select(places, node.label)
        return True

    def _leave_out(self, node: Node, why: str) -> None:
        self.notes.append(f"{node.label}: left out; {why}")
        self._move(node.outputs[0])

    def _is_last(self, node: Node) -> bool:
        """Whether what the node makes is an output, at most copied."""
        while readers := self.graph.readers.get(node.outputs[0], ()):
            if len(readers) > 1 or not changes_nothing(readers[0], self.graph):
                return False
            [node] = readers
        return node.outputs[0] in self.graph.outputs

    def _sums_to_one(self, node: Node) -> bool:
        if not self.folding.after_activation or node.text_attribute("norm", "MAX") != "L1":
            return False
        layer = self.folding.layers[-1]
        return sums_to_one(Dense(layer.weights, layer.bias), layer.activation)

    def _linear(self, node: Node) -> None:
        """Take a linear model of scikit-learn, whose first output may be the labels of classes."""
        self.graph.dtypes[node.outputs[0]] = _FLOAT32
        linear = linear_of(node, self.place, self.folding)
        self.notes += linear.notes
        dense, scores = linear.dense, node.outputs[-1]
        if node.op == "LinearClassifier":
            if len(node.outputs) != 2:
                raise node.refused("has no scores, only labels")
            if not self.graph.needs(scores) and self.graph.is_read(scores):
                raise node.refused("an output that its scores lead to is to be chosen instead")
            after = followers(self.graph, [node], ("Normalizer",))
            if linear.of_two is not None and after is not None:
                dense = linear.of_two
                self.notes.append(f"{node.label}: its two scores are read as one, the second")
            elif len(dense.weights) != linear.n_classes:
                raise node.refused("makes two scores of one row of weights")
            else:
                after = followers(self.graph, self.graph.readers.get(node.outputs[0], ()))
                if after is None:
                    raise node.refused("goes on computing with the labels")
            self.graph.drop(after)
            task = "binary" if len(dense.weights) == 1 else "multiclass"
            self._add_tail(Tail((node, *after), linear.classes, task))
        self.folding.dense(dense, node.label)
        if linear.activation.name != "identity":
            self.folding.activation(linear.activation, node.label)
        self.place = Place(scores, (None, len(dense.weights)), 0)

    def _add_tail(self, tail: Tail) -> None:
        before = self.tail or Tail((), None, None)
        self.tail = Tail(
            (*before.nodes, *tail.nodes), tail.classes or before.classes, tail.task or before.task
        )
        for node in tail.nodes:
            self.passed_outputs.update(node.outputs)

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
                self._scale(node, self.graph.stored_as(others[0]))

    def _take_tail(self) -> None:
        width = self.folding.width
        if not self.folding.has_dense or width is None:
            return
        tail = find_tail(self.graph, self.place, width, self.folding.after_activation)
        if tail is not None:
            self._add_tail(tail)
            self.graph.drop(tail.nodes)
            names = ", ".join(dict.fromkeys(node.op for node in tail.nodes))
            self.notes.append(f"{names} after the outputs: read as classes")

    def _know_width(self) -> None:
        if self.folding.width is None:
            self.folding.width = self.place.n_numbers

    def _move(self, tensor: str) -> None:
        self.place = Place(tensor, self.place.dimensions, self.place.samples)

    def _check_axis(self, node: Node) -> None:
        axis = node.integer_attribute("axis", -1 if self.graph.opset >= 13 else 1)
        if node.op.startswith("Reduce"):
            # One along axis 1 or the last, which are the same for rows.
            axis = -1 if self.place.has_rows or self.place.rank is None else 0
        rank = 2 if self.place.rank is None else self.place.rank
        expected = 0 if self.place.samples == 1 or rank == 1 else 1
        if self.place.has_rows:
            expected = rank - 1
        if axis not in (expected, expected - rank):
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

    def _dtype(self) -> str:
        """That of the inputs; where the file does not say it, the widest among the numbers."""
        kinds = {value.type.tensor_type.elem_type for value in self.graph.inputs.values()}
        if len(kinds) == 1 and (kind := kinds.pop()) in FLOAT_NAMES:
            return FLOAT_NAMES[kind]
        names = {kind_name(kind) for kind in self.graph.dtypes.values()}
        order = ("float64", "float32", "bfloat16", "float16")
        return next((name for name in order if name in names), "float64")

    def _why_refused(self, node: Node) -> str:
        for what, operators in _WHAT_IT_IS.items():
            if node.op in operators:
                return f"{what}; only one path of dense layers can be opened"
        if node.op == "PRelu":
            return "has a slope for each neuron; only one slope for all can be opened"
        if node.op in ("Softmax", "LogSoftmax", "Clip", "Selu", "Gelu", "Swish"):
            return "with these settings it is not one of the known activations"
        return "neither a dense layer nor one of the known activations begins here"
