"""Copying from the screen: what is offered, what is shown of it, what reaches the clipboard."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Session, examples, new_network
from engine.clipboard import layer_code, network_toml, parse_numbers
from engine.export import CODE
from engine.formats.toml import read_toml
from tests.engine.strategies import assert_identical
from tests.tui.documents import asks
from tests.tui.main.export_scenes import two_samples
from tests.tui.player import Player, playing
from tests.tui.screen_text import is_harmless

PRESSED = {"weight": ["right"], "input": [], "target": ["tab"] * 3}


async def copied(player: Player, words: str) -> str:
    """Copy what the words find, and return what the clipboard holds."""
    await player.press("ctrl+y")
    await player.type(words)
    await player.press("enter")
    assert not asks(player)
    return player.app.clipboard


@pytest.mark.parametrize(
    ("where", "words", "expected"),
    [
        ("weight", "x1→h1", "0.2"),
        ("weight", "row", "[0.2, -0.5, 1.0]"),
        ("weight", "bias of", "bias1 = np.array([0.1, -0.3, 0.5])"),
        ("input", "row", "[1.0, 2.0, 3.0]"),
        ("input", "matrix", "inputs = np.array([[1.0, 2.0, 3.0]])"),
        ("weight", "layer 1: w", layer_code(examples.load("binary-classifier"), 0)),
    ],
)
async def test_numbers_are_copied_as_code(where: str, words: str, expected: str) -> None:
    async with playing() as player:
        await player.press(*PRESSED[where])
        assert await copied(player, words) == expected
        assert f"{len(expected)} characters" in player.lines[-2]


async def test_a_matrix_is_copied_and_pastes_as_the_same_numbers() -> None:
    session = Session(new_network((3, 4, 2), ["relu", "identity"], "he", 1))
    async with playing(session) as player:
        await player.press("right")
        pasted = parse_numbers(await copied(player, "matrix"))
        np.testing.assert_array_equal(pasted.values, session.network.layers[0].weights)
        assert pasted.name == "weights1"


async def test_targets_are_offered_where_there_are_some() -> None:
    async with playing("xor-step") as player:
        await player.press(*PRESSED["target"])
        assert await copied(player, "row") == "[0.0]"
        assert parse_numbers(await copied(player, "all samples")).kind == "column"
    async with playing() as player:
        await player.press(*PRESSED["target"], "ctrl+y")
        await player.type("targets of")
        assert "nothing here is called so" in player.text
        await player.press("enter")
        assert asks(player, "Copy")
        await player.press("escape")
        assert player.app.clipboard == ""


@pytest.mark.parametrize("name", CODE)
async def test_every_kind_of_code_is_copied(name: str) -> None:
    session = two_samples()
    async with playing(session) as player:
        await player.press("greater_than_sign")
        assert await copied(player, name) == CODE[name].text(session, 1)


async def test_the_whole_network_is_copied_as_toml() -> None:
    async with playing() as player:
        text = await copied(player, "toml")
        assert text == network_toml(player.workspace.session)
        assert_identical(read_toml(text.encode()), player.workspace.session)
        assert f"copied network: TOML: {len(text)} characters" in player.text


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 36)])
async def test_the_first_lines_stand_beside_the_list(size: tuple[int, int]) -> None:
    async with playing(size=size) as player:
        await player.press("tab", "ctrl+y", "down")
        assert "[0.2, -0.5, 1.0]" in player.text
        assert "1 line, 16 characters" in player.text
        await player.type("pytorch")
        assert '"""A small neural network in' in player.text
        assert "characters" in player.text


async def test_names_reach_neither_screen_nor_clipboard_as_commands() -> None:
    session = examples.load("spam-or-ham").evolve(
        title="[@click=app.quit]x[/] \x1b]52;c;AAAA\x07", features=("[/]", "\x1b[2J")
    )
    async with playing(session, size=(80, 24)) as player:
        await player.press("ctrl+y")
        for _ in range(11):
            assert is_harmless(player.text)
            await player.press("down")
        await player.press("escape")
        for words in ("numpy", "pytorch", "markdown", "csv", "toml"):
            assert is_harmless(await copied(player, words))


async def test_what_cannot_be_written_says_why_and_is_not_copied() -> None:
    async with playing("xor-step", size=(80, 24)) as player:
        await player.press("ctrl+y")
        await player.type("scikit")
        assert "layer 1 is step" in player.text
        await player.press("enter")
        assert asks(player, "Copy")
        assert player.app.clipboard == ""


async def test_a_copy_too_large_for_some_terminals_is_announced() -> None:
    session = Session(new_network((500, 100, 1), ["relu", "sigmoid"], "he", 1))
    async with playing(session, size=(80, 24)) as player:
        await player.press("tab")
        await copied(player, "row")
        assert "Some terminals" not in player.notice
        assert len(await copied(player, "matrix")) > 1_000_000
        assert "Some terminals do not accept this much text" in player.notice


async def test_y_copies_the_number_as_before() -> None:
    async with playing() as player:
        await player.press("right", "y")
        assert player.app.clipboard == "0.2"
        assert "copied 0.2" in player.text
