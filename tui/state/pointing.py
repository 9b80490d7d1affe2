"""What a lesson lights up because its text speaks of it, and what it hides until it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from engine import Network
from engine.lessons.references import NeuronReference, Reference, neuron_in, reference_in
from tui.state.workspace import Workspace

if TYPE_CHECKING:
    from engine.lessons.lesson import Step

_NEURON = re.compile(r"([ho]\d+(?:\.\d+)?)\.(z|a|sum|out)", re.ASCII)

HIDDEN = "?"
"""Stands for a number that must not be seen yet."""

Hidden = frozenset[tuple[int, int, str]]
"""Sums and activations: the indices of layer and neuron, and "z" or "a"."""

_NOTHING: Hidden = frozenset()


def pointed_at(workspace: Workspace) -> frozenset[Reference]:
    """Return what the text of the present step speaks of."""
    step = None if workspace.lesson is None else workspace.lesson.step
    if step is None:
        return frozenset()
    return _pointed_at(step, workspace.session.network)


@lru_cache(maxsize=2)
def _pointed_at(step: Step, network: Network) -> frozenset[Reference]:
    return frozenset(references_in(step.point_at, network))


def references_in(texts: Iterable[str], network: Network) -> Iterator[Reference]:
    """Yield what the texts point at; the learner may have removed some of it."""
    for text in texts:
        with suppress(ValueError):
            yield reference_in(network, text)


def is_asking(workspace: Workspace) -> bool:
    """Return whether a number is asked for that must not be seen yet."""
    play = workspace.lesson
    return (
        play is not None
        and not play.is_met
        and play.step is not None
        and play.step.prediction is not None
        and bool(play.step.prediction.of.references)
        # Else it is not on the screen before it is answered.
        and not play.step.prediction.after
    )


def is_choosing(workspace: Workspace) -> bool:
    """Return whether a question is open whose answer the screen should show, and not say."""
    play = workspace.lesson
    return (
        play is not None and not play.is_met and play.step is not None and bool(play.step.choices)
    )


def hidden_in(workspace: Workspace) -> Hidden:
    """Return the sums and activations that would give the answer away.

    They are those that are asked for, and all that come after them in the network.
    """
    if not is_asking(workspace):
        return _NOTHING
    assert workspace.lesson is not None
    assert workspace.lesson.step is not None
    return _hidden_in(workspace.lesson.step, workspace.session.network)


@lru_cache(maxsize=2)
def _hidden_in(step: Step, network: Network) -> Hidden:
    assert step.prediction is not None
    asked: set[tuple[NeuronReference, str]] = set()
    for name in step.prediction.of.references:
        if found := _NEURON.match(name):
            with suppress(ValueError):
                asked.add((neuron_in(network, found[1]), found[2]))
    hidden = set()
    for place, part in asked:
        hidden.add((place.layer_index, place.neuron, "a"))
        if part in ("z", "sum"):
            hidden.add((place.layer_index, place.neuron, "z"))
    first = min((place.layer_index for place, _ in asked), default=len(network.layers))
    for layer_index, layer in enumerate(network.layers):
        if layer_index > first:
            hidden |= {(layer_index, n, part) for n in range(layer.n_neurons) for part in "za"}
    return frozenset(hidden)
