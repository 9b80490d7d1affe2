"""The commands that freeze numbers, so that training leaves them alone, or free them."""

from __future__ import annotations

from engine import Bias, Edit, Weight
from engine.nn.parameters import neuron_name
from tui.screens.main.command import TRAIN, Change, Command, edited
from tui.state.workspace import Workspace, selected_name


def freeze_number(workspace: Workspace) -> Change:
    """Freeze the number under the cursor, or free it."""
    from engine.edits.training import toggle_number

    match workspace.selection.cell:
        case Weight() | Bias() as number:
            edit, freezes = toggle_number(workspace.session, number)
            return _frozen(workspace, edit, freezes, selected_name(workspace))
        case _:
            raise ValueError("only weights and biases can be frozen; go to one of them")


def freeze_neuron(workspace: Workspace) -> Change:
    """Freeze the current neuron, or free it."""
    from engine.edits.training import toggle_neuron

    session, selection = workspace.session, workspace.selection
    layer_index, neuron = selection.layer_index, selection.neuron
    edit, freezes = toggle_neuron(session, layer_index, neuron)
    return _frozen(workspace, edit, freezes, neuron_name(session.network, layer_index, neuron))


def freeze_layer(workspace: Workspace) -> Change:
    """Freeze the layer of the current neuron, or free it."""
    from engine.edits.training import toggle_layer

    layer_index = workspace.selection.layer_index
    edit, freezes = toggle_layer(workspace.session, layer_index)
    return _frozen(workspace, edit, freezes, f"layer {layer_index + 1}")


def unfreeze(workspace: Workspace) -> Change:
    """Free every number."""
    from engine.edits.training import unfreeze_all

    edit = unfreeze_all(workspace.session)
    return edited(workspace, edit, status="nothing is frozen: training moves every number")


def _frozen(workspace: Workspace, edit: Edit, freezes: bool, what: str) -> Change:
    leaves = "is frozen: training leaves it alone" if freezes else "is free: training moves it"
    return edited(workspace, edit, status=f"{what} {leaves}")


COMMANDS = (
    Command(
        "H",
        "freeze-number",
        "freeze this number, or free it",
        TRAIN,
        freeze_number,
        help="Training leaves a frozen weight or bias as it is; it has a * behind it",
    ),
    Command(
        "Q",
        "freeze-neuron",
        "freeze this neuron, or free it",
        TRAIN,
        freeze_neuron,
        help="All its weights and its bias",
    ),
    Command("W", "freeze-layer", "freeze this layer, or free it", TRAIN, freeze_layer),
    Command("A", "unfreeze", "unfreeze everything", TRAIN, unfreeze),
)
