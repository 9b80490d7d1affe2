"""What the Distribution view looks at: all samples, or as many as are quick, evenly spread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.health import Health, health
from engine.layer import LayerTrace
from engine.session import Session

FEWEST_SAMPLES = 10
"""Of fewer samples a histogram would say nothing."""

_MOST_SAMPLES = 2_000
_MOST_WORK = 10_000_000


@dataclass(frozen=True, eq=False)
class Looked:
    """The samples looked at as a session of their own, and the health of its neurons.

    n_samples: how many there are in all.
    """

    session: Session
    health: Health
    n_samples: int

    @property
    def n_looked_at(self) -> int:
        return self.session.n_samples

    @property
    def is_thinned(self) -> bool:
        """Whether not all samples were looked at."""
        return self.n_looked_at < self.n_samples

    @property
    def is_enough(self) -> bool:
        """Whether there are enough samples for histograms."""
        return self.n_looked_at >= FEWEST_SAMPLES

    def layer(self, layer_index: int) -> LayerTrace:
        """Return the sums and outs of a layer, (n_looked_at, n_neurons) each."""
        return self.session.trace.layers[layer_index]

    @property
    def silent(self) -> list[str]:
        """What to say of dead and constant neurons, doubles, and numbers that are not finite."""
        neurons = [neuron for layer in self.health.neurons for neuron in layer]
        n_sentences = sum(
            neuron.is_dead + neuron.is_constant + (neuron.double_of is not None)
            for neuron in neurons
        )
        if self.health.first_not_finite is None:
            return self.health.sentences[:n_sentences]
        said = self.health.sentences[: n_sentences + 1]
        if self.is_thinned:
            # Its sentence counts the samples looked at, which are others than those of the person.
            said[0] = "some sums or outs are not finite numbers"
        return said


@lru_cache(maxsize=2)
def looked_at(session: Session) -> Looked:
    """Return the samples to look at; kept for as long as only the cursor moves."""
    most = max(FEWEST_SAMPLES, min(_MOST_SAMPLES, _MOST_WORK // session.network.n_parameters))
    shown = session
    if session.n_samples > most:
        places = np.linspace(0, session.n_samples - 1, most).round().astype(int)
        shown = session.evolve(inputs=session.inputs[places], targets=None, n_test=0)
    return Looked(shown, health(shown), session.n_samples)
