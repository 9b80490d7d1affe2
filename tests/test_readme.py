"""What README and the guide promise: their commands, code, files and keys."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from engine import examples, load
from tests.tui.cli.command_line import Command, command
from tests.tui.player import name_of_key, playing

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]

nn_play = pytest.fixture(command)


def blocks(language: str) -> list[str]:
    """The blocks of code of README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Each command of README after its `$`, with the output that stands under it."""
    (block,) = blocks("console")
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(line, output) for line, _, output in (part.partition("\n") for part in parts)]


def test_the_commands_of_readme_say_what_it_says(nn_play: Command) -> None:
    shown = 0
    for line, output in commands():
        arguments = shlex.split(line, comments=True)
        assert arguments[0] == "nn-play"
        said = nn_play(*arguments[1:])
        assert (said.status, said.error) == (0, "")
        if output:
            assert said.output == output
            shown += 1
    assert shown
    assert any("--explain" in line for line, output in commands() if output)


def test_the_python_of_readme_gives_the_figures_in_its_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.toml").write_text(examples.text("binary-classifier"))
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    figures = re.findall(r"^(\S+)  # (\[\[.*\]\])$", code, re.MULTILINE)
    assert len(figures) == 2
    for expression, figure in figures:
        value = eval(expression, names)
        assert isinstance(value, np.ndarray)
        expected = np.array(ast.literal_eval(figure))
        assert value.shape == expected.shape
        assert np.abs(value - expected).max() < 1e-15


def test_the_file_of_readme_can_be_loaded(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    (tmp_path / "net.toml").write_text(text)
    session = load(tmp_path / "net.toml")
    assert session.title is not None
    assert session.title in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_linked_to_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [
        link
        for link in links
        if not link.startswith(("https://", "http://")) and not (page.parent / link).exists()
    ]
    assert not missing


def test_every_make_target_of_readme_exists() -> None:
    rules = re.findall(r"^(\w[\w ]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    targets = set(" ".join(rules).split())
    named = set(re.findall(r"\bmake (\w+)", "\n".join(blocks("sh"))))
    assert {"play", "test"} <= named <= targets


async def test_every_key_of_readme_does_something() -> None:
    rows = re.findall(r"^\| (.*?) \| .*? \|$", README, re.MULTILINE)
    keys = [key for row in rows for key in re.findall(r"`([^`]+)`", row)]
    assert len(keys) > 30
    async with playing() as player:
        bound = set(player.app.screen.active_bindings)
        for key in keys:
            name = name_of_key(key) if len(key) == 1 else key.lower()
            assert name in bound, key
