"""The line of text that is checked as it is typed, and the paths that Tab completes."""

from pathlib import Path

from tests.tui.dialogs.dialog_host import DialogHost, press, type_text
from tui.screens.dialogs.prompt import Prompt, complete_path


def path_prompt(value: str = "", complete_paths: bool = False) -> Prompt:
    def check(text: str) -> str | None:
        return None if text.endswith(".toml") else "the suffix must be .toml"

    return Prompt(
        "Save as", value=value, hint="where to", check=check, complete_paths=complete_paths
    )


async def test_prompt_checks_while_typing() -> None:
    app = DialogHost(path_prompt())
    async with app.run_test() as pilot:
        await type_text(pilot, "net")
        assert "the suffix must be .toml" in app.text
        await press(pilot, "enter")
        assert app.results == []
        await type_text(pilot, ".toml ")
        assert "the suffix must be" not in app.text
        assert "where to" in app.text
        await press(pilot, "enter")
        assert app.results == ["net.toml"]


async def test_prompt_completes_paths(tmp_path: Path) -> None:
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "[@click=app.quit]x.toml").touch()
    (tmp_path / "notes.toml").touch()
    app = DialogHost(path_prompt(value=f"{tmp_path}/n", complete_paths=True))
    async with app.run_test(size=(120, 24)) as pilot:
        await press(pilot, "end", "tab")
        assert "networks/  notes.toml" in app.text
        await type_text(pilot, "e")
        await press(pilot, "tab", "tab")
        await press(pilot, "enter")
        assert app.results == [f"{tmp_path}/networks/[@click=app.quit]x.toml"]


async def test_tab_says_when_nothing_matches(tmp_path: Path) -> None:
    app = DialogHost(path_prompt(value=f"{tmp_path}/n", complete_paths=True))
    async with app.run_test() as pilot:
        await press(pilot, "tab")
        assert "no file or folder begins like this" in app.text


def test_complete_path(tmp_path: Path, own_home: Path) -> None:
    for name in ("abc.toml", "abd.toml", ".hidden", "bad\x1b.toml"):
        (tmp_path / name).touch()
    (own_home / "mine.toml").touch()
    start = f"{tmp_path}/"
    assert complete_path(start) == (f"{start}ab", ["abc.toml", "abd.toml"])
    assert complete_path(f"{start}abd") == (f"{start}abd.toml", ["abd.toml"])
    assert complete_path(f"{start}.h") == (f"{start}.hidden", [".hidden"])
    assert complete_path(f"{start}bad") == (f"{start}bad", [])
    assert complete_path(f"{start}none/x") == (f"{start}none/x", [])
    assert complete_path("~/mi") == ("~/mine.toml", ["mine.toml"])
    assert complete_path("~") == ("~/", ["~/"])
