"""The commands that show which number matters, and use it."""

from __future__ import annotations

import math

from engine import Parameter, session_loss
from engine.nn.backprop import strongest
from engine.session.names import parameter_name
from engine.text import format_number
from tui.screens.main.command import COMPARE, Change, Command
from tui.screens.main.numbers import nudge
from tui.state.gradients import Subject, gradient_subject, gradients_for, has_loss
from tui.state.workspace import Workspace

_NO_LOSS = "there is no loss without targets that suit the outputs; set a target first"


def toggle_gradients(workspace: Workspace) -> Change:
    """Show the derivative below each number, or hide it."""
    if workspace.view.gradients_shown:
        return Change(workspace.viewing(gradients_shown=False))
    shown = workspace.viewing(gradients_shown=True)
    return Change(shown, _legend(shown))


def toggle_subject(workspace: Workspace) -> Change:
    """Show the derivatives of the loss instead of the output, or of the output."""
    is_of_output = workspace.view.gradient_of == "output"
    if is_of_output and not has_loss(workspace.session):
        raise ValueError(_NO_LOSS)
    other = workspace.viewing(
        gradient_of="loss" if is_of_output else "output", gradients_shown=True
    )
    return Change(other, _legend(other))


def to_strongest(workspace: Workspace) -> Change:
    """Put the cursor on the number with the largest derivative."""
    return _to_rank(workspace, 0)


def to_next_strongest(workspace: Workspace) -> Change:
    """Put the cursor on the number with the next smaller derivative."""
    ranking, here = _ranking(workspace), workspace.selection.cell
    rank = (ranking.index(here) + 1) % len(ranking) if here in ranking else 0
    return _to_rank(workspace, rank)


def nudge_downhill(workspace: Workspace) -> Change:
    """Nudge the number under the cursor in the direction in which the loss falls."""
    session, selection = workspace.session, workspace.selection
    if selection.target is not None:
        raise ValueError("a target is what should be; nudge a weight, a bias or an input")
    if not has_loss(session):
        raise ValueError(_NO_LOSS)
    subject = gradient_subject(session, selection.output, "loss")
    derivative = _derivative(workspace, subject, selection.parameter)
    if derivative == 0 or math.isnan(derivative):
        name = parameter_name(session, selection.parameter)
        raise ValueError(
            f"the derivative for the {name} is {derivative:g}: no direction lowers the loss"
        )
    there, _ = nudge(workspace, -1 if derivative > 0 else 1)
    return Change(there, _outcome_of_nudge(subject, session_loss(session), there))


def _ranking(workspace: Workspace) -> list[Parameter]:
    subject = workspace.gradient_subject
    gradients = gradients_for(workspace.session, workspace.selection.sample, subject)
    return strongest(gradients, _row(workspace, subject))


def _to_rank(workspace: Workspace, rank: int) -> Change:
    subject = workspace.gradient_subject
    parameter = _ranking(workspace)[rank]
    derivative = _derivative(workspace, subject, parameter)
    name = parameter_name(workspace.session, parameter)
    follows = (
        f"{subject.name} {'falls' if derivative < 0 else 'rises'} with it" if derivative else "flat"
    )
    there = workspace.selecting(workspace.selection.at(parameter, workspace.session))
    return Change(
        there, f"no. {rank + 1} in strength: {name}, ∂{format_number(derivative)}: {follows}"
    )


def _row(workspace: Workspace, subject: Subject) -> int:
    """Which row of the gradients is that of the selected sample."""
    return workspace.selection.sample if subject.is_loss else 0


def _derivative(workspace: Workspace, subject: Subject, parameter: Parameter) -> float:
    sample = workspace.selection.sample
    gradients = gradients_for(workspace.session, sample, subject)
    return gradients.of(parameter, _row(workspace, subject))


def _outcome_of_nudge(subject: Subject, before: float | None, workspace: Workspace) -> str:
    """What the nudge did to the loss, and what to do if it rose."""
    after = session_loss(workspace.session)
    assert before is not None
    assert after is not None
    change = f"{format_number(before)} to {format_number(after)}"
    if after <= before:
        return f"{subject.name} fell from {change}"
    return f"{subject.name} rose from {change}: the step is too long, s makes it smaller"


def _legend(workspace: Workspace) -> str:
    subject = workspace.gradient_subject
    other = "the output" if subject.is_loss else "the loss"
    return f"∂ below a number: how fast {subject.name} rises with it; b strongest, G {other}"


COMMANDS = (
    Command(
        "g",
        "gradients",
        "which number matters",
        COMPARE,
        toggle_gradients,
        help="Below each number its derivative (∂): how fast the loss or output rises with it",
    ),
    Command(
        "G",
        "gradient-of",
        "matters to the loss or the output",
        COMPARE,
        toggle_subject,
        help="What the derivatives are of",
    ),
    Command(
        "b",
        "strongest",
        "to the number that matters most",
        COMPARE,
        to_strongest,
        help="Put the cursor on the number with the largest derivative",
    ),
    Command(
        "B",
        "next-strongest",
        "to the next in strength",
        COMPARE,
        to_next_strongest,
        help="Put the cursor on the number whose derivative is the next smaller",
    ),
    Command(
        "d",
        "downhill",
        "nudge so that the loss falls",
        COMPARE,
        nudge_downhill,
        help="Nudge the number under the cursor by the step, in the direction in which the loss "
        "falls",
    ),
)
