"""How a source is interpreted, for the command line and the screen alike."""

from pathlib import Path

import pytest

from engine import examples
from tui.files.options import SourceOptions
from tui.files.source import SourceError, means_file, read_source
from tui.terminal import escaped, shortened


@pytest.mark.parametrize(
    ("text", "is_file"),
    [
        ("xor-step", False),
        ("net", False),
        ("", False),
        ("net.toml", True),
        ("./net", True),
        ("folder/", True),
        (".", True),
        ("..", True),
        ("~/net", True),
    ],
)
def test_a_suffix_or_a_slash_means_a_file(text: str, is_file: bool) -> None:
    assert means_file(text) is is_file


def test_an_example_is_read_by_its_id() -> None:
    session, source = read_source("xor-step")
    assert (source.text, source.path, source.example) == ("xor-step", None, "xor-step")
    assert source.name == "xor-step"
    assert session.title == "XOR by hand with step neurons"


def test_a_tilde_is_the_home_folder(own_home: Path) -> None:
    (own_home / "net.toml").write_text(examples.text("xor-step"))
    session, source = read_source("~/net.toml")
    assert (source.path, source.example) == (own_home / "net.toml", None)
    assert source.name == "~/net.toml"
    assert session.title == "XOR by hand with step neurons"


@pytest.mark.parametrize("text", ["xor-stpe", "no/such.toml", "with\0zero.toml", "\x1b.toml", ""])
def test_what_cannot_be_read_is_one_printable_line(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(text)
    message = str(caught.value)
    assert message.isprintable()
    assert message.startswith(f"{escaped(text) or repr('')}: ")


def test_activations_are_for_sources_that_do_not_say_theirs() -> None:
    with pytest.raises(SourceError, match=r"^xor-step: has its own activations"):
        read_source("xor-step", SourceOptions(activations="relu,sigmoid"))


def test_text_for_the_terminal() -> None:
    assert escaped("plain 漢 text") == "plain 漢 text"
    assert escaped("a\x1b[0m\n\x00\u200b") == r"a\x1b[0m\n\x00\u200b"
    assert shortened("abcdefghij", 5) == "ab…ij"
    assert shortened("abcde", 5) == "abcde"
