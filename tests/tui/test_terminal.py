"""The playground in a terminal of its own: how it opens, how it ends, what it leaves behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.tui.real_terminal import in_terminal
from tui import app
from tui.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def test_q_leaves_with_0_and_says_nothing() -> None:
    with in_terminal("xor-step") as terminal:
        terminal.wait_for("sample 1/4")
        terminal.press("q")
        assert terminal.wait_until_gone() == 0
        assert terminal.last_words == ""


def test_ctrl_c_pressed_too_late_cuts_nothing_short(tmp_path: Path) -> None:
    """As soon as the terminal is given back, that key is an interrupt."""
    state = {"XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    with in_terminal("xor-step", environment=state) as terminal:
        terminal.wait_for("sample 1/4")
        terminal.write(b"q")
        assert terminal.wait_until_gone(pressing=b"\x03") == 0
        assert "Traceback" not in terminal.last_words


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bad.toml", b'tilte = "x"\n', "did you mean 'title'?"),
        ("\x1b[31mred.toml", b"\xff\x00", "not UTF-8"),
        ("missing.toml", None, "no such file or directory"),
    ],
)
def test_a_bad_file_ends_with_2_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes | None, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with in_terminal(name) as terminal:
        assert terminal.wait_until_gone() == 2
        said = terminal.last_words
    assert said.startswith("nn-play: error: ")
    assert said.endswith("\n")
    assert said.count("\n") == 1
    assert said[:-1].isprintable()
    assert reason in said


def test_too_little_memory_for_a_file_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*opening: object) -> int:
        raise MemoryError

    monkeypatch.setattr(app, "play", fail)
    monkeypatch.setattr("tui.cli.play.missing_terminal", lambda: None)
    assert main(["xor-step"]) == 2
    assert capsys.readouterr() == ("", "nn-play: error: there is not enough memory for this\n")
