"""The column of layers, which scrolls if there are many."""

from __future__ import annotations

from textual.containers import VerticalScroll

from engine.nn.network import Network
from engine.nn.parameters import Input, has_output_layer, neuron_name
from tui.panes.layer import NO_LOWER_BORDER, LayerPane
from tui.state.workspace import Workspace

_LINES_AROUND_THE_ROWS = 3
_MIN_LINES = 4
_LINES_ENOUGH = 8
FOLDED = 1
"""The height of a layer of which only the title is shown."""
_MAX_INPUTS_COUNTED = 8
_MAX_TARGETS_COUNTED = 4
_COLUMN_WIDTH = 6
_BESIDE_THE_COLUMNS = 22, 24
"""The marks around a neuron's name 2, its bias 6, the line 1, sum 6 or 8, out 5, the borders 2."""


class LayersPane(VerticalScroll, can_focus=False, inherit_bindings=False):
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
        available = available or self.container_size.height
        favoured, natural = _favoured(workspace), natural_heights(workspace)
        heights = layer_heights(natural, available, favoured)
        is_stacked = heights != natural
        for index, (pane, height) in enumerate(zip(self._panes, heights, strict=True)):
            pane.styles.height = height
            is_last = index + 1 == len(heights)
            pane.set_class(is_stacked and (not is_last or height == FOLDED), NO_LOWER_BORDER)
        # Lay out before scrolling: Textual sends no event for a size that changes with it.
        self.screen.refresh(layout=True)
        self.call_after_refresh(self.scroll_to_widget, self.pane_at(favoured), animate=False)

    def _crossed(self, before: Workspace) -> bool:
        after = self.workspace
        return after is not None and _favoured(before) != _favoured(after)


def _favoured(workspace: Workspace) -> int:
    """The layer that gets the most room: the one with the cursor, or the first beside inputs."""
    selection = workspace.selection
    is_input = selection.target is None and isinstance(selection.parameter, Input)
    return 0 if is_input else selection.layer_index


def wanted_widths(network: Network) -> tuple[int, ...]:
    """Return for each layer the widths in which it shows all its columns, with two decimals.

    There are two of them: for sums below 10 in size, and for larger ones.
    """
    return tuple(
        len(neuron_name(network, layer_index, layer.n_neurons - 1))
        + layer.n_inputs * _COLUMN_WIDTH
        + beside
        for layer_index, layer in enumerate(network.layers)
        for beside in _BESIDE_THE_COLUMNS
    )


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


def layer_heights(natural: list[int], available: int, favoured: int) -> list[int]:
    """Return the heights of layers with these `natural` heights in `available` lines.

    If they do not all fit they are stacked: only the last has a lower border, and a layer may be
    folded to its title. The favoured one is wholly visible if it can be; if it scrolls anyway, the
    layers around it keep a row each.
    """
    if sum(natural) <= available:
        return natural
    wanted = [*(height - 1 for height in natural[:-1]), natural[-1]]
    least = [*[_MIN_LINES - 1] * (len(natural) - 1), _MIN_LINES]
    heights = [FOLDED] * len(natural)
    room = available - FOLDED * (len(natural) - 1)
    # Where even the titles of the others leave too little, they scroll out of sight.
    room = room if room > _MIN_LINES else available
    heights[favoured] = wanted[favoured]
    if wanted[favoured] > room:
        heights[favoured] = max(least[-1], min(room, _LINES_ENOUGH))
    left = available - sum(heights)
    nearest = sorted(range(len(natural)), key=lambda index: abs(index - favoured))
    for limits in (least, wanted):
        for index in nearest:
            more = limits[index] - heights[index]
            if limits is wanted and heights[index] > FOLDED:
                more = min(more, left)
            if 0 < more <= left:
                heights[index] += more
                left -= more
    return heights
