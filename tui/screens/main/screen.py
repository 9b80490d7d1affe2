"""The main screen: lays out panes, keeps focus and selection in step, answers their requests."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from engine import Bias, Input, Weight
from tui.panes.explanation_line import ExplanationLine
from tui.panes.inputs import InputsPane
from tui.panes.key_groups import FILES, HELP, LOOK, MOVE, SAMPLES, SHAPE, TRAIN, TYPE, UNDO
from tui.panes.keys_line import KeysLine
from tui.panes.layers import LayersPane, needed_height
from tui.panes.layout import ALL_PANES, NUMBER_PANES, VIEW_PANES, layout_of
from tui.panes.outputs import OutputsPane
from tui.panes.tips import TipsPane
from tui.panes.title_line import TitleLine
from tui.panes.view import GestureMade, ViewPane
from tui.screens.main.clipboard import CopyActions, PasteActions
from tui.screens.main.compare import CompareActions
from tui.screens.main.cursor import TypingActions
from tui.screens.main.files import DocumentActions
from tui.screens.main.learning import DataActions
from tui.screens.main.look import ExplainActions, MapActions
from tui.screens.main.structure import StructureActions
from tui.screens.main.training import TrainingActions
from tui.state.workspace import Workspace
from tui.views.gestures import Arrow, ChooseNeuron, ChooseSample, Gesture
from tui.widgets.caching import Row
from tui.widgets.cell_editor import CellEditor

_FIRST_KEYS = (TYPE, UNDO, MOVE, TRAIN, SHAPE, LOOK, SAMPLES, FILES, HELP)


class MainScreen(
    TrainingActions,
    DataActions,
    CompareActions,
    ExplainActions,
    StructureActions,
    MapActions,
    PasteActions,
    CopyActions,
    DocumentActions,
    TypingActions,
):
    """Inputs, layers and outputs above; plots and tips below; one line of arithmetic."""

    AUTO_FOCUS = "#inputs"

    is_large = False

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._number_panes = (
            InputsPane(id="inputs", classes="pane"),
            LayersPane(id="layers"),
            OutputsPane(id="outputs", classes="pane"),
        )

    def compose(self) -> ComposeResult:
        yield TitleLine(id="title").data_bind(MainScreen.painted)
        with Row(id="numbers"):
            yield from self._number_panes
        with Row(id="plots"):
            for place, pane_id in enumerate(VIEW_PANES):
                yield ViewPane(place, id=pane_id).data_bind(MainScreen.painted)
            yield TipsPane(id="tips").data_bind(MainScreen.painted)
        yield ExplanationLine(id="explanation").data_bind(MainScreen.painted, MainScreen.status)
        yield KeysLine(id="keys")
        yield CellEditor(self.take_typed, self.leave_typing)

    def on_mount(self) -> None:
        for pane in self._number_panes:
            pane.take(self.present)
        self.draw_numbers()
        self._lay_out()
        self.call_after_refresh(self.follow)

    def on_resize(self) -> None:
        self.arrange_panes()

    def take_numbers(self, before: Workspace) -> None:
        after = self.present
        for pane in self._number_panes:
            pane.take(after)
        if _asks_for_layout(before, after):
            self._lay_out()
        moved = before.selection.cell != after.selection.cell
        # A user who moves within a view stays there.
        if moved and not isinstance(self.focused, ViewPane):
            self.focus_selection()

    def draw_numbers(self) -> None:
        super().draw_numbers()
        for pane in self._number_panes:
            pane.draw()

    def _lay_out(self) -> None:
        for pane_id in ("inputs", "outputs"):
            # Its width follows its content, which may have changed.
            self.query_one(f"#{pane_id}").refresh(layout=True)
        self.arrange_panes()

    def arrange_panes(self) -> None:
        """Show the panes that the terminal has room for, and give them their sizes."""
        workspace = self.present
        layout = layout_of(
            *self.size,
            self.chosen_pane,
            large=self.is_large,
            tips_shown=workspace.view.tips_shown,
            needed_height=needed_height(workspace),
        )
        for pane_id in ALL_PANES:
            self.query_one(f"#{pane_id}").display = pane_id in layout.visible
        numbers_shown = layout.visible & set(NUMBER_PANES)
        self.set_class(len(numbers_shown) == 1, "-alone")
        numbers = self.query_one("#numbers")
        numbers.display = bool(numbers_shown)
        numbers.styles.height = "1fr" if layout.numbers_height is None else layout.numbers_height
        self.query_one("#plots").display = bool(layout.visible & {*VIEW_PANES, "tips"})

    @property
    def view_place(self) -> int:
        return VIEW_PANES.index(self.chosen_pane) if self.chosen_pane in VIEW_PANES else 0

    @property
    def shows_two_views(self) -> bool:
        return all(self.query_one(f"#{pane_id}").display for pane_id in VIEW_PANES)

    def on_descendant_focus(self) -> None:
        self.arrange_panes()
        self.query_one(KeysLine).keys = self._shown_keys()

    def _shown_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys to show, the most needed first; while a number is typed, those of the editor."""
        active = [one for one in self.active_bindings.values() if one.binding.show]
        if isinstance(self.focused, CellEditor):
            shown = [one.binding for one in active if one.node is self.focused]
            shown.sort(key=lambda one: one.key != "enter")
        else:
            shown = [one.binding for one in active if one.binding.group in _FIRST_KEYS]
            shown.sort(key=lambda one: (_FIRST_KEYS.index(one.group), one.action == "leave"))
        first_of_action = {binding.action: binding for binding in reversed(shown)}
        return tuple(
            (self.app.get_key_display(binding), binding.description)
            for binding in shown
            if first_of_action[binding.action] is binding
        )

    def action_large(self) -> None:
        self.is_large = not self.is_large
        self.arrange_panes()

    def action_choose_view(self, name: str) -> None:
        self.show_view(self.view_place, name)

    def action_move_in_view(self, arrow: Arrow) -> None:
        pane = self.query_one(f"#{VIEW_PANES[self.view_place]}", ViewPane)
        gesture = pane.gesture_of(arrow, self.present)
        if gesture is not None:
            self._follow_gesture(gesture)

    @on(GestureMade)
    def _follow_click(self, event: GestureMade) -> None:
        self._follow_gesture(event.gesture)

    def _follow_gesture(self, gesture: Gesture) -> None:
        workspace = self.present
        match gesture:
            case ChooseSample(sample):
                self.show_sample(sample)
            case ChooseNeuron(layer_index, neuron):
                self.change(workspace.selecting(workspace.selection.on(layer_index, neuron)))
            case Weight() | Bias() | Input() as parameter:
                selection = workspace.selection.at(parameter, workspace.session)
                self.change(workspace.selecting(selection))
            case edit:
                self.edit(edit)


def _asks_for_layout(before: Workspace, after: Workspace) -> bool:
    return (
        before.session.network.sizes != after.session.network.sizes
        or before.session.features != after.session.features
        or before.session.classes != after.session.classes
        or before.view.digits != after.view.digits
        or before.view.tips_shown != after.view.tips_shown
        or before.session.n_samples != after.session.n_samples
        or (before.session.targets is None) != (after.session.targets is None)
        or before.n_annotations != after.n_annotations
    )
