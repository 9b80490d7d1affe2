"""The keys for training data, learning settings and freezing."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from engine import Bias, Edit, Session, Weight
from engine.nn.parameters import neuron_name
from engine.training.settings import TrainingSettings
from tui.panes.key_groups import TRAIN
from tui.screens.main.base import WorkspaceScreen
from tui.state.workspace import selected_name


class DataActions(WorkspaceScreen):
    """Data, learning settings, and freezing.

    Dialogs are imported where they are opened, to keep start-up quick.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "C",
            "data",
            "data",
            group=TRAIN,
            tooltip="Choose what to learn from: circle, spiral, iris … or a CSV file of your own",
        ),
        Binding(
            "L",
            "learning",
            "learning settings",
            group=TRAIN,
            show=False,
            tooltip="Optimiser, learning rate, batch size, loss …, also while it trains",
        ),
        Binding(
            "H",
            "freeze_number",
            "freeze this number, or free it",
            group=TRAIN,
            show=False,
            tooltip="Training leaves a frozen weight or bias as it is; it has a * behind it",
        ),
        Binding(
            "Q",
            "freeze_neuron",
            "freeze this neuron, or free it",
            group=TRAIN,
            show=False,
            tooltip="All its weights and its bias",
        ),
        Binding("W", "freeze_layer", "freeze this layer, or free it", group=TRAIN, show=False),
        Binding("A", "unfreeze", "unfreeze everything", group=TRAIN, show=False),
    ]

    def action_data(self) -> None:
        from tui.screens.dialogs.data.dialog import ChooseData

        def take(chosen: Edit | None) -> None:
            if chosen is None:
                return
            status = f"{chosen.describe(self.present.session)}; space trains, > is the next sample"
            if self.edit(chosen, status=status):
                views = _views_for(self.present.session)
                self.change(self.present.viewing(views=views), status)

        self.app.push_screen(ChooseData(self.present.session), take)

    def action_learning(self) -> None:
        from engine.edits.training import SetTraining
        from tui.screens.dialogs.learning import LearningSettings

        def take(chosen: TrainingSettings | None) -> None:
            if chosen is not None and chosen != before:
                self.edit(SetTraining(chosen), status="learning settings changed; u undoes that")

        before = self.present.session.training or TrainingSettings()
        self.app.push_screen(LearningSettings(self.present.session), take)

    def action_freeze_number(self) -> None:
        from engine.edits.training import toggle_number

        match self.present.selection.cell:
            case Weight() | Bias() as number:
                edit, freezes = toggle_number(self.present.session, number)
                self._freeze(edit, freezes, selected_name(self.present))
            case _:
                self.refuse("only weights and biases can be frozen; go to one of them")

    def action_freeze_neuron(self) -> None:
        from engine.edits.training import toggle_neuron

        session, selection = self.present.session, self.present.selection
        layer_index, neuron = selection.layer_index, selection.neuron
        edit, freezes = toggle_neuron(session, layer_index, neuron)
        self._freeze(edit, freezes, neuron_name(session.network, layer_index, neuron))

    def action_freeze_layer(self) -> None:
        from engine.edits.training import toggle_layer

        layer_index = self.present.selection.layer_index
        edit, freezes = toggle_layer(self.present.session, layer_index)
        self._freeze(edit, freezes, f"layer {layer_index + 1}")

    def action_unfreeze(self) -> None:
        from engine.edits.training import unfreeze_all

        try:
            edit = unfreeze_all(self.present.session)
        except ValueError as error:
            self.refuse(str(error))
        else:
            self.edit(edit, status="nothing is frozen: training moves every number")

    def _freeze(self, edit: Edit, freezes: bool, what: str) -> None:
        leaves = "is frozen: training leaves it alone" if freezes else "is free: training moves it"
        self.edit(edit, status=f"{what} {leaves}")


def _views_for(session: Session) -> tuple[str, str]:
    """The two views that best show a network learning from its data."""
    if session.n_base_features == 2:
        return "Map", "Loss"
    return ("Samples" if session.task == "regression" else "Confusion"), "Loss"
