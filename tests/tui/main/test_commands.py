"""The table of commands: what each is called, and that none leaves anything stale on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding

from engine import Session, SetWeight, new_network
from engine.datasets import load_dataset
from engine.text import printable
from tests.tui.player import Player, playing
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.command import GROUPS, Change, Command, Where, bindings_of
from tui.screens.main.lesson import Lessons
from tui.screens.main.screen import COMMANDS, MainScreen
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace

ROOT = Path(__file__).parents[3]


def test_ids_are_stable_words_and_each_key_has_one_command() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id) for id in ids)
    # The keys of the lesson panel come before those that act anywhere.
    places: tuple[tuple[Where, ...], ...] = (
        ("anywhere", "numbers"),
        ("anywhere", "views"),
        ("lesson",),
    )
    for places_of_one in places:
        keys = [
            binding.key
            for command in COMMANDS
            if command.where in places_of_one
            for binding in Binding.make_bindings(bindings_of([command]))
        ]
        assert len(set(keys)) == len(keys)
    assert {command.group for command in COMMANDS} <= set(GROUPS)


def test_the_documented_ids_are_those_of_the_table() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \| (.+) \|$", text, re.MULTILINE)
    assert rows == [(command.id, keys_of(command), words_of(command)) for command in COMMANDS]


def keys_of(command: Command) -> str:
    return " ".join(f"`{key}`" for key in command.keys.split(",") if key)


def words_of(command: Command) -> str:
    return command.label or command.help


def test_the_keys_in_the_readme_are_those_of_the_table() -> None:
    named = {key for command in COMMANDS for key in command.keys.split(",")}
    characters = {
        binding.key: binding.key_display
        for binding in Binding.make_bindings(bindings_of(COMMANDS))
        if binding.key_display
    }
    known = named | set(characters.values()) | {"ctrl+p", "Tab", "Enter", "Esc", "Space", "Delete"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([^|]*`[^|]+) \| .+ \|$", readme, re.MULTILINE)
    assert len(table) > 5
    for cell in table:
        for key in re.findall(r"`([^`]+)`", cell):
            assert key in known or textual_name(key) in named, key


def textual_name(key: str) -> str:
    """Textual's name of a key that README writes as its character."""
    names = {
        "]": "right_square_bracket",
        "[": "left_square_bracket",
        "}": "right_curly_bracket",
        "{": "left_curly_bracket",
        "<": "less_than_sign",
        ">": "greater_than_sign",
        "=": "equals_sign",
        "-": "minus",
        ".": "full_stop",
        "?": "question_mark",
        "space": "space",
        "arrows": "left",
    }
    return names.get(key, key.lower() if len(key) > 1 else key)


def full_workspace() -> Workspace:
    """Everything shown: many samples with targets, a test set, a comparison, derivatives."""
    data = load_dataset("circle", n_samples=30, seed=1)
    network = new_network([2, 3, 2, 1], ["tanh", "relu", "sigmoid"], seed=1)
    session = Session(network, data.inputs, data.targets, n_test=10)
    workspace = Workspace.open(session, None, ViewSettings(views=("Map", "Samples", "Curve")))
    workspace = workspace.remembering(session).edited(SetWeight(0, 0, 0, 0.5))
    return workspace.viewing(gradients_shown=True)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.of is None], ids=lambda c: c.id)
def test_a_command_without_a_dialog_needs_no_screen(command: Command) -> None:
    workspace = full_workspace()
    try:
        found = command.run(workspace)
    except ValueError as error:
        found = Change(workspace, printable(str(error)))
        assert found.status
    assert isinstance(found, Change)
    assert isinstance(found.workspace, Workspace)


async def drawn_from_nothing(player: Player) -> list[str]:
    """The rows of another main screen that has just been opened on the present workspace."""
    fresh = MainScreen(player.workspace)
    await player.app.push_screen(fresh)
    fresh.cursor.focus()
    await player.settle()
    lines = player.lines
    await player.app.pop_screen()
    return lines


async def test_no_command_leaves_anything_stale() -> None:
    opened = full_workspace()
    fresh: dict[Workspace, list[str]] = {}
    async with playing(opened.session) as player:
        screen = player.app.main_screen
        assert screen is not None
        for command in COMMANDS:
            # What is chosen in a dialog is an edit like any other; digits differ in text only.
            if command.of in (WorkspaceScreen, Lessons) or re.fullmatch(
                r"type-[1-9]|table-values", command.id
            ):
                continue
            screen.show(opened)
            screen.run_command(command)
            if screen.editing.editor.is_open or not screen.is_active:
                await player.press("escape")
            elif screen.present is opened:
                await player.settle()  # Until it says why it refuses.
            screen.training.close()
            screen.clear_notices()
            screen.status = ""
            screen.cursor.focus()
            await player.settle()
            lines = player.lines
            if screen.present not in fresh:
                fresh[screen.present] = await drawn_from_nothing(player)
            assert lines == fresh[screen.present], command.id
    assert len(fresh) > 50
