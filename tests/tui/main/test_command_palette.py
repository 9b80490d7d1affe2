"""The command palette offers every command of the main screen."""

from textual.command import CommandPalette
from textual.widgets import OptionList

from tests.tui.player import Player, playing
from tui.screens.dialogs.prompt import Prompt
from tui.screens.main.command import GROUPS
from tui.screens.main.screen import COMMANDS


async def offered(player: Player, typed: str) -> list[str]:
    """Open the palette, type, and return the texts of what it lists."""
    await player.press("ctrl+p", *typed)
    palette = player.app.screen
    assert isinstance(palette, CommandPalette)
    return [str(option.prompt) for option in palette.query_one(OptionList).options]


async def test_every_command_is_there_once_those_of_a_group_together() -> None:
    async with playing() as player:
        listed = await offered(player, "")
    labels = [text.partition("\n")[0].partition("   ")[0] for text in listed]
    named = [one.label for one in COMMANDS if one.label and one.where != "lesson"]
    assert sorted(labels) == sorted(named)
    groups = [text.partition("\n")[2].partition(" · ")[0] for text in listed]
    assert list(dict.fromkeys(groups)) == [group.description for group in GROUPS]
    assert sorted(groups, key=groups.index) == groups


async def test_a_search_finds_and_runs_a_command_without_a_key() -> None:
    async with playing() as player:
        listed = await offered(player, "picture")
        assert listed[0].startswith("view Picture\nViews · What does the sample look like")
        await player.press("enter")
        assert player.workspace.view.views[0] == "Picture"


async def test_a_search_looks_into_the_help_too() -> None:
    async with playing() as player:
        assert any(text.startswith("train   ") for text in await offered(player, "pause"))


async def test_nothing_found() -> None:
    async with playing() as player:
        assert await offered(player, "qqqq") == []


async def test_over_a_dialog_it_stays_closed() -> None:
    async with playing() as player:
        await player.press("s", "ctrl+p")
        assert isinstance(player.app.screen, Prompt)


async def test_the_light_theme_is_a_command() -> None:
    async with playing() as player:
        for dark in (False, True):
            assert (await offered(player, "light or"))[0].startswith("light or dark")
            await player.press("enter")
            assert player.app.current_theme.dark == dark
        await offered(player, "theme")
        await player.press("enter", *"dracula", "enter")
        assert player.app.theme == "dracula"
