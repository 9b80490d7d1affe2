"""Typing a number into the cell under the cursor."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from textual.events import Key
from textual.geometry import Region

from engine.text import FULL_DIGITS, format_number
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import TYPE, Command
from tui.screens.main.cursor import Cursor
from tui.screens.main.numbers import check_selected, set_selected
from tui.state.navigation import advance, move
from tui.state.typed_numbers import evaluate
from tui.state.workspace import selected_name, selected_value
from tui.widgets.cell_editor import CellEditor, Then


class Question(Protocol):
    """Asks for a number that is not under the cursor."""

    @property
    def region(self) -> Region | None:
        """Where on the screen it is typed, or None if that is out of sight."""
        ...

    def take(self, text: str) -> None:
        """Take what was typed, which is a number."""
        ...

    def stop_typing(self) -> None:
        """Take the focus again; nothing was typed."""
        ...


class CellEditing:
    """Opens the editor where the cursor is, says what its text means, and takes the number."""

    def __init__(self, screen: WorkspaceScreen, cursor: Cursor) -> None:
        self._screen = screen
        self._cursor = cursor
        self._question: Question | None = None
        self.editor = CellEditor(self._read, self._take, self._leave)

    def open(self, text: str | None = None) -> None:
        """Open the editor over the selected cell; `text` stands in it, or the number as it is."""
        if text is None:
            value = selected_value(self._screen.present)
            text = "" if value is None else format_number(value, FULL_DIGITS)
        self._open(text, None)

    def ask(self, text: str, question: Question) -> None:
        """Open the editor with `text` in it where a question asks for a number."""
        self._open(text, question)

    @property
    def is_asking(self) -> bool:
        """Whether a number is typed that is not the one under the cursor."""
        return self._question is not None and self._screen.focused is self.editor

    def _open(self, text: str, question: Question | None) -> None:
        self._question = question
        self.editor.open(text)
        self.lay_over_cell()

    def lay_over_cell(self) -> None:
        """Lay the open editor over its cell, which may have moved."""
        if not self.editor.is_open:
            return
        region = self._cursor.region if self._question is None else self._question.region
        if region is not None:
            self.editor.lay_over(region, self._screen.size.width)

    def write(self, key: Key) -> bool:
        """Write the character of a key into the editor, if it is open; return whether it was."""
        is_typing = self._screen.focused is self.editor
        if not is_typing or not key.is_printable or key.character is None:
            return False
        self.editor.write(key.character)
        return True

    def preview(self, event: CellEditor.Typed) -> None:
        """Say what the text typed so far means."""
        if self._screen.focused is not self.editor:
            return
        name = "your answer"
        if self._question is None:
            name = selected_name(self._screen.present)
        if event.value is None:
            self._screen.status = f"{name}: {event.reason}"
        else:
            number = format_number(event.value, FULL_DIGITS)
            self._screen.status = f"{name} = {number}   Enter takes it"

    def _read(self, text: str) -> float:
        """The number that a text stands for; raises ValueError where it cannot stand here."""
        value = evaluate(text)
        if self._question is None:
            check_selected(self._screen.present, value)
        return value

    def _take(self, value: float, then: Then) -> None:
        """Make `value` the number under the cursor, and go where `then` says."""
        if self._question is not None:
            self._question.take(self.editor.value)
            return
        workspace = self._screen.present
        session, selection = workspace.session, workspace.selection
        match then:
            case "stay":
                after = selection
            case "next":
                after = advance(session, selection)
            case direction:
                after = move(session, selection, direction)
        self._screen.attempt(lambda: set_selected(workspace, value, after))
        self._cursor.focus()

    def _leave(self) -> None:
        """Close the editor and keep the number as it was."""
        self._screen.status = ""
        if self._question is not None:
            self._question.stop_typing()
        else:
            self._cursor.focus()


_CHARACTERS = {str(digit): str(digit) for digit in range(10)} | {"minus": "-", "full_stop": "."}
"""The characters a number begins with, by the names of their keys."""

COMMANDS = (
    *(
        Command(
            key,
            f"type-{key.replace('_', '-')}",
            "type" if key == "0" else "",
            TYPE,
            partial(CellEditing.open, text=character),
            CellEditing,
            help="Type a new value over the number under the cursor",
            shown_as="0-9" if key == "0" else None,
            where="numbers",
        )
        for key, character in _CHARACTERS.items()
    ),
    Command(
        "equals_sign",
        "type-formula",
        "type a formula",
        TYPE,
        partial(CellEditing.open, text=""),
        CellEditing,
        help="Type a new value, such as pi or 1/3, into an empty cell",
        shown_as="=",
        where="numbers",
    ),
    Command(
        "enter",
        "edit",
        "edit",
        TYPE,
        CellEditing.open,
        CellEditing,
        help="Edit the number under the cursor as it stands",
        where="numbers",
    ),
)
