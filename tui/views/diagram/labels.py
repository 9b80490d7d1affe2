"""The labels of a diagram: weights beside their edges, and the selected bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.nn.parameters import Bias, Parameter, Weight
from engine.text import format_given
from tui.views.diagram.backward import backward_of
from tui.views.diagram.edges import Edges
from tui.views.diagram.layout import Layout, Stage
from tui.views.diagram.navigation import place_of_current
from tui.views.diagram.texts import short_text
from tui.views.scene import Scene

_MIN_GAP_FOR_ALL = 14
_HALFWAY, _EARLY = 0.5, 0.36
_WIDTH = 7


@dataclass(frozen=True, slots=True)
class Label:
    """A number written on or beside its edge or node."""

    column: int
    row: int
    text: str
    value: float
    parameter: Parameter
    is_selected: bool


def labels_of(scene: Scene, layout: Layout, edges: Sequence[Edges]) -> list[Label]:
    """Return the label of the selected number and, if they fit, of the current neuron's weights.

    No two labels overlap.
    """
    labels: list[Label] = []
    for place, bundle in enumerate(edges):
        before, after = layout.stages[place : place + 2]
        if bundle.selected >= 0:
            label = _label(scene, bundle, before, after, bundle.selected, _HALFWAY)
            labels += [label] if label is not None else []
        gap = after.nodes[0].left - before.nodes[0].right
        if after.index != place_of_current(scene).stage or gap < _MIN_GAP_FOR_ALL:
            continue
        first = next(
            (row for row, node in enumerate(after.nodes) if node.index == scene.neuron), None
        )
        if first is None:
            continue
        for column in range(len(before.nodes)):
            edge = first * len(before.nodes) + column
            if edge != bundle.selected:
                label = _label(scene, bundle, before, after, edge, _EARLY)
                if label is not None and not any(_collide(label, other) for other in labels):
                    labels.append(label)
    bias = _bias_label(scene, layout)
    return labels if bias is None else [*labels, bias]


def _label(
    scene: Scene, edges: Edges, before: Stage, after: Stage, edge: int, part: float
) -> Label | None:
    """The label of a weight at `part` of its edge, or None if the gap is too narrow."""
    left, right = before.nodes[0].right, after.nodes[0].left
    room = right - left - 1
    value = float(edges.values[edge])
    text = _text(value, scene.view.digits, min(_WIDTH, room))
    if len(text) > room:
        return None
    if room > len(text) + 2:
        text = f" {text} "
    middle = left + (right - left) * part
    column = max(left, min(round(middle - len(text) / 2), right - len(text)))
    part = (column + len(text) / 2 - left) / (right - left)
    row, source = divmod(edge, len(before.nodes))
    weight = Weight(before.index, after.nodes[row].index, before.nodes[source].index)
    at = edges.row_of(edge, part)
    return Label(column, at, text, value, weight, edge == edges.selected)


def _bias_label(scene: Scene, layout: Layout) -> Label | None:
    """The selected bias, below or beside the left end of its neuron."""
    match scene.parameter:
        case Bias(layer_index, neuron):
            backward = backward_of(scene)
            layers = scene.session.network.layers if backward is None else backward.layers
            value = float(layers[layer_index].bias[neuron])
        case _:
            return None
    for before, stage in zip(layout.stages, layout.stages[1:], strict=False):
        for node in stage.nodes:
            if (stage.index, node.index) != (layer_index + 1, neuron):
                continue
            room = node.left - before.nodes[0].right - 1
            text = _text(value, scene.view.digits, min(_WIDTH, room))
            text = next(
                (one for one in (f"bias {text} ", f"b {text}", text) if len(one) <= room), ""
            )
            if text:
                column = node.left - len(text)
                return Label(column, node.row, text, value, scene.parameter, True)
    return None


def _text(value: float, digits: int, width: int) -> str:
    text = format_given(value, digits, width)
    return text if len(text) <= width else short_text(value, digits, width, 2)


def _collide(one: Label, other: Label) -> bool:
    return (
        one.row == other.row
        and one.column < other.column + len(other.text)
        and other.column < one.column + len(one.text)
    )
