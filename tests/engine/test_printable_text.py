"""What may reach a screen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import printable


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain text, ümlaut, 神経, 🧠", "plain text, ümlaut, 神経, 🧠"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]0;title\x07", "]0;title"),
        ("\x9b31m", "31m"),
        ("one\ntwo\tthree\r", "one two three "),
        ("turned \u202earound\u202c", "turned around"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark", "softhyphen zerowidth mark"),
        ("lone \ud800 surrogate, \ue000 private", "lone  surrogate,  private"),
        ("line\u2028paragraph\u2029", "lineparagraph"),
        ("", ""),
    ],
)
def test_nothing_that_a_terminal_obeys_is_left(text: str, clean: str) -> None:
    assert printable(text) == clean


def test_what_is_to_be_kept_is_kept() -> None:
    assert printable("one\ntwo\x1b\tthree", keep="\n") == "one\ntwo three"


@given(st.text(st.characters(codec=None)))
def test_only_characters_to_be_read_are_left(text: str) -> None:
    clean = printable(text)
    left = {unicodedata.category(character) for character in clean}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert printable(clean) == clean
