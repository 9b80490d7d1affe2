"""The lesson that the docs make step by step, made just so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from engine.lessons.statements import FORMS
from engine.lessons.text import MAX_CHOICE_LENGTH, MAX_HINT_LENGTH, MAX_TEXT_LENGTH
from tests.tui.cli.command_line import Command, command

nn_play = pytest.fixture(command)

DOCS = (Path(__file__).parents[3] / "docs" / "lessons.md").read_text(encoding="utf-8")


def test_every_block_does_what_the_page_says(nn_play: Command) -> None:
    path = Path("umbrella.toml")
    path.write_text("")
    n_commands = 0
    for block in MarkdownIt().parse(DOCS.partition("## In class")[0]):
        if block.info == "toml":
            path.write_text(path.read_text() + block.content + "\n")
        elif block.info == "diff":
            lines = block.content.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] == "-")
            after = "".join(line[1:] for line in lines if line[0] == "+")
            assert path.read_text().count(before) == 1
            path.write_text(path.read_text().replace(before, after))
        elif block.info == "console":
            for part in block.content.split("$ nn-play ")[1:]:
                line, _, expected = part.partition("\n")
                result = nn_play(*line.split())
                assert result.output + result.error == expected
                n_commands += 1
    assert n_commands == 5
    handout = Path("umbrella.md").read_text()
    assert "On a dry day it gives 0.0025." in handout
    assert "b1[1] = -2" not in handout
    assert "b1[1] = -2" in Path("umbrella-answers.md").read_text()


def test_every_form_of_a_statement_and_every_limit_is_on_the_page() -> None:
    rows = DOCS.partition("## Statements")[2]
    for form in FORMS:
        words = re.split(r"[\d\[]", form)[0].strip() or form
        assert f"`{words}" in rows, form
    for limit in (MAX_TEXT_LENGTH, MAX_HINT_LENGTH, MAX_CHOICE_LENGTH):
        assert f"at most {limit}" in DOCS
