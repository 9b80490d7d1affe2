"""One half of the plot area: shows a view and keeps it up to date."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from engine.lessons.references import PlaceReference
from tui.drawing.palette import Palette
from tui.panes.help_texts import PLOTS_HELP, PaneHelp, help_of_view
from tui.state.pointing import is_asking, pointed_at
from tui.state.workspace import Workspace
from tui.theme import palette_of
from tui.views.gestures import Arrow, ChooseSample, Gesture
from tui.views.registry import View, view_named
from tui.views.scene import Scene
from tui.widgets.strip_lines import Line, StripLines

_BESIDE_THE_TITLE = 4
"""The cells of the border beside its title: a dash and a blank on either side."""

_NOT_YET = "shown when you have answered"

_SMALL = 14
"""Lines, from which on a view is legible without the whole screen."""

_SAMPLES_ON = {"up": -1, "down": 1}
"""By how many samples an arrow moves if the view does not handle it."""


@dataclass
class GestureMade(Message):
    """A click inside a drawing, with what it asks for."""

    gesture: Gesture


class ViewPane(StripLines, can_focus=True):
    """A view of the selection, drawn after the numbers are painted.

    Only the latest workspace is drawn: a drawing that a newer edit overtakes is never made.
    """

    HELP_TEXT: PaneHelp = PLOTS_HELP

    painted: var[Workspace | None] = var(None)

    def __init__(self, place: int, *, id: str) -> None:
        super().__init__(id=id, classes="pane")
        self.place = place
        self._palette: Palette | None = None
        self._title = ""
        self._explained: View | None = None

    def watch_painted(self) -> None:
        self.redraw()

    def on_show(self) -> None:
        self.redraw()

    def notify_style_update(self) -> None:
        self._palette = None
        super().notify_style_update()

    def on_focus(self) -> None:
        if self.painted is not None:
            self._say_name(self.painted)

    on_blur = on_focus

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        workspace = self.painted
        if offset is None or workspace is None:
            return
        click = self.view_of(workspace).click
        if click is None:
            return
        gesture = click(self.scene_of(workspace), *self.room, offset.x, offset.y)
        if gesture is not None:
            self.post_message(GestureMade(gesture))

    def gesture_of(self, arrow: Arrow, workspace: Workspace) -> Gesture | None:
        """Return what an arrow key asks for while `workspace` is shown."""
        move = self.view_of(workspace).move
        if move is not None:
            return move(self.scene_of(workspace), arrow)
        on = _SAMPLES_ON.get(arrow)
        return None if on is None else ChooseSample(workspace.selection.sample + on)

    def view_of(self, workspace: Workspace) -> View:
        """Return the view that `workspace` shows in this pane."""
        return view_named(workspace.view.views[self.place])

    def scene_of(self, workspace: Workspace) -> Scene:
        """Return the scene for the view."""
        if self._palette is None:
            self._palette = palette_of(self.app)
        return Scene(workspace, self._palette)

    def redraw(self) -> None:
        width, height = self.room
        workspace = self.painted
        if workspace is None or not self.is_on_screen or width < 1 or height < 1:
            return
        is_pointed_at = PlaceReference("views") in pointed_at(workspace)
        self.set_class(is_pointed_at, "-pointed")
        if is_asking(workspace):
            self._say_name(workspace)
            self._show_nothing(width, height)
            return
        view, scene = self.view_of(workspace), self.scene_of(workspace)
        if view is not self._explained:
            self._explained = view
            self.HELP_TEXT = help_of_view(view.name, view.question, view.reading)
        title = _shortened(view.title(scene), width - _BESIDE_THE_TITLE)
        if title != self._title:
            self._title = title
            self.border_title = Content(title)
        self._say_name(workspace)
        self.show_strips(view.draw(scene, width, height))

    def _say_name(self, workspace: Workspace) -> None:
        """Write the name of the view into the border, with the key for another size."""
        name, resize = self.view_of(workspace).name, ""
        if workspace.view.large:
            resize = "m back · "
        elif self.has_focus and self.room.height < _SMALL:
            resize = "m larger · "
        if cell_len(resize + name) > self.room.width - _BESIDE_THE_TITLE:
            resize = ""
        if self.border_subtitle != resize + name:
            self.border_subtitle = resize + name

    def _show_nothing(self, width: int, height: int) -> None:
        """Show no figures while a lesson asks for one of them."""
        self._title = self.border_title = ""
        muted = self.look.named["muted"]
        lines: list[Line] = [()] * height
        lines[height // 2] = ((_NOT_YET.center(width), muted),)
        self.show_lines(lines, width)


def _shortened(title: str, width: int) -> str:
    """The title, without its last phrases if the whole does not fit."""
    while cell_len(title) > width:
        cut = max(title.rfind(", "), title.rfind("? ") + 1, title.rfind(" for "))
        if cut <= 0:
            break
        title = title[:cut]
    return title
