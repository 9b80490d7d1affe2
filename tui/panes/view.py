"""One place of the plot area: shows a view and keeps it live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from tui.help_texts import PLOTS_HELP, PaneHelp
from tui.plots.gestures import Arrow, ChooseSample, Gesture
from tui.plots.scene import Palette, Scene
from tui.plots.views import VIEWS, View
from tui.theme import palette_of
from tui.widgets.strip_lines import StripLines
from tui.workspace import Workspace

_N_DIGITS = 10
"""Views beyond those with a digit of their own are reached with v."""

_SAMPLES_ON = {"up": -1, "down": 1}
"""How many samples an arrow goes on where the view makes nothing else of it."""


@dataclass
class ViewRequested(Message):
    """Another view should be shown in a place of the plot area, from 0."""

    place: int
    name: str


@dataclass
class GestureMade(Message):
    """A key or a click inside a drawing asks for something."""

    gesture: Gesture


class ViewPane(StripLines, can_focus=True):
    """A view of the selection, drawn after the numbers are painted.

    A drawing that a newer edit overtakes is never made: only the latest workspace is drawn.
    """

    HELP_TEXT: ClassVar[PaneHelp] = PLOTS_HELP

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(number % 10),
                f"choose({view.name!r})",
                view.name if number > 1 else "choose a view",
                show=number == 1,
                key_display="0-9" if number == 1 else None,
                tooltip=f"{view.question} {view.reading}",
            )
            for number, view in enumerate(VIEWS[:_N_DIGITS], start=1)
        ),
        Binding("up,k", "move('up')", "up in the view", show=False, key_display="↑ k"),
        Binding("down,j", "move('down')", "down in the view", show=False, key_display="↓ j"),
        Binding("left,h", "move('left')", "left in the view", show=False, key_display="← h"),
        Binding("right,l", "move('right')", "right in the view", show=False, key_display="→ l"),
    ]

    painted: var[Workspace | None] = var(None)

    def __init__(self, place: int, *, id: str) -> None:
        super().__init__(id=id, classes="pane")
        self.place = place
        self._palette: Palette | None = None
        self._title = ""

    @property
    def view(self) -> View | None:
        """The view shown here."""
        if self.painted is None:
            return None
        name = self.painted.view.views[self.place]
        return next(view for view in VIEWS if view.name == name)

    def watch_painted(self) -> None:
        self.redraw()

    def on_show(self) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        self._palette = None
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        scene = self.scene()
        if offset is None or scene is None or self.view is None or self.view.click is None:
            return
        self._ask(self.view.click(scene, *self.room, offset.x, offset.y))

    def action_choose(self, name: str) -> None:
        self.post_message(ViewRequested(self.place, name))

    def action_move(self, arrow: Arrow) -> None:
        scene = self.scene()
        if scene is None or self.view is None:
            return
        if self.view.move is not None:
            self._ask(self.view.move(scene, arrow))
        elif arrow in _SAMPLES_ON:
            self._ask(ChooseSample(scene.sample + _SAMPLES_ON[arrow]))

    def _ask(self, gesture: Gesture | None) -> None:
        if gesture is not None:
            self.post_message(GestureMade(gesture))

    def scene(self) -> Scene | None:
        """Return what the view is a function of."""
        workspace = self.painted
        if workspace is None:
            return None
        if self._palette is None:
            self._palette = palette_of(self.app)
        selection = workspace.selection
        return Scene(
            session=workspace.session,
            trace=workspace.trace,
            sample=selection.sample,
            layer_index=selection.layer_index,
            neuron=selection.neuron,
            output=selection.output,
            parameter=selection.parameter,
            column_parameter=workspace.view.column_parameter,
            digits=workspace.view.digits,
            step=workspace.view.step,
            palette=self._palette,
            comparison=workspace.comparison,
            map=workspace.view.map,
            slope_of=workspace.view.slope_of,
            run=workspace.run,
            runs=workspace.runs,
            is_training=workspace.is_training,
            log_scale=workspace.view.log_scale,
        )

    def redraw(self) -> None:
        width, height = self.room
        view, scene = self.view, self.scene()
        if view is None or scene is None or not self.is_on_screen or width < 1 or height < 1:
            return
        title = _shortened(view.title(scene), width - 2)
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
            self.border_subtitle = view.name
        self.show_strips(view.draw(scene, width, height))


def _shortened(title: str, width: int) -> str:
    """The title up to a comma or full stop at which it fits, where it does not fit as a whole."""
    while cell_len(title) > width and (cut := max(title.rfind(", "), title.rfind("? ") + 1)) > 0:
        title = title[:cut]
    return title
