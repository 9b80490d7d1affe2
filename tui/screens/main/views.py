"""The commands that choose views and what the Map shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from engine import Bias, Input, Weight
from engine.session.names import feature_name
from tui.panes.layout import VIEW_PANES
from tui.panes.view import ViewPane
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import LOOK, MAP, VIEWS, Command
from tui.screens.main.cursor import Cursor
from tui.screens.main.samples import show_sample
from tui.state.view_settings import MapContent, TableSettings
from tui.state.workspace import Workspace
from tui.views import registry
from tui.views.gestures import (
    Arrow,
    ChooseNeuron,
    ChooseSample,
    Gesture,
    RankNeurons,
    ShowLayer,
)

_CONTENTS: tuple[MapContent, ...] = get_args(MapContent)
_CONTENT_LABELS = {
    "answer": "the answer of the network",
    "neuron": "the current neuron",
    "layer": "every neuron of the layer, side by side",
}

_ARROWS: tuple[tuple[str, Arrow, str], ...] = (
    ("up,k", "up", "↑"),
    ("down,j", "down", "↓"),
    ("left,h", "left", "←"),
    ("right,l", "right", "→"),
)

_N_DIGITS = 10
"""How many views have a digit key; the others are reached with v."""


class Views:
    """The places for views, of which the keys change one."""

    def __init__(self, screen: WorkspaceScreen, cursor: Cursor) -> None:
        self._screen = screen
        self._cursor = cursor

    @property
    def _place(self) -> int:
        """The place of the view that keys change."""
        pane_id = self._cursor.pane_id
        return VIEW_PANES.index(pane_id) if pane_id in VIEW_PANES else 0

    @property
    def _seen(self) -> set[str]:
        """The names of the views that are on the screen."""
        views = self._screen.present.view.views
        return {
            name
            for name, pane in zip(views, VIEW_PANES, strict=True)
            if self._screen.query_one(f"#{pane}").display
        }

    def move(self, arrow: Arrow) -> None:
        """Do what an arrow key asks for in the view with the focus."""
        pane = self._screen.query_one(f"#{VIEW_PANES[self._place]}", ViewPane)
        gesture = pane.gesture_of(arrow, self._screen.present)
        if gesture is not None:
            self.follow(gesture)

    def follow(self, gesture: Gesture) -> None:
        """Do what an arrow or a click in a drawing asks for."""
        screen, workspace = self._screen, self._screen.present
        match gesture:
            case ChooseSample(sample):
                screen.attempt(lambda: show_sample(workspace, sample))
            case ShowLayer(layer_index):
                screen.change(workspace.viewing(samples_layer=layer_index))
            case ChooseNeuron(layer_index, neuron):
                screen.change(workspace.selecting(workspace.selection.on(layer_index, neuron)))
            case RankNeurons(shown):
                screen.change(workspace.viewing(neurons_ranked=shown))
            case Weight() | Bias() | Input() as parameter:
                self._cursor.select(parameter)
            case edit:
                screen.edit(edit)

    def show(self, place: int, name: str) -> None:
        """Show a view at a place; if another place shows it already, the two are swapped."""
        self._screen.change(_with_view(self._screen.present, place, name))
        self._bring_in_sight(place)

    def _bring_in_sight(self, place: int) -> bool:
        """Go to a view that is not on the screen; return whether it was not."""
        is_hidden = not self._screen.query_one(f"#{VIEW_PANES[place]}").display
        if is_hidden:
            self._cursor.look_at(VIEW_PANES[place])
        return is_hidden

    def choose(self, name: str) -> None:
        """Show a view at the place that keys change."""
        self.show(self._place, name)

    def step(self, by: int) -> None:
        """Show the view so many after the present one that is not seen and has something to show.

        Where the present one is not seen, it is shown first.
        """
        place = self._place
        if self._bring_in_sight(place):
            return
        names = [view.name for view in registry.VIEWS]
        seen = self._seen
        present = self._screen.present.view.views[place]
        lesson = self._screen.present.lesson
        if lesson is not None and lesson.uses.views:
            names = [name for name in names if name in (*lesson.uses.views, present)]
        index = names.index(present)
        for _ in names:
            index = (index + by) % len(names)
            view = registry.view_named(names[index])
            if view.name not in seen and view.is_filled(self._screen.present):
                break
        self.show(place, names[index])

    def choose_table_values(self) -> None:
        """Choose what the Table varies, and its values, and show it."""
        # Imported here to keep start-up quick.
        from tui.screens.dialogs.table_values import TableValues
        from tui.views.table import column_axis, row_axis

        place = self._place
        pane = self._screen.query_one(f"#{VIEW_PANES[place]}", ViewPane)
        workspace = self._screen.present
        scene = pane.scene_of(workspace)
        now = row_axis(scene), column_axis(scene)

        def take(chosen: TableSettings | None) -> None:
            if chosen is not None:
                self._screen.change(self._screen.present.viewing(table=chosen))
                self.choose("Table")

        self._screen.app.push_screen(
            TableValues(workspace.session, workspace.view.table, now), take
        )

    def step_map_content(self) -> None:
        """Let the map show the answer, the current neuron, or every neuron of its layer."""
        content = self._screen.present.view.map.content
        following = _CONTENTS[(_CONTENTS.index(content) + 1) % len(_CONTENTS)]
        self._show_map(f"the map shows {_CONTENT_LABELS[following]}", content=following)

    def toggle_map_shades(self) -> None:
        """Draw the map in shades, or in two colours."""
        smooth = not self._screen.present.view.map.smooth
        self._show_map(f"the map has {'shades' if smooth else 'two colours'}", smooth=smooth)

    def toggle_map_tests(self) -> None:
        """Draw the test samples on the map, or leave them out."""
        if not self._screen.present.session.n_test:
            self._screen.refuse("all samples are for training; C sets some aside for testing")
            return
        shown = not self._screen.present.view.map.test_shown
        which = "with" if shown else "without"
        self._show_map(f"the map is {which} the test samples", test_shown=shown)

    def step_map_feature(self, axis: int) -> None:
        """Let the map run over another input."""
        workspace = self._screen.present
        session, features = workspace.session, list(workspace.view.map.features)
        n_features = session.network.n_features
        if n_features <= len(features):
            self._screen.refuse("a map of other inputs needs more than two of them")
            return
        other = features[1 - axis]
        features[axis] = (features[axis] + 1) % n_features
        if features[axis] == other:
            features[axis] = (features[axis] + 1) % n_features
        across, up = features
        names = f"{feature_name(session, across)} across, {feature_name(session, up)} up"
        self._show_map(f"the map has {names}", features=(across, up))

    def _show_map(self, status: str, **changes: Any) -> None:
        """Change what the map shows; if no map is on the screen, show one."""
        place, workspace = self._place, self._screen.present
        view = workspace.view
        if "Map" not in {view.views[place], *self._seen}:
            workspace = _with_view(workspace, place, "Map")
        self._screen.change(workspace.viewing(map=replace(view.map, **changes)), status)
        self._bring_in_sight(place)


def _with_view(workspace: Workspace, place: int, name: str) -> Workspace:
    views = list(workspace.view.views)
    if name in views:
        views[views.index(name)] = views[place]
    views[place] = name
    left, right, third = views
    return workspace.viewing(views=(left, right, third))


def view_id(name: str) -> str:
    """Return the id of the command that shows a view."""
    return f"view-{name.lower().replace(' ', '-')}"


def _map(keys: str, id: str, label: str, run: Callable[[Views], None], help: str = "") -> Command:
    return Command(keys, id, label, MAP, run, Views, help)


COMMANDS = (
    Command("v", "next-view", "next view", LOOK, partial(Views.step, by=1), Views),
    Command("V", "previous-view", "previous view", LOOK, partial(Views.step, by=-1), Views),
    _map(
        "o",
        "map-content",
        "what it shows",
        Views.step_map_content,
        "The answer of the network, the current neuron, or every neuron of its layer",
    ),
    _map(
        "O",
        "map-shades",
        "shades or two colours",
        Views.toggle_map_shades,
        "Two colours show where the answer turns, shades how sure it is",
    ),
    _map("M", "map-tests", "test samples on the map", Views.toggle_map_tests),
    _map("x", "map-across", "another input across", partial(Views.step_map_feature, axis=0)),
    _map("X", "map-up", "another input up", partial(Views.step_map_feature, axis=1)),
    Command(
        "enter",
        "table-values",
        "values of Table",
        LOOK,
        Views.choose_table_values,
        Views,
        help="What the view Table varies, and its values: any two numbers, or rows of weights",
        where="views",
    ),
    *(
        Command(
            str(number % 10) if number <= _N_DIGITS else "",
            view_id(view.name),
            f"view {view.name}",
            VIEWS,
            partial(Views.choose, name=view.name),
            Views,
            f"{view.question} {view.reading}",
            shown_as="0-9" if number == 1 else None,
            where="views",
        )
        for number, view in enumerate(registry.VIEWS, start=1)
    ),
    *(
        Command(
            keys,
            f"in-view-{arrow}",
            f"{arrow} in the view",
            VIEWS,
            partial(Views.move, arrow=arrow),
            Views,
            shown_as=f"{sign} {keys[-1]}",
            where="views",
        )
        for keys, arrow, sign in _ARROWS
    ),
)
