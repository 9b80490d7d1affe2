"""The keys that change how things are shown: views, the Map, Explain and help."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from textual.binding import Binding, BindingType

from engine.session.names import feature_name
from tui.panes.help_texts import INPUTS_HELP, PaneHelp
from tui.panes.key_groups import HELP, LOOK, MAP, ORDER, SAMPLES
from tui.screens.main.base import WorkspaceScreen
from tui.state.view_settings import DIGITS, MapContent
from tui.views.registry import VIEWS

if TYPE_CHECKING:
    from tui.screens.dialogs.explain.dialog import ExplainResult
    from tui.screens.dialogs.help import HelpKey

_CONTENTS: tuple[MapContent, ...] = get_args(MapContent)
_CONTENT_LABELS = {
    "answer": "the answer of the network",
    "neuron": "the current neuron",
    "layer": "every neuron of the layer, side by side",
}


class ExplainActions(WorkspaceScreen):
    """Opens the explanation of the forward pass."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e",
            "explain",
            "explain",
            group=LOOK,
            tooltip="The whole arithmetic of the sample, to read or to predict first",
        ),
    ]

    def action_explain(self) -> None:
        # Imported here to keep start-up quick.
        from tui.screens.dialogs.explain.dialog import Explain

        workspace = self.present
        selection = workspace.selection
        self.app.push_screen(
            Explain(
                workspace.session,
                selection.sample,
                (selection.layer_index, selection.neuron),
                workspace.view.digits,
            ),
            self._take_over,
        )

    def _take_over(self, result: ExplainResult | None) -> None:
        """Keep the digits and the sample chosen in the dialog."""
        workspace = self.present
        if result is None or result == (workspace.view.digits, workspace.selection.sample):
            return
        selection = workspace.selection.of_sample(result.sample)
        self.change(workspace.viewing(digits=result.digits).selecting(selection))


class ViewActions(WorkspaceScreen):
    """Samples, views, digits, tips, help."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "less_than_sign",
            "sample(-1)",
            "previous sample",
            key_display="<",
            show=False,
            group=SAMPLES,
        ),
        Binding(
            "greater_than_sign",
            "sample(1)",
            "next sample",
            key_display=">",
            show=False,
            group=SAMPLES,
        ),
        Binding(
            "i",
            "add_sample",
            "add a sample",
            show=False,
            group=SAMPLES,
            tooltip="A copy of the selected one, after it",
        ),
        Binding("I", "remove_sample", "remove the sample", show=False, group=SAMPLES),
        Binding("v", "view(1)", "next view", group=LOOK),
        Binding("V", "view(-1)", "previous view", show=False, group=LOOK),
        Binding(
            "c",
            "columns",
            "columns of Table",
            show=False,
            group=LOOK,
            tooltip="Let the number under the cursor run along the columns of the view Table",
        ),
        Binding(
            "f",
            "digits",
            "digits shown",
            show=False,
            group=LOOK,
            tooltip="Computed numbers with 4, 2, 6 or all decimals",
        ),
        Binding("m", "large", "this pane large", show=False, group=LOOK),
        Binding("t", "next_tip", "next tip", show=False, group=HELP),
        Binding("T", "toggle_tips", "hide or show tips", show=False, group=HELP),
        Binding("question_mark,f1", "help", "all keys", key_display="?", group=HELP),
    ]

    def show_sample(self, sample: int) -> None:
        """Select a sample, or the nearest there is."""
        selection = self.present.selection
        last = self.present.session.n_samples - 1
        self.change(self.present.selecting(selection.of_sample(max(0, min(sample, last)))))

    def action_sample(self, by: int) -> None:
        if self.present.session.n_samples == 1:
            self.refuse("there is only one sample; i adds another")
        else:
            self.show_sample(self.present.selection.sample + by)

    def show_view(self, place: int, name: str) -> None:
        """Show a view at a place; if the other place shows it already, the two are swapped."""
        views = list(self.present.view.views)
        other = 1 - place
        if views[other] == name:
            views[other] = views[place]
        views[place] = name
        self.change(self.present.viewing(views=tuple(views)))

    def action_view(self, by: int) -> None:
        place = self.view_place
        names = [view.name for view in VIEWS]
        others = set(self.present.view.views) if self.shows_two_views else set()
        index = names.index(self.present.view.views[place])
        for _ in names:
            index = (index + by) % len(names)
            if names[index] not in others:
                break
        self.show_view(place, names[index])

    @property
    def view_place(self) -> int:
        """The place in the plot area that view keys change: the focused one, otherwise the left."""
        return 0

    @property
    def shows_two_views(self) -> bool:
        """Whether there is room for both places."""
        return False

    def action_columns(self) -> None:
        parameter = self.present.selection.parameter
        self.change(
            self.present.viewing(column_parameter=parameter),
            "the columns of Table run over this number; move on to choose the rows",
        )

    def action_digits(self) -> None:
        place = (DIGITS.index(self.present.view.digits) + 1) % len(DIGITS)
        digits = DIGITS[place]
        shown = "all digits" if digits == max(DIGITS) else f"{digits} decimals"
        self.change(self.present.viewing(digits=digits), f"{shown} of computed numbers")

    def action_next_tip(self) -> None:
        view = self.present.view
        self.change(self.present.viewing(tips_shown=True, tip=view.tip + 1))

    def action_toggle_tips(self) -> None:
        shown = not self.present.view.tips_shown
        self.change(
            self.present.viewing(tips_shown=shown), "" if shown else "tips are hidden; T shows them"
        )

    def action_help(self) -> None:
        # Imported here to keep start-up quick.
        from tui.screens.dialogs.help import Help

        pane_help = getattr(self.focused, "HELP_TEXT", INPUTS_HELP)
        assert isinstance(pane_help, PaneHelp)
        self.app.push_screen(Help(pane_help.title, pane_help.text, self._help_keys()))

    def _help_keys(self) -> list[HelpKey]:
        from tui.screens.dialogs.help import HelpKey

        bindings = [
            active.binding
            for active in self.active_bindings.values()
            if active.binding.group in ORDER and (active.binding.description)
        ]
        bindings.sort(key=lambda binding: ORDER.index(binding.group) if binding.group else 0)
        keys = []
        for (group, label, detail), same in groupby(
            bindings, key=lambda one: (one.group, one.description, one.tooltip)
        ):
            names = dict.fromkeys(self.app.get_key_display(binding) for binding in same)
            assert group is not None
            keys.append(HelpKey(group.description, " ".join(names), label, detail))
        return keys


class MapActions(ViewActions):
    """What is drawn, over which two inputs, and in which colours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "o",
            "map_content",
            "what it shows",
            group=MAP,
            show=False,
            tooltip="The answer of the network, the current neuron, or every neuron of its layer",
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
        self._show_map(f"the map shows {_CONTENT_LABELS[following]}", content=following)

    def action_map_smooth(self) -> None:
        smooth = not self.present.view.map.smooth
        self._show_map(f"the map has {'shades' if smooth else 'two colours'}", smooth=smooth)

    def action_map_test(self) -> None:
        if not self.present.session.n_test:
            self.refuse("all samples are for training; C sets some aside for testing")
            return
        shown = not self.present.view.map.test_shown
        which = "with" if shown else "without"
        self._show_map(f"the map is {which} the test samples", test_shown=shown)

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

    def _show_map(self, status: str, **changes: Any) -> None:
        """Change what the map shows; if no map is on the screen, show one."""
        view = self.present.view
        seen = view.views if self.shows_two_views else (view.views[self.view_place],)
        if "Map" not in seen:
            self.show_view(self.view_place, "Map")
        self.change(self.present.viewing(map=replace(view.map, **changes)), status)
