"""Moving the cursor, with the focus following it, and typing into the cell under it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.geometry import Region
from textual.widget import Widget

from engine.text import FULL_DIGITS, format_number
from tui.panes.base import NumberPane, SelectRequested
from tui.panes.inputs import InputsPane
from tui.panes.key_groups import MOVE
from tui.panes.layers import LayersPane
from tui.panes.layout import ALL_PANES, NUMBER_PANES, VIEW_PANES
from tui.panes.outputs import OutputsPane
from tui.panes.view import ViewPane
from tui.screens.main.numbers import NumberActions
from tui.state.navigation import Direction, advance, move
from tui.state.selection import Cell, Selection
from tui.state.workspace import selected_name, selected_value
from tui.widgets.cell_editor import CellEditor, Then

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


class TypingActions(CursorActions):
    """Opens the editor where the cursor is, says what its text means, and takes the number."""

    def action_type(self, text: str | None = None) -> None:
        """Open the editor over the selected cell; `text` stands in it, or the number as it is."""
        if text is None:
            value = selected_value(self.present)
            text = "" if value is None else format_number(value, FULL_DIGITS)
        self.query_one(CellEditor).open(text)
        self._lay_editor()

    def on_mount(self) -> None:
        # A pane that was just shown, or has scrolled, gets its position after the key.
        self.screen_layout_refresh_signal.subscribe(self, self._lay_editor, immediate=True)

    def _lay_editor(self, _: object = None) -> None:
        """Lay the open editor over the selected cell."""
        editor = self.query_one(CellEditor)
        if editor.is_open and (region := self.region_of_selection()) is not None:
            editor.lay_over(region, self.size.width)

    def write(self, key: Key) -> bool:
        """Write the character of a key into the editor, if it is open; return whether it was."""
        editor = self.focused
        if not isinstance(editor, CellEditor) or not key.is_printable or key.character is None:
            return False
        editor.write(key.character)
        return True

    @on(CellEditor.Typed)
    def _preview(self, event: CellEditor.Typed) -> None:
        if not isinstance(self.focused, CellEditor):
            return
        name = selected_name(self.present)
        if event.value is None:
            self.status = f"{name}: {event.reason}"
        else:
            self.status = f"{name} = {format_number(event.value, FULL_DIGITS)}   Enter takes it"

    def take_typed(self, value: float, then: Then) -> None:
        """Make `value` the number under the cursor, and go where `then` says."""
        session, selection = self.present.session, self.present.selection
        match then:
            case "stay":
                after = selection
            case "next":
                after = advance(session, selection)
            case direction:
                after = move(session, selection, direction)
        self.set_selected(value, after)
        self.focus_selection()

    def leave_typing(self) -> None:
        """Close the editor and keep the number as it was."""
        self.status = ""
        self.focus_selection()
