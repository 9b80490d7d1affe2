"""The commands that change the network: its shape, its names, a random start.

Dialogs are imported where they are opened, to keep start-up quick.
"""

from __future__ import annotations

from dataclasses import replace

from engine import (
    Activation,
    AddFeature,
    AddLayer,
    AddNeuron,
    Edit,
    Input,
    RandomInputs,
    RandomStart,
    RemoveFeature,
    RemoveLayer,
    RemoveNeuron,
    Rename,
    SetActivation,
    SetTarget,
)
from engine.edits.numbers import target_at
from engine.session.names import feature_name, output_name
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import SHAPE, Change, Command, edited
from tui.state.selection import Target
from tui.state.workspace import Workspace


def choose_activation(screen: WorkspaceScreen) -> None:
    """Choose the activation of the selected layer."""
    from tui.screens.dialogs.choose_activation import ChooseActivation

    layer_index = screen.present.selection.layer_index

    def take(chosen: Activation | None) -> None:
        if chosen is not None:
            screen.edit(SetActivation(layer_index, chosen))

    layer = screen.present.session.network.layers[layer_index]
    heading = f"Activation of layer {layer_index + 1}" + (f" · {layer.name}" * bool(layer.name))
    screen.app.push_screen(ChooseActivation(layer.activation, heading=heading), take)


def add(workspace: Workspace) -> Change:
    """Add a neuron after the selected one, or an input after the selected input."""
    selection = workspace.selection
    if isinstance(selection.cell, Input):
        feature = selection.cell.feature + 1
        after = selection.at(Input(feature), workspace.session)
        status = "an input added: 0 in every sample, weights 0"
        return edited(workspace, AddFeature(feature), after, status)
    after = replace(selection, neuron=selection.neuron + 1)
    return edited(
        workspace,
        AddNeuron(selection.layer_index, selection.neuron + 1),
        after.on_neuron(),
        "a neuron added: its weights and bias are 0, so nothing else changed",
    )


def remove(workspace: Workspace) -> Change:
    """Remove the neuron or input under the cursor, or unset the target."""
    selection = workspace.selection
    match selection.cell:
        case Input(feature):
            return _removed(workspace, RemoveFeature(feature))
        case Target(output):
            if target_at(workspace.session, selection.sample, output) is None:
                raise ValueError("this target is not set")
            return _removed(workspace, SetTarget(selection.sample, output, None))
        case _:
            return _removed(workspace, RemoveNeuron(selection.layer_index, selection.neuron))


def _removed(workspace: Workspace, edit: Edit) -> Change:
    return edited(workspace, edit, status=f"{edit.describe(workspace.session)}; u takes that back")


def add_layer(workspace: Workspace) -> Change:
    """Add a layer after the selected one."""
    selection = workspace.selection
    layer_index = -1 if isinstance(selection.cell, Input) else selection.layer_index
    after = replace(selection, layer_index=layer_index + 1, neuron=0)
    return edited(
        workspace,
        AddLayer(layer_index + 1),
        after.on_neuron(),
        "a layer added: it passes on what it reads; a chooses its activation",
    )


def remove_layer(workspace: Workspace) -> Change:
    """Remove the layer that the cursor is in."""
    if isinstance(workspace.selection.cell, Input):
        raise ValueError("the cursor is on an input; go to the layer you want to remove")
    return _removed(workspace, RemoveLayer(workspace.selection.layer_index))


def ask_random_start(screen: WorkspaceScreen) -> None:
    """Draw all weights and biases, or the inputs, anew, in a way that is asked for."""
    from tui.screens.dialogs.random_start import ChooseRandomStart

    def take(chosen: RandomStart | RandomInputs | None) -> None:
        if chosen is not None:
            screen.edit(chosen, status=chosen.describe(screen.present.session))

    drawn = (RandomStart, RandomInputs)
    n_starts = sum(isinstance(entry.edit, drawn) for entry in screen.present.history.past)
    screen.app.push_screen(ChooseRandomStart(seed=n_starts), take)


def rename(screen: WorkspaceScreen) -> None:
    """Ask for the name of the input, layer or class under the cursor."""
    session, selection = screen.present.session, screen.present.selection
    match selection.cell:
        case Input(feature):
            _ask_name(screen, Rename("feature", "", feature), feature_name(session, feature))
        case Target(output):
            _ask_name(screen, Rename("class", "", output), output_name(session, output))
        case _:
            name = session.network.layers[selection.layer_index].name or ""
            _ask_name(screen, Rename("layer", "", selection.layer_index), name)


def rename_title(screen: WorkspaceScreen) -> None:
    """Ask for the name of the network."""
    _ask_name(screen, Rename("title", ""), screen.present.session.title or "")


def _ask_name(screen: WorkspaceScreen, renaming: Rename, present: str) -> None:
    from tui.screens.dialogs.prompt import Prompt

    def take(name: str | None) -> None:
        if name is not None:
            screen.edit(Rename(renaming.what, name, renaming.index))

    what = {"feature": "input", "title": "the network"}.get(renaming.what, renaming.what)
    place = "" if renaming.what == "title" else f" {renaming.index + 1}"
    screen.app.push_screen(
        Prompt(
            f"Name of {what}{place}",
            value=present,
            hint="leave it empty for the default name",
            check=lambda text: None if len(text) <= 80 else "at most 80 characters",
        ),
        take,
    )


COMMANDS = (
    Command(
        "a",
        "activation",
        "activation",
        SHAPE,
        choose_activation,
        WorkspaceScreen,
        help="Choose the activation of the selected layer",
    ),
    Command(
        "n",
        "add",
        "add a neuron or input",
        SHAPE,
        add,
        help="A neuron after the selected one, or an input in the pane of inputs",
    ),
    Command(
        "delete",
        "remove",
        "remove the neuron or input",
        SHAPE,
        remove,
        help="In the pane of outputs, removes the target under the cursor",
    ),
    Command(
        "N",
        "add-layer",
        "add a layer",
        SHAPE,
        add_layer,
        help="After the selected one; it passes on what it reads until you change it",
    ),
    Command("D", "remove-layer", "remove the layer", SHAPE, remove_layer),
    Command(
        "R",
        "random-start",
        "random start",
        SHAPE,
        ask_random_start,
        WorkspaceScreen,
        help="Draw all weights and biases anew, or the inputs of some samples, from a seed",
    ),
    Command(
        "f2",
        "rename",
        "rename",
        SHAPE,
        rename,
        WorkspaceScreen,
        help="Name the input, the layer or the class under the cursor",
    ),
    Command("f3", "rename-title", "rename the network", SHAPE, rename_title, WorkspaceScreen),
)
