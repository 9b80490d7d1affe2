"""`nn-play` as a process of its own: statuses, pipes, interrupts, encodings."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from engine import examples, load

ROOT = Path(__file__).parents[3]
START = [sys.executable, "-m", "tui"]
LINES = "sweep", "xor-step", "x1", "--from", "0", "--to", "1", "--steps", "20000"


def run(
    *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*START, *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        env=os.environ | dict(environment),
        check=False,
    )


def test_a_report_and_a_failure() -> None:
    done = run("run", "binary-classifier", "--explain", environment={"PYTHONIOENCODING": "utf-8"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "relu(2.3) = 2.3" in done.stdout.decode()
    done = run("run", b"no\x1bsuch\xff.toml".decode("utf-8", "surrogateescape"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == rb"nn-play: error: no\x1bsuch\xff.toml: no such file or directory" + b"\n"


def test_reading_standard_input() -> None:
    content = b'[[layers]]\nactivation = "relu"\nweights = [[2]]\nbias = [1]\n'
    done = run("run", "-", "-x", "-1", "-x", "3", stdin=content)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"sample 2 of 2" in done.stdout


def test_an_encoding_without_the_signs_gets_them_spelt_out() -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("run", "binary-classifier", "--explain", environment=plain)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode("ascii").splitlines()
    assert lines[1] == "3->3->1 * 16 parameters: 12 weights + 4 biases * binary"
    assert lines[-4].endswith("= -2.38   sigmoid(-2.38) ~ 0.0847")
    done = run("run", "\u20ac.toml", environment=plain)
    assert done.stderr.isascii()
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("read", [0, 10])
def test_a_pipe_that_is_closed_ends_the_command_silently(read: int) -> None:
    process = subprocess.Popen(
        [*START, *LINES], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    process.stdout.read(read)
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait() == 0


@pytest.mark.parametrize("closing", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed_from_the_start_do_no_harm(closing: str) -> None:
    command = f'exec "$0" -m tui run "$1" {closing}'
    for source, status in (("xor-step", 0), ("no-such", 2)):
        done = subprocess.run(
            ["/bin/sh", "-c", command, sys.executable, source],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert done.returncode == status
        assert done.stderr.count(b"\n") == (status == 2 and "2>&-" not in closing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by this device")
def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*START, "run", "xor-step"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"nn-play: error: standard output: no space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by this device")
def test_what_was_learned_is_written_before_the_report(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    train = (*START, "train", "xor-step", "--epochs", "3", "-o", str(file))
    with open("/dev/full", "wb") as full:
        done = subprocess.run(train, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"nn-play: error: standard output: no space left on device\n"
    assert load(file).network != examples.load("xor-step").network


def test_an_interrupt_ends_silently_with_130() -> None:
    # Whoever runs the tests may have interrupts ignored, which is inherited.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from tui.cli import main; sys.exit(main(['run', '-']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    # When this much has been taken out of the pipe the command is reading.
    process.stdin.write(b"#" * 1_000_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    output, error = process.communicate()
    assert (process.returncode, output, error) == (130, b"", b"")


def test_headless_commands_import_no_screen_library_and_little_else() -> None:
    code = (
        "import sys; from tui.cli import main; main(sys.argv[1:]);"
        "print(*(name for name in ('textual', 'rich', 'plotext', 'numpy') if name in sys.modules),"
        " file=sys.stderr)"
    )
    for arguments, loaded in (
        (("run", "xor-step"), "numpy"),
        (("export", "no-such", "net.toml"), "numpy"),
        (("--help",), ""),
        (("--version",), ""),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr.splitlines()[-1] == loaded
