"""Files through the keyboard: new, examples, open, save, save as, and what is asked before."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Input, Session, examples, load, new_network, save
from tests.engine.strategies import assert_identical
from tests.tui.player import Player, playing
from tui.screens.dialog import Dialog, Entry
from tui.source import Source, read_source

UNSAVED = "There are unsaved changes."
ODD = 0.1 + 0.2


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to save in, so that paths are typed as a person would."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_file(name: str = "net.toml") -> tuple[Session, Source]:
    """A file of odd numbers, as the playground opens it."""
    example = examples.load("xor-step")
    save(example.evolve(inputs=example.inputs * ODD, title="Odd numbers"), name)
    return read_source(name)


async def answer(player: Player, text: str) -> None:
    """Type over what stands in the open dialog, and accept."""
    entry = player.app.screen.query_one(Entry)
    entry.select_all()
    await player.type(text)
    await player.press("enter")


def asks(player: Player, words: str) -> bool:
    return isinstance(player.app.screen, Dialog) and words in player.text


async def test_a_new_network() -> None:
    async with playing() as player:
        await player.press("ctrl+n")
        assert asks(player, "New network")
        await answer(player, "2-4-3")
        assert player.workspace.session.network.sizes == (2, 4, 3)
        assert "2→4→3 · 20 weights + 7 biases" in player.text
        assert "new network" in player.lines[0]
        assert "Layer 2 · softmax" in player.text
        assert player.workspace.selection.cell == Input(0)
        assert not player.workspace.is_unsaved
        await player.press("u")
        assert "there is nothing to undo" in player.text
        await player.press("ctrl+n", "escape")
        assert player.workspace.session.network.sizes == (2, 4, 3)


async def test_examples_are_seen_with_title_and_note_and_one_is_opened() -> None:
    async with playing(size=(120, 36)) as player:
        await player.press("ctrl+e")
        first = examples.load(examples.ids()[0])
        assert first.title is not None
        assert first.note is not None
        assert first.title in player.text
        assert examples.ids()[0] in player.text
        assert " ".join(first.note.split()[:3]) in player.text
        await player.type("tone")
        assert examples.ids()[0] not in player.text
        await player.press("backspace", "backspace", "backspace", "backspace")
        await player.type("xor-step")
        wanted = examples.load("xor-step")
        assert wanted.note is not None
        assert " ".join(wanted.note.split()[:3]) in player.text
        await player.press("enter")
        assert_identical(player.workspace.session, wanted)
        assert player.workspace.source == Source("xor-step", None, "xor-step")
        assert "XOR by hand" in player.lines[0]
        assert wanted.note[:40] in player.text


async def test_a_file_is_opened_and_the_cursor_is_on_x1() -> None:
    session, _ = a_file()
    async with playing() as player:
        await player.press("right", "f", "ctrl+o")
        await answer(player, "net.toml")
        assert_identical(player.workspace.session, session)
        assert "Odd numbers" in player.lines[0]
        assert player.workspace.selection.cell == Input(0)
        assert player.workspace.view.digits == 2
        await player.press("ctrl+o")
        await answer(player, "three-classes")
        assert player.workspace.source == Source("three-classes", None, "three-classes")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bad.toml", b'tilte = "x"', "unknown key 'tilte'"),
        ("bad.toml", b"\xff\x00\x1b[2J", "not UTF-8"),
        ("none.toml", None, "no such file or directory"),
        ("net.docx", b"", "the name has no suffix"),
        ("xor-stpe", None, "did you mean xor-step?"),
        ("~no-such-user/net.toml", None, "no such file or directory"),
        ("n" * 300 + ".toml", None, "file name too long"),
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_a_bad_file_says_why_and_nothing_is_lost(
    folder: Path, name: str, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    async with playing(size=(80, 24)) as player:
        await player.press("right", "K", "ctrl+o")
        await player.press("d")
        player.app.screen.query_one(Entry).value = name
        await player.press("enter")
        before = player.workspace
        said = " ".join(line.partition("▌")[2].rstrip(" │╯") for line in player.lines)
        assert reason in " ".join(said.split())
        assert player.workspace is before
        assert before.session.network.layers[0].weights[0, 0] == 0.3
        assert before.is_unsaved
        assert before.source == Source("binary-classifier", None, "binary-classifier")


async def test_what_cannot_be_a_file_is_refused_while_it_is_typed() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+o", "minus", "enter")
        assert asks(player, "standard input is the keyboard here")
        await player.press("escape", "S")
        await answer(player, "net.docx")
        assert asks(player, "the name must end in .toml")
        await answer(player, "")
        assert asks(player, "type the path of a file")
        await player.press("escape")
        assert not list(Path().iterdir())


async def test_save_writes_the_file_that_was_opened_to_the_last_bit() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("right")
        await player.type("1/3")
        await player.press("enter")
        assert "•" in player.lines[0]
        await player.press("ctrl+s")
        assert "saved to net.toml" in player.text
        assert "•" not in player.lines[0]
        saved = load("net.toml")
        assert saved.network.layers[0].weights[0, 0] == 1 / 3
        assert saved.inputs[1, 1] == ODD
        assert_identical(saved, player.workspace.session)
        await player.press("ctrl+o")
        await answer(player, "net.toml")
        assert_identical(player.workspace.session, saved)


async def test_an_example_asks_for_a_path() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+s")
        assert asks(player, "Save as")
        assert "binary-classifier.toml" in player.text
        await player.press("enter")
        assert "saved to binary-classifier.toml" in player.text
        assert_identical(load("binary-classifier.toml"), examples.load("binary-classifier"))
        await player.press("K", "ctrl+s")
        assert not isinstance(player.app.screen, Dialog)
        assert load("binary-classifier.toml").inputs[0, 0] == 1.1


async def test_another_file_is_overwritten_only_when_asked_for() -> None:
    a_file("there.toml")
    before = Path("there.toml").read_bytes()
    async with playing(size=(80, 24)) as player:
        for keys in (["c"], ["escape"], ["down", "enter"]):
            await player.press("S")
            await answer(player, "there.toml")
            assert asks(player, "there.toml exists. Overwrite it?")
            await player.press(*keys)
            assert Path("there.toml").read_bytes() == before
        await player.press("S")
        await answer(player, "there.toml")
        await player.press("o")
        assert "saved to there.toml" in player.text
        assert_identical(load("there.toml"), player.workspace.session)
        await player.press("S", "enter")
        assert not isinstance(player.app.screen, Dialog)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("none/net.toml", "no such file or directory"),
        ("folder.toml", "is a folder, not a file"),
        ("~no-such-user/net.toml", "no such file or directory"),
        ("n" * 300 + ".toml", "file name too long"),
    ],
    ids=lambda value: value[:16],
)
async def test_where_nothing_can_be_written_says_why(path: str, reason: str) -> None:
    Path("folder.toml").mkdir()
    async with playing(size=(80, 24)) as player:
        await player.press("K", "S")
        player.app.screen.query_one(Entry).value = path
        await player.press("enter")
        if path == "folder.toml":
            await player.press("o")
        said = " ".join(line.partition("▌")[2].rstrip(" │╯") for line in player.lines)
        assert reason in " ".join(said.split())
        assert player.workspace.is_unsaved
        assert player.workspace.source == Source("binary-classifier", None, "binary-classifier")


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+o", "ctrl+n", "ctrl+e"])
async def test_unsaved_changes_ask_first_and_saved_ones_do_not(key: str) -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", key)
        assert asks(player, UNSAVED)
        await player.press("c")
        assert not isinstance(player.app.screen, Dialog)
        assert player.workspace.is_unsaved
        await player.press("u", key)
        assert not asks(player, UNSAVED)
        if key not in ("q", "ctrl+q"):
            await player.press("escape", "K", key, "s")
            assert load("net.toml").inputs[0, 0] == pytest.approx(0.1)
            assert isinstance(player.app.screen, Dialog)
            await player.press("escape", key)
            assert not asks(player, UNSAVED)
        else:
            assert player.app.return_code == 0


async def test_leaving_with_changes_saves_them_or_not() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", "q", "s")
        assert player.app.return_code == 0
    assert load("net.toml").inputs[0, 0] == pytest.approx(0.1)
    async with playing(session, source=source) as player:
        await player.press("K", "K", "q", "d")
        assert player.app.return_code == 0
    assert load("net.toml").inputs[0, 0] == pytest.approx(0.1)
    fresh = Session(new_network((2, 1), ["relu"], "zeros"))
    async with playing(fresh) as player:
        await player.press("K", "q", "s")
        assert asks(player, "Save as")
        await player.press("escape")
        assert player.app.return_code is None
        await player.press("q", "s")
        await answer(player, "none/fresh.toml")
        assert player.app.return_code is None
        await player.press("q", "s")
        await answer(player, "fresh.toml")
        assert player.app.return_code == 0
    assert load("fresh.toml").inputs[0, 0] == 0.1


async def test_back_at_the_saved_state_nothing_is_unsaved() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K", "ctrl+s", "K", "u")
        assert "•" not in player.lines[0]
        await player.press("u")
        assert "•" in player.lines[0]
        await player.press("U")
        assert "•" not in player.lines[0]
        await player.press("q")
        assert player.app.return_code == 0
