"""Which edit freezes a number, a neuron or a layer, or takes that back."""

from __future__ import annotations

import numpy as np

from engine import Bias, Layer, Session, Weight
from engine.frozen import FrozenLayer
from engine.frozen_edits import SetAllFrozen
from engine.training_edits import SetFrozen


def number_switched(session: Session, number: Weight | Bias) -> tuple[SetFrozen, bool]:
    """Return the edit that freezes a number, or frees a frozen one, and whether it freezes."""
    masks = _masks(session.network.layers[number.layer_index])
    match number:
        case Weight(layer_index, neuron, input):
            masks.weights[neuron, input] = freezes = not masks.weights[neuron, input]
        case Bias(layer_index, neuron):
            masks.bias[neuron] = freezes = not masks.bias[neuron]
    return SetFrozen(layer_index, masks), bool(freezes)


def neuron_switched(session: Session, layer_index: int, neuron: int) -> tuple[SetFrozen, bool]:
    """Return the same for a neuron; it is freed where all its numbers are frozen."""
    masks = _masks(session.network.layers[layer_index])
    freezes = not (masks.weights[neuron].all() and masks.bias[neuron])
    masks.weights[neuron] = freezes
    masks.bias[neuron] = freezes
    return SetFrozen(layer_index, masks), freezes


def layer_switched(session: Session, layer_index: int) -> tuple[SetFrozen, bool]:
    """Return the same for a layer."""
    masks = _masks(session.network.layers[layer_index])
    freezes = not (masks.weights.all() and masks.bias.all())
    masks.weights[:] = freezes
    masks.bias[:] = freezes
    return SetFrozen(layer_index, masks), freezes


def nothing_frozen(session: Session) -> SetAllFrozen:
    """Return the edit that frees every number; raises ValueError where none is frozen."""
    layers = session.network.layers
    if all(layer.frozen is None for layer in layers):
        raise ValueError("nothing is frozen; H freezes the number under the cursor")
    return SetAllFrozen((None,) * len(layers))


def _masks(layer: Layer) -> FrozenLayer:
    """What is frozen of the layer, to be changed."""
    if layer.frozen is None:
        return FrozenLayer(np.zeros(layer.weights.shape, bool), np.zeros(layer.bias.shape, bool))
    return FrozenLayer(layer.frozen.weights.copy(), layer.frozen.bias.copy())
