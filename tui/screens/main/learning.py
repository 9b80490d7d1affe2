"""The commands that choose what to learn from, and how.

Dialogs are imported where they are opened, to keep start-up quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import Edit, Session
from engine.training.settings import TrainingSettings
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import TRAIN, Change, Command
from tui.state.workspace import Workspace
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
)
