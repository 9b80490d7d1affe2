"""The edit that draws new weights and biases."""

from __future__ import annotations

from dataclasses import dataclass

from engine.edits.base import Edit, inverse_by_difference
from engine.nn.arguments import check_type
from engine.nn.initialisation import draw_layer, generator, initialisation_named
from engine.nn.network import Network
from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class RandomStart:
    """Draw all weights and biases again.

    Parameters
    ----------
    initialisation
        A key of INITIALISATIONS, perhaps with a scale: "he" or "uniform(0.5)".
    seed
        From 0 up; the same seed gives the same numbers.
    """

    initialisation: str
    seed: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        random = generator(self.seed)
        layers = []
        for layer in session.network.layers:
            weights, bias = draw_layer(random, layer.n_neurons, layer.n_inputs, self.initialisation)
            layers.append(layer.replace(weights=weights, bias=bias))
        return session.evolve(network=Network(layers))

    def inverse(self, session: Session) -> Edit:
        return inverse_by_difference(session, self)

    def describe(self, session: Session) -> str:
        return f"random start: {initialisation_named(self.initialisation)}, seed {self.seed}"
