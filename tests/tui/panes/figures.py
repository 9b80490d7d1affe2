"""What the screen shows of a workspace as texts, and a workspace that shares nothing with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine import Layer, Network, Session
from engine.explain.neuron import explain_neuron
from tests.tui.views.scenes import PALETTE, texts
from tui.panes.explanation_line import term_of
from tui.panes.inputs import InputsSource
from tui.panes.layer_source import LayerSource
from tui.panes.outputs import OutputsSource
from tui.panes.tips import tips_for
from tui.panes.title_line import state_of
from tui.state.workspace import Workspace
from tui.views.registry import VIEWS
from tui.views.scene import Scene
from tui.widgets.grid_source import GridSource

WIDTHS = (40, 80, 120)
ROOM = (64, 14)


def shown(workspace: Workspace, views: Iterable[str]) -> dict[str, list[str]]:
    """Every text of the panes, the lines and the given views, by where it stands."""
    session, selection = workspace.session, workspace.selection
    scene = Scene(workspace, PALETTE)
    found = {
        "title": [state_of(workspace, width) for width in WIDTHS],
        "arithmetic": [
            explain_neuron(session, selection.layer_index, selection.neuron, selection.sample).line(
                workspace.view.digits, width, term_of(selection)
            )
            for width in WIDTHS
        ],
        "inputs": cells(InputsSource(workspace, 20, 24)),
        "outputs": cells(OutputsSource(workspace, 36)),
        "tips": [tip.text for tip in tips_for(workspace)],
    }
    for layer_index in range(len(session.network.layers)):
        found[f"layer {layer_index + 1}"] = cells(LayerSource(workspace, layer_index, 60))
    for view in VIEWS:
        if view.name in views:
            found[view.name] = [view.title(scene), *texts(view.draw(scene, *ROOM))]
    return found


def cells(source: GridSource) -> list[str]:
    """Every text of a grid: headings, numbers, what stands below them, notes."""
    found = [source.column_heading(column) for column in range(source.n_columns)]
    for row in range(source.n_rows):
        found.append(source.row_heading(row).text)
        for line in (source, *source.annotations):
            found += [line.cell(row, column).text for column in range(source.n_columns)]
            found += [line.pinned_cell(row, index).text for index in range(len(source.pinned))]
        if source.has_second_line:
            found.append(source.second_line(row, 20).text)
    return found + [note.text for note in source.notes(30, 20)]


def from_nothing(workspace: Workspace) -> Workspace:
    """The same workspace with sessions of which nothing was computed or kept yet."""
    return replace(
        workspace,
        session=copied(workspace.session),
        pinned=None if workspace.pinned is None else copied(workspace.pinned),
    )


def copied(session: Session) -> Session:
    """The same session, its arrays, layers and forward pass its own."""
    layers = [
        Layer(
            layer.weights.copy(),
            layer.bias.copy(),
            layer.activation,
            layer.name,
        ).with_frozen(layer.frozen)
        for layer in session.network.layers
    ]
    return session.evolve(
        network=Network(layers),
        inputs=session.inputs.copy(),
        inputs_given=session.inputs_given,
        targets=None if session.targets is None else session.targets.copy(),
    )
