"""Code, tables and pictures as files: from the screen's save-as and from `nn-play export`."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from engine import examples
from engine.export import CODE, CodeKind
from tests.tui.cli.command_line import Command, command, failure
from tests.tui.documents import answer, asks, complaint, own_folder
from tests.tui.main.export_scenes import two_samples
from tests.tui.player import playing

folder = pytest.fixture(autouse=True)(own_folder)
nn_play = pytest.fixture(command)


@pytest.mark.parametrize("kind", CODE.values(), ids=CODE)
async def test_saving_as_code_leaves_the_network_unsaved(kind: CodeKind) -> None:
    suffix, text = kind.suffix, kind.text
    async with playing(two_samples()) as player:
        await player.press("greater_than_sign", "K", "S")
        await answer(player, f"mine{suffix}")
        assert not asks(player)
        written = Path(f"mine{suffix}").read_text(encoding="utf-8")
        assert written == text(player.workspace.session, 1)
        assert f"network itself not saved; wrote mine{suffix}: {kind.title}" in player.text
        assert "•" in player.lines[0]
        assert player.workspace.is_unsaved


@pytest.mark.parametrize("width", [40, 80])
async def test_on_a_narrow_screen_too_it_says_that_the_network_is_not_saved(width: int) -> None:
    async with playing(size=(width, 24)) as player:
        await player.press("K", "S")
        await answer(player, "a-name-of-some-length.torch.py")
        line = player.line_with("not saved")
        assert "network itself not saved; wrote" in line
        assert ("…" in line) == (width < 60)


async def test_an_export_is_no_way_to_leave_without_saving() -> None:
    async with playing() as player:
        await player.press("K", "q", "down", "enter")
        await answer(player, "mine.py")
        assert Path("mine.py").exists()
        assert player.app.return_code is None
        assert player.workspace.is_unsaved


async def test_an_export_of_a_saved_network_does_not_mention_saving() -> None:
    async with playing() as player:
        await player.press("S")
        await answer(player, "mine.md")
        assert "wrote mine.md: the worked arithmetic as Markdown" in player.text
        assert "not saved" not in player.text
        assert player.workspace.source is not None
        assert player.workspace.source.example == "binary-classifier"


async def test_a_picture_shows_the_screen_without_the_dialog_or_fonts_from_elsewhere() -> None:
    async with playing(size=(80, 24)) as player:
        await player.press("right", "K", "S")
        await answer(player, "screen.svg")
        svg = Path("screen.svg").read_text(encoding="utf-8")
        words = "".join(ElementTree.fromstring(svg).itertext()).replace("\xa0", " ")
        assert "Hidden layer into one sigmoid output" in words
        assert "Save as" not in words
        assert "Layer 1 · hidden · relu" in words
        assert "font-face" not in svg
        assert "url(http" not in svg
        assert "wrote screen.svg: a picture of the screen" in player.text
        assert player.workspace.is_unsaved


async def test_another_file_is_overwritten_only_when_asked_for() -> None:
    Path("there.py").write_text("mine", encoding="utf-8")
    async with playing(size=(80, 24)) as player:
        await player.press("S")
        await answer(player, "there.py")
        assert asks(player, "there.py exists. Overwrite it?")
        await player.press("enter")
        assert Path("there.py").read_text(encoding="utf-8") == "mine"
        await player.press("S")
        await answer(player, "there.py")
        await player.press("down", "enter")
        assert "import numpy as np" in Path("there.py").read_text(encoding="utf-8")


async def test_where_nothing_can_be_written_says_why() -> None:
    async with playing(size=(80, 24)) as player:
        for name in ("none/mine.py", "none/screen.svg"):
            player.app.clear_notifications()
            await player.press("S")
            await answer(player, name)
            assert f"{name}: no such folder" in complaint(player)
            await player.press("escape")
        await player.press("S")
        await answer(player, "mine.doc")
        assert asks(player, "the name must end in .toml")


@pytest.mark.parametrize("kind", CODE.values(), ids=CODE)
def test_export_writes_every_kind_of_code(nn_play: Command, kind: CodeKind) -> None:
    name = f"mine{kind.suffix}"
    result = nn_play("export", "binary-classifier", name)
    assert (result.status, result.error) == (0, "")
    assert result.output == f"wrote {name}: {kind.title}\n"
    text = Path(name).read_text(encoding="utf-8")
    assert text == kind.text(examples.load("binary-classifier"))
    assert failure(nn_play("export", "xor-step", name)) == (
        f"{name}: exists already; --force writes over it"
    )
    assert nn_play("export", "binary-classifier", name, "--force").status == 0


def test_export_of_a_picture_or_to_nowhere_is_one_line(nn_play: Command) -> None:
    assert failure(nn_play("export", "xor-step", "net.svg")).startswith(
        "net.svg: a picture of the screen is made in the playground"
    )
    assert failure(nn_play("export", "xor-step", "none/net.tex")) == (
        "none/net.tex: no such folder"
    )
    Path("folder.md").mkdir()
    message = failure(nn_play("export", "xor-step", "folder.md", "--force"))
    assert message == "folder.md: is a folder, not a file"
    message = failure(nn_play("export", "xor-step", "net.sklearn.py"))
    assert message.startswith("net.sklearn.py: layer 1 is step")
    assert not Path("net.sklearn.py").exists()
