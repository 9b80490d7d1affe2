"""The rows of the Distribution view: a small histogram of the activations of each neuron."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.analysis.health import Health, health
from engine.nn.layer import LayerTrace
from engine.session.session import Session
from tui.drawing.cells import Part, fitted, looks
from tui.drawing.histograms import axis_of, sparkline
from tui.views.scene import Scene

MIN_SAMPLES = 10
"""With fewer samples a histogram would be meaningless."""

_MAX_SAMPLES = 2_000
_MAX_WORK = 10_000_000

_OFF, _SATURATED, _ACTIVATIONS = "off", "saturated", "outs"
_MAX_SHARE_WIDTH = 5
_MIN_SPARKLINE_LENGTH, _MAX_SPARKLINE_LENGTH = 8, 24
_BETWEEN = "  "
_SELECTED = "▶"


@dataclass(frozen=True, eq=False)
class Examined:
    """The samples examined, as a session of their own, and the health of its neurons.

    n_samples: the number of all samples, examined or not.
    """

    session: Session
    health: Health
    n_samples: int

    @property
    def n_examined(self) -> int:
        return self.session.n_samples

    @property
    def is_thinned(self) -> bool:
        """Whether only some of the samples were examined."""
        return self.n_examined < self.n_samples

    @property
    def is_enough(self) -> bool:
        """Whether there are enough samples for histograms."""
        return self.n_examined >= MIN_SAMPLES

    def layer(self, layer_index: int) -> LayerTrace:
        """Return the sums and activations of a layer, (n_examined, n_neurons) each."""
        return self.session.trace.layers[layer_index]

    @property
    def silent(self) -> list[str]:
        """Sentences on dead and constant neurons, duplicates, and numbers that are not finite."""
        neurons = [neuron for layer in self.health.neurons for neuron in layer]
        n_sentences = sum(
            neuron.is_dead + neuron.is_constant + (neuron.duplicate_of is not None)
            for neuron in neurons
        )
        if self.health.first_not_finite is None:
            return self.health.sentences[:n_sentences]
        sentences = self.health.sentences[: n_sentences + 1]
        if self.is_thinned:
            # The sentence numbers the samples examined, which is not how the user numbers them.
            sentences[0] = "some sums or outs are not finite numbers"
        return sentences


@lru_cache(maxsize=2)
def examined_samples(session: Session) -> Examined:
    """Return the samples examined, cached while only the cursor moves."""
    most = max(MIN_SAMPLES, min(_MAX_SAMPLES, _MAX_WORK // session.network.n_parameters))
    shown = session
    if session.n_samples > most:
        places = np.linspace(0, session.n_samples - 1, most).round().astype(int)
        shown = session.evolve(inputs=session.inputs[places], targets=None, n_test=0)
    return Examined(shown, health(shown), session.n_samples)


def neuron_rows(scene: Scene, examined: Examined, width: int, room: int) -> list[list[Part]]:
    """Return a heading and the neurons around the current one, in columns if there are many."""
    if room < 2:
        return []
    style = looks(scene.palette)
    count = scene.layer.n_neurons
    names = max(len(scene.name_of(0)), len(scene.name_of(count - 1)))
    shares = _shares_width(width - names - 2)
    least = 1 + names + 1 + _MIN_SPARKLINE_LENGTH + shares + len(_BETWEEN)
    n_rows = min(room - 1, count)
    n_columns = max(1, min(math.ceil(count / n_rows), (width + len(_BETWEEN)) // least))
    n_rows = min(n_rows, math.ceil(count / n_columns))
    size = (width + len(_BETWEEN)) // n_columns - len(_BETWEEN)
    spark = min(size - 1 - names - 1 - shares, _MAX_SPARKLINE_LENGTH)
    spark = spark if spark >= _MIN_SPARKLINE_LENGTH else 0
    in_sight = n_rows * n_columns
    start = max(0, min(scene.neuron - in_sight // 2, count - in_sight))
    heading = _text(" ", " " * names, fitted(_ACTIVATIONS, spark), _OFF, _SATURATED, shares)
    rows: list[list[Part]] = [[(_BETWEEN.join([heading] * n_columns), style.muted)]]
    for row in range(n_rows):
        parts: list[Part] = []
        for neuron in range(start + row, min(start + in_sight, count), n_rows):
            is_selected = neuron == scene.neuron
            text = _neuron(scene, examined, neuron, names, spark, shares)
            parts += [(text, style.accent if is_selected else style.plain)]
            parts += [(_BETWEEN, style.plain)]
        rows.append(parts[:-1])
    return rows


def share_text(share: float) -> str:
    """Return a share in percent; 0 % and 100 % only if they are exact."""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def _neuron(
    scene: Scene, examined: Examined, neuron: int, names: int, spark: int, shares: int
) -> str:
    state = examined.health.neurons[scene.layer_index][neuron]
    activations = examined.layer(scene.layer_index).activations
    axis = axis_of(activations, scene.layer.activation.limits)
    return _text(
        _SELECTED if neuron == scene.neuron else " ",
        fitted(scene.name_of(neuron), names),
        sparkline(activations[:, neuron], axis, spark),
        share_text(state.off_share),
        share_text(state.saturated_share),
        shares,
    )


def _shares_width(room: int) -> int:
    """The width of both shares with a space before each, or of the first alone if it is tight."""
    both = 1 + _MAX_SHARE_WIDTH + 1 + len(_SATURATED)
    return both if room >= both else 1 + _MAX_SHARE_WIDTH


def _text(marker: str, name: str, line: str, off: str, saturated: str, shares: int) -> str:
    off = fitted(off, _MAX_SHARE_WIDTH, right=True)
    saturated = fitted(saturated, max(0, shares - _MAX_SHARE_WIDTH - 2), right=True)
    text = f"{marker}{name} {line} {off}"
    return f"{text} {saturated}" if saturated else text
