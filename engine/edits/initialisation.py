"""The edits that draw numbers: new weights and biases, or new inputs."""

from __future__ import annotations

from dataclasses import dataclass

from engine.edits.base import Edit
from engine.nn.arguments import check_type
from engine.nn.initialisation import draw_layer, generator, initialisation_named
from engine.nn.network import Network
from engine.nn.random_inputs import random_inputs
from engine.session.names import counted
from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class RandomStart(Edit):
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

    def describe(self, session: Session) -> str:
        return f"random start: {initialisation_named(self.initialisation)}, seed {self.seed}"


@dataclass(frozen=True, slots=True)
class RandomInputs(Edit):
    """Draw the inputs of new samples, which have no targets.

    Parameters
    ----------
    n_samples
        How many samples there are then.
    distribution
        "normal" or "uniform", see `engine.nn.random_inputs`.
    seed
        From 0 up; the same seed gives the same numbers.
    """

    n_samples: int
    distribution: str
    seed: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        inputs = random_inputs(
            self.n_samples, session.n_base_features, self.distribution, self.seed
        )
        return session.evolve(inputs=inputs, targets=None, n_test=0, data=None)

    def describe(self, session: Session) -> str:
        samples = counted(self.n_samples, "random sample")
        return f"{samples}: {self.distribution}, seed {self.seed}"
