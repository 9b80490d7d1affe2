"""A small map of every neuron of a layer, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from textual.strip import Strip

from engine.analysis.decision_map import decision_map
from engine.session.names import feature_name
from engine.text import format_number
from tui.drawing.axes import Axis
from tui.drawing.cells import filled, fitted, looks, safe, strip_of
from tui.drawing.half_blocks import PIXELS_DOWN, half_block_strips
from tui.views.gestures import ChooseNeuron
from tui.views.map.content import Content, colours_of, shades_of
from tui.views.map.legend import Item, held_fast, laid_out, selected
from tui.views.map.overlay import probe
from tui.views.map.plane import centres
from tui.views.scene import Scene

_MIN_WIDTH, _MIN_HEIGHT = 8, 3
_HEIGHT_WITH_LEGEND = 8
_CELL_SHAPE = 2
"""A cell is about twice as high as it is wide."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """The small maps: `neurons` row by row, each `width` by `height` cells with its name on top."""

    neurons: range
    per_row: int
    width: int
    height: int


def tiles_of(n_neurons: int, neuron: int, width: int, height: int) -> Tiles:
    """Return the tiles that give the largest maps of all neurons.

    If they do not all fit, there are as many as do, including `neuron`, above a line of text.
    """
    best: Tiles | None = None
    for rows in range(1, n_neurons + 1):
        per_row = -(-n_neurons // rows)
        tiles = Tiles(range(n_neurons), per_row, (width + 1) // per_row - 1, height // rows)
        if tiles.width < _MIN_WIDTH or tiles.height < _MIN_HEIGHT:
            continue
        if best is None or _size(tiles) > _size(best):
            best = tiles
    if best is not None:
        return best
    per_row = max(1, (width + 1) // (_MIN_WIDTH + 1))
    rows = max(1, (height - 1) // _MIN_HEIGHT)
    count = min(per_row * rows, n_neurons)
    start = max(0, min(neuron - count // 2, n_neurons - count))
    return Tiles(
        range(start, start + count), per_row, (width + 1) // per_row - 1, (height - 1) // rows
    )


def draw_small_maps(scene: Scene, axes: tuple[Axis, Axis], width: int, height: int) -> list[Strip]:
    """Return the maps of the current layer, each under its name, the current neuron marked."""
    n_neurons = scene.layer.n_neurons
    tiles = _tiles(scene, width, height)
    rows = tiles.height - 1
    activations = decision_map(
        scene.session,
        scene.view.map.features,
        centres(axes[0], tiles.width),
        centres(axes[1], rows * PIXELS_DOWN)[::-1],
        scene.sample,
        scene.layer_index,
    ).layers[scene.layer_index]
    style = looks(scene.palette)
    colours = colours_of(scene.palette, False, 2)
    marks = probe(scene, axes, tiles.width, rows)
    drawn = []
    for neuron in tiles.neurons:
        is_current = neuron == scene.neuron
        name = ("▶" if is_current else " ") + scene.name_of(neuron)
        look = style.accent if is_current else style.plain
        pixels = shades_of(scene, Content(scene.layer_index, neuron), activations)
        drawn.append(
            [
                strip_of([(fitted(name, tiles.width), look)], tiles.width, style.plain),
                *half_block_strips(pixels, colours, marks),
            ]
        )
    gap = strip_of([], 1, style.plain)
    strips = []
    for start in range(0, len(drawn), tiles.per_row):
        for lines in zip(*drawn[start : start + tiles.per_row], strict=True):
            parts = [part for line in lines for part in (gap, line)][1:]
            rest = width - sum(part.cell_length for part in parts)
            strips.append(Strip.join([*parts, strip_of([], rest, style.plain)]))
    if len(strips) < height:
        items = _legend(scene, axes)
        if len(tiles.neurons) < n_neurons:
            items.insert(0, [(f"{len(tiles.neurons)} of {n_neurons} neurons", style.muted)])
        strips = filled(strips, width, height - 1, style.plain)
        [row] = laid_out(items, width, 1, style.plain)
        strips.append(strip_of(row, width, style.plain))
    return filled(strips, width, height, style.plain)


def small_map_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> ChooseNeuron | None:
    """Return the choice of the neuron whose map is at a cell, or None if there is none."""
    tiles = _tiles(scene, width, height)
    across, down = column // (tiles.width + 1), row // tiles.height
    place = down * tiles.per_row + across
    if across < tiles.per_row and row >= 0 and place < len(tiles.neurons):
        return ChooseNeuron(scene.layer_index, tiles.neurons[place])
    return None


def _tiles(scene: Scene, width: int, height: int) -> Tiles:
    """The tiles above a legend, or without it if it would cost a map or too much of their size."""
    n_neurons = scene.layer.n_neurons
    if height >= _HEIGHT_WITH_LEGEND:
        tiles = tiles_of(n_neurons, scene.neuron, width, height - 1)
        if len(tiles.neurons) == n_neurons:
            return tiles
    return tiles_of(n_neurons, scene.neuron, width, height)


def _legend(scene: Scene, axes: tuple[Axis, Axis]) -> list[Item]:
    """The ranges of the two inputs, and what the maps have in common."""
    texts = [
        f"{safe(feature_name(scene.session, feature))} "
        f"{format_number(axis.low)} … {format_number(axis.high)} {way}"
        for feature, axis, way in zip(scene.view.map.features, axes, ("across", "up"), strict=True)
    ]
    style = looks(scene.palette)
    return [*([(text, style.muted)] for text in texts), held_fast(scene), selected(scene)]


def _size(tiles: Tiles) -> int:
    return min(tiles.width, _CELL_SHAPE * (tiles.height - 1))
