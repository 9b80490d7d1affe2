"""The help: what a pane means, and the keys in columns."""

import pytest
from textual.content import Content

from tests.tui.dialogs.dialog_host import HOSTILE, DialogHost, press, settle
from tui.panes import help_texts
from tui.panes.help_texts import LAYER_HELP, PaneHelp
from tui.screens.dialogs.help import Help, HelpKey, in_columns

KEYS = [
    HelpKey(group, f"key{group}{number}", f"label{group}{number}", "more words " * number)
    for group in "ABCD"
    for number in range(6)
]


@pytest.mark.parametrize("n_columns", [1, 2, 3])
def test_every_key_stands_in_one_column(n_columns: int) -> None:
    columns = [column.plain for column in in_columns(KEYS, n_columns, 40)]
    assert len(columns) == n_columns
    for key in KEYS:
        assert sum(f"{key.label} " in f"{column} ".replace("\n", " ") for column in columns) == 1
    heights = [column.count("\n") for column in columns]
    assert max(heights) <= 2 * min(heights) + 1
    assert all(len(line) <= 40 for column in columns for line in column.splitlines())


def test_the_highest_column_is_as_low_as_can_be() -> None:
    keys = [HelpKey(group, "k", f"{n}", "") for group in "ABCDE" for n in range(ord(group) - 64)]
    heights = [column.plain.count("\n") + 1 for column in in_columns(keys, 3, 40)]
    assert heights == [3 + 4, 5 + 6, 7]
    assert [column.plain.count("A") for column in in_columns(keys[:1], 3, 40)] == [1]
    assert in_columns([], 3, 40) == [Content("")]


def test_a_group_stays_together() -> None:
    for column in in_columns(KEYS, 3, 40):
        for group in "ABCD":
            there = [f"label{group}{number}" in column.plain for number in range(6)]
            assert all(there) or not any(there)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 36), (200, 60)])
async def test_the_meaning_comes_first_and_all_keys_can_be_reached(size: tuple[int, int]) -> None:
    app = DialogHost(Help(f"Help: {LAYER_HELP.title}", LAYER_HELP.text, KEYS))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "Help: layer" in app.text
        assert "Each row is one neuron" in app.text
        assert "synapse" not in app.text
        seen = app.text
        for _ in range(20):
            await press(pilot, "pagedown")
            seen += app.text
        for key in KEYS:
            assert key.keys in seen
            assert key.label in seen


async def test_keys_that_do_the_same_share_a_row() -> None:
    keys = [
        HelpKey("Move", "left", "go left", ""),
        HelpKey("Move", "up", "go up", ""),
        HelpKey("Move", "h", "go left", ""),
    ]
    app = DialogHost(Help("Help: inputs", "What comes in.", keys))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "left h  go left" in app.text
        assert app.text.count("go left") == 1


async def test_biology_for_those_who_ask() -> None:
    app = DialogHost(Help(f"Help: {LAYER_HELP.title}", LAYER_HELP.text, KEYS))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "end", "b")
        assert "In biology" in app.text
        assert "synapse" in app.text
        assert "Its role" in app.text
        await press(pilot, "b")
        assert "synapse" not in app.text


@pytest.mark.parametrize("key", ["question_mark", "f1", "q", "escape", "ctrl+g"])
async def test_many_keys_close_it(key: str) -> None:
    app = DialogHost(Help("Help: inputs", "What comes in.", KEYS))
    async with app.run_test() as pilot:
        await settle(pilot)
        assert "its role" not in app.text
        await press(pilot, key)
        assert app.results == [None]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_nothing_in_it_is_markup(hostile: str) -> None:
    keys = [HelpKey(f"{hostile}g", f"{hostile}k", f"{hostile}l", f"{hostile}d")]
    app = DialogHost(Help(f"Help: {hostile}", f"{hostile}m", keys))
    async with app.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        assert f"Help: {hostile} ─" in app.text
        for part in "gklmd":
            assert hostile + part in app.text


def test_every_pane_is_explained_in_two_sentences() -> None:
    texts = [text for text in vars(help_texts).values() if isinstance(text, PaneHelp)]
    assert len(texts) == 6
    for text in texts:
        assert text.meaning.count(". ") == 1
        assert text.meaning.endswith(".")
        assert text.text.startswith(f"{text.meaning}\n\n")
        assert f"Its role\n{text.role}" in text.text
