"""The main screen: lays out the panes, runs the commands, and answers what the panes ask for."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Paste

from tui.panes.base import NumberPane, PasteRequested, SelectRequested
from tui.panes.explanation_line import ExplanationLine
from tui.panes.inputs import InputsPane, inputs_span
from tui.panes.keys_line import KeysLine
from tui.panes.layers import LayersPane, needed_height, wanted_widths
from tui.panes.layout import (
    ALL_PANES,
    LESSON_PANE,
    NUMBER_PANES,
    TIPS_PANES,
    VIEW_PANES,
    Layout,
    Needs,
    is_spacious,
    layout_of,
)
from tui.panes.lesson import AnswerChosen, LessonPane
from tui.panes.outputs import OutputsPane, outputs_span
from tui.panes.tips import TipsPane
from tui.panes.title_line import TitleLine
from tui.panes.view import GestureMade, ViewPane
from tui.screens.main import (
    cell_editing,
    clipboard,
    compare,
    cursor,
    files,
    freeze,
    gradients,
    history,
    learning,
    leave,
    lesson,
    look,
    numbers,
    samples,
    save,
    structure,
    training,
    views,
)
from tui.screens.main.autosave import Autosave
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.cell_editing import CellEditing
from tui.screens.main.clipboard import Pasting
from tui.screens.main.command import Command, Where, bindings_of
from tui.screens.main.cursor import Cursor
from tui.screens.main.lesson import Lessons, needs_of
from tui.screens.main.training import Training
from tui.screens.main.views import Views
from tui.state.lesson import checked
from tui.state.view_settings import DIGITS
from tui.state.workspace import Workspace
from tui.widgets.cell_editor import CellEditor

COMMANDS: tuple[Command, ...] = (
    *lesson.COMMANDS,
    *cursor.COMMANDS,
    *cell_editing.COMMANDS,
    *numbers.COMMANDS,
    *history.COMMANDS,
    *compare.COMMANDS,
    *gradients.COMMANDS,
    *learning.COMMANDS,
    *freeze.COMMANDS,
    *training.COMMANDS,
    *structure.COMMANDS,
    *samples.COMMANDS,
    *views.COMMANDS,
    *look.COMMANDS,
    *clipboard.COMMANDS,
    *files.COMMANDS,
    *save.COMMANDS,
    *leave.COMMANDS,
)
"""Every command of the main screen; those of a group in the order in which help lists them."""

COMMANDS_BY_ID = {command.id: command for command in COMMANDS}

_IDS_OF_KEY = {
    key: [other.id for other in COMMANDS if key in other.keys.split(",")]
    for command in COMMANDS
    for key in command.keys.split(",")
}

_FOOTER = {
    "lesson": "lesson",
    "lesson-next": "go on",
    "lesson-hint": "hint",
    "lesson-show": "show me",
    "lesson-skip": "skip",
    "lesson-back": "back",
    "lesson-again": "again",
    "lesson-words": "words",
    "lesson-list": "all lessons",
    "lesson-leave": "leave",
    "next-pane": "move",
    "type-0": "type",
    "view-curve": "choose a view",
    "nudge-up": "raise",
    "next-view": "view",
    "explain": "explain",
    "walk-step": "walk",
    "undo": "undo",
    "nudge-down": "lower",
    "table-values": "values of Table",
    "train": "train",
    "data": "data",
    "activation": "activation",
    "examples": "examples",
    "help": "help",
    "quit": "quit",
}
"""What the last line calls the commands it names, by their ids, the most needed first."""

_ARROWS = "←↑↓→"
_MIN_FOR_ARROWS, _MIN_FOR_TAB_TOO = 60, 100

_DIGITS_WITH_ROOM = 6
_LINES_OF_TITLE = 1
_MIN_LINES_BELOW = 9
"""Lines below a preview of numbers: as many as its text needs in most cases."""


class MainScreen(WorkspaceScreen):
    """Inputs, layers and outputs above; views and tips below; one line of arithmetic."""

    AUTO_FOCUS = "#inputs"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(COMMANDS)]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.training = Training(self)
        self.cursor = Cursor(self)
        self.editing = CellEditing(self, self.cursor)
        self.views = Views(self, self.cursor)
        self.lessons = Lessons(self, self.cursor, self.editing)
        self.autosave = Autosave(self)
        self._pasting = Pasting(self, self.editing)
        self._holders: dict[type, object] = {
            type(one): one
            for one in (
                self,
                self.training,
                self.cursor,
                self.editing,
                self.views,
                self.lessons,
            )
        } | {WorkspaceScreen: self}
        self._layout: Layout | None = None
        self._previewed: Workspace | None = None
        self._number_panes = (
            InputsPane(id="inputs", classes="pane"),
            LayersPane(id="layers"),
            OutputsPane(id="outputs", classes="pane"),
        )

    def compose(self) -> ComposeResult:
        below, beside = TIPS_PANES
        yield TitleLine(id="title").data_bind(MainScreen.painted)
        with Horizontal(id="numbers"):
            yield from self._number_panes
            yield TipsPane(id=beside).data_bind(MainScreen.painted)
        with Horizontal(id="plots"):
            for place, pane_id in enumerate(VIEW_PANES):
                yield ViewPane(place, id=pane_id).data_bind(MainScreen.painted)
            yield TipsPane(id=below).data_bind(MainScreen.painted)
            yield LessonPane(id=LESSON_PANE).data_bind(MainScreen.painted)
        yield ExplanationLine(id="explanation").data_bind(MainScreen.painted, MainScreen.status)
        yield KeysLine(id="keys")
        yield self.editing.editor

    def on_mount(self) -> None:
        for pane in self._number_panes:
            pane.take(self.present)
        self.draw_numbers()
        self.arrange_panes()
        # A pane that was just shown, or has scrolled, gets its position after the key.
        self.screen_layout_refresh_signal.subscribe(
            self, lambda _: self.editing.lay_over_cell(), immediate=True
        )
        self.call_after_refresh(self.follow)

    def on_unmount(self) -> None:
        self.training.close()

    def on_resize(self) -> None:
        view = self.present.view
        digits = DIGITS[0] if not is_spacious(*self.size) else _DIGITS_WITH_ROOM
        if not view.digits_chosen and view.digits != digits:
            self.change(self.present.viewing(digits=digits))
        self.arrange_panes()
        self.query_one(KeysLine).keys = self._footer()

    # The commands.

    def action_run(self, command_id: str) -> None:
        """Run a command of the table."""
        self.run_command(COMMANDS_BY_ID[command_id])

    def run_command(self, command: Command) -> None:
        """Change the workspace as a command says, or show why it refuses to."""
        if command.of is None:
            self.attempt(lambda: command.run(self.present))
        else:
            command.run(self._holders[command.of])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a key alone whose command acts elsewhere than where the focus is."""
        if action != "run":
            return True
        return self.acts(COMMANDS_BY_ID[str(parameters[0])])

    def run_key(self, key: str) -> bool:
        """Run the command of a key while the focus is on numbers or a view; whether there is one.

        Textual would ask every command whether it acts there, which takes 0.5 ms of a keypress.
        """
        ids = _IDS_OF_KEY.get(key, []) if self._where in ("numbers", "views") else []
        for command in filter(self.acts, map(COMMANDS_BY_ID.__getitem__, ids)):
            self.run_command(command)
            return True
        return False

    def acts(self, command: Command) -> bool:
        """Return whether a command acts where the focus is."""
        return self._belongs_here(command) and self.lessons.allows(command)

    def _belongs_here(self, command: Command) -> bool:
        return command.where in ("anywhere", self._where)

    def say_why_not(self, key: str) -> None:
        """Say why a key did nothing, if a lesson leaves out what it would do elsewhere."""
        ids = _IDS_OF_KEY.get(key, []) if self.present.lesson is not None else []
        if any(self._belongs_here(COMMANDS_BY_ID[id]) for id in ids):
            self.lessons.say_why_not()

    @property
    def _where(self) -> Where:
        if isinstance(self.focused, NumberPane):
            return "numbers"
        if isinstance(self.focused, LessonPane):
            return "lesson"
        return "views" if isinstance(self.focused, ViewPane) else "anywhere"

    # From a change to a picture.

    def prepared(self, workspace: Workspace) -> Workspace:
        workspace = self.training.taking_over(self.present, workspace)
        self.training.rest()
        return workspace

    def show(self, workspace: Workspace, status: str = "") -> None:
        super().show(checked(self.present, workspace), status)

    def take_numbers(self, before: Workspace) -> None:
        for pane in self._number_panes:
            pane.take(self.present)
        self.arrange_panes()
        self.cursor.follow(before.selection)
        self.lessons.keep(before)
        if self.present.lesson is not before.lesson:
            self.query_one(KeysLine).keys = self._footer()

    def draw_numbers(self) -> None:
        super().draw_numbers()
        for pane in self._number_panes:
            pane.draw()

    def preview(self, workspace: Workspace | None, lit: frozenset[str]) -> int:
        self._previewed = workspace
        self.set_class(workspace is not None, "-walking")
        for pane in self._number_panes:
            pane.take(workspace or self.present)
            pane.draw()
            pane.set_class(pane.id in lit, "-lit")
        self._layout = None
        self.arrange_panes()
        if workspace is None:
            self.call_after_refresh(self._fit_layers, None)
            return 0
        rows = self.size.height - _LINES_OF_TITLE
        height = min(needed_height(workspace), max(rows // 2, rows - _MIN_LINES_BELOW))
        self.query_one("#numbers").styles.height = height
        # A covered screen is laid out once: its layers cannot wait to see how high they become.
        self.call_after_refresh(self._fit_layers, height)
        return rows - height

    def _fit_layers(self, height: int | None) -> None:
        """Fit the layers into `height`, or into what they have once the preview has ended."""
        self.query_one(LayersPane).fit(None if self._previewed is None else height)

    def followed(self) -> None:
        self.training.go_on()
        self.autosave.look()

    def arrange_panes(self) -> None:
        """Show the panes that the terminal has room for, and give them their sizes."""
        workspace = self._previewed or self.present
        layout = layout_of(
            *self.size,
            LESSON_PANE if self.editing.is_asking else self.cursor.pane_id,
            large=workspace.view.large,
            tips_shown=workspace.view.tips_shown,
            needs=_needs_of(workspace, self.size.width),
            lesson=needs_of(self.present),
        )
        if layout == self._layout:
            return
        self._layout = layout
        for pane_id in ALL_PANES:
            self.query_one(f"#{pane_id}").display = pane_id in layout.visible
        numbers_shown = layout.visible & set(NUMBER_PANES)
        numbers = self.query_one("#numbers")
        numbers.display = bool(numbers_shown)
        numbers.styles.height = "1fr" if layout.numbers_height is None else layout.numbers_height
        widths = {
            "inputs": layout.inputs_width,
            "outputs": layout.outputs_width,
            LESSON_PANE: layout.lesson_width,
        }
        for pane_id, width in widths.items():
            self.query_one(f"#{pane_id}").styles.width = "1fr" if width is None else width
        beside_numbers = {*NUMBER_PANES, TIPS_PANES[1]}
        self.query_one("#plots").display = not layout.visible <= beside_numbers

    def on_descendant_focus(self) -> None:
        self.arrange_panes()
        self.query_one(KeysLine).keys = self._footer()

    def _footer(self) -> tuple[tuple[str, str], ...]:
        """The keys to show, the most needed first; while a number is typed, those of the editor."""
        active = list(self.active_bindings.values())
        if isinstance(self.focused, CellEditor):
            shown = [one.binding for one in active if one.node is self.focused and one.binding.show]
            shown.sort(key=lambda one: one.key != "enter")
            names = {one.action: one.description for one in shown}
        else:
            shown = [one.binding for one in active if one.binding.id in _FOOTER]
            lesson = self.present.lesson
            if lesson is None or self._where == "lesson":
                shown = [one for one in shown if one.id != "lesson"]
            if lesson is not None and not lesson.is_ready:
                shown = [one for one in shown if one.id != "lesson-next"]
            shown.sort(key=lambda one: list(_FOOTER).index(one.id or ""))
            names = {one.action: _FOOTER[one.id or ""] for one in shown}
        first_keys = {one.action: self.app.get_key_display(one) for one in reversed(shown)}
        moving = next((action for action, name in names.items() if name == "move"), None)
        if moving is not None and self.size.width >= _MIN_FOR_ARROWS:
            tab = f" {first_keys[moving]}" if self.size.width >= _MIN_FOR_TAB_TOO else ""
            first_keys[moving] = _ARROWS + tab
        return tuple((first_keys[action], name) for action, name in names.items())

    # What panes ask for.

    @on(GestureMade)
    def _follow_click(self, event: GestureMade) -> None:
        self.views.follow(event.gesture)

    @on(AnswerChosen)
    def _answer_question(self, event: AnswerChosen) -> None:
        self.lessons.type(event.number)

    @on(SelectRequested)
    def _select(self, event: SelectRequested) -> None:
        self.cursor.select(event.cell)

    @on(CellEditor.Typed)
    def _preview(self, event: CellEditor.Typed) -> None:
        self.editing.preview(event)

    @on(PasteRequested)
    def _paste_into_pane(self, event: PasteRequested) -> None:
        self._pasting.paste(event.text)

    def on_paste(self, event: Paste) -> None:
        """Paste at the cursor while the focus is on a plot."""
        event.stop()
        self._pasting.paste(event.text)


def _needs_of(workspace: Workspace, screen_width: int) -> Needs:
    return Needs(
        needed_height(workspace),
        inputs_span(workspace, screen_width),
        wanted_widths(workspace.session.network),
        outputs_span(workspace, screen_width),
    )
