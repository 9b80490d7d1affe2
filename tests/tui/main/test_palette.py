"""The command palette offers every command of the main screen."""

from textual.command import CommandPalette
from textual.widgets import OptionList

from tests.tui.player import Player, playing
from tui.screens.dialogs.prompt import Prompt
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
    assert [label for label in labels if label in named] == sorted(named, key=labels.index)
    groups = [text.partition("\n")[2].partition(" · ")[0] for text in listed]
    ours = [group for group, label in zip(groups, labels, strict=True) if label in named]
    assert sorted(ours, key=ours.index) == ours


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


async def test_over_a_dialog_no_command_of_the_screen_behind_it_is_offered() -> None:
    async with playing() as player:
        await player.press("s")
        assert isinstance(player.app.screen, Prompt)
        assert not any("view Picture" in text for text in await offered(player, "picture"))


async def test_what_our_own_keys_do_is_not_offered_a_second_time() -> None:
    """Textual's panel of keys beside the screen made every key slow."""
    async with playing() as player:
        screen = player.app.main_screen
        assert screen is not None
        titles = [command.title for command in player.app.get_system_commands(screen)]
    assert {"Theme", "Quit"} <= set(titles)
    assert not {"Keys", "Maximize", "Minimize"} & set(titles)
