"""Writes a session as an ONNX model: a Gemm and the operators of the activation per layer."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.formats.folding import MAX_LAYERS
from engine.formats.metadata import document_text, written_dtype
from engine.formats.onnx.activations.forms import CONSTANTS, written_form
from engine.formats.onnx.activations.patterns import number_in
from engine.formats.onnx.metadata import DOCUMENT_KEY
from engine.formats.onnx.tensors import TYPES
from engine.formats.reading import check_count
from engine.formats.tensors.written_names import Names, with_tensor_names
from engine.nn.activations import Activation
from engine.nn.network import Network
from engine.session.origin import Origin
from engine.session.session import Session
from engine.text import printable

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, TensorProto

_OPSET = 18
_IR_VERSION = 8
"""Both from 2022, which any current runtime reads; nothing newer is needed."""


def model_of(session: Session) -> ModelProto:
    """Return the session's network as a model, with the rest of the session as metadata.

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    ModelProto

    Raises
    ------
    ValueError
        For more numbers or layers than can be read back.
    """
    import onnx

    check_count(session.network.n_parameters)
    if len(session.network.layers) > MAX_LAYERS:
        raise ValueError(f"an ONNX file holds at most {MAX_LAYERS:,} layers")
    graph = _Writer(session).graph()
    model = onnx.helper.make_model(
        graph,
        producer_name="nn-play",
        ir_version=_IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", _OPSET)],
    )
    onnx.helper.set_model_props(model, _metadata(session))
    return model


def _metadata(session: Session) -> dict[str, str]:
    texts = {
        "title": session.title,
        "note": session.note,
        "task": session.task,
        "features": None if session.features is None else json.dumps(session.features),
        "classes": None if session.classes is None else json.dumps(session.classes),
    }
    return {
        DOCUMENT_KEY: document_text(session),
        **{key: printable(text, keep="\n") for key, text in texts.items() if text},
    }


def _without_names(session: Session) -> Session:
    """The session with no names of the file that it was read from."""
    layers = [replace(layer, tensors=()) for layer in session.network.layers]
    return session.evolve(origin=None, network=Network(layers))


def _tensor_names(network: Network) -> Names:
    """What the tensors of a layer are called: after the layer, if all layers have a name."""
    names = [printable(layer.name or "") for layer in network.layers]
    if not all(names) or len(set(names)) < len(names):
        names = [f"layer{number}" for number in range(1, len(names) + 1)]
    return lambda index: (f"{names[index]}.weight", f"{names[index]}.bias")


class _Writer:
    """Collects the nodes and constants of a graph."""

    def __init__(self, session: Session) -> None:
        origin = session.origin or Origin()
        self.session = with_tensor_names(session)
        self.inputs, self.outputs = origin.inputs or "inputs", origin.outputs or "outputs"
        # A program that runs the model goes on giving it the numbers that it takes.
        outside = origin.dtype if origin.inputs or origin.outputs else "float32"
        self.dtype = written_dtype(session, outside)
        self.outside = outside if origin.inputs or origin.outputs else self.dtype.name
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}
        self.layer = 0

    def graph(self) -> GraphProto:
        """Return the graph, without the names of the file if two tensors would have the same."""
        from onnx import helper

        network, names = self.session.network, _tensor_names(self.session.network)
        inside, outside = TYPES[self.dtype.name], TYPES[self.outside]
        is_cast, tensor = inside != outside, self.inputs
        if is_cast:
            tensor = self._node("Cast", [tensor], to=inside)
        for index, layer in enumerate(network.layers):
            self.layer = index + 1
            weights, *bias = layer.tensors or names(index)
            self._constant(weights, layer.weights)
            for name in bias:
                self._constant(name, layer.bias)
            tensor = self._node("Gemm", [tensor, weights, *bias], transB=1)
            tensor = self._activation(layer.activation, tensor)
        last = helper.make_node("Identity", [tensor], [self.outputs], self.outputs)
        if is_cast:
            last = helper.make_node("Cast", [tensor], [self.outputs], self.outputs, to=outside)
        self.nodes.append(last)
        made = [self.inputs, *self.constants, *(node.output[0] for node in self.nodes)]
        if len(set(made)) < len(made):
            return _Writer(_without_names(self.session)).graph()
        inputs, outputs = (
            helper.make_tensor_value_info(name, outside, ["n_samples", size])
            for name, size in ((self.inputs, network.n_features), (self.outputs, network.n_outputs))
        )
        return helper.make_graph(
            self.nodes, "network", [inputs], [outputs], [*self.constants.values()]
        )

    def _activation(self, activation: Activation, tensor: str) -> str:
        """Add the nodes of the activation's formula; return the tensor of its activations."""
        form = written_form(activation.name, self.dtype.name)
        parameters = dict(zip(activation.parameter_names, activation.parameters, strict=True))
        known: dict[str, str] = {"z": tensor}
        return self._written(ast.parse(form, mode="eval").body, parameters, known)

    def _written(self, part: ast.expr, parameters: dict[str, float], known: dict[str, str]) -> str:
        """The tensor of a part of the formula; existing parts are reused."""
        text = ast.unparse(part)
        if text not in known:
            known[text] = self._new(part, text, parameters, known)
        return known[text]

    def _new(
        self, part: ast.expr, text: str, parameters: dict[str, float], known: dict[str, str]
    ) -> str:
        number = number_in(part)
        if number is not None:
            return self._shared(f"number {text}", np.array(number))
        if text in parameters:
            return self._shared(f"layer{self.layer}.{text}", np.array(parameters[text]))
        if text in CONSTANTS:
            return self._shared(text.lower(), CONSTANTS[text])
        if not isinstance(part, ast.Call):
            raise ValueError(f"{text} is not a formula")
        inputs = [self._written(argument, parameters, known) for argument in part.args]
        attributes = {
            str(word.arg): self._attribute(word.value, parameters) for word in part.keywords
        }
        return self._node(ast.unparse(part.func), inputs, **attributes)

    def _attribute(self, value: ast.expr, parameters: dict[str, float]) -> float | int:
        number = number_in(value)
        if number is None:
            return parameters[ast.unparse(value)]
        return int(number) if ast.unparse(value).lstrip("-").isdigit() else number

    def _node(self, op: str, inputs: list[str], **attributes: Any) -> str:
        from onnx import helper

        name = f"layer{self.layer}/{op}_{len(self.nodes) + 1}"
        self.nodes.append(helper.make_node(op, inputs, [name], name, **attributes))
        return name

    def _shared(self, name: str, array: Any) -> str:
        if name not in self.constants:
            self._constant(name, array)
        return name

    def _constant(self, name: str, array: Any) -> None:
        from onnx import numpy_helper

        kind = array.dtype if array.dtype.kind == "i" else self.dtype
        self.constants[name] = numpy_helper.from_array(array.astype(kind), name)
