"""The keys that change a number, and those that undo changes."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual.binding import Binding, BindingType

from engine import ReturnTo, SetTarget
from engine.edits.numbers import set_parameter
from engine.nn.values import same_content
from engine.text import FULL_DIGITS, format_number
from tui.panes.key_groups import TYPE, UNDO
from tui.screens.main.base import WorkspaceScreen
from tui.state.formulas import parse_step
from tui.state.selection import Selection
from tui.state.workspace import Workspace, selected_value


class NumberActions(WorkspaceScreen):
    """Nudging, copying, undo and redo."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "right_square_bracket,K",
            "nudge(1)",
            "more",
            group=TYPE,
            tooltip="Nudge the number under the cursor up by the step",
        ),
        Binding(
            "left_square_bracket,J",
            "nudge(-1)",
            "less",
            group=TYPE,
            tooltip="Nudge the number under the cursor down by the step",
        ),
        Binding(
            "right_curly_bracket",
            "nudge(10)",
            "ten steps more",
            group=TYPE,
            show=False,
        ),
        Binding(
            "left_curly_bracket",
            "nudge(-10)",
            "ten steps less",
            group=TYPE,
            show=False,
        ),
        Binding("s", "step", "step", group=TYPE, show=False, tooltip="How far a nudge goes"),
        Binding(
            "y",
            "copy",
            "copy the number",
            group=TYPE,
            show=False,
            tooltip="Put the number under the cursor into the terminal's clipboard, in full",
        ),
        Binding("u", "undo", "undo", group=UNDO),
        Binding("U,ctrl+r", "redo", "redo", group=UNDO, show=False, key_display="U"),
        Binding(
            "r",
            "reset",
            "back to the file",
            group=UNDO,
            show=False,
            tooltip="Restore everything as it was opened; u takes that back",
        ),
    ]

    def action_nudge(self, steps: int) -> None:
        workspace = self.present
        by = Decimal(repr(workspace.view.step)) * steps
        value = selected_value(workspace)
        self.set_selected(float(Decimal(repr(0.0 if value is None else value)) + by))

    def set_selected(self, value: float, after: Selection | None = None) -> bool:
        """Set the number under the cursor, then put the cursor at `after`."""
        selection = self.present.selection
        if selection.target is not None:
            return self.edit(SetTarget(selection.sample, selection.target, value), after)
        return self.edit(set_parameter(selection.parameter, value, selection.sample), after)

    def action_step(self) -> None:
        from tui.screens.dialogs.prompt import Prompt

        def take(text: str | None) -> None:
            if text is not None:
                step = parse_step(text)
                self.change(self.present.viewing(step=step), f"a nudge is now {text}")

        self.app.push_screen(
            Prompt(
                "How far a nudge goes",
                value=format_number(self.present.view.step, FULL_DIGITS),
                hint="a positive number, such as 0.1, 1 or 1/8",
                check=_wrong_step,
            ),
            take,
        )

    def action_copy(self) -> None:
        value = selected_value(self.present)
        if value is None:
            self.refuse("this target is not set; there is no number to copy")
            return
        text = format_number(value, FULL_DIGITS)
        self.app.copy_to_clipboard(text)
        self.status = f"copied {text}"

    def action_undo(self) -> None:
        def step() -> tuple[Workspace, str]:
            workspace, entry = self.present.undo()
            return workspace, f"undone: {entry.description}"

        self.attempt(step)

    def action_redo(self) -> None:
        def step() -> tuple[Workspace, str]:
            workspace, entry = self.present.redo()
            return workspace, f"redone: {entry.description}"

        self.attempt(step)

    def action_reset(self) -> None:
        place = "the file" if self.present.source else "the beginning"
        if same_content(self.present.session, self.present.origin):
            self.refuse(f"everything is as in {place}")
            return
        self.edit(
            ReturnTo(self.present.origin, place), status=f"back to {place}; u takes that back"
        )


def _wrong_step(text: str) -> str | None:
    try:
        parse_step(text)
    except ValueError as error:
        return str(error)
    return None
