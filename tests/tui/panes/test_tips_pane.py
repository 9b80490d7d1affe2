"""How many tips the pane shows, and how many it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from tui.panes.tips import lines_of
from tui.tips import Tip

SHORT, LONG = Tip("Six words that take two lines."), Tip("word " * 40)


def asked(tips: list[Tip], taken: list[Tip]) -> Iterator[Tip]:
    for tip in tips:
        taken.append(tip)
        yield tip


def test_whole_tips_fill_the_pane_and_no_more_are_computed() -> None:
    taken: list[Tip] = []
    lines = lines_of(asked([SHORT] * 9, taken), 20, 6)
    assert lines == [
        "1 Six words that",
        "take two lines.",
        "",
        "2 Six words that",
        "take two lines.",
    ]
    assert len(taken) == 2


def test_a_tip_too_long_gives_way_to_a_later_one() -> None:
    taken: list[Tip] = []
    lines = lines_of(asked([SHORT, LONG, SHORT, SHORT], taken), 20, 6)
    assert lines == [
        "1 Six words that",
        "take two lines.",
        "",
        "2 Six words that",
        "take two lines.",
    ]
    assert taken == [SHORT, LONG, SHORT]


def test_the_first_is_shown_as_far_as_there_is_room() -> None:
    lines = lines_of([LONG, SHORT], 20, 3)
    assert lines == ["1 word word word", "word word word word", "word word word word"]
