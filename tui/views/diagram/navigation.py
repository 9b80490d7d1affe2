"""Finding one's way in the diagram: the node under the cursor, its neighbours, what is visible."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.nn.parameters import Bias, Input, Parameter, Weight
from tui.views.gestures import Arrow
from tui.views.scene import Scene


class Place(NamedTuple):
    """A node; stage 0 holds the inputs, stage 1 the first layer; place counts from 0."""

    stage: int
    place: int


def place_of_cursor(scene: Scene) -> Place:
    """Return the node that the cursor is on: an input, or the current neuron."""
    if isinstance(scene.parameter, Input):
        return Place(0, scene.parameter.feature)
    return place_of_current(scene)


def place_of_current(scene: Scene) -> Place:
    """Return the node of the current neuron."""
    return Place(scene.layer_index + 1, scene.neuron)


def nearest(index: int, count: int, other_count: int) -> int:
    """Return which of `other_count` nodes is level with the node `index` of `count`."""
    return min((2 * index + 1) * other_count // (2 * count), other_count - 1)


def focus_of_stages(scene: Scene) -> list[int]:
    """Return for each stage the node that must be visible if not all of them fit.

    These are the current neuron, the node under the cursor and the source of the selected weight;
    otherwise the largest out of the last layer, and in the other layers the node level with these.
    """
    sizes = scene.session.network.sizes
    known = {place_of_current(scene).stage: scene.neuron}
    match scene.parameter:
        case Weight(layer_index, neuron, source):
            known.setdefault(layer_index, source)
            known.setdefault(layer_index + 1, neuron)
        case Input(feature):
            known.setdefault(0, feature)
    activations = np.nan_to_num(scene.trace.outputs[0], nan=-np.inf)
    focus = [
        known[near] if near == stage else nearest(known[near], sizes[near], size)
        for stage, size in enumerate(sizes)
        for near in [min(known, key=lambda other: abs(other - stage))]
    ]
    last = len(sizes) - 1
    if last not in known:
        focus[last] = int(activations.argmax())
    return focus


def arrival(scene: Scene, place: Place) -> Parameter:
    """Return the number that the cursor moves to when a node is chosen.

    That is an input itself. In a neuron it is the weight from the node the cursor comes from, or
    the same number as in another neuron of its layer, or the weight from the node level with it.
    """
    if place.stage == 0:
        return Input(place.place)
    layer_index = place.stage - 1
    here = place_of_cursor(scene)
    if here.stage == layer_index:
        return Weight(layer_index, place.place, here.place)
    if here.stage == place.stage:
        match scene.parameter:
            case Bias():
                return Bias(layer_index, place.place)
            case Weight(of_layer, _, source) if of_layer == layer_index:
                return Weight(layer_index, place.place, source)
    sizes = scene.session.network.sizes
    source = nearest(place.place, sizes[place.stage], sizes[layer_index])
    return Weight(layer_index, place.place, source)


def move_in_diagram(scene: Scene, arrow: Arrow) -> Parameter | None:
    """Return the number that an arrow moves to, in the next node in its direction, if any.

    Right leads to the node at the same height, left to the source of the selected weight, so that
    one undoes the other.
    """
    sizes = scene.session.network.sizes
    stage, index = place_of_cursor(scene)
    match arrow:
        case "up":
            place = Place(stage, index - 1)
        case "down":
            place = Place(stage, index + 1)
        case "right":
            if stage + 1 == len(sizes):
                return None
            place = Place(stage + 1, nearest(index, sizes[stage], sizes[stage + 1]))
        case "left":
            if stage == 0:
                return None
            place = Place(stage - 1, _source(scene, Place(stage, index)))
    return arrival(scene, place) if 0 <= place.place < sizes[place.stage] else None


def _source(scene: Scene, place: Place) -> int:
    """The source of the selected weight of a neuron, or else the previous node level with it."""
    match scene.parameter:
        case Weight(layer_index, neuron, source) if (layer_index + 1, neuron) == place:
            return source
    sizes = scene.session.network.sizes
    return nearest(place.place, sizes[place.stage], sizes[place.stage - 1])
