"""The Diagram view: the network as nodes and edges, with the selected number marked."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip

from engine.nn.backprop import Gradients
from engine.nn.parameters import Input, Parameter, neuron_name
from engine.session.names import parameter_name, parameter_value
from engine.text import format_given, format_number, format_within
from tui.drawing.cells import Part, is_too_small, lines_of_text, look, looks, safe
from tui.views.diagram.backward import backward_of
from tui.views.diagram.canvas import Canvas
from tui.views.diagram.edges import Edges, draw_edges, edges_of
from tui.views.diagram.labels import labels_of
from tui.views.diagram.layout import layout_of
from tui.views.diagram.navigation import Place, arrival, place_of_current
from tui.views.diagram.neuron_maps import draw_maps
from tui.views.diagram.nodes import draw_nodes
from tui.views.scene import Scene

_MAX_NAMES = 4
_MIN_WIDTH = 24
_BETWEEN_ENTRIES = 3


def diagram_title(scene: Scene) -> str:
    """Return the value of the node under the cursor, and the selected number."""
    session, parameter = scene.session, scene.parameter
    backward = backward_of(scene)
    if backward is not None:
        return _backward_title(scene, backward)
    value = format_given(parameter_value(session, parameter, scene.sample), scene.view.digits)
    name = safe(parameter_name(session, parameter))
    if isinstance(parameter, Input):
        n_fed = session.network.layers[0].n_neurons
        fed = [neuron_name(session.network, 0, neuron) for neuron in range(n_fed)]
        into = ", ".join(fed) if n_fed <= _MAX_NAMES else f"all {n_fed} neurons of layer 1"
        return f"{name} is {value}, it goes into {into}"
    a = float(scene.trace.layers[scene.layer_index].activations[0, scene.neuron])
    out = format_within(a, scene.layer.activation.limits, scene.view.digits)
    return f"{scene.name_of(scene.neuron)} gives {out}, {name} is {value}"


def _backward_title(scene: Scene, backward: Gradients) -> str:
    """δ of the current neuron, and the derivative by the selected number."""
    digits = scene.view.digits
    delta = float(backward.layers[scene.layer_index].pre_activations[0, scene.neuron])
    name = safe(parameter_name(scene.session, scene.parameter))
    by = format_number(backward.of(scene.parameter), digits)
    return f"{scene.name_of(scene.neuron)}: δ {format_number(delta, digits)}, ∂ {name}: {by}"


def draw_diagram(scene: Scene, width: int, height: int) -> list[Strip]:
    """Return the stages from the inputs on the left to the outputs on the right.

    Edges are coloured by sign, dashed if negative, and the stronger the larger their weights; nodes
    are shaded by their activations. What is left out is counted.
    """
    if width < _MIN_WIDTH or is_too_small(width, height):
        return lines_of_text(diagram_title(scene), width, height, scene.palette)
    layout = layout_of(scene, width, height)
    edges = list(edges_of(scene, layout))
    canvas = draw_edges(scene, edges, layout.rows, width, height)
    draw_nodes(scene, layout, canvas)
    if layout.has_maps:
        draw_maps(scene, layout, canvas)
    style = looks(scene.palette)
    for note in layout.notes:
        canvas.put(note.column, note.row, note.text, style.muted)
    for label in labels_of(scene, layout, edges):
        pole = style.negative if label.value < 0 else style.positive
        selected = look(scene.palette.background, scene.palette.accent, bold=True)
        canvas.put(label.column, label.row, label.text, selected if label.is_selected else pole)
    if layout.has_legend:
        _draw_legend(scene, edges, canvas, layout.has_maps)
    return canvas.strips()


def diagram_clicked(
    scene: Scene, width: int, height: int, column: int, row: int
) -> Parameter | None:
    """Return the number that a click selects: the label clicked, or a number of the node."""
    if width < _MIN_WIDTH or is_too_small(width, height):
        return None
    layout = layout_of(scene, width, height)
    for label in labels_of(scene, layout, list(edges_of(scene, layout))):
        if label.row == row and label.column <= column < label.column + len(label.text):
            return label.parameter
    found = layout.node_at(column, row)
    if found is None:
        return None
    stage, node = found
    place = Place(stage.index, node.index)
    if place == place_of_current(scene) and not isinstance(scene.parameter, Input):
        return scene.parameter
    return arrival(scene, place)


def _draw_legend(scene: Scene, edges: list[Edges], canvas: Canvas, has_maps: bool) -> None:
    """Draw a legend of lines and shades in the last row, as much of it as fits."""
    style = looks(scene.palette)
    backward = backward_of(scene)
    what, shade = "weight", "out"
    if backward is not None:
        subject = scene.workspace.gradient_subject
        of = "the loss" if subject.is_loss else safe(subject.name)
        several = f" of sample {scene.sample + 1}" * (scene.session.n_samples > 1)
        what, shade = f"∂ of {of}{several}", "δ"
    n_weights = sum(len(bundle.values) for bundle in edges)
    n_drawn = sum(len(bundle.drawn) for bundle in edges)
    entries: list[list[Part]] = [
        [("⠒⠒⠒⠒⠒", style.positive), (f" {what} above 0", style.muted)],
        [("⠒⠒ ⠒⠒", style.negative), (" below 0", style.muted)],
        [(f"g: {'forward' if backward else 'backward'}", style.muted)],
        [("thicker is larger", style.muted)],
        [(f"fuller is a larger {shade}", style.muted)],
    ]
    if has_maps:
        entries.insert(0, [("maps: the out over both inputs", style.muted)])
    if n_drawn < n_weights:
        entries.insert(0, [(f"{n_drawn} of {n_weights} weights, the strongest", style.muted)])
    column = 1
    for entry in entries:
        if column + sum(cell_len(text) for text, _ in entry) > canvas.width:
            break
        for text, part_look in entry:
            canvas.put(column, canvas.height - 1, text, part_look)
            column += cell_len(text)
        column += _BETWEEN_ENTRIES
