"""The pane of one layer: weights, bias, sum z and out a, one row per neuron."""

from __future__ import annotations

from engine import Bias, Weight
from engine.lessons.references import LayerReference, PlaceReference, Reference
from tui.panes.base import (
    BESIDE_A_TITLE,
    ROWS,
    NumberPane,
    fitting_border,
    part_shown,
)
from tui.panes.help_texts import LAYER_HELP
from tui.panes.layer_source import FROZEN_MARK, LayerSource
from tui.state.selection import Cell, Selection
from tui.state.workspace import Workspace
from tui.widgets.grid_lines import GridWindow

NO_LOWER_BORDER = "-open"
"""The class of a pane that another one follows without a border between them."""


def _words_for_annotations(workspace: Workspace) -> list[str]:
    """The meaning of the small numbers below the rows."""
    since = "by the step" if workspace.is_preview else "since p"
    words = [] if workspace.ghost is None else [f"+ − {since}"]
    if workspace.view.gradients_shown:
        words.append(f"∂ d {workspace.gradient_subject.name} / d number")
    return words


def _activations_in(width: int, source: LayerSource) -> str:
    """The activations of a folded layer, as many as fit into its title."""
    words = f"{source.layer.activation.text} · outs"
    for text in source.activations:
        if len(words) + 2 + len(text) > width - BESIDE_A_TITLE - 2:
            return f"{words} …"
        words += f"  {text}"
    return words


class LayerPane(NumberPane):
    """The pane of one layer; those of all layers lie one below the other."""

    HELP_TEXT = LAYER_HELP

    def __init__(self, layer_index: int) -> None:
        super().__init__(classes="pane")
        self.layer_index = layer_index

    def references(self) -> frozenset[Reference]:
        return frozenset({LayerReference(self.layer_index), PlaceReference("layers")})

    def source(self, workspace: Workspace) -> LayerSource:
        return LayerSource(workspace, self.layer_index, self.room.width)

    def titles(self, workspace: Workspace, window: GridWindow) -> tuple[str, str]:
        layer = workspace.session.network.layers[self.layer_index]
        n_samples, room = workspace.session.n_samples, self.room
        name, activation = f"Layer {self.layer_index + 1}", layer.activation.text
        shape = f"{n_samples}×{layer.n_neurons}" if n_samples > 1 else ""
        parts = [part for part in (name, layer.name, activation, shape) if part]
        if not room.height:
            return (
                f"{name} · {_activations_in(room.width - len(name) - 3, self.source(workspace))}",
                "",
            )
        columns = part_shown(window.columns, layer.n_inputs, ("◂", "▸"))
        rows = part_shown(window.rows, layer.n_neurons, ROWS)
        named = [f"inputs {columns}"] * bool(columns) + [f"neurons {rows}"] * bool(rows)
        brief = [which for which in (columns, rows) if which]
        if layer.frozen is not None:
            frozen = f"{FROZEN_MARK} {layer.frozen.n_frozen} frozen"
            named, brief = [*named, frozen], [*brief, frozen]
        if self.has_class(NO_LOWER_BORDER):
            shorter = [name, activation]
            briefest = [which.replace(" of ", "/").replace(" ", "") for which in brief]
            choices = [*parts, *named], [*shorter, *named], [*shorter, *brief], [name, *briefest]
            return fitting_border(room.width, *choices), ""
        below = _words_for_annotations(workspace)
        return " · ".join(parts), fitting_border(room.width, [*named, *below], brief)

    def take(self, workspace: Workspace) -> None:
        if self.layer_index < len(workspace.session.network.layers):
            super().take(workspace)

    def on_resize(self) -> None:
        workspace = self.workspace
        if workspace is not None and self._cursor is None:
            selection = workspace.selection
            if selection.layer_index == self.layer_index:
                # The arithmetic below speaks of it.
                self._bring_into_view(selection.neuron, self._first_column)
        super().on_resize()

    def place_of(self, selection: Selection) -> tuple[int, int] | None:
        match selection.cell:
            case Weight(self.layer_index, neuron, input):
                return neuron, input
            case Bias(self.layer_index, neuron) if self.workspace is not None:
                return neuron, self.workspace.session.network.layers[self.layer_index].n_inputs
        return None

    def cell_of(self, row: int, column: int) -> Cell:
        if self.workspace is None:
            return Weight(self.layer_index, row, 0)
        if column >= self.workspace.session.network.layers[self.layer_index].n_inputs:
            return Bias(self.layer_index, row)
        return Weight(self.layer_index, row, column)
