"""Bad files and bad usage: one line, status 2, and nothing that a terminal could take for more."""

import os
from pathlib import Path

import pytest

from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

GOOD = 'inputs = [[1, 2]]\n[[layers]]\nactivation = "relu"\nweights = [[1, 2]]\nbias = [0]\n'


def with_line(line: str) -> bytes:
    return f"{line}\n{GOOD}".encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x01\x02\x7fELF\x93\xff" * 100, "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8"),
        (b"\x00" * 5000, "not valid TOML"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        (with_line('title = "caf\xe9"').replace(b"\xc3\xa9", b"\xe9"), "line 1: byte 0xe9"),
        (b"", "layers: missing"),
        (b"weights = ", "not valid TOML"),
        (with_line("tilte = 'x'"), "unknown key 'tilte'; did you mean 'title'?"),
        (GOOD.replace("bias", "bais").encode(), "'bais'; did you mean 'bias'?"),
        (GOOD.replace("relu", "rellu").encode(), "did you mean"),
        (GOOD.replace("[[1, 2]]\nbias", "[[1, 2], [3]]\nbias").encode(), "weights[2]"),
        (GOOD.replace("bias = [0]", "bias = [0, 1]").encode(), "bias"),
        (GOOD.replace("inputs = [[1, 2]]", "inputs = [[1, 2, 3]]").encode(), "inputs"),
        (GOOD.replace("[[1, 2]]\nbias", "[[1, true]]\nbias").encode(), "weights[1][2]"),
        (GOOD.replace("[[1, 2]]\nbias", '[[1, "2"]]\nbias').encode(), "weights[1][2]"),
        (GOOD.replace("[[1, 2]]\nbias", "[[nan, inf]]\nbias").encode(), "weights[1][1]"),
        (GOOD.replace("bias = [0]", f"bias = [{'9' * 400}]").encode(), "bias"),
        (GOOD.replace("bias = [0]", f"bias = [{'9' * 5000}]").encode(), ""),
        (GOOD.replace("bias = [0]", "bias = " + "[" * 2000 + "]" * 2000).encode(), ""),
        (b"a = " + b"[" * 100_000, ""),
        (b"a" + b".a" * 50_000 + b" = 1", ""),
        (b"[[layers]]\n" * 20_000, ""),
        (with_line(f'title = "{"x" * 100_000}"'), "title"),
        (with_line("title = 'x'\ntitle = 'y'"), "not valid TOML"),
        (with_line("features = ['\x1b[31mred']".replace("\x1b", r"\u001b")), ""),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_bad_file_is_one_line_with_its_name(
    nn_play: Command, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    message = failure(nn_play("run", "bad.toml"))
    assert message.startswith("bad.toml: ")
    assert words in message
    assert len(message) < 500
    from_pipe = failure(nn_play("run", "-", stdin=content))
    assert from_pipe == message.replace("bad.toml", "standard input", 1)


def test_a_missing_file_and_other_files_that_are_none(nn_play: Command, tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    (tmp_path / "net.txt").write_text(GOOD)
    assert failure(nn_play("run", "none.toml")) == "none.toml: no such file or directory"
    assert failure(nn_play("run", "folder.toml")) == "folder.toml: is a folder, not a file"
    assert failure(nn_play("run", "pipe.toml")) == "pipe.toml: is a pipe, not a file"
    assert failure(nn_play("run", "loop.toml")).startswith("loop.toml: too many levels")
    assert failure(nn_play("run", "none.toml/x.toml")).startswith("none.toml/x.toml: no such file")
    assert failure(nn_play("run", "net.txt")).startswith("net.txt: the suffix '.txt' is unknown")
    assert failure(nn_play("run", "./folder.toml/")).startswith("./folder.toml/: ")
    assert failure(nn_play("run", "~nobody-of-this-name/x.toml")).startswith("~nobody-of-this-name")
    assert failure(nn_play("run", "n" * 300 + ".toml")).endswith(": file name too long")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[31mred.toml", r"\x1b[31mred.toml"),
        ("two\nlines.toml", r"two\nlines.toml"),
        ("\x9b2J.toml", r"\x9b2J.toml"),
        (os.fsdecode(b"byte\xff.toml"), r"byte\xff.toml"),
        ("turn\u202eround.toml", r"turn\u202eround.toml"),
        ("na\u00efve 漢字.toml", "na\u00efve 漢字.toml"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("", "''"),
    ],
)
def test_a_name_is_never_printed_raw(nn_play: Command, name: str, shown: str) -> None:
    assert failure(nn_play("run", name)).startswith(f"{shown}: ")
    assert failure(nn_play(name)).startswith(f"{shown}: ")


def test_titles_and_names_of_a_file_are_never_printed_raw(nn_play: Command) -> None:
    content = rb'title = "a\u001b[31mb\u009bc\u202ed"' + b"\n"
    content += rb'features = ["\u0007x", "y\u2066"]' + b"\n" + GOOD.encode()
    for arguments in ([], ["--explain"], ["--json"]):
        result = nn_play("run", "-", *arguments, stdin=content)
        assert result.status == 0
        assert all(line.isprintable() for line in result.lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run",), "missing argument 'SOURCE' (see nn-play run --help)"),
        (("run", "xor-step", "b"), "got unexpected extra argument (b) (see nn-play run --help)"),
        (("run", "xor-step", "-x"), "option '-x' requires an argument (see nn-play run --help)"),
        (
            ("run", "xor-step", "--jsn"),
            "no such option --jsn; did you mean --json? (see nn-play run --help)",
        ),
        (("--frobnicate",), "no such option --frobnicate (see nn-play --help)"),
        (("xor-step", "more"), "one SOURCE is enough, unexpected 'more' (see nn-play --help)"),
        (("exmples",), "exmples: not a command or example; did you mean examples?"),
        (("xor-stp",), "xor-stp: not a command or example; did you mean xor-step?"),
        (("exprt",), "exprt: not a command or example; did you mean export?"),
        (("rnu", "xor-step"), "rnu: not a command or example; did you mean run?"),
        (
            ("run", "xor-stpe"),
            "xor-stpe: there is no such example; did you mean xor-step? "
            "(a file needs its suffix or a slash, as in ./name)",
        ),
        (
            ("quite-unknown",),
            "quite-unknown: there is no such example; 'nn-play examples' lists them "
            "(a file needs its suffix or a slash, as in ./name)",
        ),
    ],
)
def test_bad_usage_is_one_line(nn_play: Command, arguments: tuple[str, ...], message: str) -> None:
    assert failure(nn_play(*arguments)) == message


def test_control_bytes_in_any_argument_are_never_printed_raw(nn_play: Command) -> None:
    nasty = "\x1b[2J\udcff\x07"
    calls = [
        ("run", "xor-step", "-x", nasty),
        ("run", "xor-step", "--loss", nasty, "--target", "1"),
        ("run", "xor-step", f"--{nasty}"),
        ("run", "xor-step", nasty),
        (nasty, nasty),
        (f"--{nasty}",),
        ("sweep", "xor-step", nasty, "--from", "0", "--to", "1"),
        ("sweep", "xor-step", "x1", "--from", nasty, "--to", "1"),
        ("sweep", "xor-step", "x1", "--from", "0", "--to", "1", "--steps", nasty),
        ("new", nasty, "-o", "net.toml"),
        ("new", "3-1", "--init", nasty, "-o", "net.toml"),
        ("new", "3-1", "--activations", nasty, "-o", "net.toml"),
        ("export", "xor-step", nasty),
        ("export", "xor-step", f"{nasty}/net.toml"),
    ]
    for arguments in calls:
        assert len(failure(nn_play(*arguments))) < 500


def test_a_very_long_argument_does_not_fill_the_screen(nn_play: Command) -> None:
    long = "y" * 100_000
    for arguments in ([long], ["run", long], ["run", "xor-step", "-x", long], ["new", long]):
        assert len(failure(nn_play(*arguments))) < 700


@pytest.mark.parametrize("source", [None, "xor-step", "-"])
def test_the_playground_needs_a_terminal(nn_play: Command, source: str | None) -> None:
    message = failure(nn_play(*([source] if source else [])))
    if source == "-":
        assert message.startswith("standard input: the playground needs it for the keyboard")
    else:
        assert message == (
            "standard input is not a terminal, which the playground needs; "
            "'nn-play run' answers without one"
        )
