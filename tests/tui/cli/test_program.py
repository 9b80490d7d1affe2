"""`nn-play` itself: what opens the playground, and the help of every command."""

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from engine import examples
from engine.session.session import Session
from tests.tui.cli.command_line import Command, command, failure
from tui.cli import COMMANDS
from tui.files.lesson_source import Course
from tui.files.source import Source
from tui.terminal import missing_terminal

nn_play = pytest.fixture(command)

Opened = list[tuple[Session, Source | None]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """A terminal, and a playground that only loads and notes what it is opened with."""
    notes: Opened = []
    app = ModuleType("tui.app")

    def play(
        load: Callable[[], tuple[Session, Source | None]], course: Course | None = None
    ) -> int:
        notes.append(load())
        return 0

    app.__dict__["play"] = play
    monkeypatch.setitem(sys.modules, "tui.app", app)
    monkeypatch.setattr("tui.cli.play.missing_terminal", lambda: None)
    return notes


def test_the_playground_opens_on_what_is_named(
    nn_play: Command, tmp_path: Path, opened: Opened
) -> None:
    nn_play("export", "xor-step", "net.toml")
    for arguments in ([], ["three-classes"], ["net.toml"], ["./net.toml"]):
        assert nn_play(*arguments) == (0, "", "")
    assert [(source and (source.example, source.path)) for _, source in opened] == [
        ("binary-classifier", None),
        ("three-classes", None),
        (None, Path("net.toml")),
        (None, Path("net.toml")),
    ]
    assert opened[1][0].title == "Multi-class: softmax output"


def test_new_opens_the_playground(nn_play: Command, opened: Opened) -> None:
    arguments = ("--activations", "relu,sigmoid", "--init", "zeros")
    assert nn_play("new", "3-3-1", *arguments) == (0, "", "")
    ((session, source),) = opened
    assert source is None
    assert session.network.sizes == (3, 3, 1)


@pytest.mark.parametrize("missing", ["stdin", "stdout", "stderr"])
def test_the_playground_needs_all_three_streams_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    assert missing_terminal() is None
    monkeypatch.setattr(sys, missing, io.StringIO())
    assert (
        missing_terminal()
        == {
            "stdin": "standard input",
            "stdout": "standard output",
            "stderr": "standard error",
        }[missing]
    )
    monkeypatch.setattr(sys, missing, None)
    assert missing_terminal() is not None


def test_a_bad_source_opens_nothing(nn_play: Command, opened: Opened) -> None:
    assert failure(nn_play("none.toml")) == "none.toml: no such file or directory"
    assert failure(nn_play("-")).startswith("standard input: ")
    assert not opened


def test_names_of_commands_win_over_examples(
    nn_play: Command, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.examples._IDS", ("examples", "run"))
    assert failure(nn_play("run")).startswith("missing argument 'SOURCE'")
    assert not opened


@pytest.mark.parametrize("arguments", [(), ("xor-step",), *((name,) for name in COMMANDS)])
def test_help_is_everywhere_with_two_examples(nn_play: Command, arguments: tuple[str, ...]) -> None:
    result = nn_play(*arguments, "--help")
    assert (result.status, result.error) == (0, "")
    assert result == nn_play(*arguments, "-h")
    assert result.output.isascii()
    assert "Usage: nn-play" in result.output.replace("\n  ", " ")
    examples_given = result.output.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
    assert len(examples_given) == 2
    assert all(line.strip().startswith("nn-play ") for line in examples_given)


def test_the_help_names_every_command_and_option(nn_play: Command) -> None:
    text = nn_play("--help").output
    for name, words in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(words)}$", text, re.MULTILINE)
    assert "--version" in text


def test_the_examples_of_the_help_work(nn_play: Command, tmp_path: Path, opened: Opened) -> None:
    source = examples.text("binary-classifier").encode()
    for arguments in ([], *([name] for name in COMMANDS)):
        text = nn_play(*arguments, "--help").output
        for line in text.partition("Examples:\n")[2].partition("\n\n")[0].splitlines():
            result = nn_play(*line.split()[1:], stdin=source)
            assert (result.status, result.error) == (0, ""), line


def test_the_version(nn_play: Command) -> None:
    assert re.fullmatch(r"nn-play \d+\.\d+\.\d+\n", nn_play("--version").output)
