"""Keys that come faster than the screen follows do what they would have done one by one."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.events import AppBlur, AppFocus, Key, Paste
from textual.screen import ModalScreen
from textual.widgets import Input

from tests.tui.player import Player, playing

BURSTS = {
    "a number and Enter": [*"0.4567", "enter"],
    "numbers and Tab along a row, from one pane into the next": [
        *("tab", *"-1.25", "tab", *"78", "tab", "9", "enter"),
        *("tab", *".5", "down", "enter"),
    ],
    "arrows between numbers": ["right", "down", *"12", "up", "left", *"3.5", "enter", "]", "]"],
    "given up": [*"12", "escape", "down", *"7", "backspace", "8", "enter"],
    "wrong, then mended": [*"1.2.3", "enter", "backspace", "backspace", "enter", "tab", "4", "tab"],
    "a number is marked and typed over": ["enter", "home", "shift+end", *"42", "enter"],
    "into a view and back": [
        *["tab"] * 4,
        *("9", "right", "right", "up"),
        *("tab", "tab", *"6", "enter"),
    ],
    "a dialog with a line, and what follows it": ["s", *"0.5", "enter", "]", "]"],
    "a dialog with a list": ["tab", "a", *"tanh", "enter", "right", "]"],
    "a dialog that is left": ["?", "pagedown", "escape", "]", "s", *"7", "escape", "]"],
    "a dialog with keys of its own": ["s", *"8ig", "home", *"9I", "enter", "shift+tab", "a"],
    "a neuron more, and a number in it": ["tab", "n", "right", *"2.5", "tab", *"-3", "enter"],
}


@pytest.mark.parametrize("size", [(120, 36), (40, 12)], ids=str)
@pytest.mark.parametrize("keys", BURSTS.values(), ids=BURSTS.keys())
async def test_a_burst_does_what_its_keys_do_one_by_one(
    keys: list[str], size: tuple[int, int]
) -> None:
    """On the smallest screen, which columns are in sight depends on the frames between."""
    async with playing(size=size) as player:
        await player.press(*keys)
        slowly = seen(player)
    async with playing(size=size) as player:
        await player.burst(*keys)
        assert seen(player) == slowly


def seen(player: Player) -> tuple[object, ...]:
    workspace = player.workspace
    return (
        [layer.weights.tolist() for layer in workspace.session.network.layers],
        [layer.bias.tolist() for layer in workspace.session.network.layers],
        workspace.session.inputs.tolist(),
        workspace.selection,
        workspace.view,
        player.focused_pane,
        player.text if player.app.size.width > 40 else "",
    )


@pytest.mark.parametrize("size", [(120, 36), (40, 12)], ids=str)
async def test_the_editor_lies_over_its_cell_however_fast_it_was_opened(
    size: tuple[int, int],
) -> None:
    async with playing(size=size) as player:
        await player.burst("tab", "tab", "right", *"4.75")
        focused = player.app.focused
        assert focused is not None
        assert type(focused).__name__ == "CellEditor"
        assert player.app.main_screen is not None
        cell = player.app.main_screen.cursor.region
        assert cell is not None
        assert focused.region.contains_region(cell)
        assert "4.75" in player.lines[cell.y][cell.x :]


class Slow(ModalScreen[None]):
    """A dialog whose line takes keys only after many messages."""

    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        yield Input()

    def on_mount(self) -> None:
        self.pass_on(100)

    def pass_on(self, count: int) -> None:
        line = self.query_one(Input)
        if count:
            line.call_later(self.call_later, self.pass_on, count - 1)
        else:
            line.focus()


async def test_keys_wait_for_a_dialog_however_many_messages_it_takes_to_open() -> None:
    async with playing() as player:
        dialog = Slow()
        player.app.push_screen(dialog)
        await player.burst(*"78")
        assert dialog.query_one(Input).value == "78"


async def test_a_paste_into_a_dialog_that_is_opening_waits_as_keys_do() -> None:
    async with playing() as player:
        dialog = Slow()
        player.app.push_screen(dialog)
        player.app.post_message(Key("7", "7"))
        player.app.post_message(Paste("55"))
        await player.burst("8")
        assert dialog.query_one(Input).value == "7558"


async def test_keys_count_where_the_terminal_says_it_is_in_the_background() -> None:
    """As for a pane of tmux that others type into, too."""
    async with playing() as player:
        before = player.workspace.view.step
        player.app.post_message(AppBlur())
        await player.settle()
        await player.press("s", "ctrl+u", *"0.25", "enter")
        assert (before, player.workspace.view.step) == (0.1, 0.25)


async def test_a_dialog_that_opened_in_the_background_takes_keys_later() -> None:
    async with playing() as player:
        player.app.post_message(AppBlur())
        await player.settle()
        assert player.app.main_screen is not None
        player.app.main_screen.action_run("step")
        await player.settle()
        assert player.app.screen.focused is None
        player.app.post_message(AppFocus())
        await player.settle()
        assert isinstance(player.app.screen.focused, Input)
