"""Writes a session as an ONNX model: a Gemm and the operators of the activation per layer."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.formats.metadata import document_text, written_dtype
from engine.formats.onnx.activations.forms import CONSTANTS, written_form
from engine.formats.onnx.activations.patterns import number_in
from engine.formats.onnx.folding import MAX_LAYERS
from engine.formats.onnx.metadata import DOCUMENT_KEY
from engine.formats.reading import check_count
from engine.nn.activations import Activation
from engine.nn.network import Network
from engine.session.origin import Origin
from engine.session.session import Session
from engine.text import printable

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

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
    dtype = written_dtype(session, "float32")
    graph = _Writer(dtype).graph(session)
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


def _layer_names(network: Network) -> list[str]:
    """The names under which weights are stored: those of the layers, if all of them have one."""
    names = [printable(layer.name or "") for layer in network.layers]
    if all(names) and len(set(names)) == len(names):
        return names
    return [f"layer{number}" for number in range(1, len(names) + 1)]


class _Writer:
    """Collects the nodes and constants of a graph."""

    def __init__(self, dtype: np.dtype[np.float32] | np.dtype[np.float64]) -> None:
        self.dtype = dtype
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}
        self.layer = 0

    def graph(self, session: Session) -> Any:
        import onnx
        from onnx import helper

        origin = session.origin or Origin()
        inputs, outputs = origin.inputs or "inputs", origin.outputs or "outputs"
        tensor, names = inputs, _layer_names(session.network)
        for number, layer in enumerate(session.network.layers, start=1):
            self.layer, name = number, names[number - 1]
            weights, bias = f"{name}.weight", f"{name}.bias"
            self._constant(weights, layer.weights)
            self._constant(bias, layer.bias)
            tensor = self._node("Gemm", [tensor, weights, bias], transB=1)
            tensor = self._activation(layer.activation, tensor)
        self.nodes.append(helper.make_node("Identity", [tensor], [outputs], outputs))
        made = [inputs, *self.constants, *(node.output[0] for node in self.nodes)]
        if len(set(made)) < len(made):
            return _Writer(self.dtype).graph(session.evolve(origin=None))
        kind = helper.np_dtype_to_tensor_dtype(self.dtype)
        network = session.network
        return onnx.helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info(inputs, kind, ["n_samples", network.n_features])],
            [helper.make_tensor_value_info(outputs, kind, ["n_samples", network.n_outputs])],
            [*self.constants.values()],
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
