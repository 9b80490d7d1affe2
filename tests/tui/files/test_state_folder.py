"""The folder of what is remembered: damaged files are put aside, and there may be no folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import examples
from tui.files.lesson_progress import NO_PROGRESS, load_progress, progress_path, save_progress
from tui.files.recent import recent_files, remember_file
from tui.files.settings import Settings, load_settings, save_settings, settings_path
from tui.files.state_folder import state_folder
from tui.files.unsaved import Description, Keeper, newest_unsaved, unsaved_work

pwd = pytest.importorskip("pwd", reason="users are found otherwise there")

REMEMBERED: list[tuple[str, Callable[[], object], object, Callable[[], None]]] = [
    ("settings.json", load_settings, Settings(), lambda: save_settings(Settings("light"))),
    ("recent.json", recent_files, [], lambda: remember_file(Path("net.toml"), "title", {})),
    ("lessons.json", load_progress, NO_PROGRESS, lambda: save_progress(NO_PROGRESS)),
]

DAMAGE: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b"\xff\x00\x1b[2J"),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"{" * 100_000),
    lambda path: path.write_bytes(b"[" * 100_000),
    lambda path: path.write_bytes(b"7"),
    lambda path: path.write_bytes(b" " * 3_000_000),
    lambda path: os.mkfifo(path),
    lambda path: path.mkdir(),
    lambda path: path.symlink_to("/dev/null"),
]


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(("name", "load", "nothing", "save"), REMEMBERED)
def test_what_is_damaged_is_put_aside(
    name: str,
    load: Callable[[], object],
    nothing: object,
    save: Callable[[], None],
    damage: Callable[[Path], object],
) -> None:
    path = state_folder() / name
    path.parent.mkdir(parents=True)
    for number in (1, 2):
        damage(path)
        was = path.lstat()
        assert load() == nothing
        assert os.path.samestat((path.parent / f"{name}.damaged-{number}").lstat(), was)
        assert not os.path.lexists(path)
    save()
    assert path.is_file()
    assert load() is not None
    assert len(list(path.parent.iterdir())) == 3


def test_damaged_progress_is_told_once() -> None:
    progress_path().parent.mkdir(parents=True)
    progress_path().write_text("{}}")
    told: list[str] = []
    for _ in range(2):
        assert load_progress(told.append) == NO_PROGRESS
    (line,) = told
    assert line.startswith(f"{progress_path()}: is not the JSON")
    assert line.endswith("it is kept as lessons.json.damaged-1")


def test_a_link_to_what_is_remembered_stays_one(tmp_path: Path) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().symlink_to(tmp_path / "elsewhere.json")
    save_settings(Settings("light"))
    assert settings_path().is_symlink()
    assert load_settings() == Settings("light")


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to work in, and a user without a home, as in a container."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(pwd, "getpwuid", lambda user: {}[user])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_home_nothing_is_remembered_and_work_goes_to_the_temporary_folder(
    no_home: Path,
) -> None:
    for _, load, nothing, save in REMEMBERED[:2]:
        save()
        assert load() == nothing
    kept = Keeper().keep(examples.load("xor-step"), Description("", ""))
    assert kept is not None
    assert kept.parent == Path(tempfile.gettempdir())
    assert list(no_home.iterdir()) == []


@pytest.mark.parametrize("folder", ["relative", "/dev/null", "/" + 5000 * "x"])
def test_a_folder_that_cannot_be_is_no_failure(
    folder: str, monkeypatch: pytest.MonkeyPatch, no_home: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", folder)
    assert load_settings() == Settings()
    save_settings(Settings("light"))
    assert recent_files() == []
    assert newest_unsaved() is None
    kept = Keeper().keep(examples.load("xor-step"), Description("", ""))
    assert kept is not None
    assert [work.path for work in unsaved_work()] == []
    assert list(no_home.iterdir()) == []


def test_where_no_folder_is_for_temporary_files_the_state_folder_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tui.files.unsaved.gettempdir", none)
    assert newest_unsaved() is None
    keeper = Keeper()
    keeper.keep(examples.load("xor-step"), Description("", ""))
    keeper.close(drop=False)
    assert len(unsaved_work()) == 1
