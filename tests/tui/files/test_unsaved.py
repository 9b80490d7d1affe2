"""No network is lost when the playground crashes, is stopped or is killed."""

from __future__ import annotations

import asyncio
import errno
import os
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from platformdirs import user_state_path
from textual.app import App
from textual.pilot import Pilot

from benchmarks.keys import encode_key
from engine import Session, SetBias, examples, load
from engine.training import TrainingRun
from tests.engine.strategies import assert_identical
from tests.tui.real_terminal import ROOT, RealTerminal, in_terminal
from tui.app import PlaygroundApp, play
from tui.files import unsaved
from tui.files.source import Source
from tui.files.unsaved import Description, Keeper, comes_back
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.screen import COMMANDS_BY_ID, MainScreen

_MAX_LOOKS = 3000


SIGNALS = [signal.SIGTERM, signal.SIGINT]
if sys.platform != "win32":
    SIGNALS.append(signal.SIGHUP)

needs_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


UNSAVED = "neurons •"
"""How the title of xor-step ends with a change that is not saved; • alone is in the Curve too."""


def recovered() -> list[Path]:
    return sorted(user_state_path("nn-play").glob("unsaved-*.safetensors"))


def keep(session: Session) -> str:
    """Keep a session as a playground does that is stopped; return what it says."""
    path = Keeper().keep(session, Description("a title", "2→1"))
    assert path is not None
    return comes_back(path)


def printed_recovery(error_text: str) -> tuple[Path, list[str]]:
    """The place that was printed, and the command that writes it."""
    where, command = error_text.splitlines()[-2:]
    assert where.startswith("nn-play: your network was kept in ")
    assert command.startswith("The next nn-play offers it (ctrl+o); without a screen: nn-play ")
    return Path(where.partition(" kept in ")[2]), shlex.split(command.partition("screen: ")[2])


def command_for(path: Path) -> list[str]:
    return ["nn-play", "recover", path.stem.removeprefix("unsaved-"), ">", "network.toml"]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that plays without a terminal, pressing keys; it returns the status."""

    def run(*keys: str, until_it_ends: bool = False, and_then: Exception | None = None) -> int:
        async def press(pilot: Pilot[object]) -> None:
            app = pilot.app
            assert isinstance(app, PlaygroundApp)
            while app.main_screen is None or app.main_screen.painted is None:
                await pilot.pause()
            await pilot.press(*keys)
            for _ in range(_MAX_LOOKS if until_it_ends else 0):
                if app.return_code is not None:
                    break
                await asyncio.sleep(0.01)

        def headless(app: PlaygroundApp) -> None:
            App.run(app, headless=True, size=(80, 24), auto_pilot=press)
            if and_then is not None:
                raise and_then

        monkeypatch.setattr(PlaygroundApp, "run", headless)
        source = Source("xor-step", None, "xor-step")
        return play(lambda: (examples.load("xor-step"), source))

    return run


def s_runs(run: Callable[[MainScreen], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the key `s` do something else."""
    command = replace(COMMANDS_BY_ID["step"], run=run, of=WorkspaceScreen)
    monkeypatch.setitem(COMMANDS_BY_ID, "step", command)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key `s` runs into an error."""

    s_runs(boom, monkeypatch)


@pytest.mark.usefixtures("failing")
def test_an_error_in_a_handler_keeps_what_was_unsaved(
    played: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert played("K", "right", "J", "s") == 1
    (path,) = recovered()
    error_text = capsys.readouterr().err
    assert "what should never happen" in error_text
    assert printed_recovery(error_text) == (path, command_for(path))
    kept = load(path)
    assert kept.inputs[0, 0] == 0.1
    assert kept.network.layers[0].weights[0, 0] == 0.9
    assert kept.title == examples.load("xor-step").title


def boom(*_: object) -> None:
    raise RuntimeError("what should never happen")


async def boom_later() -> None:
    boom()


def fail_in_a_worker(screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.run_worker(boom_later())


def fail_in_a_threaded_worker(screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.run_worker(boom, thread=True)


def fail_in_a_timer(screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    screen.set_timer(0.001, boom)


def fail_in_drawing(screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    title = screen.query_one("#title")
    monkeypatch.setattr(type(title), "render_lines", boom)
    title.refresh()


def fail_in_the_thread_of_training(screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrainingRun, "run_epoch", boom)
    screen.training.once("epoch")


@pytest.mark.parametrize(
    "fail",
    [
        fail_in_a_worker,
        fail_in_a_threaded_worker,
        fail_in_a_timer,
        fail_in_drawing,
        fail_in_the_thread_of_training,
    ],
)
def test_an_error_anywhere_keeps_what_was_unsaved(
    played: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fail: Callable[[MainScreen, pytest.MonkeyPatch], None],
) -> None:
    s_runs(lambda screen: fail(screen, monkeypatch), monkeypatch)
    assert played("K", "s", until_it_ends=True) == 1
    (path,) = recovered()
    error_text = capsys.readouterr().err
    assert "what should never happen" in error_text
    assert printed_recovery(error_text)[0] == path
    assert load(path).inputs[0, 0] == 0.1


def test_an_error_that_cannot_be_told_keeps_what_was_unsaved(
    played: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the terminal were gone: the error is written to it after everything is taken down."""
    with pytest.raises(OSError, match="the terminal is gone"):
        played("K", "q", "down", "down", "enter", and_then=OSError("the terminal is gone"))
    (path,) = recovered()
    assert load(path).inputs[0, 0] == 0.1


def test_the_last_changes_are_missed_where_there_is_no_room(
    played: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fail_on_a_full_disk(_: MainScreen) -> None:
        monkeypatch.setattr(os, "replace", full)
        boom()

    s_runs(fail_on_a_full_disk, monkeypatch)
    assert played("K", "s") == 1
    said = capsys.readouterr().err
    assert "nn-play: your last changes could not be kept: no space left on device\n" in said


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("keys", [[], ["right", "v"], ["K", "u"]])
def test_nothing_is_kept_where_nothing_was_unsaved(
    played: Callable[..., int], capsys: pytest.CaptureFixture[str], keys: list[str]
) -> None:
    assert played(*keys, "s") == 1
    assert recovered() == []
    assert "kept" not in capsys.readouterr().err


def test_leaving_without_saving_keeps_nothing(played: Callable[..., int]) -> None:
    assert played("K", "q", "down", "down", "enter") == 0
    assert recovered() == []


def test_the_session_is_the_same_to_the_last_bit(tmp_path: Path) -> None:
    session = SetBias(0, 0, 0.1 + 0.2).apply(examples.load("three-classes"))
    path, command = printed_recovery(keep(session))
    assert_identical(load(path), session)
    assert command == command_for(path)


def test_two_that_stop_in_the_same_second_keep_both(monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = printed_recovery(keep(examples.load("xor-step")))
    monkeypatch.setattr(os, "getpid", lambda: 1)
    other, _ = printed_recovery(keep(examples.load("three-classes")))
    assert one != other
    assert recovered() == sorted([one, other])


def test_it_goes_elsewhere_where_the_folder_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    user_state_path("nn-play").parent.mkdir(parents=True)
    user_state_path("nn-play").write_text("a file where the folder should be")
    spare = tmp_path / "spare [/] folder"
    monkeypatch.setattr(unsaved, "gettempdir", lambda: str(spare))
    path, command = printed_recovery(keep(examples.load("xor-step")))
    assert path.parent == spare
    assert sys.platform == "win32" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert command == command_for(path)
    assert_identical(load(path), examples.load("xor-step"))
    spare_file = tmp_path / "file"
    spare_file.touch()
    monkeypatch.setattr(unsaved, "gettempdir", lambda: str(spare_file))
    with pytest.raises(OSError, match=r".+"):
        keep(examples.load("xor-step"))


@needs_a_terminal
@pytest.mark.parametrize("number", SIGNALS, ids=[number.name for number in SIGNALS])
def test_a_signal_ends_in_good_order(number: signal.Signals) -> None:
    with in_terminal("xor-step") as terminal:
        terminal.wait_for("1/4")
        terminal.press("K", "K")
        terminal.wait_for(UNSAVED)
        os.kill(terminal.process_id, number)
        assert terminal.wait_until_gone() == 128 + number
        path, _ = printed_recovery(terminal.last_words)
    assert recovered() == [path]
    assert load(path).inputs[0, 0] == 0.2


@needs_a_terminal
def test_a_signal_keeps_nothing_where_nothing_was_unsaved() -> None:
    with in_terminal("xor-step") as terminal:
        terminal.wait_for("1/4")
        os.kill(terminal.process_id, signal.SIGTERM)
        assert terminal.wait_until_gone() == 128 + signal.SIGTERM
        assert terminal.last_words == ""
    assert recovered() == []


@needs_a_terminal
def test_a_closed_terminal_ends_it_also_where_no_signal_says_so() -> None:
    import pty

    keyboard, terminal = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "tui", "xor-step"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(terminal)
    try:
        read_until(keyboard, b"1/4")
        os.write(keyboard, b"KK")
        read_until(keyboard, UNSAVED.encode())
        os.close(keyboard)
        assert program.wait(30) == 128 + signal.SIGHUP
    finally:
        program.kill()
        program.wait()
    (path,) = recovered()
    assert load(path).inputs[0, 0] == 0.2


@needs_a_terminal
def test_what_is_stopped_without_a_word_takes_the_terminal_again() -> None:
    """As a debugger stops it; the key that goes to a shell does nothing where there is none."""
    with in_terminal("xor-step") as terminal:
        terminal.wait_for("1/4")
        terminal.press("ctrl+z")
        terminal.wait_for("no shell started this")
        for _ in range(2):
            os.kill(terminal.process_id, signal.SIGSTOP)
            wait_until_stopped(terminal)
            go_on(terminal)
        terminal.press("q")
        assert terminal.wait_until_gone() == 0


SHELL = """
import os, signal, sys
job = os.fork()
if not job:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", "tui", "xor-step"])
try:
    os.setpgid(job, job)
except PermissionError:
    pass  # It has done so, and runs already.
other = os.fork()
if not other:
    os.setpgid(0, job)
    os.execvp("sleep", ["sleep", "60"])
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
assert os.WIFSTOPPED(os.waitpid(other, os.WUNTRACED)[1])
os.tcsetpgrp(0, os.getpgrp())
print("stopped", flush=True)
assert os.WIFSTOPPED(os.waitpid(job, os.WUNTRACED)[1])
if "bg" in sys.argv:
    os.killpg(job, signal.SIGCONT)
    assert os.WIFSTOPPED(os.waitpid(job, os.WUNTRACED)[1])
os.tcsetpgrp(0, job)
os.killpg(job, signal.SIGCONT)
status = os.waitpid(job, 0)[1]
os.kill(other, signal.SIGKILL)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A shell with a job of two processes.

As soon as the one it waits for has stopped, it takes the terminal, as it does with make. With "bg"
it first continues the job without the terminal, so that it stops again.
"""


@needs_a_terminal
@pytest.mark.parametrize("opens", ["", "?", "ctrl+p"])
@pytest.mark.parametrize("way", ["fg", "bg"])
def test_the_shell_brings_it_back(opens: str, way: str) -> None:
    with in_terminal(program=("-c", SHELL, way)) as terminal:
        terminal.wait_for("1/4")
        terminal.press("K")
        terminal.wait_for(UNSAVED)
        if opens:
            terminal.press(opens)
            terminal.wait_for({"?": "Help: inputs", "ctrl+p": "Search for commands"}[opens])
        terminal.write(encode_key("ctrl+z"))
        terminal.wait_until(lambda: terminal.received.count(TAKEN) == 2, "second start")
        before, stopped, _ = terminal.received.partition(b"stopped")
        assert stopped
        assert LEFT in before
        if opens:
            terminal.press("escape")
        # The last of many sizes holds.
        for columns in range(60, 120):
            terminal.resize(columns, 24)
        terminal.resize(120, 36)
        terminal.wait_for("6 weights + 3 biases")
        terminal.press("K", "q", "down", "down", "enter")
        assert terminal.wait_until_gone() == 0
    assert recovered() == []


def wait_until_stopped(terminal: RealTerminal) -> None:
    def is_stopped() -> bool:
        status = os.waitpid(terminal.process_id, os.WUNTRACED | os.WNOHANG)[1]
        return os.WIFSTOPPED(status)

    terminal.wait_until(is_stopped, "stop")


def go_on(terminal: RealTerminal) -> None:
    """Continue a stopped playground, and wait until it has the terminal again."""
    n_taken = terminal.received.count(TAKEN)
    os.kill(terminal.process_id, signal.SIGCONT)
    terminal.wait_until(lambda: terminal.received.count(TAKEN) > n_taken, "start")


TAKEN, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"
"""What a program sends that takes the whole terminal, and that leaves it."""


def read_until(keyboard: int, words: bytes) -> None:
    """Read what the program writes to its terminal until `words` appear."""
    received = b""
    while words not in received:
        received += os.read(keyboard, 65536)


FAILING = """
import sys
from dataclasses import replace
from tui.cli import main
from tui.screens.main.screen import COMMANDS_BY_ID
def fail(workspace):
    raise RuntimeError("what should never happen")
COMMANDS_BY_ID["step"] = replace(COMMANDS_BY_ID["step"], run=fail, of=None)
sys.exit(main(["xor-step"]))
"""


@needs_a_terminal
def test_an_error_leaves_the_terminal_as_it_was_and_says_where_the_network_is() -> None:
    with in_terminal(program=("-c", FAILING)) as terminal:
        terminal.wait_for("1/4")
        terminal.press("K")
        terminal.wait_for(UNSAVED)
        terminal.press("s")
        assert terminal.wait_until_gone() == 1
        said = terminal.last_words
    path, _ = printed_recovery(said)
    assert recovered() == [path]
    assert "what should never happen" in said


FAILING_READER = """
import sys
from tui.cli import main
from tui.textual_workarounds import SturdyParser
def feed(self, data):
    if "s" in data:
        raise RuntimeError("what should never happen")
    return XTermParser.feed(self, data)
XTermParser = SturdyParser.__base__
SturdyParser.feed = feed
sys.exit(main(["xor-step"]))
"""


@needs_a_terminal
def test_the_reader_of_the_keyboard_fails() -> None:
    """First invalid UTF-8, an unknown key code, a click in 0 pixels: all harmless."""
    with in_terminal(program=("-c", FAILING_READER)) as terminal:
        terminal.wait_for("1/4")
        terminal.write(b"\xe9\x1b[9999999u\x1b[48;24;80;0;0t\x1b[<0;11;6MK")
        terminal.wait_for(UNSAVED)
        terminal.write(b"s")
        assert terminal.wait_until_gone() == 1
        path, _ = printed_recovery(terminal.last_words)
    assert recovered() == [path]
