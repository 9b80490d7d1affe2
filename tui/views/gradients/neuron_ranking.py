"""Which neuron matters: the loss without each hidden neuron, the most needed first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from engine.analysis.ablation import Ablation, Held, LayerAblation, ablation
from engine.nn.network import Network
from engine.nn.parameters import neuron_name
from engine.session.names import output_label
from engine.session.session import Session
from engine.text import format_number
from tui.drawing.cells import (
    Part,
    cut,
    filled,
    fitted,
    lines_of_text,
    looks,
    rightward_bar,
    safe,
    strip_of,
    wrapped,
)
from tui.views.gestures import Arrow, ChooseNeuron, RankNeurons
from tui.views.scene import Scene

_MAX_WORK = 400_000
"""Sums worked out at each key, roughly: of more samples some are taken, evenly."""
_MIN_BAR, _MAX_BAR = 6, 40
_ARROWS = {"up": -1, "down": 1}
_NO_HIDDEN = "There are no hidden neurons: nothing can be left out."


@dataclass(frozen=True, eq=False)
class Ranking:
    """The hidden neurons, the most needed first: the one without which the loss rises most.

    places: layer and neuron of each, from 0. before: the loss, or without one an output of the
    sample; after: (n_neurons,), the same without each of them, in the order of places. n_samples:
    over how many; n_all: of how many.
    """

    found: Ablation
    subject: str
    places: list[tuple[int, int]]
    before: float
    after: list[float]
    n_samples: int
    n_all: int

    def held(self, place: int, *, at_mean: bool = False) -> tuple[Held, int]:
        """Return the network without a neuron, and which of its layer that is."""
        layer_index, neuron = self.places[place]
        layer: LayerAblation = self.found.layers[layer_index]
        return (layer.at_mean if at_mean else layer.at_zero), neuron

    def more_wrong(self, place: int, *, at_mean: bool = False) -> int | None:
        """Return how many more answers are wrong without a neuron; None if none is judged."""
        held, neuron = self.held(place, at_mean=at_mean)
        if held.n_wrong is None or self.found.n_wrong is None:
            return None
        return int(held.n_wrong[neuron]) - self.found.n_wrong


@lru_cache(maxsize=2)
def _ranking(session: Session, sample: int, output: int) -> Ranking:
    """The neurons ranked by the loss without them, or without a loss by an output of the sample."""
    shown, own = session, sample
    n_samples = max(1, _MAX_WORK // _sums_for(session.network))
    if session.n_train > n_samples:
        rows = np.linspace(0, session.n_train - 1, n_samples).round().astype(np.intp)
        rows = np.append(rows, sample)
        targets = None if session.targets is None else session.targets[rows]
        shown = session.evolve(inputs=session.inputs[rows], targets=targets, n_test=1)
        own = n_samples
    found = ablation(shown, own)
    n_train = shown.n_train
    if not math.isnan(found.loss):
        places = found.strongest()
        after = [float(found.layers[one].at_zero.losses[neuron]) for one, neuron in places]
        return Ranking(found, "loss", places, found.loss, after, n_train, session.n_train)
    before = float(session.sample_trace(sample).outputs[0, output])
    by_place = {
        (layer_index, neuron): float(layer.at_zero.outputs[neuron, output])
        for layer_index, layer in enumerate(found.layers)
        for neuron in range(len(layer.at_zero.losses))
    }
    places = sorted(by_place, key=lambda one: -abs(by_place[one] - before))
    after = [by_place[one] for one in places]
    subject = safe(output_label(session, output))
    return Ranking(found, subject, places, before, after, n_train, session.n_train)


def _sums_for(network: Network) -> int:
    """How many sums one sample takes: for each hidden neuron those of all layers after it."""
    sizes = network.sizes[1:]
    later = [sum(sizes) - total for total in accumulate(sizes)]
    return max(1, 2 * sum(size * after for size, after in zip(sizes, later, strict=True)))


def ranking_of(scene: Scene) -> Ranking:
    """Return the ranking for a scene."""
    return _ranking(scene.session, scene.sample, scene.output)


def neurons_title(scene: Scene) -> str:
    """Return the question."""
    subject = ranking_of(scene).subject
    return f"Which neuron matters for {'the loss' if subject == 'loss' else cut(subject, 12)}?"


def draw_neurons(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the hidden neurons with what the loss would be without each."""
    style, ranking = looks(scene.palette), ranking_of(scene)
    if not ranking.places:
        return lines_of_text(_NO_HIDDEN, width, height, scene.palette)
    here = _place_of(scene, ranking)
    below = _below(scene, ranking, width, height)
    n_rows = max(1, height - len(below) - 1)
    start = max(0, min((here or 0) - n_rows // 2, len(ranking.places) - n_rows))
    shown = range(start, min(start + n_rows, len(ranking.places)))
    digits = scene.view.digits
    names = [_name(scene, ranking.places[place]) for place in shown]
    changes = [
        f"{format_number(ranking.before, digits)} → {format_number(ranking.after[place], digits)}"
        for place in shown
    ]
    wrongs = [_wrong(ranking.more_wrong(place)) for place in shown]
    columns = [
        max(map(cell_len, [heading, *texts]))
        for heading, texts in (("without", names), (ranking.subject, changes), ("", wrongs))
    ]
    bar_room = width - sum(columns) - 1 - 2 * len(columns)
    rises = [abs(after - ranking.before) for after in ranking.after]
    largest = max((one for one in rises if math.isfinite(one)), default=0.0) or 1.0
    heading = "  ".join(
        fitted(text, size)
        for text, size in zip(("without", ranking.subject, ""), columns, strict=True)
    )
    rows: list[list[Part]] = [[(f" {heading}".rstrip(), style.muted)]]
    for name, change, wrong, place in zip(names, changes, wrongs, shown, strict=True):
        texts = zip((name, change, wrong), columns, strict=True)
        text = "  ".join(fitted(one, size) for one, size in texts)
        mark, look = ("▶", style.accent) if place == here else (" ", style.plain)
        row = [(f"{mark}{text}".rstrip(), look)]
        if bar_room >= _MIN_BAR:
            row = [(f"{mark}{text}  ", look)]
            share = min(rises[place] / largest, 1.0) if math.isfinite(rises[place]) else 1.0
            rose = ranking.after[place] >= ranking.before
            pole = style.negative if rose else style.positive
            row.append((rightward_bar(share * min(bar_room, _MAX_BAR)), pole))
        rows.append(row)
    if len(rows) + len(below) < height:
        rows.append([])
    rows += [[(line, style.muted)] for line in below]
    return filled([strip_of(row, width, style.plain) for row in rows], width, height, style.plain)


def _below(scene: Scene, ranking: Ranking, width: int, height: int) -> list[str]:
    """What the current neuron is worth when it is held at its mean, in a third of the lines."""
    place = _place_of(scene, ranking) or 0
    held, neuron = ranking.held(place, at_mean=True)
    number = held.outputs[neuron, scene.output]
    if ranking.subject == "loss":
        number = held.losses[neuron]
    text = (
        f"{_name(scene, ranking.places[place])} held at its mean instead: {ranking.subject} "
        f"{format_number(float(number), scene.view.digits)}"
    )
    more = ranking.more_wrong(place, at_mean=True)
    if more is not None:
        text += f", {_wrong(more)}"
    if ranking.n_samples < ranking.n_all:
        text += f"; over {ranking.n_samples:,} of {ranking.n_all:,} samples"
    return wrapped_with_hint(text, ". ← ranks numbers.", width, max(1, height // 3))


def move_in_neurons(scene: Scene, arrow: Arrow) -> ChooseNeuron | RankNeurons | None:
    """Return the next neuron of the ranking, or with ← the ranking of numbers."""
    if arrow == "left":
        return RankNeurons(shown=False)
    places = ranking_of(scene).places
    if arrow not in _ARROWS or not places:
        return None
    here = _place_of(scene, ranking_of(scene))
    place = 0 if here is None else here + _ARROWS[arrow]
    return ChooseNeuron(*places[place]) if 0 <= place < len(places) else None


def neuron_clicked(scene: Scene, width: int, height: int, row: int) -> ChooseNeuron | None:
    """Return the neuron in a row, if there is one."""
    ranking = ranking_of(scene)
    if not ranking.places:
        return None
    here = _place_of(scene, ranking) or 0
    below = _below(scene, ranking, width, height)
    n_rows = max(1, height - len(below) - 1)
    start = max(0, min(here - n_rows // 2, len(ranking.places) - n_rows))
    place = start + row - 1
    inside = 1 <= row <= n_rows and place < len(ranking.places)
    return ChooseNeuron(*ranking.places[place]) if inside else None


def wrapped_with_hint(text: str, hint: str, width: int, most: int) -> list[str]:
    """Return the text in at most so many lines, with a hint if the last one has room for it."""
    lines, longer = wrapped(text, width, most), wrapped(text + hint, width, most + 1)
    return longer if len(longer) == len(lines) else lines


def _place_of(scene: Scene, ranking: Ranking) -> int | None:
    """The place of the current neuron in the ranking; None for an output."""
    current = scene.layer_index, scene.neuron
    return ranking.places.index(current) if current in ranking.places else None


def _name(scene: Scene, place: tuple[int, int]) -> str:
    return neuron_name(scene.session.network, *place)


def _wrong(more: int | None) -> str:
    if more is None:
        return ""
    return f"{abs(more):,} {'more' if more >= 0 else 'fewer'} wrong"
