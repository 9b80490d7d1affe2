"""Going about: the one selection, and the focus that follows it from pane to pane."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widget import Widget

from tui.key_groups import MOVE
from tui.layout import ALL_PANES, NUMBER_PANES, VIEW_PANES
from tui.navigation import Direction, move
from tui.panes.base import NumberPane, SelectRequested
from tui.panes.inputs import InputsPane
from tui.panes.layers import LayersPane
from tui.panes.outputs import OutputsPane
from tui.panes.view import ViewPane
from tui.screens.number_actions import NumberActions
from tui.selection import Cell, Selection

_LAYERS = "layers"


class CursorActions(NumberActions):
    """Moves the cursor within a pane and from pane to pane.

    The focus changes at once, not by a message as `Widget.focus` does: the next key is meant for
    the pane that this one leads to, however fast it comes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "pane(1)", "pane", key_display="Tab", group=MOVE, tooltip="Go to the next one"
        ),
        Binding("shift+tab", "pane(-1)", "previous pane", show=False, group=MOVE),
    ]

    @property
    def chosen_pane(self) -> str:
        """The id of the pane that has the focus; the editor counts as the pane it is laid over."""
        focused = self.focused
        for widget in [] if focused is None else focused.ancestors_with_self:
            if isinstance(widget, Widget) and widget.id in ALL_PANES:
                return widget.id
        return _pane_of(self.present.selection)

    def focus_selection(self) -> None:
        """Put the focus on the pane that the cursor is in."""
        self.query_one("#numbers").display = True
        self.query_one(f"#{_pane_of(self.present.selection)}").display = True
        self.set_focus(self._pane_of_selection(), scroll_visible=False)

    def region_of_selection(self) -> Region | None:
        """Return where the selected cell is on the screen, or None when it is out of sight."""
        return self._pane_of_selection().region_of_selection()

    def action_pane(self, by: int) -> None:
        """Go to the next pane, also to one that is not shown because the terminal is small."""
        n_layers = len(self.present.session.network.layers)
        stops: list[str | int] = ["inputs", *range(n_layers), "outputs", *VIEW_PANES]
        here: str | int = self.chosen_pane
        if here == _LAYERS:
            here = self.present.selection.layer_index
        stop = stops[(stops.index(here) + by) % len(stops)]
        if stop in VIEW_PANES:
            pane = self.query_one(f"#{stop}", ViewPane)
            pane.display = True
            self.query_one("#plots").display = True
            self.set_focus(pane, scroll_visible=False)
            return
        self._go_to(self._pane_at(stop).last_cell)
        self.focus_selection()

    def action_move(self, direction: Direction) -> None:
        workspace = self.present
        self.change(workspace.selecting(move(workspace.session, workspace.selection, direction)))

    @on(SelectRequested)
    def _select(self, event: SelectRequested) -> None:
        self._go_to(event.cell)

    def _go_to(self, cell: Cell) -> None:
        workspace = self.present
        self.change(workspace.selecting(workspace.selection.at(cell, workspace.session)))

    def _pane_of_selection(self) -> NumberPane:
        pane_id = _pane_of(self.present.selection)
        return self._pane_at(self.present.selection.layer_index if pane_id == _LAYERS else pane_id)

    def _pane_at(self, stop: str | int) -> NumberPane:
        """The pane of numbers of that id, or of the layer with that index."""
        if isinstance(stop, int):
            return self.query_one(LayersPane).pane_at(stop)
        return self.query_one(f"#{stop}", InputsPane if stop == "inputs" else OutputsPane)


def _pane_of(selection: Selection) -> str:
    inputs, layers, outputs = NUMBER_PANES
    if selection.target is not None:
        return outputs
    return layers if hasattr(selection.parameter, "layer_index") else inputs
