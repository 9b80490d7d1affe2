"""Files that are not TOML, damaged or malicious: one line, in little time and memory."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import examples
from engine.formats.toml import MAX_BYTES, read_toml

LAYER = '[[layers]]\nactivation = "relu"\nweights = [[1, 2]]\nbias = [0]\n'
MEGABYTES_5 = 5_000_000
STATUS = Path("/proc/self/status")


def refusal(data: str | bytes) -> str:
    """The reason why `data` is refused: one line that a terminal can show."""
    with pytest.raises(ValueError, match=r"\S") as raised:
        read_toml(data.encode() if isinstance(data, str) else data)
    reason = str(raised.value)
    assert reason.isprintable()
    assert len(reason) < 400
    return reason


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02",
        "a = 1\nb = ?\n",
        "title = 'a\n'",
        "title = 1\ntitle = 2\n",
        'title = "abc',
        "title = '''abc",
        'title = "\x1b[31m"',
        "a = 1979-13-45",
        "[a]\n[a]",
        LAYER + "bias = [1]",
    ],
)
def test_what_is_not_toml(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as expected:
        tomllib.loads(text)
    assert refusal(text) == f"not valid TOML: {expected.value}"


def test_an_error_of_syntax_names_line_and_column() -> None:
    assert refusal("a = 1\nb = ?\n").endswith("(at line 2, column 5)")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"a = 1\n\n\xff", 3),
        ("a = 1".encode("utf-16"), 1),
        (b"\x89PNG\r\n\x1a\n", 1),
        (b"a = '\xed\xa0\x80'", 1),
    ],
)
def test_what_is_not_utf_8(data: bytes, line: int) -> None:
    assert re.fullmatch(
        rf"line {line}: byte 0x[0-9a-f]{{2}} is not UTF-8; a TOML file is UTF-8 text", refusal(data)
    )


def test_a_long_reason_is_cut() -> None:
    key = '"' + "k" * 5_000 + '"'
    assert refusal(f"[{key}]\n[{key}]").endswith("k…")


def test_junk_is_refused() -> None:
    source = random.Random(0)
    for size in (1, 10, 100, 10_000):
        for _ in range(20):
            refusal(source.randbytes(size))


@given(st.sampled_from(examples.ids()), st.data())
def test_a_damaged_file_is_read_or_refused_in_one_line(id: str, data: st.DataObject) -> None:
    file = bytearray(examples.text(id).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(file)))
        length = data.draw(st.integers(0, 8))
        file[place : place + length] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"[", b"]", b'"', b",", b"=", b"1e999", b"{"])
        )
    reason = ""
    try:
        read_toml(bytes(file))
    except ValueError as error:
        reason = str(error)
    assert reason.isprintable()
    assert len(reason) < 400


DEEP = 100_000
TOO_MANY = "too many lines and values"
LONG_TEXT = "line 1: a text of more than 120,000 characters"
LONG_WORD = "line 1: a number or key of more than 2,000 characters"
MANY_PARTS = "line 1: a key of more than 3 parts"


def filled(piece: str, size: int = MEGABYTES_5) -> str:
    return piece * (size // len(piece))


# tomllib takes from several seconds to hours for these, or hundreds of megabytes.
SLOW = {
    "dotted key": (filled("a.") + "a = 1", MANY_PARTS),
    "dotted header": ("[" + filled("a.") + "a]", MANY_PARTS),
    "dotted key with quotes": (filled('"a" . ') + "a = 1", "a key of more than 3 parts"),
    "dotted key in an inline table": ("a = {" + filled("a.") + "a = 1}", MANY_PARTS),
    "dotted key after texts": (
        'a = """x""y\\""""\n' + "b = '''x''y'''''\n" + filled("a.") + "a = 1",
        MANY_PARTS.replace("1", "3"),
    ),
    "many dotted keys": (filled("a.b.c.d = 1\n"), MANY_PARTS),
    "many tables": (filled("[[layers]]\n"), TOO_MANY),
    "many headers": ("".join(f"[{number:x}]\n" for number in range(500_000)), TOO_MANY),
    "many keys": ("".join(f"{number:x}=1\n" for number in range(500_000)), TOO_MANY),
    "many keys of arrays": ("".join(f"{number:x}=[]\n" for number in range(400_000)), TOO_MANY),
    "many inline tables": ("a = [" + filled("{a=1},") + "]", TOO_MANY),
    "many texts": ("a = [" + filled('"",') + "]", TOO_MANY),
    "many escapes": ('a = "' + filled("\\n") + '"', LONG_TEXT),
    "many comments": (filled("#\n"), TOO_MANY),
    "blank lines": (filled("\n"), TOO_MANY),
    "numbers and a comment": ("a = [ #\n" + filled("1,") + "]", TOO_MANY),
    "quotes": (filled('"'), "a number or key of more than 2,000 characters"),
    "text of quotes": ('a = """' + filled('"" ') + '"""', LONG_TEXT),
    "text that does not end": ('a = """' + filled("x"), LONG_TEXT),
    "line that does not end": ("a = '" + filled("x"), LONG_TEXT),
    "backslashes and quotes": ('a = "' + filled('\\"'), LONG_TEXT),
    "digits": ("a = " + filled("1"), LONG_WORD),
    "decimals": ("a = 0." + filled("1"), LONG_WORD),
    "hexadecimals": ("a = 0x" + filled("f"), LONG_WORD),
    "exponent": ("a = 1e+" + filled("0"), LONG_WORD),
    "10,000 digits": (LAYER.replace("[0]", f"[{'9' * 10_000}]"), LONG_WORD.replace("1", "4", 1)),
    "10,000 digits in a long array": (
        "a = [" + filled("1,", 2_000) + "9" * 10_000 + "]",
        LONG_WORD,
    ),
    "nested keys and arrays": ("a = " + filled("{b=["), TOO_MANY),
    "many brackets": (filled("=["), TOO_MANY),
    "nested arrays": ("a = " + "[" * DEEP, "arrays or tables are nested too deeply"),
    "nested arrays that close": (
        "a = " + "[" * 10_000 + "]" * 10_000,
        "arrays or tables are nested too deeply",
    ),
    "nested tables": ("a = " + "{a=" * 10_000, "arrays or tables are nested too deeply"),
    "rows without numbers": (
        LAYER.replace("[[1, 2]]", f"[{filled('[],')}]"),
        "layers[1].weights[1]",
    ),
    "rows of one number": (
        LAYER.replace("[[1, 2]]", f"[{filled('[1],')}]"),
        "layers[1].bias: 1 num",
    ),
    "a boolean at the end": (
        LAYER.replace("[[1, 2]]", f"[[{filled('1,')}true]]"),
        "layers[1].weights[1][2500001]: expected a number, got a boolean",
    ),
    "an error at the end": (f"weights = [[{filled('1,')}1]] ?", "not valid TOML: Expected newline"),
    "long comment": (filled("#"), "layers: missing"),
    "long blank": ("a = " + filled(" ") + "1", "unknown key 'a'"),
    "long key": (filled("a-") + " = 1", "unknown key 'a-a-a-"),
    "too long": (" " * (MAX_BYTES + 1), "more than 32 MB, the most for such a file"),
}


@pytest.mark.parametrize(("text", "reason"), SLOW.values(), ids=SLOW)
def test_what_is_made_to_keep_the_reader_busy(text: str, reason: str) -> None:
    assert refusal(text).startswith(reason)


def test_a_long_array_of_numbers_is_read_whatever_the_size() -> None:
    count = MEGABYTES_5 // 2
    session = read_toml(LAYER.replace("[[1, 2]]", f"[[{'1,' * count}1]]").encode())
    assert session.network.n_features == count + 1


@pytest.mark.skipif(not STATUS.exists(), reason="the system has no /proc/self/status")
def test_the_memory_that_hostile_files_take() -> None:
    script = """
import json, re, sys
from pathlib import Path
from engine.formats.toml import read_toml
for text in json.load(sys.stdin):
    try:
        read_toml((text[0] + text[1] * text[2] + text[3]).encode())
    except ValueError:
        pass
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path(sys.argv[1]).read_text())[1])
"""
    shapes = [
        ("a = [", "[],", 1_600_000, "]"),
        ("a = [", "0.1,", 1_200_000, "]"),
        ("a = 0.", "1", 5_000_000, ""),
        ("", "[a.b]\n", 800_000, ""),
    ]
    result = subprocess.run(
        [sys.executable, "-c", script, os.fspath(STATUS)],
        input=json.dumps(shapes),
        capture_output=True,
        text=True,
        check=True,
    )
    assert 20_000 < int(result.stdout) < 300_000
