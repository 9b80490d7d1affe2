"""Edits of a row of weights, a layer's numbers, all numbers or an activation."""

from __future__ import annotations

from dataclasses import dataclass

from engine.edits.base import layer_at, with_layer
from engine.nn.activations import Activation, activation
from engine.nn.arguments import check_index, check_type, check_whole
from engine.nn.arrays import FloatArray, changed_at, read_only
from engine.nn.network import Network
from engine.nn.parameters import neuron_name
from engine.nn.values import Value
from engine.session.session import Session


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetWeightRow(Value):
    """Set all weights of one neuron.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.
    values
        (n_inputs,).
    """

    layer_index: int
    neuron: int
    values: FloatArray

    def __post_init__(self) -> None:
        check_whole(self.layer_index, "layer_index")
        check_whole(self.neuron, "neuron")
        label = f"layer {self.layer_index + 1}: weights of neuron {self.neuron + 1}"
        object.__setattr__(self, "values", read_only(self.values, label, 1))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        check_index(self.neuron, layer.n_neurons, f"layer_index {self.layer_index}: neuron")
        if len(self.values) != layer.n_inputs:
            name = neuron_name(session.network, self.layer_index, self.neuron)
            raise ValueError(
                f"{name}: {len(self.values)} weights, expected {layer.n_inputs}, "
                f"one for each input of layer {self.layer_index + 1}"
            )
        weights = changed_at(layer.weights, self.neuron, self.values)
        return with_layer(session, self.layer_index, layer.replace(weights=weights))

    def inverse(self, session: Session) -> SetWeightRow:
        row = session.network.layers[self.layer_index].weights[self.neuron]
        return SetWeightRow(self.layer_index, self.neuron, row)

    def describe(self, session: Session) -> str:
        return f"weights of {neuron_name(session.network, self.layer_index, self.neuron)} set"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetMatrix(Value):
    """Set all weights of a layer, and its bias if given.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    weights
        (n_neurons, n_inputs).
    bias
        (n_neurons,); None to keep it.
    """

    layer_index: int
    weights: FloatArray
    bias: FloatArray | None = None

    def __post_init__(self) -> None:
        check_whole(self.layer_index, "layer_index")
        label = f"layer {self.layer_index + 1}"
        object.__setattr__(self, "weights", read_only(self.weights, f"{label}: weights", 2))
        if self.bias is not None:
            object.__setattr__(self, "bias", read_only(self.bias, f"{label}: bias", 1))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        if self.weights.shape != layer.weights.shape:
            raise ValueError(
                f"layer {self.layer_index + 1}: weights of shape {self.weights.shape}, expected "
                f"{layer.weights.shape}: one row per neuron, one column per input"
            )
        if self.bias is not None and self.bias.shape != layer.bias.shape:
            raise ValueError(
                f"layer {self.layer_index + 1}: {len(self.bias)} numbers as bias, expected "
                f"{layer.n_neurons}, one for each neuron"
            )
        changed = layer.replace(weights=self.weights, bias=self.bias)
        return with_layer(session, self.layer_index, changed)

    def inverse(self, session: Session) -> SetMatrix:
        layer = session.network.layers[self.layer_index]
        return SetMatrix(self.layer_index, layer.weights, layer.bias)

    def describe(self, session: Session) -> str:
        what = "weights" if self.bias is None else "weights and bias"
        return f"{what} of layer {self.layer_index + 1} set"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetParameters(Value):
    """Copy all weights and biases from another network, as a training run does.

    Parameters
    ----------
    network
        Of the same sizes; its activations, names and frozen masks are not copied.
    description
        What the edit does.
    """

    network: Network
    description: str

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_type(self.network, Network, "network")
        if self.network.sizes != session.network.sizes:
            wanted, given = (
                "-".join(map(str, network.sizes)) for network in (session.network, self.network)
            )
            raise ValueError(f"the numbers of a network {given} do not fit one of {wanted}")
        return session.evolve(
            network=Network(
                layer.replace(weights=new.weights, bias=new.bias)
                for layer, new in zip(session.network.layers, self.network.layers, strict=True)
            )
        )

    def inverse(self, session: Session) -> SetParameters:
        return SetParameters(session.network, f"not: {self.description}")

    def describe(self, session: Session) -> str:
        return self.description


@dataclass(frozen=True, slots=True)
class SetActivation:
    """Set a layer's activation; all numbers stay.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    activation
        An Activation, or its name in any spelling.
    """

    layer_index: int
    activation: Activation | str

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        return with_layer(session, self.layer_index, layer.replace(activation=self.activation))

    def inverse(self, session: Session) -> SetActivation:
        return SetActivation(self.layer_index, session.network.layers[self.layer_index].activation)

    def describe(self, session: Session) -> str:
        return (
            f"activation of layer {self.layer_index + 1} set to {activation(self.activation).text}"
        )
