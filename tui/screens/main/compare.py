"""The keys that compare with a remembered state, and those that show which number matters."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.binding import Binding, BindingType

from engine import Parameter, session_loss
from engine.nn.backprop import strongest
from engine.session.names import parameter_name
from engine.text import format_number
from tui.panes.key_groups import COMPARE
from tui.screens.main.numbers import NumberActions
from tui.state.gradients import Subject, gradient_subject, gradients_for, has_loss
from tui.state.workspace import Workspace

_NO_LOSS = "there is no loss without targets that suit the outputs; set a target first"


class CompareActions(NumberActions):
    """Remembering a state and going back to it; derivatives and what follows from them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "p",
            "remember",
            "compare with now",
            group=COMPARE,
            show=False,
            tooltip="Remember everything as it is: from now on what differs shows by how much",
        ),
        Binding(
            "P",
            "return",
            "back to what was remembered",
            group=COMPARE,
            show=False,
            tooltip="One edit; u takes it back",
        ),
        Binding(
            "w",
            "swap",
            "swap with what was remembered",
            group=COMPARE,
            show=False,
            tooltip="Go there, and remember what is here now instead: press it again to be back",
        ),
        Binding(
            "g",
            "gradients",
            "which number matters",
            group=COMPARE,
            show=False,
            tooltip="Below each number its derivative (∂): how fast the loss or output rises "
            "with it",
        ),
        Binding(
            "G",
            "gradient_of",
            "matters to the loss or the output",
            group=COMPARE,
            show=False,
            tooltip="What the derivatives are of",
        ),
        Binding(
            "b",
            "strongest",
            "to the number that matters most",
            group=COMPARE,
            show=False,
            tooltip="Put the cursor on the number with the largest derivative",
        ),
        Binding(
            "B",
            "next_strongest",
            "to the next in strength",
            group=COMPARE,
            show=False,
            tooltip="Put the cursor on the number whose derivative is the next smaller",
        ),
        Binding(
            "d",
            "downhill",
            "nudge so that the loss falls",
            group=COMPARE,
            show=False,
            tooltip="Nudge the number under the cursor by the step, in the direction in which "
            "the loss falls",
        ),
    ]

    def action_remember(self) -> None:
        workspace = self.present
        if workspace.is_as_pinned:
            self.change(workspace.remembering(None), "nothing is remembered any more")
        else:
            self.change(
                workspace.remembering(workspace.session),
                "remembered: what differs from now on shows by how much. P returns, w swaps",
            )

    def action_return(self) -> None:
        self.attempt(
            lambda: (
                self.present.back_at_pinned(),
                "back to what was remembered; u takes that back",
            )
        )

    def action_swap(self) -> None:
        self.attempt(
            lambda: (
                self.present.back_at_pinned(swapped=True),
                "swapped with what was remembered; w swaps back",
            )
        )

    def action_gradients(self) -> None:
        view = self.present.view
        if view.gradients_shown:
            self.change(self.present.viewing(gradients_shown=False))
        else:
            shown = self.present.viewing(gradients_shown=True)
            self.change(shown, _legend(shown))

    def action_gradient_of(self) -> None:
        view = self.present.view
        if view.gradient_of == "output" and not has_loss(self.present.session):
            self.refuse(_NO_LOSS)
            return
        other = self.present.viewing(
            gradient_of="output" if view.gradient_of == "loss" else "loss", gradients_shown=True
        )
        self.change(other, _legend(other))

    def action_strongest(self) -> None:
        self._go_to_rank(0)

    def action_next_strongest(self) -> None:
        ranking = self._ranking()
        here = self.present.selection.cell
        self._go_to_rank((ranking.index(here) + 1) % len(ranking) if here in ranking else 0)

    def action_downhill(self) -> None:
        workspace, selection = self.present, self.present.selection
        session = workspace.session
        if selection.target is not None:
            self.refuse("a target is what should be; nudge a weight, a bias or an input")
            return
        if not has_loss(session):
            self.refuse(_NO_LOSS)
            return
        subject = gradient_subject(session, selection.output, "loss")
        derivative = _derivative(workspace, subject, selection.parameter)
        if derivative == 0 or math.isnan(derivative):
            name = parameter_name(session, selection.parameter)
            self.refuse(
                f"the derivative for the {name} is {derivative:g}: no direction lowers the loss"
            )
            return
        self.action_nudge(-1 if derivative > 0 else 1)
        if self.present is not workspace:
            self.status = _outcome_of_nudge(subject, session_loss(session), self.present)

    def _ranking(self) -> list[Parameter]:
        workspace = self.present
        gradients = gradients_for(
            workspace.session, workspace.selection.sample, workspace.gradient_subject
        )
        return strongest(gradients, _row(workspace, workspace.gradient_subject))

    def _go_to_rank(self, rank: int) -> None:
        workspace, subject = self.present, self.present.gradient_subject
        parameter = self._ranking()[rank]
        derivative = _derivative(workspace, subject, parameter)
        name = parameter_name(workspace.session, parameter)
        follows = (
            f"{subject.name} {'falls' if derivative < 0 else 'rises'} with it"
            if derivative
            else "flat"
        )
        there = workspace.selecting(workspace.selection.at(parameter, workspace.session))
        self.change(
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
