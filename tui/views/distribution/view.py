"""The Distribution view: how the sums and activations of a layer spread over the samples."""

from __future__ import annotations

import math

from textual.strip import Strip

from tui.drawing.cells import (
    Looks,
    Part,
    filled,
    fitted,
    is_too_small,
    lines_of_text,
    looks,
    strip_of,
    wrapped,
)
from tui.drawing.histograms import Histogram, axis_of
from tui.views.distribution.rows import MIN_SAMPLES, Looked, looked_at, neuron_rows
from tui.views.scene import Scene

_ANYWHERE = (-math.inf, math.inf)
_GAP = "   "
_MIN_FOR_A_LAYER, _MAX_FOR_A_LAYER = 4, 10
_ENOUGH_FOR_A_LAYER = 6
_MIN_NEURONS = 3
_SELECTED = "▶"


def distribution_title(scene: Scene) -> str:
    """Return whose distribution it is, and over how many samples."""
    looked = looked_at(scene.session)
    count = f"{looked.n_samples:,} sample{'s' * (looked.n_samples > 1)}"
    over = f"{looked.n_looked_at:,} of {count}" if looked.is_thinned else count
    return f"How layer {scene.layer_index + 1} spreads, over {over}"


def draw_distribution(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return histograms of sums and activations, a row a neuron, and the silent ones by name."""
    style = looks(scene.palette)
    looked = looked_at(scene.session)
    said = _sentences(looked)
    if is_too_small(width, height):
        return lines_of_text(said[0], width, height, scene.palette)
    chosen = _as_many_as_fit(said, width, max(1, height // 4))
    room = height - len(chosen)
    n_neurons = scene.layer.n_neurons
    rows: list[list[Part]] = []
    if looked.is_enough and room > _MIN_FOR_A_LAYER:
        left = room - _MIN_FOR_A_LAYER
        n_rows = min(n_neurons + 1, max(_MIN_NEURONS + 1, room // 2), left)
        rows = _layers(scene, looked, width, room - n_rows)
    rows += neuron_rows(scene, looked, width, room - len(rows))
    if len(rows) < room:
        rows.append([])
    rows += [[(line, style.strong)] for line in chosen]
    strips = [strip_of(parts, width, style.plain) for parts in rows]
    return filled(strips, width, height, style.plain)


def _sentences(looked: Looked) -> list[str]:
    """What is said at the bottom, the most important first."""
    said = looked.silent or ["no neuron is silent"]
    if not looked.is_enough:
        is_one = looked.n_looked_at == 1
        there = "there is one" if is_one else f"there are {looked.n_looked_at}"
        said = [
            f"histograms need {MIN_SAMPLES} samples: {there} (i adds one)",
            *([] if is_one else said),
        ]
    if looked.is_thinned:
        said = [f"looked at {looked.n_looked_at:,} samples, evenly spread", *said]
    return said


def _as_many_as_fit(said: list[str], width: int, most: int) -> list[str]:
    """The sentences in at most so many lines: in full, shorter, or the last ones only counted."""
    for n_clauses in (2, 1, 0):
        shorter = [_shortened(sentence, n_clauses) for sentence in said]
        if sum(map(len, shorter)) <= width * most:
            lines = wrapped("; ".join(shorter), width)
            if len(lines) <= most:
                return lines
    chosen = wrapped(shorter[0], width, most)
    fewest, too_many = 0, len(said)
    while too_many - fewest > 1:
        n_said = (fewest + too_many) // 2
        lines = wrapped("; ".join([*shorter[:n_said], f"and {len(said) - n_said} more"]), width)
        if len(lines) <= most:
            fewest, chosen = n_said, lines
        else:
            too_many = n_said
    return chosen


def _shortened(sentence: str, n_clauses: int) -> str:
    """The sentence up to its colon, and as many clauses after it, two at most."""
    head, colon, rest = sentence.partition(": ")
    if n_clauses == 0:
        return head
    return sentence if n_clauses == 2 else f"{head}{colon}{rest.partition(', ')[0]}"


def _layers(scene: Scene, looked: Looked, width: int, room: int) -> list[list[Part]]:
    """The histograms of the current layer, and of others around it where there is room."""
    n_layers = len(scene.session.network.layers)
    count = max(1, min(n_layers, room // _ENOUGH_FOR_A_LAYER))
    first = max(0, min(scene.layer_index - count // 2, n_layers - count))
    height = min(room // count, _MAX_FOR_A_LAYER)
    style = looks(scene.palette)
    rows: list[list[Part]] = []
    for layer_index in range(first, first + count):
        is_selected = count > 1 and layer_index == scene.layer_index
        rows += _pair(looked, layer_index, is_selected, width, height, style)
    return rows


def _pair(
    looked: Looked, layer_index: int, is_selected: bool, width: int, height: int, style: Looks
) -> list[list[Part]]:
    """The sums of a layer at the left and its activations at the right."""
    layer = looked.layer(layer_index)
    activation = looked.session.network.layers[layer_index].activation
    columns = (width - len(_GAP)) // 2
    left, right = (
        Histogram.of(values, axis_of(values, limits), columns)
        for values, limits in (
            (layer.pre_activations, _ANYWHERE),
            (layer.activations, activation.limits),
        )
    )
    marker = _SELECTED if is_selected else ""
    names = (f"{marker}sum z of layer {layer_index + 1}", f"out a · {activation.text}")
    text = style.accent if is_selected else style.plain
    captions = [
        _caption(name, one, columns) for name, one in zip(names, (left, right), strict=True)
    ]
    rows: list[list[Part]] = [[(_GAP.join(captions), text)]]
    margin = " " * (columns - left.columns) + _GAP
    bars = zip(left.rows(height - 2, style), right.rows(height - 2, style), strict=True)
    rows += [[*sums, (margin, style.plain), *activations] for sums, activations in bars]
    rows.append([(left.labels() + margin + right.labels(), style.muted)])
    return rows


def _caption(name: str, histogram: Histogram, columns: int) -> str:
    """What is shown, and how high the highest bar is where there is room to say so."""
    highest = f"highest {histogram.highest_share:.0%}"
    if len(name) + 2 + len(highest) <= histogram.columns:
        name += highest.rjust(histogram.columns - len(name))
    return fitted(name, columns)
