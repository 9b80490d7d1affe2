"""Softmax as bars: the shares of a layer's neurons, which add up to 1."""

from __future__ import annotations

import math

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from engine.text import format_within
from tui.drawing.cells import filled, fitted, look, looks, rightward_bar, safe, strip_of
from tui.views.scene import Scene

_MAX_NAME_WIDTH = 14
_MIN_BAR_LENGTH = 4


def draw_shares(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return a row for each neuron, those around the selected one: name, share as a bar, out."""
    style = looks(scene.palette)
    count = scene.layer.n_neurons
    start = max(0, min(scene.neuron - height // 2, count - height))
    neurons = range(start, min(start + height, count))
    activations = scene.trace.layers[scene.layer_index].activations[0].tolist()
    limits = scene.layer.activation.limits
    values = [format_within(activations[neuron], limits, scene.view.digits) for neuron in neurons]
    names = [_name(scene, neuron) for neuron in neurons]
    name_width = min(max(map(cell_len, names)), _MAX_NAME_WIDTH)
    value_width = max(map(len, values))
    bar_width = width - name_width - value_width - 4
    spaced = 2 * count <= height + 1
    strips: list[Strip] = []
    for neuron, name, value in zip(neurons, names, values, strict=True):
        selected = neuron == scene.neuron
        text = style.accent if selected else style.plain
        color = scene.palette.accent if selected else scene.palette.series[0]
        share = _share(scene, activations[neuron])
        bar = rightward_bar(share * bar_width) if bar_width >= _MIN_BAR_LENGTH else ""
        parts = [
            ("▶" if selected else " ", text),
            (fitted(name, name_width) + " ", text),
            (fitted(bar, max(bar_width, 0)) + " ", look(color, scene.palette.background)),
            (fitted(value, value_width, right=True), text),
        ]
        strips.append(strip_of(parts, width, style.plain))
        if spaced:
            strips.append(strip_of([], width, style.plain))
    return filled(strips, width, height, style.plain)


def _name(scene: Scene, neuron: int) -> str:
    name = scene.name_of(neuron)
    classes = scene.session.classes
    if scene.is_output and classes and len(classes) == scene.layer.n_neurons:
        return f"{name} {safe(classes[neuron])}"
    return name


def _share(scene: Scene, out: float) -> float:
    """The share of 1 that an out stands for; 0 if it is not a number."""
    with np.errstate(all="ignore"):
        share = float(np.exp(out)) if scene.layer.activation.name == "log_softmax" else out
    return min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0
