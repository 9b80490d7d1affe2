"""The keys that change numbers and the shape of the network."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual.binding import Binding, BindingType

from engine import (
    Activation,
    AddFeature,
    AddLayer,
    AddNeuron,
    AddSample,
    Input,
    RandomStart,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
    RemoveSample,
    Rename,
    ReturnTo,
    SetActivation,
    SetTarget,
    SetTargets,
)
from engine.edits import set_parameter
from engine.numbers import FULL_DIGITS, format_number
from engine.parameters import (
    feature_name,
    output_name,
    parameter_name,
    parameter_value,
)
from tui.key_groups import SHAPE, TYPE, UNDO
from tui.screens.workspace_screen import WorkspaceScreen
from tui.selection import Selection, Target
from tui.step import parse_step
from tui.workspace import Workspace


class EditActions(WorkspaceScreen):
    """Nudging, undo, activation, structure, names.

    Dialogs are imported where they are opened, since no start of the app needs to wait for them.
    """

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
            tooltip="Make everything as it was when it was opened; u takes that back",
        ),
        Binding(
            "a",
            "activation",
            "activation",
            group=SHAPE,
            tooltip="Choose the activation of the selected layer",
        ),
        Binding(
            "n",
            "add",
            "add a neuron or input",
            group=SHAPE,
            show=False,
            tooltip="A neuron after the selected one, or an input in the pane of inputs",
        ),
        Binding(
            "delete",
            "remove",
            "remove the neuron or input",
            group=SHAPE,
            show=False,
            tooltip="In the pane of outputs it takes the targets away",
        ),
        Binding(
            "N",
            "add_layer",
            "add a layer",
            group=SHAPE,
            show=False,
            tooltip="After the selected one; it passes on what it reads until you change it",
        ),
        Binding("D", "remove_layer", "remove the layer", group=SHAPE, show=False),
        Binding(
            "R",
            "random_start",
            "random start",
            group=SHAPE,
            show=False,
            tooltip="Draw all weights and biases anew, from a seed",
        ),
        Binding(
            "f2",
            "rename",
            "rename",
            group=SHAPE,
            show=False,
            tooltip="Name the input, the layer or the class under the cursor",
        ),
        Binding("f3", "rename_title", "rename the network", group=SHAPE, show=False),
    ]

    def action_nudge(self, steps: int) -> None:
        workspace = self.present
        selection = workspace.selection
        by = Decimal(repr(workspace.view.step)) * steps
        self.set_selected(float(Decimal(repr(selected_value(workspace))) + by))

    def set_selected(self, value: float, after: Selection | None = None) -> bool:
        """Set the number under the cursor, then put the cursor at `after`."""
        selection = self.present.selection
        if selection.target is not None:
            return self.edit(SetTarget(selection.sample, selection.target, value), after)
        return self.edit(set_parameter(selection.parameter, value, selection.sample), after)

    def action_step(self) -> None:
        from tui.screens.prompt import Prompt

        def take(text: str | None) -> None:
            if text is not None:
                step = parse_step(text)
                self.change(self.present.viewing(step=step), f"a nudge goes {text}")

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
        text = format_number(selected_value(self.present), FULL_DIGITS)
        self.app.copy_to_clipboard(text)
        self.said = f"copied {text}"

    def action_undo(self) -> None:
        def step() -> tuple[Workspace, str]:
            workspace, entry = self.present.undone()
            return workspace, f"undone: {entry.description}"

        self.attempt(step)

    def action_redo(self) -> None:
        def step() -> tuple[Workspace, str]:
            workspace, entry = self.present.redone()
            return workspace, f"done again: {entry.description}"

        self.attempt(step)

    def action_reset(self) -> None:
        place = "the file" if self.present.source else "the beginning"
        self.edit(ReturnTo(self.present.origin, place), said=f"back to {place}; u takes that back")

    def action_activation(self) -> None:
        from tui.screens.choose_activation import ChooseActivation

        layer_index = self.present.selection.layer_index

        def take(chosen: Activation | None) -> None:
            if chosen is not None:
                self.edit(SetActivation(layer_index, chosen))

        current = self.present.session.network.layers[layer_index].activation
        self.app.push_screen(ChooseActivation(current), take)

    def action_add(self) -> None:
        selection = self.present.selection
        if isinstance(selection.cell, Input):
            feature = selection.cell.feature + 1
            after = selection.at(Input(feature), self.present.session)
            self.edit(AddFeature(feature), after, "an input added: 0 in every sample, weights 0")
            return
        after = Selection(
            selection.parameter, selection.layer_index, selection.neuron + 1, selection.sample
        )
        self.edit(
            AddNeuron(selection.layer_index, selection.neuron + 1),
            after.on_neuron(),
            "a neuron added: its weights and bias are 0, so nothing else changed",
        )

    def action_remove(self) -> None:
        selection = self.present.selection
        match selection.cell:
            case Input(feature):
                self.edit(RemoveFeature(feature))
            case Target():
                if self.present.session.targets is None:
                    self.refuse("there are no targets to take away")
                else:
                    self.edit(SetTargets(None), said="targets taken away")
            case _:
                self.edit(RemoveNeuron(selection.layer_index, selection.neuron))

    def action_add_layer(self) -> None:
        selection = self.present.selection
        layer_index = -1 if isinstance(selection.cell, Input) else selection.layer_index
        after = Selection(selection.parameter, layer_index + 1, 0, selection.sample)
        self.edit(
            AddLayer(layer_index + 1),
            after.on_neuron(),
            "a layer added: it passes on what it reads; a chooses its activation",
        )

    def action_remove_layer(self) -> None:
        self.edit(RemoveLayer(self.present.selection.layer_index))

    def action_add_sample(self) -> None:
        workspace = self.present
        sample = workspace.selection.sample
        targets = workspace.session.targets
        edit = AddSample(
            sample + 1,
            workspace.session.inputs[sample],
            None if targets is None else targets[sample],
        )
        after = workspace.selection.of_sample(sample + 1)
        self.edit(edit, after, "a sample added: a copy of the one before it")

    def action_remove_sample(self) -> None:
        self.edit(RemoveSample(self.present.selection.sample))

    def action_random_start(self) -> None:
        from tui.screens.random_start import ChooseRandomStart

        def take(chosen: RandomStart | None) -> None:
            if chosen is not None:
                self.edit(chosen, said=chosen.describe(self.present.session))

        n_starts = sum(isinstance(entry.edit, RandomStart) for entry in self.present.history.past)
        self.app.push_screen(ChooseRandomStart(seed=n_starts), take)

    def action_rename(self) -> None:
        session, selection = self.present.session, self.present.selection
        match selection.cell:
            case Input(feature):
                self._ask_name(Rename("feature", "", feature), feature_name(session, feature))
            case Target(output):
                self._ask_name(Rename("class", "", output), output_name(session, output))
            case _:
                name = session.network.layers[selection.layer_index].name or ""
                self._ask_name(Rename("layer", "", selection.layer_index), name)

    def action_rename_title(self) -> None:
        self._ask_name(Rename("title", ""), self.present.session.title or "")

    def _ask_name(self, rename: Rename, present: str) -> None:
        from tui.screens.prompt import Prompt

        def take(name: str | None) -> None:
            if name is not None:
                self.edit(Rename(rename.what, name, rename.index))

        what = {"feature": "input"}.get(rename.what, rename.what)
        place = "" if rename.what == "title" else f" {rename.index + 1}"
        self.app.push_screen(
            Prompt(
                f"Name of {what}{place}",
                value=present,
                hint="leave it empty for the plain name",
                check=lambda text: None if len(text) <= 80 else "at most 80 characters",
            ),
            take,
        )


def selected_value(workspace: Workspace) -> float:
    """Return the number under the cursor; a target that is not set counts as 0."""
    selection, session = workspace.selection, workspace.session
    if selection.target is None:
        return parameter_value(session, selection.parameter, selection.sample)
    if session.targets is None:
        return 0.0
    return float(session.targets[selection.sample, selection.target])


def selected_name(workspace: Workspace) -> str:
    """Return the name of the number under the cursor."""
    selection = workspace.selection
    if selection.target is not None:
        return f"target of {output_name(workspace.session, selection.target)}"
    return parameter_name(workspace.session, selection.parameter)


def _wrong_step(text: str) -> str | None:
    try:
        parse_step(text)
    except ValueError as error:
        return str(error)
    return None
