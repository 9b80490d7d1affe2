"""The edges of a diagram: lines of dots, coloured by the sign and size of their weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rich.style import Style

from engine.nn.arrays import FloatArray
from engine.nn.parameters import Weight
from tui.drawing.braille import DOTS_ACROSS, DOTS_DOWN
from tui.drawing.cells import look
from tui.drawing.palette import Palette, blended
from tui.views.diagram.backward import edge_values
from tui.views.diagram.canvas import Canvas
from tui.views.diagram.layout import FEW_EDGES, Layout, Node, Stage
from tui.views.diagram.navigation import Place, place_of_current, place_of_cursor
from tui.views.scene import Scene

_STEPS = 12
"""How many strengths of a colour are distinguished."""

_THICK_FROM = 0.6
_FAINT, _FAINT_SPAN = 0.16, 0.4
_CLEAR, _CLEAR_SPAN = 0.45, 0.55
_MANY_EDGES, _FADING = 40, 0.7
_DASH, _DASH_DRAWN = 7, 4
_ZERO_DASH = 5
_MAX_INK = 0.3
"""The part of the dots between two stages that edges may take: more run together into an area."""
_PORTS_OF_A_BOX, _PORTS_OF_A_CHIP = 7.0, 2.0
_MIDDLE_OF_A_ROW = (DOTS_DOWN - 1) / 2

Dots = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The edges between two visible stages, ordered by the neuron they lead into.

    left, right: the first and the last column of dots. The arrays are (n_edges,): begins, ends: the
    rows of dots at both ends; values: the weights, or their gradients; sizes: their sizes relative
    to the largest in the layer, from 0 to 1; current: whether they belong to the current neuron or
    to the input under the cursor. selected: the index of the selected weight's edge, or -1. drawn:
    the indices of the edges to draw.
    """

    left: int
    right: int
    begins: FloatArray
    ends: FloatArray
    values: FloatArray
    sizes: FloatArray
    current: npt.NDArray[np.bool_]
    selected: int
    drawn: Dots

    def row_of(self, edge: int, part: float) -> int:
        """Return the row of cells of an edge at `part` of its length, from 0 to 1."""
        height = self.begins[edge] + (self.ends[edge] - self.begins[edge]) * part
        return round(float(height)) // DOTS_DOWN


def edges_of(scene: Scene, layout: Layout) -> Iterator[Edges]:
    """Yield the edges of each pair of neighbouring stages."""
    for before, after in pairwise(layout.stages):
        yield _edges_between(scene, before, after, layout.boxed, len(layout.rows))


def _edges_between(scene: Scene, before: Stage, after: Stage, boxed: bool, n_rows: int) -> Edges:
    layer_index = before.index
    sources, targets = before.nodes, after.nodes
    rows = slice(targets[0].index, targets[-1].index + 1)
    columns = slice(sources[0].index, sources[-1].index + 1)
    all_weights = edge_values(scene, layer_index)
    largest = max(float(all_weights.max()), -float(all_weights.min()))
    weights = all_weights[rows, columns]
    shape = weights.shape
    current = np.zeros(shape, dtype=np.bool_)
    here, neuron = place_of_cursor(scene), place_of_current(scene)
    for row, node in enumerate(targets):
        if Place(after.index, node.index) == neuron:
            current[row] = True
    for column, node in enumerate(sources):
        if Place(before.index, node.index) == here and before.index == 0:
            current[:, column] = True
    selected = -1
    match scene.parameter:
        case Weight(of_layer, of_neuron, source) if of_layer == layer_index:
            row, column = of_neuron - rows.start, source - columns.start
            if 0 <= row < shape[0] and 0 <= column < shape[1]:
                selected = row * shape[1] + column
    room = _PORTS_OF_A_BOX if boxed else _PORTS_OF_A_CHIP
    begins = _middles(sources)[np.newaxis] + _ports(shape[0], room)[:, np.newaxis]
    ends = _middles(targets)[:, np.newaxis] + _ports(shape[1], room)[np.newaxis]
    left, right = sources[0].right * DOTS_ACROSS, targets[0].left * DOTS_ACROSS - 1
    begins = np.broadcast_to(begins, shape).ravel()
    ends = np.broadcast_to(ends, shape).ravel()
    sizes = (np.abs(weights) / largest if largest else np.zeros(shape)).ravel()
    always = current.ravel()
    if selected >= 0:
        always[selected] = True
    n_dots = (np.maximum(np.abs(ends - begins), right - left) + 1) * (1 + (sizes >= _THICK_FROM))
    most_dots = _MAX_INK * (right - left + 1) * n_rows * DOTS_DOWN
    return Edges(
        left,
        right,
        begins,
        ends,
        weights.ravel(),
        sizes,
        current.ravel(),
        selected,
        _drawn(sizes, always, n_dots, most_dots),
    )


def _drawn(
    sizes: FloatArray, always: npt.NDArray[np.bool_], n_dots: FloatArray, most_dots: float
) -> Dots:
    """The indices of the edges to draw: some always, and the strongest that `most_dots` allow."""
    order = np.argsort(-sizes, kind="stable")
    fits = np.cumsum(n_dots[order]) <= most_dots
    fits[:FEW_EDGES] = True
    return np.sort(order[fits | always[order]])


def _middles(nodes: tuple[Node, ...]) -> FloatArray:
    return np.array([node.row for node in nodes]) * DOTS_DOWN + _MIDDLE_OF_A_ROW


def _ports(count: int, room: float) -> FloatArray:
    """Where edges meet a node, spread around its middle in the order of their other ends."""
    if count == 1:
        return np.zeros(1)
    ports: FloatArray = (np.arange(count) / (count - 1) - 0.5) * room
    return ports


def draw_edges(scene: Scene, edges: list[Edges], inside: range, width: int, height: int) -> Canvas:
    """Return a canvas with all edges in the rows `inside`, stronger ones over fainter ones.

    Edges of negative weights are dashed, those of zero weights dotted; large ones are twice as
    thick, the selected one three times.
    """
    dots = np.zeros((height * DOTS_DOWN, width * DOTS_ACROSS), dtype=np.bool_)
    looks = np.zeros((height, width), dtype=np.intp)
    for bundle in edges:
        if bundle.left > bundle.right:
            continue
        rows, columns, kinds = _dots_of(bundle)
        np.clip(rows, inside.start * DOTS_DOWN, inside.stop * DOTS_DOWN - 1, out=rows)
        dots[rows, columns] = True
        # The last edge drawn in a cell is the strongest, and gives the cell its colour.
        looks[rows // DOTS_DOWN, columns // DOTS_ACROSS] = kinds
    return Canvas.of_dots(dots, looks, _styles(scene.palette))


def _dots_of(edges: Edges) -> tuple[Dots, Dots, Dots]:
    """The rows, columns and looks of all dots, in drawing order."""
    order, down, across = _drawing_order(edges)
    begins, rise = edges.begins[order], (edges.ends - edges.begins)[order]
    wide = edges.right - edges.left
    n_points = int(max(wide, np.abs(rise).max())) + 1
    part = np.linspace(0, 1, n_points)
    rows = np.rint(begins[:, np.newaxis] + rise[:, np.newaxis] * part).astype(np.intp)
    rows += down[:, np.newaxis]
    columns = np.rint(edges.left + wide * part).astype(np.intp) + across[:, np.newaxis]
    np.clip(columns, edges.left, edges.right, out=columns)
    lengths = np.maximum(wide, np.abs(rise))
    along = (lengths[:, np.newaxis] * part).astype(np.intp)
    values = edges.values[order, np.newaxis]
    drawn = (
        (values > 0)
        | ((values < 0) & (along % _DASH < _DASH_DRAWN))
        | ((values == 0) & (along % _ZERO_DASH == 0))
    )
    kinds = np.broadcast_to(_kinds(edges)[order, np.newaxis], rows.shape)
    return rows[drawn], columns[drawn], kinds[drawn]


def _drawing_order(edges: Edges) -> tuple[Dots, Dots, Dots]:
    """The edges, faint ones first, and by how many dots each is moved down and to the right.

    A thick edge comes two or three times, side by side.
    """
    drawn = edges.drawn
    ranks = edges.sizes + edges.current
    thick = drawn[(edges.sizes[drawn] >= _THICK_FROM) | (drawn == edges.selected)]
    thickest = drawn[drawn == edges.selected]
    ranks[thickest] += 4
    order = np.concatenate([drawn, thick, thickest])
    shift = np.concatenate([np.zeros(len(drawn)), np.ones(len(thick)), -np.ones(len(thickest))])
    shift = shift.astype(np.intp)
    steep = (np.abs(edges.ends - edges.begins) > edges.right - edges.left)[order]
    sorted_by_rank = np.argsort(ranks[order], kind="stable")
    return (
        order[sorted_by_rank],
        np.where(steep, 0, shift)[sorted_by_rank],
        np.where(steep, shift, 0)[sorted_by_rank],
    )


def _kinds(edges: Edges) -> Dots:
    """The look of each edge: an index into `_styles`."""
    sizes = edges.sizes
    fading = _FADING if len(edges.drawn) > _MANY_EDGES else 1
    others = (_FAINT + _FAINT_SPAN * sizes) * fading
    strength = np.where(edges.current, _CLEAR + _CLEAR_SPAN * sizes, others)
    if edges.selected >= 0:
        strength[edges.selected] = 1
    steps = np.maximum(np.rint(strength * _STEPS), 1).astype(np.intp)
    sign = np.sign(edges.values).astype(np.intp)
    kinds: Dots = np.where(sign == 0, 2 * _STEPS, np.where(sign > 0, 0, _STEPS)) + steps
    return kinds


def _styles(palette: Palette) -> list[Style]:
    """A blank style, then one per strength for positive, negative and zero weights."""
    background = palette.background
    poles = (palette.positive, palette.negative, palette.muted)
    return [
        look(palette.foreground, background),
        *(
            look(blended(background, pole, step / _STEPS), background)
            for pole in poles
            for step in range(1, _STEPS + 1)
        ),
    ]
