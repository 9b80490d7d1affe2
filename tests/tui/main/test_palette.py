"""The command palette offers what the keys of the screen do."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, OptionList

from tests.tui.player import playing
from tui.screens.main.palette import BindingCommands


class Line(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "shout('[/]')", "shout [loud]", tooltip="In capitals [/]", show=False),
        Binding("f3", "shout('a')", "whisper", show=False),
        Binding("f4,f5", "shout('b')", "whisper", show=False),
        Binding("f6", "shout('c')", tooltip="Only a tooltip"),
        Binding("f7", "shout('d')"),
    ]

    def action_shout(self, text: str) -> None:
        self.value += text.upper()


class Main(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "forbidden", "forbidden"),
        Binding("f9", "screen.rename", "rename the screen"),
    ]
    COMMANDS: ClassVar = {BindingCommands}

    def compose(self) -> ComposeResult:
        yield Line()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "forbidden"

    def action_rename(self) -> None:
        self.title = "renamed"


class Host(App[None]):
    COMMANDS: ClassVar = set()

    def on_mount(self) -> None:
        self.push_screen(Main())


async def offered(pilot: Pilot[None], typed: str) -> list[str]:
    """Open the palette, type, and return the texts of what it lists."""
    await pilot.pause()
    await pilot.press("ctrl+p", *typed)
    palette = pilot.app.screen
    assert isinstance(palette, CommandPalette)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return [str(option.prompt) for option in palette.query_one(OptionList).options]


async def test_all_labelled_keys_are_there_once() -> None:
    app = Host()
    async with app.run_test() as pilot:
        assert await offered(pilot, "") == [
            "shout [loud]   f2\nIn capitals [/]",
            "whisper   f3 f4 f5",
            "Only a tooltip   f6",
            "rename the screen   f9",
        ]


async def test_a_search_finds_and_runs_the_action_of_the_focused_widget() -> None:
    app = Host()
    async with app.run_test() as pilot:
        assert await offered(pilot, "shout [") == ["shout [loud]   f2\nIn capitals [/]"]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Main)
        assert app.screen.query_one(Line).value == "[/]"


async def test_a_search_looks_into_tooltips_too() -> None:
    app = Host()
    async with app.run_test() as pilot:
        assert await offered(pilot, "capitals") == ["shout [loud]   f2\nIn capitals [/]"]


async def test_an_action_of_the_screen() -> None:
    app = Host()
    async with app.run_test() as pilot:
        await offered(pilot, "rename")
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.title == "renamed"


async def test_nothing_found() -> None:
    app = Host()
    async with app.run_test() as pilot:
        assert await offered(pilot, "forbidden") == []


async def test_what_our_own_keys_do_is_not_offered_a_second_time() -> None:
    """Textual's panel of keys beside the screen made every key slow."""
    async with playing() as player:
        screen = player.app.main_screen
        assert screen is not None
        titles = [command.title for command in player.app.get_system_commands(screen)]
    assert {"Theme", "Quit"} <= set(titles)
    assert not {"Keys", "Maximize", "Minimize"} & set(titles)
