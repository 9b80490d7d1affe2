"""The main screen: lays out the panes, keeps focus and selection together, takes their requests."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widget import Widget

from engine import Bias, Input, Weight
from tui.key_groups import FILES, HELP, LOOK, MOVE, SAMPLES, SHAPE, TRAIN, TYPE, UNDO
from tui.layout import ALL_PANES, NUMBER_PANES, VIEW_PANES, layout_of
from tui.navigation import move
from tui.panes.base import MoveRequested, NumberPane, SelectRequested
from tui.panes.inputs import InputsPane
from tui.panes.layers import LayersPane, needed_height
from tui.panes.lines import ExplanationLine, KeysLine, TitleLine
from tui.panes.outputs import OutputsPane
from tui.panes.tips import TipsPane
from tui.panes.view import GestureMade, ViewPane, ViewRequested
from tui.plots.gestures import ChooseNeuron, ChooseSample
from tui.screens.compare_actions import CompareActions
from tui.screens.copy_actions import CopyActions
from tui.screens.data_actions import DataActions
from tui.screens.document_actions import DocumentActions
from tui.screens.explain_actions import ExplainActions
from tui.screens.map_actions import MapActions
from tui.screens.paste_actions import PasteActions
from tui.screens.structure_actions import StructureActions
from tui.screens.training_actions import TrainingActions
from tui.screens.typing_actions import TypingActions
from tui.selection import Selection
from tui.widgets.cell_editor import CellEditor
from tui.widgets.rendered_once import Row
from tui.workspace import Workspace

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

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "pane(1)", "pane", key_display="Tab", group=MOVE, tooltip="Go to the next one"
        ),
        Binding("shift+tab", "pane(-1)", "previous pane", show=False, group=MOVE),
    ]

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
        yield ExplanationLine(id="explanation").data_bind(MainScreen.painted, MainScreen.said)
        yield KeysLine(id="keys")
        yield CellEditor()

    def on_mount(self) -> None:
        self.show_numbers(None)
        self.call_after_refresh(self.follow)

    def on_resize(self) -> None:
        self.arrange_panes()

    def show_numbers(self, before: Workspace | None) -> None:
        after = self.present
        for pane in self._number_panes:
            pane.show_workspace(after)
        if before is None or _asks_for_layout(before, after):
            for pane_id in ("inputs", "outputs"):
                # As wide as what stands in it, which may be longer or shorter now.
                self.query_one(f"#{pane_id}").refresh(layout=True)
            self.arrange_panes()
        moved = before is not None and before.selection.cell != after.selection.cell
        # Whoever moves about in a view stays there.
        if moved and not isinstance(self.focused, ViewPane):
            self.call_later(self.focus_selection)

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
    def chosen_pane(self) -> str:
        """The id of the pane that has the focus; the editor counts as the pane it is laid over."""
        focused = self.focused
        for widget in [] if focused is None else focused.ancestors_with_self:
            if isinstance(widget, Widget) and widget.id in ALL_PANES:
                return widget.id
        return _pane_of(self.present.selection)

    @property
    def is_on_numbers(self) -> bool:
        """Whether a pane of numbers has the focus, and takes the keys."""
        return isinstance(self.focused, NumberPane)

    @property
    def view_place(self) -> int:
        return VIEW_PANES.index(self.chosen_pane) if self.chosen_pane in VIEW_PANES else 0

    @property
    def shows_two_views(self) -> bool:
        return all(self.query_one(f"#{pane_id}").display for pane_id in VIEW_PANES)

    def focus_selection(self) -> None:
        pane = self._pane_of_selection()
        self.query_one("#numbers").display = True
        self.query_one(f"#{_pane_of(self.present.selection)}").display = True
        pane.focus(scroll_visible=False)

    def region_of_selection(self) -> Region | None:
        return self._pane_of_selection().region_of_selection()

    def _pane_of_selection(self) -> NumberPane:
        pane_id = _pane_of(self.present.selection)
        return self._pane_at(self.present.selection.layer_index if pane_id == "layers" else pane_id)

    def _pane_at(self, stop: str | int) -> NumberPane:
        """The pane of numbers of that id, or of the layer with that index."""
        if isinstance(stop, int):
            return self.query_one(LayersPane).pane_at(stop)
        return self.query_one(f"#{stop}", InputsPane if stop == "inputs" else OutputsPane)

    def on_descendant_focus(self) -> None:
        self.arrange_panes()
        self.query_one(KeysLine).keys = self._shown_keys()

    def _shown_keys(self) -> tuple[tuple[str, str], ...]:
        """The keys to begin with, the most needed first; while a number is typed, its own."""
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

    def action_pane(self, by: int) -> None:
        """Go to the next pane, also to one that is not shown because the terminal is small."""
        n_layers = len(self.present.session.network.layers)
        stops: list[str | int] = ["inputs", *range(n_layers), "outputs", *VIEW_PANES]
        here: str | int = self.chosen_pane
        if here == "layers":
            here = self.present.selection.layer_index
        stop = stops[(stops.index(here) + by) % len(stops)]
        if stop in VIEW_PANES:
            pane = self.query_one(f"#{stop}", ViewPane)
            pane.display = True
            self.query_one("#plots").display = True
            pane.focus(scroll_visible=False)
            return
        cell = self._pane_at(stop).last_cell
        self.change(self.present.selecting(self.present.selection.at(cell, self.present.session)))
        self.focus_selection()

    def action_large(self) -> None:
        self.is_large = not self.is_large
        self.arrange_panes()

    @on(MoveRequested)
    def _move(self, event: MoveRequested) -> None:
        workspace = self.present
        self.change(
            workspace.selecting(move(workspace.session, workspace.selection, event.direction))
        )

    @on(SelectRequested)
    def _select(self, event: SelectRequested) -> None:
        workspace = self.present
        self.change(workspace.selecting(workspace.selection.at(event.cell, workspace.session)))

    @on(ViewRequested)
    def _choose_view(self, event: ViewRequested) -> None:
        self.show_view(event.place, event.name)

    @on(GestureMade)
    def _follow_gesture(self, event: GestureMade) -> None:
        workspace = self.present
        match event.gesture:
            case ChooseSample(sample):
                self.show_sample(sample)
            case ChooseNeuron(layer_index, neuron):
                self.change(workspace.selecting(workspace.selection.on(layer_index, neuron)))
            case Weight() | Bias() | Input() as parameter:
                selection = workspace.selection.at(parameter, workspace.session)
                self.change(workspace.selecting(selection))
            case edit:
                self.edit(edit)


def _pane_of(selection: Selection) -> str:
    if selection.target is not None:
        return "outputs"
    return "layers" if hasattr(selection.parameter, "layer_index") else "inputs"


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
