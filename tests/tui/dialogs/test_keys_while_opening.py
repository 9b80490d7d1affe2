"""Keys and clicks while a dialog or the palette opens or closes never close the main screen."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette
from textual.content import Content
from textual.widgets import Input, OptionList

from tests.tui.dialogs.dialog_host import DialogHost
from tests.tui.player import Player, playing
from tui.screens.dialogs.ask import Ask
from tui.screens.dialogs.dialog import Dialog
from tui.screens.dialogs.help import Help
from tui.screens.dialogs.legend import Legend
from tui.screens.dialogs.lists import Choices
from tui.screens.dialogs.table_values import TableValues
from tui.theme import LIGHT


def click(player: Player, x: int, y: int) -> None:
    """Send a click at once, whatever the program is busy with."""
    for kind in (events.MouseDown, events.MouseUp):
        player.app.post_message(
            kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y)
        )


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Dialog[object]]:
    """The dialogs that open during the test."""
    dialogs = []
    before = Dialog.compose

    def compose(dialog: Dialog[object]) -> ComposeResult:
        dialogs.append(dialog)
        return before(dialog)

    monkeypatch.setattr(Dialog, "compose", compose)
    return dialogs


async def test_two_clicks_on_cancel_close_one_dialog() -> None:
    async with playing() as player:
        await player.press("s")
        y, line = next((y, line) for y, line in enumerate(player.lines) if "Cancel" in line)
        click(player, line.index("Cancel"), y)
        click(player, line.index("Cancel"), y)
        await player.settle()
        assert player.app.screen is player.app.main_screen
        await player.press("K", "u")
        assert "redo" in player.text or "undone" in player.text


@pytest.mark.parametrize("key", ["f1", "?", "f5", "e", ":", "ctrl+o", "q"])
async def test_a_held_key_opens_its_dialog_once_and_does_nothing_there(
    opened: list[Dialog[object]], key: str
) -> None:
    async with playing("two-by-two") as player:
        # Something to save, so that it asks before it leaves.
        await player.press("K")
        await player.burst(*[key] * 200)
        assert opened == [player.app.screen]
        await player.press("escape")
        assert player.app.screen is player.app.main_screen


async def test_a_held_key_closes_its_dialog_once_and_opens_none_below(
    opened: list[Dialog[object]],
) -> None:
    async with playing("adjustable-neuron") as player:
        await player.press(*["tab"] * 3, "5", "enter")
        assert [type(dialog) for dialog in opened] == [TableValues]
        await player.burst(*["enter"] * 200)
        assert player.app.screen is player.app.main_screen
        assert len(opened) == 1


async def test_what_waits_behind_a_held_key_is_answered(opened: list[Dialog[object]]) -> None:
    async with playing() as player:
        await player.burst(*["f1"] * 200, "escape", "f5")
        assert [type(dialog) for dialog in opened] == [Help, Legend]
        assert player.app.screen is opened[-1]


async def test_a_key_pressed_a_few_times_is_answered_each_time(
    opened: list[Dialog[object]],
) -> None:
    async with playing() as player:
        await player.burst(*["f1"] * 5)
        assert len(opened) == 3
        assert player.app.screen is opened[-1]


async def test_a_held_key_does_not_switch_the_theme_again_and_again() -> None:
    async with playing() as player:
        await player.press("f5")
        themes = []
        player.app.theme_changed_signal.subscribe(
            player.app.screen, lambda theme: themes.append(theme.name)
        )
        for _ in range(201):
            player.app.post_message(events.Key("l", "l"))
        await player.settle()
        assert themes == [player.app.theme] == [LIGHT.name]


async def test_keys_of_two_dialogs_are_told_apart() -> None:
    async with playing() as player:
        for key in ("f5", "f1", "f1"):
            player.app.post_message(events.Key(key, None))
        await player.settle()
        assert type(player.app.screen) is Help


async def test_what_is_typed_into_a_field_of_its_dialog_stays() -> None:
    async with playing() as player:
        await player.press("e", "p")
        for _ in range(4):
            player.app.post_message(events.Key("e", "e"))
        await player.settle()
        assert player.app.screen.query_one(Input).value == "eeee"


async def test_a_dialog_closes_once_and_only_when_it_is_on_top() -> None:
    below = Ask("Below?", [("y", "Yes", "yes")])
    app = DialogHost(below)
    async with app.run_test() as pilot:
        await pilot.pause()
        above = Ask("Above?", [("n", "No", "no")])
        await app.push_screen(above)
        below.dismiss("yes")
        await pilot.pause()
        assert app.screen is above
        above.dismiss("no")
        above.dismiss("no")
        await pilot.pause()
        assert app.screen is below
        assert app.results == []
        below.dismiss("yes")
        below.dismiss("again")
        await pilot.pause()
        assert "the screen underneath" in app.text
        assert app.results == ["yes"]


@pytest.mark.parametrize(
    "keys",
    [
        ["ctrl+p", "escape", "ctrl+p"],
        ["ctrl+p", "ctrl+p", "escape", "escape", "ctrl+p"],
        ["ctrl+p", "enter", "enter", "escape", "ctrl+p", "escape", "escape"],
        ["s", "ctrl+p", "escape", "escape", "ctrl+p", "ctrl+p", "escape", "s", "escape"],
    ],
    ids=" ".join,
)
async def test_the_palette_opens_and_closes_however_fast_it_is_asked(keys: list[str]) -> None:
    async with playing() as player:
        await player.burst(*keys)
        for _ in range(3):
            await player.press("escape")
        assert player.app.screen is player.app.main_screen


async def test_the_palette_opens_while_the_one_before_is_being_closed() -> None:
    async with playing() as player:
        await player.press("ctrl+p")
        first = player.app.screen
        assert isinstance(first, CommandPalette)
        first.dismiss()
        player.app.action_command_palette()
        player.app.action_command_palette()
        first.dismiss()
        await player.settle()
        assert isinstance(player.app.screen, CommandPalette)
        assert player.app.screen is not first
        assert len(player.app.screen_stack) == 3


@pytest.mark.parametrize("action", ["command_palette", "change_theme"])
async def test_pages_of_a_palette_without_height(action: str) -> None:
    async with playing(size=(40, 12)) as player:
        await player.app.run_action(action)
        await player.settle()
        await player.resize(40, 3)
        commands = player.app.screen.query_one(CommandList)
        assert not commands.scrollable_content_region
        await player.press("pagedown", "pageup", "ctrl+end", "ctrl+home", "escape")
        assert player.app.screen is player.app.main_screen


async def test_pages_of_a_dialogs_list_without_room() -> None:
    question = Ask("Which?", [("y", "Yes", "yes"), ("n", "No", "no")])
    app = DialogHost(question)
    async with app.run_test() as pilot:
        await pilot.pause()
        choices = question.query_one(Choices)
        choices.show(choices.items, lambda choice: Content(choice[1]))
        choices.display = False
        await pilot.pause()
        assert not choices.scrollable_content_region
        for movement in ("page_down", "page_up", "last", "first", "cursor_down", "cursor_up"):
            question.action_move(movement)
        assert app.screen is question


async def test_two_clicks_on_a_command_run_it_once() -> None:
    """The second one comes to a list that is empty by then."""
    async with playing() as player:
        await player.press("ctrl+p", *"smaller")
        await player.settle()
        region = player.app.screen.query_one(OptionList).region
        for _ in range(3):
            click(player, region.x + 4, region.y + 1)
        await player.settle()
        assert player.app.main_screen in player.app.screen_stack


@pytest.mark.parametrize("keys", [["q", "a"], ["q", "ctrl+p"], ["q", "s", "escape", "K", "?"]])
async def test_no_key_is_answered_once_the_program_is_left(keys: list[str]) -> None:
    async with playing() as player:
        await player.burst(*keys)
        assert player.app.return_code == 0


async def test_a_click_at_a_dialog_that_is_not_painted_yet_hits_nothing() -> None:
    async with playing() as player:
        assert player.app.main_screen is not None
        player.app.main_screen.action_run("step")
        for y in range(0, 36, 3):
            click(player, 60, y)
        await player.settle()
        await player.press("escape")
        assert player.app.screen is player.app.main_screen
