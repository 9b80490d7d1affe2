"""What the user finds on the screen: the footer, tips, help, the palette, and every key in them."""

from __future__ import annotations

from textual.binding import ActiveBinding, Binding
from textual.command import CommandPalette

from tests.tui.player import Player, playing
from tui.panes import help_texts
from tui.panes.help_texts import PaneHelp
from tui.panes.tips import tips_for
from tui.screens.main.command import GROUPS
from tui.screens.main.command_palette import MainCommands
from tui.screens.main.screen import COMMANDS_BY_ID
from tui.views.registry import VIEWS

KEYS = """
    up down left right h j k l tab shift+tab pageup pagedown home end
    0 1 2 3 4 5 6 7 8 9 minus full_stop equals_sign enter
    right_square_bracket K left_square_bracket J right_curly_bracket left_curly_bracket s y
    u U ctrl+r r R a n delete N D less_than_sign greater_than_sign i I
    v V c f m t T question_mark f1 ctrl+p q ctrl+q ctrl+n ctrl+e ctrl+o ctrl+s S f2 f3
"""
TABS = {"#inputs": 0, "LayerPane": 1, "#outputs": 3, "#view-left": 4}
TIPS = "#tips"


def own_bindings(player: Player) -> dict[str, ActiveBinding]:
    """The keys that work now and are not Textual's own."""
    return {
        key: active
        for key, active in player.app.screen.active_bindings.items()
        if any(
            binding.action == active.binding.action
            for binder in type(active.node).__mro__
            if binder.__module__.startswith("tui.")
            for binding in Binding.make_bindings(binder.__dict__.get("BINDINGS", ()))
        )
    }


async def test_every_key_has_a_label_an_action_and_a_place_in_the_palette() -> None:
    async with playing(size=(120, 36)) as player:
        for selector, n_tabs in TABS.items():
            await player.press(*["tab"] * n_tabs)
            focused = player.app.focused
            assert focused is not None
            assert focused in player.app.screen.query(selector)
            bindings = own_bindings(player)
            offered = [hit async for hit in MainCommands(player.app.screen).discover()]
            texts = {hit.text for hit in offered}
            for key, (node, binding, enabled, tooltip) in bindings.items():
                assert enabled, key
                assert binding.description or tooltip, key
                if node is player.app.screen:
                    command = COMMANDS_BY_ID[binding.id or ""]
                    assert binding.action == f"run({command.id!r})"
                    assert command.label in texts or not command.label, key
            await player.press(*["shift+tab"] * n_tabs)
        assert not set(KEYS.split()) - set(player.app.screen.active_bindings)


async def test_the_palette_is_opened_and_does_what_it_names() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("right", "ctrl+p")
        assert isinstance(player.app.screen, CommandPalette)
        await player.press("escape")
        hits = MainCommands(player.app.screen).search("ten steps more")
        (command,) = [hit.command async for hit in hits if hit.text == "ten steps more"]
        await command()
        await player.settle()
        assert player.workspace.session.network.layers[0].weights[0, 0] == 1.2


async def test_the_footer_shows_the_first_keys_as_far_as_there_is_room() -> None:
    async with playing(size=(120, 36)) as player:
        for width in (200, 120, 80, 60, 40):
            await player.resize(width, 24)
            footer = player.lines[-1]
            assert len(footer.rstrip()) <= width
            for words in (" move", "0-9 type", "? help", "q quit"):
                assert words in footer
            assert ("Tab" in footer) == (width not in (80, 60))
        for width in (200, 120, 80):
            await player.resize(width, 24)
            for words in ("←↑↓→", "] raise", "v view", "e explain", ": walk", "u undo"):
                assert words in player.lines[-1]
        await player.resize(120, 36)
        for words in ("[ lower", "space train"):
            assert words in player.lines[-1]
        await player.press("right")
        await player.type("5")
        assert "Esc leave as it was" in player.text
        await player.press("escape")
        assert "Esc leave as it was" not in player.text


async def test_a_key_for_views_first_shows_the_view_that_it_would_change() -> None:
    async with playing(size=(40, 12)) as player:
        for keys, view in ((("v",), "Curve"), (("v",), "What if"), (("tab", "tab", "o"), "Map")):
            await player.press(*keys)
            assert player.focused_pane == "view-left"
            assert f"{view} ─" in player.pane("#view-left")
        await player.press("tab", "tab", "m", "v")
        assert f"{player.workspace.view.views[0]} ─" in player.pane("#view-left")


async def test_the_help_names_every_key_in_its_group_and_explains_the_focused_pane() -> None:
    async with playing(size=(200, 60)) as player:
        for n_tabs, pane_help in (
            (0, help_texts.INPUTS_HELP),
            (1, help_texts.LAYER_HELP),
            (3, help_texts.OUTPUTS_HELP),
            (4, help_texts.help_of_view("Curve", VIEWS[0].question, VIEWS[0].reading)),
        ):
            await player.press(*["tab"] * n_tabs, "?")
            assert f"Help: {pane_help.title}" in player.text
            assert pane_help.meaning.split(". ")[0][:60] in player.text
            assert pane_help.first.split("\n")[0] in player.text
            seen = player.text
            for _ in range(3):
                await player.press("pagedown")
                seen += player.text
            await player.press("home")
            for group in GROUPS[:-1]:
                if n_tabs < 4 or group.description != "Change a number":
                    assert group.description in seen
            assert "In biology\n" not in player.text
            await player.press("b")
            assert first_words(pane_help) in player.text
            await player.press("?", *["shift+tab"] * n_tabs)


def first_words(pane_help: PaneHelp) -> str:
    return " ".join(pane_help.biology.split()[:6])


async def test_the_help_has_every_key_of_the_screen() -> None:
    async with playing(size=(200, 60)) as player:
        labels = [
            (player.app.get_key_display(active.binding), active.binding.description)
            for active in own_bindings(player).values()
            if active.binding.group in GROUPS[:-1] and active.binding.description
        ]
        assert len(labels) > 40
        await player.press("f1")
        seen = player.text
        for _ in range(4):
            await player.press("pagedown")
            seen += player.text
        for key, label in labels:
            assert label in seen
            assert key in seen
        await player.press("q")
        assert "Help:" not in player.text
        assert player.app.return_code is None


async def test_the_legend_explains_colours_and_marks_and_chooses_the_light_theme() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("f5")
        for words in (
            "0.7  blue: above 0",
            "-1.2  orange: below 0",
            "▸    the current neuron",
            "off  gives 0",
            "○      other neurons",
            "◌      where it was",
            "◆        the selected sample",
            "■ □ ▪ ▫  test samples",
            "<1 >0  nearly",
        ):
            assert words in player.text
        for dark in (False, True):
            await player.press("l")
            assert player.app.current_theme.dark == dark
        await player.press("f5")
        assert "Legend" not in player.text


async def test_tips_are_those_of_the_selection_one_after_the_other() -> None:
    async with playing(size=(80, 24)) as player:
        for keys in ([], ["right"], ["down"], ["K"]):
            await player.press(*keys)
            found = [*tips_for(player.workspace)]
            assert len(found) > 1
            first = player.workspace.view.tip % len(found)
            for tip in (*found[first:], *found[: first + 1]):
                assert f"1 {tip.text}"[:100].rstrip() in player.prose(TIPS)
                await player.press("t")


async def test_tips_can_be_hidden_and_the_plots_take_their_room() -> None:
    async with playing(size=(80, 24)) as player:
        assert "Try this" in player.text
        width = player.app.screen.query_one("#view-left").region.width
        await player.press("T")
        assert "Try this" not in player.text
        assert "tips are hidden; T shows them" in player.text
        views = player.app.screen.query("#view-left, #view-right")
        assert sum(view.region.width for view in views) == 80 > width
        await player.press("K")
        assert "Try this" not in player.text
        await player.press("T")
        assert "Try this" in player.text
        await player.press("T", "t")
        assert "Try this" in player.text
