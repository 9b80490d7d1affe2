"""The keys that choose what the Map shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, get_args

from textual.binding import Binding, BindingType

from engine.parameters import feature_name
from tui.key_groups import MAP
from tui.screens.view_actions import ViewActions
from tui.view_settings import MapContent

_CONTENTS: tuple[MapContent, ...] = get_args(MapContent)
_SAID = {
    "answer": "the answer of the network",
    "neuron": "the neuron spoken of",
    "layer": "every neuron of the layer, side by side",
}


class MapActions(ViewActions):
    """What is drawn, over which two inputs, and in which colours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "o",
            "map_content",
            "what it shows",
            group=MAP,
            show=False,
            tooltip="The answer of the network, the neuron spoken of, or every neuron of its layer",
        ),
        Binding(
            "O",
            "map_smooth",
            "shades or two colours",
            group=MAP,
            show=False,
            tooltip="Two colours show where the answer turns, shades how sure it is",
        ),
        Binding("M", "map_test", "test samples on the map", group=MAP, show=False),
        Binding("x", "map_feature(0)", "another input across", group=MAP, show=False),
        Binding("X", "map_feature(1)", "another input up", group=MAP, show=False),
    ]

    def action_map_content(self) -> None:
        content = self.present.view.map.content
        following = _CONTENTS[(_CONTENTS.index(content) + 1) % len(_CONTENTS)]
        self._show_map(f"the map shows {_SAID[following]}", content=following)

    def action_map_smooth(self) -> None:
        smooth = not self.present.view.map.smooth
        self._show_map(f"the map has {'shades' if smooth else 'two colours'}", smooth=smooth)

    def action_map_test(self) -> None:
        if not self.present.session.n_test:
            self.refuse("all samples are for training; C sets some aside for testing")
            return
        shown = not self.present.view.map.test_shown
        said = "with" if shown else "without"
        self._show_map(f"the map is {said} the test samples", test_shown=shown)

    def action_map_feature(self, axis: int) -> None:
        session, features = self.present.session, list(self.present.view.map.features)
        n_features = session.network.n_features
        if n_features <= len(features):
            self.refuse("a map of other inputs needs more than two of them")
            return
        other = features[1 - axis]
        features[axis] = (features[axis] + 1) % n_features
        if features[axis] == other:
            features[axis] = (features[axis] + 1) % n_features
        across, up = features
        names = f"{feature_name(session, across)} across, {feature_name(session, up)} up"
        self._show_map(f"the map has {names}", features=(across, up))

    def _show_map(self, said: str, **changes: Any) -> None:
        """Change what the map shows; where none is on the screen, show it."""
        view = self.present.view
        seen = view.views if self.shows_two_views else (view.views[self.view_place],)
        if "Map" not in seen:
            self.show_view(self.view_place, "Map")
        self.change(self.present.viewing(map=replace(view.map, **changes)), said)
