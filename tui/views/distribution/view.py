"""The Distribution view: how the sums and activations of a layer are spread over the samples."""

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
from tui.state.pointing import is_choosing
from tui.views.distribution.rows import MIN_SAMPLES, Examined, examined_samples, neuron_rows
from tui.views.scene import Scene

_ANYWHERE = (-math.inf, math.inf)
_GAP = "   "
_MIN_FOR_A_LAYER, _MAX_FOR_A_LAYER = 4, 10
_MIN_ROWS_OF_A_LAYER = 6
_MIN_NEURONS = 3
_LINES_BESIDE_NEURONS = 2
"""Their heading, and the blank line before the sentences."""
_SELECTED = "▶"


def distribution_title(scene: Scene) -> str:
    """Return which layer it is, and over how many samples."""
    examined = examined_samples(scene.session)
    count = f"{examined.n_samples:,} sample{'s' * (examined.n_samples > 1)}"
    over = f"{examined.n_examined:,} of {count}" if examined.is_thinned else count
    return f"How layer {scene.layer_index + 1} spreads, over {over}"


def draw_distribution(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return histograms of sums and activations, a row per neuron, and which are silent."""
    style = looks(scene.palette)
    examined = examined_samples(scene.session)
    sentences = _sentences(examined, tells_silent=not is_choosing(scene.workspace))
    if is_too_small(width, height):
        return lines_of_text(sentences[0], width, height, scene.palette)
    n_neurons = scene.layer.n_neurons
    left = 0 if examined.is_enough else height - n_neurons - _LINES_BESIDE_NEURONS
    chosen = _fit_sentences(sentences, width, max(1, height // 4, left))
    room = height - len(chosen)
    rows: list[list[Part]] = []
    if examined.is_enough and room > _MIN_FOR_A_LAYER:
        left = room - _MIN_FOR_A_LAYER
        n_rows = min(n_neurons + 1, max(_MIN_NEURONS + 1, room // 2), left)
        rows = _layers(scene, examined, width, room - n_rows)
    rows += neuron_rows(scene, examined, width, room - len(rows))
    if len(rows) < room:
        rows.append([])
    rows += [[(line, style.strong)] for line in chosen]
    strips = [strip_of(parts, width, style.plain) for parts in rows]
    return filled(strips, width, height, style.plain)


def _sentences(examined: Examined, *, tells_silent: bool) -> list[str]:
    """The sentences at the bottom, the most important first."""
    sentences = (examined.silent or ["no neuron is silent"]) if tells_silent else []
    if not examined.is_enough:
        is_one = examined.n_examined == 1
        there = "there is one" if is_one else f"there are {examined.n_examined}"
        sentences = [
            f"histograms need {MIN_SAMPLES} samples: {there}, i adds one, C chooses data",
            *([] if is_one else sentences),
        ]
    if examined.is_thinned:
        sentences = [f"looked at {examined.n_examined:,} samples, evenly spread", *sentences]
    return sentences or [""]


def _fit_sentences(sentences: list[str], width: int, most: int) -> list[str]:
    """The sentences in at most `most` lines: in full, shortened, or the last ones only counted."""
    for n_clauses in (2, 1, 0):
        shorter = [_shortened(sentence, n_clauses) for sentence in sentences]
        if sum(map(len, shorter)) <= width * most:
            lines = wrapped("; ".join(shorter), width)
            if len(lines) <= most:
                return lines
    chosen = wrapped(shorter[0], width, most)
    fewest, too_many = 0, len(sentences)
    while too_many - fewest > 1:
        n_kept = (fewest + too_many) // 2
        lines = wrapped(
            "; ".join([*shorter[:n_kept], f"and {len(sentences) - n_kept} more"]), width
        )
        if len(lines) <= most:
            fewest, chosen = n_kept, lines
        else:
            too_many = n_kept
    return chosen


def _shortened(sentence: str, n_clauses: int) -> str:
    """The sentence up to its colon, and `n_clauses` clauses after it, two at most."""
    head, colon, rest = sentence.partition(": ")
    if n_clauses == 0:
        return head
    return sentence if n_clauses == 2 else f"{head}{colon}{rest.partition(', ')[0]}"


def _layers(scene: Scene, examined: Examined, width: int, room: int) -> list[list[Part]]:
    """The histograms of the current layer, and of the layers around it if they fit."""
    n_layers = len(scene.session.network.layers)
    count = max(1, min(n_layers, room // _MIN_ROWS_OF_A_LAYER))
    first = max(0, min(scene.layer_index - count // 2, n_layers - count))
    height = min(room // count, _MAX_FOR_A_LAYER)
    style = looks(scene.palette)
    rows: list[list[Part]] = []
    for layer_index in range(first, first + count):
        is_selected = count > 1 and layer_index == scene.layer_index
        rows += _pair(examined, layer_index, is_selected, width, height, style)
    return rows


def _pair(
    examined: Examined, layer_index: int, is_selected: bool, width: int, height: int, style: Looks
) -> list[list[Part]]:
    """The sums of a layer on the left and its activations on the right."""
    layer = examined.layer(layer_index)
    activation = examined.session.network.layers[layer_index].activation
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
    """What is shown, and the height of the highest bar if it fits."""
    highest = f"highest {histogram.highest_share:.0%}"
    if len(name) + 2 + len(highest) <= histogram.columns:
        name += highest.rjust(histogram.columns - len(name))
    return fitted(name, columns)
