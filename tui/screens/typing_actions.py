"""Typing: what is written into the editor over a cell becomes the number there."""

from __future__ import annotations

from textual import on
from textual.geometry import Region

from engine.numbers import FULL_DIGITS, format_number
from tui.navigation import advance, move
from tui.panes.base import EditorRequested
from tui.screens.number_actions import NumberActions, selected_name, selected_value
from tui.widgets.cell_editor import CellEditor


class TypingActions(NumberActions):
    """Opens the editor where the cursor is, says what its text means, and takes the number."""

    def region_of_selection(self) -> Region | None:
        """Return where the selected cell is on the screen, or None when it is out of sight."""
        return None

    def focus_selection(self) -> None:
        """Put the focus on the pane that the cursor is in."""

    @on(EditorRequested)
    def _open_editor(self, event: EditorRequested) -> None:
        region = self.region_of_selection()
        if region is None:
            return
        text = event.text
        if text is None:
            text = format_number(selected_value(self.present), FULL_DIGITS)
        self.query_one(CellEditor).open(region, text, self.size.width)

    @on(CellEditor.Typed)
    def _preview(self, event: CellEditor.Typed) -> None:
        name = selected_name(self.present)
        if event.value is None:
            self.said = f"{name}: {event.reason}"
        else:
            self.said = f"{name} = {format_number(event.value, FULL_DIGITS)}   Enter takes it"

    @on(CellEditor.Accepted)
    def _accept(self, event: CellEditor.Accepted) -> None:
        session, selection = self.present.session, self.present.selection
        match event.then:
            case "stay":
                after = selection
            case "next":
                after = advance(session, selection)
            case direction:
                after = move(session, selection, direction)
        self.set_selected(event.value, after)
        self.focus_selection()

    @on(CellEditor.Left)
    def _leave_editor(self) -> None:
        self.said = ""
        self.focus_selection()
