"""What changed, in one sentence: the cause, what rose and fell, and what stayed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.analysis.changes.causes import cause, distinct, first_changed_layer, shortened
from engine.analysis.changes.stages import Stage
from engine.nn.parameters import has_output_layer, neuron_name
from engine.session.prediction import answer, prediction
from engine.session.session import Session
from engine.text import format_number

NOTHING_CHANGED = "nothing changed"

MAX_LENGTH = 240
"""The longest a sentence gets; what does not fit is counted instead of named."""


class _Level(NamedTuple):
    """How detailed the sentence is."""

    most: int
    by_name: bool = True
    with_rest: bool = True
    with_more: bool = True


_LEVELS = (
    _Level(3),
    _Level(2),
    _Level(1),
    _Level(1, with_rest=False),
    _Level(0, with_rest=False),
    _Level(0, with_rest=False, by_name=False),
    _Level(0, with_rest=False, by_name=False, with_more=False),
)
_MAX_ANSWER_LENGTH = 24
_TAIL_OF_AN_ANSWER = 8
_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class _Layer(NamedTuple):
    """Sums and activations of a layer, and what its neurons are called: "output", "outputs" …"""

    sums: Stage
    activations: Stage
    neuron: str
    neurons: str


def describe_change(before: Session, after: Session, sample: int, stages: Sequence[Stage]) -> str:
    """Describe in one sentence what changed, from the `stages` of one sample.

    Such as "weight x1→h2 went from 0.2001 to 0.5001: h2 rose by 0.18, o1 rose by 0.0144; the other
    four hidden neurons did not change".

    Parameters
    ----------
    before
        The session before.
    after
        The session after.
    sample
        The index of the sample, from 0.
    stages
        What the sample computed before and after, stage by stage.

    Returns
    -------
    str
    """
    why = cause(before, after, sample, stages)
    if not why.counted:
        return NOTHING_CHANGED
    layers = _layers(before, after, stages)
    more = [*_loss(stages), *_changed_answers(before, after, stages)]
    nothing = "no out changed"
    if after.n_samples > 1:
        nothing = f"no out of sample {sample + 1} changed"
    sentence = ""
    for level in _LEVELS:
        effects = [", ".join(_changed(layers, level.most, nothing))]
        effects += more if level.with_more else []
        effects += _stayed(layers) if level.with_rest else []
        sentence = f"{why.named if level.by_name else why.counted}: {'; '.join(effects)}"
        if len(sentence) <= MAX_LENGTH:
            break
    return sentence


def _layers(before: Session, after: Session, stages: Sequence[Stage]) -> list[_Layer]:
    """The layers from the first one that computes something different from before."""
    first = first_changed_layer(before, after, stages)
    if first is None:
        return []
    n_hidden = len(after.network.layers) - has_output_layer(after.network)
    sums = [stage for stage in stages if stage.kind == "pre_activations"]
    activations = [stage for stage in stages if stage.kind == "activations"]
    layers = []
    for layer_index in range(first, len(activations)):
        if layer_index >= n_hidden:
            words = ("output", "outputs")
        elif n_hidden == 1:
            words = ("hidden neuron", "hidden neurons")
        else:
            words = (f"neuron of layer {layer_index + 1}", f"neurons of layer {layer_index + 1}")
        layers.append(_Layer(sums[layer_index], activations[layer_index], *words))
    return layers


def _changed(layers: list[_Layer], most: int, nothing: str) -> list[str]:
    """The activations that changed, about `most` per layer by name, or else the sums.

    With `most` 0 the neurons before the last layer are only counted. nothing: what to say when no
    activation changed.
    """
    if not any(layer.activations.n_changed for layer in layers):
        moved = _changed_sums(layers, most)
        return [*moved, f"but {nothing}"] if moved else [nothing]
    *hidden, last = layers
    clauses = []
    if most:
        for layer in hidden:
            clauses += _named(layer.activations, most, "", layer.neurons)
    elif n_changed := sum(layer.activations.n_changed for layer in hidden):
        clauses.append(f"{n_changed} hidden neuron{'s' * (n_changed > 1)} changed")
    return clauses + _named(last.activations, max(1, most), "", last.neurons)


def _changed_sums(layers: list[_Layer], most: int) -> list[str]:
    n_changed = sum(layer.sums.n_changed for layer in layers)
    if not most and n_changed:
        return [f"{n_changed} sum{'s' * (n_changed > 1)} z changed"]
    return [
        clause for layer in layers for clause in _named(layer.sums, most, "sum z of ", "sums z")
    ]


def _named(stage: Stage, most: int, before_the_name: str, plural: str) -> list[str]:
    """The numbers that changed, in order; if there are many, those that changed most and a
    count."""
    # Counting a single one takes more room than naming it.
    n_named = stage.n_changed if stage.n_changed <= most + 1 else most
    places = stage.most_changed(n_named)
    if n_named == stage.n_changed:
        places.sort()
    clauses = [f"{before_the_name}{stage.names[place]} {_moved(stage, place)}" for place in places]
    if n_named < stage.n_changed:
        clauses.append(f"{stage.n_changed - n_named} more {plural} changed")
    return clauses


def _moved(stage: Stage, place: int) -> str:
    """Return "rose by 0.18" or the like."""
    before, after = float(stage.before[place]), float(stage.after[place])
    if not math.isfinite(after):
        return f"became {format_number(after)}"
    difference = float(stage.difference[place])
    if not math.isfinite(difference):
        texts = distinct(before, after)
        return f"went from {texts[0]} to {texts[1]}"
    return f"{'rose' if difference > 0 else 'fell'} by {format_number(abs(difference))}"


def _stayed(layers: list[_Layer]) -> list[str]:
    """What did not change although it could have, layer by layer; empty if no activation
    changed."""
    if not any(layer.activations.n_changed for layer in layers):
        return []
    clauses = []
    for layer in layers:
        size = len(layer.activations.before)
        n_same = size - layer.activations.n_changed
        if n_same == 1:
            place = int(np.setdiff1d(np.arange(size), layer.activations.changed)[0])
            clauses.append(
                f"{layer.activations.names[place]} did not change{_though(layer, place)}"
            )
        elif n_same == size:
            clauses.append(f"no {layer.neuron} changed")
        elif n_same:
            count = _NUMBER_WORDS[n_same] if n_same < len(_NUMBER_WORDS) else str(n_same)
            clauses.append(f"the other {count} {layer.neurons} did not change")
    return clauses


def _though(layer: _Layer, place: int) -> str:
    """How the sum of a neuron changed whose activation did not."""
    if place not in layer.sums.changed:
        return ""
    return f", though its sum z {_moved(layer.sums, place)}"


def _loss(stages: Sequence[Stage]) -> list[str]:
    last = stages[-1]
    return [f"the loss {_moved(last, 0)}"] if last.kind == "loss" and last.n_changed else []


def _changed_answers(before: Session, after: Session, stages: Sequence[Stage]) -> list[str]:
    """How the answer changed; empty when it did not, or when there is none to compare."""
    if before.task != after.task:
        return []
    activations = [stage for stage in stages if stage.kind == "activations"][-1]
    old, new = prediction(after, activations.before), prediction(after, activations.after)
    if old is None or new is None or old == new:
        return []
    if isinstance(old, list) and isinstance(new, list):
        changed = [output for output in range(len(new)) if old[output] != new[output]]
        if len(changed) > 1:
            return [f"{len(changed)} answers changed"]
        name = neuron_name(after.network, len(after.network.layers) - 1, changed[0])
        return [f"the answer of {name} changed from {old[changed[0]]} to {new[changed[0]]}"]
    texts = [
        shortened(answer(after, outputs) or "", _MAX_ANSWER_LENGTH, _TAIL_OF_AN_ANSWER)
        for outputs in (activations.before, activations.after)
    ]
    # Two classes may have the same name.
    return [f"the answer changed from {texts[0]} to {texts[1]}"] if texts[0] != texts[1] else []
