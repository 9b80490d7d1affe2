"""The commands for training data, learning settings and freezing.

Dialogs are imported where they are opened, to keep start-up quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import Bias, Edit, Session, Weight
from engine.nn.parameters import neuron_name
from engine.training.settings import TrainingSettings
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import TRAIN, Change, Command, edited
from tui.state.workspace import Workspace, selected_name
from tui.views.registry import known_views

if TYPE_CHECKING:
    from tui.screens.dialogs.data.sources import FileData


def choose_data(screen: WorkspaceScreen, file: FileData | None = None) -> None:
    """Choose what to learn from."""
    from tui.screens.dialogs.data.dialog import ChooseData

    def take(chosen: Edit | None) -> None:
        if chosen is not None:
            screen.attempt(lambda: _with_data(screen.present, chosen))

    screen.app.push_screen(ChooseData(screen.present.session, file), take)


def _with_data(workspace: Workspace, edit: Edit) -> Change:
    there = workspace.edited(edit)
    status = f"{edit.describe(workspace.session)}; space trains, > is the next sample"
    views = known_views(_views_for(there.session), there.view.views)
    return Change(there.viewing(views=views), status)


def _views_for(session: Session) -> tuple[str, str]:
    """The two views that best show a network learning from its data."""
    if session.n_base_features == 2:
        return "Map", "Loss"
    return ("Samples" if session.task == "regression" else "Confusion"), "Loss"


def choose_settings(screen: WorkspaceScreen) -> None:
    """Choose optimiser, learning rate, batch size and loss."""
    from engine.edits.training import SetTraining
    from tui.screens.dialogs.learning import LearningSettings

    def take(chosen: TrainingSettings | None) -> None:
        if chosen is not None and chosen != before:
            screen.edit(SetTraining(chosen), status="learning settings changed; u undoes that")

    before = screen.present.session.training or TrainingSettings()
    screen.app.push_screen(LearningSettings(screen.present.session), take)


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
        "C",
        "data",
        "data",
        TRAIN,
        choose_data,
        WorkspaceScreen,
        help="Choose what to learn from: circle, spiral, iris … or a CSV file of your own",
    ),
    Command(
        "L",
        "learning",
        "learning settings",
        TRAIN,
        choose_settings,
        WorkspaceScreen,
        help="Optimiser, learning rate, batch size, loss …, also while it trains",
    ),
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
