"""Edits of the network's structure: add and remove neurons and layers.

Neighbouring layers adapt and all other numbers stay. A new neuron has weights and bias 0, and a new
layer passes on what it reads, so that the outputs stay until these numbers are changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.edits.base import Edit, layer_at
from engine.edits.features import with_new_name
from engine.nn.arguments import check_index, check_n_parameters, check_type
from engine.nn.layer import Layer
from engine.nn.parameters import OUTPUT_LAYER_NAMES, neuron_name
from engine.nn.resize import (
    Sources,
    inserted,
    leading,
    removed,
    with_columns,
    with_inputs,
    with_neurons,
)
from engine.nn.targets import UNSET
from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class AddNeuron(Edit):
    """Insert a neuron with weights and bias 0.

    The targets of a new output are not set.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        Before which the new one stands, from 0, or how many there are for the end.
    """

    layer_index: int
    neuron: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        check_index(self.neuron, layer.n_neurons + 1, f"layer_index {self.layer_index}: place")
        classes = session.classes
        if classes is not None:
            # Those of a single output name its 0 and its 1.
            is_one_each = len(classes) == layer.n_neurons
            classes = with_new_name(classes, self.neuron, "class") if is_one_each else None
        sources = inserted(layer.n_neurons, self.neuron)
        return _with_neurons(session, self.layer_index, sources, classes)

    def describe(self, session: Session) -> str:
        return f"a neuron added to layer {self.layer_index + 1}"


@dataclass(frozen=True, slots=True)
class RemoveNeuron(Edit):
    """Remove a neuron, and the weights with which the next layer reads it.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    """

    layer_index: int
    neuron: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        check_index(self.neuron, layer.n_neurons, f"layer_index {self.layer_index}: neuron")
        if layer.n_neurons == 1:
            raise ValueError(
                f"layer {self.layer_index + 1} has only one neuron; remove the layer instead"
            )
        classes = session.classes
        if classes is not None:
            classes = classes[: self.neuron] + classes[self.neuron + 1 :]
        sources = removed(layer.n_neurons, self.neuron)
        return _with_neurons(session, self.layer_index, sources, classes)

    def describe(self, session: Session) -> str:
        return f"neuron {neuron_name(session.network, self.layer_index, self.neuron)} removed"


@dataclass(frozen=True, slots=True)
class AddLayer(Edit):
    """Insert a layer that passes on what it reads unchanged.

    It has as many neurons as inputs, the identity matrix as weights, and the activation identity.
    After the last layer it takes over a name such as "output".

    Parameters
    ----------
    layer_index
        The index of the new layer, from 0.
    """

    layer_index: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_index(self.layer_index, len(session.network.layers) + 1, "layer_index")
        width = session.network.sizes[self.layer_index]
        check_n_parameters(session.network.n_parameters + width * (width + 1))
        layer = Layer(np.eye(width), np.zeros(width), "identity")
        layers = session.network.layers
        if self.layer_index == len(layers) and _is_named_as_output(layers[-1]):
            added = [replace(layers[-1], name=None), replace(layer, name=layers[-1].name)]
            network = session.network.replace_layers(len(layers) - 1, len(layers), added)
        else:
            network = session.network.replace_layers(self.layer_index, self.layer_index, [layer])
        return session.evolve(network=network)

    def describe(self, session: Session) -> str:
        return f"layer {self.layer_index + 1} added: it passes on what it reads"


@dataclass(frozen=True, slots=True)
class RemoveLayer(Edit):
    """Remove a layer.

    The next layer reads what the removed one read: it keeps its leading columns of weights, and
    gains columns of 0 if it now reads more. A name of the last layer such as "output" passes to the
    layer before it, unless that is the only one left or has a name of its own.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    """

    layer_index: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer_at(session, self.layer_index)
        layers = session.network.layers
        if len(layers) == 1:
            raise ValueError("a network needs at least one layer; this is the only one")
        gone = layers[self.layer_index]
        if self.layer_index + 1 < len(layers):
            after = layers[self.layer_index + 1]
            adapted = with_inputs(after, leading(after.n_inputs, gone.n_inputs))
            network = session.network.replace_layers(
                self.layer_index, self.layer_index + 2, [adapted]
            )
            return session.evolve(network=network)
        before = layers[-2]
        if _is_named_as_output(gone) and len(layers) > 2 and before.name in (None, "hidden"):
            before = replace(before, name=gone.name)
        network = session.network.replace_layers(
            self.layer_index - 1, self.layer_index + 1, [before]
        )
        targets, classes = session.targets, session.classes
        if targets is not None:
            targets = with_columns(targets, leading(gone.n_neurons, network.n_outputs), UNSET)
        if network.n_outputs != gone.n_neurons:
            classes = None
        return session.evolve(network=network, targets=targets, classes=classes)

    def describe(self, session: Session) -> str:
        return f"layer {self.layer_index + 1} removed"


def _is_named_as_output(layer: Layer) -> bool:
    return layer.name is not None and layer.name.casefold() in OUTPUT_LAYER_NAMES


def _with_neurons(
    session: Session, layer_index: int, sources: Sources, classes: tuple[str, ...] | None
) -> Session:
    """The session with other neurons in a layer; classes: what outputs are called if it is last."""
    layers, targets = session.network.layers, session.targets
    changed, changes = [with_neurons(layers[layer_index], sources)], {}
    if layer_index + 1 < len(layers):
        changed.append(with_inputs(layers[layer_index + 1], sources))
    else:
        targets = None if targets is None else with_columns(targets, sources, UNSET)
        changes = {"targets": targets, "classes": classes}
    network = session.network.replace_layers(layer_index, layer_index + len(changed), changed)
    return session.evolve(network=network, **changes)
