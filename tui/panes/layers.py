"""The column of layers, which scrolls if there are many."""

from __future__ import annotations

from textual.containers import VerticalScroll

from engine.nn.parameters import has_output_layer
from tui.panes.layer import LayerPane
from tui.state.workspace import Workspace
from tui.widgets.caching import RenderedNever

_LINES_AROUND_THE_ROWS = 3
_MIN_LINES = 4
_MAX_INPUTS_COUNTED = 8
_MAX_TARGETS_COUNTED = 4


class LayersPane(VerticalScroll, RenderedNever, can_focus=False, inherit_bindings=False):
    """A pane for each layer, as high as its rows; the selected one is fully visible if it fits."""

    workspace: Workspace | None = None

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._panes: list[LayerPane] = []

    def take(self, workspace: Workspace) -> None:
        """Take the layers of a workspace to draw next; panes come and go with the layers."""
        before, self.workspace = self.workspace, workspace
        n_layers = len(workspace.session.network.layers)
        for pane in self._panes[n_layers:]:
            pane.remove()
        new = [LayerPane(layer_index) for layer_index in range(len(self._panes), n_layers)]
        self._panes = [*self._panes[:n_layers], *new]
        if new:
            self.mount_all(new)
        for pane in self._panes:
            pane.take(workspace)
        sizes = workspace.session.network.sizes
        if (
            before is None
            or before.session.network.sizes != sizes
            or before.n_annotations != workspace.n_annotations
            or self._crossed(before)
        ):
            self.call_after_refresh(self.fit)

    def draw(self) -> None:
        """Draw the layers that changed."""
        for pane in self._panes:
            pane.draw()

    def on_resize(self) -> None:
        self.fit()

    def pane_at(self, layer_index: int) -> LayerPane:
        """Return the pane of a layer."""
        return self._panes[layer_index]

    def fit(self, available: int | None = None) -> None:
        """Give every pane its height, and bring the selected layer into view.

        available: the height there will be, None for the present one.
        """
        workspace = self.workspace
        if workspace is None or not self.is_attached:
            return
        selected = workspace.selection.layer_index
        heights = layer_heights(
            natural_heights(workspace), available or self.container_size.height, selected
        )
        for pane, height in zip(self._panes, heights, strict=True):
            pane.styles.height = height
        # Lay out before scrolling: Textual sends no event for a size that changes with it.
        self.screen.refresh(layout=True)
        self.call_after_refresh(self.scroll_to_widget, self.pane_at(selected), animate=False)

    def _crossed(self, before: Workspace) -> bool:
        after = self.workspace
        return after is not None and before.selection.layer_index != after.selection.layer_index


def needed_height(workspace: Workspace) -> int:
    """Return the lines that layers and outputs need, including the borders.

    Only the first of many inputs are counted: the others scroll, so that the plots get the rest.
    """
    session = workspace.session
    lines_of_a_row = 1 + workspace.n_annotations
    n_inputs = min(session.network.n_features, _MAX_INPUTS_COUNTED)
    n_lines_of_inputs = n_inputs * lines_of_a_row + 4 + (session.n_samples > 1)
    if session.targets is not None:
        n_lines_of_inputs += min(session.network.n_outputs, _MAX_TARGETS_COUNTED)
    n_lines_of_outputs = 2 * min(4, session.network.n_outputs) + 8
    return max(sum(natural_heights(workspace)), n_lines_of_inputs, n_lines_of_outputs)


def natural_heights(workspace: Workspace) -> list[int]:
    """Return the height at which each layer shows all its rows."""
    network = workspace.session.network
    note = not has_output_layer(network)
    lines_of_a_row = 1 + workspace.n_annotations
    return [
        layer.n_neurons * lines_of_a_row + _LINES_AROUND_THE_ROWS + note for layer in network.layers
    ]


def layer_heights(natural: list[int], available: int, selected: int) -> list[int]:
    """Return the heights of layers with these `natural` heights in `available` lines.

    The selected layer gets what it needs first; the others keep at least a row each, and scroll.
    """
    if sum(natural) <= available:
        return natural
    least = [min(height, _MIN_LINES) for height in natural]
    others = sum(least) - least[selected]
    room = max(available - others, min(available, 2 * _MIN_LINES))
    heights = list(least)
    heights[selected] = min(
        natural[selected], available if natural[selected] <= available else room
    )
    left = available - sum(heights)
    for index, height in enumerate(natural):
        more = max(0, min(left, height - heights[index]))
        heights[index] += more
        left -= more
    return heights
