"""The explanation line: the arithmetic of the current neuron, below the plots."""

from __future__ import annotations

import re

from textual.reactive import var

from engine import Input, Weight, explain_neuron
from engine.lessons.references import PlaceReference
from tui.state.pointing import HIDDEN, hidden_in, pointed_at
from tui.state.selection import Selection
from tui.state.workspace import Workspace
from tui.widgets.strip_lines import TextLine

_EQUALS = re.compile("[=≈<>] ")


class ExplanationLine(TextLine):
    """The arithmetic of the current neuron, or a temporary status message."""

    painted: var[Workspace | None] = var(None)
    status: var[str] = var("")

    def watch_painted(self) -> None:
        self.redraw()

    def watch_status(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        if self.status:
            self.write((f" {self.status}", "strong"))
        elif self.painted is not None:
            workspace = self.painted
            selection = workspace.selection
            explanation = explain_neuron(
                workspace.session, selection.layer_index, selection.neuron, selection.sample
            )
            line = explanation.line(workspace.view.digits, self.size.width - 2, term_of(selection))
            line = without_hidden(line, workspace)
            is_pointed_at = PlaceReference("explanation") in pointed_at(workspace)
            name, _, rest = line.partition(":")
            self.write(
                (f" {name}", "pointed" if is_pointed_at else "strong"),
                (f":{rest}" if rest else "", "plain"),
            )


def without_hidden(line: str, workspace: Workspace) -> str:
    """Return the arithmetic of the current neuron without what a lesson asks for."""
    selection, hidden = workspace.selection, hidden_in(workspace)
    place = selection.layer_index, selection.neuron
    if (*place, "a") not in hidden:
        return line
    if any(layer_index < selection.layer_index for layer_index, _, _ in hidden):
        return f"{line.partition(':')[0]}: {HIDDEN}"
    signs = [found.start() for found in _EQUALS.finditer(line)]
    sign = signs[0 if (*place, "z") in hidden else -1]
    return f"{line[:sign]}= {HIDDEN}"


def term_of(selection: Selection) -> int:
    """Return which product of the current neuron the cursor is on, or the first if on none."""
    neuron = selection.layer_index, selection.neuron
    match selection.parameter:
        case Weight(layer_index, row, place) if (layer_index, row) == neuron:
            return place
        case Input(place) if selection.layer_index == 0:
            return place
    return 0
