"""Names that look like markup or terminal commands, and numbers too large to compute with."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from engine import Layer, Network, Session, examples, load, save
from tests.tui.documents import complaint
from tests.tui.player import Player, playing
from tests.tui.screen_text import is_harmless
from tui.files.source import Source, read_source
from tui.screens.dialogs.dialog import Entry

MARKUP = ("[/]", "[@click=app.quit]x[/]", "[bold red]b", "[red", "\\[", "]", "$x", "{0}", "%s")
COMMANDS = (
    "\x1b[2Jx",
    "\x1b]0;owned\x07y",
    "\x9b31mz",
    "a\x00b",
    "tab\tin",
    "two\nlines",
    "turn\u202eround",
    "\u2066left\u2069",
    "soft\u00adhyphen",
    "\u200bzero",
    "\ufeffmark",
)
LONG = ("漢字かな交じり文" * 9, "é" * 78, "x" * 78, "👩‍👩‍👧‍👦" * 5, "e\u0301" * 39, "ﷺ" * 20)
HOSTILE = (*MARKUP, *COMMANDS, *LONG)
TOUR = ["tab", "tab", "tab", "v"]
DIALOGS = ["f2", "f3", "?", "a", "R", "S", "ctrl+o", "ctrl+p"]


def named(name: str, folder: Path) -> tuple[Session, Source]:
    """A session from a file in which everything that can have a name has this one."""
    session = Session(
        Network(
            [
                Layer([[0.2, -0.5], [-1.5, 2.0]], [0.1, -0.3], "relu", name),
                Layer([[0.4, -1.0], [0.1, 0.2]], [-0.2, 0.0], "softmax", name),
            ]
        ),
        np.array([[1.0, 2.0], [3.0, 4.0]]),
        targets=np.array([[1.0, 0.0], [0.0, 1.0]]),
        title=name,
        note=name,
        features=(name, f"{name} 2"),
        classes=(name, f"{name} 2"),
    )
    path = folder / "named.toml"
    save(session, path)
    return load(path), Source("named.toml", path, None)


def assert_harmless(player: Player) -> None:
    """Demand that everything on the screen is plain text and no row is wider than the terminal."""
    lines = player.lines
    assert len(lines) == player.app.size.height
    for line in lines:
        assert is_harmless(line)
        assert cell_len(line) <= player.app.size.width


async def open_file(player: Player, path: Path) -> None:
    await player.press("ctrl+o")
    player.app.screen.query_one(Entry).value = str(path)
    await player.press("enter")


async def test_names_are_text_and_nothing_more(tmp_path: Path) -> None:
    async with playing(size=(100, 30)) as player:
        for name in HOSTILE:
            session, _ = named(name, tmp_path)
            await open_file(player, tmp_path / "named.toml")
            assert player.workspace.session.title == session.title
            assert_harmless(player)
            for key in TOUR:
                await player.press(key)
            assert_harmless(player)
            if name in MARKUP:
                assert name in player.text
        assert player.app.return_code is None


@pytest.mark.parametrize("name", [MARKUP[1], COMMANDS[0], LONG[0]], ids=["markup", "esc", "wide"])
async def test_names_are_text_in_every_dialog(name: str, tmp_path: Path) -> None:
    session, source = named(name, tmp_path)
    async with playing(session, size=(100, 30), source=source) as player:
        for key in DIALOGS:
            await player.press(key)
            assert len(player.app.screen_stack) == 3
            assert_harmless(player)
            await player.press("escape")
        await player.press("tab", "tab", "f2")
        assert_harmless(player)
        assert player.app.return_code is None


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_long_and_wide_names_leave_room_for_numbers(
    size: tuple[int, int], tmp_path: Path
) -> None:
    for name in LONG[:3]:
        session, source = named(name, tmp_path)
        async with playing(session, size=size, source=source) as player:
            assert_harmless(player)
            await player.press("right")
            assert re.search(r"h1 +0\.2\b", player.text)
            await player.press("tab", "tab")
            output = player.workspace.session.trace.outputs[0, 0]
            assert f"{output:.4f}".rstrip("0") in player.text
            assert_harmless(player)


async def test_a_hostile_file_name_is_harmless_when_opened_saved_and_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "[@click=app.quit]x[\x9b2J\u202e.toml"
    save(examples.load("xor-step").evolve(title=None), name)
    session, source = read_source(name)
    async with playing(session, source=source) as player:
        assert_harmless(player)
        await player.press("K", "r")
        assert_harmless(player)
        await player.press("K", "ctrl+s")
        assert "saved to [@click=app.quit]x[\\x9b2J\\u202e.toml" in player.text
        assert_harmless(player)
        assert load(name).inputs[0, 0] == 0.1
        await player.press("ctrl+o")
        await player.type("[@click=app.quit]y[-/]/x.toml")
        await player.press("enter")
        assert "[@click=app.quit]y[-/]/x.toml: no such file" in complaint(player)
        assert_harmless(player)


async def test_a_name_typed_or_pasted_is_text() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("f2")
        await player.type("[@click=app.quit]x[/]")
        await player.press("enter", "right", "f2")
        await player.type("[/]")
        await player.press("enter")
        assert "[/]" in player.pane("#layers")
        assert "[@click=" in player.pane("#inputs")
        assert player.app.return_code is None


def huge(activation: str) -> Session:
    """Weights whose products overflow: the first sums are inf, and 0 times that is NaN."""
    return Session(
        Network(
            [
                Layer([[1e308, 1e308], [-1e308, -1e308]], [0.0, 0.0], "identity"),
                Layer([[0.0, 1.0], [1.0, 1.0]], [0.0, 0.0], activation),
            ]
        ),
        np.array([[10.0, 10.0]]),
    )


@pytest.mark.parametrize("activation", ["identity", "relu", "sigmoid", "softmax"])
async def test_overflow_is_shown_and_undone(activation: str) -> None:
    async with playing(huge(activation), size=(120, 36)) as player:
        assert "inf" in player.pane("#layers")
        assert "nan" in player.pane("#layers")
        assert "inf" in player.lines[-2] or "nan" in player.lines[-2]
        assert "grown too large to compute. u takes" in player.prose("#tips")
        for key in ("right", "K", "]", "tab", "tab", "tab"):
            await player.press(key)
        for number in "12345":
            await player.press(number)
            assert_harmless(player)
        await player.press("tab", *"12345")
        for size in ((40, 12), (80, 24)):
            await player.resize(*size)
            assert_harmless(player)


async def test_an_edit_too_large_says_so_and_undo_returns() -> None:
    async with playing(size=(120, 36)) as player:
        panes = "#inputs", "#layers", "#outputs"
        before = [player.pane(pane).replace("▸", " ") for pane in panes]
        await player.press("right")
        await player.type("1e308")
        await player.press("enter", "left")
        await player.type("1e300")
        await player.press("enter")
        assert np.isinf(player.workspace.session.trace.layers[0].pre_activations[0, 0])
        assert "inf" in player.pane("#layers")
        await player.press("u", "u", "left")
        assert [player.pane(pane).replace("▸", " ") for pane in panes] == before
        assert not player.workspace.is_unsaved


async def test_a_nudge_beyond_the_largest_number_is_refused() -> None:
    session = Session(Network([Layer([[1.7976931348623157e308]], [0.0], "relu")]))
    async with playing(session) as player:
        await player.press("right", "s")
        await player.press(*["backspace"] * 5)
        await player.type("1e308")
        await player.press("enter", "K")
        assert player.workspace.session.network.layers[0].weights[0, 0] == 1.7976931348623157e308
        assert "finite" in player.notice or "too large" in player.notice
        assert not player.workspace.is_unsaved
