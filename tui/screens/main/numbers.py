"""The commands that change the number under the cursor."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from engine import SetTarget
from engine.edits.numbers import set_parameter
from engine.nn.losses import check_target
from engine.text import FULL_DIGITS, format_number
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import TYPE, Change, Command, edited
from tui.state.selection import Selection
from tui.state.typed_numbers import parse_step
from tui.state.workspace import Workspace, selected_value


def nudge(workspace: Workspace, steps: int) -> Change:
    """Move the number under the cursor by some steps."""
    by = Decimal(repr(workspace.view.step)) * steps
    value = selected_value(workspace)
    return set_selected(workspace, float(Decimal(repr(0.0 if value is None else value)) + by))


def set_selected(workspace: Workspace, value: float, after: Selection | None = None) -> Change:
    """Set the number under the cursor, then put the cursor at `after`."""
    check_selected(workspace, value)
    selection = workspace.selection
    if selection.target is not None:
        return edited(workspace, SetTarget(selection.sample, selection.target, value), after)
    return edited(workspace, set_parameter(selection.parameter, value, selection.sample), after)


def check_selected(workspace: Workspace, value: float) -> None:
    """Raise ValueError if a number cannot stand under the cursor: a target the loss cannot use."""
    if workspace.selection.target is not None:
        check_target(workspace.session.loss_name, value)


def ask_step(screen: WorkspaceScreen) -> None:
    """Ask how far a nudge goes."""
    from tui.screens.dialogs.prompt import Prompt

    def take(text: str | None) -> None:
        if text is not None:
            step = parse_step(text)
            screen.change(screen.present.viewing(step=step), f"a nudge is now {text}")

    screen.app.push_screen(
        Prompt(
            "How far a nudge goes",
            value=format_number(screen.present.view.step, FULL_DIGITS),
            hint="a positive number, such as 0.1, 1 or 1/8",
            check=_wrong_step,
        ),
        take,
    )


def _wrong_step(text: str) -> str | None:
    try:
        parse_step(text)
    except ValueError as error:
        return str(error)
    return None


COMMANDS = (
    Command(
        "right_square_bracket,K",
        "nudge-up",
        "more",
        TYPE,
        partial(nudge, steps=1),
        help="Nudge the number under the cursor up by the step",
    ),
    Command(
        "left_square_bracket,J",
        "nudge-down",
        "less",
        TYPE,
        partial(nudge, steps=-1),
        help="Nudge the number under the cursor down by the step",
    ),
    Command("right_curly_bracket", "leap-up", "ten steps more", TYPE, partial(nudge, steps=10)),
    Command("left_curly_bracket", "leap-down", "ten steps less", TYPE, partial(nudge, steps=-10)),
    Command("s", "step", "step", TYPE, ask_step, WorkspaceScreen, help="How far a nudge goes"),
)
