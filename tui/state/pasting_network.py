"""A network recognised in pasted text: described, transposed, or with other activations."""

from __future__ import annotations

import dataclasses

import numpy as np

from engine import Network, Session
from engine.clipboard import Listing
from engine.nn.parsing import parse_activations
from engine.session.names import counted, summary

UNKNOWN = "?"
"""Stands for an activation that the text does not give."""


def transposed(listing: Listing) -> Listing | None:
    """Return the listing with every matrix transposed, or None if the shapes do not allow it."""
    session = listing.session
    layers = []
    for layer in session.network.layers:
        bias = layer.bias
        if len(bias) != layer.n_inputs:
            if bias.any():
                return None
            bias = np.zeros(layer.n_inputs)
        layers.append(layer.replace(weights=layer.weights.T, bias=bias))
    try:
        network = Network(layers)
        if session.inputs_given:
            changed = Session(network, inputs=session.inputs, targets=session.targets)
        else:
            changed = Session(network)
    except ValueError:
        return None
    known: tuple[bool | None, ...] = (False,) * len(layers)
    return dataclasses.replace(
        listing, session=changed, one_row_per_neuron=known, notes=_without_orientation(listing)
    )


def describe(session: Session, notes: tuple[str, ...] = ()) -> str:
    """Return a description of what was recognised, one item per line."""
    lines = [summary(session.network)]
    if session.inputs_given:
        with_targets = " with targets" if session.targets is not None else ""
        lines.append(counted(session.n_samples, "sample") + with_targets)
    return "\n".join([*lines, *notes])


def activations_text(session: Session, unknown: tuple[int, ...] = ()) -> str:
    """Return the activations as one would type them, with a question mark for each unknown one."""
    layers = session.network.layers
    return ",".join(
        UNKNOWN if index in unknown else layer.activation.text for index, layer in enumerate(layers)
    )


def with_activations(session: Session, text: str) -> Session:
    """Return the session with the activations listed in `text`, one per layer.

    Raises ValueError, in one line, for an unknown activation, and for too few or too many.
    """
    layers = session.network.layers
    for number, name in enumerate(text.split(","), start=1):
        if name.strip() == UNKNOWN:
            raise ValueError(
                f"activation {number} is not in the text: replace the ? by relu, sigmoid …"
            )
    activations = parse_activations(text)
    if len(activations) != len(layers):
        raise ValueError(
            f"{counted(len(activations), 'activation')} for {counted(len(layers), 'layer')}; "
            f"one for each"
        )
    changed = [
        layer.replace(activation=activation)
        for layer, activation in zip(layers, activations, strict=True)
    ]
    return session.evolve(network=Network(changed))


def wrong_activations(session: Session, text: str) -> str | None:
    """Return what is wrong with the activations in `text`, in one line, or None."""
    try:
        with_activations(session, text)
    except ValueError as error:
        return str(error)
    return None


def _without_orientation(listing: Listing) -> tuple[str, ...]:
    """The notes except the one that says how the matrices were oriented."""
    return tuple(note for note in listing.notes if not note.endswith("taken as one row each"))
