"""The pane of one layer: weights, bias, sum z and out a, one row per neuron."""

from __future__ import annotations

from engine import Bias, Weight
from engine.lessons.references import LayerReference, PlaceReference, Reference
from tui.panes.base import NumberPane
from tui.panes.help_texts import LAYER_HELP
from tui.panes.layer_source import FROZEN_MARK, LayerSource
from tui.state.selection import Cell, Selection
from tui.state.workspace import Workspace
from tui.widgets.grid_lines import GridWindow


def _words_for_annotations(workspace: Workspace) -> list[str]:
    """The meaning of the small numbers below the rows."""
    since = "by the step" if workspace.is_preview else "since p"
    words = [] if workspace.ghost is None else [f"+ − {since}"]
    if workspace.view.gradients_shown:
        words.append(f"∂ d {workspace.gradient_subject.name} / d number")
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
        parts = [f"Layer {self.layer_index + 1}", layer.name, layer.activation.text]
        if workspace.session.n_samples > 1:
            parts.append(f"{workspace.session.n_samples}×{layer.n_neurons}")
        rows, columns = window.rows, window.columns
        hidden = []
        if len(columns) < layer.n_inputs:
            hidden.append(("inputs", f"{columns.start + 1}–{columns.stop} of {layer.n_inputs}"))
        if len(rows) < layer.n_neurons:
            hidden.append(("neurons", f"{rows.start + 1}–{rows.stop} of {layer.n_neurons}"))
        frozen = [] if layer.frozen is None else [f"{FROZEN_MARK} {layer.frozen.n_frozen} frozen"]
        below = _words_for_annotations(workspace)
        subtitle = " · ".join([*(f"{what} {which}" for what, which in hidden), *frozen, *below])
        if len(subtitle) > self.room.width - 2:
            subtitle = " · ".join([*(which for _, which in hidden), *frozen])
        return " · ".join(part for part in parts if part), subtitle

    def take(self, workspace: Workspace) -> None:
        if self.layer_index < len(workspace.session.network.layers):
            super().take(workspace)

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
