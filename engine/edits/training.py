"""Edits of how a network learns: the training settings, and which numbers are frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.edits.base import layer_at, with_layer
from engine.nn.arguments import check_type
from engine.nn.layer import FrozenLayer, Layer
from engine.nn.network import Network
from engine.nn.parameters import Bias, Weight
from engine.nn.values import Value
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.training.settings import TrainingSettings


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetAllFrozen(Value):
    """Set which numbers training leaves alone.

    Parameters
    ----------
    frozen
        The masks, one for each layer; None for a layer of which nothing is frozen.
    """

    frozen: tuple[FrozenLayer | None, ...]

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layers = session.network.layers
        if len(self.frozen) != len(layers):
            raise ValueError(f"frozen masks of {len(self.frozen)} layers, expected {len(layers)}")
        changed = [
            layer if layer.frozen is masks else layer.with_frozen(masks)
            for layer, masks in zip(layers, self.frozen, strict=True)
        ]
        return session.evolve(network=Network(changed))

    def inverse(self, session: Session) -> SetAllFrozen:
        return SetAllFrozen(tuple(layer.frozen for layer in session.network.layers))

    def describe(self, session: Session) -> str:
        count = sum(masks.n_frozen for masks in self.frozen if masks is not None)
        return f"{count} numbers frozen" if count else "nothing frozen any more"


@dataclass(frozen=True, slots=True)
class SetTraining:
    """Set how to train; all numbers stay.

    Parameters
    ----------
    settings
        The new ones; None for the defaults.
    """

    settings: TrainingSettings | None

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        return session.evolve(training=self.settings)

    def inverse(self, session: Session) -> SetTraining:
        return SetTraining(session.training)

    def describe(self, session: Session) -> str:
        return "learning settings changed"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetFrozen(Value):
    """Set which numbers of a layer training leaves alone.

    Parameters
    ----------
    layer_index
        The index of the layer, from 0.
    frozen
        The masks; None to freeze nothing.
    """

    layer_index: int
    frozen: FrozenLayer | None

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        layer = layer_at(session, self.layer_index)
        return with_layer(session, self.layer_index, layer.with_frozen(self.frozen))

    def inverse(self, session: Session) -> SetFrozen:
        return SetFrozen(self.layer_index, session.network.layers[self.layer_index].frozen)

    def describe(self, session: Session) -> str:
        layer = session.network.layers[self.layer_index]
        count = 0 if self.frozen is None else self.frozen.n_frozen
        share = {0: "nothing", layer.n_parameters: "all"}.get(count, f"{count} numbers")
        return f"{share} of layer {self.layer_index + 1} frozen"


def toggle_number(session: Session, number: Weight | Bias) -> tuple[SetFrozen, bool]:
    """Return the edit that freezes a number, or unfreezes it, and whether it freezes.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    number
        A weight or a bias of the network.

    Returns
    -------
    tuple[SetFrozen, bool]
    """
    masks = _masks(session.network.layers[number.layer_index])
    match number:
        case Weight(layer_index, neuron, input):
            masks.weights[neuron, input] = freezes = not masks.weights[neuron, input]
        case Bias(layer_index, neuron):
            masks.bias[neuron] = freezes = not masks.bias[neuron]
    return SetFrozen(layer_index, masks), bool(freezes)


def toggle_neuron(session: Session, layer_index: int, neuron: int) -> tuple[SetFrozen, bool]:
    """Return the same for a neuron; it is unfrozen if all its numbers are frozen.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.
    neuron
        The index of the neuron, from 0.

    Returns
    -------
    tuple[SetFrozen, bool]
    """
    masks = _masks(session.network.layers[layer_index])
    freezes = not (masks.weights[neuron].all() and masks.bias[neuron])
    masks.weights[neuron] = freezes
    masks.bias[neuron] = freezes
    return SetFrozen(layer_index, masks), freezes


def toggle_layer(session: Session, layer_index: int) -> tuple[SetFrozen, bool]:
    """Return the same for a layer; it is unfrozen if all its numbers are frozen.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    tuple[SetFrozen, bool]
    """
    masks = _masks(session.network.layers[layer_index])
    freezes = not (masks.weights.all() and masks.bias.all())
    masks.weights[:] = freezes
    masks.bias[:] = freezes
    return SetFrozen(layer_index, masks), freezes


def unfreeze_all(session: Session) -> SetAllFrozen:
    """Return the edit that unfreezes every number.

    Parameters
    ----------
    session
        The network with its samples, targets and names.

    Returns
    -------
    SetAllFrozen

    Raises
    ------
    ValueError
        If none is frozen.
    """
    layers = session.network.layers
    if all(layer.frozen is None for layer in layers):
        raise ValueError("nothing is frozen; H freezes the number under the cursor")
    return SetAllFrozen((None,) * len(layers))


def _masks(layer: Layer) -> FrozenLayer:
    """Writable copies of the layer's frozen masks."""
    if layer.frozen is None:
        return FrozenLayer(np.zeros(layer.weights.shape, bool), np.zeros(layer.bias.shape, bool))
    return FrozenLayer(layer.frozen.weights.copy(), layer.frozen.bias.copy())
