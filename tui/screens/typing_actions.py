"""Typing: what is written into the editor over a cell becomes the number there."""

from __future__ import annotations

from textual import on
from textual.events import Key

from engine.numbers import FULL_DIGITS, format_number
from tui.navigation import advance, move
from tui.screens.cursor_actions import CursorActions
from tui.screens.number_actions import selected_name, selected_value
from tui.widgets.cell_editor import CellEditor, Then


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
        # A pane that is only now shown, or one that scrolls, gets its place after the key.
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
            self.said = f"{name}: {event.reason}"
        else:
            self.said = f"{name} = {format_number(event.value, FULL_DIGITS)}   Enter takes it"

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
        """Let the number be as it was."""
        self.said = ""
        self.focus_selection()
