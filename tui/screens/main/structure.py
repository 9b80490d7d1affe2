"""The keys that change the shape of the network, its samples and its names."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from engine import (
    Activation,
    AddFeature,
    AddLayer,
    AddNeuron,
    AddSample,
    Edit,
    Input,
    RandomStart,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
    RemoveSample,
    Rename,
    SetActivation,
    SetTarget,
)
from engine.edits.numbers import target_at
from engine.session.names import feature_name, output_name
from tui.panes.key_groups import SHAPE
from tui.screens.main.base import WorkspaceScreen
from tui.state.selection import Target


class StructureActions(WorkspaceScreen):
    """Activation, neurons, layers, inputs, samples, random start, names.

    Dialogs are imported where they are opened, to keep start-up quick.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
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
            tooltip="In the pane of outputs, removes the target under the cursor",
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

    def action_activation(self) -> None:
        from tui.screens.dialogs.choose_activation import ChooseActivation

        layer_index = self.present.selection.layer_index

        def take(chosen: Activation | None) -> None:
            if chosen is not None:
                self.edit(SetActivation(layer_index, chosen))

        layer = self.present.session.network.layers[layer_index]
        heading = f"Activation of layer {layer_index + 1}" + (f" · {layer.name}" * bool(layer.name))
        self.app.push_screen(ChooseActivation(layer.activation, heading=heading), take)

    def action_add(self) -> None:
        selection = self.present.selection
        if isinstance(selection.cell, Input):
            feature = selection.cell.feature + 1
            after = selection.at(Input(feature), self.present.session)
            self.edit(AddFeature(feature), after, "an input added: 0 in every sample, weights 0")
            return
        after = replace(selection, neuron=selection.neuron + 1)
        self.edit(
            AddNeuron(selection.layer_index, selection.neuron + 1),
            after.on_neuron(),
            "a neuron added: its weights and bias are 0, so nothing else changed",
        )

    def action_remove(self) -> None:
        selection = self.present.selection
        match selection.cell:
            case Input(feature):
                self._remove(RemoveFeature(feature))
            case Target(output):
                if target_at(self.present.session, selection.sample, output) is None:
                    self.refuse("this target is not set")
                else:
                    self._remove(SetTarget(selection.sample, output, None))
            case _:
                self._remove(RemoveNeuron(selection.layer_index, selection.neuron))

    def _remove(self, edit: Edit) -> None:
        self.edit(edit, status=f"{edit.describe(self.present.session)}; u takes that back")

    def action_add_layer(self) -> None:
        selection = self.present.selection
        layer_index = -1 if isinstance(selection.cell, Input) else selection.layer_index
        after = replace(selection, layer_index=layer_index + 1, neuron=0)
        self.edit(
            AddLayer(layer_index + 1),
            after.on_neuron(),
            "a layer added: it passes on what it reads; a chooses its activation",
        )

    def action_remove_layer(self) -> None:
        if isinstance(self.present.selection.cell, Input):
            self.refuse("the cursor is on an input; go to the layer you want to remove")
        else:
            self._remove(RemoveLayer(self.present.selection.layer_index))

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
        from tui.screens.dialogs.random_start import ChooseRandomStart

        def take(chosen: RandomStart | None) -> None:
            if chosen is not None:
                self.edit(chosen, status=chosen.describe(self.present.session))

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
        from tui.screens.dialogs.prompt import Prompt

        def take(name: str | None) -> None:
            if name is not None:
                self.edit(Rename(rename.what, name, rename.index))

        what = {"feature": "input", "title": "the network"}.get(rename.what, rename.what)
        place = "" if rename.what == "title" else f" {rename.index + 1}"
        self.app.push_screen(
            Prompt(
                f"Name of {what}{place}",
                value=present,
                hint="leave it empty for the default name",
                check=lambda text: None if len(text) <= 80 else "at most 80 characters",
            ),
            take,
        )
