"""Files: which are read, how they are replaced, and what is left behind when that fails."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from pathlib import Path

import pytest

from engine import Session, examples, files, load, save
from engine.formats import FORMATS, Format
from engine.formats.toml import MAX_BYTES, write_toml


@pytest.fixture
def session() -> Session:
    return examples.load("two-layer")


def test_every_format_says_what_it_is() -> None:
    assert ".toml" in FORMATS
    for suffix, format in FORMATS.items():
        assert suffix.startswith(".")
        assert suffix == suffix.lower()
        assert format.description
        assert "\n" not in format.description


@pytest.mark.parametrize("name", ["net.toml", "NET.TOML", "[a] b'c\".toml", "é ²\n.toml"])
def test_a_saved_file_is_loaded(session: Session, tmp_path: Path, name: str) -> None:
    save(session, tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8") == write_toml(session)
    assert write_toml(load(os.fspath(tmp_path / name))) == write_toml(session)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("net.tml", "the suffix '.tml' is unknown; did you mean '.toml'?"),
        ("net.xyz", f"the suffix '.xyz' is unknown; expected one of {', '.join(FORMATS)}"),
        ("net", f"the name has no suffix; expected one of {', '.join(FORMATS)}"),
        (".toml", f"the name has no suffix; expected one of {', '.join(FORMATS)}"),
    ],
)
def test_an_unknown_suffix_is_refused(
    session: Session, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / name).write_text("kept")
    with pytest.raises(ValueError, match="suffix") as raised:
        load(tmp_path / name)
    assert str(raised.value) == reason
    with pytest.raises(ValueError, match="suffix") as raised:
        save(session, tmp_path / name)
    assert str(raised.value) == reason
    assert (tmp_path / name).read_text() == "kept"


def test_what_is_not_a_regular_file_is_refused_unread(session: Session, tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "device.toml").symlink_to("/dev/null")
    for name, kind in (("folder", "a folder"), ("pipe", "a pipe"), ("device", "a device")):
        path = tmp_path / f"{name}.toml"
        before = path.stat().st_mode
        with pytest.raises(ValueError, match=f"^is {kind}, not a file$"):
            load(path)
        with pytest.raises(ValueError, match=f"^is {kind}, not a file$"):
            save(session, path)
        assert path.stat().st_mode == before
    assert len(list(tmp_path.iterdir())) == 3


def test_a_file_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(ValueError, match=r"^has 32 MB; a file of this kind has at most 32 MB$"):
        load(path)


def test_a_file_larger_than_it_says_is_read_up_to_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 2_000_001)
    status = path.stat()
    smaller = os.stat_result([*status[:6], 0, *status[7:]])
    monkeypatch.setattr(os, "stat", lambda _: smaller)
    with pytest.raises(ValueError, match=r"^has more than 2 MB, the most for such a file$"):
        files.read_bounded(path, 2_000_000)
    assert files.read_bounded(path, 2_000_001) == b"x" * 2_000_001


def test_a_missing_file_or_folder_is_the_file_systems_word(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.toml")
    path = tmp_path / "none" / "net.toml"
    with pytest.raises(FileNotFoundError) as raised:
        save(session, path)
    assert raised.value.filename == os.fspath(path)


def test_the_permissions_of_a_file_stay(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text("old")
    path.chmod(0o640)
    save(session, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_any_new_file(session: Session, tmp_path: Path) -> None:
    save(session, tmp_path / "net.toml")
    (tmp_path / "other").write_text("")
    assert (tmp_path / "net.toml").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_write_protected_file_is_not_replaced(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.toml"
    path.write_text("old")
    # For root, who may run this, no file is write-protected.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError) as raised:
        save(session, path)
    assert raised.value.filename == os.fspath(path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.toml"]


def test_the_target_of_a_link_is_replaced_not_the_link(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "real.toml").write_text("old")
    for name, target in (("link.toml", "real.toml"), ("to-nothing.toml", "new.toml")):
        link = tmp_path / name
        link.symlink_to(folder / target)
        save(session, link)
        assert link.is_symlink()
        assert not (folder / target).is_symlink()
        assert (folder / target).read_text(encoding="utf-8") == write_toml(session)
    assert sorted(entry.name for entry in folder.iterdir()) == ["new.toml", "real.toml"]


REFUSALS = [
    OSError(number, os.strerror(number))
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE)
]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [*REFUSALS, KeyboardInterrupt()], ids=repr)
def test_a_failure_leaves_the_old_file_and_nothing_else(
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    error: BaseException,
) -> None:
    path = tmp_path / "net.toml"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)):
        save(session, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for the size of files")
def test_a_disk_that_is_full_in_the_middle_leaves_the_old_file_and_nothing_else(
    session: Session, tmp_path: Path
) -> None:
    import resource

    path = tmp_path / "net.toml"
    path.write_text("old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            save(session, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.toml"]


def test_an_interrupt_just_after_the_new_file_was_made_leaves_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.open

    def made(path: str, flags: int, mode: int) -> int:
        os.close(make(path, flags, mode))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", made)
    with pytest.raises(KeyboardInterrupt):
        save(session, tmp_path / "net.toml")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, "Its folder is write-protected"),
        (errno.ENOENT, "No such folder"),
        (errno.EROFS, os.strerror(errno.EROFS)),
    ],
)
def test_where_no_file_can_be_made_the_folder_is_blamed(
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    reason: str,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match=re.escape(reason)) as raised:
        save(session, tmp_path / "net.toml")
    assert (raised.value.errno, raised.value.strerror) == (number, reason)


@pytest.mark.skipif(sys.platform == "win32", reason="folders are never written to the disk there")
@pytest.mark.parametrize("folder_fails", [False, True])
def test_the_new_name_survives_a_power_cut_where_that_is_possible(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder_fails: bool
) -> None:
    done = []
    replace = os.replace

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("folder" if is_folder else "file")
        if is_folder and folder_fails:
            raise OSError(errno.EINVAL, "Invalid argument")

    def renamed(old: str, new: str) -> None:
        done.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", renamed)
    save(session, tmp_path / "net.toml")
    assert done == ["file", "name", "folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="files have no owner there")
@pytest.mark.parametrize("allowed", [True, False])
def test_the_owner_of_a_file_stays_where_the_system_allows_it(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    path = tmp_path / "net.toml"
    path.write_text("old")
    owners = []

    def chown(_: str, *owner: int) -> None:
        owners.append(owner)
        if not allowed:
            raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chown", chown)
    save(session, path)
    assert owners == [(path.stat().st_uid, path.stat().st_gid)]
    assert path.read_text(encoding="utf-8") == write_toml(session)


def test_a_session_that_the_format_cannot_hold_leaves_the_old_file(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.toml"
    path.write_text("old")
    with pytest.raises(ValueError, match=r"^title: 201 characters, at most 200 are allowed$"):
        save(session.evolve(title="x" * 201), path)
    small = Format("", FORMATS[".toml"].read, FORMATS[".toml"].write, most_bytes=10)
    monkeypatch.setitem(FORMATS, ".toml", small)
    with pytest.raises(ValueError, match="has at most 0 MB"):
        save(session, path)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.toml"]
