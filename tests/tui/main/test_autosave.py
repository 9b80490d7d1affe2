"""Unsaved work is written as it arises, goes once it is saved, and comes back at the next start."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.events import AppBlur, AppFocus

from engine import Session, examples, load, save
from engine.formats.safetensors import write_safetensors
from tests.engine.strategies import assert_identical
from tests.tui.cli.command_line import Command, command
from tests.tui.documents import a_file, asks, own_folder
from tests.tui.player import Player, playing
from tests.tui.real_terminal import in_terminal
from tui.files.source import read_source
from tui.files.state_folder import state_folder
from tui.files.unsaved import Description, Keeper, newest_unsaved, open_unsaved, unsaved_work
from tui.screens.main import autosave

folder = pytest.fixture(autouse=True)(own_folder)
nn_play = pytest.fixture(command)


def kept() -> list[Path]:
    return sorted(state_folder().glob("unsaved-*.safetensors"))


def left_behind(title: str = "Circle", origin: str = "three-classes") -> Session:
    """Unsaved work of a playground that was killed: its lock is gone with it."""
    session = examples.load("three-classes").evolve(title="Circle")
    keeper = Keeper()
    keeper.keep(session, Description(title, "2→3", 12, origin))
    keeper.close(drop=False)
    return session


async def until(player: Player, there: bool) -> None:
    """Wait until a file of unsaved work is there, or gone."""
    for _ in range(200):
        if bool(kept()) is there:
            return
        await player.pilot.pause(0.02)
    raise AssertionError(f"unsaved work: {kept()}")


async def test_work_is_kept_until_it_is_saved_or_undone() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K")
        await until(player, there=True)
        assert unsaved_work() == [], "that of a running playground is nobody else's"
        await player.press("u")
        await until(player, there=False)
        await player.press("K")
        await until(player, there=True)
        assert_identical(load(kept()[0]), player.workspace.session)
        await player.press("ctrl+s")
        await until(player, there=False)


async def test_what_cannot_be_kept_is_said_once(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "file").touch()
    monkeypatch.setattr("tui.files.unsaved._folders", lambda: (folder / "file", folder / "file"))
    async with playing(size=(120, 36)) as player:
        await player.press("K")
        for _ in range(200):
            if "unsaved work cannot be kept" in player.notice:
                break
            await player.pilot.pause(0.02)
        assert "unsaved work cannot be kept: file exists" in player.notice
        assert player.workspace.is_unsaved


async def test_a_full_disk_is_told_once_and_work_is_kept_as_soon_as_there_is_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(autosave, "_SECONDS_BETWEEN", 0.01)
    tries = []

    def full(*_: object) -> None:
        tries.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    async with playing(size=(120, 36)) as player:
        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", full)
            await player.press("K")
            while "unsaved work cannot be kept: no space left on device" not in player.notice:
                await player.pilot.pause(0.01)
            player.app.clear_notifications()
            n_tries = len(tries)
            while len(tries) < n_tries + 6:
                await player.pilot.pause(0.01)
            assert player.notice == ""
            assert kept() == []
        await until(player, there=True)
        while "unsaved work is kept again" not in player.text:
            await player.pilot.pause(0.01)
        assert_identical(load(kept()[0]), player.workspace.session)


def test_work_that_cannot_be_written_keeps_no_other_from_being_written() -> None:
    session = examples.load("xor-step")
    full = Keeper()
    full.close(drop=True)
    full.keep = lambda *_: (_ for _ in ()).throw(OSError("full"))  # type: ignore[method-assign]
    work = session, Description("", "")
    failure = autosave._write([full, Keeper()], [work, work], [None, None])
    assert isinstance(failure, OSError)
    assert len(kept()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="locks cannot be looked at there")
def test_a_lock_taken_by_the_thread_that_writes_is_given_up_by_that_of_the_screen() -> None:
    import fcntl

    keeper = Keeper()
    with ThreadPoolExecutor() as threads:
        path = threads.submit(keeper.keep, examples.load("xor-step"), Description("", "")).result()
        with open(f"{path}.lock", "rb") as lock:
            with pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            keeper.close(drop=False)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_two_files_of_the_same_second_are_in_the_same_folder() -> None:
    for keeper in (Keeper(), Keeper()):
        keeper.keep(examples.load("xor-step"), Description("", ""))
    assert len(kept()) == 2


def test_what_an_earlier_version_left_goes_on_in_the_present_format() -> None:
    state_folder().mkdir(parents=True)
    session = examples.load("xor-step")
    save(session, state_folder() / "recovered-2025-01-02-030405-77.toml")
    (work,) = unsaved_work()
    keeper = Keeper(work)
    keeper.keep(session.evolve(title="later"), Description("later", ""))
    keeper.close(drop=False)
    (work,) = unsaved_work()
    assert open_unsaved(work).title == "later"


async def test_what_is_still_being_written_does_not_go_over_what_is_opened() -> None:
    session = left_behind()
    async with playing(size=(80, 24)) as player:
        before = player.workspace.session
        assert player.app.main_screen is not None
        keeper = player.app.main_screen.keeper
        await player.press("ctrl+o", "enter")
        assert keeper.keep(before, Description("", "")) is None
        assert_identical(load(kept()[0]), session)


def test_work_comes_back_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network in training has more numbers in its samples than are opened as a network."""
    monkeypatch.setattr("engine.formats.safetensors.MAX_PARAMETERS", 10)
    monkeypatch.setattr("engine.formats._MAX_BYTES", 10)
    session = left_behind()
    (work,) = unsaved_work()
    assert_identical(open_unsaved(work), session)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe with a name")
def test_whatever_lies_there_is_listed_and_nothing_waits_for_it() -> None:
    left_behind()
    data = write_safetensors(examples.load("xor-step"), remarks={"unsaved work": 100_000 * "["})
    (state_folder() / "unsaved-nested.safetensors").write_bytes(data)
    (state_folder() / "unsaved-folder.safetensors").mkdir()
    os.mkfifo(state_folder() / "unsaved-pipe.safetensors")
    (state_folder() / "unsaved-late.safetensors").touch()
    os.utime(state_folder() / "unsaved-late.safetensors", (2**33, 2**33))
    about = {work.id: work.description for work in unsaved_work()}
    assert about.pop("nested") == Description("damaged", "is nested too deeply")
    assert about.pop("folder") == Description("damaged", "is a folder, not a file")
    assert about.pop("pipe") == Description("damaged", "is a pipe, not a file")
    assert about.pop("late").title == "damaged"
    assert [one.title for one in about.values()] == ["Circle"]
    assert newest_unsaved() is not None


def test_what_a_killed_playground_left_beside_its_work_goes_after_a_while() -> None:
    left_behind()
    (path,) = kept()
    litter = [state_folder() / name for name in (".nn-play-7.tmp", "unsaved-7.safetensors.lock")]
    for one in litter:
        one.touch()
    unsaved_work()
    assert all(one.exists() for one in litter)
    long_ago = (datetime.now() - timedelta(days=31)).timestamp()
    for one in litter:
        os.utime(one, (long_ago, long_ago))
    unsaved_work()
    assert [one.name for one in state_folder().iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("width", "told"), [(80, "ctrl+o · New here? F4: learn"), (60, "ctrl+o\n")]
)
async def test_what_is_offered_at_a_first_start(width: int, told: str) -> None:
    left_behind()
    async with playing(size=(width, 24), offers_course=True) as player:
        assert f", Circle: {told}" in player.text


async def test_the_next_start_offers_it_and_ctrl_o_brings_it_back() -> None:
    session = left_behind()
    work = newest_unsaved()
    assert work is not None
    async with playing(size=(80, 24)) as player:
        assert f"Unsaved work of {work.when}, Circle: ctrl+o" in player.text
        await player.press("ctrl+o")
        assert asks(player, "Unsaved work")
        assert "trained for 12 epochs" in player.text
        await player.press("enter")
        assert_identical(player.workspace.session, session)
        assert player.workspace.is_unsaved
        assert player.workspace.source is not None
        assert player.workspace.source.example == "three-classes"
        assert f"unsaved work of {work.when} is back, after 12 epochs" in player.text
        assert unsaved_work() == []
        assert kept() == [work.path]
        # Left on purpose, it is given up.
        await player.press("ctrl+e", "down", "down", "enter", "enter")
        await until(player, there=False)


async def test_unsaved_changes_are_asked_about_before_other_work_is_opened() -> None:
    left_behind()
    async with playing(size=(80, 24)) as player:
        await player.press("K", "ctrl+o")
        assert asks(player, "There are unsaved changes.")


async def test_a_damaged_file_says_so_and_nothing_is_lost() -> None:
    left_behind()
    (path,) = kept()
    async with playing(size=(80, 24)) as player:
        before = player.workspace.session
        await player.press("ctrl+o")
        path.write_bytes(path.read_bytes()[:-8])
        await player.press("enter")
        assert "is cut off" in player.notice
        assert player.workspace.session is before
        assert path.exists()


def test_of_two_that_open_the_same_work_one_gets_it() -> None:
    left_behind()
    (work,) = unsaved_work()
    one = Keeper(work)
    with pytest.raises(OSError, match="another playground has it open"):
        Keeper(work)
    one.close(drop=True)
    assert kept() == []


def test_what_is_old_goes_and_what_earlier_versions_wrote_is_listed(folder: Path) -> None:
    left_behind()
    (path,) = kept()
    session = examples.load("xor-step")
    save(session, state_folder() / "recovered-2025-01-02-030405-77.toml")
    assert [work.id for work in unsaved_work() if work.path.suffix == ".toml"] == [
        "2025-01-02-030405-77"
    ]
    long_ago = (datetime.now() - timedelta(days=31)).timestamp()
    os.utime(path, (long_ago, long_ago))
    (work,) = unsaved_work()
    assert_identical(open_unsaved(work), session)
    assert not path.exists()


def test_the_command_lists_and_writes_it(nn_play: Command) -> None:
    assert nn_play("recover").output == "there is no unsaved work\n"
    session = left_behind("a\x1b[31m title")
    (row,) = json.loads(nn_play("recover", "--list", "--json").output)
    assert (row["title"], row["sizes"], row["epochs"]) == ("a\x1b[31m title", "2→3", 12)
    listed = nn_play("recover").output
    assert row["id"] in listed
    assert "\x1b" not in listed
    Path("printed.toml").write_text(nn_play("recover", row["id"]).output)
    assert_identical(load("printed.toml"), session)
    assert "no unsaved work 'x'" in nn_play("recover", "x").error
    assert nn_play("recover", row["id"], "-o", "no/such.toml").status == 2
    assert nn_play("recover", row["id"], "-o", "out.npz").output == "wrote out.npz\n"
    assert_identical(load("out.npz"), session)
    assert nn_play("recover").output == "there is no unsaved work\n"


# Other programs and the same file.


async def test_nobody_knows_what_became_of_the_file_of_work_that_is_brought_back() -> None:
    a_file()
    left_behind(origin="net.toml")
    async with playing(size=(80, 24)) as player:
        await player.press("ctrl+o", "enter", "ctrl+s")
        assert asks(player, "Another program may have changed net.toml")


async def test_a_file_changed_by_another_program_is_never_overwritten_in_silence() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("K")
        other = session.evolve(title="of another program")
        _write(other)
        await player.press("ctrl+s")
        assert asks(player, "Another program has changed net.toml")
        await player.press("enter")
        assert load("net.toml").title == "of another program"
        # Compare.
        await player.press("ctrl+s", "down", "enter")
        assert "remembered: what net.toml holds now" in player.text
        pinned = player.workspace.pinned
        assert pinned is not None
        assert pinned.title == "of another program"
        await player.press("ctrl+s")
        assert "saved to net.toml" in player.text
        assert_identical(load("net.toml"), player.workspace.session)
        # Save as, to the same file.
        await player.press("K")
        _write(other)
        await player.press("S", "enter")
        assert asks(player, "Another program has changed net.toml")
        await player.press("down", "down", "down", "enter")
        assert "saved to net.toml" in player.text


async def test_the_focus_coming_back_tells_of_a_change_once() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        for _ in range(2):
            player.app.post_message(AppBlur())
            player.app.post_message(AppFocus())
            await player.settle()
        assert player.notice == ""
        _write(session.evolve(title="new"))
        player.app.post_message(AppFocus())
        await player.settle()
        assert "Another program has changed net.toml" in player.notice
        player.app.clear_notifications()
        player.app.post_message(AppFocus())
        await player.settle()
        assert player.notice == ""


async def test_two_playgrounds_on_one_file_both_ask() -> None:
    a_file()
    one, source = read_source("net.toml")
    other, other_source = read_source("net.toml")
    async with playing(one, source=source) as first:
        await first.press("K", "ctrl+s")
        assert "saved to net.toml" in first.text
        left = first.workspace
    async with playing(other, source=other_source) as second:
        await second.press("J", "ctrl+s")
        assert asks(second, "Another program has changed net.toml")
        await second.press("down", "down", "down", "enter")
        assert "saved to net.toml" in second.text
    async with playing(left.session, source=left.source) as first:
        await first.press("K", "ctrl+s")
        assert asks(first, "Another program has changed net.toml")


async def test_a_folder_that_is_gone_is_said_and_the_work_stays(folder: Path) -> None:
    (folder / "in").mkdir()
    session, source = a_file("in/net.toml")
    async with playing(session, source=source) as player:
        await player.press("K")
        (folder / "in" / "net.toml").unlink()
        (folder / "in").rmdir()
        await player.press("ctrl+s")
        assert "in/net.toml: no such folder; nothing was written" in player.notice
        assert player.workspace.is_unsaved


def _write(session: Session) -> None:
    save(session, "net.toml")


# Recent files.


async def test_a_file_comes_back_with_its_cursor_views_and_decimals() -> None:
    session, source = a_file()
    async with playing(session, source=source) as player:
        await player.press("tab", "right", "f", "V")
        left = player.workspace
        await player.press("ctrl+e", "enter")
        assert player.workspace.source != left.source
        await player.press("ctrl+o")
        assert asks(player, "Recent files")
        await player.press("enter")
        back = player.workspace
        assert back.selection == left.selection
        assert (back.view.digits, back.view.views) == (left.view.digits, left.view.views)
        assert_identical(back.session, session)


async def test_a_list_that_is_damaged_is_empty(folder: Path) -> None:
    state_folder().mkdir(parents=True)
    for text in ("{", "[1, {}]", '[{"path": "net.toml", "time": 1e300, "title": "", "place": 3}]'):
        (state_folder() / "recent.json").write_text(text)
        session, source = a_file()
        async with playing(session, source=source) as player:
            await player.press("ctrl+o", "escape")
            assert player.workspace.session is session


KILLS = int(os.environ.get("NN_PLAY_KILLS", "0"))
"""How often `make soak` kills one; it is alone on its machine and may look at the clock."""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("moment", range(KILLS or 1))
def test_kill_9_leaves_whole_work_of_the_last_second(moment: int) -> None:
    with in_terminal("xor-step") as terminal:
        terminal.wait_for("1/4")
        terminal.press("K")
        while not kept():
            time.sleep(0.02)
        pressed = [time.monotonic()]
        while time.monotonic() - pressed[0] < (moment * 0.618) % 1.0:
            terminal.press("K")
            pressed.append(time.monotonic())
        os.kill(terminal.process_id, signal.SIGKILL)
        killed = time.monotonic()
        terminal.wait_until_gone()
    (work,) = unsaved_work()
    n_kept = round(open_unsaved(work).inputs[0, 0] / 0.1)
    assert 1 <= n_kept <= len(pressed)
    if KILLS:
        assert n_kept >= sum(when < killed - 1.2 for when in pressed)
